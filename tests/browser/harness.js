/* harness.js - gives the tests what the page is made of; the tests drive it from outside.
 *
 * The site that is tested has the demo model in a folder named after its manifest; here it is model/demo/ for short.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax.js";
import { startOffline, takeUpdate } from "../../web/site/offline.js";
import { Session as AnySession, Supply } from "../../web/session/session.js";
import { yieldToEventLoop } from "../../web/base/yield-to-event-loop.js";

/** @typedef {import("../../web/session/session.js").SessionOptions} SessionOptions */

const demo = /** @type {HTMLLinkElement} */ (document.querySelector("link[data-model]")).href;

/** A session in this page, which is not sealed. */
class Session extends AnySession {
  /** @param {ConstructorParameters<typeof Supply>[0] & Omit<SessionOptions, "supply">} options */
  constructor({ model, integrity, assets, ...options }) {
    super({ supply: new Supply({ model: model === "model/demo/" ? demo : model, integrity, assets }), ...options });
  }
}

globalThis.evax = { Session, load, yieldToEventLoop, startOffline, takeUpdate };
