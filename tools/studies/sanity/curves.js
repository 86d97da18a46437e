/* curves.js - deletion and insertion (Petsiuk et al. 2018, arXiv:1806.07421): the patches that a map
 * ranks first are deleted from the film, or inserted into an empty one, and the logit is recorded.
 * SPDX-License-Identifier: MIT */

/** Parts of the patches at which the logit is taken; the ends are the same for every map. */
export const STEPS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7];
const PATCH = 16;

/** Patches by decreasing value; equal ones in random order. @param {ArrayLike<number>} map
 * @param {() => number} random @returns {number[]} */
export function ranked(map, random) {
  const keys = Array.from(map, (value, i) => ({ i, value, tie: random() }));
  return keys.sort((a, b) => b.value - a.value || a.tie - b.tie).map(({ i }) => i);
}

/** The film, with some patches of it replaced by those of another. @param {Float32Array} film
 * @param {Float32Array} other [3][R][R] @param {number[]} patches @param {number} size R */
function withPatches(film, other, patches, size) {
  const out = film.slice();
  const grid = size / PATCH;
  for (const patch of patches) {
    const [top, left] = [Math.floor(patch / grid) * PATCH, (patch % grid) * PATCH];
    for (let row = 0; row < 3 * PATCH; row++) {
      const at = (Math.floor(row / PATCH) * size + top + (row % PATCH)) * size + left;
      out.set(other.subarray(at, at + PATCH), at);
    }
  }
  return out;
}

/** A film without content: its own mean everywhere. @param {Float32Array} film */
export const emptied = (film) => new Float32Array(film.length).fill(
  film.reduce((sum, value) => sum + value, 0) / film.length);

/** The logits at STEPS, while patches change sides in the order given. @param {Float32Array} from
 * @param {Float32Array} to @param {number[]} order @param {number} size
 * @param {(chw: Float32Array) => Promise<number>} logit */
export async function curve(from, to, order, size, logit) {
  const logits = [];
  for (const step of STEPS) {
    const patches = order.slice(0, Math.round(step * order.length));
    logits.push(await logit(withPatches(from, to, patches, size)));
  }
  return logits;
}

/** The mean height of a curve from 0 to 1. @param {number} first @param {number[]} logits at STEPS
 * @param {number} last */
export function area(first, logits, last) {
  const xs = [0, ...STEPS, 1];
  const ys = [first, ...logits, last];
  return xs.slice(1).reduce((sum, x, i) => sum + (x - xs[i]) * (ys[i] + ys[i + 1]) / 2, 0);
}
