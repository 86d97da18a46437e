/* report.js - the report of a validation as data: what web/evaluate/README.md documents, and JSON, CSV, page and site card are
 * made from.
 *
 *     scored films ── labels.js ── selection.js ── measure-finding.js, label by label ── report
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { baselinesOf } from "../measure/baselines.js";
import { compareFinding } from "../measure/compare-models.js";
import { checkMeasureOptions } from "../measure/measure-options.js";
import { knownFilms, measureFinding, scoredOf } from "../measure/measure-finding.js";
import { selectionOf } from "../measure/selection.js";

/** @typedef {import("../labels/labels.js").LabelTable} LabelTable */
/** @typedef {import("../labels/labels.js").Listed} Listed */
/** @typedef {import("../measure/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("../measure/selection.js").LabeledFilm} LabeledFilm */
/** @typedef {import("../measure/selection.js").ScoredFilm} ScoredFilm */
/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */
/** What the report says of a model.
 * @typedef {Pick<import("../../engine/engine.js").Info, "model" | "modelHash" | "dtype" | "variant" | "version" | "labels" | "facts"
 *   | "siteCard" | "license" | "attribution" | "notice">} ModelInfo */
/** @typedef {import("../measure/selection.js").SelectionOptions & {
 *   name?: string, date?: string, rules?: Readonly<Record<string, Rule>>, prevalence?: Readonly<Record<string, number>>,
 *   recalibrate?: "platt" | "isotonic", signal?: AbortSignal, onProgress?: (done: number, of: number) => void }} MeasureOptions
 * name: of the films, for people; date: YYYY-MM-DD; rules: how thresholds are chosen, by label, "*" for all others;
 * prevalence: for predictive values, 0..1, in the same way; recalibrate: also learn a map from scores to shares; signal: ends
 * the call, which rejects with its reason; onProgress: called after each label */
/** @typedef {object} Measured
 * @property {ModelInfo} info
 * @property {readonly (ScoredFilm | null)[]} films [films] in the order of the labels; null: could not be read
 * @property {readonly { name: string, code: string, message: string }[]} refused films that could not be read
 */
/** How good a model is on films: plain data, for JSON. @typedef {Awaited<ReturnType<typeof reportOf>>} Report */

const FORMAT = "evax-evaluation";
const VERSION = 1;
const FIRST = 20;

/** A label's own entry, or that of all. @template T @param {Readonly<Record<string, T>> | undefined} entries @param {string} label
 * @returns {T | null} */
const entryOf = (entries, label) => (entries && Object.hasOwn(entries, label) ? entries[label] : entries?.["*"] ?? null);

/** The films that are read and labeled. A film without a patient is a patient of its own.
 * @param {Measured["films"]} films @param {LabelTable} table @returns {LabeledFilm[]} */
const labeledOf = (films, table) => films.flatMap((film, i) => {
  const truth = table.films[i];
  return film && truth ? [{ ...film, ...truth, patient: truth.patient || `film ${film.name}` }] : [];
});

/** @param {ModelInfo} info */
const modelOf = ({ model, modelHash, dtype, variant, version, license, attribution }) =>
  ({ name: model, sha256: modelHash, dtype, variant, version, license, attribution });

