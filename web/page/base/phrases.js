/* phrases.js - sentences of the engine in the person's language: what was done to a film, and the particulars of errors.
 *
 * The engine speaks English. A language has its sentences under the English ones, both with {} for each gap, in the same
 * order: "Frame {} of {}." What stands in a gap is looked up as well; what is found nowhere, such as a name, stays.
 * SPDX-License-Identifier: MIT */
import { language, phraseTable } from "./language.js";

/* What is said otherwise to visitors, who have no command line, and read the cure of an error beside it. */
export const FOR_VISITORS = {
  "the file is {}: save it as PNG": "it is {}",
  "no column has file names; name it by --file-column (columns.file). There are {}": "no column has file names; there are {}",
  "no column is a finding of the model; say which by --map COLUMN=LABEL (map). There are {}":
    "no column is a finding of the model; there are {}",
  'line {}: {} may mean {}; findings are parted by "|", and another name is said by --map NAME=LABEL (map)':
    'line {}: {} may mean {}; findings are separated by "|"',
  "{} (did you mean {}? --map)": "{} (did you mean {}?)",
};

const GAP = "{}";
/* A sentence in a gap of a sentence in a gap: more there are not. */
const DEEPEST = 4;

/** @typedef {{ english: string[], own: string[] }} Phrase what stands around the gaps */

/** @type {{ table: unknown, plain: Map<string, string>, open: Phrase[] }} */
let known = { table: null, plain: new Map(), open: [] };

/** The phrases of the language that is set, those with the most words of their own first. */
function phrasesNow() {
  const table = language() === "en" ? FOR_VISITORS : phraseTable();
  if (known.table === table) return known;
  const all = Object.entries(table).filter(([, own]) => typeof own === "string");
  const open = all.map(([english, own]) => ({ english: english.split(GAP), own: own.split(GAP) }))
    .filter(({ english, own }) => english.length > 1 && english.length === own.length)
    .sort((a, b) => b.english.join("").length - a.english.join("").length);
  return known = { table, open, plain: new Map(all.filter(([english]) => !english.includes(GAP))) };
}

/** What stands in the gaps of a text, each as short as it can be; null if it is another text. In linear time, because the
 * text may come from a file. @param {string[]} around the gaps @param {string} text @returns {string[] | null} */
export function gapsIn(around, text) {
  const [first, ...rest] = around;
  if (!text.startsWith(first)) return null;
  /** @type {string[]} */ const gaps = [];
  let at = first.length;
  for (const [i, words] of rest.entries()) {
    const last = i === rest.length - 1;
    const end = last ? text.length - words.length : text.indexOf(words, at);
    if (end < at || (last && !text.endsWith(words))) return null;
    gaps.push(text.slice(at, end));
    at = end + words.length;
  }
  return gaps;
}

/** A number with a point, in the language's digits. @param {string} text */
const inDigits = (text) => (/^-?\d+\.\d+$/.test(text)
  ? new Intl.NumberFormat(language(), { maximumFractionDigits: 20, useGrouping: false }).format(Number(text)) : text);

/** @param {string} english a sentence of the engine, or the particulars of an error @param {number} [depth]
 * @returns {string} in the language that is set, as far as it is known there */
export function phrase(english, depth = 0) {
  const { plain, open } = phrasesNow();
  const whole = plain.get(english);
  if (whole !== undefined || depth > DEEPEST) return whole ?? english;
  for (const { english: around, own } of /** @type {Phrase[]} */ (open)) {
    const gaps = gapsIn(around, english);
    if (gaps) return own.map((words, i) => (i ? phrase(gaps[i - 1], depth + 1) : "") + words).join("");
  }
  return inDigits(english);
}

/** Several sentences. @param {string} english */
export const sentences = (english) => english.split(/(?<=\.)\s+(?=[A-Z])/).map((each) => phrase(each)).join(" ");
