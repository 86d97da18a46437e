/* sha256.js - SHA-256 of bytes, by which everything that is loaded is verified.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "./errors.js";

/** @param {Uint8Array} bytes */
export const hexOf = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @type {((bytes: Uint8Array) => Promise<string>) | null} */
let elsewhere = null;

/** Chromium has no SubtleCrypto in the workers of a document with an opaque origin; the document has it.
 * @param {(bytes: Uint8Array) => Promise<string>} ask somebody who has it, wherever this thread has not */
export function hashElsewhere(ask) {
  elsewhere = ask;
}

/** @param {Uint8Array} bytes @returns {Promise<string>} 64 hex digits. Rejects with
 * CRYPTO_UNAVAILABLE outside of secure contexts. */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) {
    if (elsewhere) return elsewhere(bytes);
    throw new EvaxError("CRYPTO_UNAVAILABLE");
  }
  const digest = await crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes));
  return hexOf(new Uint8Array(digest));
}
