/* room-policy.js - the Content-Security-Policy of the room: what a film still needs, and nothing that has an address.
 *
 *     script    the two whose SHA-256 is named, and WebAssembly
 *     workers   blob: only, made in the room; they inherit the policy
 *     pictures  blob: and data: only, made in the room
 *
 * No directive may name an address, not even for styles: prefetching is allowed to wherever any directive allows
 * something to come from.
 * SPDX-License-Identifier: MIT */

/** @param {readonly string[]} hashes SHA-256 in base64 of each script */
const named = (hashes) => hashes.map((hash) => `'sha256-${hash}'`).join(" ");

/** @param {readonly string[]} hashes SHA-256 in base64 of each script
 * @returns {string} */
export const roomPolicy = (hashes) => [
  "default-src 'none'",
  "connect-src 'none'",
  `script-src ${named(hashes)} 'wasm-unsafe-eval'`,
  "worker-src blob:",
  "img-src blob: data:",
  "frame-src 'none'",
  "form-action 'none'",
  "base-uri 'none'",
].join("; ");

/** What the policy of a page around the room must allow besides: frames made from text inherit it.
 * @param {readonly string[]} hashes */
export const neededOfHost = (hashes) =>
  `script-src ${named(hashes)} 'wasm-unsafe-eval'; worker-src blob:; img-src blob: data:`;
