/* results.js - the table of all findings of a film: score, threshold, above or below (as a word and a
 * shape), measured facts and strength of the evidence.
 * SPDX-License-Identifier: MIT */
import { against, count, duration, fraction, logit, stored, words } from "../base/format.js";
import { fill, h, icon } from "../base/dom.js";
import { firstOrder, hasThresholds, inOrder, nextOrder } from "./finding-order.js";
import { text } from "../base/strings.js";
import { summaryOf } from "./summary.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../films/film-queue.js").Result} Result */
/** @typedef {import("./finding-order.js").Key} Key */

const strings = text.results;

/** @returns {[Key | null, string][]} the columns; those with a key sort */
const columns = () => [
  ["label", strings.finding],
  ["score", strings.score],
  ["logit", strings.logit],
  ["threshold", strings.threshold],
  ["verdict", strings.verdict],
  [null, strings.evidence],
];

/** @param {Finding} finding */
const verdictOf = ({ above }) => {
  if (above === null) return h("span", { class: "verdict" }, icon("none"), strings.noThreshold);
  return above
    ? h("span", { class: "verdict is-above" }, icon("above"), strings.above)
    : h("span", { class: "verdict" }, icon("below"), strings.below);
};

/** The score on a line from 0 to 1, with a tick at the threshold. @param {Finding} finding */
function barOf({ score, threshold, above }) {
  const bar = h("span", { class: above ? "bar is-above" : "bar", "aria-hidden": "true" });
  bar.style.setProperty("--score", String(score));
  if (threshold !== null) {
    const tick = h("span", { class: "tick" });
    tick.style.setProperty("--threshold", String(threshold));
    bar.append(tick);
  }
  return bar;
}

/** @param {string} term @param {...import("../base/dom.js").Child} value */
const fact = (term, ...value) => h("div", {}, h("dt", {}, term), h("dd", {}, ...value));

/** @param {Finding} finding */
function factsOf({ sensitivity, specificity, auc, aucCi95, n, positives, dataset }) {
  if (n === null && auc === null && sensitivity === null) return null;
  const interval = aucCi95 && strings.interval(fraction(aucCi95[0]), fraction(aucCi95[1]));
  const films = n !== null && (positives === null ? strings.films(n) : strings.filmsPositive(n, positives));
  return h("dl", { class: "facts" },
    sensitivity !== null && fact(strings.sensitivity, fraction(sensitivity)),
    specificity !== null && fact(strings.specificity, fraction(specificity)),
    auc !== null && fact(strings.auc, interval ? `${fraction(auc)} (${interval})` : fraction(auc)),
    dataset !== null && fact(strings.dataset, films ? `${dataset}: ${films}` : dataset));
}

/** The strength of the evidence; opened, all facts. @param {Finding} finding */
function evidenceOf(finding) {
  const strength = finding.evidence ?? "unknown";
  const { sensitivity, specificity, n, note } = finding;
  const brief = sensitivity === null || specificity === null ? null
    : `${strings.sensShort} ${fraction(sensitivity)}, ${strings.specShort} ${fraction(specificity)}`;
  const films = n !== null && `n ${count(n)}`;
  return h("details", { class: "evidence" },
    h("summary", {}, h("span", { class: "spoken" }, strings.evidenceOf(words(finding.label))),
      h("span", { class: `strength ${strength}` }, h("span", { class: "dots", "aria-hidden": "true" }),
        strings.evidences[strength]),
      (brief || films) && h("span", { class: "brief" }, [brief, films].filter(Boolean).join(", "))),
    factsOf(finding),
    note && h("p", {}, note));
}

/** @param {Finding} finding @param {boolean} custom trained by the person, not part of the model */
function rowOf(finding, custom) {
  const cell = (/** @type {string} */ name, /** @type {string} */ label,
    /** @type {import("../base/dom.js").Child[]} */ ...inside) =>
    h("td", { role: "cell", class: name, "data-label": label }, ...inside);
  const [score, threshold] = against(finding.score, finding.threshold);
  return h("tr", { role: "row", class: finding.above ? "is-above" : null },
    h("th", { scope: "row", role: "rowheader" }, custom ? finding.label : words(finding.label),
      custom && h("span", { class: "custom" }, strings.custom)),
    cell("score", strings.score, h("span", { class: "number" }, score), barOf(finding)),
    cell("logit", strings.logit, logit(finding.logit)),
    cell("threshold", strings.threshold, threshold),
    cell("against", strings.verdict, verdictOf(finding)),
    cell("why", strings.evidence, evidenceOf(finding)));
}

