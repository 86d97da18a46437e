/* harness.js - gives the tests what the page is made of; the tests drive it from outside.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax.js";
import { startOffline, takeUpdate } from "../../web/site/offline.js";
import { Session } from "../../web/session/session.js";
import { yieldToEventLoop } from "../../web/base/yield-to-event-loop.js";

globalThis.evax = { Session, load, yieldToEventLoop, startOffline, takeUpdate };
