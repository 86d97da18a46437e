/* bootstrap.js - intervals of AUCs by resampling patients, each with all of their films: films of one patient are
 * no independent observations, and an interval that counts them as such is too narrow.
 *
 *     scores ── sorted once ── a draw: how often each patient came ── one pass along the order ── AUC
 *
 * A draw costs one addition a film for each score, because the order of the films never changes; only how often
 * each counts. The seed is fixed and patients are drawn by name, so that the same films give the same
 * interval, in whatever order they come.
 * SPDX-License-Identifier: MIT */
import { randoms } from "./random.js";
import { middle95 } from "./quantile.js";

/** One score's order of the films, the two classes apart, so that a pass has no branch to guess. A level is a score that a film
 * with the finding has.
 * @typedef {object} Ranking
 * @property {Int32Array} without [W] whose each film without the finding is, in ascending order of the score: patients from 0
 * @property {Int32Array} having [H] whose each film with it is
 * @property {Int32Array} lower [levels] how many films without it have a lower score
 * @property {Int32Array} notHigher [levels] how many have a lower score or the same
 * @property {Int32Array} upTo [levels] how many films with it have a lower score or the same */

export const DRAWS = 2000;
const SEED = 1;

/** @param {ArrayLike<number>} scores [n] finite @param {ArrayLike<number | boolean>} shows [n] @param {Int32Array} cluster [n]
 * @returns {Ranking} */
function rankingOf(scores, shows, cluster) {
  const order = cluster.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const [without, having] = [order.filter((i) => !shows[i]), order.filter((i) => shows[i])];
  /** @type {number[][]} */ const levels = [];
  let [lower, notHigher] = [0, 0];
  having.forEach((i, at) => {
    if (at + 1 < having.length && scores[having[at + 1]] === scores[i]) return;
    for (lower = notHigher; lower < without.length && scores[without[lower]] < scores[i];) lower++;
    for (notHigher = lower; notHigher < without.length && scores[without[notHigher]] === scores[i];) notHigher++;
    levels.push([lower, notHigher, at + 1]);
  });
  const [whose, column] = [(/** @type {number} */ i) => cluster[i], (/** @type {number} */ c) => Int32Array.from(levels, (level) => level[c])];
  return { without: without.map(whose), having: having.map(whose), lower: column(0), notHigher: column(1), upTo: column(2) };
}

/** The AUC where each patient's films count as often as the patient was drawn; NaN unless both classes were.
 * @param {Ranking} ranking @param {Uint16Array} times [patients] */
function weightedAuc({ without, having, lower, notHigher, upTo }, times) {
  let [i, j, below, above, halves] = [0, 0, 0, 0, 0];
  for (let level = 0; level < upTo.length; level++) {
    for (const end = lower[level]; i < end; i++) below += times[without[i]];
    let twice = below;
    for (const end = notHigher[level]; i < end; i++) below += times[without[i]];
    twice += below; // the films of the same score count half
    let count = 0;
    for (const end = upTo[level]; j < end; j++) count += times[having[j]];
    above += count;
    halves += count * twice;
  }
  for (; i < without.length; i++) below += times[without[i]];
  return halves / 2 / (above * below);
}

/** Patients drawn with replacement: how often each came. @param {Uint16Array} times filled @param {() => number} random */
function draw(times, random) {
  times.fill(0);
  for (let i = 0; i < times.length; i++) times[Math.floor(random() * times.length)]++;
}

/** Numbers patients from 0, by their names, so that the order of the films changes nothing. @param {readonly string[]} patients [n]
 * @returns {{ cluster: Int32Array, count: number }} */
function clustersOf(patients) {
  const places = new Map([...new Set(patients)].sort().map((patient, place) => [patient, place]));
  return { cluster: Int32Array.from(patients, (patient) => /** @type {number} */ (places.get(patient))), count: places.size };
}

/**
 * The 95 % intervals (percentiles) of the AUCs of several scores of the same films, and of each one's difference
 * from the first (the first minus it). All scores see the same draws.
 * @param {readonly ArrayLike<number>[]} scores of each [n], finite
 * @param {ArrayLike<number | boolean>} shows [n]
 * @param {readonly string[]} patients [n] who each film is of
 * @param {number} [draws]
 * @returns {{ intervals: ([number, number] | null)[], differences: ([number, number] | null)[] }} null where more
 *   than half of the draws lack a class; differences has one less than scores
 */
export function aucBootstrap(scores, shows, patients, draws = DRAWS) {
  const { cluster, count } = clustersOf(patients);
  const rankings = scores.map((each) => rankingOf(each, shows, cluster));
  const drawn = rankings.map(() => new Float64Array(draws));
  const [times, random] = [new Uint16Array(count), randoms(SEED)];
  for (let d = 0; d < draws; d++) {
    draw(times, random);
    rankings.forEach((ranking, s) => { drawn[s][d] = weightedAuc(ranking, times); });
  }
  const [own, ...others] = drawn;
  return {
    intervals: drawn.map(middle95),
    differences: others.map((other) => middle95(own.map((auc, d) => auc - other[d]))),
  };
}
