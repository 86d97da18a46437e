/* shared-copy-node.js - bytes on their way to another thread of Node.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "./yield-to-event-loop.js";

/* Bytes that are copied between two turns of the event loop, in a few milliseconds. */
const STEP_BYTES = 8 * 1024 * 1024;

/** A copy in memory that threads share: a message would copy all of it at once. Rejects on abort with the signal's
 * reason. @param {Uint8Array} bytes @param {AbortSignal} [signal] */
export async function sharedCopy(bytes, signal) {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    if (at) await yieldToEventLoop();
    signal?.throwIfAborted();
    copy.set(bytes.subarray(at, at + STEP_BYTES), at);
  }
  return copy;
}
