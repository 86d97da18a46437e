/* csv.js - lines of CSV (RFC 4180) that a spreadsheet opens as what they are.
 *
 * Spreadsheets evaluate a cell that begins with = + - @ as a formula, some also behind blanks or what cannot be
 * seen, or in full width, so such texts get an apostrophe in front. Numbers such as -1.5 do not need it. Texts
 * with a semicolon are quoted: where the comma is the decimal sign, spreadsheets divide lines there.
 * SPDX-License-Identifier: MIT */

/** @typedef {string | number | boolean | null | undefined} Cell */

/* A tab or line break in front is one to some; a byte order mark is white space to \s. */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n])/u;

/** @param {Cell} value @returns {string} */
function cellText(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe;
}

/** One line with its end. @param {readonly Cell[]} cells */
export const csvLine = (cells) => `${cells.map(cellText).join(",")}\r\n`;
