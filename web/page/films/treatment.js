/* treatment.js - a film read otherwise than it is stored, because the person said so: turned, mirrored, inverted.
 *
 *     film as decoded, 8 bits ── treated ── pixels for the engine
 *                                  └── the same of its full depth, for the viewer
 *
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { UPRIGHT, compose, isUpright, orient } from "../../picture/orientation.js";
import { text } from "../base/strings.js";

/** invert: black and white are exchanged, whatever the orientation
 * @typedef {import("../../picture/orientation.js").Orientation & { invert: boolean }} Treatment */
/** @typedef {import("./picture-cache.js").Picture} Picture */

/** None. @type {Readonly<Treatment>} */
export const AS_STORED = Object.freeze({ ...UPRIGHT, invert: false });

/** @param {Treatment} first @param {Treatment} second of what the first has made @returns {Treatment} */
export const both = (first, second) => ({ ...compose(first, second), invert: first.invert !== second.invert });

/** @param {Treatment} treatment */
export const isAsStored = (treatment) => isUpright(treatment) && !treatment.invert;

/* What its file says of how a film lies has been answered by treating it. */
const ANSWERED = new Set(["ROTATED", "MIRRORED", "UPSIDE_DOWN"]);

/** The reasons of the file that a treatment leaves. @param {{ code: string }} reason @param {Treatment} treatment */
export const remains = ({ code }, treatment) => isUpright(treatment) || !ANSWERED.has(code);

/** In a sentence. @param {Treatment} treatment */
export function treatmentNote({ turns, flip, invert }) {
  const done = [flip && text.treatment.flip, turns > 0 && text.treatment.turns[turns - 1], invert && text.treatment.invert];
  return text.treatment.note(done.filter(Boolean).join(", "));
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

/** The gray levels of an inverted film. @param {Float32Array} tones -Infinity is padding and stays black */
export const invertedTones = (tones) => tones.map((tone) => (Number.isFinite(tone) ? 255 - tone : tone));

/** A picture as the engine takes pixels: gray, or RGBA. @param {Picture} picture of 8 bits
 * @returns {import("../../engine/input.js").Pixels} */
export function pixelsOf({ width, height, channels, data }) {
  if (channels === 1) return { width, height, data: /** @type {Uint8Array} */ (data) };
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) rgba.set([data[from], data[from + 1], data[from + 2]], to);
  return { width, height, data: rgba };
}
