/* gray.js - stored samples to what the model sees, for gray films.
 *
 *     sample ── bits, sign ── rescale or modality LUT ── window ── MONOCHROME1: 255 - y ── 0..255
 *
 * A film has at most 65,536 different samples: all of this is done once for each, in a table.
 * SPDX-License-Identifier: MIT */
import { lookUp, readLut } from "./lut.js";
import { toByte, voiOf } from "./window.js";

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./layout.js").Layout} Layout */

/** A film in its full depth. levels: samples, order kept (the most negative is 0); tones: for each
 * level its place between black (0) and white (255), also beyond.
 * @typedef {{ levels: Uint16Array, tones: Float32Array }} Deep */
/** @typedef {object} Gray
 * @property {Uint8Array} bytes what the model gets, 0 is black
 * @property {Deep} deep
 * @property {import("./window.js").Window} window
 * @property {[number, number] | null} rescale slope and intercept, if they change anything
 * @property {boolean} modalityLut
 * @property {boolean} inverted MONOCHROME1
 * @property {boolean} padded there is padding, and it was made black
 */

/** Samples as levels: 0 for the least that can be stored. @param {Uint8Array | Uint16Array} samples
 * @param {Layout} layout @returns {Uint16Array} */
function levelsOf(samples, { stored, highBit, signed }) {
  const shift = highBit + 1 - stored;
  const mask = 2 ** stored - 1;
  const flip = signed ? 2 ** (stored - 1) : 0;
  const levels = new Uint16Array(samples.length);
  for (let i = 0; i < levels.length; i += 1) levels[i] = ((samples[i] >> shift) & mask) ^ flip;
  return levels;
}

/** @param {DataSet} set @param {boolean} signed */
function modalityOf(set, signed) {
  const item = set.item("modalityLut");
  const lut = item && readLut(item, "lutDescriptor", "lutData", signed);
  if (lut) return { lut: true, rescale: null, value: (/** @type {number} */ v) => lookUp(lut, v) };
  const slope = set.decimal("slope") ?? 1;
  const intercept = set.decimal("intercept") ?? 0;
  /** @type {[number, number] | null} */
  const rescale = slope === 1 && intercept === 0 ? null : [slope, intercept];
  return { lut: false, rescale, value: (/** @type {number} */ v) => v * slope + intercept };
}

/** Which values are padding. @param {DataSet} set @param {boolean} signed
 * @returns {(value: number) => boolean} */
function paddingOf(set, signed) {
  const value = set.integer("padding", { signed });
  if (value === null) return () => false;
  const limit = set.integer("paddingLimit", { signed }) ?? value;
  const [low, high] = [Math.min(value, limit), Math.max(value, limit)];
  return (v) => v >= low && v <= high;
}

/** Which levels occur. @param {Uint16Array} levels @param {number} count */
function present(levels, count) {
  const found = new Uint8Array(count);
  for (let i = 0; i < levels.length; i += 1) found[levels[i]] = 1;
  return found;
}

/** The smallest and largest value of levels that occur. @param {Uint8Array} found
 * @param {(level: number) => number} valueOf @param {(level: number) => boolean} isPadding
 * @returns {[number, number]} */
function rangeOf(found, valueOf, isPadding) {
  let [low, high] = [Infinity, -Infinity];
  for (let level = 0; level < found.length; level += 1) {
    if (!found[level] || isPadding(level)) continue;
    const value = valueOf(level);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * @param {DataSet} set
 * @param {Layout} layout
 * @param {Uint8Array | Uint16Array} samples of one frame
 * @returns {Gray}
 */
export function renderGray(set, layout, samples) {
  const { stored, signed, photometric } = layout;
  const levels = levelsOf(samples, layout);
  const least = signed ? -(2 ** (stored - 1)) : 0;
  const modality = modalityOf(set, signed);
  const padding = paddingOf(set, signed);
  const isPadding = (/** @type {number} */ level) => padding(level + least);
  const valueOf = (/** @type {number} */ level) => modality.value(level + least);
  const count = 2 ** stored;
  const found = present(levels, count);
  const all = /** @type {[number, number]} */ ([valueOf(0), valueOf(count - 1)].sort((a, b) => a - b));
  const { window, tone } = voiOf(set, signed || all[0] < 0, {
    bits: stored <= 8 ? all : null, range: rangeOf(found, valueOf, isPadding),
  });
  const inverted = photometric === "MONOCHROME1";
  const tones = new Float32Array(count);
  const shades = new Uint8Array(count);
  for (let level = 0; level < count; level += 1) {
    const place = tone(valueOf(level));
    const black = isPadding(level);
    tones[level] = black ? -Infinity : inverted ? 255 - place : place;
    shades[level] = black ? 0 : inverted ? 255 - toByte(place) : toByte(place);
  }
  const bytes = new Uint8Array(levels.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = shades[levels[i]];
  const padded = found.some((is, level) => is && isPadding(level));
  return {
    bytes, deep: { levels, tones }, window, rescale: modality.rescale, modalityLut: modality.lut,
    inverted, padded,
  };
}
