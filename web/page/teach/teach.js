/* teach.js - a new finding from a handful of films: two classes, what was learned, and what it is worth.
 *
 *     films ── class ── read by the queue like any other ── taught.learn ── in every film's findings
 *
 * Everything happens in this page, after the seal: films, embeddings and heads stay in memory.
 * SPDX-License-Identifier: MIT */
import { ClassBox } from "./class-box.js";
import { fill, h } from "../base/dom.js";
import { headReport } from "./head-report.js";
import { Lesson } from "./training-set.js";
import { problemView } from "../base/problem.js";
import { save } from "../base/download.js";
import { text } from "../base/strings.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("./training-set.js").Side} Side */
/** @typedef {import("../../heads/head-file.js").Head} Head */

const said = text.teach;
const SIDES = /** @type {const} */ (["positive", "negative"]);

/** @param {string} name of a finding @returns {string} of its file */
const fileName = (name) => `${name.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "finding"}.head.json`;

export class Teach {
  #needs;
  #lesson = new Lesson();
  /** @type {Film | null} */ #shown = null;
  /** @type {AbortController | null} */ #learning = null;
  #name = h("input", { type: "text", maxlength: 80, autocomplete: "off" });
  #boxes;
  #learn = h("button", { type: "button", class: "primary", onclick: () => this.#start() }, said.learn);
  #cancel = h("button", { type: "button", hidden: true, onclick: () => this.#learning?.abort() },
    text.cancel);
  #status = h("p", { class: "fine" });
  #problem = h("div");
  #heads = h("ul", { class: "heads" });
  element;

  /**
   * @param {object} needs
   * @param {import("./custom-findings.js").Taught} needs.taught
   * @param {(found: import("../base/files.js").Found) => Film[]} needs.onItems reads films
   * @param {(said: string) => void} needs.announce
   */
  constructor(needs) {
    this.#needs = needs;
    this.#boxes = Object.fromEntries(SIDES.map((side) => [side, this.#boxOf(side)]));
    this.#name.addEventListener("input", () => this.#refresh());
    needs.taught.addEventListener("change", () => this.#showHeads());
    this.element = h("details", { class: "teach" },
      h("summary", {}, h("h2", {}, said.heading)),
      h("p", { class: "lead" }, said.purpose),
      h("label", { class: "lesson-name" }, h("span", {}, said.name), this.#name),
      h("div", { class: "lesson" }, ...SIDES.map((side) => this.#boxes[side].element)),
      h("p", { class: "actions" }, this.#learn, this.#cancel, this.#opener()),
      this.#status, this.#problem, this.#heads);
    this.#refresh();
  }

  /** The film that is shown, which may go into a class. @param {Film | null} film */
  show(film) {
    this.#shown = film;
    this.#refresh();
  }

  /** A film of the queue has changed. @param {Film} film */
  changed(film) {
    if (this.#lesson.has(film) || film === this.#shown) this.#refresh();
  }

  /** The list of films was cleared: what was taught stays. */
  cleared() {
    this.#lesson.clear();
    this.show(null);
  }

  /** @param {Side} side */
  #boxOf(side) {
    return new ClassBox(said.sides[side], {
      onItems: (found) => this.#put(this.#needs.onItems(found), side),
      onShown: () => this.#put(this.#shown ? [this.#shown] : [], side),
      onRemove: (film) => {
        this.#lesson.remove(film);
        this.#refresh();
        this.#learn.focus();
      },
    });
  }

  /** @param {Film[]} films @param {Side} side */
  #put(films, side) {
    for (const film of films) this.#lesson.put(film, side);
    this.#refresh();
  }

  #opener() {
    const file = h("input", { type: "file", accept: ".json,application/json", hidden: true });
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      file.value = "";
      if (chosen) void this.#try(() => this.#needs.taught.open(chosen), said.opened);
    });
    return h("span", {}, h("button", { type: "button", onclick: () => file.click() }, said.open), file);
  }

  #refresh() {
    const { unread } = this.#lesson;
    for (const side of SIDES) {
      const films = this.#lesson.films(side);
      const canAdd = this.#shown !== null && !films.includes(this.#shown);
      this.#boxes[side].show(films, canAdd);
    }
    const ready = SIDES.every((side) => this.#lesson.examples(side).length > 0);
    const named = this.#name.value.trim() !== "";
    this.#learn.disabled = this.#learning !== null || unread > 0 || !ready || !named;
    this.#cancel.hidden = this.#learning === null;
    if (this.#learning) return fill(this.#status, said.learning);
    fill(this.#status, unread > 0 ? said.reading(unread) : ready && named ? "" : said.missing);
  }

  async #start() {
    this.#learning = new AbortController();
    this.#refresh();
    await this.#try(() => this.#needs.taught.learn({
      name: this.#name.value.trim(),
      positive: this.#lesson.examples("positive"),
      negative: this.#lesson.examples("negative"),
      signal: this.#learning?.signal,
    }), said.learned);
    this.#learning = null;
    this.#refresh();
  }

  /** @param {() => Promise<Head>} work @param {(name: string) => string} done what to say then */
  async #try(work, done) {
    fill(this.#problem);
    try {
      const { name } = await work();
      this.#needs.announce(done(name));
    } catch (error) {
      if (/** @type {any} */ (error).name === "AbortError") return this.#needs.announce(said.cancelled);
      fill(this.#problem, problemView(error, {}, said.failed));
      this.#needs.announce(/** @type {Error} */ (error).message);
    }
  }

  #showHeads() {
    const { taught } = this.#needs;
    fill(this.#heads, ...taught.list.map((head) => headReport(head, {
      onSave: async () => save(await taught.fileOf(head), fileName(head.name)),
      onForget: () => {
        taught.forget(head);
        this.#name.focus();
      },
    })));
  }
}
