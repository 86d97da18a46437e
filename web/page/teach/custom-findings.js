/* custom-findings.js - the findings that were taught or opened on this visit, and what they say of a film.
 * SPDX-License-Identifier: MIT */
import { Heads } from "../../heads/head.js";
import { EvaxError } from "../../base/errors.js";
import { MAX_HEAD_BYTES } from "../../heads/head-file.js";

/** @typedef {import("../../heads/head-file.js").Head} Head */
/** @typedef {import("../../engine/analysis.js").Finding} Finding */

/** Event: "change", when there is another list of heads. */
export class Taught extends EventTarget {
  #heads;
  /** In the order of coming. @type {Head[]} */ list = [];

  /** @param {import("../../heads/head.js").Model} model */
  constructor(model) {
    super();
    this.#heads = new Heads(model);
  }

  /** Learns a finding, which then is in the list. Errors as Heads.fit.
   * @param {import("../../heads/head.js").Lesson} lesson */
  async learn(lesson) {
    return this.#add(await this.#heads.fit(lesson));
  }

  /** Reads a head's file. Errors as Heads.read. @param {Blob} file */
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

  /** What every head says of a film; also of those that come meanwhile.
   * @param {import("../../heads/head.js").Example} film @returns {Promise<Finding[]>} */
  async findingsOf(film) {
    const { list } = this;
    const found = await Promise.all(list.map((head) => this.#heads.apply(head, film)));
    return list === this.list ? found : this.findingsOf(film);
  }

  /** One head a name: the newer takes the older one's place. @param {Head} head */
  #add(head) {
    this.list = [...this.list.filter(({ name }) => name !== head.name), head];
    this.dispatchEvent(new Event("change"));
    return head;
  }
}
