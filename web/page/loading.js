/* loading.js - the progress of loading: phase, bytes, time left, cancel.
 * SPDX-License-Identifier: MIT */
import { size } from "./base/format.js";
import { fill, h, icon } from "./base/dom.js";
import { text } from "./base/strings.js";

const strings = text.loading;

/** @typedef {"manifest" | "weights" | "seal" | "engine" | "self-test" | "ready"} Phase */
/** @typedef {{ phase: Phase, loadedBytes: number, totalBytes: number, fromCache?: boolean }} Progress */

/** @type {Phase[]} */
const STEPS = ["manifest", "weights", "seal", "engine", "self-test"];

export class Loading {
  #started = performance.now();
  #bar = h("progress", { max: "1", "aria-label": strings.phases.weights });
  #bytes = h("p", { class: "fine bytes" });
  #steps = STEPS.map((phase) => h("li", {}, icon("done"), strings.phases[phase]));
  element;

  /** @param {{ onCancel: () => void }} actions */
  constructor({ onCancel }) {
    this.element = h("section", { class: "sheet narrow" },
      h("h2", { tabindex: "-1" }, strings.heading),
      this.#bar, this.#bytes,
      h("ol", { class: "steps" }, ...this.#steps),
      h("p", { class: "actions" }, h("button", { type: "button", onclick: onCancel }, text.cancel)));
  }

  /** @param {Progress} progress */
  show({ phase, loadedBytes, totalBytes, fromCache = false }) {
    if (totalBytes > 0) this.#bar.value = loadedBytes / totalBytes;
    const at = STEPS.indexOf(phase);
    this.#steps.forEach((step, i) => {
      step.classList.toggle("is-done", phase === "ready" || i < at);
      step.classList.toggle("is-now", i === at);
      if (i === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    if (totalBytes > 0) fill(this.#bytes, this.#bytesText(loadedBytes, totalBytes, fromCache));
  }

  /** @param {number} loaded @param {number} total @param {boolean} fromCache */
  #bytesText(loaded, total, fromCache) {
    const amount = strings.of(size(loaded), size(total));
    if (fromCache) return `${amount}, ${strings.fromCache}`;
    const seconds = (performance.now() - this.#started) / 1000;
    if (seconds < 2 || loaded === 0 || loaded >= total) return amount;
    return `${amount}, ${strings.left(Math.ceil((seconds / loaded) * (total - loaded)))}`;
  }
}
