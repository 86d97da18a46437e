/* spatial-calibration.js - the question how long a line on a film truly is.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";
import { openDialog } from "../base/dialogs.js";
import { labelOf } from "./measures.js";
import { text } from "../base/strings.js";

/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {import("./measures.js").Unit} Unit */

const strings = text.calibration;
/* In mm: a bead, and more than the longest film. */
const [LEAST, MOST] = [1, 2000];

/** Asks until there is an answer, or the dialog is closed.
 * @param {ShadowRoot} root @param {Measure} line @param {Unit} unit of lengths on the film so far
 * @param {(mm: number | null) => void} onAnswer its length; null where the film is not to be calibrated any more */
export function askLength(root, line, unit, onAnswer) {
  const known = h("input", { type: "number", min: LEAST, max: MOST, step: "any", required: true, value: line.known ?? "" });
  const answer = (/** @type {number | null} */ mm) => {
    close();
    onAnswer(mm);
  };
  const accept = () => known.reportValidity() && answer(known.valueAsNumber);
  known.addEventListener("keydown", ({ key }) => key === "Enter" && accept());
  // Not a form: the sealed frame submits none.
  const close = openDialog(root, strings.heading, [
    h("p", {}, strings.line(labelOf(line, unit))),
    h("label", { class: "stacked" }, strings.known, known),
    h("p", { class: "fine" }, strings.note),
    h("p", { class: "choices" }, h("button", { type: "button", class: "primary", onclick: accept }, strings.accept),
      unit.basis === "calibrated" && h("button", { type: "button", onclick: () => answer(null) }, strings.remove)),
  ]);
  known.select();
}
