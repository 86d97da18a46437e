/* source-hash.js - the SHA-256 that names a checkpoint in the manifest.
 * SPDX-License-Identifier: MIT */
import { hexOf } from "../base/sha256.js";
import { slices } from "./checkpoint/byte-source.js";
import { sha256 } from "./sha256-stream.bundle.js";

/** @typedef {import("./checkpoint/byte-source.js").ByteSource} ByteSource */

/**
 * The SHA-256 of the files' bytes, one after the other in the order that they are given.
 * @param {ByteSource[]} sources
 * @param {AbortSignal | undefined} signal
 * @param {(done: number, of: number) => void} onProgress in bytes
 * @returns {Promise<string>} 64 hex digits
 */
export async function hashOf(sources, signal, onProgress) {
  const hash = sha256.create();
  const of = sources.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const source of sources) {
    for await (const piece of slices(source, 0, source.size, signal)) {
      hash.update(piece);
      done += piece.length;
      onProgress(done, of);
    }
  }
  return hexOf(hash.digest());
}
