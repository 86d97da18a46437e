/* report-view.js - a report of a validation on the page: a finding a row, and in words what the films do not support.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../base/visible.js";
import { FEWEST_FILMS, FEWEST_PATIENTS } from "../../evaluate/support.js";
import { h } from "../base/dom.js";
import { count, fixed, fraction, words } from "../base/format.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../evaluate/report.js").Report} Report */
/** @typedef {import("../../evaluate/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {FindingFigures["warnings"][number]} Warning */

const strings = text.validation;

const NONE = "\u2013";
const AUC_DIGITS = 3;

/** A figure and its interval. @param {{ value: number, ci95: readonly [number, number] | null } | null | undefined} figure
 * @param {(value: number) => string} format */
function figureCell(figure, format) {
  if (!figure) return h("td", {}, NONE);
  const { value, ci95 } = figure;
  return h("td", {}, format(value), ci95 && h("span", { class: "fine" }, ` ${strings.interval(format(ci95[0]), format(ci95[1]))}`));
}

/** @param {number} value */
const auc = (value) => fixed(value, AUC_DIGITS);

/** What the films do not support, or what speaks against a figure. @param {FindingFigures} figures @returns {string[]} */
function limitsOf({ warnings, positives, negatives, positivePatients, negativePatients }) {
  const { fewFilms, fewPatients, others } = strings.limits;
  const inWords = (/** @type {Warning} */ { code, message }) => {
    if (code === "FEW_FILMS") return fewFilms(positives, negatives, FEWEST_FILMS);
    if (code === "FEW_PATIENTS") return fewPatients(positivePatients, negativePatients, FEWEST_PATIENTS);
    return Object.hasOwn(others, code) ? others[code] : message;
  };
  return [...new Set(warnings.map(inWords))];
}

/** The threshold is that of a rule, or else the model's own. @param {FindingFigures} figures */
function rowOf(figures) {
  const point = figures.points.at(-1);
  return h("tr", {},
    h("th", { scope: "row" }, words(figures.label)),
    h("td", {}, count(figures.n)), h("td", {}, count(figures.positives)), h("td", {}, count(figures.patients)),
    figureCell(figures.auc, auc), h("td", {}, fraction(point?.threshold ?? null)),
    figureCell(point?.sensitivity, fraction), figureCell(point?.specificity, fraction),
    h("td", { class: "limits" }, limitsOf(figures).join(" ")));
}

/** @param {readonly FindingFigures[]} findings */
function findingsTable(findings) {
  const { finding, films, positives, patients, limits } = strings.columns;
  const { auc: aucWord, threshold, sensitivity, specificity } = text.results;
  const heads = [finding, films, positives, patients, aucWord, threshold, sensitivity, specificity, limits];
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": strings.report },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...findings.map(rowOf))));
}

/** What could not be used of films and labels. @param {Report["problems"]} problems */
const problemsOf = (problems) => Object.entries(strings.problems).flatMap(([name, inWords]) => {
  const { count: all, first } = problems[/** @type {keyof Report["problems"]} */ (name)];
  if (!all) return [];
  return [h("details", { "data-problem": name }, h("summary", {}, inWords(all)),
    h("ul", {}, ...first.map((item) => h("li", {}, visible(item))), all > first.length && h("li", {}, strings.more(all - first.length))))];
});

/** @param {Report} report @returns {HTMLElement} */
export function reportView({ data, meanAuc, findings, withoutTruth, problems }) {
  const { measured, patients, refused, warned, patientsKnown } = data;
  return h("div", { class: "validation-report" },
    h("p", {}, strings.facts(measured, patients, refused, warned), " ",
      meanAuc && strings.meanAuc(auc(meanAuc.value), meanAuc.findings)),
    !patientsKnown && h("p", { class: "warning" }, strings.noPatients),
    findingsTable(findings),
    withoutTruth.length > 0 && h("p", { class: "fine" }, strings.withoutTruth(withoutTruth.map(words).join(", "))),
    ...problemsOf(problems));
}
