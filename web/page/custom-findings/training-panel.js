/* training-panel.js - the panel in which a custom finding is trained: its name, the two classes of films, and
 * for each finding that was trained or opened its figures.
 *
 *     films ── class ── read by the queue like any other ── customFindings.train ── scores of every film
 *
 * Everything happens in this page, after the seal: films, embeddings and heads stay in memory.
 * SPDX-License-Identifier: MIT */
import { ClassBox } from "./class-box.js";
import { fill, h } from "../base/dom.js";
import { pickFilms } from "./film-picker.js";
import { headReport } from "./head-report.js";
import { TrainingSet } from "./training-set.js";
import { problemView, wordsOf } from "../base/problem.js";
import { download } from "../base/download.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("./training-set.js").Side} Side */
/** @typedef {import("../../heads/head-file.js").Head} Head */

const strings = text.training;
const SIDES = /** @type {const} */ (["positive", "negative"]);

/** @param {string} name of a finding @returns {string} of its file */
const fileName = (name) => `${name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "finding"}.head.json`;

export class TrainingPanel {
  #needs;
  /** @type {TrainingSet} */ #set;
  /** @type {Film | null} */ #shown = null;
  /** @type {AbortController | null} */ #running = null;
  #name = h("input", { type: "text", maxlength: 80, autocomplete: "off" });
  #boxes;
  #train = h("button", { type: "button", class: "primary", onclick: () => this.#start() }, strings.train);
  #cancel = h("button", { type: "button", hidden: true, onclick: () => this.#running?.abort() },
    text.cancel);
  #status = h("p", { class: "fine" });
  #problem = h("div");
  #heads = h("ul", { class: "heads" });
  element;

  /**
   * @param {object} needs
   * @param {import("./custom-findings.js").CustomFindings} needs.customFindings
   * @param {(file: string) => void} needs.onSaved a finding was saved as a file
   * @param {() => Film[]} needs.films of the list
   * @param {(found: import("../base/files.js").Found) => Film[]} needs.onItems reads films
   * @param {(message: string) => void} needs.announce
   * @param {TrainingPanel | null} before whose films, name and findings it goes on with
   */
  constructor(needs, before) {
    this.#needs = needs;
    this.#set = before ? before.#set : new TrainingSet();
    this.#name.value = before ? before.#name.value : "";
    this.#boxes = Object.fromEntries(SIDES.map((side) => [side, this.#boxOf(side)]));
    this.#name.addEventListener("input", () => this.#refresh());
    needs.customFindings.addEventListener("change", () => this.#showHeads());
    this.#showHeads();
    this.element = h("section", { class: "training", "aria-label": strings.heading },
      h("h2", {}, strings.heading),
      h("p", { class: "fine" }, strings.purpose),
      h("label", { class: "training-name" }, h("span", {}, strings.name), this.#name),
      h("div", { class: "training-set" }, ...SIDES.map((side) => this.#boxes[side].element)),
      h("p", { class: "actions" }, this.#train, this.#cancel, this.#opener()),
      this.#status, this.#problem, this.#heads);
    this.#refresh();
  }

  focus() {
    this.#name.focus();
  }

  /** The film that is shown, which may go into a class. @param {Film | null} film */
  show(film) {
    this.#shown = film;
    this.#refresh();
  }

  /** A film of the queue has changed. @param {Film} film */
  changed(film) {
    if (this.#set.has(film) || film === this.#shown) this.#refresh();
  }

  /** The class that a film was put into, if any. @param {Film} film */
  sideOf(film) {
    return this.#set.sideOf(film);
  }

  /** A film was taken off the list. @param {Film} film @returns {() => void} puts it back */
  removed(film) {
    const side = this.#set.sideOf(film);
    this.#set.remove(film);
    this.#refresh();
    return () => side && this.#put([film], side);
  }

  /** The list of films was cleared. Trained findings stay. @returns {() => void} puts the films back */
  cleared() {
    const undo = this.#set.clear();
    this.show(null);
    return () => {
      undo();
      this.#refresh();
    };
  }

  /** @param {Side} side */
  #boxOf(side) {
    return new ClassBox(strings.sides[side], {
      onItems: (found) => this.#put(this.#needs.onItems(found), side),
      onPick: () => pickFilms(/** @type {ShadowRoot} */ (this.element.getRootNode()), strings.sides[side],
        this.#needs.films().filter((film) => !this.#set.has(film)), (films) => this.#put(films, side)),
      onShown: () => this.#put(this.#shown ? [this.#shown] : [], side),
      onRemove: (film) => {
        this.#set.remove(film);
        this.#refresh();
        this.#train.focus();
      },
    });
  }

  /** @param {Film[]} films @param {Side} side */
  #put(films, side) {
    for (const film of films) this.#set.put(film, side);
    this.#refresh();
  }

  #opener() {
    const file = h("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      file.value = "";
      if (chosen) void this.#try(() => this.#needs.customFindings.open(chosen), strings.opened);
    });
    return h("span", {}, h("button", { type: "button", onclick: () => file.click() }, strings.open), file);
  }

  #refresh() {
    const { unread } = this.#set;
    for (const side of SIDES) {
      const films = this.#set.films(side);
      const canAdd = this.#shown !== null && !films.includes(this.#shown);
      this.#boxes[side].show(films, canAdd, this.#needs.films().some((film) => !this.#set.has(film)));
    }
    const ready = SIDES.every((side) => this.#set.examples(side).length > 0);
    const named = this.#name.value.trim() !== "";
    this.#train.disabled = this.#running !== null || unread > 0 || !ready || !named;
    this.#cancel.hidden = this.#running === null;
    if (this.#running) return fill(this.#status, strings.running);
    fill(this.#status, unread > 0 ? strings.reading(unread) : ready && named ? "" : strings.missing);
  }

  async #start() {
    this.#running = new AbortController();
    this.#refresh();
    await this.#try(() => this.#needs.customFindings.train({
      name: this.#name.value.trim(),
      positive: this.#set.examples("positive"),
      negative: this.#set.examples("negative"),
      signal: this.#running?.signal,
    }, this.#set.all), strings.trained);
    this.#running = null;
    this.#refresh();
  }

  /** @param {() => Promise<Head>} work @param {(name: string) => string} done what to say then */
  async #try(work, done) {
    fill(this.#problem);
    try {
      const { name } = await work();
      this.#needs.announce(done(name));
    } catch (error) {
      if (/** @type {any} */ (error).name === "AbortError") return this.#needs.announce(strings.canceled);
      fill(this.#problem, problemView(error, {}, strings.failed));
      this.#needs.announce(wordsOf(error).what);
    }
  }

  #showHeads() {
    const { customFindings } = this.#needs;
    fill(this.#heads, ...customFindings.list.map((head) => headReport(head, {
      onSave: async () => {
        download(await customFindings.fileOf(head), fileName(head.name));
        this.#needs.onSaved(fileName(head.name));
      },
      onForget: () => {
        customFindings.forget(head);
        this.#name.focus();
      },
    })));
  }
}
