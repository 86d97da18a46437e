/* random.js - a seeded pseudo-random generator, so that splits and draws are reproducible.
 * SPDX-License-Identifier: MIT */

/**
 * A generator of numbers in 0..1 (1 excluded): mulberry32.
 * @param {number} seed an integer
 * @returns {() => number}
 */
export function randoms(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * The items in another order; the given array stays as it is.
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} random of randoms()
 * @returns {T[]}
 */
export function shuffled(items, random) {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
