/* support.js - what a number of films can support. A figure that they cannot support is null, and a warning says why.
 * SPDX-License-Identifier: MIT */

/** Fewest films of a class, for any figure of it. */
export const FEWEST_FILMS = 10;
/** Fewest patients of a class, for an interval: fewer say nothing of how patients differ. */
export const FEWEST_PATIENTS = 5;
/** Fewest films of each class from which a threshold is chosen. */
const FEWEST_TO_CHOOSE = 5;

/** Films of one label: what is known of each, and whose it is.
 * @typedef {{ shows: Uint8Array, patients: string[] }} Known */

/** @param {Known} known */
export function countsOf({ shows, patients }) {
  const positives = shows.reduce((sum, one) => sum + one, 0);
  const of = (/** @type {number} */ wanted) => new Set(patients.filter((_, i) => shows[i] === wanted)).size;
  return {
    n: shows.length, positives, negatives: shows.length - positives,
    patients: new Set(patients).size, positivePatients: of(1), negativePatients: of(0),
  };
}

/** @typedef {ReturnType<typeof countsOf>} Counts */

/** Why a label has no AUC; "" if it has one. @param {Counts} counts */
export function lackOfFilms({ positives, negatives }) {
  if (!positives || !negatives) return `all ${positives + negatives} films are of one class`;
  if (Math.min(positives, negatives) >= FEWEST_FILMS) return "";
  return `films that show it: ${positives}, that do not: ${negatives}; fewer than ${FEWEST_FILMS} of a class support no figure`;
}

/** Why its figures have no interval; "" if they have. @param {Counts} counts */
export function lackOfPatients({ positivePatients, negativePatients }) {
  if (Math.min(positivePatients, negativePatients) >= FEWEST_PATIENTS) return "";
  return `patients with films that show it: ${positivePatients}, with films that do not: ${negativePatients}; fewer than `
    + `${FEWEST_PATIENTS} support no interval`;
}

/** Whether a threshold can be chosen. @param {Pick<Counts, "positives" | "negatives">} counts */
export const canChoose = ({ positives, negatives }) => Math.min(positives, negatives) >= FEWEST_TO_CHOOSE;
