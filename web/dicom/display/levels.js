/* levels.js - a gray film's samples as levels: its values in their order, at most 65,536 of them, so that what
 * follows is computed once for each and looked up.
 *
 *     up to 16 bits   a level for every value that the bits can hold
 *     more            from the least to the greatest value of the film; where these are more than 65,536 apart, a
 *                     level stands for `step` neighboring values
 *
 * SPDX-License-Identifier: MIT */
import { chunks } from "../../base/steps.js";

/** Where a sample's value lies in its word. shift: bits below it; bits: of it, the uppermost its sign
 * if signed; rangeBits: at least as many, of the values that there can be.
 * @typedef {{ shift: number, bits: number, rangeBits: number, signed: boolean }} Depth */
/** @typedef {Uint8Array | Uint16Array | Uint32Array} Samples */
/** levels: one a sample; count: how many there can be; valueOf: the least value of a level, of the last one the
 * greatest, so that both ends are exact.
 * @typedef {{ levels: Uint16Array, count: number, step: number, valueOf: (level: number) => number }} Levels */

const MOST_LEVELS = 65_536;
const MOST_BITS = 16;

/** The least value that there can be. @param {Depth} depth */
export const leastOf = ({ rangeBits, signed }) => (signed ? -(2 ** (rangeBits - 1)) : 0);

/** A sample's value. @param {number} sample @param {Depth} depth */
export function sampleValue(sample, { shift, bits, signed }) {
  const value = bits === 32 ? sample : (sample >>> shift) & (2 ** bits - 1);
  return signed && value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
}

/** Words become levels where they are, for the sake of memory. @param {Samples} samples @param {Depth} depth
 * @returns {Generator<void, Levels>} */
function* ofAllValues(samples, depth) {
  const { shift, bits, signed } = depth;
  const mask = 2 ** bits - 1;
  const sign = signed ? 2 ** (bits - 1) : 0;
  const least = leastOf(depth);
  const up = -sign - least;
  const levels = samples instanceof Uint16Array ? samples : new Uint16Array(samples.length);
  for (const [from, to] of chunks(levels.length)) {
    for (let i = from; i < to; i += 1) levels[i] = (((samples[i] >> shift) & mask) ^ sign) + up;
    yield;
  }
  return { levels, count: 2 ** depth.rangeBits, step: 1, valueOf: (level) => level + least };
}

/** @param {Samples} samples @param {Depth} depth @returns {Generator<void, [number, number]>} */
function* extremesOf(samples, depth) {
  let [least, most] = [Infinity, -Infinity];
  for (const [from, to] of chunks(samples.length)) {
    for (let i = from; i < to; i += 1) {
      const value = sampleValue(samples[i], depth);
      if (value < least) least = value;
      if (value > most) most = value;
    }
    yield;
  }
  return [least, most];
}

/** @param {Samples} samples @param {Depth} depth @returns {Generator<void, Levels>} */
function* ofItsRange(samples, depth) {
  const [least, most] = yield* extremesOf(samples, depth);
  const step = Math.ceil((most - least + 1) / MOST_LEVELS);
  const levels = new Uint16Array(samples.length);
  for (const [from, to] of chunks(levels.length)) {
    for (let i = from; i < to; i += 1) levels[i] = Math.floor((sampleValue(samples[i], depth) - least) / step);
    yield;
  }
  const count = Math.floor((most - least) / step) + 1;
  return { levels, count, step, valueOf: (level) => (level === count - 1 ? most : least + level * step) };
}

/**
 * @param {Samples} samples of one frame, which it may write over if every level stands for one value
 * @param {Depth} depth
 * @returns {Generator<void, Levels>}
 */
export const levelsOf = (samples, depth) =>
  (depth.rangeBits > MOST_BITS ? ofItsRange : ofAllValues)(samples, depth);