/** @param {readonly LabeledFilm[]} films how often each reason was given @returns {Record<string, number>} */
function reasonsOf(films) {
  /** @type {Record<string, number>} */ const counts = {};
  for (const { reasons } of films) for (const code of new Set(reasons)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** @param {ModelInfo} info @param {number} label */
const thresholdOf = ({ facts }, label) => facts[label]?.threshold ?? null;

/** Scores of the baselines for the films whose truth is known; none where a film has no small copy.
 * @param {readonly LabeledFilm[]} measured @param {readonly LabeledFilm[] | null} learnedFrom */
function trivial(measured, learnedFrom) {
  const all = [...measured, ...learnedFrom ?? []];
  if (!all.every(({ small }) => small)) return () => [];
  const scores = baselinesOf(/** @type {import("../measure/baselines.js").SmallFilm[]} */ (all), measured.length);
  return (/** @type {number} */ label) => scores(label).map((each) => ({
    name: each.name, scores: each.scores.filter((_, i) => measured[i].shows[label] >= 0),
  }));
}

/** @param {ModelInfo} info @param {number} label @param {MeasureOptions} options @returns {import("../measure/measure-finding.js").Wanted} */
function wantedOf(info, label, { rules, prevalence, recalibrate }) {
  const own = thresholdOf(info, label), name = info.labels[label];
  return {
    given: own === null ? [] : [{ name: info.siteCard ? "card" : "model", threshold: own }],
    rule: entryOf(rules, name), prevalence: entryOf(prevalence, name), recalibrate: recalibrate ?? null,
  };
}

/** The thresholds at which two models are compared: a rule's for both, or else each model's own.
 * @param {FindingFigures | undefined} figures @param {number | null} own @param {number | null} theirs */
function comparedAt(figures, own, theirs) {
  const last = figures?.points.at(-1);
  return last && last.name !== "model" && last.name !== "card" ? { own: last.threshold, theirs: last.threshold } : { own, theirs };
}

/** @param {Measured} model @param {Measured} other on the same films @param {readonly LabeledFilm[]} measured
 * @param {readonly FindingFigures[]} figures of the model */
function comparison(model, other, measured, figures) {
  const theirs = new Map(other.films.flatMap((film) => (film ? [[film.name, film]] : [])));
  const findings = model.info.labels.flatMap((label, place) => {
    const their = other.info.labels.indexOf(label);
    const films = knownFilms(measured, place).filter(({ name }) => theirs.has(name));
    if (their < 0 || !films.length) return [];
    const scores = Float64Array.from(films, ({ name }) => /** @type {ScoredFilm} */ (theirs.get(name)).scores[their]);
    const thresholds = comparedAt(figures.find((each) => each.label === label), thresholdOf(model.info, place), thresholdOf(other.info, their));
    return [compareFinding(label, scoredOf(films, place), scores, thresholds)];
  });
  return { model: modelOf(other.info), findings };
}

/** @param {readonly FindingFigures[]} findings */
function meanAuc(findings) {
  const aucs = findings.flatMap(({ auc }) => (auc ? [auc.value] : []));
  return aucs.length ? { value: aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length, findings: aucs.length } : null;
}

/** @param {Measured["refused"]} refused @returns {Listed} */
const refusedOf = (refused) => ({
  count: refused.length, first: refused.slice(0, FIRST).map(({ name, code, message }) => `${name}: ${message} [${code}]`),
});

/**
 * Measures scored films.
 * @param {Measured} model
 * @param {LabelTable} table of the same films
 * @param {MeasureOptions} [options]
 * @param {Measured | null} [other] a second model's results of the same films
 */
export async function reportOf(model, table, options = {}, other = null) {
  const { info } = model, { signal, onProgress = () => {} } = options;
  checkMeasureOptions(options, info.labels);
  const labeled = labeledOf(model.films, table);
  if (!labeled.length) throw new EvaxError("LABELS_INVALID", `none of the films that it names could be read; the first: ${model.refused[0]?.message ?? "there is none"}`);
  const { measured, chosenOn, learnedFrom, repeated, contradicting } = selectionOf(labeled, info.labels, options);
  const baselines = trivial(measured, learnedFrom);
  /** @type {FindingFigures[]} */ const findings = [];
  for (const label of table.known) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    const films = { measured: knownFilms(measured, label), chosenOn: chosenOn && knownFilms(chosenOn, label) };
    findings.push(measureFinding(info.labels[label], label, films, baselines(label), wantedOf(info, label, options)));
    onProgress(findings.length, table.known.length);
  }
  const { measureOn = null, chooseOn = null, baselinesOn = null, where = {}, recalibrate = null } = options;
  return {
    /** Names this kind of file. */ format: FORMAT,
    /** Of the format. */ version: VERSION,
    /** The model that was measured; sha256: of its manifest.json. */ model: modelOf(info),
    /** On which films, how many, and as which options had it. warned: films with reasons; reasons: how many, by code. */
    data: {
      name: options.name ?? "your films", date: options.date ?? null,
      given: model.films.length, refused: model.refused.length, labeled: labeled.length, measured: measured.length,
      patients: new Set(measured.map(({ patient }) => patient)).size, patientsKnown: table.hasPatients,
      measureOn, chooseOn, baselinesOn, where, recalibrate,
      warned: measured.filter(({ reasons }) => reasons.length).length, reasons: reasonsOf(measured),
    },
    /** Over the findings that have one; null without any. */ meanAuc: meanAuc(findings),
    /** The figures of each label that the table tells of. */ findings,
    /** Labels of the model that the table says nothing of. */
    withoutTruth: info.labels.filter((_, label) => !table.known.includes(label)),
    /** The second model beside this one, on the same films; null without one. */
    against: other && comparison(model, other, measured, findings),
    /** What could not be used: how many of each kind, and the first of them. */
    problems: { ...table.problems, refused: refusedOf(model.refused), repeatedFilms: repeated, contradictingFilms: contradicting },
    /** How the table was read, in sentences. */
    notes: [...table.notes, ...(table.hasPatients ? [] : ["The table names no patients: every film counts as another patient's, and intervals are too narrow if that is wrong."])],
    /** To be shown with the figures. */ notice: info.notice,
  };
}
