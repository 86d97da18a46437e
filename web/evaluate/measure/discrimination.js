/* discrimination.js - how well scores part the films that show a finding from those that do not: AUC with its
 * interval, beside the baselines' and another model's.
 * SPDX-License-Identifier: MIT */
import { aucInterval, aucOf } from "../../statistics/auc.js";
import { DRAWS, aucBootstrap } from "../../statistics/bootstrap.js";
import { delong, delongDifference, delongInterval } from "../../statistics/delong.js";
import { lackOfPatients } from "./support.js";

/** @typedef {import("./support.js").Counts} Counts */
/** @typedef {import("./support.js").Known} Known */
/** An AUC. interval: how ci95 was made; delong95: DeLong's, where no patient has two films.
 * @typedef {object} Auc
 * @property {number} value
 * @property {[number, number] | null} ci95 null where there are too few patients
 * @property {"bootstrap" | "score" | null} interval "score": Newcombe's, where the bootstrap has no width
 * @property {[number, number] | null} delong95
 */
/** Another score of the same films. difference: the model's AUC minus its.
 * @typedef {object} Compared
 * @property {string} name
 * @property {number} auc
 * @property {number} difference
 * @property {[number, number] | null} differenceCi95 by the bootstrap, paired
 * @property {[number, number] | null} differenceDelong95
 */

/** The interval of an AUC; where all draws give the same, that of the patients as if each had one film.
 * @param {number} auc @param {[number, number] | null} drawn @param {Counts} counts
 * @returns {Pick<Auc, "ci95" | "interval">} */
function intervalOf(auc, drawn, counts) {
  if (lackOfPatients(counts) || !drawn) return { ci95: null, interval: null };
  if (drawn[1] > drawn[0]) return { ci95: drawn, interval: "bootstrap" };
  return { ci95: aucInterval(auc, counts.positivePatients, counts.negativePatients), interval: "score" };
}

/** DeLong's intervals; null where films are not independent, or where all films are told apart.
 * @param {readonly ArrayLike<number>[]} scores @param {Known} known @param {Counts} counts */
function delongOf(scores, { shows }, counts) {
  if (counts.patients < counts.n || lackOfPatients(counts)) return null;
  const own = delong([scores[0]], shows);
  return {
    own: own.covariances[0][0] > 0 ? delongInterval(own.aucs[0], own.covariances[0][0]) : null,
    others: scores.slice(1).map((other) => delongDifference(delong([scores[0], other], shows))),
  };
}

/**
 * @param {ArrayLike<number>} scores [n]
 * @param {readonly { name: string, scores: ArrayLike<number> }[]} others of the same films
 * @param {Known} known [n] of both classes
 * @param {Counts} counts of known
 * @param {number} [draws]
 * @returns {{ auc: Auc, others: Compared[] }}
 */
export function discriminationOf(scores, others, known, counts, draws = DRAWS) {
  const all = [scores, ...others.map((other) => other.scores)];
  const value = aucOf(scores, known.shows);
  const few = lackOfPatients(counts) !== "";
  const { intervals, differences } = few ? { intervals: [null], differences: others.map(() => null) }
    : aucBootstrap(all, known.shows, known.patients, draws);
  const theirs = delongOf(all, known, counts);
  return {
    auc: { value, ...intervalOf(value, intervals[0], counts), delong95: theirs?.own ?? null },
    others: others.map((other, i) => {
      const auc = aucOf(other.scores, known.shows);
      return {
        name: other.name, auc, difference: value - auc, differenceCi95: differences[i],
        differenceDelong95: theirs?.others[i] ?? null,
      };
    }),
  };
}
