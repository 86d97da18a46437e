/* selection.js - which labeled films are measured on, which thresholds are chosen on, which baselines learn from; and
 * the same picture twice, once.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { didYouMean } from "../../base/suggest.js";

/** @typedef {import("../labels/labels.js").Truth} Truth */
/** @typedef {import("../labels/labels.js").Listed} Listed */
/** A film with what a model made of it.
 * @typedef {object} ScoredFilm
 * @property {string} name
 * @property {readonly number[] | Float64Array} logits [K]
 * @property {readonly number[] | Float64Array} scores [K] 0..1
 * @property {readonly string[]} reasons codes, why its findings may mean less than they seem to
 * @property {ArrayLike<number> | null} small of small-copy.js
 */
/** @typedef {ScoredFilm & Truth} LabeledFilm */
/** @typedef {object} SelectionOptions
 * @property {string} [measureOn] measure on the films of this split alone
 * @property {string} [chooseOn] choose thresholds on the films of this split
 * @property {string} [baselinesOn] let the baselines learn from the films of this split
 * @property {Readonly<Record<string, string>>} [where] only films whose column has this value; ages are bands
 */

const FIRST = 20;

/** @param {readonly LabeledFilm[]} films @param {string} split */
function ofSplit(films, split) {
  const found = films.filter((film) => film.split === split);
  if (found.length) return found;
  const there = [...new Set(films.map((film) => film.split))];
  throw new EvaxError("LABELS_INVALID", there.join("") ? `no film is in the split ${split}; there are ${there.slice(0, 8).join(", ")}`
    : `there is no column of splits, and ${split} is asked for`);
}

/** @param {readonly LabeledFilm[]} films @param {Readonly<Record<string, string>>} where */
function among(films, where) {
  return Object.entries(where).reduce((left, [column, value]) => {
    const columns = Object.keys(films[0].groups);
    if (!columns.includes(column)) {
      throw new EvaxError("LABELS_INVALID", `${column} is no column of groups${didYouMean(column, columns)}; there are ${columns.join(", ") || "none"}`);
    }
    const found = left.filter((film) => film.groups[column] === value);
    if (!found.length) throw new EvaxError("LABELS_INVALID", `no film has ${column} ${value}; there are ${[...new Set(films.map((film) => film.groups[column]))].slice(0, 8).join(", ")}`);
    return found;
  }, films);
}

/** The same picture, by what the model made of it. @param {ScoredFilm} film */
const pictureOf = ({ logits }) => logits.join(" ");

/** Films without the copies of a picture. Where copies have different labels, these are unknown.
 * @param {readonly LabeledFilm[]} films @param {readonly string[]} labels */
function withoutCopies(films, labels) {
  /** @type {Map<string, LabeledFilm>} */ const kept = new Map();
  /** @type {Listed} */ const repeated = { count: 0, first: [] };
  /** @type {Listed} */ const contradicting = { count: 0, first: [] };
  const list = (/** @type {Listed} */ { first }, /** @type {string} */ item) => { if (first.length < FIRST) first.push(item); };
  for (const film of films) {
    const there = kept.get(pictureOf(film));
    if (!there) {
      kept.set(pictureOf(film), { ...film, shows: film.shows.slice() });
      continue;
    }
    const differing = labels.filter((_, label) => there.shows[label] + film.shows[label] === 1 && there.shows[label] * film.shows[label] === 0);
    for (const label of differing) there.shows[labels.indexOf(label)] = -1;
    if (differing.length) contradicting.count++;
    repeated.count++;
    list(differing.length ? contradicting : repeated, `${film.name} is ${there.name}${differing.length ? `: ${differing.join(", ")}` : ""}`);
  }
  return { films: [...kept.values()], repeated, contradicting };
}

/** Whether a film has a part in what is asked for, so that no other needs to be read. @param {Truth} truth
 * @param {SelectionOptions} options */
function isWanted({ split, groups }, { measureOn, chooseOn, baselinesOn, where = {} }) {
  const inPlace = Object.entries(where).every(([column, value]) => groups[column] === undefined || groups[column] === value);
  return inPlace && (measureOn === undefined || [measureOn, chooseOn, baselinesOn].includes(split));
}

/** Which films are to be read. @param {readonly (Truth | null)[]} films of a table of labels @param {SelectionOptions} options @returns {boolean[]} */
export const wantedFilms = (films, options) => films.map((truth) => truth !== null && isWanted(truth, options));

/**
 * @param {readonly LabeledFilm[]} films at least one
 * @param {readonly string[]} labels of the model
 * @param {SelectionOptions} options
 */
export function selectionOf(films, labels, { measureOn, chooseOn, baselinesOn, where = {} }) {
  const { films: unique, repeated, contradicting } = withoutCopies(among(films, where), labels);
  const pick = (/** @type {string | undefined} */ name) => (name === undefined ? null : ofSplit(unique, name));
  if (chooseOn !== undefined && chooseOn === measureOn) {
    throw new EvaxError("OPTION_INVALID", "thresholds must be chosen on another split than they are measured on");
  }
  const [chosenOn, learnedFrom] = [pick(chooseOn), pick(baselinesOn)];
  const measured = pick(measureOn) ?? unique.filter((film) => film.split !== chooseOn && film.split !== baselinesOn);
  if (!measured.length) throw new EvaxError("LABELS_INVALID", "no film is left to measure on");
  return { measured, chosenOn, learnedFrom, repeated, contradicting };
}
