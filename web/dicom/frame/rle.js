/* rle.js - run lengths (PS3.5, annex G): each byte of the samples is a plane of its own.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("../display/levels.js").Samples} Samples */

const HEADER_BYTES = 64;

/* Bytes that come out between two yields. */
const STEP_BYTES = 1 << 18;

/** PackBits: n < 128 means n + 1 bytes follow, n > 128 means the next byte 257 - n times.
 * @param {Uint8Array} segment @param {number} length to come out
 * @param {(value: number, to: number) => void} put @returns {Generator<void, void>} */
function* unpack(segment, length, put) {
  let to = 0;
  let rest = STEP_BYTES;
  for (let at = 0; at < segment.length && to < length;) {
    const n = segment[at++];
    if (n === 128) continue;
    const end = Math.min(to + (n < 128 ? n + 1 : 257 - n), length);
    if (n < 128) {
      if (at + end - to > segment.length) break;
      while (to < end) put(segment[at++], to++);
    } else {
      if (at >= segment.length) break;
      for (const value = segment[at++]; to < end; to += 1) put(value, to);
    }
    if (to > rest) {
      rest = to + STEP_BYTES;
      yield;
    }
  }
  if (to < length) throw new EvaxError("DICOM_CORRUPT", "a run length plane ends early");
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

/** Fewer bytes than this cannot hold a frame: two of them make at most 128.
 * @param {Uint8Array} bytes @param {number} planes @param {number} pixels */
function checkLength(bytes, planes, pixels) {
  if (HEADER_BYTES + planes * Math.ceil(pixels / 128) * 2 > bytes.length) {
    throw new EvaxError("DICOM_CORRUPT", `${bytes.length} bytes of run lengths are too few for its pixels`);
  }
}

/** An array of samples, by their bits. @type {Record<number, new (length: number) => Samples>} */
const ARRAYS = { 8: Uint8Array, 16: Uint16Array, 32: Uint32Array };

/**
 * @param {Uint8Array} bytes of one frame
 * @param {Layout} layout
 * @returns {Generator<void, Samples>} pixel by pixel; throws DICOM_CORRUPT, DICOM_UNSUPPORTED
 */
export function* rleFrame(bytes, { rows, columns, samples, allocated }) {
  if (!ARRAYS[allocated]) throw new EvaxError("DICOM_UNSUPPORTED", `run lengths of samples of ${allocated} bits`);
  const pixels = rows * columns;
  const wide = allocated / 8;
  checkLength(bytes, samples * wide, pixels);
  const segments = segmentsOf(bytes, samples * wide);
  const out = new ARRAYS[allocated](pixels * samples);
  // Of a sample of several bytes the highest comes first.
  for (const [i, segment] of segments.entries()) {
    const [sample, shift] = [Math.floor(i / wide), 8 * (wide - 1 - (i % wide))];
    yield* unpack(segment, pixels, (value, to) => { out[to * samples + sample] |= value << shift; });
  }
  return out;
}
