/* training-set.js - the films chosen to train a finding, each in one of two classes.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {"positive" | "negative"} Side films that show the finding, films that do not */

export class TrainingSet {
  /** @type {Map<Film, Side>} in the order of adding */ #sides = new Map();

  /** Puts a film into a class, and out of the other. @param {Film} film @param {Side} side */
  put(film, side) {
    this.#sides.set(film, side);
  }

  /** @param {Film} film */
  remove(film) {
    this.#sides.delete(film);
  }

  /** Takes all films out. @returns {() => void} puts them back */
  clear() {
    const before = [...this.#sides];
    this.#sides.clear();
    return () => before.forEach(([film, side]) => this.#sides.set(film, side));
  }

  /** All of them. */
  get all() {
    return [...this.#sides.keys()];
  }

  /** @param {Film} film */
  has(film) {
    return this.#sides.has(film);
  }

  /** The class of a film; null if it has none. @param {Film} film */
  sideOf(film) {
    return this.#sides.get(film) ?? null;
  }

  /** @param {Side} side @returns {Film[]} */
  films(side) {
    return [...this.#sides].filter(([, its]) => its === side).map(([film]) => film);
  }

  /** How many films are not read yet. */
  get unread() {
    return [...this.#sides.keys()].filter(({ status }) => status === "waiting" || status === "reading")
      .length;
  }

  /** The films of a class that have been read. @param {Side} side
   * @returns {import("../../heads/head.js").Example[]} */
  examples(side) {
    return this.films(side).flatMap(({ name, result }) =>
      (result ? [{ name, embedding: result.embedding, embeddingSpace: result.embeddingSpace }] : []));
  }
}
