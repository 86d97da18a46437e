/* examples.js - example films, fetched while the page still has a network and kept as bytes.
 * SPDX-License-Identifier: MIT */

/** A film that the page offers: links inside the element. @typedef {object} Link
 * @property {string} href
 * @property {string} name
 * @property {string} credit author and license
 */

/* Examples are optional: the model does not wait for them on a slow network. */
const TIMEOUT_MS = 4000;

/** The links inside an element: <a href="film.png" title="credit">name</a>. @param {Element}
 * element
 * @returns {Link[]} */
export const linksOf = (element) => [...element.querySelectorAll("a")]
  .map(({ href, textContent, title }) => ({ href, name: textContent?.trim() || href, credit: title }));

/**
 * The examples that could be fetched; others are left out. Rejects only when the signal aborts.
 * @param {Link[]} links @param {AbortSignal} signal
 * @returns {Promise<import("./intake.js").Example[]>}
 */
export async function fetchExamples(links, signal) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const all = await Promise.all(links.map(async ({ href, name, credit }) => {
    try {
      const response = await fetch(href, { signal: limit });
      return response.ok ? { name, credit, blob: await response.blob() } : null;
    } catch {
      return null;
    }
  }));
  signal.throwIfAborted();
  return all.filter((example) => example !== null);
}
