/* cross-validation.js - estimates the AUC that a head would have on films that it was not trained on.
 *
 *     films ── split in folds, class by class ── fit on the others, the penalty chosen there
 *        ── AUC of pairs within the fold ── the mean over folds and repeats
 *
 * Everything that is estimated (mean, scale, directions, weights, penalty) comes from the other folds
 * alone. Only pairs of films of one fold are compared, because each fold has its own classifier. The
 * event loop runs between two fits.
 * SPDX-License-Identifier: MIT */
import { aucInterval, aucOf } from "../statistics/auc.js";
import { fitLogistic, logitOf } from "./logistic.js";
import { fitPrototype } from "./nearest-mean.js";
import { randoms, shuffled } from "../statistics/random.js";
import { yieldToEventLoop } from "../base/yield-to-event-loop.js";
import { isAbove } from "../base/threshold.js";

/** @typedef {import("./logistic.js").Linear} Linear */
/** @typedef {{ films: readonly Float32Array[], shows: readonly boolean[] }} Sample */
/** @typedef {object} Evaluation
 * @property {number} folds
 * @property {number} repeats each with other folds
 * @property {number} auc
 * @property {[number, number]} aucCi95 see auc.js
 * @property {number} prototypeAuc of the nearest mean, in the same folds
 * @property {number} sensitivity at score 0.5, of films left out
 * @property {number} specificity at score 0.5, of films left out
 */
/** @typedef {object} CurvePoint
 * @property {number} films of each class that were trained on
 * @property {number} auc mean over the draws, of the films not drawn
 * @property {number} low smallest of the draws
 * @property {number} high largest of the draws
 * @property {number} prototypeAuc mean over the same draws
 */

const FOLDS = 5;
/* With few films the result depends on how they are split, so the split is repeated. */
const MANY_FILMS = 200;
const REPEATS = 5;
const CURVE = [1, 2, 3, 5, 10, 20, 50, 100, 200];
const DRAWS = 10;

/** Where the films of a class are. @param {readonly boolean[]} shows @param {boolean} wanted */
const placesOf = (shows, wanted) => shows.flatMap((value, i) => (value === wanted ? [i] : []));

/** @param {Sample} sample @param {number[]} places @returns {Sample} */
const take = ({ films, shows }, places) =>
  ({ films: places.map((i) => films[i]), shows: places.map((i) => shows[i]) });

/** The films split into k folds, stratified by class. @param {readonly boolean[]} shows
 * @param {number} k @param {() => number} random @returns {number[][]} */
function splitInFolds(shows, k, random) {
  const order = [true, false].flatMap((value) => shuffled(placesOf(shows, value), random));
  return Array.from({ length: k }, (_, fold) => order.filter((_, i) => i % k === fold));
}

/** Logits and AUC of a logistic regression and of the nearest mean on held-out films.
 * @param {Sample} sample @param {number[]} trained indices @param {number[]} heldOut indices */
function evaluate(sample, trained, heldOut) {
  const { films, shows } = take(sample, trained);
  const logistic = fitLogistic(films, shows), prototype = fitPrototype(films, shows);
  const test = take(sample, heldOut);
  const logits = test.films.map((film) => logitOf(logistic, film));
  const near = test.films.map((film) => logitOf(prototype, film));
  const auc = aucOf(logits, test.shows), prototypeAuc = aucOf(near, test.shows);
  return { logits, auc, prototypeAuc, shows: test.shows };
}

/** @param {number[]} values @param {number[]} weights */
function weightedMean(values, weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  return values.reduce((total, value, i) => total + value * weights[i], 0) / sum;
}

/** The share of the films of a class on their side of score 0.5: sensitivity or specificity.
 * @param {ReturnType<typeof evaluate>[]} parts @param {boolean} wanted */
function shareCorrect(parts, wanted) {
  const sides = parts.flatMap(({ logits, shows }) =>
    placesOf(shows, wanted).map((i) => isAbove(logits[i], 0) === wanted));
  return sides.filter(Boolean).length / sides.length;
}

/**
 * Cross-validation.
 * @param {Sample} sample
 * @param {AbortSignal} [signal]
 * @returns {Promise<Evaluation | null>} null where a class has fewer than two films
 */
export async function crossValidate(sample, signal) {
  const { shows } = sample;
  const yes = placesOf(shows, true).length, no = shows.length - yes;
  const folds = Math.min(FOLDS, yes, no);
  if (folds < 2) return null;
  const repeats = shows.length > MANY_FILMS ? 1 : REPEATS;
  const random = randoms(1);
  const parts = [];
  for (let fold = 0, split = splitInFolds(shows, folds, random); fold < folds * repeats; fold++) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    if (fold && fold % folds === 0) split = splitInFolds(shows, folds, random);
    const heldOut = split[fold % folds];
    parts.push(evaluate(sample, split.filter((other) => other !== heldOut).flat(), heldOut));
  }
  const pairs = parts.map((part) =>
    placesOf(part.shows, true).length * placesOf(part.shows, false).length);
  const auc = weightedMean(parts.map((part) => part.auc), pairs);
  return {
    folds, repeats, auc,
    aucCi95: aucInterval(auc, yes, no),
    prototypeAuc: weightedMean(parts.map((part) => part.prototypeAuc), pairs),
    sensitivity: shareCorrect(parts, true),
    specificity: shareCorrect(parts, false),
  };
}

/** One size of the learning curve. @param {Sample} sample @param {number} size of each class
 * @param {AbortSignal} [signal] @returns {Promise<CurvePoint>} */
async function curvePoint(sample, size, signal) {
  const random = randoms(size);
  const results = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const [yes, no] = [true, false].map((value) => shuffled(placesOf(sample.shows, value), random));
    const trained = [...yes.slice(0, size), ...no.slice(0, size)];
    results.push(evaluate(sample, trained, [...yes.slice(size), ...no.slice(size)]));
  }
  const aucs = results.map(({ auc }) => auc);
  const even = aucs.map(() => 1);
  return {
    films: size,
    auc: weightedMean(aucs, even),
    low: Math.min(...aucs),
    high: Math.max(...aucs),
    prototypeAuc: weightedMean(results.map(({ prototypeAuc }) => prototypeAuc), even),
  };
}

/**
 * AUC against the number of training films of each class: ten draws for each size, evaluated on the
 * films not drawn, which are at least a fifth of the smaller class.
 * @param {Sample} sample
 * @param {AbortSignal} [signal]
 * @returns {Promise<CurvePoint[]>} empty where a class has a single film
 */
export async function learningCurve(sample, signal) {
  const yes = placesOf(sample.shows, true).length;
  const smaller = Math.min(yes, sample.shows.length - yes);
  const sizes = CURVE.filter((size) => size < smaller && size <= 0.8 * smaller);
  const points = [];
  for (const size of sizes) points.push(await curvePoint(sample, size, signal));
  return points;
}
