/* folds.js - parts of the patients, for what is fitted on some and measured on others.
 * SPDX-License-Identifier: MIT */
import { randoms, shuffled } from "./random.js";

const SEED = 2;

/**
 * The fold of each film: all films of a patient are in one. Patients with a film that shows the finding are dealt
 * first, then the others, so that each fold has its share of both.
 * @param {readonly string[]} patients [n]
 * @param {ArrayLike<number | boolean>} shows [n]
 * @param {number} count folds
 * @returns {Uint8Array} [n] 0..count-1
 */
export function foldsOf(patients, shows, count) {
  const positive = new Set(patients.filter((_, i) => shows[i]));
  const random = randoms(SEED);
  const dealt = [true, false].flatMap((wanted) =>
    shuffled([...new Set(patients)].filter((patient) => positive.has(patient) === wanted), random));
  const foldOf = new Map(dealt.map((patient, i) => [patient, i % count]));
  return Uint8Array.from(patients, (patient) => /** @type {number} */ (foldOf.get(patient)));
}
