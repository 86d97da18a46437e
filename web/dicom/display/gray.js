/* gray.js - stored samples to what the model sees, for gray films. Each step knows the range and the
 * sign of what the one before can give, and nothing else of it:
 *
 *     sample         where its value lies: by the file, or its codestream (frame.js)
 *       │ depth      mask, two's complement                      ── value, [least, most]
 *       │ modality   table or slope and intercept (modality.js)  ── value, extremes over all samples
 *       │ VOI        table or window, or a default (window.js)   ── tone: 0 black, 255 white
 *       │ shape      MONOCHROME1 or INVERSE: 255 - tone; padding: black
 *     shade 0..255
 *
 * All of this is done once for each of at most 65,536 levels (levels.js), in a table; where a level stands for
 * several values, shades are computed sample by sample.
 * SPDX-License-Identifier: MIT */
import { levelsOf, sampleValue } from "./levels.js";
import { modalityOf } from "./modality.js";
import { chunks } from "../../base/steps.js";
import { toByte, voiOf } from "./window.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("../frame/layout.js").Layout} Layout */
/** @typedef {import("./levels.js").Depth} Depth */
/** @typedef {import("./levels.js").Samples} Samples */
/** @typedef {import("./lut.js").Range} Range */

/** A film in its full depth. levels: values, order kept, the least that there can be is 0; tones: for
 * each level its place between black (0) and white (255), also beyond; values: of each level after the modality step; range:
 * of those that occur. Of padding the tone is -Infinity and the value NaN.
 * @typedef {{ levels: Uint16Array, tones: Float32Array, values: Float32Array, range: Range }} Deep */
/** @typedef {object} Gray
 * @property {Uint8Array} bytes what the model gets, 0 is black
 * @property {Deep} deep
 * @property {import("./window.js").Window} window
 * @property {[number, number] | null} rescale slope and intercept, if they change anything
 * @property {boolean} modalityLut
 * @property {boolean} inverted black and white were exchanged
 * @property {boolean} padded there is padding, and it was made black
 * @property {string} modalityDoubt why the file's modality step was not taken as it stands
 * @property {string} voiDoubt the same of its VOI step
 * @property {string} shapeDoubt of what says whether black and white are exchanged
 */

/** A word of 16 bits whose sign is not known, as that reading which can occur. @param {number} word
 * @param {Range} stored */
const within = (word, [least, most]) => (word > most && word - 65_536 >= least ? word - 65_536 : word);

/** Which values are padding. @param {DataSet} set @param {Range} stored
 * @returns {(value: number) => boolean} */
function paddingOf(set, stored) {
  const value = set.integer("padding");
  if (value === null) return () => false;
  const ends = [value, set.integer("paddingLimit") ?? value].map((word) => within(word, stored));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  return (v) => v >= low && v <= high;
}

/** Which levels occur. @param {Uint16Array} levels @param {number} count
 * @returns {Generator<void, Uint8Array>} */
function* present(levels, count) {
  const found = new Uint8Array(count);
  for (const [from, to] of chunks(levels.length)) {
    for (let i = from; i < to; i += 1) found[levels[i]] = 1;
    yield;
  }
  return found;
}

/** The smallest and largest value of levels that count. @param {number} count
 * @param {(level: number) => number} valueOf @param {(level: number) => boolean} counts
 * @returns {Range} */
function extremes(count, valueOf, counts) {
  let [low, high] = [Infinity, -Infinity];
  for (let level = 0; level < count; level += 1) {
    if (!counts(level)) continue;
    const value = valueOf(level);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

/** Whether black and white change places, and what is to be said if the two elements that tell it
 * contradict each other: dcmtk follows the shape of presentation, others know only the photometric
 * interpretation. An inversion that either asks for is made.
 * @param {DataSet} set @param {Layout} layout @returns {{ inverted: boolean, doubt: string }} */
function inversionOf(set, { photometric }) {
  const shape = set.word("presentationShape");
  const byPhotometric = photometric === "MONOCHROME1";
  if (!["IDENTITY", "INVERSE"].includes(shape) || (shape === "INVERSE") === byPhotometric) {
    return { inverted: byPhotometric, doubt: "" };
  }
  return {
    inverted: true, doubt: `The file says ${photometric}, but presentation shape ${shape}: black and white `
      + "were exchanged; not every viewer does that.",
  };
}

/** Every level as a shade. @param {Uint16Array} levels @param {Uint8Array} shades
 * @returns {Generator<void, Uint8Array>} */
function* shaded(levels, shades) {
  const bytes = new Uint8Array(levels.length);
  for (const [from, to] of chunks(levels.length)) {
    for (let i = from; i < to; i += 1) bytes[i] = shades[levels[i]];
    yield;
  }
  return bytes;
}

/** Every sample as a shade. @param {Samples} samples @param {Depth} depth @param {(value: number) => number} shadeOf
 * @returns {Generator<void, Uint8Array>} */
function* shadedOneByOne(samples, depth, shadeOf) {
  const bytes = new Uint8Array(samples.length);
  for (const [from, to] of chunks(samples.length)) {
    for (let i = from; i < to; i += 1) bytes[i] = shadeOf(sampleValue(samples[i], depth));
    yield;
  }
  return bytes;
}

/**
 * @param {DataSet} set
 * @param {Layout} layout
 * @param {Samples} samples of one frame, which it may write over
 * @param {Depth} depth
 * @returns {Generator<void, Gray>}
 */
export function* renderGray(set, layout, samples, depth) {
  const { levels, count, step, valueOf: storedOf } = yield* levelsOf(samples, depth);
  /** @type {Range} */ const stored = [storedOf(0), storedOf(count - 1)];
  const modality = modalityOf(set, stored);
  const isPadding = paddingOf(set, stored);
  const padding = Uint8Array.from({ length: count }, (_, level) => Number(isPadding(storedOf(level))));
  const valueOf = (/** @type {number} */ level) => modality.valueOf(storedOf(level));
  const found = yield* present(levels, count);
  const range = extremes(count, valueOf, (level) => found[level] === 1 && !padding[level]);
  const { window, tone, doubt } = voiOf(set, extremes(count, valueOf, () => true), { bits: layout.stored <= 8, range });
  const { inverted, doubt: shapeDoubt } = inversionOf(set, layout);
  const toneOf = (/** @type {number} */ place) => (inverted ? 255 - place : place);
  const shadeOf = (/** @type {number} */ value) =>
    (isPadding(value) ? 0 : toneOf(toByte(tone(modality.valueOf(value)))));
  const tones = Float32Array.from({ length: count }, (_, level) =>
    (padding[level] ? -Infinity : toneOf(tone(valueOf(level)))));
  const values = Float32Array.from({ length: count }, (_, level) => (padding[level] ? NaN : valueOf(level)));
  const bytes = yield* (step === 1
    ? shaded(levels, Uint8Array.from({ length: count }, (_, level) => shadeOf(storedOf(level))))
    : shadedOneByOne(samples, depth, shadeOf));
  return {
    bytes, deep: { levels, tones, values, range }, window, rescale: modality.rescale,
    modalityLut: modality.table, inverted, padded: found.some((is, level) => is && padding[level]),
    modalityDoubt: modality.doubt, voiDoubt: doubt, shapeDoubt,
  };
}
