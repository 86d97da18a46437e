/* row-window.js - the rows of a long table that are on the screen: however many there are, some dozens are elements.
 *
 *     space as high as the rows before ── rows on the screen, and some around ── space as high as the rows behind
 *
 * All rows must have one height. A row stays the same element as long as it is near the screen, so that it keeps the
 * focus; arrow keys move that from row to row, also to one that is no element yet.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";

/* Rows around those on the screen, for quick scrolling. */
const AROUND = 8;
const GUESS_PIXELS = 52;

/** @template T an item */
export class RowWindow {
  #scroller;
  #body;
  #make;
  #height = GUESS_PIXELS;
  /** @type {readonly T[]} */ #items = [];
  /** Rows that are elements. @type {Map<T, HTMLTableRowElement>} */ #rows = new Map();
  #before = h("tr", { class: "space", "aria-hidden": "true" }, h("td", {}));
  #behind = h("tr", { class: "space", "aria-hidden": "true" }, h("td", {}));
  /** As high as the whole table: WebKit lays rows that are new out in a second step, and scrolls back to where the table ends
   * in the first. */
  #ground = h("div", { class: "ground", "aria-hidden": "true" });
  #asked = 0;

  /** @param {HTMLElement} scroller what scrolls @param {HTMLTableSectionElement} body of the table in it
   * @param {(item: T) => HTMLTableRowElement} make the row of an item, with one button */
  constructor(scroller, body, make) {
    this.#scroller = scroller;
    this.#body = body;
    this.#make = make;
    body.append(this.#before, this.#behind);
    scroller.append(this.#ground);
    scroller.addEventListener("scroll", () => this.#ask(), { passive: true });
    new ResizeObserver(() => this.#ask()).observe(scroller);
    body.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Shows other items, or the same in another order. @param {readonly T[]} items
   * @param {(item: T) => boolean} changed whether an item's row must be made anew */
  show(items, changed) {
    this.#items = items;
    const focused = this.#focused();
    for (const [item, row] of this.#rows) {
      if (!changed(item)) continue;
      row.remove();
      this.#rows.delete(item);
    }
    this.#draw();
    if (focused !== undefined) this.#rows.get(focused)?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** The item whose row has the focus. */
  #focused() {
    const root = /** @type {ShadowRoot | Document} */ (this.#body.getRootNode());
    return [...this.#rows].find(([, row]) => row.contains(root.activeElement))?.[0];
  }

  /** Once a frame at most. */
  #ask() {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.#draw();
    });
  }

  #draw() {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.min(Math.floor(scrollTop / this.#height) - AROUND, this.#items.length));
    const end = Math.min(this.#items.length, Math.ceil((scrollTop + clientHeight) / this.#height) + AROUND);
    this.#ground.style.blockSize = `${this.#body.offsetTop + this.#items.length * this.#height}px`;
    this.#place(this.#items.slice(first, end), first);
    this.#before.style.blockSize = `${first * this.#height}px`;
    this.#behind.style.blockSize = `${(this.#items.length - Math.max(end, first)) * this.#height}px`;
    this.#measure();
  }

  /** The height of a row follows the font, which the person may change. */
  #measure() {
    const [row] = this.#rows.values();
    const { height = 0 } = row?.getBoundingClientRect() ?? {};
    if (height < 1 || Math.abs(height - this.#height) < 0.1) return;
    this.#height = height;
    this.#ask();
  }

  /** @param {readonly T[]} items that are elements from now on @param {number} first the place of the first one */
  #place(items, first) {
    const wanted = new Set(items);
    for (const [item, row] of this.#rows) {
      if (wanted.has(item)) continue;
      row.remove();
      this.#rows.delete(item);
    }
    let at = /** @type {Element} */ (this.#before.nextElementSibling);
    items.forEach((item, i) => {
      const row = this.#rows.get(item) ?? this.#make(item);
      this.#rows.set(item, row);
      row.setAttribute("aria-rowindex", String(first + i + 2)); // the head is the first row
      if (row === at) at = /** @type {Element} */ (at.nextElementSibling);
      else this.#body.insertBefore(row, at);
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#height) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
    const focused = this.#focused();
    if (!by || focused === undefined) return;
    event.preventDefault();
    this.#focus(Math.min(Math.max(this.#items.indexOf(focused) + by, 0), this.#items.length - 1));
  }

  /** @param {number} at */
  #focus(at) {
    const { clientHeight, scrollTop } = this.#scroller;
    const [top, bottom] = [at * this.#height, (at + 2) * this.#height]; // and the head, which covers a row
    if (top < scrollTop) this.#scroller.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.#scroller.scrollTop = bottom - clientHeight;
    this.#draw();
    this.#rows.get(this.#items[at])?.querySelector("button")?.focus({ preventScroll: true });
  }
}
