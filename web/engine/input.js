/* input.js - turns the inputs of analyze() into what the engine takes: the bytes of a file, or raw
 * pixels.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_PIXELS, MAX_SIDE } from "../base/limits.js";
import { LAYOUT, MAX_FILE_BYTES } from "./wasm-engine.js";

/** Raw pixels: RGBA (4 values a pixel, as ImageData has them), or gray of 8 or 16 bits (1 value a
 * pixel, 0 = black), rows without gaps.
 * @typedef {object} Pixels
 * @property {Uint8ClampedArray | Uint8Array | Uint16Array} data
 * @property {number} width
 * @property {number} height
 */
/** PNG, JPEG or DICOM bytes, raw pixels, or something that a canvas can draw. It is read when its turn
 * comes: leave it unchanged until the promise settles.
 * @typedef {Uint8Array | ArrayBuffer | Blob | Pixels | HTMLCanvasElement | OffscreenCanvas
 *   | ImageBitmap} Input */

/** @typedef {import("./film-reader.js").Raw} Raw */

const DRAWABLE = ["HTMLCanvasElement", "OffscreenCanvas", "ImageBitmap"];

/** @param {unknown} value @param {string} name of a class, which may come from another window */
const isA = (value, name) => Object.prototype.toString.call(value) === `[object ${name}]`;

/** @param {unknown} value */
const typeName = (value) => (value === null ? "null" : value?.constructor?.name ?? typeof value);

/** @param {Blob} blob */
async function readBlob(blob) {
  if (blob.size > MAX_FILE_BYTES) throw new EvaxError("IMAGE_HEAP", `a file of ${blob.size} bytes`);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** Refuses before anything is copied. @param {number} width @param {number} height */
function checkSize(width, height) {
  if (Math.max(width, height) <= MAX_SIDE && width * height <= MAX_PIXELS) return;
  throw new EvaxError("IMAGE_SIZE", `${width} x ${height} pixels`);
}

/** The pixels of a canvas or bitmap. A canvas of our own reads any of them alike, whatever context
 * theirs has. @param {any} picture @returns {Pixels} */
function drawnPixels(picture) {
  const { width, height } = picture;
  if (!(width > 0 && height > 0)) throw new EvaxError("IMAGE_EMPTY", `${width} x ${height} pixels`);
  checkSize(width, height);
  try {
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      canvas.getContext("2d", { willReadFrequently: true }));
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { data, width, height };
  } catch (cause) {
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {Pixels} pixels @returns {number} */
function layoutOf({ data, width, height }) {
  const wide = isA(data, "Uint16Array");
  if (!wide && !isA(data, "Uint8Array") && !isA(data, "Uint8ClampedArray")) {
    throw new EvaxError("INPUT_TYPE", `data is ${typeName(data)}, not bytes or 16-bit values`);
  }
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < 0 || side > 0x7fffffff) {
      throw new EvaxError("INPUT_LENGTH", `${name} is ${String(side)}, not a number of pixels`);
    }
  }
  checkSize(width, height);
  const area = width * height;
  if (data.length === area) return wide ? LAYOUT.gray16 : LAYOUT.gray8;
  if (!wide && data.length === 4 * area) return LAYOUT.rgba8;
  throw new EvaxError("INPUT_LENGTH", `${data.length} values for ${width} x ${height} pixels`);
}

/** @param {Pixels} pixels @returns {Raw} */
function rawPixels(pixels) {
  const { data, width, height } = pixels;
  const layout = layoutOf(pixels);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { bytes, layout, width, height };
}

/**
 * @param {unknown} input
 * @returns {Promise<Raw>}
 */
export async function readInput(input) {
  if (isA(input, "Uint8Array")) return { bytes: /** @type {Uint8Array} */ (input), layout: null };
  if (isA(input, "ArrayBuffer")) {
    return { bytes: new Uint8Array(/** @type {ArrayBuffer} */ (input)), layout: null };
  }
  if (isA(input, "Blob") || isA(input, "File")) {
    return { bytes: await readBlob(/** @type {Blob} */ (input)), layout: null };
  }
  if (DRAWABLE.some((name) => isA(input, name))) {
    return rawPixels(drawnPixels(input));
  }
  if (typeof input === "object" && input !== null && "data" in input) {
    return rawPixels(/** @type {Pixels} */ (input));
  }
  throw new EvaxError("INPUT_TYPE", `${typeName(input)} was given`);
}
