/* keep-alive-node.js - keeps Node's process alive while somebody waits for a promise.
 *
 * Not everything that a promise waits for does: modules that are compiled and threads that start do not, and a process
 * that has nothing else to do ends in the middle of `await load()`, with exit code 13.
 * SPDX-License-Identifier: MIT */

/* Longer than anything takes; the timer is there to be there. */
const LONG_MS = 2 ** 31 - 1;

/** The same promise. @template T @param {Promise<T>} work @returns {Promise<T>} */
export function keptAlive(work) {
  const timer = setInterval(() => {}, LONG_MS);
  return work.finally(() => clearInterval(timer));
}
