/* fragments.js - which pieces of a compressed pixel element make one frame (PS3.5, A.4).
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { join } from "./inflate.js";

/** @typedef {{ fragments: Uint8Array[], starts: number[], offsets: number[] }} Pieces */

/** @param {Pieces} pieces @param {number} frames @param {number} frame
 * @returns {[number, number]} first fragment and the one behind the last */
function rangeOf({ fragments, starts, offsets }, frames, frame) {
  if (frames === 1) return [0, fragments.length];
  if (offsets.length === frames) {
    const first = starts.indexOf(offsets[frame]);
    const next = frame + 1 < frames ? starts.indexOf(offsets[frame + 1]) : fragments.length;
    if (first >= 0 && next > first) return [first, next];
    throw new EvaxError("DICOM_CORRUPT", "the table of frames does not fit the pixel data");
  }
  if (fragments.length === frames) return [frame, frame + 1];
  throw new EvaxError("DICOM_UNSUPPORTED", `${frames} frames in ${fragments.length} pieces, without `
    + "a table that says which belong together");
}

/**
 * The codestream of one frame.
 * @param {Pieces} pieces
 * @param {number} frames in the file
 * @param {number} frame from 0
 * @returns {Uint8Array}
 */
export function frameBytes(pieces, frames, frame) {
  const [first, end] = rangeOf(pieces, frames, frame);
  const own = pieces.fragments.slice(first, end);
  if (own.length === 0) throw new EvaxError("DICOM_CORRUPT", "there is no pixel data");
  return join(own);
}
