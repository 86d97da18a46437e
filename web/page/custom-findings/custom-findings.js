/* custom-findings.js - the findings that were trained or opened on this visit, and their scores for a film.
 * SPDX-License-Identifier: MIT */
import { Heads } from "../../heads/head.js";
import { EvaxError } from "../../base/errors.js";
import { MAX_HEAD_BYTES } from "../../heads/head-file.js";

/** @typedef {import("../../heads/head-file.js").Head} Head */
/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../films/film-queue.js").Film} Film */

/** Fires "change" when the list of heads changes. */
export class CustomFindings extends EventTarget {
  #heads;
  /** The films of each head that was trained here. @type {WeakMap<Head, Set<Film>>} */ #learned = new WeakMap();
  /** In the order of adding. @type {Head[]} */ list = [];

  /** @param {import("../../heads/head.js").Model} model */
  constructor(model) {
    super();
    this.#heads = new Heads(model);
  }

  /** Trains a finding and adds it to the list. Rejects as Heads.fit.
   * @param {import("../../heads/head.js").FitOptions} options @param {readonly Film[]} films that it is trained on */
  async train(options, films) {
    const head = await this.#heads.fit(options);
    this.#learned.set(head, new Set(films));
    return this.#add(head);
  }

  /** Names of the findings that were trained on a film: its scores for them say little. @param {Film} film */
  learnedFrom(film) {
    return new Set(this.list.filter((head) => this.#learned.get(head)?.has(film)).map(({ name }) => name));
  }

  /** Reads a head's file and adds it to the list. Rejects as Heads.read. @param {Blob} file */
  async open(file) {
    if (file.size > MAX_HEAD_BYTES) throw new EvaxError("HEAD_INVALID", `${file.size} bytes`);
    return this.#add(await this.#heads.read(await file.text()));
  }

  /** @param {Head} head @returns {Promise<Blob>} the head's file */
  async fileOf(head) {
    return new Blob([await this.#heads.write(head)], { type: "application/json" });
  }

  /** @param {Head} head */
  forget(head) {
    this.list = this.list.filter((other) => other !== head);
    this.dispatchEvent(new Event("change"));
  }

  /** The finding of every head for a film, including heads that are added while it runs.
   * @param {import("../../heads/head.js").Example} film @returns {Promise<Finding[]>} */
  async findingsOf(film) {
    const { list } = this;
    const found = await Promise.all(list.map((head) => this.#heads.apply(head, film)));
    return list === this.list ? found : this.findingsOf(film);
  }

  /** Names are unique: a head replaces the earlier one of its name. @param {Head} head */
  #add(head) {
    this.list = [...this.list.filter(({ name }) => name !== head.name), head];
    this.dispatchEvent(new Event("change"));
    return head;
  }
}
