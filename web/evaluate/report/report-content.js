/* report-content.js - what a report shows, in the words of any language: for the HTML file (report-page.js), and for the page's own
 * view of it.
 * SPDX-License-Identifier: MIT */
import { m } from "./markup.js";
import { intervalBar, precisionRecallPlot, reliabilityPlot, rocPlot } from "./plots.js";

/** @typedef {import("../../statistics/proportion.js").Proportion} Proportion */
/** @typedef {import("./markup.js").Content} Content */
/** @typedef {import("../measure/measure-finding.js").FindingFigures} FindingFigures */
/** @typedef {import("../measure/operating-points.js").OperatingPoint} OperatingPoint */
/** @typedef {import("./report.js").Report} Report */
/** @typedef {import("./report-words.js").Wording} Wording */

const NONE = "\u2013";
const AUC_DIGITS = 3, COMPARED_DIGITS = 4;

/** It scrolls by itself where it is too wide, also by keys. @param {string} name @param {readonly Content[]} head
 * @param {readonly (readonly Content[])[]} rows the first cell of each is its name */
const table = (name, head, rows) => rows.length > 0 && m("div", { class: "wide", tabindex: 0, role: "region", "aria-label": name }, m("table", {},
  m("thead", {}, m("tr", {}, head.map((cell) => m("th", { scope: "col" }, cell)))),
  m("tbody", {}, rows.map(([first, ...cells]) => m("tr", {}, m("th", { scope: "row" }, first), cells.map((cell) => m("td", {}, cell)))))));

const small = (/** @type {Content} */ content) => [" ", m("small", {}, content)];

/** Where a finding's part of the page is. @param {number} i */
const idOf = (i) => `finding-${i + 1}`;

export class ReportContent {
  #wording;
  #words;

  /** @param {Wording} wording */
  constructor(wording) {
    this.#wording = wording;
    this.#words = wording.words;
  }

