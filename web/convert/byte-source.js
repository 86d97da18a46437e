/* byte-source.js - where a checkpoint's bytes come from: read in slices, never as a whole.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {object} ByteSource
 * @property {string} name of the file, without its folder; for messages and the manifest
 * @property {number} size in bytes
 * @property {(offset: number, length: number, signal?: AbortSignal) => Promise<Uint8Array>} read
 *   exactly these bytes, in memory of the caller's own. Rejects with CHECKPOINT_DAMAGED beyond the
 *   end, with CHECKPOINT_CHANGED where the file is not what it was when it was opened
 * @property {() => Promise<void>} [close]
 */

/** Bytes that are read at a time where something long is gone through. */
export const SLICE = 1 << 20;

/** Refuses a range that is not within the source. @param {ByteSource} source
 * @param {number} offset @param {number} length */
export function checkRange({ name, size }, offset, length) {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new EvaxError("CHECKPOINT_DAMAGED",
    `${name} ends at byte ${size}, but should have data up to byte ${offset + length}`);
}

/** @param {Uint8Array} bytes @param {string} name @returns {ByteSource} */
function bytesSource(bytes, name) {
  /** @type {ByteSource} */
  const source = {
    name,
    size: bytes.length,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, offset, length);
      return bytes.slice(offset, offset + length);
    },
  };
  return source;
}

/** A browser refuses to read a File that was changed on the disk. @param {Blob} blob
 * @param {string} name @returns {ByteSource} */
function blobSource(blob, name) {
  /** @type {ByteSource} */
  const source = {
    name,
    size: blob.size,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange(source, offset, length);
      const bytes = await contentOf(blob.slice(offset, offset + length), name);
      signal?.throwIfAborted();
      if (bytes.length !== length) throw new EvaxError("CHECKPOINT_CHANGED", name);
      return bytes;
    },
  };
  return source;
}

/** @param {Blob} blob @param {string} name */
async function contentOf(blob, name) {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    const { name: kind, message } = /** @type {Error} */ (cause);
    if (kind === "NotReadableError" || kind === "NotFoundError") {
      throw new EvaxError("CHECKPOINT_CHANGED", `${name}: ${message}`, { cause });
    }
    throw new EvaxError("INPUT_UNREADABLE", `${name}: ${message}`, { cause });
  }
}

/**
 * The bytes of a File, a Blob or an array of bytes.
 * @param {unknown} file
 * @returns {ByteSource | null} null for anything else
 */
export function memorySource(file) {
  if (file instanceof Uint8Array) return bytesSource(file, "checkpoint");
  if (file instanceof ArrayBuffer) return bytesSource(new Uint8Array(file), "checkpoint");
  if (!(file instanceof Blob)) return null;
  const { name = "checkpoint" } = /** @type {File} */ (file);
  return blobSource(file, name || "checkpoint");
}

/**
 * The pieces of a range, in order, at most SLICE bytes each.
 * @param {ByteSource} source
 * @param {number} offset
 * @param {number} length
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* slices(source, offset, length, signal) {
  for (let done = 0; done < length; done += SLICE) {
    yield await source.read(offset + done, Math.min(SLICE, length - done), signal);
  }
}
