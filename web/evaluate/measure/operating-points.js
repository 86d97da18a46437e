/* operating-points.js - what a threshold gives: sensitivity, specificity, PPV and NPV, with intervals by patient.
 *
 * A threshold that a rule chooses is never measured on the patients it was chosen on: it is chosen on another split, or five
 * times on four fifths of the patients and measured on the last fifth. What such a rule then proposes is chosen on all of them.
 * SPDX-License-Identifier: MIT */
import { isAbove } from "../../base/threshold.js";
import { foldsOf } from "../../statistics/folds.js";
import { predictiveValues, proportionOf } from "../../statistics/proportion.js";
import { chooseThreshold } from "../../statistics/thresholds.js";
import { FEWEST_FILMS, canChoose, countsOf } from "./support.js";

/** @typedef {import("../../statistics/proportion.js").Proportion} Proportion */
/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */
/** @typedef {import("./support.js").Known} Known */
/** Films with their scores. @typedef {Known & { scores: Float64Array }} Scored */
/** A threshold and what it gives. Shares of fewer than ten films are null.
 * @typedef {object} OperatingPoint
 * @property {string} name "model", "card", or the rule
 * @property {number} threshold a score above it counts
 * @property {"given" | "other split" | "cross-validated"} chosen how the threshold came about; "given": it was there before
 * @property {number} above films above it
 * @property {Proportion | null} sensitivity
 * @property {Proportion | null} specificity
 * @property {Proportion | null} ppv at the share of positive films here
 * @property {Proportion | null} npv
 * @property {ReturnType<typeof predictiveValues> | null} atPrevalence
 * @property {{ toPositive: number, toNegative: number } | null} flips decisions that differ from the first point's
 */

const FOLDS = 5;

/** A rule in words. @param {Rule} rule */
const nameOfRule = (rule) => (rule.kind === "youden" ? "Youden" : `${rule.kind} ${rule.value}`);

/** The share of some films that satisfy a test. @param {Scored} films @param {readonly boolean[]} hits @param {(i: number) => boolean} among
 * @returns {Proportion | null} null of fewer than ten */
function shareOf({ patients }, hits, among) {
  const places = patients.flatMap((_, i) => (among(i) ? [i] : []));
  if (places.length < FEWEST_FILMS) return null;
  return proportionOf(places.map((i) => hits[i]), places.map((i) => patients[i]));
}

/**
 * @param {Scored} films
 * @param {readonly boolean[]} above [n] the decisions
 * @param {number | null} prevalence above 0 and below 1
 */
function measured(films, above, prevalence) {
  const right = above.map((positive, i) => positive === Boolean(films.shows[i]));
  const sensitivity = shareOf(films, right, (i) => films.shows[i] === 1);
  const specificity = shareOf(films, right, (i) => films.shows[i] === 0);
  return {
    above: above.filter(Boolean).length, sensitivity, specificity,
    ppv: shareOf(films, right, (i) => above[i]),
    npv: shareOf(films, right, (i) => !above[i]),
    atPrevalence: prevalence !== null && sensitivity && specificity ? predictiveValues(sensitivity, specificity, prevalence) : null,
  };
}

/** @param {Scored} films @param {(i: number) => boolean} among @returns {Scored} */
const part = ({ shows, patients, scores }, among) => ({
  shows: shows.filter((_, i) => among(i)), patients: patients.filter((_, i) => among(i)), scores: scores.filter((_, i) => among(i)),
});

/** @param {Rule} rule @param {Scored} films @returns {number | null} null where too few films or no threshold can hold it */
function choose(rule, films) {
  if (rule.kind === "threshold") return rule.value;
  return canChoose(countsOf(films)) ? chooseThreshold(rule, films.scores, films.shows) : null;
}

/** Each film's decision at the threshold that the other folds' patients choose; null if one of them cannot.
 * @param {Rule} rule @param {Scored} films */
function crossDecisions(rule, films) {
  const folds = foldsOf(films.patients, films.shows, FOLDS);
  const thresholds = Array.from({ length: FOLDS }, (_, fold) => choose(rule, part(films, (i) => folds[i] !== fold)));
  if (thresholds.some((threshold) => threshold === null)) return null;
  return Array.from(films.scores, (score, i) => isAbove(score, /** @type {number} */ (thresholds[folds[i]])));
}

/** @param {Scored} films @param {number} threshold */
const decisions = ({ scores }, threshold) => Array.from(scores, (score) => isAbove(score, threshold));

/** A threshold, how it came about, and the decisions of the measured films.
 * @typedef {Pick<OperatingPoint, "name" | "threshold" | "chosen"> & { decided: boolean[] }} Decided */

/** @param {Rule} rule @param {Scored} films @param {Scored | null} chosenOn @returns {Decided | null} */
function byRule(rule, films, chosenOn) {
  const threshold = choose(rule, chosenOn ?? films), name = nameOfRule(rule);
  if (threshold === null) return null;
  if (rule.kind === "threshold") return { name, threshold, chosen: "given", decided: decisions(films, threshold) };
  if (chosenOn) return { name, threshold, chosen: "other split", decided: decisions(films, threshold) };
  const decided = crossDecisions(rule, films);
  return decided && { name, threshold, chosen: "cross-validated", decided };
}

/** @param {readonly boolean[]} first @param {readonly boolean[]} second */
export const flipsOf = (first, second) => ({
  toPositive: first.filter((above, i) => !above && second[i]).length,
  toNegative: first.filter((above, i) => above && !second[i]).length,
});

/**
 * @param {Scored} films on which is measured
 * @param {{ given: readonly { name: string, threshold: number }[], rule: Rule | null, chosenOn: Scored | null,
 *   prevalence: number | null }} how given: thresholds that are there; rule: for another one; chosenOn: other films to
 *   choose it on
 * @returns {OperatingPoint[]}
 */
export function operatingPoints(films, { given, rule, chosenOn, prevalence }) {
  const own = given.map(({ name, threshold }) => /** @type {Decided} */ ({ name, threshold, chosen: "given", decided: decisions(films, threshold) }));
  const found = [...own, rule && byRule(rule, films, chosenOn)].filter((each) => each !== null);
  return found.map(({ decided, ...point }, i) => ({
    ...point, ...measured(films, decided, prevalence), flips: i ? flipsOf(found[0].decided, decided) : null,
  }));
}
