/* gray-scale.js - how the values of a gray DICOM film become tones, and back.
 *
 * A tone is a place on a straight line of values: 0 is black and 255 white in the film's first window, and there is more
 * beyond. What the file does otherwise than by a straight line is applied after it (a sigmoid), or instead (a table).
 * SPDX-License-Identifier: MIT */
import { lookOf } from "./pyramid.js";
import { PLAIN, spanOf } from "./viewport.js";

/** @typedef {import("./viewport.js").Look} Look */
/** @typedef {import("../dicom/display/window.js").Window} Window */
/** @typedef {{ inverted: boolean, window: Window | null }} Facts of a DICOM file */
/** @typedef {{ center: number, width: number }} NativeWindow in the file's values, after rescaling */
/** The window that is tone 0 to 255. steps: values from black to white; extra: by how much its width is more; way: -1 where
 * high values are dark @typedef {{ center: number, steps: number, extra: number, way: 1 | -1 }} Line */
/**
 * @typedef {object} GrayScale
 * @property {Float32Array} values of each level; NaN is padding
 * @property {Float32Array} tones of each level; -Infinity is padding
 * @property {Float32Array | null} table the tones of each level by the file's table, if it has one
 * @property {import("./pyramid.js").Curve} curve
 * @property {Line} line
 * @property {Look} plain as the model saw the film
 * @property {import("./viewport.js").Span} span of the tones that occur, and of black to white
 * @property {Look} whole from the least value that occurs to the greatest
 */

/* Of 8 bits, which are their own tones: the linear window of center 128 and width 256. */
/** @type {Line} */
const BYTES = { center: 128, steps: 255, extra: 1, way: 1 };
/* A linear window of width w has w - 1 steps from black to white. */
/** @type {Partial<Record<NonNullable<Window["shape"]>, number>>} */
const EXTRA = { linear: 1, "linear-exact": 0, sigmoid: 0 };
/* The part of black to white that a table's window spans: its ends are often bent. */
const PART = 0.9;

/** @param {Facts} facts @param {[number, number]} range @param {boolean} invert @returns {Line} */
function lineOf({ inverted, window }, [low, high], invert) {
  const way = inverted === invert ? 1 : -1;
  const { shape, center, width } = window ?? {};
  const extra = (shape && EXTRA[shape]) ?? 0;
  if (shape && typeof center === "number" && typeof width === "number" && width > extra) return { center, steps: width - extra, extra, way };
  return { center: (low + high + extra) / 2, steps: Math.max(high - low, 1), extra, way };
}

/** @param {Line} line @returns {(value: number) => number} the tone of a value */
const toneBy = ({ center, steps, extra, way }) => (value) => {
  const tone = ((value - (center - extra / 2)) / steps + 0.5) * 255;
  return way > 0 ? tone : 255 - tone;
};

/** The window that goes from one tone to another. @param {number} low @param {number} high @returns {Look} */
const lookBetween = (low, high) => ({ level: (low + high) / 2, window: high - low, invert: false });

/** About what a table does, as a window to go on from. @param {Float32Array} table @param {Float32Array} tones
 * @param {Look} whole @returns {Look} */
function lookOfTable(table, tones, whole) {
  const inside = tones.filter((_, level) => Math.abs(table[level] - 127.5) < 127.5 * PART);
  const [low, high] = [inside.reduce((a, b) => Math.min(a, b), Infinity), inside.reduce((a, b) => Math.max(a, b), -Infinity)];
  if (!(high > low)) return { ...whole, table: true };
  return { level: (low + high) / 2, window: (high - low) / PART, invert: false, table: true };
}

/** As the model saw it. @param {Window | null} window @param {Line} line @param {Float32Array | null} table
 * @param {Float32Array} tones @param {Look} whole @returns {Look} */
function plainOf(window, line, table, tones, whole) {
  if (table) return lookOfTable(table, tones, whole);
  // A window of one value has no gray: all above center - 0.5 is white (PS3.3, C.11.2.1.2.1).
  if (window?.shape === "linear" && window.width === 1) {
    return { level: toneBy(line)(/** @type {number} */ (window.center) - 0.5), window: 0, invert: false };
  }
  return PLAIN;
}

/**
 * @param {import("../dicom/display/gray.js").Deep} deep
 * @param {Facts} facts
 * @param {boolean} [invert] whether black and white were exchanged after what the file says
 * @returns {GrayScale}
 */
export function grayScaleOf({ tones: own, values, range }, facts, invert = false) {
  const line = lineOf(facts, range, invert);
  const toneOf = toneBy(line);
  const tones = values.map((value) => (Number.isNaN(value) ? -Infinity : toneOf(value)));
  const turned = invert ? own.map((tone) => (Number.isFinite(tone) ? 255 - tone : tone)) : own;
  const table = facts.window?.from === "lut" ? turned : null;
  const ends = range.map(toneOf);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const whole = lookBetween(low, high);
  return { values, tones, table, line, span: spanOf([low, high]), whole, plain: plainOf(facts.window, line, table, tones, whole),
    curve: facts.window?.shape === "sigmoid" ? "sigmoid" : "straight" };
}

/** As what each sample is shown. @param {Look} look @param {GrayScale | null} scale null for samples that are their own tones */
export function shadesOf(look, scale) {
  if (scale && look.table && scale.table) return lookOf({ ...PLAIN, invert: look.invert }, scale.table);
  return lookOf(look, scale?.tones, scale?.curve);
}

/**
 * The window on the screen in the file's values (PS3.3, C.11.2.1.2). Of a film as the model saw it this is the file's own.
 * @param {Pick<Look, "level" | "window">} look @param {GrayScale | null} scale null for 8 bits
 * @returns {NativeWindow}
 */
export function inNativeUnits({ level, window }, scale) {
  const { center, steps, extra, way } = scale?.line ?? BYTES;
  return { center: center + ((level - PLAIN.level) * way * steps) / 255, width: (window * steps) / 255 + extra };
}

/** The other way: what is on the screen for a window in the file's values.
 * @param {NativeWindow} native @param {GrayScale | null} scale @returns {{ level: number, window: number }} */
export function fromNativeUnits({ center, width }, scale) {
  const { center: middle, steps, extra, way } = scale?.line ?? BYTES;
  return { level: PLAIN.level + ((center - middle) * 255 * way) / steps, window: (Math.max(width - extra, 0) * 255) / steps };
}

/** The narrowest window: one value from black to white, of 8 bits one tone. @param {GrayScale | null} scale */
export const narrowest = (scale) => Math.min(255 / (scale?.line.steps ?? 255), 1);
