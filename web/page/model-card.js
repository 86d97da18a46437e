/* model-card.js - the model card: identity, intended use, and the measured facts of each label.
 * SPDX-License-Identifier: MIT */
import { fraction, words } from "./base/format.js";
import { h } from "./base/dom.js";
import { text } from "./base/strings.js";

const strings = text.card;
const cols = text.results;

/** @typedef {import("../engine/analysis.js").Facts} Facts */
/** @typedef {import("./opening.js").Inspection} Inspection */

/** @param {string} term @param {string} value */
const row = (term, value) => h("div", {}, h("dt", {}, term), h("dd", {}, value));

/** @param {Facts} facts */
function measuredRow({ label, threshold, sensitivity, specificity, auc, aucCi95, ...rest }) {
  const { n, positives, dataset, evidence, note } = rest;
  const range = aucCi95 ? `${fraction(aucCi95[0])} \u2013 ${fraction(aucCi95[1])}` : "";
  const cells = [
    fraction(threshold), fraction(sensitivity), fraction(specificity),
    auc === null ? fraction(null) : `${fraction(auc)} ${range && `(${range})`}`,
    n === null ? fraction(null) : positives === null ? cols.films(n) : cols.filmsPositive(n, positives),
    cols.evidences[evidence ?? "unknown"],
    [dataset, note].filter(Boolean).join(". "),
  ];
  return h("tr", {}, h("th", { scope: "row" }, words(label)),
    ...cells.map((cell, i) => h("td", { class: i === cells.length - 1 ? "long" : null }, cell)));
}

/** @param {readonly Facts[]} facts */
function measured(facts) {
  const heads = [cols.finding, cols.threshold, cols.sensitivity, cols.specificity, cols.auc,
    cols.measured, cols.evidence, strings.note];
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": strings.measured },
    h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((t) => h("th", { scope: "col" }, t)))),
      h("tbody", {}, ...facts.map(measuredRow))));
}

/** @param {Inspection} model @param {{ version: string, variant: string } | null} engine null
 * until it runs */
const identity = (model, engine) => h("dl", { class: "facts" },
  row(strings.name, model.name),
  row(strings.size, model.architecture.size),
  row(strings.weights, model.dtype),
  row(strings.input, strings.inputText(model.preprocessing.resize, model.preprocessing.crop)),
  row(strings.hash, model.modelHash),
  engine ? row(strings.engine, `eva-x-web ${engine.version}, ${engine.variant}`) : null,
  row(strings.license, model.license),
  row(strings.attribution, model.attribution));

/** @param {Inspection} model @param {{ version: string, variant: string } | null} engine */
export const cardContent = (model, engine) => [
  h("h3", {}, strings.notice), h("p", {}, model.notice),
  h("h3", {}, strings.use), h("p", {}, strings.useText),
  h("h3", {}, strings.identity), identity(model, engine),
  model.facts.length > 0 && h("h3", {}, strings.measured),
  model.facts.length > 0 && measured(model.facts),
];
