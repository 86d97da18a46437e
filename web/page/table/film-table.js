/* film-table.js - all films of the visit by their findings: sorted and filtered by any of them; from a row its film
 * opens. It is brought up to date while it is on the screen, some times a second.
 *
 *     queue ── film-order: which films, in which order ── row-window: rows on the screen ── row: cells of a film
 *
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { fraction, words } from "../base/format.js";
import { text } from "../base/strings.js";
import { reasonsOf, warningCount } from "../films/reasons.js";
import { blockingReason } from "../results/cure.js";
import { thumbnailView } from "../films/thumbnail.js";
import { FilmFilter } from "./film-filter.js";
import { AS_ADDED, chosenFilms, findingOf, highestOf, labelsOf, nextOrder, orderedFilms, scoreKey } from "./film-order.js";
import { RowWindow } from "./row-window.js";

const strings = text.table;

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/film-queue.js").FilmQueue} FilmQueue */
/** @typedef {import("../films/film-queue.js").Finding} Finding */
/** What is known of a film, in words; null for nothing. @typedef {(film: Film) => string | null} KnownOf */

const UPDATE_MS = 250;
/* Widths in the order of the columns; "known" stands only where something is known of films. On a phone names leave room for
 * a part of what comes after them, which shows that there is more. */
const WIDTHS = { picture: "3.5rem", number: "4.25rem", name: "min(15rem, 42cqi)", highest: "14rem", warnings: "8.5rem", known: "11rem" };
const SCORE_WIDTH = "8.25rem";

/** @param {Finding | undefined} finding */
function scoreCell(finding) {
  if (!finding) return h("td", {});
  return h("td", { class: finding.above ? "number is-above" : "number" }, finding.above && icon("above"),
    finding.above && h("span", { class: "spoken" }, `${strings.above} `), fraction(finding.score));
}

/** The highest finding, or what became of the film. @param {Film} film */
function highestCell(film) {
  const highest = highestOf(film);
  if (!highest) return h("td", { class: "fine" }, film.status === "done" ? "" : text.films.status[film.status]);
  return h("td", { class: highest.above ? "is-above" : null }, highest.above && icon("above"),
    `${words(highest.label)} `, h("span", { class: "number" }, fraction(highest.score)));
}

/** @param {Film} film */
function warningsCell(film) {
  const reasons = reasonsOf(film);
  return reasons.length ? h("td", { class: "warned" }, icon("warn"), warningCount(reasons)) : h("td", {});
}

/** What a row is made of, to know whether it has to be made anew. @param {Film} film @param {KnownOf} knownOf */
const signOf = (film, knownOf) =>
  [film.status, film.result?.timing.inferMs, film.result?.findings.map(({ above }) => above),
    film.result?.customFindings.map(({ score }) => score), knownOf(film)].join();

export class FilmTable {
  #queue;
  #open;
  #knownOf;
  #order = AS_ADDED;
  /** @type {string[]} */ #labels = [];
  /** Whether something is known of films, which is a column more. */ #hasKnown = false;
  /** What each row shows. @type {WeakMap<Film, string>} */ #signs = new WeakMap();
  #filter = new FilmFilter(() => this.#refresh());
  #count = h("p", { class: "fine", role: "status" });
  #columns = h("colgroup", {});
  #head = h("thead", {});
  #table;
  /** @type {RowWindow<Film>} */ #rows;
  #scroller;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  element;

