/* harness.js - gives the tests what the page is made of; the tests drive it from outside.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax.js";
import { startOffline, takeUpdate } from "../../web/site/offline.js";
import { Session } from "../../web/session/session.js";
import { nextTurn } from "../../web/base/next-turn.js";

globalThis.evax = { Session, load, nextTurn, startOffline, takeUpdate };
