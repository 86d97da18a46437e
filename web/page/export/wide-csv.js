/* wide-csv.js - results as CSV for tables and statistics: one line a film, three columns a finding.
 *
 *     film, name (if asked for), status, error, reasons, width, height, bit_depth,
 *     score_L, logit_L, above_L of each label L of the model, then of each custom finding, model, ..., notice
 *
 * SPDX-License-Identifier: MIT */
import { csvLine } from "../../base/csv.js";

/** @typedef {import("./record.js").Record} Record */
/** @typedef {import("../../base/csv.js").Cell} Cell */
/** @typedef {Record["films"][number]} FilmRecord */
/** @typedef {"findings" | "customFindings"} Kind */

const VALUES = /** @type {const} */ (["score", "logit", "above"]);

/** The labels of all films, in the order in which they first appear. @param {FilmRecord[]} films @param {Kind} kind */
const labelsOf = (films, kind) => [...new Set(films.flatMap((film) => (film[kind] ?? []).map(({ label }) => label)))];

/** The cells of findings; empty where a film has none of this label. @param {FilmRecord} film @param {Kind} kind
 * @param {string[]} labels @returns {[string, Cell][]} */
const cellsOf = (film, kind, labels) => labels.flatMap((label) => {
  const finding = film[kind]?.find((each) => each.label === label);
  return VALUES.map((value) => /** @type {[string, Cell]} */ ([`${value}_${label}`, finding?.[value]]));
});

/** @param {Record} record @returns {string} "" without a film */
export function wideCsvText(record) {
  const { films, model, engine, siteCard, createdAt, notice } = record;
  const own = labelsOf(films, "findings");
  const custom = labelsOf(films, "customFindings").filter((label) => !own.includes(label));
  const lines = films.map((film) => /** @type {[string, Cell][]} */ ([
    ["film", film.film],
    ...("name" in film ? [["name", film.name]] : []),
    ["status", film.status],
    ["error", film.error?.code],
    ["reasons", film.reasons?.map(({ code }) => code).join(" ")],
    ["width", film.input?.width],
    ["height", film.input?.height],
    ["bit_depth", film.input?.bitDepth],
    ...cellsOf(film, "findings", own),
    ...cellsOf(film, "customFindings", custom),
    ["model", model.name],
    ["model_sha256", model.sha256],
    ["dtype", model.dtype],
    ["engine_version", engine.version],
    ["engine_variant", engine.variant],
    ["site_card", siteCard?.name],
    ["site_card_sha256", siteCard?.sha256],
    ["created_at", createdAt],
    ["notice", notice],
  ]));
  if (!lines.length) return "";
  return [lines[0].map(([name]) => name), ...lines.map((line) => line.map(([, value]) => value))].map(csvLine).join("");
}

/** @param {Record} record @returns {Blob} */
export const wideCsvOf = (record) => new Blob([wideCsvText(record)], { type: "text/csv;charset=utf-8" });
