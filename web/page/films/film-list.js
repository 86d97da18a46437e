/* film-list.js - the films of this visit, each with its status, to choose from, cancel or retry.
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { isUnread } from "./film-queue.js";
import { canRetry } from "./retry.js";
import { thumbnailView } from "./thumbnail.js";
import { text } from "../base/strings.js";
import { reasonsOf, warningCount } from "./reasons.js";

const strings = text.films;

/** @typedef {import("./film-queue.js").Film} Film */
/** @typedef {import("./film-queue.js").FilmQueue} FilmQueue */

const ICONS = /** @type {const} */ ({
  waiting: "wait", reading: "film", done: "done", failed: "warn", canceled: "close",
});
/* Rows created before the event loop runs again: 500 films at once must not block the page. */
const ROWS_PER_TASK = 60;

/** @param {Film} film */
const iconOf = (film) => icon(reasonsOf(film).length ? "warn" : ICONS[film.status]);

/** @param {Film} film */
const pictureOf = ({ status, result }) => (result ? thumbnailView(result.thumbnail)
  : h("span", { class: "thumbnail", "aria-hidden": "true" }, icon(ICONS[status])));

/** @param {Film} film */
function statusOf(film) {
  const { status, result } = film;
  if (status !== "done" || !result) return strings.status[status];
  const reasons = reasonsOf(film);
  if (reasons.length) return warningCount(reasons);
  const findings = [...result.findings, ...result.customFindings];
  if (findings.every(({ threshold }) => threshold === null)) return strings.noThresholds;
  return strings.above(findings.filter(({ above }) => above).length);
}

export class FilmList {
  #queue;
  #choose;
  #onClear;
  #remove;
  /** @type {Map<number, HTMLLIElement>} by film id */ #rows = new Map();
  /** @type {Film[]} that have no row yet */ #pending = [];
  #list = h("ol", { class: "films" });
  #count = h("p", { class: "fine" });
  #cancel;
  #resume;
  /** @type {Film | null} */ #chosen = null;
  element;

  /** @param {FilmQueue} queue
   * @param {{ onChoose: (film: Film) => void, onClear: (films: Film[], unread: Film[]) => void, onRemove: (film: Film) => void }} actions
   *   unread: those that were read or waited
   * @param {AbortSignal} signal ends the list */
  constructor(queue, { onChoose, onClear, onRemove }, signal) {
    this.#queue = queue;
    this.#choose = onChoose;
    this.#onClear = onClear;
    this.#remove = onRemove;
    this.#cancel = h("button", { type: "button", class: "quiet", onclick: () => queue.cancelAll() },
      strings.cancelAll);
    this.#resume = h("button", { type: "button", class: "quiet", onclick: () => queue.retryAll(canRetry) }, strings.resume);
    const clear = h("button", { type: "button", class: "quiet", onclick: () => this.clear() }, strings.clear);
    this.element = h("section", { class: "film-list", "aria-label": strings.heading },
      h("header", {}, h("h2", {}, strings.heading), this.#count, this.#cancel, this.#resume, clear), this.#list);
    queue.addEventListener("added", (event) => this.#add(/** @type {CustomEvent} */ (event).detail), { signal });
    queue.addEventListener("change", (event) => this.#change(/** @type {CustomEvent} */ (event).detail), { signal });
    queue.addEventListener("removed", (event) => this.#takeOff(/** @type {CustomEvent} */ (event).detail), { signal });
    this.#add(queue.films);
  }

  /** Marks a film as the one that is shown. @param {Film} film */
  mark(film) {
    const before = this.#chosen;
    this.#chosen = film;
    for (const each of [before, film]) if (each) this.#change(each);
    this.#bringIntoSight(film);
  }

  /** Scrolls the list to a film, and nothing around the list. @param {Film} film */
  #bringIntoSight(film) {
    const row = this.#rows.get(film.id)?.getBoundingClientRect();
    if (!row) return;
    const list = this.#list.getBoundingClientRect();
    this.#list.scrollBy({
      left: Math.min(0, row.left - list.left) + Math.max(0, row.right - list.right),
      top: Math.min(0, row.top - list.top) + Math.max(0, row.bottom - list.bottom),
    });
  }

  /** Brings all rows up to date, some at a time. @param {number} [from] the first of these */
  refresh(from = 0) {
    const { films } = this.#queue;
    for (const film of films.slice(from, from + ROWS_PER_TASK)) this.#change(film, false);
    if (from + ROWS_PER_TASK < films.length) setTimeout(() => this.refresh(from + ROWS_PER_TASK));
    else this.#updateCounts();
  }

  /** Takes all films off; they can be put back. */
  clear() {
    const unread = this.#queue.films.filter(isUnread);
    const films = this.#queue.clear();
    this.#rows.clear();
    this.#pending = [];
    this.#chosen = null;
    fill(this.#list);
    this.#updateCounts();
    this.#onClear(films, unread);
  }

  /** Its row goes; the focus that was in it goes on to the next. @param {Film} film */
  #takeOff(film) {
    const row = this.#rows.get(film.id);
    this.#rows.delete(film.id);
    this.#pending = this.#pending.filter((each) => each !== film);
    const next = /** @type {HTMLElement | undefined} */ (row?.nextElementSibling ?? row?.previousElementSibling);
    if (row?.contains(/** @type {ShadowRoot} */ (row.getRootNode()).activeElement)) next?.querySelector("button")?.focus();
    row?.remove();
    this.#updateCounts();
  }

  /** @param {Film[]} films */
  #add(films) {
    const idle = this.#pending.length === 0;
    this.#pending.push(...films);
    if (idle) this.#makeRows();
    this.#updateCounts();
  }

