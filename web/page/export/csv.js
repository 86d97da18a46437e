/* csv.js - results as CSV (RFC 4180): one line for each finding, and one for a film without any.
 *
 * Spreadsheets evaluate a cell that begins with = + - @ as a formula, some also behind blanks or what cannot be
 * seen, or in full width, so such texts get an apostrophe in front. Numbers such as -1.5 do not need it. Texts
 * with a semicolon are quoted: where the comma is the decimal sign, spreadsheets divide lines there.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./record.js").Record} Record */
/** @typedef {string | number | boolean | null | undefined} Cell */

const FINDING_COLUMNS = /** @type {const} */ ([
  "label", "score", "logit", "threshold", "above", "sensitivity", "specificity", "auc", "n",
  "positives", "dataset", "evidence",
]);

/* A tab or line break in front is one to some; a byte order mark is white space to \s. */
const FORMULA = /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\u2212]|[\t\r\n])/u;

/** @param {Cell} value @returns {string} */
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll("\"", "\"\"")}"` : safe;
}

/** @param {Record} record @param {Record["films"][number]} film @returns {[string, Cell][][]} */
function linesOf({ notice, createdAt, model, engine }, film) {
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
    ["created_at", createdAt],
    ["notice", notice],
  ]);
}

/** @param {Record} record @returns {string} */
export function csvText(record) {
  const lines = record.films.flatMap((film) => linesOf(record, film));
  if (lines.length === 0) return "";
  const table = [lines[0].map(([name]) => name), ...lines.map((line) => line.map(([, v]) => v))];
  return table.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

/** @param {Record} record @returns {Blob} */
export const csvOf = (record) => new Blob([csvText(record)], { type: "text/csv;charset=utf-8" });
