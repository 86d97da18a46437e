/* native.js - frames that are stored as they are.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { samplesOf } from "./layout.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** A frame's samples as they lie in the file, HighBit not yet taken into account.
 * @typedef {Uint8Array | Uint16Array} Samples */

/** 4:2:2 as it is: two pixels share their colour differences. @param {Layout} layout */
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

/** @param {Uint8Array} bytes whose pairs change places */
function swapped(bytes) {
  const out = new Uint8Array(bytes.length);
  for (let i = 0; i < out.length; i += 1) out[i] = bytes[i ^ 1];
  return out;
}

/** @param {Uint8Array} bytes @param {boolean} big @returns {Uint16Array} */
function words(bytes, big) {
  const out = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < out.length; i += 1) {
    out[i] = big ? (bytes[2 * i] << 8) | bytes[2 * i + 1] : bytes[2 * i] | (bytes[2 * i + 1] << 8);
  }
  return out;
}

/**
 * One frame.
 * @param {Uint8Array} data all frames
 * @param {Layout} layout
 * @param {number} frame from 0
 * @param {{ big: boolean, inWords: boolean }} order of bytes; inWords: 8-bit samples lie in pairs
 * @returns {Samples} throws DICOM_CORRUPT if there is too little
 */
export function nativeFrame(data, layout, frame, { big, inWords }) {
  const pixels = layout.rows * layout.columns;
  if (isHalved(layout) && layout.columns % 2) {
    throw new EvaxError("DICOM_CORRUPT", "4:2:2 colour with an odd number of columns");
  }
  const bytes = isHalved(layout) ? 2 * pixels : samplesOf(layout) * (layout.allocated / 8);
  const start = frame * bytes;
  if (start + bytes > data.length) {
    const there = Math.max(0, data.length - start);
    throw new EvaxError("DICOM_CORRUPT", `${there} bytes of pixels where ${bytes} are needed`);
  }
  if (layout.allocated === 16) return words(data.subarray(start, start + bytes), big);
  const whole = big && inWords ? swapped(data) : data;
  const own = whole.slice(start, start + bytes);
  return isHalved(layout) ? unhalve(own, pixels) : own;
}