  #makeRows() {
    for (const film of this.#pending.splice(0, ROWS_PER_TASK)) {
      const row = h("li");
      this.#rows.set(film.id, row);
      this.#fillRow(row, film);
      const { films } = this.#queue;
      this.#list.insertBefore(row, this.#rows.get(films[films.indexOf(film) + 1]?.id) ?? null);
    }
    if (this.#pending.length) setTimeout(() => this.#makeRows());
  }

  /** @param {Film} film @param {boolean} [counts] whether its status may be another one */
  #change(film, counts = true) {
    const row = this.#rows.get(film.id);
    if (row) this.#fillRow(row, film);
    if (counts) this.#updateCounts();
  }

  /** @param {HTMLLIElement} row @param {Film} film */
  #fillRow(row, film) {
    const root = /** @type {ShadowRoot} */ (row.getRootNode());
    const focused = row.contains(root.activeElement ?? null);
    row.className = reasonsOf(film).length ? `${film.status} doubted` : film.status;
    fill(row,
      h("button", { type: "button", class: "film", onclick: () => this.#choose(film),
        onkeydown: (/** @type {KeyboardEvent} */ { key }) => key === "Delete" && this.#remove(film), "aria-keyshortcuts": "Delete",
        "aria-current": film === this.#chosen ? "true" : null },
        pictureOf(film), h("span", { class: "film-number" }, String(film.id)), h("span", { class: "name", title: film.name }, film.name),
        h("span", { class: "status" }, iconOf(film), h("span", {}, statusOf(film)))),
      this.#actionOf(film));
    if (focused) row.querySelector("button")?.focus();
  }

  /** @param {Film} film */
  #actionOf(film) {
    if (isUnread(film)) {
      return h("button", { type: "button", class: "quiet", "aria-label": strings.cancelOne(film.name),
        onclick: () => this.#queue.cancel(film) }, icon("close"));
    }
    if (!canRetry(film)) {
      return h("button", { type: "button", class: "quiet remove", tabindex: "-1", "aria-label": strings.removeOne(film.name), title: strings.removeOne(film.name),
        onclick: () => this.#remove(film) }, icon("close"));
    }
    return h("button", { type: "button", class: "quiet", "aria-label": strings.retryOne(film.name),
      onclick: () => this.#queue.retry(film) }, icon("retry"));
  }

  #updateCounts() {
    const { films, counts } = this.#queue;
    this.element.hidden = films.length === 0;
    const rest = [counts.failed && strings.failedCount(counts.failed), counts.canceled && strings.canceledCount(counts.canceled)];
    fill(this.#count, [strings.progress(counts.done, films.length), ...rest.filter(Boolean)].join(", "));
    this.#cancel.hidden = counts.waiting + counts.reading === 0;
    this.#resume.hidden = !this.#cancel.hidden || counts.canceled < 2;
  }
}
