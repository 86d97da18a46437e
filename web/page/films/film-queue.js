/* film-queue.js - the films of this visit, read one at a time and in order; each fails or is canceled by
 * itself.
 *
 *     waiting ── reading ── done | failed        cancel: waiting | reading ── canceled
 *        └──────────────────────┴── retry ───────────────────────────────── waiting
 *
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../../engine/analysis.js").Finding} Finding */
/** @typedef {import("../../engine/analysis.js").InputInfo} InputInfo */
/** @typedef {import("../../engine/input.js").Input} Input */
/** What is kept of an analysis for the rest of the visit: the numbers, not the pixels.
 * customFindings: those trained or opened on this visit; thumbnail: see thumbnail.js; small: web/evaluate/measure/small-copy.js.
 * @typedef {{ findings: Finding[], customFindings: Finding[], reasons: import("../../engine/analysis.js").Reason[],
 *   embedding: Float32Array, embeddingSpace: string, input: InputInfo, notice: string,
 *   thumbnail: Uint8ClampedArray, small: Float32Array,
 *   timing: { decodeMs: number, preprocessMs: number, inferMs: number } }} Result */
/** Lines in pixels of the film as it was read then, in treatment's way.
 * @typedef {{ list: readonly import("../viewer/measures.js").Measure[], treatment: Film["treatment"] }} Measures */
/** @typedef {"waiting" | "reading" | "done" | "failed" | "canceled"} Status */
/** @typedef {object} Film
 * @property {number} id 1, 2, ... in the order of adding
 * @property {string} name shown on this page; exported only when asked for
 * @property {string} [path] with the folders that it was given with, where they are known
 * @property {Input} source as given
 * @property {boolean} fromCanvas its pixels came through a canvas
 * @property {number} [frame] of a DICOM file that has several, from 1, once it is chosen
 * @property {import("./treatment.js").Treatment} [treatment] how it is read, where not as it is stored
 * @property {Measures} [measures] that a person drew on it
 * @property {Status} status
 * @property {Result | null} result
 * @property {any} error why it failed: an EvaxError, or an unexpected error
 */

/** Whether a film is read or waits. @param {Film} film */
export const isUnread = ({ status }) => status === "waiting" || status === "reading";

/** Events: "change" and "removed" with the film as detail, "added" with the new films. */
export class FilmQueue extends EventTarget {
  /** @type {Film[]} */ films = [];
  /** Reads a film. @type {(film: Film, signal: AbortSignal) => Promise<Result>} */ analyze;
  #lastId = 0;
  /** @type {{ film: Film, stop: AbortController } | null} */ #current = null;

  /** @param {(film: Film, signal: AbortSignal) => Promise<Result>} analyze */
  constructor(analyze) {
    super();
    this.analyze = analyze;
  }

  /** Adds films and starts reading them.
   * @param {{ name: string, path?: string, source: Input, fromCanvas?: boolean, frame?: number, treatment?: Film["treatment"],
   *   measures?: Measures }[]} items
   * @returns {Film[]} */
  add(items) {
    const films = items.map(({ name, path, source, fromCanvas = false, frame, treatment, measures }) => (
      /** @type {Film} */ ({
        id: ++this.#lastId, name, path, source, fromCanvas, frame, treatment, measures, status: "waiting", result: null, error: null,
      })));
    this.films.push(...films);
    this.dispatchEvent(new CustomEvent("added", { detail: films }));
    this.#next();
    return films;
  }

  /** @param {Film} film that is waiting or being read; others stay as they are */
  cancel(film) {
    if (this.#current?.film === film) this.#current.stop.abort();
    else if (film.status === "waiting") this.#set(film, "canceled");
  }

  cancelAll() {
    for (const film of this.films) this.cancel(film);
  }

  /** Reads a film that failed or was canceled once more. @param {Film} film */
  retry(film) {
    if (film.status !== "failed" && film.status !== "canceled") return;
    film.error = null;
    this.#set(film, "waiting");
    this.#next();
  }

  /** Reads all films again that were canceled or have failed, where that can help. @param {(film: Film) => boolean} canHelp */
  retryAll(canHelp) {
    for (const film of this.films) if (canHelp(film)) this.retry(film);
  }

  /** Reads a film once more, in another way. @param {Film} film @param {Film["treatment"]} treatment */
  treat(film, treatment) {
    this.cancel(film);
    Object.assign(film, { treatment, result: null, error: null });
    this.#set(film, "waiting");
    this.#next();
  }

  /** Removes all films, which it returns; those that are not read are canceled. */
  clear() {
    const { films } = this;
    this.cancelAll();
    this.films = [];
    return films;
  }

  /** Takes one film off; if it is not read yet, it is canceled. @param {Film} film @returns {number} where it stood, from 0 */
  remove(film) {
    const at = this.films.indexOf(film);
    if (at < 0) return 0;
    this.films.splice(at, 1);
    this.cancel(film);
    this.dispatchEvent(new CustomEvent("removed", { detail: film }));
    return at;
  }

  /** Puts back films that were removed. @param {Film[]} films @param {number} [at=0] where the first one stands */
  restore(films, at = 0) {
    this.films.splice(at, 0, ...films);
    this.dispatchEvent(new CustomEvent("added", { detail: films }));
  }

  /** Whether a film is read or waits. */
  get isBusy() {
    return this.#current !== null || this.counts.waiting > 0;
  }

  /** How many films have each status. @returns {Record<Status, number>} */
  get counts() {
    const counts = { waiting: 0, reading: 0, done: 0, failed: 0, canceled: 0 };
    for (const { status } of this.films) counts[status] += 1;
    return counts;
  }

  async #next() {
    if (this.#current) return;
    const film = this.films.find(({ status }) => status === "waiting");
    if (!film) return;
    const stop = new AbortController();
    this.#current = { film, stop };
    this.#set(film, "reading");
    await this.#read(film, stop.signal);
    this.#current = null;
    this.#next();
  }

  /** @param {Film} film @param {AbortSignal} signal */
  async #read(film, signal) {
    try {
      film.result = await this.analyze(film, signal);
      this.#set(film, "done");
    } catch (error) {
      film.error = signal.aborted ? null : error;
      this.#set(film, signal.aborted ? "canceled" : "failed");
    }
  }

  /** @param {Film} film @param {Status} status */
  #set(film, status) {
    film.status = status;
    this.dispatchEvent(new CustomEvent("change", { detail: film }));
  }
}
