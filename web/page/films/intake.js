/* intake.js - where films are added: button, folder, drop, paste and examples. Their content is read by
 * the engine only. Models, tables of labels and site cards among them go elsewhere.
 * SPDX-License-Identifier: MIT */
import { fill, h, icon } from "../base/dom.js";
import { ACCEPT, DROP_CLASS, chosenFiles, droppedFiles, hasFiles, isCard, isTable, itemsOf } from "../base/files.js";
import { sortGiven } from "../../session/given-models.js";
import { text } from "../base/strings.js";

const strings = text.films;

/** @typedef {import("../base/files.js").Item} Item */
/** @typedef {{ name: string, credit: string, blob: Blob }} Example */

/** Whether an event is over a part of the page that handles drops itself. @param {Event} event */
const isElsewhere = (event) => event.composedPath().some((part) =>
  part instanceof Element && part.classList.contains(DROP_CLASS));

/** An example, small. @param {Blob} blob */
function pictureOf(blob) {
  const address = URL.createObjectURL(blob);
  const forget = () => URL.revokeObjectURL(address);
  const picture = h("img", { src: address, alt: "", onload: forget, onerror: () => {
    forget();
    picture.remove(); // a DICOM file, which browsers do not draw
  } });
  return picture;
}

export class Intake {
  #take;
  #onModels;
  #onTables;
  #onCards;
  #onClosed;
  #drops;
  #stop = new AbortController();
  #files = h("input", { type: "file", multiple: true, hidden: true, accept: ACCEPT });
  #folder = h("input", { type: "file", webkitdirectory: true, hidden: true });
  #examples = h("details", { class: "examples", open: true });
  element;

  /** @param {Example[]} examples
   * @param {(items: Item[], skipped: number) => void} onItems
   * @param {(models: import("../../session/given-models.js").GivenModel[]) => void} onModels files of models, which may
   *   lie among films
   * @param {(tables: File[], withFilms: boolean) => void} onTables tables, which may be of labels; withFilms: films came along
   * @param {(cards: File[]) => void} onCards site cards, by their names
   * @param {() => void} onClosed a folder was dropped that the browser lets nobody look into here
   * @param {Document | HTMLElement} drops where files may be dropped and pasted */
  constructor(examples, onItems, onModels, onTables, onCards, onClosed, drops) {
    this.#drops = /** @type {HTMLElement} */ (drops);
    this.#take = onItems;
    this.#onModels = onModels;
    this.#onTables = onTables;
    this.#onCards = onCards;
    this.#onClosed = onClosed;
    this.element = h("section", { class: "intake", "aria-label": strings.drop },
      icon("film"),
      h("p", { class: "drop-head" }, h("span", { class: "for-mouse" }, strings.drop), h("span", { class: "for-touch" }, strings.touch)),
      h("p", { class: "fine" }, strings.dropHint, h("span", { class: "for-mouse" }, " ", strings.pasteHint)),
      h("p", { class: "actions" },
        this.#opener("add", strings.choose, this.#files, true),
        this.#opener("folder", strings.folder, this.#folder, false)),
      this.#files, this.#folder,
      examples.length > 0 && this.#examplesOf(examples));
    this.#listen();
  }

  /** Removes the listeners from where files may be dropped. */
  dispose() {
    this.#stop.abort();
  }

  focus() {
    this.element.querySelector("button")?.focus();
  }

  /** @param {import("../base/dom.js").IconName} picture @param {string} label @param {HTMLInputElement} input
   * @param {boolean} chosen */
  #opener(picture, label, input, chosen) {
    input.addEventListener("change", () => {
      const given = chosenFiles(input);
      input.value = "";
      void this.#sort(given, chosen);
    });
    return h("button", { type: "button", class: chosen ? "primary" : null,
      title: label, onclick: () => input.click() }, icon(picture), h("span", { class: "label" }, label));
  }

  /** @param {Example[]} examples */
  #examplesOf(examples) {
    fill(this.#examples, h("summary", {}, strings.examples),
      h("ul", {}, ...examples.map(({ name, credit, blob }) => h("li", {},
        h("button", { type: "button", class: "quiet",
          onclick: () => this.#take([{ name, source: blob }], 0) }, pictureOf(blob), name),
        h("span", { class: "fine" }, credit)))));
    return this.#examples;
  }

  /** As at first: examples are what somebody without films looks for. */
  unfold() {
    this.#examples.open = true;
  }

  /** Once there are films, examples are no longer what is looked for. */
  fold() {
    this.#examples.open = false;
  }

  /* A browser opens a file that is dropped beside the drop zone and leaves this page, so the whole
   * place handles drops. */
  #listen() {
    const { signal } = this.#stop;
    const over = (/** @type {boolean} */ on) => this.element.classList.toggle("is-over", on);
    this.#drops.addEventListener("dragover", (event) => {
      if (!hasFiles(event.dataTransfer) || !this.element.isConnected) return;
      event.preventDefault();
      over(!isElsewhere(event));
    }, { signal });
    this.#drops.addEventListener("dragleave", (event) => event.relatedTarget ?? over(false), { signal });
    this.#drops.addEventListener("drop", async (event) => {
      over(false);
      if (!hasFiles(event.dataTransfer) || !this.element.isConnected) return;
      event.preventDefault();
      if (isElsewhere(event)) return;
      const { given, folders, closed } = await droppedFiles(event.dataTransfer);
      if (closed) this.#onClosed();
      if (given.length || !closed) await this.#sort(given, !folders);
    }, { signal });
    this.#drops.addEventListener("paste", (event) => this.#onPaste(event), { signal });
  }

  /** @param {import("../base/files.js").GivenFile[]} given @param {boolean} chosen on purpose, one by one */
  async #sort(given, chosen) {
    const { models, others } = await sortGiven(given);
    const tables = others.filter(isTable);
    const cards = chosen ? others.filter(isCard) : []; // a folder may hold any JSON
    const { items, skipped } = itemsOf(others.filter((each) => !tables.includes(each) && !cards.includes(each)), chosen);
    if (models.length) this.#onModels(models);
    if (items.length || !(models.length || tables.length || cards.length)) this.#take(items, skipped);
    if (cards.length) this.#onCards(cards.map(({ file }) => file));
    if (tables.length) this.#onTables(tables.map(({ file }) => file), items.length > 0);
  }

  /** @param {ClipboardEvent} event */
  #onPaste({ clipboardData }) {
    const files = [...clipboardData?.files ?? []];
    if (files.length === 0 || !this.element.isConnected) return;
    this.#take(files.map((file) => ({ name: file.name || strings.pasted, source: file })), 0);
  }
}
