/* subspace.js - the few directions of largest variance, which make the fit cheap.
 *
 *     X [n][d] ── v ── X v ── X' X v ── minus all earlier directions ── next v
 *
 * Lanczos with full reorthogonalization on X'X. Up to `limit` films the directions span all films and
 * nothing is lost; beyond, they approximate the directions of largest variance. Labels are not used, so
 * a fit in the subspace can be evaluated by leaving films out.
 * SPDX-License-Identifier: MIT */
import { randoms } from "../statistics/random.js";

/* Relative to the first direction's growth: what remains below it is rounding error. */
const EXHAUSTED = 1e-9;

/** @param {Float64Array} a @param {number} at @param {Float64Array} b @param {number} bt
 * @param {number} length */
function dot(a, at, b, bt, length) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[at + i] * b[bt + i];
    s1 += a[at + i + 1] * b[bt + i + 1];
    s2 += a[at + i + 2] * b[bt + i + 2];
    s3 += a[at + i + 3] * b[bt + i + 3];
  }
  for (; i < length; i++) s0 += a[at + i] * b[bt + i];
  return s0 + s1 + (s2 + s3);
}

/** y += scale * row. @param {Float64Array} y [d] @param {Float64Array} x @param {number} at
 * @param {number} scale */
function addRow(y, x, at, scale) {
  for (let c = 0; c < y.length; c++) y[c] += scale * x[at + c];
}

/** X' u: four films at a time, which reads and writes the sum a quarter as often.
 * @param {Float64Array} x [n][d] @param {Float64Array} u [n] @param {number} d */
function transposedTimes(x, u, d) {
  const y = new Float64Array(d);
  const fours = u.length - u.length % 4;
  for (let i = 0; i < fours; i += 4) {
    const [u0, u1, u2, u3] = [u[i], u[i + 1], u[i + 2], u[i + 3]];
    const [r0, r1, r2, r3] = [i * d, (i + 1) * d, (i + 2) * d, (i + 3) * d];
    for (let c = 0; c < d; c++) {
      y[c] += u0 * x[r0 + c] + u1 * x[r1 + c] + (u2 * x[r2 + c] + u3 * x[r3 + c]);
    }
  }
  for (let i = fours; i < u.length; i++) addRow(y, x, i * d, u[i]);
  return y;
}

/** Makes v perpendicular to the first k rows and of length 1; returns its length in between.
 * @param {Float64Array} v [d] @param {Float64Array} rows [k][d] @param {number} k */
function orthonormalize(v, rows, k) {
  const d = v.length;
  for (let pass = 0; pass < 2; pass++) { // one pass leaves rounding errors, two are enough
    for (let j = 0; j < k; j++) addRow(v, rows, j * d, -dot(rows, j * d, v, 0, d));
  }
  const length = Math.sqrt(dot(v, 0, v, 0, d));
  if (length > 0) for (let c = 0; c < d; c++) v[c] /= length;
  return length;
}

/**
 * @param {Float64Array} x [n][d], its columns centered
 * @param {number} n films
 * @param {number} d values a film
 * @param {number} limit directions at most
 * @returns {{ k: number, directions: Float64Array, coordinates: Float64Array }} directions [k][d],
 *   orthonormal; coordinates [k][n]: of each film along them. k = 0 if all films are equal.
 */
export function subspaceOf(x, n, d, limit) {
  const most = Math.min(limit, n - 1, d);
  const directions = new Float64Array(most * d), coordinates = new Float64Array(most * n);
  const random = randoms(1);
  let v = transposedTimes(x, Float64Array.from({ length: n }, () => random() - 0.5), d);
  let first = 0;
  for (let k = 0; k < most; k++) {
    const growth = orthonormalize(v, directions, k);
    first ||= k === 1 ? growth : 0;
    if (growth <= EXHAUSTED * (first || Number.MIN_VALUE)) {
      return { k, directions, coordinates };
    }
    directions.set(v, k * d);
    const u = coordinates.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) u[i] = dot(x, i * d, v, 0, d);
    v = transposedTimes(x, u, d);
  }
  return { k: most, directions, coordinates };
}
