/* byte-source.js - where a checkpoint's bytes come from: read in slices, never as a whole.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { isA } from "../../engine/given-input.js";

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

/** @param {{ name: string, size: number }} source @param {number} offset @param {number} length */
function checkRange({ name, size }, offset, length) {
  if (offset >= 0 && length >= 0 && offset + length <= size) return;
  throw new EvaxError("CHECKPOINT_DAMAGED",
    `${name} ends at byte ${size}, but should have data up to byte ${offset + length}`);
}

/**
 * A source of what `read` gives, which is asked for ranges within it only.
 * @param {{ name: string, size: number, close?: () => Promise<void>,
 *   read: (offset: number, length: number) => Promise<Uint8Array> }} reader read: a range in memory of the
 *   caller's own; shorter where the file is no longer as long as it was
 * @returns {ByteSource}
 */
export function rangedSource({ name, size, close, read }) {
  return {
    name,
    size,
    close,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      checkRange({ name, size }, offset, length);
      const bytes = await read(offset, length);
      signal?.throwIfAborted();
      if (bytes.length !== length) throw new EvaxError("CHECKPOINT_CHANGED", name);
      return bytes;
    },
  };
}

/** @param {Uint8Array} bytes @param {string} name */
const bytesSource = (bytes, name) => rangedSource({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});

/** A browser refuses to read a File that was changed on the disk. @param {Blob} blob
 * @param {string} name */
const blobSource = (blob, name) => rangedSource({
  name,
  size: blob.size,
  read: (offset, length) => contentOf(blob.slice(offset, offset + length), name),
});

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
  if (isA(file, "Uint8Array")) return bytesSource(/** @type {Uint8Array} */ (file), "checkpoint");
  if (isA(file, "ArrayBuffer")) return bytesSource(new Uint8Array(/** @type {ArrayBuffer} */ (file)), "checkpoint");
  if (!isA(file, "Blob") && !isA(file, "File")) return null;
  const { name = "checkpoint" } = /** @type {File} */ (file);
  return blobSource(/** @type {Blob} */ (file), name || "checkpoint");
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
