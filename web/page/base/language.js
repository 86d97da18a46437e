/* language.js - the language of the page: its words, numbers and dates.
 *
 *     strings.js   texts = wordsIn(ENGLISH)       every text of the page, in the language that is set
 *     room.js      setLanguage(code, words)       words: a file of web/page/languages, fetched by the page around
 *
 * Whoever holds a part of these texts sees them change. What a language does not say stays English; words that are no
 * texts, or whose gaps are others, are left out: they come from a file.
 * SPDX-License-Identifier: MIT */
import { fillMessage, gapsOf, parseMessage, rulesOf } from "../../base/message.js";

/** @typedef {import("../../base/message.js").Value} Value */
/** The names of a message's gaps, in order, perhaps several times; what stands in a case has a space or # in it.
 * @template {string} S
 * @typedef {S extends `${string}{${infer Rest}` ? (Rest extends `${infer Gap}}${string}`
 *   ? (Gap extends `${infer Name},${string}` ? [Name, ...Gaps<Rest>]
 *     : Gap extends "" | `${string} ${string}` | `${string}#${string}` ? Gaps<Rest> : [Gap, ...Gaps<Rest>]) : []) : []} Gaps */
/** Each once.
 * @template {unknown[]} T @template {unknown[]} [Seen=[]]
 * @typedef {T extends [infer First, ...infer Rest]
 *   ? Once<Rest, First extends Seen[number] ? Seen : First extends `${string} ${string}` | `${string}#${string}` ? Seen
 *     : [...Seen, First]> : Seen} Once */
/** @template {unknown[]} T @typedef {{ [K in keyof T]: Value }} ValuesOf */
/** A text, or a function of a value for each gap, in the order in which the English text has them.
 * @template {unknown[]} T
 * @typedef {T extends [] ? string : (...values: ValuesOf<T>) => string} TextOf */
/** @template T
 * @typedef {T extends string ? TextOf<Once<Gaps<T>>> : T extends readonly [string, string] ? readonly [string, string]
 *   : T extends readonly (infer E)[] ? readonly Texts<E>[] : { [K in keyof T]: Texts<T[K]> }} Texts */

/** @typedef {Record<string, any>} Table */

/** @type {{ english: any, texts: any }[]} */
const tables = [];
let current = "en";
/** @type {unknown} */ let spoken = null;
let rules = rulesOf("en");
/** @type {Table} */ let phrases = {};

/** The code of the language that is set, for Intl. */
export const language = () => current;

/** @param {unknown} value @returns {value is Table} */
const isTable = (value) => typeof value === "object" && value !== null;

/** The words of a language where they are of the same kind as the English ones. A message is taken apart when it is first
 * shown: the first screen needs three of several hundred. @param {string} english
 * @param {unknown} words @returns {string | ((...values: Value[]) => string)} */
function textOf(english, words) {
  if (!english.includes("{")) return typeof words === "string" && !words.includes("{") ? words : english;
  /** @type {ReturnType<typeof messageOf> | null} */ let message = null;
  return (...values) => {
    const { gaps, parts } = message ??= messageOf(english, words);
    return fillMessage(parts, Object.fromEntries(gaps.map((name, i) => [name, values[i]])), rules);
  };
}

/** @param {string} english @param {unknown} words */
function messageOf(english, words) {
  const parts = parseMessage(english);
  const gaps = gapsOf(parts);
  return { gaps, parts: translated(gaps, words) ?? parts };
}

/** @param {string[]} gaps @param {unknown} words */
function translated(gaps, words) {
  try {
    const parts = parseMessage(String(words));
    return typeof words === "string" && gapsOf(parts).every((name) => gaps.includes(name)) ? parts : null;
  } catch {
    return null;
  }
}

/** @param {Table} texts filled in place @param {Table} english @param {unknown} words */
function put(texts, english, words) {
  for (const [name, value] of Object.entries(english)) {
    const said = isTable(words) && Object.hasOwn(words, name) ? words[name] : undefined;
    if (!isTable(value)) texts[name] = typeof value === "string" ? textOf(value, said) : value;
    else put(texts[name] ??= Array.isArray(value) ? [] : {}, value, said);
  }
}

/** The texts of a table of English words, from now on in the language that is set. @template T @param {T} english
 * @returns {Texts<T>} */
export function wordsIn(english) {
  const texts = {};
  put(texts, /** @type {Table} */ (english), spoken); // a part of the page may come later than the language
  tables.push({ english, texts });
  return /** @type {any} */ (texts);
}

/** Translations of sentences that are not in these tables, by their English; see phrases.js. @returns {Table} */
export const phraseTable = () => phrases;

/** Sets the language. @param {string} code as "de" @param {unknown} words null: English */
export function setLanguage(code, words) {
  if (words === null && spoken === null) return; // English it is already
  spoken = words;
  current = words === null ? "en" : code;
  rules = rulesOf(current);
  phrases = isTable(words) && isTable(words.phrases) ? words.phrases : {};
  for (const { english, texts } of tables) put(texts, english, words);
}
