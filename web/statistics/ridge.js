/* ridge.js - ridge regression of labels on a few hundred columns: what a trivial classifier makes of a thumbnail or of the
 * brightness.
 *
 *     rows ── sums of columns and of their products ── added ── factor, once ── weights, label by label ── scores
 *
 * Columns are standardized: around their mean, in units of their deviation. The sums of several parts of the films can be added, so
 * that a cross-validation reads each row once, whatever the number of its folds and labels.
 * SPDX-License-Identifier: MIT */

/** Sums over some rows of their distances from a center, near which the values lie, so that no digits are lost.
 * @typedef {{ n: number, columns: Float64Array, center: Float32Array }} ColumnSums columns [d]; center [d], the same wherever sums go together */
/** @typedef {ColumnSums & { products: Float64Array }} Sums products [d][d] of columns, the lower triangle */
/** What a label makes of a row: the sum of its columns, weighted, and an offset.
 * @typedef {{ weights: Float64Array, offset: number }} Linear weights [d] */

/* Rows whose products are added in one pass over the triangle, which does not fit into the nearest cache. */
const AT_ONCE = 4;
/* A column that varies less is constant: values have one decimal. */
const LEAST_DEVIATION = 1e-4;

/** @param {readonly Float32Array[]} rows [n][d] @param {ArrayLike<number>} among [n] 1 where a row counts @param {Float32Array} center [d]
 * @returns {ColumnSums} */
export function columnSums(rows, among, center) {
  const columns = new Float64Array(center.length);
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    if (!among[i]) continue;
    n++;
    for (let c = 0; c < columns.length; c++) columns[c] += rows[i][c] - center[c];
  }
  return { n, columns, center };
}

/** @param {Float64Array} products @param {readonly Float64Array[]} rows AT_ONCE of [d] */
function addProducts(products, [a, b, c, e]) {
  const d = a.length;
  for (let i = 0; i < d; i++) {
    const [ai, bi, ci, ei] = [a[i], b[i], c[i], e[i]], at = i * d;
    for (let j = 0; j <= i; j++) products[at + j] += ai * a[j] + bi * b[j] + ci * c[j] + ei * e[j];
  }
}

/** Parameters as of columnSums(). @param {readonly Float32Array[]} rows @param {ArrayLike<number>} among @param {Float32Array} center @returns {Sums} */
export function sumsOf(rows, among, center) {
  const d = center.length, products = new Float64Array(d * d);
  const some = Array.from({ length: AT_ONCE }, () => new Float64Array(d));
  const chosen = rows.filter((_, i) => among[i]);
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    some.forEach((row, k) => { for (let c = 0; c < d; c++) row[c] = at + k < chosen.length ? chosen[at + k][c] - center[c] : 0; });
    addProducts(products, some);
  }
  return { ...columnSums(rows, among, center), products };
}

/** @param {readonly Float64Array[]} arrays of one length */
const totalOf = (arrays) => arrays[0].map((_, i) => arrays.reduce((sum, array) => sum + array[i], 0));

/** The column sums of several parts. @param {readonly ColumnSums[]} parts at least one @returns {ColumnSums} */
export const addedColumns = (parts) => ({
  n: parts.reduce((sum, { n }) => sum + n, 0), columns: totalOf(parts.map(({ columns }) => columns)), center: parts[0].center,
});

/** @param {readonly Sums[]} parts at least one @returns {Sums} */
export const addedSums = (parts) => ({ ...addedColumns(parts), products: totalOf(parts.map(({ products }) => products)) });

/** One through each column's deviation; 0 of a constant one, which then says nothing. @param {Sums} sums */
const scalesOf = ({ n, columns, products }) => columns.map((sum, c) => {
  const deviation = Math.sqrt(Math.max(0, products[c * (columns.length + 1)] / n - (sum / n) ** 2));
  return deviation < LEAST_DEVIATION ? 0 : 1 / deviation;
});

/** The Cholesky factor of X'X + strength I of standardized columns X, lower triangle, row after row.
 * @param {Sums} sums @param {Float64Array} scales @param {number} strength */
function factorOf({ n, columns, products }, scales, strength) {
  const d = columns.length, a = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (products[i * d + j] - columns[i] * columns[j] / n) * scales[i] * scales[j] + (i === j ? strength : 0);
      for (let k = 0; k < j; k++) sum -= a[i * d + k] * a[j * d + k];
      a[i * d + j] = i === j ? Math.sqrt(sum) : sum / a[j * d + j];
    }
  }
  return a;
}

/** Solves L L' x = b. @param {Float64Array} factor @param {Float64Array} b changed to x */
function solve(factor, b) {
  const d = b.length;
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < i; k++) b[i] -= factor[i * d + k] * b[k];
    b[i] /= factor[i * d + i];
  }
  for (let i = d - 1; i >= 0; i--) {
    for (let k = i + 1; k < d; k++) b[i] -= factor[k * d + i] * b[k];
    b[i] /= factor[i * d + i];
  }
  return b;
}

/**
 * Learns from some films, for all labels that are known of these.
 * @param {Sums} sums of the films
 * @param {number} strength of the penalty, in films, above 0
 * @returns {(having: ColumnSums) => Linear} of a label, by the sums of those of the films that have it; the score of a row is the
 *   target 1 or 0 less the label's share, as far as the columns tell it
 */
export function ridgeOn(sums, strength) {
  const scales = scalesOf(sums), factor = factorOf(sums, scales, strength);
  return (having) => {
    const right = having.columns.map((sum, c) => (sum - having.n * sums.columns[c] / sums.n) * scales[c]);
    const weights = solve(factor, right).map((weight, c) => weight * scales[c]);
    return { weights, offset: -weights.reduce((sum, weight, c) => sum + weight * (sums.center[c] + sums.columns[c] / sums.n), 0) };
  };
}

/** @param {Float32Array} row [d] @param {Linear} linear */
export function scoreOf(row, { weights, offset }) {
  let score = offset;
  for (let c = 0; c < weights.length; c++) score += row[c] * weights[c];
  return score;
}
