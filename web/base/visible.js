/* visible.js - characters of other people's text that cannot be seen, or that turn the text around them.
 *
 * With them a name can look like another one, or stand in front of what follows it.
 * SPDX-License-Identifier: MIT */

/** Control, format (zero width, bidirectional), lone surrogates, line separators, and letters without a shape. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u115f\u1160\u3164\uffa0]|\u034f|\u17b4|\u17b5|[\u180b-\u180e]/u;
const EACH = new RegExp(HIDDEN, "gu");

/** Whether all of a text can be seen. @param {string} text */
export const isVisible = (text) => !HIDDEN.test(text);

/** A text with "?" for each character that cannot be seen. @param {string} text */
export const visible = (text) => text.replace(EACH, "?");

/** What a label or the name of a finding may have at most. */
export const MAX_LABEL = 80;

/** Whether a text can name a finding: one visible line of at most MAX_LABEL characters.
 * @param {unknown} text @returns {text is string} */
export const isLabel = (text) =>
  typeof text === "string" && text.trim() !== "" && text.length <= MAX_LABEL && isVisible(text);

/** What two labels have in common that cannot be told apart at a glance. @param {string} label */
export const sameLabel = (label) => label.normalize("NFKC").trim().toLowerCase().replace(/[\s_-]+/g, " ");
