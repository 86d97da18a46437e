/* film-order.js - which films a table shows, and in which order.
 * SPDX-License-Identifier: MIT */
import { reasonsOf } from "../films/reasons.js";
import { firstOrder, inOrder } from "../results/finding-order.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/film-queue.js").Finding} Finding */
/** What films are sorted by: "number", "name", "highest", "warnings", "known", or a finding as "score:LABEL".
 * @typedef {{ by: string, descending: boolean }} Order */
/** Which films are shown. label: a finding, "" for any; side: of its threshold; least: score; known: see FilmTable
 * @typedef {{ name: string, label: string, side: "" | "above" | "below", least: number | null,
 *   warnings: "" | "with" | "without" }} Filter */

/** @type {Filter} */
export const ALL = { name: "", label: "", side: "", least: null, warnings: "" };
/** @type {Order} */
export const AS_ADDED = { by: "number", descending: false };

const SCORE = "score:";

/** The key of a finding's column. @param {string} label */
export const scoreKey = (label) => SCORE + label;

/** Of the model, and trained or opened on this visit. @param {Film} film @returns {Finding[]} */
const findingsOf = ({ result }) => (result ? [...result.findings, ...result.customFindings] : []);

/** @param {Film} film @param {string} label @returns {Finding | undefined} */
export const findingOf = (film, label) => film.result?.findings.find((finding) => finding.label === label)
  ?? film.result?.customFindings.find((finding) => finding.label === label);

/** Of each result, as long as its findings are these: a sort asks for it, of thousands of films.
 * @type {WeakMap<object, { findings: Finding[], customFindings: Finding[], highest: Finding | undefined }>} */
const highestKnown = new WeakMap();

/** The finding that stands first in the film's own list. @param {Film} film @returns {Finding | undefined} */
export function highestOf(film) {
  if (!film.result) return undefined;
  const { findings, customFindings } = film.result;
  const known = highestKnown.get(film.result);
  if (known?.findings === findings && known.customFindings === customFindings) return known.highest;
  const all = findingsOf(film);
  const [highest] = inOrder(all, firstOrder(all));
  highestKnown.set(film.result, { findings, customFindings, highest });
  return highest;
}

/** The labels of all findings, the model's first. @param {readonly Film[]} films @returns {string[]} */
export const labelsOf = (films) => [...new Set(films.flatMap((film) => findingsOf(film).map(({ label }) => label)))];

/** @param {Finding} finding @param {Filter} filter */
const meets = ({ above, score }, { side, least }) => (side === "" || above === (side === "above"))
  && (least === null || score >= least);

/** @param {readonly Film[]} films @param {Filter} filter @returns {Film[]} */
export function chosenFilms(films, filter) {
  const name = filter.name.trim().toLowerCase();
  const asksFinding = filter.label !== "" || filter.side !== "" || filter.least !== null;
  return films.filter((film) => {
    if (name && !film.name.toLowerCase().includes(name)) return false;
    if (filter.warnings && (reasonsOf(film).length > 0) !== (filter.warnings === "with")) return false;
    if (!asksFinding) return true;
    return findingsOf(film).some((finding) => (filter.label === "" || finding.label === filter.label) && meets(finding, filter));
  });
}

/** Verdict and score of the highest finding, as one number: above, below, without threshold. @param {Film} film */
function highestValue(film) {
  const highest = highestOf(film);
  return highest ? (highest.above ? 1 : 0) + highest.score : null;
}

/** @typedef {(film: Film) => number | string | null | undefined} Value null: none, which comes last */

/** @param {string} by @param {(film: Film) => string | null} known @returns {Value} */
function valueOf(by, known) {
  if (by.startsWith(SCORE)) return (film) => findingOf(film, by.slice(SCORE.length))?.score;
  /** @type {Record<string, Value>} */
  const values = {
    name: ({ name }) => name,
    highest: highestValue,
    warnings: (film) => (film.result ? reasonsOf(film).length : null),
    known,
  };
  return values[by] ?? (({ id }) => id);
}

/** @param {number | string} a @param {number | string} b */
const compare = (a, b) => (typeof a === "string" ? a.localeCompare(String(b), undefined, { numeric: true }) : a - Number(b));

/** The films in another order; equal ones keep theirs, and those without the value come last.
 * @param {readonly Film[]} films @param {Order} order @param {(film: Film) => string | null} known @returns {Film[]} */
export function orderedFilms(films, { by, descending }, known) {
  const value = valueOf(by, known);
  return films.map((film) => ({ film, is: value(film) ?? null })).sort((a, b) => {
    if (a.is === null || b.is === null) return Number(a.is === null) - Number(b.is === null);
    return descending ? compare(b.is, a.is) : compare(a.is, b.is);
  }).map(({ film }) => film);
}

/** The order after a click on a column: reversed if it was sorted by it, else names and numbers of films from the
 * first, all else from the largest. @param {Order} order @param {string} by @returns {Order} */
export const nextOrder = (order, by) => (order.by === by ? { by, descending: !order.descending }
  : { by, descending: by !== "name" && by !== "number" });
