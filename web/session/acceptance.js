/* acceptance.js - which models a person has accepted, with their notices, and when: kept by the page around the sealed frame,
 * which has storage. The hash of a model's manifest covers its notice and all else, so that a notice that has changed, or
 * another model, is asked about again.
 * SPDX-License-Identifier: MIT */

/** When models were accepted, in ms since 1970, by the SHA-256 of their manifest.json. @typedef {Record<string, number>} Acceptances */

const PREFIX = "eva-x-web accepted ";

/* Whoever loads the page again wants the first screen: nothing else leads back to it once the frame is sealed. */
const isReload = () => performance.getEntriesByType("navigation")
  .some((entry) => /** @type {PerformanceNavigationTiming} */ (entry).type === "reload");

/** Of earlier visits. @returns {Acceptances} none where storage is refused, and after a reload */
export function acceptances() {
  try {
    if (isReload()) return {};
    const accepted = Object.entries(localStorage).filter(([key]) => key.startsWith(PREFIX));
    return Object.fromEntries(accepted.map(([key, at]) => [key.slice(PREFIX.length), Number(at)]));
  } catch {
    return {}; // storage is refused here
  }
}

/** The model that can be opened without asking: of several that were accepted, the last one.
 * @param {Acceptances} accepted @param {string[]} hashes SHA-256 of the manifest.json of those that there are
 * @returns {string} one of them; "" for none */
export const lastAccepted = (accepted, hashes) =>
  hashes.filter((hash) => Object.hasOwn(accepted, hash)).sort((a, b) => accepted[b] - accepted[a])[0] ?? "";

/** @param {string} hash SHA-256 of the manifest.json of the model that a person accepted */
export function rememberAccepted(hash) {
  try {
    localStorage.setItem(PREFIX + hash, String(Date.now()));
  } catch {
    // It holds for this visit.
  }
}
