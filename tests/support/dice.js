/* dice.js - random numbers that follow from a seed, and the seeds of a property test: the same few in every run,
 * or with FUZZ_SECONDS new ones for so long.
 * SPDX-License-Identifier: MIT */

/** A function whose results are 0..below-1. @param {number} seed */
export function dice(seed) {
  let state = seed >>> 0;
  return (/** @type {number} */ below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
/* Seeds between two looks at the clock. */
const ROUND = 256;

/** @param {number} count of every run @returns {Generator<number, void>} */
export function* seedsOf(count) {
  if (!SECONDS) {
    for (let seed = 1; seed <= count; seed++) yield seed;
    return;
  }
  const end = Date.now() + 1000 * SECONDS;
  for (let seed = Math.floor(Math.random() * 2 ** 31); Date.now() < end;) {
    for (let i = 0; i < ROUND; i++) yield seed++;
  }
}
