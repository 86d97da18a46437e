/* acceptance.js - which models a person has accepted, with their notices, and when: kept by the page around the sealed frame,
 * which has storage. The hash of a model's manifest covers its notice and all else, so that a notice that has changed, or
 * another model, is asked about again.
 * SPDX-License-Identifier: MIT */

/** @param {string} hash */
const keyOf = (hash) => `eva-x-web accepted ${hash}`;

/* Whoever loads the page again wants the first screen: nothing else leads back to it once the frame is sealed. */
const isReload = () => performance.getEntriesByType("navigation")
  .some((entry) => /** @type {PerformanceNavigationTiming} */ (entry).type === "reload");

/** The model that can be opened without asking: of several that were accepted, the last one.
 * @param {string[]} hashes SHA-256 of the manifest.json of those that there are
 * @returns {string} one of them; "" for none, where storage is refused, and after a reload */
export function lastAccepted(hashes) {
  try {
    if (isReload()) return "";
    const accepted = hashes.map((hash) => ({ hash, at: localStorage.getItem(keyOf(hash)) })).filter(({ at }) => at !== null);
    return accepted.sort((a, b) => Number(b.at) - Number(a.at))[0]?.hash ?? "";
  } catch {
    return ""; // storage is refused here
  }
}

/** @param {string} hash SHA-256 of the manifest.json of the model that a person accepted */
export function rememberAccepted(hash) {
  try {
    localStorage.setItem(keyOf(hash), String(Date.now()));
  } catch {
    // It holds for this visit.
  }
}
