/* baselines.js - the scores of two trivial classifiers, a ridge regression on a thumbnail and one on the brightness, for films that
 * they were not fitted on.
 * SPDX-License-Identifier: MIT */
import { foldsOf } from "../../statistics/folds.js";
import { addedColumns, addedSums, columnSums, ridgeOn, scoreOf, sumsOf } from "../../statistics/ridge.js";
import { THUMBNAIL } from "./small-copy.js";

/** A film as far as the baselines need it. shows: of each label 1, 0, or -1 for unknown.
 * @typedef {{ small: ArrayLike<number>, shows: Int8Array, patient: string }} SmallFilm */
/** @typedef {"thumbnail" | "brightness"} BaselineName */

const FOLDS = 5;
/* What a baseline scores depends on how few patients fall into folds, by a tenth of AUC: such films are scored by the mean of five
 * cross-validations. */
const FEW_PATIENTS = 500, REPEATS = 5;
/** @type {{ name: BaselineName, strength: number, columns: [number, number | undefined] }[]} strength: of the ridge, in films */
const KINDS = [
  { name: "thumbnail", strength: 300, columns: [0, THUMBNAIL] },
  { name: "brightness", strength: 10, columns: [THUMBNAIL, undefined] },
];

/** The parts of the films: part by film, and which of them are scored, each by what the others teach.
 * @typedef {{ partOf: Uint8Array, count: number, scored: number[] }} Parts */

/** Parts of the patients, each scored, once or several times. @param {readonly SmallFilm[]} films @returns {Parts[]} */
function crossed(films) {
  const patients = films.map(({ patient }) => patient), none = films.map(() => 0);
  const repeats = new Set(patients).size < FEW_PATIENTS ? REPEATS : 1;
  return Array.from({ length: repeats }, (_, seed) => ({
    partOf: foldsOf(patients, none, FOLDS, seed + 1), count: FOLDS, scored: Array.from({ length: FOLDS }, (_each, part) => part),
  }));
}

/** Ones and zeros, eight a character. @param {Uint8Array} ones */
function bits(ones) {
  const packed = new Uint8Array(Math.ceil(ones.length / 8));
  ones.forEach((one, i) => { packed[i >> 3] |= one << (i & 7); });
  return Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
}

/** One kind of baseline on some films. The costly part is the same for all labels that are known of the same films, and kept
 * until a label is known of others. */
class Ridges {
  #rows;
  #strength;
  #parts;
  #known = "";
  /** @type {ReturnType<typeof ridgeOn>[]} learned from all parts but one */ #learned = [];

  /** @param {readonly Float32Array[]} rows [n][d] @param {number} strength @param {Parts} parts */
  constructor(rows, strength, parts) {
    this.#rows = rows;
    this.#strength = strength;
    this.#parts = parts;
  }

  /** A figure of each part's films. @template T @param {Uint8Array} among [n] @param {(rows: readonly Float32Array[], among: Uint8Array,
   * center: Float32Array) => T} figure @returns {T[]} */
  #each(among, figure) {
    const { partOf, count } = this.#parts;
    return Array.from({ length: count }, (_, part) => figure(this.#rows, among.map((one, i) => Number(one && partOf[i] === part)), this.#rows[0]));
  }

  /** @param {Uint8Array} known [n] */
  #learn(known) {
    const key = bits(known);
    if (key === this.#known) return;
    const sums = this.#each(known, sumsOf);
    this.#learned = this.#parts.scored.map((part) => ridgeOn(addedSums(without(sums, part)), this.#strength));
    this.#known = key;
  }

  /** Scores of the films of the scored parts. @param {Uint8Array} known [n] @param {Uint8Array} shows [n] 0 where it is not known
   * @returns {Float64Array | null} [n]; null where a class is missing to one of them */
  scores(known, shows) {
    const { partOf, scored } = this.#parts;
    const [having, all] = [shows, known].map((among) => this.#each(among, (_, ones) => ones.reduce((sum, one) => sum + one, 0)));
    const totals = scored.map((part) => [having, all].map((counts) => without(counts, part).reduce((a, b) => a + b, 0)));
    if (totals.some(([yes, n]) => yes === 0 || yes === n)) return null;
    this.#learn(known);
    const sums = this.#each(shows, columnSums);
    const linear = new Map(scored.map((part, i) => [part, this.#learned[i](addedColumns(without(sums, part)))]));
    return Float64Array.from(this.#rows, (row, i) => {
      const own = linear.get(partOf[i]);
      return own ? scoreOf(row, own) : Number.NaN;
    });
  }
}

/** @param {readonly Float64Array[]} scores at least one, of the same films */
const meanOf = (scores) => scores[0].map((_, i) => scores.reduce((sum, each) => sum + each[i], 0) / scores.length);

/** @template T @param {readonly T[]} items @param {number} place */
const without = (items, place) => items.filter((_, i) => i !== place);

/**
 * Scores of the baselines, label by label.
 * @param {readonly SmallFilm[]} films those to score first, then others to learn from
 * @param {number} scored how many are to be scored; if that is all, they are cross-validated by patient, of few patients five times
 * @returns {(label: number) => { name: BaselineName, scores: Float64Array }[]} scores [scored]; without a baseline that
 *   lacks a class to learn from
 */
export function baselinesOf(films, scored) {
  const parts = scored === films.length ? crossed(films) : [{ partOf: Uint8Array.from(films, (_, i) => Number(i >= scored)), count: 2, scored: [0] }];
  const copies = films.map(({ small }) => Float32Array.from(small));
  const kinds = KINDS.map(({ name, strength, columns }) => {
    const rows = copies.map((copy) => copy.subarray(...columns));
    return { name, ridges: parts.map((each) => new Ridges(rows, strength, each)) };
  });
  return (label) => {
    const known = Uint8Array.from(films, ({ shows }) => Number(shows[label] >= 0));
    const shows = Uint8Array.from(films, (film) => Number(film.shows[label] === 1));
    return kinds.flatMap(({ name, ridges }) => {
      const all = ridges.map((each) => each.scores(known, shows)).filter((scores) => scores !== null);
      return all.length ? [{ name, scores: meanOf(all).subarray(0, scored) }] : [];
    });
  };
}
