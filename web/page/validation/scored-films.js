/* scored-films.js - films of the list as a validation takes them: names for the table of labels, scores, and why a film has
 * none.
 * SPDX-License-Identifier: MIT */
import { refusedFilm } from "../../evaluate/evaluate.js";
import { reasonsOf } from "../films/reasons.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../../evaluate/labels/labels.js").LabelTable} LabelTable */
/** @typedef {import("../../evaluate/report/report.js").Measured} Measured */
/** @typedef {import("../../evaluate/measure/selection.js").ScoredFilm} ScoredFilm */
/** Of the films that have a row. pending: waiting or being read
 * @typedef {{ all: number, done: number, failed: number, canceled: number, pending: number }} Counts */

/** By which a table can name a film: with its folders, where they are known. @param {Film} film */
export const nameOf = ({ path, name }) => path ?? name;

/** @param {Film} film @returns {ScoredFilm | null} null before it has been read */
export function scoredOf(film) {
  const { result } = film;
  return result && {
    name: nameOf(film),
    logits: Float64Array.from(result.findings, ({ logit }) => logit), // lists take a hundred times as long to a worker
    scores: Float64Array.from(result.findings, ({ score }) => score),
    reasons: reasonsOf(film).map(({ code }) => code),
    small: result.small,
  };
}

/** @param {Film} film without a result */
const refusedOf = (film) => (film.error ? refusedFilm(nameOf(film), film.error)
  : { name: nameOf(film), code: "CANCELED", message: "it was not read: canceled" });

/** The films that have a row in a table. @param {readonly Film[]} films @param {LabelTable} table of them */
export const labeledFilms = (films, table) => films.filter((_, i) => table.films[i] !== null);

/** @param {readonly Film[]} films @param {LabelTable} table of them @param {Measured["info"]} info of the model @returns {Measured} */
export const measuredOf = (films, table, info) => ({
  info, films: films.map(scoredOf), refused: labeledFilms(films, table).filter(({ result }) => !result).map(refusedOf),
});

/** @param {readonly Film[]} films @returns {Counts} */
export function countsOf(films) {
  const counts = { all: films.length, done: 0, failed: 0, canceled: 0, pending: 0 };
  for (const { status } of films) counts[status === "waiting" || status === "reading" ? "pending" : status] += 1;
  return counts;
}
