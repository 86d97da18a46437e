/* measure-finding.js - all figures of one finding, on the films whose truth is known.
 * SPDX-License-Identifier: MIT */
import { aucOf } from "../../statistics/auc.js";
import { averagePrecision, precisionRecallCurve, rocCurve, stepsOf } from "../../statistics/curves.js";
import { foldsOf } from "../../statistics/folds.js";
import { calibrationFigures, recalibration } from "./calibration-report.js";
import { discriminationOf } from "./discrimination.js";
import { operatingPoints } from "./operating-points.js";
import { FEWEST_FILMS, countsOf, lackOfFilms, lackOfPatients } from "./support.js";

/** @typedef {import("./operating-points.js").Rule} Rule */
/** @typedef {import("./operating-points.js").OperatingPoint} OperatingPoint */
/** @typedef {import("./operating-points.js").Scored} Scored */
/** @typedef {import("./selection.js").LabeledFilm} LabeledFilm */
/** @typedef {{ code: WarningCode, message: string }} Warning */
/** @typedef {"FEW_FILMS" | "FEW_PATIENTS" | "CONSTANT" | "WORSE_THAN_CHANCE" | "THUMBNAIL" | "BRIGHTNESS" | "GROUP_TELLS" | "NO_THRESHOLD"} WarningCode */
/** A part of the films. @typedef {{ column: string, value: string, n: number, positives: number,
 *   auc: import("./discrimination.js").Auc, sensitivity: OperatingPoint["sensitivity"], specificity: OperatingPoint["specificity"] }} GroupFigures */
/** A film whose score is far on the wrong side. @typedef {{ name: string, score: number, shows: boolean }} WrongFilm */
/** @typedef {import("./support.js").Counts & {
 *   label: string, auc: import("./discrimination.js").Auc | null, averagePrecision: number | null,
 *   roc: import("../../statistics/curves.js").Point[], precisionRecall: import("../../statistics/curves.js").Point[],
 *   calibration: import("./calibration-report.js").CalibrationFigures | null,
 *   recalibration: import("./calibration-report.js").Recalibration | null,
 *   points: OperatingPoint[], baselines: import("./discrimination.js").Compared[],
 *   groupsAlone: { column: string, auc: number }[], groups: GroupFigures[], mostWrong: WrongFilm[],
 *   warnings: Warning[] }} FindingFigures
 * auc to points are null or empty where the films support none; baselines: the trivial classifiers, model minus theirs;
 * groupsAlone: the AUC of knowing only a film's group */
/** What is asked for of one finding. given: thresholds that are there, by name.
 * @typedef {{ given: { name: string, threshold: number }[], rule: Rule | null, prevalence: number | null,
 *   recalibrate: "platt" | "isotonic" | null }} Wanted */
/** @typedef {{ name: string, scores: ArrayLike<number> }} Other */

const CURVE_POINTS = 200;
const GROUP_DRAWS = 500;
const MOST_WRONG = 5;
/** From this AUC on a group alone tells a finding. */
const TELLS = 0.7;
const FOLDS = 5;

/** The films whose truth is known. @param {readonly LabeledFilm[]} films @param {number} label */
export const knownFilms = (films, label) => films.filter(({ shows }) => shows[label] >= 0);

/** @param {readonly LabeledFilm[]} films of known truth @param {number} label @returns {Scored} */
export const scoredOf = (films, label) => ({
  shows: Uint8Array.from(films, ({ shows }) => shows[label]),
  patients: films.map(({ patient }) => patient),
  scores: Float64Array.from(films, ({ scores }) => scores[label]),
});

/** What knowing only the group would say: the share of positive films in it, of other patients. @param {Scored} known
 * @param {readonly string[]} values of each film */
function groupAlone({ shows, patients }, values) {
  const folds = foldsOf(patients, shows, FOLDS);
  /** @type {Map<string, { yes: number, n: number }>} */ const sums = new Map();
  const add = (/** @type {string} */ key, /** @type {number} */ one) => {
    const { yes, n } = sums.get(key) ?? { yes: 0, n: 0 };
    sums.set(key, { yes: yes + one, n: n + 1 });
  };
  values.forEach((value, i) => {
    add(value, shows[i]);
    add(`${folds[i]} ${value}`, shows[i]);
  });
  const prior = shows.reduce((sum, one) => sum + one, 0) / shows.length;
  return values.map((value, i) => {
    const [all, own] = [value, `${folds[i]} ${value}`].map((key) => /** @type {{ yes: number, n: number }} */ (sums.get(key)));
    return (all.yes - own.yes + prior) / (all.n - own.n + 1);
  });
}

/** @param {readonly LabeledFilm[]} films @param {Scored} known @returns {{ column: string, auc: number }[]} */
function groupsAloneOf(films, known) {
  return Object.keys(films[0]?.groups ?? {}).flatMap((column) => {
    const values = films.map(({ groups }) => groups[column]);
    if (new Set(values).size < 2 || new Set(values).size > films.length / 2) return [];
    return [{ column, auc: aucOf(groupAlone(known, values), known.shows) }];
  });
}

/** The figures of one value of a column; null where it has too few films, or all. @param {readonly LabeledFilm[]} films
 * @param {number} label @param {string} column @param {string} value @param {Wanted["given"]} given @returns {GroupFigures | null} */
