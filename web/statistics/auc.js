/* auc.js - the area under the ROC curve, and its 95 % interval.
 * SPDX-License-Identifier: MIT */

const Z95 = 1.959963984540054;

/**
 * The area under the ROC curve: how often a film that shows the finding scores above one that does
 * not; a tie counts half.
 * @param {ArrayLike<number>} scores finite
 * @param {ArrayLike<number | boolean>} shows
 * @returns {number} 0..1; NaN unless both classes are there
 */
export function aucOf(scores, shows) {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let ranks = 0, yes = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const tied = order.slice(start, end).filter((i) => shows[i]).length;
    ranks += tied * (start + end + 1) / 2;
    yes += tied;
  }
  return (ranks - yes * (yes + 1) / 2) / (yes * (order.length - yes));
}

/** The variance of a measured AUC (Newcombe 2006, method 5).
 * @param {number} auc @param {number} yes @param {number} no */
function varianceOf(auc, yes, no) {
  const half = (yes + no) / 2 - 1;
  const spread = 1 + half * ((1 - auc) / (2 - auc) + auc / (1 + auc));
  return auc * (1 - auc) / (yes * no) * spread;
}

/**
 * The 95 % interval of an AUC: all true values whose sampling error can explain the measured one
 * (Newcombe 2006, method 5, a score interval). On few films it stays wide, and it does not shrink to
 * a point when every film is classified correctly. Films are assumed to be independent: several of
 * one patient make it too narrow.
 * @param {number} auc measured
 * @param {number} yes films that show the finding, at least 1
 * @param {number} no films that do not, at least 1
 * @returns {[number, number]}
 */
export function aucInterval(auc, yes, no) {
  const edge = (/** @type {number} */ end) => {
    let [inside, outside] = [auc, end];
    for (let i = 0; i < 60; i++) {
      const middle = (inside + outside) / 2;
      const far = Math.abs(middle - auc) > Z95 * Math.sqrt(varianceOf(middle, yes, no));
      if (far) outside = middle; else inside = middle;
    }
    return inside;
  };
  return [edge(0), edge(1)];
}
