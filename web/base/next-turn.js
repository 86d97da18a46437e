/* next-turn.js - giving the event loop a turn between two parts of a long computation.
 *
 * Timers, input events and aborts can run in between. A timer of 0 ms would cost 1 ms in Node and
 * 4 ms in browsers; these cost microseconds.
 * SPDX-License-Identifier: MIT */

/** @returns {Promise<void>} */
const byImmediate = () => new Promise((resolve) => setImmediate(resolve));

/** One channel for all turns. @returns {() => Promise<void>} */
function byMessage() {
  const { port1, port2 } = new MessageChannel();
  /** @type {(() => void)[]} */
  const waiting = [];
  port1.onmessage = () => waiting.shift()?.();
  return () => new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}

/** Resolves in a later turn of the event loop. */
export const nextTurn = typeof setImmediate === "function" ? byImmediate : byMessage();
