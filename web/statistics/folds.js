/* folds.js - parts of the patients, for what is fitted on some and measured on others.
 * SPDX-License-Identifier: MIT */
import { randoms, shuffled } from "./random.js";

const SEED = 2;

/**
 * The fold of each film: all films of a patient are in one. Patients with a film that shows the finding are dealt
 * first, then the others, so that each fold has its share of both. The order of the films changes nothing.
 * @param {readonly string[]} patients [n]
 * @param {ArrayLike<number | boolean>} shows [n]
 * @param {number} count folds
 * @param {number} [seed] for other folds of the same patients
 * @returns {Uint8Array} [n] 0..count-1
 */
export function foldsOf(patients, shows, count, seed = SEED) {
  const positive = new Set(patients.filter((_, i) => shows[i]));
  const random = randoms(seed);
  const dealt = [true, false].flatMap((wanted) =>
    shuffled([...new Set(patients)].sort().filter((patient) => positive.has(patient) === wanted), random));
  const foldOf = new Map(dealt.map((patient, i) => [patient, i % count]));
  return Uint8Array.from(patients, (patient) => /** @type {number} */ (foldOf.get(patient)));
}