export class Results {
  /** @type {Result | null} */ #result = null;
  #origin;
  /** @type {import("./finding-order.js").Order | null} null until the person chooses */ #order = null;
  #orderNote = h("p", { class: "fine order-note" });
  #summary = h("p", { class: "summary" });
  #body = h("tbody", { role: "rowgroup" });
  #heads = columns().map(([key, name]) => this.#headOf(key, name));
  #logits = h("input", { type: "checkbox" });
  #table = h("table", { class: "findings", role: "table", "aria-label": strings.heading },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...this.#heads)), this.#body);
  #scoreNote = h("p", { class: "fine" });
  #done = h("div", { class: "done" });
  #message = h("div", { class: "results-message" });
  #filled = h("div", { hidden: true },
    this.#summary, this.#orderNote, this.#table,
    h("label", { class: "check" }, this.#logits, strings.logits),
    this.#scoreNote,
    this.#done);
  element = h("section", { class: "results", "aria-label": strings.heading },
    h("h2", {}, strings.heading), this.#message, this.#filled);

  /** @param {import("../export/record.js").Origin} origin of all results */
  constructor(origin) {
    this.#origin = origin;
    this.#logits.addEventListener("change", () =>
      this.#table.classList.toggle("with-logits", this.#logits.checked));
    this.say(strings.empty);
  }

  /** Shows the findings of a film. @param {Result} result @param {import("../films/reasons.js").FilmReason[]} reasons */
  show(result, reasons) {
    this.#result = result;
    const warnings = reasons.map(({ message }) => message);
    fill(this.#message, ...warnings.map((w) => h("p", { class: "warning" }, icon("warn"), w)));
    fill(this.#summary, summaryOf(result.findings));
    fill(this.#done, ...this.#detailsOf(result));
    this.#filled.hidden = false;
    this.#fillRows();
  }

  /** Shows a message instead of findings. @param {...import("../base/dom.js").Child} children */
  say(...children) {
    this.#result = null;
    this.#filled.hidden = true;
    fill(this.#message, ...children.map((c) => (typeof c === "string" ? h("p", {}, c) : c)));
  }

  /** @param {Result} result */
  #detailsOf({ input, timing, notice }) {
    const took = timing.decodeMs + timing.preprocessMs + timing.inferMs;
    const { model, dtype, modelHash } = this.#origin;
    return [
      h("p", { class: "fine read-by" }, strings.readBy(`${model}, ${dtype}`), h("code", { class: "hash" }, modelHash)),
      ...notice.split("\n").filter(Boolean).map((line) => h("p", { class: "fine" }, line)),
      h("p", { class: "fine" }, `${stored(input)}. ${strings.timing(duration(took))}`),
      input.notes.length > 0 && h("p", { class: "fine" }, `${strings.treated}:`),
      input.notes.length > 0 && h("ul", { class: "fine" }, ...input.notes.map((n) => h("li", {}, n))),
    ];
  }

  get #all() {
    const { findings = [], customFindings = [] } = this.#result ?? {};
    return [...findings, ...customFindings];
  }

  #fillRows() {
    const { customFindings = [] } = this.#result ?? {};
    const all = this.#all;
    const order = this.#order ?? firstOrder(all);
    this.#table.hidden = all.length === 0;
    this.#table.classList.toggle("without-thresholds", !hasThresholds(all));
    fill(this.#body, ...inOrder(all, order).map((one) => rowOf(one, customFindings.includes(one))));
    columns().forEach(([key], i) => {
      const way = order.descending ? "descending" : "ascending";
      if (key) this.#heads[i].setAttribute("aria-sort", key === order.by ? way : "none");
    });
    this.#noteOrder(all, order);
  }

  /** Scores without thresholds are in an order that is said. @param {Finding[]} all
   * @param {import("./finding-order.js").Order} order */
  #noteOrder(all, order) {
    this.#orderNote.hidden = all.length === 0 || hasThresholds(all);
    fill(this.#scoreNote, hasThresholds(all) ? strings.scoreNote : strings.scoreNoteAlone);
    fill(this.#orderNote, strings.noThresholds, " ", strings.orders[order.by]?.[order.descending ? 0 : 1]);
  }

  /** @param {Key | null} key @param {string} name */
  #headOf(key, name) {
    const sort = () => {
      this.#order = nextOrder(this.#order ?? firstOrder(this.#all), /** @type {Key} */ (key));
      this.#fillRows();
    };
    const inside = key ? h("button", { type: "button", onclick: sort }, name) : name;
    return h("th", { scope: "col", role: "columnheader", class: key ?? "why" }, inside);
  }
}
