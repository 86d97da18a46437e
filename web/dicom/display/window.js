/* window.js - the VOI step: values onto 0..255 by the file's table or window (PS3.3, C.11.2), or by a
 * default that is said.
 * SPDX-License-Identifier: MIT */
import { lookUp, readLut } from "./lut.js";

/** @typedef {import("../file/data-set.js").DataSet} DataSet */
/** @typedef {import("./lut.js").Lut} Lut */
/** @typedef {import("./lut.js").Range} Range */

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

/** How many bits the largest entry needs, at least the 8 that are shown. @param {number} most */
const bitsOf = (most) => Math.max(8, Math.floor(Math.log2(Math.max(most, 1))) + 1);

/** The bits of a table's entries. Some tables say 16 and hold 12, some say 8 and hold 12: by what they
 * say the film would be black, or white. Toolkits differ on the first; the entries count here as soon
 * as they use less than a quarter of what they might. @param {Lut} lut */
const trueBits = ({ bits, most }) => (most >= 2 ** bits || most < 2 ** (bits - 2) ? bitsOf(most) : bits);

/** @param {Lut} lut @returns {Own} */
function tabled(lut) {
  const bits = trueBits(lut);
  const white = 2 ** bits - 1;
  return {
    voi: {
      window: { from: "lut", shape: null, center: null, width: null },
      tone: (value) => (lookUp(lut, value) * 255) / white,
    },
    doubt: bits === lut.bits ? ""
      : `The file's VOI lookup table says ${lut.bits} bits and holds ${bits}; it was shown by what it holds.`,
  };
}

/** The file's own table or window; null if it has none that can be used; doubt: why not, or why not as
 * it stands. @typedef {{ voi: Voi | null, doubt: string }} Own */

/** The file's own window. @param {DataSet} set @returns {Own} */
function windowed(set) {
  const [center, width] = [set.decimal("windowCenter"), set.decimal("windowWidth")];
  if (!center.said && !width.said) return { voi: null, doubt: "" };
  const shape = SHAPES[set.word("windowFunction")] ?? "linear";
  if (center.value === null || width.value === null) {
    return { voi: null, doubt: "The file's window is not a pair of numbers." };
  }
  if (shape === "linear" ? width.value < 1 : width.value <= 0) {
    return { voi: null, doubt: `The file's window has a width of ${width.value}.` };
  }
  return {
    voi: shaped(shape, center.value, width.value, "window"),
    doubt: center.clean && width.clean ? ""
      : `The file's window is not a pair of plain numbers; ${center.value} and ${width.value} were read.`,
  };
}

/** A table counts before a window. @param {DataSet} set @param {Range} values that the modality step
 * can give @returns {Own} */
function own(set, values) {
  const item = set.item("voiLut");
  const { lut, fault } = item ? readLut(item, "lutDescriptor", "lutData", values) : { lut: null, fault: "" };
  if (lut) return tabled(lut);
  const { voi, doubt } = windowed(set);
  const faulty = fault && `The file's VOI lookup table cannot be used: ${fault}.`;
  return { voi, doubt: [faulty, doubt].filter(Boolean).join(" ") };
}

/**
 * @param {DataSet} set
 * @param {Range} values that the modality step can give
 * @param {{ bits: boolean, range: Range }} ends bits: whether all that can be is the default; range:
 *   of the values that there are
 * @returns {Voi & { doubt: string }} doubt: why the file's own was not taken as it stands
 */
export function voiOf(set, values, { bits, range }) {
  const { voi, doubt } = own(set, values);
  if (voi) return { ...voi, doubt };
  const [low, high] = bits ? values : range;
  // A film of one value has no range: it is black, as a 16-bit PNG of one value is.
  const [center, width] = high > low ? [(low + high) / 2, high - low] : [low + 0.5, 1];
  return { ...shaped("linear-exact", center, width, bits ? "bits" : "range"), doubt };
}

/** Rounded to nearest, within 0..255. @param {number} tone */
export const toByte = (tone) => Math.min(Math.max(Math.floor(tone + 0.5), 0), 255);
