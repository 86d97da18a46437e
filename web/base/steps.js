/* steps.js - long work in short steps: a generator that yields every few milliseconds at the latest,
 * driven so that the event loop gets its turns and an abort is heard.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "./yield-to-event-loop.js";

/* Between two turns of the event loop; what a generator does between two yields comes on top. */
const SLICE_MS = 10;

/**
 * @template T
 * @param {Generator<void, T>} work
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>} what the generator returns; rejects with what it throws, or the signal's reason
 */
export async function inSteps(work, signal) {
  for (let since = performance.now(); ;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - since < SLICE_MS) continue;
    await yieldToEventLoop();
    signal?.throwIfAborted();
    since = performance.now();
  }
}

/* Elements of an array that any of the loops here goes through within a few milliseconds. */
const CHUNK = 1 << 18;

/** [from, to) of chunks of a loop over `count` elements. @param {number} count
 * @returns {Generator<[number, number], void>} */
export function* chunks(count) {
  for (let from = 0; from < count; from += CHUNK) yield [from, Math.min(count, from + CHUNK)];
}
