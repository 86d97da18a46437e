/* native.js - frames that are stored as they are.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { samplesOf } from "./layout.js";
import { chunks } from "../../base/steps.js";

/** @typedef {import("../file/dicom-file.js").Pixels} Pixels */
/** @typedef {import("./layout.js").Layout} Layout */
/** A frame's samples as they lie in the file, HighBit not yet taken into account.
 * @typedef {import("../display/levels.js").Samples} Samples */

/** 4:2:2 as it is: two pixels share their color differences. @param {Layout} layout */
const isHalved = ({ photometric, samples }) => samples === 3 && photometric === "YBR_FULL_422";

/** Y1 Y2 Cb Cr, for two pixels of a row each. @param {Uint8Array} bytes @param {number} pixels
 * @returns {Generator<void, Uint8Array>} */
function* unhalve(bytes, pixels) {
  const out = new Uint8Array(3 * pixels);
  for (const [from, to] of chunks(pixels)) {
    for (let i = from; i < to; i += 1) {
      const four = 4 * (i >> 1);
      out[3 * i] = bytes[four + (i & 1)];
      out[3 * i + 1] = bytes[four + 2];
      out[3 * i + 2] = bytes[four + 3];
    }
    yield;
  }
  return out;
}

/** Bytes whose pairs change places. @param {Uint8Array} bytes of even length
 * @returns {Generator<void, Uint8Array>} */
function* swapped(bytes) {
  const out = new Uint8Array(bytes.length);
  for (const [from, to] of chunks(out.length)) {
    for (let i = from; i < to; i += 1) out[i] = bytes[i ^ 1];
    yield;
  }
  return out;
}

/** @param {Uint8Array} bytes @param {boolean} big @returns {Generator<void, Uint16Array>} */
function* words(bytes, big) {
  const out = new Uint16Array(bytes.length >> 1);
  const [low, high] = big ? [1, 0] : [0, 1];
  for (const [from, to] of chunks(out.length)) {
    for (let i = from; i < to; i += 1) out[i] = bytes[2 * i + low] | (bytes[2 * i + high] << 8);
    yield;
  }
  return out;
}

/** Of big-endian words the lower one comes first (PS3.5, annex D). @param {Uint8Array} bytes @param {boolean} big
 * @returns {Generator<void, Uint32Array>} */
function* longs(bytes, big) {
  const out = new Uint32Array(bytes.length >> 2);
  const [a, b, c, d] = big ? [1, 0, 3, 2] : [0, 1, 2, 3];
  for (const [from, to] of chunks(out.length)) {
    for (let i = from; i < to; i += 1) {
      const at = 4 * i;
      out[i] = bytes[at + a] | (bytes[at + b] << 8) | (bytes[at + c] << 16) | (bytes[at + d] << 24);
    }
    yield;
  }
  return out;
}

/** Samples of one bit, the first in a byte's lowest. @param {Uint8Array} bytes @param {number} first bit
 * @param {number} count @returns {Generator<void, Uint8Array>} */
function* bitsOf(bytes, first, count) {
  const out = new Uint8Array(count);
  for (const [from, to] of chunks(count)) {
    for (let i = from; i < to; i += 1) out[i] = (bytes[(first + i) >> 3] >> ((first + i) & 7)) & 1;
    yield;
  }
  return out;
}

/** Bits of one frame: of a film of one bit a sample they may end within a byte. @param {Layout} layout */
function frameBits(layout) {
  const pixels = layout.rows * layout.columns;
  if (isHalved(layout) && layout.columns % 2) {
    throw new EvaxError("DICOM_CORRUPT", "4:2:2 color with an odd number of columns");
  }
  return isHalved(layout) ? 16 * pixels : samplesOf(layout) * layout.allocated;
}

/**
 * One frame.
 * @param {Pixels} pixels all frames
 * @param {Layout} layout
 * @param {number} frame from 0
 * @returns {Generator<void, Samples>} bytes are a view of the file's; throws DICOM_CORRUPT if there is too little
 */
export function* nativeFrame({ source, at, length, vr, big }, layout, frame) {
  const bits = frameBits(layout);
  const [start, end] = [Math.floor((frame * bits) / 8), Math.ceil(((frame + 1) * bits) / 8)];
  // Words may begin in the byte before a frame, and end in the one behind it.
  const [from, to] = [start - (start % 2), Math.min(end + (end % 2), length)];
  if (end > length || !(yield* source.reach(at + from, to - from))) {
    throw new EvaxError("DICOM_CORRUPT", `there are fewer pixels than the ${end - start} bytes of a frame`);
  }
  const data = source.bytes(at + from, to - from);
  if (layout.allocated === 16) return yield* words(data, big);
  if (layout.allocated === 32) return yield* longs(data.subarray(start - from), big);
  // Bytes of 8 bits lie in words where the type says so.
  const bytes = (big && vr === "OW" ? yield* swapped(data) : data).subarray(start - from, end - from);
  if (layout.allocated === 1) return yield* bitsOf(bytes, (frame * bits) % 8, bits);
  return isHalved(layout) ? yield* unhalve(bytes, layout.rows * layout.columns) : bytes;
}
