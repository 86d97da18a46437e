/* quantile.js - quantiles of a list, between two of its values where none lies there exactly.
 * SPDX-License-Identifier: MIT */

/** The q-quantile of ascending values, linear between neighbors (as NumPy's default).
 * @param {ArrayLike<number>} ascending at least one @param {number} q 0..1 */
export function quantile(ascending, q) {
  const at = q * (ascending.length - 1), low = Math.floor(at);
  const high = Math.min(low + 1, ascending.length - 1);
  return ascending[low] + (at - low) * (ascending[high] - ascending[low]);
}

/** The middle 95 % of draws, of which some may be no number; null if more than half of them are none.
 * @param {Float64Array} drawn @returns {[number, number] | null} */
export function middle95(drawn) {
  const known = drawn.filter(Number.isFinite).sort();
  return known.length * 2 < drawn.length || !known.length ? null : [quantile(known, 0.025), quantile(known, 0.975)];
}
