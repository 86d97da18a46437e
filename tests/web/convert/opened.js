/* opened.js - opening checkpoints in memory, and their refusals.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { EvaxError } from "../../../web/evax-node.js";
import { memorySource } from "../../../web/convert/checkpoint/byte-source.js";
import { openCheckpoint } from "../../../web/convert/checkpoint/checkpoint.js";

/** @param {Uint8Array} bytes @param {string} [name] */
export const sourceOf = (bytes, name = "file.pth") =>
  ({ ...memorySource(new Uint8Array(bytes)), name });

export const opened = (bytes, options = {}) => openCheckpoint([sourceOf(bytes)], options);

/** Opens, and reads every tensor to its last byte: name -> bytes. */
export async function readAll(bytes, options) {
  const { tensors } = await opened(bytes, options);
  const all = new Map();
  for (const [name, tensor] of tensors) all.set(name, await tensor.read());
  return all;
}

export const asFloats = (bytes) => [...new Float32Array(Uint8Array.from(bytes).buffer)];

/** A promise that must reject with this code, and a message that fits. */
export const refusedWith = (promise, code, message = /./) =>
  assert.rejects(promise, (/** @type {any} */ error) => {
    assert.ok(error instanceof EvaxError, error.stack);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    assert.ok(error.hint.length > 10);
    return true;
  });

export const refused = (bytes, code, message) => refusedWith(readAll(bytes), code, message);
