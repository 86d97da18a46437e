/* message.js - texts with gaps, in the part of ICU's message format that this page needs:
 *
 *     {name}                                          a text, or a number in the language's digits
 *     {n, plural, =0 {none} one {# film} other {# films}}
 *
 * A case is "=" and a number, or one of the language's plural categories; # is the number. There is no quoting: a brace
 * is always a gap.
 * SPDX-License-Identifier: MIT */
import { smallNumber } from "./small-numbers.js";

/** @typedef {string | number} Value */
/** @typedef {{ name: string, cases: Record<string, Part[]> | null }} Gap cases: null for a plain gap */
/** @typedef {string | Gap} Part */

/** @typedef {{ text: string, at: number }} Reader */

/** @param {Reader} reader @param {RegExp} pattern sticky @returns {string} what it matches here */
function take(reader, pattern) {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (!found) throw new SyntaxError(`"${reader.text}" at ${reader.at}: no ${pattern.source}`);
  reader.at = pattern.lastIndex;
  return found[1] ?? found[0];
}

/** What stands between braces. @param {Reader} reader @returns {Gap} */
function readGap(reader) {
  const name = take(reader, /\{\s*(\w+)\s*/y);
  if (take(reader, /[,}]/y) === "}") return { name, cases: null };
  take(reader, /\s*plural\s*,\s*/y);
  /** @type {Record<string, Part[]>} */ const cases = {};
  while (reader.text[reader.at] !== "}") {
    const key = take(reader, /(=\d+|\w+)\s*\{/y);
    cases[key] = readParts(reader);
    take(reader, /\}\s*/y);
  }
  reader.at += 1;
  if (!cases.other) throw new SyntaxError(`"${reader.text}": ${name} has no case "other"`);
  return { name, cases };
}

/** Up to the end, or to a brace that closes. @param {Reader} reader @returns {Part[]} */
function readParts(reader) {
  /** @type {Part[]} */ const parts = [];
  while (reader.at < reader.text.length && reader.text[reader.at] !== "}") {
    parts.push(reader.text[reader.at] === "{" ? readGap(reader) : take(reader, /[^{}]+/y));
  }
  return parts;
}

/** Errors: SyntaxError. @param {string} text @returns {Part[]} */
export function parseMessage(text) {
  const reader = { text, at: 0 };
  const parts = readParts(reader);
  if (reader.at < text.length) throw new SyntaxError(`"${text}" at ${reader.at}: a brace that closes nothing`);
  return parts;
}

/** The names of a message's gaps, each once, in the order in which they first appear. @param {Part[]} parts
 * @returns {string[]} */
export const gapsOf = (parts) => [...new Set(parts.flatMap((part) => (typeof part === "string" ? []
  : [part.name, ...Object.values(part.cases ?? {}).flatMap(gapsOf)])))];

/** @typedef {{ number: (value: number) => string, readonly plural: Intl.PluralRules }} Rules of a language */

/** Four digits stay together, as in 1024. Each formatter is made when a message needs it (small-numbers.js). @param {string} language @returns {Rules} */
export function rulesOf(language) {
  /** @type {Partial<Record<"number", Intl.NumberFormat> & Record<"plural", Intl.PluralRules>>} */ const made = {};
  return {
    number(value) {
      const small = Number.isInteger(value) ? smallNumber(value, 0, language, 10_000) : null;
      if (small !== null) return small;
      made.number ??= new Intl.NumberFormat(language, { useGrouping: /** @type {any} */ ("min2"), maximumFractionDigits: 20 });
      return made.number.format(value);
    },
    get plural() {
      return made.plural ??= new Intl.PluralRules(language);
    },
  };
}

/** @param {Part[]} parts @param {Record<string, Value>} values @param {Rules} rules @param {string} [number] that # is
 * @returns {string} */
export function fillMessage(parts, values, rules, number = "#") {
  const written = (/** @type {Value} */ value) => (typeof value === "number" ? rules.number(value) : value);
  return parts.map((part) => {
    if (typeof part === "string") return part.replaceAll("#", () => number);
    const value = values[part.name];
    if (!part.cases) return written(value);
    const n = Number(value);
    const chosen = part.cases[`=${n}`] ?? part.cases[rules.plural.select(n)] ?? part.cases.other;
    return fillMessage(chosen, values, rules, written(value));
  }).join("");
}
