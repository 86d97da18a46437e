/* validation-view.js - the view in which a person gives labels, sees how far the films are read, and gets the report.
 * SPDX-License-Identifier: MIT */
import { fill, h } from "../base/dom.js";
import { problemView } from "../base/problem.js";
import { text } from "../base/strings.js";
import { reportFiles } from "./report-files.js";
import { ReportView } from "./report-view.js";
import { MeasureChoice } from "./measure-choice.js";
import { TableChoice } from "./table-choice.js";

/** @typedef {import("../../evaluate/report/report.js").Report} Report */
/** @typedef {import("./validation.js").Validation} Validation */

const strings = text.validation;

const ACCEPT = ".csv,.tsv,.txt,text/csv";

export class ValidationView {
  #validation;
  #actions;
  #choose = h("button", { type: "button", class: "primary" }, strings.choose);
  #status = h("p", { role: "status" });
  #bar = h("progress", { "aria-label": strings.report });
  #cancel = h("button", { type: "button", class: "cancel-validation" }, text.cancel);
  #resume = h("button", { type: "button", class: "resume-validation" }, strings.resume);
  #problem = h("div");
  #choice;
  #options;
  #columns;
  #ruleNote = h("p", { class: "fine" }, strings.crossValidated);
  #report = new ReportView();
  #files = h("div");
  /** The report that is shown. @type {Report | null} */ #shown = null;
  element;

  /** @param {Validation} validation @param {import("./report-files.js").ReportActions} actions
   * @param {AbortSignal} signal ends the view */
  constructor(validation, actions, signal) {
    this.#validation = validation;
    this.#actions = actions;
    this.#choice = new MeasureChoice(validation);
    this.#columns = new TableChoice(validation);
    this.#options = h("section", { class: "options", "aria-label": strings.options }, h("h3", {}, strings.options), this.#choice.element,
      h("p", { class: "fine" }, strings.compareHint));
    this.#cancel.addEventListener("click", () => validation.cancel());
    this.#resume.addEventListener("click", () => validation.resume());
    this.element = h("section", { class: "validation", "aria-label": text.views.validation },
      h("h2", {}, strings.heading), h("p", { class: "fine" }, strings.purpose),
      h("p", { class: "actions" }, this.#choose, this.#makeInput()),
      this.#status, this.#bar, h("p", { class: "actions" }, this.#cancel, this.#resume),
      this.#problem, this.#columns.element, this.#options, this.#ruleNote, this.#report.element, this.#files);
    validation.addEventListener("change", () => this.#draw(), { signal });
    this.#draw();
  }

  #makeInput() {
    const input = h("input", { type: "file", hidden: true, accept: ACCEPT });
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      input.value = "";
      if (file) void this.#validation.take(file, file.name);
    });
    this.#choose.addEventListener("click", () => input.click());
    return input;
  }

  /** Where it stands, in words. */
  #line() {
    const { name, table, counts, matching, measuring, error } = this.#validation;
    if (!name) return "";
    if (matching) return strings.matching(name);
    if (!table) return error ? name : strings.noFilms(name);
    if (measuring && !counts.pending) return strings.measuring(measuring.done, measuring.of);
    const rest = [counts.failed && text.films.failedCount(counts.failed), counts.canceled && text.films.canceledCount(counts.canceled)];
    return [`${strings.matched(name, counts.all, table.films.length)} ${text.films.progress(counts.done, counts.all)}`,
      ...rest.filter(Boolean)].join(", ");
  }

  #draw() {
    const { name, counts, error, report, matching, measuring, stopped, wishes } = this.#validation;
    fill(this.#choose, name ? strings.chooseOther : strings.choose);
    this.#choose.classList.toggle("primary", !name);
    fill(this.#status, this.#line());
    const { value, max } = counts.pending || !measuring ? { value: counts.all - counts.pending, max: counts.all } : { value: measuring.done, max: measuring.of };
    Object.assign(this.#bar, { max, value, hidden: counts.pending === 0 && !measuring });
    this.#cancel.hidden = counts.pending === 0 && !measuring;
    this.#resume.hidden = !stopped && (counts.canceled + counts.failed === 0 || counts.pending > 0);
    fill(this.#problem, error ? problemView(error, {}, strings.problem) : null);
    if (!matching) this.#options.hidden = counts.all === 0;
    this.#choice.update();
    this.#columns.update();
    const chosen = Object.values(wishes.measuring.rules ?? {}).some(({ kind }) => kind !== "threshold") || wishes.measuring.recalibrate;
    this.#ruleNote.hidden = counts.all === 0 || !chosen || wishes.measuring.chooseOn !== undefined;
    this.#drawReport(report);
  }

  /** @param {Report | null} report */
  #drawReport(report) {
    if (report === this.#shown) return;
    this.#shown = report;
    this.#report.show(report);
    fill(this.#files, report && reportFiles(report, this.#actions));
  }
}
