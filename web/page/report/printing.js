/* printing.js - what goes to the printer: a preview with what is to be on it, and whatever film is on the screen when a person
 * prints by the browser's own way.
 *
 * The sheets lie in an area of their own, which is all that is printed.
 * SPDX-License-Identifier: MIT */
import { fill, h } from "../base/dom.js";
import { openDialog } from "../base/dialogs.js";
import { sheetOf } from "./report.js";
import { firstOrder, inOrder } from "../results/finding-order.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../../engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {object} PrintingNeeds
 * @property {() => import("../export/record.js").Origin} origin
 * @property {() => Film | null} shown
 * @property {() => Film[]} films
 * @property {(film: Film) => Views | null} cached
 * @property {(film: Film) => Promise<Views>} decode
 * @property {(analysis: Views["analysis"], label: string) => Promise<AttentionMap>} explain
 */

const strings = text.report;

export class Printing {
  #needs;
  /** Counts previews: an earlier one is given up. */
  #making = 0;
  /** All that is printed; it lies in the page, unseen. */
  element = h("div", { class: "print-area" });

  /** @param {PrintingNeeds} needs @param {AbortSignal} signal ends it */
  constructor(needs, signal) {
    this.#needs = needs;
    addEventListener("beforeprint", () => this.#printShown(), { signal });
    addEventListener("afterprint", () => fill(this.element), { signal });
  }

  /** The film on the screen, unless a preview has brought something else. */
  #printShown() {
    const { shown, cached, origin } = this.#needs;
    const film = shown();
    const views = film?.result ? cached(film) : null;
    if (!film || !views || this.element.childElementCount > 0) return;
    fill(this.element, sheetOf({ film, views, maps: [], names: false }, origin(), new Date()));
  }

  /** Shows what would be printed, and lets the person choose. @param {ShadowRoot} root */
  preview(root) {
    const all = h("select", { "aria-label": text.films.heading }, h("option", { value: "" }, strings.thisFilm), h("option", { value: "all" }, strings.allFilms(this.#read.length)));
    const [maps, names] = [h("input", { type: "checkbox" }), h("input", { type: "checkbox" })];
    const print = h("button", { type: "button", class: "primary", disabled: true }, strings.print);
    const [state, paper] = [h("p", { class: "fine", role: "status" }), h("div", { class: "paper", tabindex: "0", role: "region", "aria-label": strings.preview })];
    const make = async () => {
      print.disabled = true;
      const done = await this.#fill(paper, { all: all.value === "all", maps: maps.checked, names: names.checked }, (line) => fill(state, line));
      print.disabled = !done;
    };
    for (const input of [all, maps, names]) input.addEventListener("change", () => void make());
    print.addEventListener("click", () => {
      fill(this.element, ...[...paper.children].map(copyOf));
      print.ownerDocument.defaultView?.print();
    });
    openDialog(root, strings.heading, [
      h("p", { class: "actions" }, h("label", { class: "check" }, all), h("label", { class: "check" }, maps, strings.maps),
        h("label", { class: "check" }, names, text.exports.names), print), state, paper]);
    void make();
  }

  get #read() {
    return this.#needs.films().filter(({ result }) => result);
  }

  /** @param {HTMLElement} paper @param {{ all: boolean, maps: boolean, names: boolean }} choice
   * @param {(line: string) => void} tell @returns {Promise<boolean>} whether it was made to the end */
  async #fill(paper, { all, maps, names }, tell) {
    const mine = ++this.#making;
    const shown = this.#needs.shown();
    const films = all ? this.#read : shown?.result ? [shown] : [];
    fill(paper);
    for (const [i, film] of films.entries()) {
      tell(strings.preparing(i + 1, films.length));
      const views = this.#needs.cached(film) ?? await this.#needs.decode(film);
      const drawn = maps ? await this.#mapsOf(film, views) : [];
      if (mine !== this.#making || !paper.isConnected) return false;
      paper.append(sheetOf({ film, views, maps: drawn, names }, this.#needs.origin(), new Date()));
    }
    tell(films.length ? "" : strings.nothing);
    return films.length > 0;
  }

  /** @param {Film} film @param {Views} views */
  async #mapsOf({ result }, views) {
    const maps = [];
    const findings = result?.findings ?? [];
    for (const { label, above } of inOrder(findings, firstOrder(findings))) if (above) maps.push(await this.#needs.explain(views.analysis, label));
    return maps;
  }
}

/** A copy with what is drawn on its canvases. @param {Element} sheet */
function copyOf(sheet) {
  const copy = /** @type {Element} */ (sheet.cloneNode(true));
  const from = sheet.querySelectorAll("canvas");
  copy.querySelectorAll("canvas").forEach((canvas, i) => canvas.getContext("2d")?.drawImage(from[i], 0, 0));
  return copy;
}
