/* class-box.js - one of the two classes of a training set: its films, and controls to add and remove films.
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { ACCEPT, DROP_CLASS, chosenFiles, droppedItems, hasFiles, itemsOf } from "../base/files.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */

const strings = text.training;

/* Beyond this many rows only their number is shown. */
const MAX_ROWS = 40;

export class ClassBox {
  #onRemove;
  #list = h("ul", { class: "training-films" });
  #more = h("p", { class: "fine", hidden: true });
  #count = h("span", { class: "fine" });
  #shown;
  #pick;
  element;

  /**
   * @param {string} heading
   * @param {object} actions
   * @param {(found: import("../base/files.js").Found) => void} actions.onItems files for this class
   * @param {() => void} actions.onPick chooses among the films of the list
   * @param {() => void} actions.onShown adds the film that is shown to this class
   * @param {(film: Film) => void} actions.onRemove
   */
  constructor(heading, { onItems, onPick, onShown, onRemove }) {
    this.#onRemove = onRemove;
    this.#shown = h("button", { type: "button", onclick: onShown }, strings.addShown);
    this.#pick = h("button", { type: "button", onclick: onPick }, strings.addListed);
    const files = h("input", { type: "file", multiple: true, hidden: true, accept: ACCEPT });
    files.addEventListener("change", () => {
      const found = itemsOf(chosenFiles(files), true);
      files.value = "";
      onItems(found);
    });
    this.element = h("div", { class: `training-class ${DROP_CLASS}`, role: "group", "aria-label": heading },
      h("header", {}, h("h3", {}, heading), this.#count),
      h("p", { class: "actions" }, this.#shown, this.#pick,
        h("button", { type: "button", onclick: () => files.click() }, strings.choose), files),
      h("p", { class: "fine" }, strings.drop), this.#list, this.#more);
    this.#listen(onItems);
  }

  /** @param {Film[]} films of this class @param {boolean} canAdd whether the film that is shown could be added
   * @param {boolean} canPick whether the list has other films */
  show(films, canAdd, canPick) {
    this.#shown.disabled = !canAdd;
    this.#pick.disabled = !canPick;
    fill(this.#count, strings.count(films.length));
    fill(this.#list, ...films.slice(0, MAX_ROWS).map((film) => this.#rowOf(film)));
    fill(this.#more, strings.more(films.length - MAX_ROWS));
    this.#more.hidden = films.length <= MAX_ROWS;
  }

  /** @param {Film} film */
  #rowOf(film) {
    const state = film.status === "done" ? null : text.films.status[film.status];
    return h("li", { class: film.status }, h("span", { class: "name" }, film.name),
      h("span", { class: "fine" }, state),
      h("button", { type: "button", class: "quiet", "aria-label": strings.removeOne(film.name),
        onclick: () => this.#onRemove(film) }, icon("close")));
  }

  /** @param {(found: import("../base/files.js").Found) => void} onItems */
  #listen(onItems) {
    const over = (/** @type {boolean} */ on) => this.element.classList.toggle("is-over", on);
    this.element.addEventListener("dragover", (event) => over(hasFiles(event.dataTransfer)));
    this.element.addEventListener("dragleave", () => over(false));
    this.element.addEventListener("drop", async ({ dataTransfer }) => {
      over(false);
      if (hasFiles(dataTransfer)) onItems(await droppedItems(dataTransfer));
    });
  }
}
