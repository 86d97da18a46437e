/* numbers.js - formats numbers for people, with no more digits than are significant.
 * SPDX-License-Identifier: MIT */
import { smallNumber } from "../../base/small-numbers.js";
import { language } from "./language.js";
import { text } from "./first-strings.js";

/** @type {Map<string, Intl.NumberFormat>} by language and digits */
const formats = new Map();

/** @param {number} digits behind the point */
function formatOf(digits) {
  const key = `${language()} ${digits}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(key, format);
  }
  return format;
}

/** A number with so many digits behind the point. @param {number} value @param {number} digits */
export const fixed = (value, digits) => smallNumber(value, digits, language()) ?? formatOf(digits).format(value);

/* U+2212, as wide as a plus; screen readers say "minus". */
const minus = (/** @type {string} */ text) => text.replace("-", "\u2212");

/** A score, threshold, sensitivity or specificity in 0..1. A number that would be rounded to 0 or 1 is
 * shown as below or above. @param {number | null} value @returns {string} */
export function fraction(value) {
  if (value === null) return "\u2013";
  if (value > 0 && value < 0.005) return `< ${fixed(0.01, 2)}`;
  if (value < 1 && value >= 0.995) return `> ${fixed(0.99, 2)}`;
  return fixed(value, 2);
}

/** A score and its threshold; with a third digit if two would make them look equal.
 * @param {number} score @param {number | null} threshold @returns {[string, string]} */
export function against(score, threshold) {
  const [a, b] = [fraction(score), fraction(threshold)];
  if (a !== b || threshold === null || score === threshold) return [a, b];
  return [fixed(score, 3), fixed(threshold, 3)];
}

/** @param {number} value @returns {string} */
export const logit = (value) => minus(fixed(value, 2));

/** A similarity, -1..1. @param {number} value @returns {string} */
export const signed = (value) => minus(fixed(value, 3));

/** @param {number} value @returns {string} */
export const count = (value) => fixed(value, 0);

/** A size with its unit, in the decimal units that browsers and file managers use.
 * @param {number} bytes @returns {string} */
export function size(bytes) {
  if (bytes < 1000) return text.bytes(bytes);
  if (bytes < 999_500) return `${count(bytes / 1000)} kB`;
  return `${fixed(bytes / 1e6, bytes < 99.95e6 ? 1 : 0)} MB`;
}

/** A time with its unit. @param {number} ms @returns {string} */
export const duration = (ms) => (ms < 999.5 ? `${count(ms)} ms` : `${fixed(ms / 1000, 1)} s`);

/** The time of day, to the minute, as 09:05. @param {Date} date */
export const clock = (date) => [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");

/** A value of a window of this width: whole numbers, unless the window is narrow.
 * @param {number} value @param {number} width */
export const windowValue = (value, width) => minus(fixed(value, width >= 20 ? 0 : 2));
