/* format.js - formats numbers for people, with no more digits than are significant.
 * SPDX-License-Identifier: MIT */
import { LANGUAGE } from "./strings.js";

const fixed = (/** @type {number} */ digits) =>
  new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const three = fixed(3);
const two = fixed(2);
const one = fixed(1);
const whole = fixed(0);

/* U+2212, as wide as a plus; screen readers say "minus". */
const minus = (/** @type {string} */ text) => text.replace("-", "\u2212");

/** A score, threshold, sensitivity or specificity in 0..1. A number that would be rounded to 0 or 1 is
 * shown as below or above. @param {number | null} value @returns {string} */
export function fraction(value) {
  if (value === null) return "\u2013";
  if (value > 0 && value < 0.005) return `< ${two.format(0.01)}`;
  if (value < 1 && value >= 0.995) return `> ${two.format(0.99)}`;
  return two.format(value);
}

/** A score and its threshold; with a third digit if two would make them look equal.
 * @param {number} score @param {number | null} threshold @returns {[string, string]} */
export function against(score, threshold) {
  const [a, b] = [fraction(score), fraction(threshold)];
  if (a !== b || threshold === null || score === threshold) return [a, b];
  return [three.format(score), three.format(threshold)];
}

/** @param {number} value @returns {string} */
export const logit = (value) => minus(two.format(value));

/** A similarity, -1..1. @param {number} value @returns {string} */
export const signed = (value) => minus(three.format(value));

/** @param {number} value @returns {string} */
export const count = (value) => whole.format(value);

/** A size with its unit, in the decimal units that browsers and file managers use.
 * @param {number} bytes @returns {string} */
export function size(bytes) {
  if (bytes < 1000) return `${count(bytes)} bytes`;
  if (bytes < 999_500) return `${count(bytes / 1000)} kB`;
  return `${(bytes < 99.95e6 ? one : whole).format(bytes / 1e6)} MB`;
}

/** A time with its unit. @param {number} ms @returns {string} */
export const duration = (ms) => (ms < 999.5 ? `${count(ms)} ms` : `${one.format(ms / 1000)} s`);

/** The time of day, to the minute. @param {Date} date @returns {string} */
export const clock = (date) =>
  date.toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit", hour12: false });

/** A label of the model as words. @param {string} label @returns {string} */
export const words = (label) => label.replaceAll("_", " ");
