/* csv.js - results as CSV: one line for each finding, and one for a film without any.
 * SPDX-License-Identifier: MIT */
import { csvLine } from "../../base/csv.js";

/** @typedef {import("./record.js").Record} Record */
/** @typedef {import("../../base/csv.js").Cell} Cell */

const FINDING_COLUMNS = /** @type {const} */ ([
  "label", "score", "logit", "threshold", "above", "sensitivity", "specificity", "auc", "n",
  "positives", "dataset", "evidence", "calibrated",
]);

/** @param {Record} record @param {Record["films"][number]} film @returns {[string, Cell][][]} */
function linesOf({ notice, createdAt, model, engine, siteCard }, film) {
  const { findings = [], customFindings = [] } = film;
  const all = [...findings, ...customFindings];
  return (all.length ? all : [null]).map((finding) => [
    ["film", film.film],
    ...("name" in film ? [/** @type {[string, Cell]} */ (["name", film.name])] : []),
    ["status", film.status],
    ["error", film.error?.code],
    ...FINDING_COLUMNS.map((name) => /** @type {[string, Cell]} */ ([name, finding?.[name]])),
    ["custom", finding && customFindings.includes(finding)],
    ["reasons", film.reasons?.map(({ code }) => code).join(" ")],
    ["width", film.input?.width],
    ["height", film.input?.height],
    ["bit_depth", film.input?.bitDepth],
    ["model", model.name],
    ["model_sha256", model.sha256],
    ["dtype", model.dtype],
    ["preprocessing", JSON.stringify(model.preprocessing)],
    ["engine_version", engine.version],
    ["engine_variant", engine.variant],
    ["site_card", siteCard?.name],
    ["site_card_sha256", siteCard?.sha256],
    ["created_at", createdAt],
    ["notice", notice],
  ]);
}

/** @param {Record} record @returns {string} */
export function csvText(record) {
  const lines = record.films.flatMap((film) => linesOf(record, film));
  if (lines.length === 0) return "";
  const table = [lines[0].map(([name]) => name), ...lines.map((line) => line.map(([, v]) => v))];
  return table.map(csvLine).join("");
}

/** @param {Record} record @returns {Blob} */
export const csvOf = (record) => new Blob([csvText(record)], { type: "text/csv;charset=utf-8" });
