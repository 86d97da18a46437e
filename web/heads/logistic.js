/* logistic.js - regularized logistic regression on the embeddings of a handful of films, or a thousand.
 *
 *     embeddings ── centered, one scale ── subspace.js ── Newton, from strong to weak penalty
 *        ── the penalty with the least leave-one-out loss ── weights in the embedding's own units
 *
 * Minimizes  sum_i c_i * log(1 + exp(-t_i * (b + w . z_i)))  +  penalty / 2 * |w|^2, t_i = +1 or
 * -1, z_i the centered embedding divided by the root mean square distance of all films from their
 * mean. c_i gives both classes the same total weight, so that score 0.5 is the decision boundary
 * whatever their ratio. The intercept b is not penalized. The leave-one-out loss is approximated: one
 * Newton step away from the fit of all films. Deterministic: the same films in the same order give
 * the same bits.
 * SPDX-License-Identifier: MIT */
import { meanOf } from "./nearest-mean.js";
import { subspaceOf } from "./subspace.js";

/** A linear classifier: logit = bias + weights . embedding.
 * @typedef {{ weights: Float64Array, bias: number }} Linear */
/** @typedef {{ k: number, n: number, columns: Float64Array, target: Uint8Array,
 *   share: Float64Array }} Problem columns [k + 1][n]: coordinates, and a last column of ones */

/* Directions kept: the cost of a Newton step grows with its square. */
const DIRECTIONS = 48;
/** Penalties that are tried, strongest first. */
const PENALTIES = Object.freeze([4, 1, 0.25, 0.0625, 0.015625, 0.00390625]);
const NEWTON_STEPS = 30;
/* Stops when one more step would change the loss by less than this for each film. */
const CONVERGED = 1e-7;
/* Keeps the factorization defined where every score has saturated at 0 or 1. */
const RIDGE_OF_BIAS = 1e-9;

/** The embedding's logit. @param {Linear} linear @param {ArrayLike<number>} embedding */
export function logitOf({ weights, bias }, embedding) {
  let sum = bias;
  for (let c = 0; c < weights.length; c++) sum += weights[c] * embedding[c];
  return sum;
}

/** log(1 + exp(x)) without overflow. @param {number} x */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The films around their mean, their mean square length 1 (or 0, if all are equal).
 * @param {readonly Float32Array[]} films @param {Float64Array} mean */
function centered(films, mean) {
  const d = mean.length;
  const x = new Float64Array(films.length * d);
  let square = 0;
  films.forEach((film, i) => {
    for (let c = 0; c < d; c++) {
      const value = film[c] - mean[c];
      x[i * d + c] = value;
      square += value * value;
    }
  });
  const scale = Math.sqrt(square / films.length) || 1;
  for (let i = 0; i < x.length; i++) x[i] /= scale;
  return { x, scale };
}

/** The weight of each film: a class's films share n / 2. @param {Uint8Array} target */
function sharesOf(target) {
  const positives = target.reduce((sum, t) => sum + t, 0);
  const [no, yes] = [target.length - positives, positives].map((count) => target.length / 2 / count);
  return Float64Array.from(target, (t) => (t ? yes : no));
}

/** logits [n] of the parameters [k + 1]. @param {Problem} p @param {Float64Array} theta */
function logitsOf({ k, n, columns }, theta) {
  const eta = new Float64Array(n);
  for (let j = 0; j <= k; j++) {
    const column = columns.subarray(j * n, (j + 1) * n);
    for (let i = 0; i < n; i++) eta[i] += theta[j] * column[i];
  }
  return eta;
}

/** @param {Problem} p @param {Float64Array} eta @param {Float64Array} theta
 * @param {number} penalty */
function lossOf({ k, n, target, share }, eta, theta, penalty) {
  let loss = 0;
  for (let i = 0; i < n; i++) loss += share[i] * softplus(target[i] ? -eta[i] : eta[i]);
  for (let j = 0; j < k; j++) loss += penalty / 2 * theta[j] * theta[j];
  return loss;
}

/** First and second derivative of each film's loss with respect to its logit.
 * @param {Problem} p @param {Float64Array} eta */
function derivatives({ n, target, share }, eta) {
  const slope = new Float64Array(n), curvature = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const score = 1 / (1 + Math.exp(-eta[i]));
    slope[i] = share[i] * (score - target[i]);
    curvature[i] = share[i] * score * (1 - score);
  }
  return { slope, curvature };
}

/** The lower triangle of the Hessian, factored in place: L L'. [k + 1][k + 1]
 * @param {Problem} p @param {Float64Array} curvature @param {number} penalty */
function factoredHessian({ k, n, columns }, curvature, penalty) {
  const m = k + 1;
  const l = new Float64Array(m * m), weighted = new Float64Array(n);
  for (let a = 0; a < m; a++) {
    for (let i = 0; i < n; i++) weighted[i] = curvature[i] * columns[a * n + i];
    for (let b = 0; b <= a; b++) {
      let s0 = 0, s1 = 0, i = 0;
      for (const at = b * n; i + 1 < n; i += 2) {
        s0 += weighted[i] * columns[at + i];
        s1 += weighted[i + 1] * columns[at + i + 1];
      }
      if (i < n) s0 += weighted[i] * columns[b * n + i];
      l[a * m + b] = s0 + s1;
    }
    l[a * m + a] += a < k ? penalty : RIDGE_OF_BIAS;
  }
  factor(l, m);
  return l;
}

