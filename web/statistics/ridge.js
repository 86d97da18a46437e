/* ridge.js - ridge regression of a label on a few hundred columns, cross-validated: what a trivial classifier makes of
 * a thumbnail or of the brightness.
 * SPDX-License-Identifier: MIT */

/** Columns around their mean, in units of their deviation. @param {Float32Array[]} rows @param {Uint8Array} trained [n] */
function scalesOf(rows, trained) {
  const d = rows[0].length, mean = new Float64Array(d), deviation = new Float64Array(d);
  const chosen = rows.filter((_, i) => trained[i]);
  for (const row of chosen) for (let c = 0; c < d; c++) mean[c] += row[c] / chosen.length;
  for (const row of chosen) for (let c = 0; c < d; c++) deviation[c] += (row[c] - mean[c]) ** 2 / chosen.length;
  return { mean, deviation: deviation.map((square) => Math.sqrt(square) + 1e-6) };
}

/** @param {Float32Array[]} rows @param {Uint8Array} trained */
function standardized(rows, trained) {
  const { mean, deviation } = scalesOf(rows, trained);
  return rows.map((row) => Float64Array.from(row, (value, c) => (value - mean[c]) / deviation[c]));
}

/** The Cholesky factor of X'X + strength I, lower triangle, row after row. @param {Float64Array[]} rows trained ones
 * @param {number} strength */
function factorOf(rows, strength) {
  const d = rows[0].length, a = new Float64Array(d * d);
  for (const row of rows) {
    for (let i = 0; i < d; i++) {
      const value = row[i];
      for (let j = 0; j <= i; j++) a[i * d + j] += value * row[j];
    }
  }
  for (let i = 0; i < d; i++) {
    a[i * d + i] += strength;
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j];
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

/** What was trained on some films, for labels that are known of the same films: the costly part, once.
 * @param {Float32Array[]} rows [n][d] @param {Uint8Array} trained [n] 1 where a film may be learned from
 * @param {number} strength of the penalty, in films */
export function ridgeOn(rows, trained, strength) {
  const x = standardized(rows, trained);
  const factor = factorOf(x.filter((_, i) => trained[i]), strength);
  /** Scores of all films. @param {ArrayLike<number | boolean>} shows [n] read where trained @returns {Float64Array} [n] */
  return (shows) => {
    const d = x[0].length, right = new Float64Array(d);
    const share = x.reduce((sum, _, i) => sum + (trained[i] ? Number(shows[i]) : 0), 0) / trained.reduce((a, b) => a + b, 0);
    x.forEach((row, i) => {
      const rest = trained[i] ? Number(shows[i]) - share : 0;
      if (rest) for (let c = 0; c < d; c++) right[c] += rest * row[c];
    });
    const weights = solve(factor, right);
    return Float64Array.from(x, (row) => row.reduce((sum, value, c) => sum + value * weights[c], 0));
  };
}
