/* validation.js - how good the model is on films of the list whose labels are known.
 *
 *     table of labels ── which films have a row ── all of these read, failed or canceled ── report
 *
 * The queue reads the films, as any others. A report is made when none of them waits any more, and anew when there are
 * other films, results, labels or rules.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../../base/errors.js";
import { MAX_TABLE_BYTES } from "../../evaluate/csv-reader.js";
import { readLabels } from "../../evaluate/labels.js";
import { reportOf } from "../../evaluate/report.js";
import { visible } from "../../base/visible.js";
import { canRetry } from "../films/retry.js";
import { countsOf, labeledFilms, measuredOf, nameOf } from "./scored-films.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/film-queue.js").FilmQueue} FilmQueue */
/** @typedef {import("../../evaluate/labels.js").LabelTable} LabelTable */
/** @typedef {import("../../evaluate/report.js").Report} Report */
/** @typedef {import("../../evaluate/report.js").ModelInfo} ModelInfo */
/** @typedef {import("../../statistics/thresholds.js").Rule} Rule */
/** A file of labels. @typedef {{ name: string, bytes: Uint8Array }} Labels */

const UPDATE_MS = 250;
const NO_FILMS = countsOf([]);

/** What a report rests on, to know whether there must be another. @param {Film} film */
const stateOf = ({ result, error, status }) => result ?? error ?? status;

/** Events: "change". */
export class Validation extends EventTarget {
  #queue;
  #info;
  /** @type {Labels | null} */ #labels = null;
  /** The list that the table was matched with, and what was in it then. */
  #matched = { list: /** @type {readonly Film[]} */ ([]), films: /** @type {readonly Film[]} */ ([]) };
  /** What the report rests on. @type {unknown[]} */ #measured = [];
  #stop = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Rule | null} */ #rule = null;
  /** Of the films of the list; null without labels or films. @type {LabelTable | null} */ table = null;
  /** @type {Report | null} */ report = null;
  /** Findings measured so far; null when nothing is being measured. @type {{ done: number, of: number } | null} */ measuring = null;
  /** Why there is no report. @type {unknown} */ error = null;

  /** @param {FilmQueue} queue @param {() => ModelInfo} info of the model that reads it; its facts may be others at another time */
  constructor(queue, info) {
    super();
    this.#queue = queue;
    this.#info = info;
  }

  /** Follows the list of films. @param {AbortSignal} signal ends it */
  follow(signal) {
    for (const name of ["added", "change"]) this.#queue.addEventListener(name, () => this.#later(), { signal });
  }

  get labels() {
    return this.#labels;
  }

  /** The name of the labels' file; "" without one. */
  get name() {
    return this.#labels?.name ?? "";
  }

  get rule() {
    return this.#rule;
  }

  /** Films of the list that have a row. @returns {Film[]} */
  get films() {
    return this.table ? labeledFilms(this.#matched.films, this.table) : [];
  }

  get counts() {
    return this.table ? countsOf(this.films) : NO_FILMS;
  }

  /** @param {Blob} file a table of labels @param {string} name */
  async take(file, name) {
    try {
      const bytes = new Uint8Array(await file.slice(0, MAX_TABLE_BYTES + 1).arrayBuffer());
      this.use({ name: visible(name), bytes });
    } catch (cause) {
      this.error = new EvaxError("INPUT_UNREADABLE", `${visible(name)}: ${/** @type {Error} */ (cause).message}`, { cause });
      this.#say();
    }
  }

  /** @param {Labels} labels */
  use(labels) {
    this.#labels = labels;
    this.#matched = { list: [], films: [] };
    [this.table, this.report, this.error] = [null, null, null];
    this.update();
  }

  /** Chooses thresholds otherwise. @param {Rule | null} rule null: the model's own */
  choose(rule) {
    this.#rule = rule;
    this.update();
  }

  /** Reads no more of the films that have a row. What was read is measured. */
  cancel() {
    for (const film of this.films) this.#queue.cancel(film);
  }

  /** Goes on reading, films that failed included where another try may help. */
  resume() {
    for (const film of this.films) if (canRetry(film)) this.#queue.retry(film);
  }

  /** Brings everything up to date: the list has changed. */
  update() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#match();
    if (this.table && !this.counts.pending && !this.#isMeasured()) void this.#measure(this.table);
    this.#say();
  }

  #later() {
    if (this.#labels) this.#timer ??= setTimeout(() => this.update(), UPDATE_MS);
  }

  #say() {
    this.dispatchEvent(new Event("change"));
  }

  /** Matches the table with the list, where that is another one. */
  #match() {
    const { films } = this.#queue;
    if (!this.#labels || (films === this.#matched.list && films.length === this.#matched.films.length)) return;
    this.#stop.abort();
    this.#matched = { list: films, films: [...films] };
    [this.table, this.error, this.measuring, this.#measured] = [null, null, null, []];
    try {
      if (films.length) this.table = readLabels(this.#labels.bytes, films.map(nameOf), this.#info().labels);
    } catch (error) {
      this.error = error;
    }
    if (!this.table) this.report = null;
  }

  /** @returns {unknown[]} */
  #grounds() {
    return [this.#rule, this.#info().facts, ...this.#matched.films.map(stateOf)];
  }

  #isMeasured() {
    const grounds = this.#grounds();
    return grounds.length === this.#measured.length && grounds.every((each, i) => each === this.#measured[i]);
  }

  /** @param {LabelTable} table */
  async #measure(table) {
    this.#stop.abort();
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#measured = this.#grounds();
    [this.error, this.measuring] = [null, { done: 0, of: table.known.length }];
    const options = {
      name: this.name, date: new Date().toISOString().slice(0, 10), signal, ...(this.#rule && { rules: { "*": this.#rule } }),
      onProgress: (/** @type {number} */ done, /** @type {number} */ of) => {
        this.measuring = { done, of };
        this.#say();
      },
    };
    /** @type {{ report: Report | null, error: unknown }} */
    const { report, error } = await reportOf(measuredOf(this.#matched.films, table, this.#info()), table, options)
      .then((made) => ({ report: made, error: null }), (failure) => ({ report: null, error: failure }));
    if (signal.aborted) return;
    [this.report, this.error, this.measuring] = [report, error, null];
    this.#say();
  }
}
