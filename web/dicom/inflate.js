/* inflate.js - the deflated transfer syntax, with a limit on what comes out.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/**
 * Raw deflate, undone.
 * @param {Uint8Array} bytes
 * @param {number} limit bytes that may come out
 * @returns {Promise<Uint8Array>} rejects with DICOM_CORRUPT or DICOM_LIMIT
 */
export async function inflateRaw(bytes, limit) {
  const stream = new Blob([/** @type {BlobPart} */ (bytes)]).stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  /** @type {Uint8Array[]} */ const pieces = [];
  let length = 0;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      pieces.push(step.value);
      length += step.value.length;
      if (length > limit) throw new EvaxError("DICOM_LIMIT", `it inflates to over ${limit} bytes`);
    }
  } catch (cause) {
    if (cause instanceof EvaxError) throw cause;
    throw new EvaxError("DICOM_CORRUPT", "the deflated data cannot be inflated", { cause });
  } finally {
    reader.cancel().catch(() => {});
  }
  return join(pieces);
}

/** @param {Uint8Array[]} pieces */
export function join(pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
