/* loading.js - the progress of loading: phase, bytes, time left, cancel.
 * SPDX-License-Identifier: MIT */
import { size } from "./base/numbers.js";
import { fill, h, icon } from "./base/dom.js";
import { text } from "./base/first-strings.js";

const strings = text.loading;

/** @param {number} seconds */
const timeLeft = (seconds) => (seconds <= 59 ? strings.secondsLeft(Math.ceil(seconds))
  : strings.minutesLeft(Math.round(seconds / 60)));

/** @typedef {import("../session/progress.js").Phase} Phase */
/** @typedef {{ phase: Phase, loadedBytes: number, totalBytes: number, fromCache?: boolean }} Progress */

/** @type {Phase[]} */
export const STEPS = ["manifest", "weights", "seal", "engine", "self-test"];
/** Of a model in a file. @type {Phase[]} */
export const FILE_STEPS = ["fetch", "read", "calibrate", "write", "keep", "seal", "engine", "self-test"];

export class Loading {
  #started = performance.now();
  #bar = h("progress", { max: "1", "aria-label": strings.phases.weights });
  #bytes = h("p", { class: "fine bytes" });
  #phases;
  #steps;
  #phase = "";
  element;

  /** @param {{ onCancel: () => void }} actions @param {Phase[]} [phases] */
  constructor({ onCancel }, phases = STEPS) {
    this.#phases = phases;
    this.#steps = phases.map((phase) => h("li", {}, icon("done"), strings.phases[phase]));
    this.element = h("section", { class: "sheet narrow" },
      h("h2", { tabindex: "-1" }, strings.heading),
      this.#bar, this.#bytes,
      h("ol", { class: "steps" }, ...this.#steps),
      h("p", { class: "actions" }, h("button", { type: "button", onclick: onCancel }, text.cancel)));
  }

  /** @param {Progress} progress */
  show({ phase, loadedBytes, totalBytes, fromCache = false }) {
    if (totalBytes > 0) this.#bar.value = loadedBytes / totalBytes;
    this.#mark(phase);
    if (totalBytes > 0) fill(this.#bytes, this.#bytesText(loadedBytes, totalBytes, fromCache));
  }

  /** A phase that is counted by itself. @param {{ phase: Phase, done: number, of: number }} progress */
  showPhase({ phase, done, of }) {
    if (phase !== this.#phase) [this.#phase, this.#started] = [phase, performance.now()];
    this.#bar.value = done / of;
    this.#bar.setAttribute("aria-label", strings.phases[phase]);
    this.#mark(phase);
    fill(this.#bytes, this.#leftText(done / of));
  }

  /** @param {Phase} phase */
  #mark(phase) {
    const at = this.#phases.indexOf(phase);
    this.#steps.forEach((step, i) => {
      step.classList.toggle("is-done", phase === "ready" || i < at);
      step.classList.toggle("is-now", i === at);
      if (i === at) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
  }

  /** @param {number} share of the phase */
  #leftText(share) {
    const seconds = (performance.now() - this.#started) / 1000;
    const percent = strings.percent(Math.floor(share * 100));
    if (seconds < 2 || share <= 0 || share >= 1) return percent;
    return `${percent}, ${timeLeft(seconds * (1 - share) / share)}`;
  }

  /** @param {number} loaded @param {number} total @param {boolean} fromCache */
  #bytesText(loaded, total, fromCache) {
    const amount = strings.of(size(loaded), size(total));
    if (fromCache) return `${amount}, ${strings.fromCache}`;
    const seconds = (performance.now() - this.#started) / 1000;
    if (seconds < 2 || loaded === 0 || loaded >= total) return amount;
    return `${amount}, ${timeLeft((seconds / loaded) * (total - loaded))}`;
  }
}
