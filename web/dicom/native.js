/* native.js - frames that are stored as they are.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { samplesOf } from "./layout.js";
import { chunks } from "./steps.js";

/** @typedef {import("./dicom-file.js").Pixels} Pixels */
/** @typedef {import("./layout.js").Layout} Layout */
/** A frame's samples as they lie in the file, HighBit not yet taken into account.
 * @typedef {Uint8Array | Uint16Array} Samples */

/** 4:2:2 as it is: two pixels share their color differences. @param {Layout} layout */
const isHalved = ({ photometric, samples }) => samples === 3 && photometric === "YBR_FULL_422";

/** Y1 Y2 Cb Cr, for two pixels of a row each. @param {Uint8Array} bytes @param {number} pixels */
function unhalve(bytes, pixels) {
  const out = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i += 1) {
    const four = 4 * (i >> 1);
    out[3 * i] = bytes[four + (i & 1)];
    out[3 * i + 1] = bytes[four + 2];
    out[3 * i + 2] = bytes[four + 3];
  }
  return out;
}

/** @param {Uint8Array} bytes of even length, whose pairs change places */
function swapped(bytes) {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < out.length; i += 1) out[i] = bytes[i ^ 1];
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

/** Bytes of one frame. @param {Layout} layout */
function frameLength(layout) {
  const pixels = layout.rows * layout.columns;
  if (isHalved(layout) && layout.columns % 2) {
    throw new EvaxError("DICOM_CORRUPT", "4:2:2 color with an odd number of columns");
  }
  return isHalved(layout) ? 2 * pixels : samplesOf(layout) * (layout.allocated / 8);
}

/**
 * One frame.
 * @param {Pixels} pixels all frames
 * @param {Layout} layout
 * @param {number} frame from 0
 * @returns {Generator<void, Samples>} throws DICOM_CORRUPT if there is too little
 */
export function* nativeFrame({ source, at, length, vr, big }, layout, frame) {
  const bytes = frameLength(layout);
  const start = frame * bytes;
  // Words may begin in the byte before a frame, and end in the one behind it.
  const [from, to] = [start - (start % 2), Math.min(start + bytes + ((start + bytes) % 2), length)];
  if (start + bytes > length || !(yield* source.reach(at + from, to - from))) {
    throw new EvaxError("DICOM_CORRUPT", `there are fewer pixels than the ${bytes} bytes of a frame`);
  }
  const data = source.bytes(at + from, to - from);
  if (layout.allocated === 16) return yield* words(data, big);
  // Bytes of 8 bits lie in words where the type says so.
  const own = (big && vr === "OW" ? swapped(data) : data).slice(start - from, start - from + bytes);
  return isHalved(layout) ? unhalve(own, layout.rows * layout.columns) : own;
}