/** Cholesky, in place, of the lower triangle. @param {Float64Array} l [m][m] @param {number} m */
function factor(l, m) {
  for (let a = 0; a < m; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = l[a * m + b];
      for (let c = 0; c < b; c++) sum -= l[a * m + c] * l[b * m + c];
      l[a * m + b] = a === b ? Math.sqrt(sum) : sum / l[b * m + b];
    }
  }
}

/** Solves L y = x in place. @param {Float64Array} l [m][m] @param {Float64Array} x [m] */
function solveLower(l, x) {
  const m = x.length;
  for (let a = 0; a < m; a++) {
    let sum = x[a];
    for (let b = 0; b < a; b++) sum -= l[a * m + b] * x[b];
    x[a] = sum / l[a * m + a];
  }
}

/** Solves L' y = x in place. @param {Float64Array} l [m][m] @param {Float64Array} x [m] */
function solveUpper(l, x) {
  const m = x.length;
  for (let a = m - 1; a >= 0; a--) {
    x[a] /= l[a * m + a];
    for (let b = 0; b < a; b++) x[b] -= l[a * m + b] * x[a];
  }
}

/** @param {Problem} p @param {Float64Array} slope @param {Float64Array} theta
 * @param {number} penalty */
function gradientOf({ k, n, columns }, slope, theta, penalty) {
  const gradient = new Float64Array(k + 1);
  for (let j = 0; j <= k; j++) {
    const column = columns.subarray(j * n, (j + 1) * n);
    let sum = j < k ? penalty * theta[j] : 0;
    for (let i = 0; i < n; i++) sum += slope[i] * column[i];
    gradient[j] = sum;
  }
  return gradient;
}

/** One Newton step, shortened until the loss does not grow.
 * @param {Problem} p @param {Float64Array} theta @param {Float64Array} step
 * @param {number} loss @param {number} penalty */
function advance(p, theta, step, loss, penalty) {
  for (let length = 1; length > 1e-3; length /= 2) {
    const next = theta.map((value, j) => value - length * step[j]);
    const eta = logitsOf(p, next);
    const after = lossOf(p, eta, next, penalty);
    if (after <= loss) return { theta: next, eta, loss: after };
  }
  return null;
}

/**
 * The minimum for one penalty, starting at that of another.
 * @param {Problem} p @param {Float64Array} start [k + 1] @param {number} penalty
 */
function minimize(p, start, penalty) {
  const eta = logitsOf(p, start);
  let at = { theta: start, eta, loss: lossOf(p, eta, start, penalty) };
  for (let steps = 0; ; steps++) {
    const { slope, curvature } = derivatives(p, at.eta);
    const factored = factoredHessian(p, curvature, penalty);
    const step = gradientOf(p, slope, at.theta, penalty);
    const gradient = step.slice();
    solveLower(factored, step);
    solveUpper(factored, step);
    const gain = step.reduce((sum, value, j) => sum + value * gradient[j], 0);
    const next = gain < CONVERGED * p.n || steps === NEWTON_STEPS
      ? null : advance(p, at.theta, step, at.loss, penalty);
    if (!next) return { ...at, slope, curvature, factored };
    at = next;
  }
}

/** The approximate leave-one-out loss.
 * @param {Problem} p @param {ReturnType<typeof minimize>} fit */
function leftOutLoss({ k, n, columns, target, share }, { eta, slope, curvature, factored }) {
  const row = new Float64Array(k + 1);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= k; j++) row[j] = columns[j * n + i];
    solveLower(factored, row);
    const leverage = row.reduce((sum, value) => sum + value * value, 0);
    const without = eta[i] + slope[i] * leverage / Math.max(1e-6, 1 - curvature[i] * leverage);
    loss += share[i] * softplus(target[i] ? -without : without);
  }
  return loss / n;
}

/** The fit of the penalty with the least leave-one-out loss; of equals, the stronger penalty. The search
 * ends once the loss has grown twice in a row. @param {Problem} p */
function bestFit(p) {
  /** @type {Float64Array} */
  let start = new Float64Array(p.k + 1);
  let best = { theta: start, penalty: PENALTIES[0], loss: Infinity };
  let grown = 0;
  for (const penalty of PENALTIES) {
    if (grown === 2) break;
    const fit = minimize(p, start, penalty);
    const loss = leftOutLoss(p, fit);
    grown = loss < best.loss ? 0 : grown + 1;
    if (!grown) best = { theta: fit.theta, penalty, loss };
    start = fit.theta;
  }
  return best;
}

/**
 * Fits films of two classes. If all films are equal, every logit is 0.
 * @param {readonly Float32Array[]} films embeddings, each [d], finite
 * @param {readonly boolean[]} shows which of them show the finding: at least one does, one does not
 * @returns {Linear & { penalty: number }} for embeddings as they are, neither centered nor scaled
 */
export function fitLogistic(films, shows) {
  const n = films.length, mean = meanOf(films), d = mean.length;
  const { x, scale } = centered(films, mean);
  const { k, directions, coordinates } = subspaceOf(x, n, d, DIRECTIONS);
  const columns = new Float64Array((k + 1) * n).fill(1);
  columns.set(coordinates.subarray(0, k * n));
  const target = Uint8Array.from(shows, Number);
  const { theta, penalty } = bestFit({ k, n, columns, target, share: sharesOf(target) });
  const weights = new Float64Array(d);
  for (let j = 0; j < k; j++) {
    for (let c = 0; c < d; c++) weights[c] += theta[j] * directions[j * d + c] / scale;
  }
  const bias = theta[k] - weights.reduce((sum, w, c) => sum + w * mean[c], 0);
  return { weights, bias, penalty };
}
