/* intake.js - the ways in for films: button, folder, drop, paste and examples. Files stay files:
 * only the engine reads them.
 * SPDX-License-Identifier: MIT */
import { h, icon } from "./dom.js";
import { text } from "./strings.js";

const said = text.films;

/** @typedef {{ name: string, source: Blob }} Item */
/** @typedef {{ name: string, credit: string, blob: Blob }} Example */

/* What a folder holds besides films (notes, hidden files, DICOMDIR) is no error, so it is left out
 * by name; a file that was chosen on purpose always goes to the engine, which judges by content. */
const FILM_NAME = /^[^.].*\.(png|jpe?g)$/i;
const MAX_DROPPED = 20_000;

/** @param {File[]} files @param {boolean} chosen on purpose, one by one */
function itemsOf(files, chosen) {
  const kept = chosen ? files : files.filter(({ name }) => FILM_NAME.test(name));
  return {
    items: kept.map((file) => ({ name: file.name, source: /** @type {Blob} */ (file) })),
    skipped: files.length - kept.length,
  };
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File[]>} */
const fileOf = (entry) => new Promise((resolve) =>
  entry.file((file) => resolve([file]), () => resolve([])));

/** The files below an entry of a drop. @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesBelow(entry) {
  if (entry.isFile) return fileOf(/** @type {FileSystemFileEntry} */ (entry));
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */ const files = [];
  while (files.length < MAX_DROPPED) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) break;
    for (const each of some) files.push(...await filesBelow(each));
  }
  return files;
}

/** @param {DataTransfer} transfer */
async function droppedItems(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  if (!entries.some((entry) => entry?.isDirectory)) return itemsOf([...transfer.files], true);
  /** @type {File[]} */ const files = [];
  for (const entry of entries) if (entry) files.push(...await filesBelow(entry));
  return itemsOf(files, false);
}

/** @param {DataTransfer} transfer */
const hasFiles = (transfer) => transfer.types.includes("Files");

export class Intake {
  #take;
  #stop = new AbortController();
  #files = h("input", { type: "file", multiple: true, hidden: true,
    accept: ".png,.jpg,.jpeg,image/png,image/jpeg" });
  #folder = h("input", { type: "file", webkitdirectory: true, hidden: true });
  element;

  /** @param {Example[]} examples
   * @param {(items: Item[], skipped: number) => void} onItems */
  constructor(examples, onItems) {
    this.#take = onItems;
    this.element = h("section", { class: "intake", "aria-label": said.drop },
      icon("add"), h("p", { class: "drop-head" }, said.drop), h("p", { class: "fine" }, said.dropHint),
      h("p", { class: "actions" },
        this.#opener(said.choose, this.#files, true),
        this.#opener(said.folder, this.#folder, false)),
      this.#files, this.#folder,
      examples.length > 0 && this.#examplesOf(examples));
    this.#listen();
  }

  /** No way in any more. */
  dispose() {
    this.#stop.abort();
  }

  focus() {
    this.element.querySelector("button")?.focus();
  }

  /** @param {string} label @param {HTMLInputElement} input @param {boolean} chosen */
  #opener(label, input, chosen) {
    input.addEventListener("change", () => {
      const { items, skipped } = itemsOf([...input.files ?? []], chosen);
      input.value = "";
      this.#take(items, skipped);
    });
    return h("button", { type: "button", class: chosen ? "primary" : null,
      onclick: () => input.click() }, label);
  }

  /** @param {Example[]} examples */
  #examplesOf(examples) {
    return h("div", { class: "examples" }, h("p", { class: "fine" }, said.examples),
      h("ul", {}, ...examples.map(({ name, credit, blob }) => h("li", {},
        h("button", { type: "button", class: "quiet",
          onclick: () => this.#take([{ name, source: blob }], 0) }, name),
        h("span", { class: "fine" }, credit)))));
  }

  /* A film dropped beside the zone would make the browser leave this page for it, so the whole
   * document takes drops. */
  #listen() {
    const { signal } = this.#stop;
    const over = (/** @type {boolean} */ on) => this.element.classList.toggle("is-over", on);
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      over(true);
    }, { signal });
    document.addEventListener("dragleave", (event) => event.relatedTarget ?? over(false), { signal });
    document.addEventListener("drop", async (event) => {
      over(false);
      if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      const { items, skipped } = await droppedItems(event.dataTransfer);
      this.#take(items, skipped);
    }, { signal });
    document.addEventListener("paste", (event) => this.#onPaste(event), { signal });
  }

  /** @param {ClipboardEvent} event */
  #onPaste({ clipboardData }) {
    const files = [...clipboardData?.files ?? []];
    if (files.length === 0) return;
    this.#take(files.map((file) => ({ name: file.name || said.pasted, source: file })), 0);
  }
}
