/* baselines.js - the scores of two trivial classifiers, a ridge regression on a thumbnail and one on the brightness, for films that
 * they were not fitted on.
 * SPDX-License-Identifier: MIT */
import { foldsOf } from "../statistics/folds.js";
import { ridgeOn } from "../statistics/ridge.js";
import { THUMBNAIL } from "./small-copy.js";

/** A film as far as the baselines need it. shows: of each label 1, 0, or -1 for unknown.
 * @typedef {{ small: ArrayLike<number>, shows: Int8Array, patient: string }} SmallFilm */
/** @typedef {"thumbnail" | "brightness"} BaselineName */

const FOLDS = 5;
/** @type {{ name: BaselineName, strength: number, columns: [number, number | undefined] }[]} strength: of the ridge, in films */
const KINDS = [
  { name: "thumbnail", strength: 300, columns: [0, THUMBNAIL] },
  { name: "brightness", strength: 10, columns: [THUMBNAIL, undefined] },
];

/** Which films are learned from, and which are scored then; [n] each. @typedef {{ trained: Uint8Array, scored: Uint8Array }} Part */

/** Patients in folds, each scored by what the others taught. @param {readonly SmallFilm[]} films @returns {Part[]} */
function crossed(films) {
  const folds = foldsOf(films.map(({ patient }) => patient), films.map(() => 0), FOLDS);
  return Array.from({ length: FOLDS }, (_, fold) => ({
    trained: folds.map((each) => Number(each !== fold)), scored: folds.map((each) => Number(each === fold)),
  }));
}

/** One kind of baseline on some films. The costly part is the same for all labels that are known of the same films. */
class Ridges {
  #rows;
  #films;
  #strength;
  /** @type {Map<string, ReturnType<typeof ridgeOn>>} */ #fitted = new Map();

  /** @param {readonly SmallFilm[]} films @param {typeof KINDS[number]} kind */
  constructor(films, { strength, columns: [from, to] }) {
    this.#films = films;
    this.#strength = strength;
    this.#rows = films.map(({ small }) => Float32Array.from(small).slice(from, to));
  }

  /** @param {number} label @param {Uint8Array} trained @returns {Float64Array | null} null where a class is missing */
  scores(label, trained) {
    const known = trained.map((on, i) => Number(on && this.#films[i].shows[label] >= 0));
    const shows = this.#films.map((film) => Number(film.shows[label] === 1));
    const yes = shows.filter((value, i) => known[i] && value).length, all = known.reduce((a, b) => a + b, 0);
    if (!yes || yes === all) return null;
    const key = bits(known).join(" ");
    if (!this.#fitted.has(key)) this.#fitted.set(key, ridgeOn(this.#rows, known, this.#strength));
    return /** @type {ReturnType<typeof ridgeOn>} */ (this.#fitted.get(key))(shows);
  }
}

/** Ones and zeros, eight a number. @param {Uint8Array} ones */
function bits(ones) {
  const packed = new Uint8Array(Math.ceil(ones.length / 8));
  ones.forEach((one, i) => { packed[i >> 3] |= one << (i & 7); });
  return packed;
}

/**
 * Scores of the baselines, label by label.
 * @param {readonly SmallFilm[]} films those to score first, then others to learn from
 * @param {number} scored how many are to be scored; if that is all, they are cross-validated by patient
 * @returns {(label: number) => { name: BaselineName, scores: Float64Array }[]} scores [scored]; without a baseline that
 *   lacks a class to learn from
 */
export function baselinesOf(films, scored) {
  const own = films.map((_, i) => Number(i < scored));
  const parts = scored === films.length ? crossed(films)
    : [{ trained: Uint8Array.from(own, (one) => 1 - one), scored: Uint8Array.from(own) }];
  const kinds = KINDS.map((kind) => ({ name: kind.name, ridges: new Ridges(films, kind) }));
  return (label) => kinds.flatMap(({ name, ridges }) => {
    const scores = new Float64Array(scored);
    for (const part of parts) {
      const found = ridges.scores(label, part.trained);
      if (!found) return [];
      for (let i = 0; i < scored; i++) if (part.scored[i]) scores[i] = found[i];
    }
    return [{ name, scores }];
  });
}