  /**
   * @param {FilmQueue} queue
   * @param {{ onOpen: (film: Film) => void, knownOf: KnownOf }} actions
   * @param {AbortSignal} signal ends the table
   */
  constructor(queue, { onOpen, knownOf }, signal) {
    this.#queue = queue;
    this.#open = onOpen;
    this.#knownOf = knownOf;
    const body = h("tbody", {});
    this.#table = h("table", { class: "film-rows" }, h("caption", { class: "spoken" }, strings.heading), this.#columns,
      this.#head, body);
    this.#scroller = h("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-label": strings.heading }, this.#table);
    this.#rows = new RowWindow(this.#scroller, body, (film) => this.#rowOf(film));
    this.element = h("div", { class: "film-table" },
      this.#filter.element, this.#count, this.#scroller);
    for (const name of ["added", "change", "removed"]) queue.addEventListener(name, () => this.updateSoon(), { signal });
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Brings the table up to date: it comes on the screen, or films were taken away. */
  update() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#refresh();
  }

  /** The same some times a second, while it is on the screen. */
  updateSoon() {
    if (this.#timer === undefined && !this.element.hidden) this.#timer = setTimeout(() => this.update(), UPDATE_MS);
  }

  #refresh() {
    const { films } = this.#queue;
    const labels = labelsOf(films);
    const hasKnown = films.some((film) => this.#knownOf(film) !== null);
    const columnsChanged = hasKnown !== this.#hasKnown || labels.join("\n") !== this.#labels.join("\n");
    [this.#labels, this.#hasKnown] = [labels, hasKnown];
    if (columnsChanged) this.#signs = new WeakMap();
    if (columnsChanged || !this.#columns.childElementCount) this.#layColumns();
    this.#filter.setLabels(labels);
    this.#drawHead();
    const shown = orderedFilms(chosenFilms(films, this.#filter.value), this.#order, this.#knownOf);
    this.#table.setAttribute("aria-rowcount", String(shown.length + 1));
    fill(this.#count, shown.length ? strings.shown(shown.length, films.length) : strings.none(films.length));
    this.#rows.show(shown, (film) => this.#signs.get(film) !== signOf(film, this.#knownOf));
  }

  /** All widths are given, so that no row has to be laid out for those of the others. */
  #layColumns() {
    const { known: _known, ...others } = WIDTHS;
    const fixed = Object.values(this.#hasKnown ? WIDTHS : others);
    const widths = [...fixed, ...this.#labels.map(() => SCORE_WIDTH)];
    fill(this.#columns, ...widths.map((width) => {
      const column = h("col", {});
      column.style.inlineSize = width;
      return column;
    }));
    this.#table.style.inlineSize = `calc(${widths.join(" + ")})`;
  }

  #drawHead() {
    const root = /** @type {ShadowRoot | Document} */ (this.#head.getRootNode());
    const focused = this.#head.contains(root.activeElement) ? root.activeElement?.getAttribute("data-by") : null;
    const column = (/** @type {string} */ by, /** @type {string} */ label, /** @type {string | null} */ kind = null) => {
      const { by: now, descending } = this.#order;
      const sort = now === by ? (descending ? "descending" : "ascending") : null;
      return h("th", { scope: "col", class: kind, "aria-sort": sort }, h("button", { type: "button", "data-by": by, onclick: () => {
        this.#order = nextOrder(this.#order, by);
        this.#scroller.scrollTop = 0;
        this.#refresh();
      } }, label));
    };
    fill(this.#head, h("tr", {}, h("td", {}), column("number", strings.number, "number"), column("name", strings.name),
      column("highest", strings.highest), column("warnings", strings.warnings), this.#hasKnown && column("known", strings.known),
      ...this.#labels.map((label) => column(scoreKey(label), words(label), "number"))));
    if (focused) /** @type {HTMLElement | undefined} */ ([...this.#head.querySelectorAll("button")]
      .find((button) => button.dataset.by === focused))?.focus({ preventScroll: true });
  }

  /** @param {Film} film */
  #rowOf(film) {
    this.#signs.set(film, signOf(film, this.#knownOf));
    return h("tr", { class: blockingReason(reasonsOf(film)) ? "doubted" : null },
      h("td", { class: "picture" }, film.result ? thumbnailView(film.result.thumbnail) : icon(film.status === "failed" ? "warn" : "film")),
      h("td", { class: "number" }, String(film.id)),
      h("th", { scope: "row" }, h("button", { type: "button", class: "quiet", title: film.name, onclick: () => this.#open(film) },
        film.name)),
      highestCell(film), warningsCell(film), this.#hasKnown && h("td", { class: "known" }, this.#knownOf(film)),
      ...this.#labels.map((label) => scoreCell(findingOf(film, label))));
  }
}
