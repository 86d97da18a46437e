/* rle.js - run lengths (PS3.5, annex G): each byte of the samples is a plane of its own.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./layout.js").Layout} Layout */

const HEADER_BYTES = 64;

/** PackBits: n < 128 means n + 1 bytes follow, n > 128 means the next byte 257 - n times.
 * @param {Uint8Array} segment @param {number} length to come out @returns {Uint8Array} */
function unpack(segment, length) {
  const out = new Uint8Array(length);
  let to = 0;
  for (let at = 0; at < segment.length && to < length;) {
    const n = segment[at++];
    if (n < 128) {
      const piece = segment.subarray(at, at + n + 1).subarray(0, length - to);
      out.set(piece, to);
      to += piece.length;
      at += n + 1;
    } else if (n > 128 && at < segment.length) {
      out.fill(segment[at++], to, to + 257 - n);
      to += 257 - n;
    }
  }
  if (to < length) throw new EvaxError("DICOM_CORRUPT", "a run length plane ends early");
  return out;
}

/** @param {Uint8Array} bytes @param {number} planes @returns {Uint8Array[]} */
function segmentsOf(bytes, planes) {
  if (bytes.length < HEADER_BYTES) throw new EvaxError("DICOM_CORRUPT", "it has no run length header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  if (count !== planes) {
    throw new EvaxError("DICOM_CORRUPT", `${count} run length planes, not ${planes}`);
  }
  const starts = Array.from({ length: planes }, (_, i) => view.getUint32(4 + 4 * i, true));
  const ends = [...starts.slice(1), bytes.length];
  if (starts.some((start, i) => start < HEADER_BYTES || start > ends[i] || ends[i] > bytes.length)) {
    throw new EvaxError("DICOM_CORRUPT", "a run length plane lies outside the frame");
  }
  return starts.map((start, i) => bytes.subarray(start, ends[i]));
}

/**
 * @param {Uint8Array} bytes of one frame
 * @param {Layout} layout
 * @returns {Uint8Array | Uint16Array} pixel by pixel
 */
export function rleFrame(bytes, { rows, columns, samples, allocated }) {
  const pixels = rows * columns;
  const wide = allocated / 8;
  const planes = segmentsOf(bytes, samples * wide).map((segment) => unpack(segment, pixels));
  const out = wide === 2 ? new Uint16Array(pixels * samples) : new Uint8Array(pixels * samples);
  for (let s = 0; s < samples; s += 1) {
    const [high, low] = [planes[s * wide], planes[s * wide + 1]];
    for (let i = 0; i < pixels; i += 1) {
      out[i * samples + s] = wide === 2 ? (high[i] << 8) | low[i] : high[i];
    }
  }
  return out;
}
