/* chunk-writer.js - a weight stream cut into chunks of 2 MiB, each with its SHA-256.
 * SPDX-License-Identifier: MIT */
import { sha256 } from "../base/sha256.js";

/** @typedef {import("../model/manifest.js").ChunkEntry} ChunkEntry */

export const CHUNK_BYTES = 2 << 20;

/** Pieces of any size, joined and cut to CHUNK_BYTES; the last is shorter.
 * @param {AsyncIterable<Uint8Array>} stream @returns {AsyncGenerator<Uint8Array>} */
async function* cut(stream) {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for await (let piece of stream) {
    while (piece.length) {
      const part = piece.subarray(0, CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      piece = piece.subarray(part.length);
      if (filled < CHUNK_BYTES) continue;
      yield chunk;
      [chunk, filled] = [new Uint8Array(CHUNK_BYTES), 0];
    }
  }
  if (filled) yield chunk.slice(0, filled);
}

/**
 * Hands every chunk of the stream to `keep`, one after the other.
 * @param {AsyncIterable<Uint8Array>} stream
 * @param {(file: string, bytes: Uint8Array) => void | Promise<void>} keep owns the bytes
 * @returns {Promise<ChunkEntry[]>} the manifest's list
 */
export async function writeChunks(stream, keep) {
  /** @type {ChunkEntry[]} */
  const entries = [];
  for await (const bytes of cut(stream)) {
    const file = `chunk-${String(entries.length).padStart(3, "0")}.bin`;
    entries.push({ file, bytes: bytes.length, sha256: await sha256(bytes) });
    await keep(file, bytes);
  }
  return entries;
}
