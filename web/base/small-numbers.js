/* small-numbers.js - numbers without separators of thousands, as Intl.NumberFormat writes them. The first formatter of a process
 * takes 40 ms and more, and the first screen, with nothing larger on it, would wait for it.
 * SPDX-License-Identifier: MIT */

/** What stands before the decimals, in the languages that the page speaks. @type {Record<string, string>} */
const DECIMAL_MARKS = { en: ".", de: ",", es: ",", zh: "." };

/** Whether a number lies halfway between two that are shown: Intl rounds its shortest decimals, toFixed its bits.
 * @param {number} value @param {number} digits */
const isTie = (value, digits) => new RegExp(`\\.\\d{${digits}}5$`).test(String(value));

/** @param {number} value @param {number} digits behind the point, 0..10 @param {string} language its code, as "de"
 * @param {number} [limit=1000] from which on there are separators
 * @returns {string | null} null where that is for Intl: ties, the limit and more, when rounded, -0, what is no number, other
 *   languages */
export function smallNumber(value, digits, language, limit = 1000) {
  const text = value.toFixed(digits);
  const isSmall = Math.abs(Number(text)) < limit && !Object.is(value, -0) && !isTie(value, digits);
  return isSmall && Object.hasOwn(DECIMAL_MARKS, language) ? text.replace(".", DECIMAL_MARKS[language]) : null;
}
