/* words.js - the words of a language, fetched and verified by the page around the sealed frame, which hands them in as
 * data: no script enters the frame.
 * SPDX-License-Identifier: MIT */
import { LANGUAGES, languageOf } from "../base/languages.js";
import { fileUrl } from "../package-files.js";
import { WORDS_DIGESTS } from "./script-digests.js";
import { fetchPinned } from "./supply.js";

/** @typedef {import("../base/languages.js").Language} Language */
/** @typedef {import("../package-files.js").AssetsOption} AssetsOption */

/** @typedef {Exclude<Language, "en">} Translated */

/* What a person chose, for the next visit. */
const KEY = "eva-x-web language";

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is refused here
  }
}

/** @param {string} code that a person chose */
export function rememberLanguage(code) {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // It holds for this visit.
  }
}

/** What to speak: what the page's author says, else what the person chose before, else what the browser speaks.
 * @param {string} authors "" if the author says nothing */
export const languageHere = (authors) => languageOf([authors, remembered(), ...navigator.languages]);

/** The languages that have words of their own. */
export const TRANSLATED = /** @type {Translated[]} */ (Object.keys(LANGUAGES).filter((code) => code !== "en"));

/** The words of a language; null for English, which the frame has. Errors: as fetchPinned.
 * @param {Language} language @param {AbortSignal} signal @param {AssetsOption} [assets] @returns {Promise<unknown>} */
export async function fetchWords(language, signal, assets) {
  if (language === "en") return null;
  const { bytes } = await fetchPinned(fileUrl(`words-${language}`, assets), WORDS_DIGESTS[language], signal);
  return JSON.parse(new TextDecoder().decode(bytes));
}
