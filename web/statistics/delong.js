/* delong.js - the variance of AUCs, and of the difference of two on the same films (DeLong, DeLong and Clarke-Pearson
 * 1988; computed from ranks as Sun and Xu 2014). Films are assumed to be independent: one of each patient.
 * SPDX-License-Identifier: MIT */

const Z95 = 1.959963984540054;

/** The rank of each value among all, from 1; ties get their mean. @param {Float64Array} values @returns {Float64Array} */
function midranks(values) {
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2;
  }
  return ranks;
}

/** How each film is placed among those of the other class: the share of them that it is rightly above or below.
 * @param {ArrayLike<number>} scores [n] @param {ArrayLike<number | boolean>} shows [n] */
function placements(scores, shows) {
  const all = Float64Array.from(scores);
  const yes = all.filter((_, i) => shows[i]), no = all.filter((_, i) => !shows[i]);
  const ranks = midranks(all);
  const [ofYes, ofNo] = [ranks.filter((_, i) => shows[i]), ranks.filter((_, i) => !shows[i])];
  const [amongYes, amongNo] = [midranks(yes), midranks(no)];
  return {
    yes: ofYes.map((rank, i) => (rank - amongYes[i]) / no.length),
    no: ofNo.map((rank, i) => 1 - (rank - amongNo[i]) / yes.length),
  };
}

/** @param {Float64Array} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {Float64Array} a @param {Float64Array} b as long, at least 2 */
function covariance(a, b) {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i] - meanB), 0) / (a.length - 1);
}

/**
 * @param {readonly ArrayLike<number>[]} scores of each [n], finite, of the same films
 * @param {ArrayLike<number | boolean>} shows [n], at least two of each class
 * @returns {{ aucs: number[], covariances: number[][] }} covariances [scores][scores], of the AUCs
 */
export function delong(scores, shows) {
  const placed = scores.map((each) => placements(each, shows));
  return {
    aucs: placed.map(({ yes }) => mean(yes)),
    covariances: placed.map((a) => placed.map((b) =>
      covariance(a.yes, b.yes) / a.yes.length + covariance(a.no, b.no) / a.no.length)),
  };
}

/** The 95 % interval of an AUC, cut to 0..1. @param {number} auc @param {number} variance
 * @returns {[number, number]} */
export const delongInterval = (auc, variance) => {
  const half = Z95 * Math.sqrt(variance);
  return [Math.max(0, auc - half), Math.min(1, auc + half)];
};

/** The 95 % interval of the difference of the first two AUCs, first minus second.
 * @param {ReturnType<typeof delong>} measured @returns {[number, number]} */
export function delongDifference({ aucs: [a, b], covariances: [[aa, ab], [, bb]] }) {
  const half = Z95 * Math.sqrt(Math.max(0, aa + bb - 2 * ab));
  return [a - b - half, a - b + half];
}
