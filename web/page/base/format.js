/* format.js - how films, findings and numbers are written for people.
 * SPDX-License-Identifier: MIT */
import { text } from "./strings.js";

export { against, clock, count, duration, fixed, fraction, logit, signed, size, windowValue } from "./numbers.js";

/** How a film was stored. @param {import("../../engine/analysis.js").InputInfo} input */
export const stored = ({ width, height, bitDepth, format }) =>
  text.viewer.stored(width, height, bitDepth, format.toUpperCase());

const named = /** @type {Record<string, string>} */ (text.findingNames);

/** The name of a finding: a published label in the person's language, any other as the model has it.
 * @param {string} label @returns {string} */
export const words = (label) => (Object.hasOwn(named, label) ? named[label] : label.replaceAll("_", " "));

/** The same with the label in English behind it, for what leaves this page. @param {string} label */
export function wordsAndLabel(label) {
  const [here, english] = [words(label), label.replaceAll("_", " ")];
  return here === english ? here : `${here} (${english})`;
}
