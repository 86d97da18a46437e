/* report-wording.js - a report in the person's language, for the page and for the file that it saves.
 * SPDX-License-Identifier: MIT */
import { REPORT_WORDS } from "../../evaluate/report/report-words.js";
import { FEWEST_FILMS, FEWEST_PATIENTS } from "../../evaluate/measure/support.js";
import { fixed, words as nameOf } from "../base/format.js";
import { language, wordsIn } from "../base/language.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../evaluate/measure/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("../../evaluate/report/report.js").Report} Report */
/** @typedef {import("../../evaluate/report/report-words.js").Wording} Wording */

export const ENGLISH_REPORT = { validationReport: REPORT_WORDS };

const strings = text.validation;
const { validationReport: reportWords } = wordsIn(ENGLISH_REPORT);

/** What the films do not support, or what speaks against a figure; each once. @param {FindingFigures} figures */
export function limitsOf({ warnings, positives, negatives, positivePatients, negativePatients }) {
  const { fewFilms, fewPatients, others } = strings.limits;
  const inWords = (/** @type {FindingFigures["warnings"][number]} */ { code, message }) => {
    if (code === "FEW_FILMS") return fewFilms(positives, negatives, FEWEST_FILMS);
    if (code === "FEW_PATIENTS") return fewPatients(positivePatients, negativePatients, FEWEST_PATIENTS);
    return Object.hasOwn(others, code) ? others[code] : message;
  };
  return [...new Map(warnings.map((warning) => [inWords(warning), { code: warning.code, message: inWords(warning) }])).values()];
}

/** @param {Report["problems"]} problems */
const problemsOf = (problems) => Object.entries(strings.problems).flatMap(([name, inWords]) => {
  const listed = problems[/** @type {keyof Report["problems"]} */ (name)];
  return listed.count ? [{ name, words: inWords(listed.count), listed }] : [];
});

/** @returns {Wording} in the language that is set now */
export const wordingNow = () => ({
  language: language(), words: reportWords, number: fixed, finding: nameOf, limits: limitsOf, problems: problemsOf,
});
