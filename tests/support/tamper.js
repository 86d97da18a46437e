/* tamper.js - single bits, flipped at places that are random and always the same.
 * SPDX-License-Identifier: MIT */

/** `count` different places in `length` bytes. @returns {{ byte: number, bit: number }[]} */
export function places(length, count) {
  const seen = new Set();
  for (let state = 20261124; seen.size < count;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    seen.add(Math.floor(state / 2 ** 32 * length * 8));
  }
  return [...seen].map((place) => ({ byte: Math.floor(place / 8), bit: place % 8 }));
}

/** A copy of the bytes in which one bit is another. */
export function flipped(bytes, { byte, bit }) {
  const copy = new Uint8Array(bytes);
  copy[byte] ^= 1 << bit;
  return copy;
}
