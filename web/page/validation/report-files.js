/* report-files.js - buttons that save the report of a validation, and the site card that comes of it.
 * SPDX-License-Identifier: MIT */
import { siteCardOf } from "../../evaluate/make-site-card.js";
import { reportCsv } from "../../evaluate/report/report-csv.js";
import { reportPageIn } from "../../evaluate/report/report-page.js";
import { h } from "../base/dom.js";
import { download } from "../base/download.js";
import { text } from "../base/strings.js";
import { wordingNow } from "./report-wording.js";

/** @typedef {import("../../evaluate/report/report.js").Report} Report */

const strings = text.validation;

/** The files: type, and what is in them. The names are those that `evax evaluate --out` writes.
 * @type {Record<string, { type: string, content: (report: Report) => string | Promise<string> }>} */
const FILES = {
  "report.html": { type: "text/html;charset=utf-8", content: (report) => reportPageIn(report, wordingNow()) },
  "report.json": { type: "application/json", content: (report) => `${JSON.stringify(report)}\n` },
  "report.csv": { type: "text/csv;charset=utf-8", content: reportCsv },
  "site-card.json": { type: "application/json", content: async (report) => `${JSON.stringify(await siteCardOf(report))}\n` },
};

/** onSaved: a file was saved; onCard: the person wants to use the site card now
 * @typedef {{ onSaved: (file: string) => void, onCard: (card: import("../../evaluate/site-card.js").SiteCard) => void }} ReportActions */

/** @param {Report} report @param {ReportActions} actions */
export function reportFiles(report, { onSaved, onCard }) {
  const save = async (/** @type {string} */ name) => {
    const { type, content } = FILES[name];
    download(new Blob([await content(report)], { type }), name);
    onSaved(name);
  };
  return h("section", { class: "report-files", "aria-label": strings.save },
    h("h3", {}, strings.save),
    h("p", { class: "actions" }, ...Object.keys(FILES).map((name) =>
      h("button", { type: "button", "data-file": name, onclick: () => save(name) }, name))),
    h("p", { class: "fine" }, strings.saveHint),
    h("p", {}, h("button", { type: "button", class: "use-card", disabled: report.findings.every(({ auc }) => !auc),
      onclick: async () => onCard(await siteCardOf(report)) }, strings.useCard)));
}