function groupFigures(films, label, column, value, given) {
  const inside = films.filter(({ groups }) => groups[column] === value);
  const known = scoredOf(inside, label), counts = countsOf(known);
  if (inside.length === films.length || lackOfFilms(counts)) return null;
  const [point] = operatingPoints(known, { given: given.slice(-1), rule: null, chosenOn: null, prevalence: null });
  return {
    column, value, n: counts.n, positives: counts.positives,
    auc: discriminationOf(known.scores, [], known, counts, GROUP_DRAWS).auc,
    sensitivity: point?.sensitivity ?? null, specificity: point?.specificity ?? null,
  };
}

/** @param {readonly LabeledFilm[]} films @param {number} label @param {Wanted["given"]} given */
function groupsOf(films, label, given) {
  return Object.keys(films[0].groups).flatMap((column) => {
    const values = [...new Set(films.map(({ groups }) => groups[column]))].filter(Boolean).sort();
    return values.map((value) => groupFigures(films, label, column, value, given)).filter((each) => each !== null);
  });
}

/** @param {readonly LabeledFilm[]} films @param {number} label @returns {WrongFilm[]} first those that score high without the finding */
function mostWrongOf(films, label) {
  const of = (/** @type {boolean} */ shows, /** @type {1 | -1} */ sign) => films
    .filter((film) => Boolean(film.shows[label]) === shows)
    .sort((a, b) => sign * (a.scores[label] - b.scores[label])).slice(0, MOST_WRONG)
    .map(({ name, scores }) => ({ name, score: scores[label], shows }));
  return [...of(false, -1), ...of(true, 1)];
}

const BASELINE_WORDS = { thumbnail: "a thumbnail of 16 x 16 pixels", brightness: "brightness alone" };

/** @param {Omit<FindingFigures, "warnings">} figures @param {Scored} known @param {Wanted} wanted @returns {Warning[]} */
function warningsOf(figures, known, wanted) {
  /** @type {Warning[]} */ const warnings = [];
  const warn = (/** @type {WarningCode} */ code, /** @type {string} */ message) => warnings.push({ code, message });
  const lack = lackOfFilms(figures);
  if (lack) warn("FEW_FILMS", `No figures: ${lack}.`);
  if (!figures.auc) return warnings;
  if (lackOfPatients(figures)) warn("FEW_PATIENTS", `No interval: ${lackOfPatients(figures)}.`);
  if (known.scores.every((score) => score === known.scores[0])) warn("CONSTANT", "Every film has the same score.");
  if (figures.auc.ci95 && figures.auc.ci95[1] < 0.5) warn("WORSE_THAN_CHANCE", "The AUC is below 0.5: are 0 and 1 exchanged in the table?");
  for (const { name, auc, differenceCi95 } of figures.baselines) {
    if (differenceCi95 && differenceCi95[0] > 0) continue;
    const words = BASELINE_WORDS[/** @type {keyof typeof BASELINE_WORDS} */ (name)];
    warn(name === "thumbnail" ? "THUMBNAIL" : "BRIGHTNESS", `Not shown to be better than ${words}, which has AUC ${auc.toFixed(2)}: the score may tell how films were made.`);
  }
  const telling = lackOfPatients(figures) ? [] : figures.groupsAlone.filter((each) => each.auc >= TELLS);
  for (const { column, auc } of telling) {
    warn("GROUP_TELLS", `${column} alone has AUC ${auc.toFixed(2)}: all films together measure it, too; look at each value of it.`);
  }
  if (wanted.rule && figures.points.length === wanted.given.length) warn("NO_THRESHOLD", "No threshold: too few films to choose it on, or none that holds what is asked for.");
  return warnings;
}

/**
 * @param {string} label
 * @param {number} place of the label
 * @param {{ measured: readonly LabeledFilm[], chosenOn: readonly LabeledFilm[] | null }} films of known truth
 * @param {readonly Other[]} baselines scores of the measured films
 * @param {Wanted} wanted
 * @returns {FindingFigures}
 */
export function measureFinding(label, place, { measured, chosenOn }, baselines, wanted) {
  const known = scoredOf(measured, place), counts = countsOf(known);
  const nothing = {
    ...counts, label, auc: null, averagePrecision: null, roc: [], precisionRecall: [], calibration: null, recalibration: null,
    points: [], baselines: [], groupsAlone: [], groups: [], mostWrong: [],
  };
  if (lackOfFilms(counts)) return { ...nothing, warnings: warningsOf(nothing, known, wanted) };
  const others = chosenOn && scoredOf(chosenOn, place);
  const { auc, others: compared } = discriminationOf(known.scores, baselines, known, counts);
  const steps = stepsOf(known.scores, known.shows);
  const points = operatingPoints(known, { ...wanted, chosenOn: others });
  const figures = {
    ...nothing, auc, baselines: compared, points,
    averagePrecision: averagePrecision(steps),
    roc: rocCurve(steps, CURVE_POINTS), precisionRecall: precisionRecallCurve(steps, CURVE_POINTS),
    calibration: calibrationFigures(known.scores, known.shows),
    recalibration: wanted.recalibrate && recalibration(known, others, wanted.recalibrate),
    groupsAlone: groupsAloneOf(measured, known),
    groups: groupsOf(measured, place, points),
    mostWrong: mostWrongOf(measured, place),
  };
  return { ...figures, warnings: warningsOf(figures, known, wanted) };
}

/** Whether a finding did better than both baselines: as the grade "validated" asks. @param {FindingFigures} figures */
export const beatsBaselines = ({ baselines, positives, positivePatients }) => baselines.length === 2
  && positives >= FEWEST_FILMS && positivePatients >= 5
  && baselines.every(({ differenceCi95 }) => differenceCi95 !== null && differenceCi95[0] > 0);
