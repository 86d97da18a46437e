/* languages.js - the languages that the page speaks. English is built in; the words of the others are files of
 * web/page/languages, named after their codes.
 * SPDX-License-Identifier: MIT */

/** By their own names. */
export const LANGUAGES = Object.freeze({ en: "English", de: "Deutsch", es: "Español", zh: "中文" });
/** @typedef {keyof typeof LANGUAGES} Language */

/** The first language that is spoken here; English if none is. @param {readonly (string | null | undefined)[]} wishes as
 * browsers and lang attributes name languages, most wanted first: "de-AT"
 * @returns {Language} */
export function languageOf(wishes) {
  const codes = wishes.map((wish) => wish?.toLowerCase().split("-")[0] ?? "");
  return /** @type {Language} */ (codes.find((code) => Object.hasOwn(LANGUAGES, code)) ?? "en");
}
