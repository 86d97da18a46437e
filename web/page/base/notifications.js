/* notifications.js - what has just been done, said for some seconds where it is seen and heard; with a button where it can be
 * undone.
 * SPDX-License-Identifier: MIT */
import { h, icon } from "./dom.js";
import { text } from "./first-strings.js";

const SHOWN_MS = 6_000;
/* What can be undone, can be for longer. */
const UNDO_MS = 15_000;
const MOST = 3;

/** @typedef {{ label: string, act: () => void }} Action */
/** Says a message. @typedef {(message: string, action?: Action) => void} Say */

export class Notifications {
  element = h("div", { class: "messages", role: "status" });

  /** @type {Say} */
  say = (message, action) => {
    const line = h("p", { class: "message" }, h("span", {}, message),
      action && h("button", { type: "button", class: "quiet", onclick: () => {
        line.remove();
        action.act();
      } }, action.label),
      h("button", { type: "button", class: "quiet", "aria-label": text.close, onclick: () => line.remove() }, icon("close")));
    while (this.element.childElementCount >= MOST) this.element.firstElementChild?.remove();
    this.element.append(line);
    this.#endIn(line, action ? UNDO_MS : SHOWN_MS);
  };

  /** Goes when its time is over, but not while it is pointed at or has the focus. @param {HTMLElement} line
   * @param {number} ms */
  #endIn(line, ms) {
    setTimeout(() => {
      if (line.matches(":hover, :focus-within")) this.#endIn(line, ms);
      else line.remove();
    }, ms);
  }
}
