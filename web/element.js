/* element.js - <evax-xray model="...">: the whole page as one element, two lines on any static
 * page.
 *
 *     <script type="module" src="element.js"></script>
 *     <evax-xray model="model/demo/"></evax-xray>
 *
 * Links inside the element are offered as example films. The page around it is sealed with it:
 * after the model has been loaded nothing on it can reach the network until it is reloaded.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "./base/errors.js";
import { Session } from "./session/session.js";
import { App } from "./page/app.js";
import { linksOf } from "./page/films/examples.js";
import { text } from "./page/base/strings.js";
import { styleSheet } from "./page/base/style.js";

/** @typedef {import("./engine/input.js").Input} Input */

export class EvaxXray extends HTMLElement {
  /** @type {App | null} */ #app = null;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.replaceChildren();
    root.adoptedStyleSheets = [styleSheet()];
    const integrity = this.getAttribute("integrity") ?? undefined;
    const session = new Session({ model: this.getAttribute("model") ?? "", integrity });
    this.#app = new App(root, session, linksOf(this));
    this.#app.start();
  }

  /** Taking the element out of the page ends its workers and gives its memory back. */
  disconnectedCallback() {
    this.#app?.dispose();
    this.#app = null;
  }

  /**
   * Adds a film from code: file bytes, a Blob, ImageData, a canvas or an ImageBitmap. It is queued
   * and shown like any other. Rejects with an EvaxError; STATE before the model is loaded.
   * @param {Input} input
   * @param {{ name?: string }} [options] name: shown in the list
   */
  async analyze(input, { name = text.films.fromCode } = {}) {
    const workspace = this.#app?.workspace;
    if (!workspace) throw new EvaxError("STATE", "the model is not loaded yet");
    return workspace.read(input, name);
  }
}

if (!customElements.get("evax-xray")) customElements.define("evax-xray", EvaxXray);
