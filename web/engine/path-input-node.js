/* path-input-node.js - films at a path, in Node.
 * SPDX-License-Identifier: MIT */
import { createReadStream } from "node:fs";
import { toPath } from "../base/path-node.js";
import { bytesOfStream, refuse } from "./given-input.js";

/**
 * The bytes of a file.
 * @param {string | URL} place a path or a file: URL
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>} rejects with INPUT_UNREADABLE or IMAGE_HEAP, or the signal's reason
 */
export async function readPath(place, signal) {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(String(place)) && !/^file:/i.test(String(place))) {
    refuse(`${String(place).slice(0, 80)} is no file; fetch it yourself and give the response`);
  }
  return bytesOfStream(createReadStream(toPath(place)), signal);
}