  /** @param {number | null | undefined} value @param {number} [digits] */
  #number(value, digits = 2) {
    return value === null || value === undefined ? NONE : this.#wording.number(value, digits);
  }

  /** @param {readonly [number, number]} ci95 @param {number} digits */
  #ends([low, high], digits) {
    return this.#words.interval(this.#number(low, digits), this.#number(high, digits));
  }

  /** @param {readonly [number, number] | null | undefined} ci95 @param {number} [digits] @returns {Content} */
  #interval(ci95, digits = 2) {
    return ci95 ? small(this.#ends(ci95, digits)) : null;
  }

  /** @param {{ value: number, ci95: readonly [number, number] | null } | null | undefined} figure @param {number} [digits] @returns {Content} */
  #figure(figure, digits = 2) {
    return figure ? [this.#number(figure.value, digits), this.#interval(figure.ci95, 2)] : NONE;
  }

  /** @param {Proportion | null} share @returns {Content} */
  #share(share) {
    return share ? [this.#figure(share), small(this.#words.hits(share.hits, share.of))] : NONE;
  }

  /** @param {FindingFigures} figures @param {string} name @returns {Content} */
  #baseline({ baselines }, name) {
    const found = baselines.find((each) => each.name === name);
    return found ? [this.#number(found.auc), this.#interval(found.differenceCi95)] : NONE;
  }

  /** All findings, a row each. @param {readonly FindingFigures[]} findings */
  overview(findings) {
    const { columns, plots } = this.#words, { finding, limits } = this.#wording;
    const { auc: aucHead, ece, limits: limitsHead, ...others } = columns;
    return table(this.#words.findings, [others.finding, others.films, others.positive, others.patients, aucHead, "", others.thumbnail, others.brightness, ece, limitsHead],
      findings.map((each, i) => [m("a", { href: `#${idOf(i)}` }, finding(each.label)), String(each.n), String(each.positives),
        `${each.patients} (${each.positivePatients})`, this.#figure(each.auc, AUC_DIGITS),
        each.auc && intervalBar(each.auc.value, each.auc.ci95, each.baselines, plots.scale(this.#number(each.auc.value))),
        this.#baseline(each, "thumbnail"), this.#baseline(each, "brightness"), this.#number(each.calibration?.ece, AUC_DIGITS),
        limits(each).map(({ code }) => [m("code", {}, code), " "])]));
  }

  /** A threshold's name: whose it is, or the rule with its number. @param {OperatingPoint} point */
  #pointName({ name, chosen }) {
    const { points, chosen: ways } = this.#words, [kind, value = ""] = name.split(" ");
    const words = Object.hasOwn(points, kind) ? `${points[kind]} ${value}`.trim() : name;
    return chosen === "given" ? words : `${words}, ${ways[chosen]}`;
  }

  /** @param {OperatingPoint} point @param {number} i @returns {Content[]} */
  #pointRow(point, i) {
    const { threshold, above, sensitivity, specificity, ppv, npv, atPrevalence: at, flips } = point, words = this.#words;
    return [`${i + 1} ${this.#pointName(point)}`, threshold.toPrecision(3), String(above),
      ...[sensitivity, specificity, ppv, npv].map((share) => this.#share(share)),
      at ? [words.at(this.#number(at.ppv.value), String(at.prevalence)), this.#interval(at.ppv.ci95)] : NONE, at ? this.#figure(at.npv) : NONE,
      flips ? words.flips(flips.toPositive, flips.toNegative) : NONE];
  }

  /** @param {readonly OperatingPoint[]} points */
  #thresholds(points) {
    const { thresholds, noThreshold, pointColumns: head } = this.#words;
    if (!points.length) return m("p", {}, noThreshold);
    return [m("h4", {}, thresholds), table(thresholds, [head.threshold, head.score, head.above, head.sensitivity, head.specificity, head.ppv, head.npv,
      head.ppvAt, head.npvAt, head.flips], points.map((point, i) => this.#pointRow(point, i)))];
  }

  /** @param {FindingFigures} figures */
  #plots({ roc, precisionRecall, points, positives, n, calibration, recalibration, averagePrecision }) {
    const { plots: words, methods } = this.#words;
    const each = (/** @type {Content} */ svg, /** @type {string} */ caption) => m("figure", {}, svg, m("figcaption", {}, caption));
    const after = recalibration && words.after(methods[recalibration.method], this.#number(recalibration.after.ece, AUC_DIGITS),
      this.#number(recalibration.after.brier, AUC_DIGITS));
    const calibrationWords = words.calibration(this.#number(calibration?.ece, AUC_DIGITS), this.#number(calibration?.brier, AUC_DIGITS));
    /** @type {import("./plots.js").Mark[]} */ const onRoc = points.flatMap(({ sensitivity, specificity }, i) =>
      (sensitivity && specificity ? [{ number: i + 1, at: [1 - specificity.value, sensitivity.value] }] : []));
    return m("div", { class: "plots" }, each(rocPlot(roc, onRoc, words), words.rocCaption),
      each(precisionRecallPlot(precisionRecall, positives / n, words), words.precisionRecallCaption(this.#number(averagePrecision))),
      each(reliabilityPlot(calibration?.bins ?? [], recalibration?.after.bins ?? [], words), [calibrationWords, after].filter(Boolean).join("; ")));
  }

  /** @param {FindingFigures} figures @returns {Content} */
  #groups({ groups, groupsAlone }) {
    const { groups: heading, groupColumns, auc, pointColumns, groupAlone } = this.#words;
    const rows = groups.map(({ column, value, n, positives, ...rest }) => [`${column} ${value}`, `${n} (${positives})`, this.#figure(rest.auc),
      this.#share(rest.sensitivity), this.#share(rest.specificity)]);
    const alone = groupsAlone.map(({ column, auc: value }) => `${column} ${this.#number(value)}`).join(", ");
    return [rows.length > 0 && m("h4", {}, heading),
      table(heading, [groupColumns.group, groupColumns.films, auc, pointColumns.sensitivity, pointColumns.specificity], rows),
      alone !== "" && m("p", { class: "fine" }, groupAlone(alone))];
  }

  /** @param {FindingFigures} figures @returns {Content} */
  #wrong({ mostWrong }) {
    const { wrong, wrongColumns: { film, labeled, score }, shows, showsNot } = this.#words;
    return [m("h4", {}, wrong), table(wrong, [film, labeled, score],
      mostWrong.map((each) => [each.name, each.shows ? shows : showsNot, this.#number(each.score, AUC_DIGITS)]))];
  }

  /** Everything of one finding. @param {FindingFigures} figures @param {number} i */
  section(figures, i) {
    const { label, auc, points, n, positives, patients } = figures, { finding, limits } = this.#wording, words = this.#words;
    const said = limits(figures);
    const warnings = said.length > 0 && m("ul", { class: "limits" }, said.map(({ code, message }) => m("li", {}, `${message} `, m("code", {}, code))));
    return m("section", { id: idOf(i) }, m("h3", {}, finding(label)), m("p", { class: "fine" }, words.shown(n, patients, positives)),
      auc && m("p", {}, `${words.auc} `, m("b", {}, this.#number(auc.value, AUC_DIGITS)), this.#interval(auc.ci95, AUC_DIGITS), ". ",
        auc.delong95 && words.deLong(this.#ends(auc.delong95, AUC_DIGITS))),
      warnings, auc && [this.#plots(figures), this.#thresholds(points), this.#groups(figures), this.#wrong(figures)]);
  }

  /** Another model beside this one. @param {Report["against"]} against @returns {Content} */
  comparison(against) {
    if (!against) return null;
    const { columns, againstColumns: head, against: heading, flipsOf } = this.#words;
    const of = (/** @type {number | null} */ value) => this.#number(value, COMPARED_DIGITS);
    const rows = against.findings.map(({ label, n, auc, otherAuc, difference, differenceCi95, differenceDelong95, largestScoreDifference, flips }) => [
      this.#wording.finding(label), String(n), of(auc), of(otherAuc), [of(difference), this.#interval(differenceCi95, COMPARED_DIGITS)],
      differenceDelong95 ? this.#ends(differenceDelong95, COMPARED_DIGITS) : NONE, of(largestScoreDifference),
      flips ? flipsOf(flips.positives.toPositive + flips.negatives.toPositive, flips.positives.toNegative + flips.negatives.toNegative, flips.among) : NONE,
    ]);
    const name = heading(`${against.model.name} (${against.model.dtype})`);
    return [m("h2", {}, name), table(name, [columns.finding, columns.films, head.own, head.other, head.difference, head.deLong, head.largest, head.flips], rows)];
  }

  /** @param {Report} report */
  facts({ model, data, meanAuc }) {
    const words = this.#words, { facts: names } = words;
    const reasons = Object.entries(data.reasons).map(([code, count]) => `${code} ${count}`).join(", ");
    const which = [data.measureOn && words.measureOn(data.measureOn), data.chooseOn && words.chooseOn(data.chooseOn),
      data.baselinesOn && words.baselinesOn(data.baselinesOn), ...Object.entries(data.where).map(([column, value]) => words.where(column, value))];
    const parts = which.filter(Boolean).join("; ");
    /** @type {[string, Content][]} */ const rows = [
      [names.films, [words.counts(data.measured, data.patients, data.refused, data.warned), reasons && `: ${reasons}`, !data.patientsKnown && ` ${words.ownPatients}`]],
      ...(parts ? [/** @type {[string, Content]} */ ([names.which, parts])] : []),
      [names.model, [`${model.name}, ${model.dtype}, `, m("code", { class: "hash" }, model.sha256)]],
      [names.program, words.kernels(model.version, model.variant)],
      ...(meanAuc ? [/** @type {[string, Content]} */ ([names.meanAuc, words.meanAuc(this.#number(meanAuc.value, AUC_DIGITS), meanAuc.findings)])] : []),
    ];
    return m("dl", {}, rows.map(([name, value]) => [m("dt", {}, name), m("dd", {}, value)]));
  }

  /** How the table was read, and what could not be used. @param {Report} report @returns {Content} */
  reading({ notes, problems }) {
    return [m("h2", {}, this.#words.read), notes.map((each) => m("p", { class: "fine" }, each)),
      this.#wording.problems(problems).map(({ words, listed: { first, count } }) => m("details", {}, m("summary", {}, words),
        m("ul", {}, first.map((item) => m("li", {}, item)), count > first.length && m("li", {}, this.#words.more(count - first.length)))))];
  }

  /** @param {Report} report */
  title({ data }) {
    return this.#words.title([data.name, data.date].filter(Boolean).join(", "));
  }

  /** All of it. @param {Report} report @returns {Content} */
  all(report) {
    const { findings, against, notice, withoutTruth } = report, words = this.#words;
    return [m("h1", {}, this.title(report)), m("p", { class: "notice" }, notice), this.facts(report),
      m("h2", {}, words.findings), this.overview(findings), m("p", { class: "fine" }, words.method),
      withoutTruth.length > 0 && m("p", { class: "fine" }, words.without(withoutTruth.map(this.#wording.finding).join(", "))),
      this.comparison(against), findings.map((each, i) => this.section(each, i)), this.reading(report)];
  }
}
