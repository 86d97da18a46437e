/* input.js - turns the inputs of analyze() into what the engine takes: the bytes of a file, or raw
 * pixels.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { isA, settledInput, typeName } from "./given-input.js";
import { checkSize, rawPixels } from "./raw-pixels.js";
import { MAX_FILE_BYTES } from "./wasm-engine.js";

/** @typedef {import("./given-input.js").ByteStream} ByteStream */
/** @typedef {import("./given-input.js").ReadPlace} ReadPlace */
/** @typedef {import("./raw-pixels.js").GivenPixels} GivenPixels */
/** @typedef {import("./raw-pixels.js").Pixels} Pixels */
/** PNG, JPEG or DICOM bytes, or where they are: in Node a path or file: URL, in a page an address of its own origin;
 * a response or a stream of them; raw pixels; or something that a canvas can draw (an image element as the browser
 * shows it, with its EXIF orientation). It is read when its turn comes: leave it unchanged until the promise
 * settles. A response or a stream is used up.
 * @typedef {Uint8Array | ArrayBuffer | DataView | Blob | string | URL | Response | ByteStream | Pixels
 *   | HTMLCanvasElement | OffscreenCanvas | ImageBitmap | HTMLImageElement | VideoFrame} Input */

/** @typedef {import("./film-reader.js").Raw} Raw */

const DRAWABLE = ["HTMLCanvasElement", "OffscreenCanvas", "ImageBitmap", "HTMLImageElement", "VideoFrame"];

/** @param {Blob} blob */
async function readBlob(blob) {
  if (blob.size > MAX_FILE_BYTES) throw new EvaxError("IMAGE_HEAP", `a file of ${blob.size} bytes`);
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {any} picture */
const sidesOf = (picture) => ({
  width: picture.naturalWidth ?? picture.displayWidth ?? picture.width,
  height: picture.naturalHeight ?? picture.displayHeight ?? picture.height,
});

/** The pixels of what a canvas can draw. A canvas of our own reads any of them alike, whatever context
 * theirs has. @param {any} picture @returns {Promise<Pixels>} */
async function drawnPixels(picture) {
  try {
    await picture.decode?.(); // an image element may still be on its way
    const { width, height } = sidesOf(picture);
    if (!(width > 0 && height > 0)) throw new EvaxError("IMAGE_EMPTY", `${width} x ${height} pixels`);
    checkSize(width, height);
    const canvas = new OffscreenCanvas(width, height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      canvas.getContext("2d", { willReadFrequently: true }));
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { data, width, height };
  } catch (cause) {
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("INPUT_UNREADABLE", /** @type {Error} */ (cause).message, { cause });
  }
}

/** @param {ArrayBufferView} view */
const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

/** The bytes of a file, if that is what was given. @param {any} input @returns {Promise<Uint8Array | null>} */
async function fileBytes(input) {
  if (isA(input, "Uint8Array")) return input;
  if (isA(input, "DataView")) return bytesOf(input);
  if (isA(input, "ArrayBuffer")) return new Uint8Array(input);
  return isA(input, "Blob") || isA(input, "File") ? readBlob(input) : null;
}

/**
 * Reads what was given. Rejects with INPUT_TYPE, INPUT_LENGTH, INPUT_VALUE, INPUT_UNREADABLE or an IMAGE_ code, or
 * with the signal's reason.
 * @param {unknown} input
 * @param {{ signal?: AbortSignal, readPlace?: ReadPlace }} [how] readPlace: what reads a path or an address
 * @returns {Promise<GivenPixels>}
 */
export async function readInput(input, how = {}) {
  const settled = await settledInput(input, how);
  const bytes = await fileBytes(settled);
  if (bytes) return { raw: { bytes, layout: null }, stored: {} };
  if (DRAWABLE.some((name) => isA(settled, name))) return rawPixels(await drawnPixels(settled));
  if (isA(settled, "FileList")) {
    throw new EvaxError("INPUT_TYPE", "a FileList was given; give one of its files, or all of them to analyzeAll()");
  }
  if (typeof settled === "object" && settled !== null && "data" in settled) {
    return rawPixels(/** @type {Pixels} */ (settled));
  }
  throw new EvaxError("INPUT_TYPE", `${typeName(settled)} was given`);
}
