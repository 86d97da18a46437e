/* compare-models.js - two models on the same films: the paired difference of their AUCs, and decisions that flip.
 * SPDX-License-Identifier: MIT */
import { isAbove } from "../../base/threshold.js";
import { discriminationOf } from "./discrimination.js";
import { flipsOf } from "./operating-points.js";
import { countsOf, lackOfFilms } from "./support.js";

/** @typedef {import("./operating-points.js").Scored} Scored */
/** One finding of two models. flips: decisions of the other that differ, by truth: both at the threshold
 * of a rule, or each model at its own (the other at the first's if it has none). null without a threshold, or where the films support no figure.
 * @typedef {{ label: string, n: number, positives: number, auc: number | null, otherAuc: number | null, difference: number | null,
 *   differenceCi95: [number, number] | null, differenceDelong95: [number, number] | null, largestScoreDifference: number,
 *   flips: { among: number, positives: Flips, negatives: Flips } | null }} ComparedFinding */
/** @typedef {ReturnType<typeof flipsOf>} Flips */

/** @param {Scored} own @param {Float64Array} theirs @param {number | null} threshold @param {number | null} otherThreshold */
function flips(own, theirs, threshold, otherThreshold) {
  if (threshold === null) return null;
  const of = (/** @type {number} */ shows) => {
    const places = Array.from(own.shows, (_, i) => i).filter((i) => own.shows[i] === shows);
    return flipsOf(places.map((i) => isAbove(own.scores[i], threshold)), places.map((i) => isAbove(theirs[i], otherThreshold ?? threshold)));
  };
  return { among: own.shows.length, positives: of(1), negatives: of(0) };
}

/**
 * @param {string} label
 * @param {Scored} own films with the model's scores
 * @param {Float64Array} theirs the other's scores of the same films
 * @param {{ own: number | null, theirs: number | null }} thresholds
 * @returns {ComparedFinding}
 */
export function compareFinding(label, own, theirs, thresholds) {
  const counts = countsOf(own);
  const measured = lackOfFilms(counts) ? null : discriminationOf(own.scores, [{ name: "other", scores: theirs }], own, counts);
  const other = measured?.others[0];
  return {
    label, n: counts.n, positives: counts.positives, auc: measured?.auc.value ?? null, otherAuc: other?.auc ?? null,
    difference: other?.difference ?? null, differenceCi95: other?.differenceCi95 ?? null,
    differenceDelong95: other?.differenceDelong95 ?? null,
    largestScoreDifference: own.scores.reduce((most, score, i) => Math.max(most, Math.abs(score - theirs[i])), 0),
    flips: flips(own, theirs, thresholds.own, thresholds.theirs),
  };
}
