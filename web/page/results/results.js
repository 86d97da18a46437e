/* results.js - all findings of a film, and the evidence of the one that is chosen; or why they cannot be trusted.
 * SPDX-License-Identifier: MIT */
import { duration, stored } from "../base/format.js";
import { fill, h, icon } from "../base/dom.js";
import { firstOrder, hasThresholds, inOrder, nextOrder } from "./finding-order.js";
import { blockingReason } from "./cure.js";
import { AS_STORED } from "../films/treatment.js";
import { evidenceView } from "./evidence.js";
import { rowOf } from "./finding-row.js";
import { gateView } from "./gate.js";
import { briefOf } from "./summary.js";
import { evidenceLine } from "../site-card/card-view.js";
import { phrase } from "../base/phrases.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../films/film-queue.js").Result} Result */
/** @typedef {import("./finding-order.js").Key} Key */
/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/treatment.js").Treatment} Treatment */
/** @typedef {object} ResultsActions
 * @property {(label: string | null, custom: boolean) => void} onChoose a finding was chosen, or none
 * @property {(film: Film, treatment: Treatment) => Promise<{ code: string }[]>} attempt reads a film so, and keeps nothing
 * @property {(film: Film, treatment: Treatment) => void} onTreat reads a film so from now on
 * @property {(film: Film) => void} onTrust the findings are shown in spite of a reason from now on
 * @property {(film: Film) => void} onRemove takes a film off the list
 * @property {(film: Film) => Set<string>} learned findings that were trained on a film
 * @property {import("../site-card/card-in-use.js").CardInUse} siteCard
 */

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

export class Results {
  /** @type {Result | null} */ #result = null;
  /** @type {Film | null} */ #film = null;
  #origin;
  #actions;
  /** Label of the finding whose evidence is open. */ #chosen = "";
  /** Films whose findings are shown in spite of a reason. @type {WeakSet<Film>} */ #trusted = new WeakSet();
  /** @type {import("./finding-order.js").Order | null} null until the person chooses */ #order = null;
  #orderNote = h("p", { class: "fine order-note" });
  #summary = h("p", { class: "summary" });
  #body = h("tbody", { role: "rowgroup" });
  #heads = columns().map(([key, name]) => this.#headOf(key, name));
  #logits = h("input", { type: "checkbox" });
  #table = h("table", { class: "findings", role: "table", "aria-label": strings.heading },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...this.#heads)), this.#body);
  #scoreNote = h("p", { class: "fine" });
  #about = h("div", { class: "about" });
  /** The panel about the finding that is chosen; empty without one. */
  evidence = h("div");
  #message = h("div", { class: "results-message" });
  #filled = h("div", { hidden: true },
    this.#summary, this.#orderNote, this.#table,
    h("label", { class: "check" }, this.#logits, strings.logits),
    this.#scoreNote,
    this.#about);
  element = h("section", { class: "results", "aria-label": strings.heading },
    h("h2", { class: "spoken" }, strings.heading), this.#message, this.#filled);

  /** @param {import("../export/record.js").Origin} origin of all results @param {ResultsActions} actions */
  constructor(origin, actions) {
    this.#origin = origin;
    this.#actions = actions;
    this.#logits.addEventListener("change", () =>
      this.#table.classList.toggle("with-logits", this.#logits.checked));
    this.say(strings.empty);
  }

  /** Shows the findings of a film that has been read; behind the reason if there is one not to trust them.
   * @param {Film} film @param {import("../films/reasons.js").FilmReason[]} reasons */
  show(film, reasons) {
    this.#film = film;
    this.#result = /** @type {Result} */ (film.result);
    const blocking = this.#trusted.has(film) ? null : blockingReason(reasons);
    this.#filled.hidden = blocking !== null;
    if (blocking) fill(this.#message, this.#gateOf(film, blocking, reasons));
    else fill(this.#message, ...reasons.map(({ message, detail }) => h("p", { class: "warning", title: detail }, icon("warn"), message)));
    fill(this.#summary, briefOf(this.#all));
    fill(this.#about, ...this.#detailsOf(this.#result));
    this.#fillRows();
  }

  /** @param {Film} film @param {import("../films/reasons.js").FilmReason} reason
   * @param {import("../films/reasons.js").FilmReason[]} reasons */
  #gateOf(film, reason, reasons) {
    const { attempt, onTreat, onRemove } = this.#actions;
    return gateView(reason, reasons, film.treatment ?? AS_STORED, {
      attempt: (treatment) => attempt(film, treatment),
      onTreat: (treatment) => onTreat(film, treatment),
      onRemove: () => onRemove(film),
      onShow: () => {
        this.#trusted.add(film);
        this.show(film, reasons);
        this.#actions.onTrust(film);
      },
    });
  }

  /** Whether findings that are there stand behind a reason. */
  get gated() {
    return this.#result !== null && this.#filled.hidden;
  }

  /** Marks the finding whose map lies over the film, and opens its evidence. @param {string} label "" for none */
  mark(label) {
    if (label === this.#chosen) return;
    this.#chosen = label;
    this.#fillRows();
  }

  /** @param {string} label */
  #choose(label) {
    const { customFindings = [] } = this.#result ?? {};
    const next = label === this.#chosen ? "" : label;
    this.#actions.onChoose(next || null, customFindings.some((one) => one.label === next));
    this.mark(next);
    this.#focusOn(label);
  }

  /** On a finding in the list; where its evidence has taken the list's place, on the way back. @param {string} label */
  #focusOn(label) {
    const row = [...this.#body.rows].find(({ dataset }) => dataset.label === label)?.querySelector("button");
    const way = row?.checkVisibility() ? row : this.evidence.querySelector("button");
    way?.focus();
  }

  /** Shows a message instead of findings. @param {...import("../base/dom.js").Child} children */
  say(...children) {
    this.#result = null;
    this.#filled.hidden = true;
    fill(this.evidence);
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
      input.notes.length > 0 && h("ul", { class: "fine" }, ...input.notes.map((note) => h("li", {}, phrase(note)))),
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
    const learned = this.#film ? this.#actions.learned(this.#film) : new Set();
    this.#table.hidden = all.length === 0;
    this.#table.classList.toggle("without-thresholds", !hasThresholds(all));
    const customWords = (/** @type {Finding} */ one) => (learned.has(one.label) ? strings.customLearned : strings.custom);
    fill(this.#body, ...inOrder(all, order).map((one) => rowOf(one, {
      custom: customFindings.includes(one) ? customWords(one) : "", measured: this.#cardOf(one) ? evidenceLine(one) : "",
      chosen: one.label === this.#chosen,
    }, () => this.#choose(one.label))));
    const chosen = this.#filled.hidden ? undefined : all.find(({ label }) => label === this.#chosen);
    fill(this.evidence, chosen && evidenceView(chosen,
      { custom: customFindings.includes(chosen), card: this.#cardOf(chosen) }, () => this.#choose(chosen.label)));
    columns().forEach(([key], i) => {
      const way = order.descending ? "descending" : "ascending";
      if (key) this.#heads[i].setAttribute("aria-sort", key === order.by ? way : "none");
    });
    this.#noteOrder(all, order);
  }

  /** The site card whose facts a finding has; null for the model's. @param {Finding} finding */
  #cardOf(finding) {
    const { siteCard } = this.#actions;
    return siteCard.has(finding.label) && this.#result?.findings.includes(finding) ? siteCard.card : null;
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
