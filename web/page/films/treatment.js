/* treatment.js - a film read otherwise than it is stored, because the person said so: turned, mirrored, inverted.
 *
 *     film as decoded, 8 bits ── treated ── pixels for the engine
 *                                  └── the same of its full depth, for the viewer
 *
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { UPRIGHT, compose, inverse, isUpright, orient } from "../../picture/orientation.js";
import { text } from "../base/strings.js";
import { turnedDirections } from "../../picture/edges.js";

/** invert: black and white are exchanged, whatever the orientation
 * @typedef {import("../../picture/orientation.js").Orientation & { invert: boolean }} Treatment */
/** @typedef {import("./picture-cache.js").Picture} Picture */

/** None. @type {Readonly<Treatment>} */
export const AS_STORED = Object.freeze({ ...UPRIGHT, invert: false });

/** @param {Treatment} first @param {Treatment} second of what the first has made @returns {Treatment} */
export const both = (first, second) => ({ ...compose(first, second), invert: first.invert !== second.invert });

/** What takes a treatment back. @param {Treatment} treatment @returns {Treatment} */
export const undoing = (treatment) => ({ ...inverse(treatment), invert: treatment.invert });

/** @param {Treatment} treatment */
export const isAsStored = (treatment) => isUpright(treatment) && !treatment.invert;

/* What its file says of how a film lies has been answered by treating it. */
const ANSWERED = new Set(["ROTATED", "MIRRORED", "UPSIDE_DOWN"]);

/** The reasons of the file that a treatment leaves. @param {{ code: string }} reason @param {Treatment} treatment */
export const remains = ({ code }, treatment) => isUpright(treatment) || !ANSWERED.has(code);

/** How it lies, in words; "" as it is stored. @param {import("../../picture/orientation.js").Orientation} orientation */
export const lyingWords = ({ turns, flip }) =>
  [flip && text.treatment.flip, turns > 0 && text.treatment.turns[turns - 1]].filter(Boolean).join(", ");

/** In words; "" as it is stored. @param {Treatment} treatment */
export const treatmentWords = (treatment) => [lyingWords(treatment), treatment.invert && text.treatment.invert].filter(Boolean).join(", ");

/** In a sentence. @param {Treatment} treatment */
export const treatmentNote = (treatment) => text.treatment.note(treatmentWords(treatment));

/** What a file says of a film that is treated so. @param {import("../../dicom/facts.js").DicomFacts} facts @param {Treatment} treatment
 * @returns {import("../../dicom/facts.js").DicomFacts} */
export function turnedFacts(facts, treatment) {
  const { spacing, pixelRatio, orientation } = facts;
  const sideways = treatment.turns % 2 === 1;
  return { ...facts, inverted: facts.inverted !== treatment.invert,
    spacing: spacing && sideways ? [spacing[1], spacing[0]] : spacing, pixelRatio: sideways ? 1 / pixelRatio : pixelRatio,
    orientation: orientation && turnedDirections(orientation, treatment) };
}

/** @template T @param {Generator<void, T>} work @returns {Promise<T>} */
async function inSlices(work) {
  let step = work.next();
  for (; !step.done; step = work.next()) await yieldToEventLoop();
  return step.value;
}

/** @param {Picture} picture 8 bits or, if it is not inverted, 16 @param {Treatment} treatment @returns {Promise<Picture>} */
export async function treated(picture, treatment) {
  const lying = isUpright(treatment) ? picture : /** @type {Picture} */ (await inSlices(orient(picture, treatment)));
  if (!treatment.invert) return lying;
  return { ...lying, data: lying.data.map((/** @type {number} */ value) => 255 - value) };
}

/** A picture as the engine takes pixels: gray, or RGBA. @param {Picture} picture of 8 bits
 * @returns {import("../../engine/input.js").Pixels} */
export function pixelsOf({ width, height, channels, data }) {
  if (channels === 1) return { width, height, data: /** @type {Uint8Array} */ (data) };
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) rgba.set([data[from], data[from + 1], data[from + 2]], to);
  return { width, height, data: rgba };
}
