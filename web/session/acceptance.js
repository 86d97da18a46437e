/* acceptance.js - which models a person has accepted, with their notices: kept by the page around the sealed frame, which
 * has storage. The hash of a model's manifest covers its notice and all else, so that a notice that has changed, or
 * another model, is asked about again.
 * SPDX-License-Identifier: MIT */

/** @param {string} hash */
const keyOf = (hash) => `eva-x-web accepted ${hash}`;

/* Whoever loads the page again wants the first screen: nothing else leads back to it once the frame is sealed. */
const isReload = () => performance.getEntriesByType("navigation")
  .some((entry) => /** @type {PerformanceNavigationTiming} */ (entry).type === "reload");

/** Whether a model can be opened without asking. false where storage is refused, and after a reload.
 * @param {string} hash SHA-256 of its manifest.json */
export function isAccepted(hash) {
  try {
    return localStorage.getItem(keyOf(hash)) !== null && !isReload();
  } catch {
    return false; // storage is refused here
  }
}

/** @param {string} hash SHA-256 of the manifest.json of the model that a person accepted */
export function rememberAccepted(hash) {
  try {
    localStorage.setItem(keyOf(hash), "");
  } catch {
    // It holds for this visit.
  }
}
