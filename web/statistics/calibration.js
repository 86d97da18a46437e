/* calibration.js - whether scores are shares, and what makes them such: reliability, expected calibration error, Brier
 * score; Platt's sigmoid and isotonic regression.
 * SPDX-License-Identifier: MIT */

/** Films whose scores lie in one tenth of 0..1.
 * @typedef {{ score: number, share: number, n: number }} Bin score: mean; share: of the n films, that show it */

const BINS = 10;

/** @param {ArrayLike<number>} scores [n] 0..1 @param {ArrayLike<number | boolean>} shows [n] @returns {Bin[]} without empty ones */
export function reliability(scores, shows) {
  const sums = Array.from({ length: BINS }, () => ({ score: 0, share: 0, n: 0 }));
  for (let i = 0; i < scores.length; i++) {
    const bin = sums[Math.min(BINS - 1, Math.floor(scores[i] * BINS))];
    bin.score += scores[i];
    bin.share += Number(shows[i]);
    bin.n++;
  }
  return sums.filter(({ n }) => n).map(({ score, share, n }) => ({ score: score / n, share: share / n, n }));
}

/** The expected calibration error: the mean distance of score and share over the bins, weighted by films.
 * @param {readonly Bin[]} bins */
export function calibrationError(bins) {
  const films = bins.reduce((sum, { n }) => sum + n, 0);
  return bins.reduce((sum, { score, share, n }) => sum + Math.abs(score - share) * n, 0) / films;
}

/** The Brier score: the mean square distance of score and truth. @param {ArrayLike<number>} scores [n]
 * @param {ArrayLike<number | boolean>} shows [n] */
export function brier(scores, shows) {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i] - Number(shows[i])) ** 2;
  return sum / scores.length;
}

/** A map from scores to calibrated scores.
 * @typedef {{ method: "platt", slope: number, offset: number }} Platt score' = sigmoid(slope * logit + offset)
 * @typedef {{ method: "isotonic", scores: number[], shares: number[] }} Isotonic ascending knots, linear between
 * @typedef {Platt | Isotonic} Calibration */

const STEPS = 100;
const EPSILON = 1e-12;
/* Keeps a Newton step defined where every film is far from the boundary. */
const RIDGE = 1e-10;

/** @param {number} x */
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** The logit of a score, of 0 and 1 that of the next number that has one. @param {number} score 0..1 */
const logitOf = (score) => {
  const inside = Math.min(1 - EPSILON, Math.max(EPSILON, score));
  return Math.log(inside / (1 - inside));
};

/** @param {number} x */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** @param {Float64Array} logits @param {Float64Array} targets @param {number} slope @param {number} offset */
function lossOf(logits, targets, slope, offset) {
  return logits.reduce((sum, logit, i) => {
    const z = slope * logit + offset;
    return sum + softplus(z) - targets[i] * z;
  }, 0);
}

/** One Newton step. @param {Float64Array} logits @param {Float64Array} targets @param {number} slope @param {number} offset */
function newtonStep(logits, targets, slope, offset) {
  let [gs, go, ss, so, oo] = [0, 0, RIDGE, 0, RIDGE];
  logits.forEach((logit, i) => {
    const p = sigmoid(slope * logit + offset), w = p * (1 - p), rest = p - targets[i];
    gs += rest * logit;
    go += rest;
    ss += w * logit * logit;
    so += w * logit;
    oo += w;
  });
  const det = ss * oo - so * so;
  return { slope: (oo * gs - so * go) / det, offset: (ss * go - so * gs) / det, decrement: gs * gs + go * go };
}

/**
 * Platt's sigmoid on logits: the most likely slope and offset, where the two classes aim at (yes + 1) / (yes + 2) and
 * 1 / (no + 2), so that few films do not make it too steep (Platt 1999; Newton with halved steps, Lin et al. 2007).
 * @param {ArrayLike<number>} scores [n] 0..1 @param {ArrayLike<number | boolean>} shows [n], both classes @returns {Platt}
 */
export function fitPlatt(scores, shows) {
  const logits = Float64Array.from(scores, logitOf);
  const yes = Array.from(shows).filter(Boolean).length, no = logits.length - yes;
  const targets = logits.map((_, i) => (shows[i] ? (yes + 1) / (yes + 2) : 1 / (no + 2)));
  let slope = 0, offset = Math.log((yes + 1) / (no + 1));
  let loss = lossOf(logits, targets, slope, offset);
  for (let step = 0; step < STEPS; step++) {
    const move = newtonStep(logits, targets, slope, offset);
    if (move.decrement < EPSILON) break;
    let share = 1, next = lossOf(logits, targets, slope - move.slope, offset - move.offset);
    for (; next > loss && share > 1e-10; next = lossOf(logits, targets, slope - share * move.slope, offset - share * move.offset)) share /= 2;
    if (next > loss) break;
    [slope, offset, loss] = [slope - share * move.slope, offset - share * move.offset, next];
  }
  return { method: "platt", slope, offset };
}

/** Films of equal scores as one block. @param {ArrayLike<number>} scores @param {ArrayLike<number | boolean>} shows */
function blocksOf(scores, shows) {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  /** @type {{ low: number, high: number, sum: number, n: number }[]} */ const blocks = [];
  for (const i of order) {
    const last = blocks.at(-1);
    if (last?.high === scores[i]) {
      last.sum += Number(shows[i]);
      last.n++;
    } else blocks.push({ low: scores[i], high: scores[i], sum: Number(shows[i]), n: 1 });
  }
  return blocks;
}

/**
 * Isotonic regression: the shares that never fall as the score rises, least squares (pool adjacent violators).
 * Between two scores that were seen it is linear, outside of them constant.
 * @param {ArrayLike<number>} scores [n] @param {ArrayLike<number | boolean>} shows [n] @returns {Isotonic}
 */
export function fitIsotonic(scores, shows) {
  /** @type {ReturnType<typeof blocksOf>} */ const pooled = [];
  for (const block of blocksOf(scores, shows)) {
    pooled.push({ ...block });
    for (let [a, b] = pooled.slice(-2); b && a.sum / a.n >= b.sum / b.n; [a, b] = pooled.slice(-2)) {
      pooled.splice(-2, 2, { low: a.low, high: b.high, sum: a.sum + b.sum, n: a.n + b.n });
    }
  }
  const knots = pooled.flatMap(({ low, high, sum, n }) => (low === high ? [[low, sum / n]] : [[low, sum / n], [high, sum / n]]));
  return { method: "isotonic", scores: knots.map(([x]) => x), shares: knots.map(([, y]) => y) };
}

/** @param {Isotonic} calibration @param {number} score */
function interpolated({ scores, shares }, score) {
  let [low, high] = [0, scores.length - 1];
  if (score <= scores[low]) return shares[low];
  if (score >= scores[high]) return shares[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle] <= score) low = middle; else high = middle;
  }
  const along = (score - scores[low]) / (scores[high] - scores[low]);
  return shares[low] + along * (shares[high] - shares[low]);
}

/** The calibrated score. @param {Calibration} calibration @param {number} score 0..1 @returns {number} 0..1 */
export const calibrated = (calibration, score) => (calibration.method === "platt"
  ? sigmoid(calibration.slope * logitOf(score) + calibration.offset) : interpolated(calibration, score));
