/* bootstrap.js - intervals of AUCs by resampling patients, each with all of their films: films of one patient are
 * no independent observations, and an interval that counts them as such is too narrow.
 *
 *     scores ── sorted once ── a draw: how often each patient came ── one pass along the order ── AUC
 *
 * A draw costs one pass over the films for each score, because the order of the films never changes; only how often
 * each counts. The seed is fixed, so that the same films give the same interval.
 * SPDX-License-Identifier: MIT */
import { randoms } from "./random.js";
import { middle95 } from "./quantile.js";

/** Films in ascending order of one score.
 * @typedef {object} Ranking
 * @property {Int32Array} cluster [n] which patient each is of, from 0
 * @property {Int32Array} shows [n] all bits set where the film shows the finding, else 0: a mask, because a branch on it would be
 *   guessed wrongly as often as the finding is rare
 * @property {Uint8Array} endsTie [n] 1 where the next film has a higher score */

export const DRAWS = 2000;
const SEED = 1;

/** @param {ArrayLike<number>} scores [n] finite @param {ArrayLike<number | boolean>} shows [n] @param {Int32Array} cluster [n]
 * @returns {Ranking} */
function rankingOf(scores, shows, cluster) {
  const order = Int32Array.from(cluster, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  return {
    cluster: order.map((i) => cluster[i]),
    shows: order.map((i) => -Number(shows[i])),
    endsTie: Uint8Array.from(order, (i, at) => Number(at + 1 === order.length || scores[order[at + 1]] !== scores[i])),
  };
}

/** The AUC where each patient's films count as often as the patient was drawn; NaN unless both classes were.
 * @param {Ranking} ranking @param {Uint16Array} times [patients] */
function weightedAuc({ cluster, shows, endsTie }, times) {
  let halves = 0, above = 0, below = 0, yes = 0, no = 0;
  for (let i = 0; i < cluster.length; i++) {
    const count = times[cluster[i]], positive = count & shows[i];
    yes += positive;
    no += count - positive;
    if (!endsTie[i]) continue;
    halves += yes * (2 * below + no);
    above += yes;
    below += no;
    yes = 0;
    no = 0;
  }
  return halves / 2 / (above * below);
}

/** Patients drawn with replacement: how often each came. @param {Uint16Array} times filled @param {() => number} random */
function draw(times, random) {
  times.fill(0);
  for (let i = 0; i < times.length; i++) times[Math.floor(random() * times.length)]++;
}

/** Numbers patients from 0. @param {readonly string[]} patients [n] @returns {{ cluster: Int32Array, count: number }} */
export function clustersOf(patients) {
  /** @type {Map<string, number>} */ const places = new Map();
  const cluster = Int32Array.from(patients, (patient) => {
    if (!places.has(patient)) places.set(patient, places.size);
    return /** @type {number} */ (places.get(patient));
  });
  return { cluster, count: places.size };
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
