/* suggest.js - which word was probably meant.
 * SPDX-License-Identifier: MIT */

/** Letters to insert, remove, exchange for another or for their neighbor, to make one word of another (Damerau's
 * distance, no letter twice). @param {string} a @param {string} b */
function distance(a, b) {
  /** @type {number[][]} */ const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1]));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}

/** The known word nearest to a mistaken one, if it is near enough to be meant; "" if none is.
 * @param {string} word @param {readonly string[]} known */
export function suggestion(word, known) {
  if (word.length > 40) return ""; // no word here is half as long
  const lower = word.toLowerCase();
  const [best] = known.map((each) => ({ each, far: distance(lower, each.toLowerCase()) })).sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(1, Math.floor(word.length / 3)) ? best.each : "";
}

/** A sentence to put behind an error, or nothing. @param {string} word @param {readonly string[]} known
 * @param {string} [before] what stands before the word when it is shown */
export function didYouMean(word, known, before = "") {
  const found = suggestion(word, known);
  return found ? `; did you mean ${before}${found}?` : "";
}
