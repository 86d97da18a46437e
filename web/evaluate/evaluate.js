/* evaluate.js - evaluate(): how good a model is on films of one's own, on this device.
 *
 *     films ── engine.analyze, one after the other ── scored films ──┐
 *     table of labels ── labels.js ─────────────────────────────────┴── report.js
 *
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { refuseUnknown } from "../base/options.js";
import { readLabels } from "./labels/labels.js";
import { reportOf } from "./report/report.js";
import { wantedFilms } from "./measure/selection.js";
import { smallCopy } from "./measure/small-copy.js";

/** @typedef {import("../engine/engine.js").Analysis} Analysis */
/** @typedef {import("../engine/input.js").Input} Input */
/** @typedef {import("./report/report.js").Report} Report */
/** @typedef {import("./report/report.js").MeasureOptions} MeasureOptions */
/** @typedef {import("./measure/selection.js").ScoredFilm} ScoredFilm */
/** What evaluate() needs of an engine. @typedef {Pick<import("../engine/engine.js").Engine, "info" | "analyze">} AnalyzingEngine */
/** A film to read: its name as the table has it, and its content, or what gives it when its turn comes.
 * @typedef {{ name: string, input: Input | (() => Input | Promise<Input>) }} NamedFilm */
/** @typedef {import("./labels/labels.js").LabelOptions & MeasureOptions & {
 *   against?: AnalyzingEngine, onFilm?: (done: number, of: number) => void }} EvaluateOptions
 * against: a second model, on the same films; onFilm: called after each film */

const OPTIONS = ["file", "patient", "split", "groups", "map", "only", "measureOn", "chooseOn", "baselinesOn", "where", "name",
  "date", "rules", "prevalence", "recalibrate", "against", "signal", "onFilm", "onProgress"];

/** What a report keeps of an analysis. @param {string} name @param {Analysis} analysis of analyze() with `pictures`
 * @returns {ScoredFilm} */
export const scoredFilm = (name, { findings, reasons, picture }) => ({
  name,
  logits: findings.map(({ logit }) => logit),
  scores: findings.map(({ score }) => score),
  reasons: reasons.map(({ code }) => code),
  small: picture ? smallCopy(picture) : null,
});

/** @param {string} name @param {unknown} error */
export function refusedFilm(name, error) {
  const { message } = /** @type {Error} */ (error);
  return { name, code: error instanceof EvaxError ? error.code : "INPUT_UNREADABLE", message };
}

/** Reads films; one that fails is refused, and the others go on. @param {AnalyzingEngine} engine @param {readonly (NamedFilm | null)[]} films
 * @param {Pick<EvaluateOptions, "signal" | "onFilm">} options */
async function score(engine, films, { signal, onFilm = () => {} }) {
  /** @type {(ScoredFilm | null)[]} */ const scored = films.map(() => null);
  /** @type {ReturnType<typeof refusedFilm>[]} */ const refused = [];
  for (const [i, film] of films.entries()) {
    if (!film) continue;
    try {
      const input = typeof film.input === "function" ? await film.input() : film.input;
      scored[i] = scoredFilm(film.name, await engine.analyze(input, { signal, pictures: true }));
    } catch (error) {
      signal?.throwIfAborted();
      refused.push(refusedFilm(film.name, error));
    }
    onFilm(i + 1, films.length);
  }
  return { info: engine.info, films: scored, refused };
}

/** A model that gives no scores cannot be measured. @param {AnalyzingEngine} engine */
export function checkLabels({ info }) {
  if (!info.labels.length) throw new EvaxError("OPTION_INVALID", `${info.model} gives no scores: it is a feature extractor`);
}

/**
 * Measures a model on labeled films. Only films that the table names are read. Rejects with LABELS_INVALID, OPTION_INVALID, or on
 * abort with the signal's reason.
 * @param {AnalyzingEngine} engine what load() gave
 * @param {readonly NamedFilm[]} films with the names that the table has, paths or file names
 * @param {Uint8Array | string} labels a CSV file's bytes, or its text
 * @param {EvaluateOptions} [options]
 * @returns {Promise<Report>} web/evaluate/README.md says what each member is
 */
export async function evaluate(engine, films, labels, options = {}) {
  refuseUnknown(options, OPTIONS, "evaluate");
  checkLabels(engine);
  const table = readLabels(labels, films.map(({ name }) => name), engine.info.labels, options);
  const isWanted = wantedFilms(table.films, options);
  const wanted = films.map((film, i) => (isWanted[i] ? film : null));
  const own = await score(engine, wanted, options);
  const other = options.against ? await score(options.against, wanted, options) : null;
  return reportOf(own, table, options, other);
}
