/* report-view.js - a report of a validation on the page: a finding a row, from which its curves, thresholds, groups and worst films open;
 * and in words what the films do not support.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../base/visible.js";
import { m } from "../../evaluate/report/markup.js";
import { ReportContent } from "../../evaluate/report/report-content.js";
import { fill, h } from "../base/dom.js";
import { count, fixed, fraction, words } from "../base/format.js";
import { viewOf } from "../base/markup-view.js";
import { text } from "../base/strings.js";
import { limitsOf, wordingNow } from "./report-wording.js";

/** @typedef {import("../../evaluate/report/report.js").Report} Report */
/** @typedef {import("../../evaluate/measure/measure-finding.js").FindingFigures} FindingFigures */

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

/** @param {import("../../evaluate/report/markup.js").Content} content @returns {(Element | string)[]} */
const viewsOf = (content) => m("div", {}, content).children.map((piece) => viewOf(piece));

export class ReportView {
  /** The label whose figures are open; "" for none. */ #open = "";
  /** @type {Report | null} */ #report = null;
  #body = h("tbody");
  #detail = h("div", { class: "report-detail" });
  element = h("div", { class: "validation-report" });

  /** @param {Report | null} report */
  show(report) {
    this.#report = report;
    if (!report) return fill(this.element);
    const { data, meanAuc, withoutTruth } = report, { measured, patients, refused, warned, patientsKnown } = data;
    const content = new ReportContent(wordingNow());
    this.#drawFindings();
    return fill(this.element,
      h("p", {}, strings.facts(measured, patients, refused, warned), " ", meanAuc && strings.meanAuc(auc(meanAuc.value), meanAuc.findings)),
      !patientsKnown && h("p", { class: "warning" }, strings.noPatients),
      this.#tableView(), h("p", { class: "fine" }, strings.openOne), this.#detail,
      h("div", { class: "report-against" }, ...viewsOf(content.comparison(report.against))),
      withoutTruth.length > 0 && h("p", { class: "fine" }, strings.withoutTruth(withoutTruth.map(words).join(", "))),
      ...this.#problems(report));
  }

  #tableView() {
    const { finding, films, positives, patients, limits } = strings.columns;
    const { auc: aucWord, threshold, sensitivity, specificity } = text.results;
    const heads = [finding, films, positives, patients, aucWord, threshold, sensitivity, specificity, limits];
    return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": strings.report },
      h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), this.#body));
  }

  #drawFindings() {
    const { findings = [] } = this.#report ?? {};
    fill(this.#body, ...findings.map((figures) => this.#rowOf(figures)));
    const at = findings.findIndex(({ label }) => label === this.#open);
    fill(this.#detail, ...(at < 0 ? [] : viewsOf(new ReportContent(wordingNow()).section(findings[at], at))));
  }

  /** The threshold is that of a rule, or else the model's own. @param {FindingFigures} figures */
  #rowOf(figures) {
    const point = figures.points.at(-1), { label } = figures;
    return h("tr", {},
      h("th", { scope: "row" }, h("button", { type: "button", class: "quiet", "aria-expanded": String(label === this.#open),
        onclick: () => this.#toggle(label) }, words(label))),
      h("td", {}, count(figures.n)), h("td", {}, count(figures.positives)), h("td", {}, count(figures.patients)),
      figureCell(figures.auc, auc), h("td", {}, fraction(point?.threshold ?? null)),
      figureCell(point?.sensitivity, fraction), figureCell(point?.specificity, fraction),
      h("td", { class: "limits" }, limitsOf(figures).map(({ message }) => message).join(" ")));
  }

  /** Opens the figures of a finding, or closes them. @param {string} label */
  #toggle(label) {
    this.#open = label === this.#open ? "" : label;
    this.#drawFindings();
    const at = this.#report?.findings.findIndex((figures) => figures.label === label) ?? -1;
    this.#body.rows[at]?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** What could not be used of films and labels. @param {Report} report */
  #problems({ problems }) {
    return wordingNow().problems(problems).map(({ words: said, listed: { count: all, first }, ...rest }) =>
      h("details", { "data-problem": /** @type {{ name?: string }} */ (rest).name }, h("summary", {}, said),
        h("ul", {}, ...first.map((item) => h("li", {}, visible(item))), all > first.length && h("li", {}, strings.more(all - first.length)))));
  }
}
