/* raw-pixels.js - pixels of any layout and type to what the engine takes: gray of 8 or 16 bits, or RGBA.
 *
 *     gray, RGB, RGBA of 8 bits; gray of 16 bits     as they are; RGB gets an alpha of 255
 *     anything with a range                          onto 0..255, to the nearest; beyond the range its ends
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_PIXELS, MAX_SIDE } from "../base/limits.js";
import { isA, typeName } from "./given-input.js";
import { LAYOUT } from "./wasm-engine.js";

/** @typedef {Uint8ClampedArray | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array
 *   | Float32Array | Float64Array} Samples */
/** Raw pixels, rows without gaps: gray (1 value a pixel, 0 = black), RGB (3) or RGBA (4, as ImageData has them; alpha
 * is dropped). Without a range, values of 8 bits, or gray of 16 bits.
 * @typedef {object} Pixels
 * @property {Samples} data
 * @property {number} width
 * @property {number} height
 * @property {readonly [black: number, white: number]} [range] the values that become black and white, which values
 *   of other types need; black may be the larger one
 */
/** @typedef {import("./film-reader.js").Raw} Raw */
/** @typedef {import("./analysis.js").InputInfo} InputInfo */
/** Pixels for the engine, and what they were, where it cannot see that any more.
 * @typedef {{ raw: Raw, stored: Partial<InputInfo> }} GivenPixels */

const TYPES = ["Uint8Array", "Uint8ClampedArray", "Int8Array", "Uint16Array", "Int16Array", "Uint32Array", "Int32Array",
  "Float32Array", "Float64Array"];
const WITHOUT_RANGE = ["Uint8Array", "Uint8ClampedArray", "Uint16Array"];
const WHITE = 255;

/** Refuses before anything is copied. @param {number} width @param {number} height */
export function checkSize(width, height) {
  if (Math.max(width, height) <= MAX_SIDE && width * height <= MAX_PIXELS) return;
  throw new EvaxError("IMAGE_SIZE", `${width} x ${height} pixels`);
}

/** Values a pixel: 1, 3 or 4. @param {Pixels} pixels */
function channelsOf({ data, width, height }) {
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < 0 || side > 0x7fffffff) {
      throw new EvaxError("INPUT_LENGTH", `${name} is ${String(side)}, not a number of pixels`);
    }
  }
  checkSize(width, height);
  const channels = [1, 3, 4].find((count) => data.length === count * width * height);
  if (channels) return channels;
  throw new EvaxError("INPUT_LENGTH", `${data.length} values for ${width} x ${height} pixels`);
}

/** @param {readonly [number, number]} range */
function checkRange(range) {
  const [black, white] = Array.isArray(range) && range.length === 2 ? range : [NaN, NaN];
  if (Number.isFinite(black) && Number.isFinite(white) && Number.isFinite(white - black) && black !== white) return;
  throw new EvaxError("INPUT_VALUE", "range must be two different numbers: what is black, and what is white");
}

/** @param {Samples} data @param {readonly [number, number]} range @returns {Uint8Array} */
function inRange(data, [black, white]) {
  const out = new Uint8Array(data.length);
  const scale = WHITE / (white - black);
  for (let i = 0; i < data.length; i++) {
    if (Number.isNaN(data[i])) throw new EvaxError("INPUT_VALUE", `value ${i} is NaN`);
    out[i] = Math.round(Math.min(Math.max((data[i] - black) * scale, 0), WHITE));
  }
  return out;
}

/** RGB as RGBA. @param {ArrayLike<number>} rgb @param {number} pixels */
function opaque(rgb, pixels) {
  const rgba = new Uint8Array(4 * pixels).fill(WHITE);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = rgb[3 * i + c];
  }
  return rgba;
}

/** What is said of values that were brought into a range. @param {Pixels} pixels @returns {Partial<InputInfo>} */
function rangedInfo({ data, range: [black, white] = [0, WHITE] }) {
  return {
    bitDepth: 8 * data.BYTES_PER_ELEMENT,
    conversions: black < white ? ["windowed"] : ["windowed", "inverted"],
    window: [Math.min(black, white), Math.max(black, white)],
    notes: [`Values: ${black} became black and ${white} white.`],
  };
}

/** @param {Pixels} pixels @returns {GivenPixels} */
export function rawPixels(pixels) {
  const { data, width, height, range } = pixels;
  const allowed = range === undefined ? WITHOUT_RANGE : TYPES;
  if (!allowed.some((name) => isA(data, name))) {
    const cure = TYPES.some((name) => isA(data, name)) ? "; state its range: [black, white]" : "";
    throw new EvaxError("INPUT_TYPE", `data is ${typeName(data)}, not bytes or 16-bit values${cure}`);
  }
  if (range) checkRange(range);
  const channels = channelsOf(pixels);
  const wide = !range && isA(data, "Uint16Array");
  if (wide && channels > 1) throw new EvaxError("INPUT_TYPE", "color of 16 bits; state its range: [black, white]");
  const values = range ? inRange(data, range) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = channels === 3 ? opaque(values, width * height) : values;
  const layout = channels > 1 ? LAYOUT.rgba8 : wide ? LAYOUT.gray16 : LAYOUT.gray8;
  const stored = { ...(channels === 3 && { channels }), ...(range && rangedInfo(pixels)) };
  return { raw: { bytes, layout, width, height }, stored };
}
