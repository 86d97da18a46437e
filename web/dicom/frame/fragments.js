/* fragments.js - which fragments of an encapsulated pixel element make one frame (PS3.5, A.4).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { isCodestream } from "./codestream.js";
import { fragmentsOf } from "../file/elements.js";

/** @typedef {import("../file/dicom-file.js").Pixels} Pixels */

/** Where the fragments lie, and where each frame's first one begins, counted from the first fragment's
 * item; no offsets if the file does not say.
 * @typedef {{ starts: number[], lengths: number[], offsets: number[] }} Pieces */

/** Numbers of `width` bytes, little-endian. @param {Uint8Array} bytes @param {number} width */
function numbersOf(bytes, width) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) =>
    (width === 4 ? view.getUint32(4 * i, true) : Number(view.getBigUint64(8 * i, true))));
}

/** @param {Pixels} pixels encapsulated @param {Uint8Array | null} extended the extended offset table
 * @returns {Generator<void, Pieces>} throws DICOM_CORRUPT, DICOM_LIMIT */
function* piecesOf({ source, at, big }, extended) {
  const { starts, lengths } = yield* fragmentsOf(source, at, big);
  if (starts.length === 0) throw new EvaxError("DICOM_CORRUPT", "there is no pixel data");
  const table = source.has(starts[0], lengths[0]) ? source.bytes(starts[0], lengths[0]) : new Uint8Array(0);
  const offsets = extended ? numbersOf(extended, 8) : numbersOf(table, 4);
  return { starts: starts.slice(1), lengths: lengths.slice(1), offsets };
}

/** A frame of run lengths begins with the number of its planes and where the first is: behind the header.
 * @param {Uint8Array} bytes */
const isRleHeader = ([a, b, c, d, e, f, g, h]) =>
  a >= 1 && a <= 15 && e === 64 && (b | c | d | f | g | h) === 0;

/** Whether a fragment begins a frame. @param {Pixels} pixels @param {number} at */
function begins({ source }, at) {
  if (!source.has(at, 8)) return false;
  const head = source.bytes(at, 8);
  return isCodestream(head) || isRleHeader(head);
}

/** The fragments that begin a frame. @param {Pixels} pixels @param {number[]} starts
 * @returns {Generator<void, number[]>} */
function* beginnings(pixels, starts) {
  const firsts = [];
  for (let i = 0; i < starts.length; i += 1) {
    if (begins(pixels, starts[i])) firsts.push(i);
    if (i % 4096 === 0) yield;
  }
  return firsts;
}

/** First fragment of a frame and the one behind its last. @param {Pixels} pixels @param {Pieces} pieces
 * @param {number} frames @param {number} frame @returns {Generator<void, [number, number]>} */
function* rangeOf(pixels, { starts, offsets }, frames, frame) {
  if (frames === 1) return [0, starts.length];
  if (offsets.length === frames) {
    const first = starts.indexOf(starts[0] + offsets[frame]);
    const next = frame + 1 < frames ? starts.indexOf(starts[0] + offsets[frame + 1]) : starts.length;
    if (first >= 0 && next > first) return [first, next];
    throw new EvaxError("DICOM_CORRUPT", "the table of frames does not fit the pixel data");
  }
  if (starts.length === frames) return [frame, frame + 1];
  // No table: a frame begins where a codestream, or a header of run lengths, does.
  const firsts = yield* beginnings(pixels, starts);
  if (firsts.length === frames) return [firsts[frame], firsts[frame + 1] ?? starts.length];
  throw new EvaxError("DICOM_UNSUPPORTED", `${frames} frames in ${starts.length} pieces, without `
    + "a table that says which belong together");
}

/**
 * The codestream of one frame.
 * @param {Pixels} pixels encapsulated
 * @param {number} frames in the file
 * @param {number} frame from 0
 * @param {Uint8Array | null} extended the extended offset table, if there is one
 * @returns {Generator<void, { bytes: Uint8Array, pieces: number }>} pieces: fragments that it lies in. Throws
 *   DICOM_CORRUPT, DICOM_UNSUPPORTED, DICOM_LIMIT
 */
export function* frameBytes(pixels, frames, frame, extended) {
  const { source } = pixels;
  const all = yield* piecesOf(pixels, extended);
  const [first, end] = yield* rangeOf(pixels, all, frames, frame);
  const own = all.starts.slice(first, end).map((start, i) => {
    const length = all.lengths[first + i];
    if (!source.has(start, length)) throw new EvaxError("DICOM_CORRUPT", "a frame's data end early");
    return source.bytes(start, length);
  });
  if (own.length === 0) throw new EvaxError("DICOM_CORRUPT", "there is no pixel data");
  return { bytes: own.length === 1 ? own[0] : yield* joined(own), pieces: own.length };
}

/* Bytes that are copied between two yields. */
const STEP_BYTES = 1 << 20;

/** @param {Uint8Array[]} pieces @returns {Generator<void, Uint8Array>} */
function* joined(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; from += STEP_BYTES) {
      whole.set(piece.subarray(from, from + STEP_BYTES), at + from);
      yield;
    }
    at += piece.length;
  }
  return whole;
}
