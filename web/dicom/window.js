/* window.js - values onto 0..255: the file's VOI LUT or window (PS3.3, C.11.2), or a default that is
 * said.
 * SPDX-License-Identifier: MIT */
import { lookUp, readLut } from "./lut.js";

/** @typedef {import("./data-set.js").DataSet} DataSet */
/** @typedef {import("./lut.js").Lut} Lut */

/** What became black and white. from: the file's table or window, or where it has neither, all that
 * the bits can hold (up to 8 bits) or the smallest and largest value that is not padding (more).
 * @typedef {object} Window
 * @property {"lut" | "window" | "bits" | "range"} from
 * @property {"linear" | "linear-exact" | "sigmoid" | null} shape null for a table
 * @property {number | null} center in units after rescaling; null for a table
 * @property {number | null} width
 */
/** tone: where a value lies between black (0) and white (255), not rounded; of straight lines also
 * beyond.
 * @typedef {{ window: Window, tone: (value: number) => number }} Voi */

/** @typedef {"linear" | "linear-exact" | "sigmoid"} Shape */

/** @type {Record<string, Shape>} */
const SHAPES = { LINEAR: "linear", LINEAR_EXACT: "linear-exact", SIGMOID: "sigmoid" };

/** @type {Record<Shape, (value: number, c: number, w: number) => number>} */
const TONES = {
  linear: (x, c, w) => (w === 1 ? (x <= c - 0.5 ? -Infinity : Infinity)
    : ((x - (c - 0.5)) / (w - 1) + 0.5) * 255),
  "linear-exact": (x, c, w) => ((x - c) / w + 0.5) * 255,
  sigmoid: (x, c, w) => 255 / (1 + Math.exp((-4 * (x - c)) / w)),
};

/** @param {Shape} shape @param {number} center @param {number} width
 * @param {Window["from"]} from @returns {Voi} */
const shaped = (shape, center, width, from) => ({
  window: { from, shape, center, width },
  tone: (value) => TONES[shape](value, center, width),
});

/** @param {Lut} lut @returns {Voi} */
function tabled(lut) {
  const most = 2 ** lut.bits - 1;
  return {
    window: { from: "lut", shape: null, center: null, width: null },
    tone: (value) => (lookUp(lut, value) * 255) / most,
  };
}

/** The file's own; null if it has none that can be used. @param {DataSet} set
 * @param {boolean} signed @returns {Voi | null} */
function own(set, signed) {
  const item = set.item("voiLut");
  const lut = item && readLut(item, "lutDescriptor", "lutData", signed);
  if (lut) return tabled(lut);
  const [center, width] = [set.decimal("windowCenter"), set.decimal("windowWidth")];
  const shape = SHAPES[set.word("windowFunction") || "LINEAR"];
  if (center === null || width === null || !shape) return null;
  if (shape === "linear" ? width < 1 : width <= 0) return null;
  return shaped(shape, center, width, "window");
}

/**
 * @param {DataSet} set
 * @param {boolean} signed whether values can be below zero
 * @param {{ bits: [number, number] | null, range: [number, number] }} ends bits: the values of the
 *   smallest and largest sample that there can be, if they are the default; range: of those that
 *   there are
 * @returns {Voi}
 */
export function voiOf(set, signed, { bits, range }) {
  const found = own(set, signed);
  if (found) return found;
  const [low, high] = bits ?? range;
  // A film of one value has no range: it is black, as a 16-bit PNG of one value is.
  const [center, width] = high > low ? [(low + high) / 2, high - low] : [low + 0.5, 1];
  return shaped("linear-exact", center, width, bits ? "bits" : "range");
}

/** Rounded to nearest, within 0..255. @param {number} tone */
export const toByte = (tone) => Math.min(Math.max(Math.floor(tone + 0.5), 0), 255);
