/* similar.js - which films of this visit resemble the one that is shown, by their embeddings.
 * SPDX-License-Identifier: MIT */
import { nearest } from "../../heads/nearest.js";
import { signed } from "../base/format.js";
import { fill, h } from "../base/dom.js";
import { text } from "../base/strings.js";
import { thumbnailView } from "../films/thumbnail.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/film-queue.js").Result} Result */

const strings = text.similar;
const MOST = 6;

/** @param {Film[]} films @returns {{ film: Film, embedding: Float32Array }[]} those that were read */
const readOf = (films) => films.flatMap((film) =>
  (film.result ? [{ film, embedding: film.result.embedding }] : []));

export class Similar {
  #onChoose;
  #list = h("ol", { class: "similar-films" });
  element = h("section", { class: "similar", "aria-label": strings.heading, hidden: true },
    h("h2", {}, strings.heading), h("p", { class: "fine" }, strings.note), this.#list);

  /** @param {(film: Film) => void} onChoose */
  constructor(onChoose) {
    this.#onChoose = onChoose;
  }

  /** @param {Film | null} shown @param {Film[]} films of the visit */
  show(shown, films) {
    const others = readOf(films.filter((film) => film !== shown));
    this.element.hidden = !shown?.result || others.length === 0;
    if (!shown?.result) return;
    const found = nearest(shown.result.embedding, others, MOST);
    fill(this.#list, ...found.map(({ film: { film }, similarity }) => this.#itemOf(film, similarity)));
  }

  /** @param {Film} film @param {number} similarity */
  #itemOf(film, similarity) {
    const { thumbnail } = /** @type {Result} */ (film.result);
    return h("li", {}, h("button", { type: "button", class: "quiet", onclick: () => this.#onChoose(film) },
      thumbnailView(thumbnail), h("span", { class: "name" }, film.name),
      h("span", { class: "fine" }, strings.similarity(signed(similarity)))));
  }
}
