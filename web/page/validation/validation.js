/* validation.js - how good the model is on films of the list whose labels are known.
 *
 *     table of labels ── which films have a row ── all of these read, failed or canceled ── report
 *
 * The queue reads the films, as any others. A report is made when none of them waits any more, and anew when there are
 * other films, results, labels or wishes. Table and statistics are the evaluator's, in a worker.
 * SPDX-License-Identifier: MIT */
import { visible } from "../../base/visible.js";
import { canRetry } from "../films/retry.js";
import { countsOf, labeledFilms, measuredOf, nameOf, scoredOf } from "./scored-films.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/film-queue.js").FilmQueue} FilmQueue */
/** @typedef {import("../../evaluate/evaluator.js").Evaluator} Evaluator */
/** @typedef {import("../../evaluate/labels/labels.js").LabelOptions} LabelOptions */
/** @typedef {import("../../evaluate/labels/labels.js").LabelTable} LabelTable */
/** @typedef {import("../../evaluate/report/report.js").Measured} Measured */
/** @typedef {import("../../evaluate/report/report.js").MeasureOptions} MeasureOptions */
/** @typedef {import("../../evaluate/report/report.js").Report} Report */
/** @typedef {import("../../evaluate/report/report.js").ModelInfo} ModelInfo */
/** A file of labels. id: of the table among all that were given; heading: what its columns are called, once it is read
 * @typedef {{ id: number, name: string, file: Blob, heading: string[] }} Labels */
/** How the table is read, and what is measured: as evaluate() has it. against: id of what it is compared with, "" for nothing
 * @typedef {{ reading: LabelOptions, against: string,
 *   measuring: Pick<MeasureOptions, "rules" | "prevalence" | "recalibrate" | "measureOn" | "chooseOn" | "baselinesOn" | "where"
 *   | "name"> }} Wishes */
/** What another model made of films. @typedef {{ info: ModelInfo, films: ScoredFilm[] }} Scored */
/** @typedef {import("../../evaluate/measure/selection.js").ScoredFilm} ScoredFilm */

const UPDATE_MS = 250;
const NO_FILMS = countsOf([]);
/** @type {Wishes} */
const NO_WISHES = { reading: {}, measuring: {}, against: "" };

/** What a report rests on, to know whether there must be another. @param {Film} film */
const stateOf = ({ result, error, status }) => result?.findings ?? error ?? status;

let tables = 0;

/** Events: "change". */
export class Validation extends EventTarget {
  #queue;
  #info;
  #plainInfo;
  #evaluator;
  /** @type {Labels | null} */ #labels = null;
  /** What the table was last matched with: the list, what was in it then, and how the table was to be read. */
  #matched = { list: /** @type {readonly Film[]} */ ([]), films: /** @type {readonly Film[]} */ ([]), reading: /** @type {LabelOptions} */ ({}) };
  /** What is known of each film. @type {Map<Film, import("../../evaluate/labels/labels.js").Truth | null>} */ #truths = new Map();
  /** What the report rests on. @type {unknown[]} */ #measured = [];
  /** Ends what the evaluator is doing. */ #stop = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Wishes} */ wishes = NO_WISHES;
  /** Of the films of the list; null without labels or films, and until it is read. @type {LabelTable | null} */ table = null;
  /** @type {Report | null} */ report = null;
  /** Whether the table is being read. */ matching = false;
  /** Findings measured so far; null when nothing is being measured. @type {{ done: number, of: number } | null} */ measuring = null;
  /** Whether measuring was canceled, and waits to be asked for again. */ stopped = false;
  /** Why there is no report. @type {unknown} */ error = null;

  /** What a model that was open before made of films. @type {Scored | null} */ previous = null;

  /** @param {FilmQueue} queue @param {() => ModelInfo} info of the model that reads it, with the facts of the site card in use
   * @param {() => ModelInfo | null} plainInfo the same without that card; null where none is in use
   * @param {Pick<Evaluator, "heading" | "match" | "report">} evaluator */
  constructor(queue, info, plainInfo, evaluator) {
    super();
    this.#queue = queue;
    this.#info = info;
    this.#plainInfo = plainInfo;
    this.#evaluator = evaluator;
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

  get modelLabels() {
    return this.#info().labels;
  }

  /** What it can be compared with. name: "" for this model without its site card @returns {{ id: string, name: string }[]} */
  get others() {
    const before = this.previous && `${this.previous.info.model}, ${this.previous.info.dtype}`;
    return [...(before ? [{ id: "previous", name: before }] : []), ...(this.#plainInfo() ? [{ id: "plain", name: "" }] : [])];
  }

  /** What the model made of the films that it has read, to compare another one with. @returns {Scored | null} */
  get scored() {
    const films = this.#queue.films.flatMap((film) => scoredOf(film) ?? []);
    return films.length ? { info: this.#info(), films } : this.previous;
  }

  /** Films of the list that have a row. @returns {Film[]} */
  get films() {
    return this.table ? labeledFilms(this.#matched.films, this.table) : [];
  }

  get counts() {
    return this.table ? countsOf(this.films) : NO_FILMS;
  }

  /** What is known of a film; null without a row. @param {Film} film */
  truthOf(film) {
    return (this.table && this.#truths.get(film)) ?? null;
  }

  /** @param {Blob} file a table of labels @param {string} name @returns {Promise<void>} resolves when it is matched with the
   * list, or error says why not */
  take(file, name) {
    return this.use({ id: ++tables, name: visible(name), file, heading: [] });
  }

  /** Takes a file that may be a table of labels, or none: then everything stays as it was. @param {Blob} file @param {string} name
   * @returns {Promise<unknown>} why it is none; null if it is taken */
  async tryTable(file, name) {
    const before = this.#labels;
    await this.take(file, name);
    const { error } = this;
    if (error) void this.use(before);
    return error;
  }

  /** @param {Labels | null} labels null: none any more @returns {Promise<void>} as take() */
  use(labels) {
    this.#labels = labels;
    this.#matched = { ...this.#matched, list: [], films: [] };
    const { rules, prevalence, recalibrate } = this.wishes.measuring; // the rest is about what the table says
    this.wishes = { ...this.wishes, reading: {}, measuring: { rules, prevalence, recalibrate } };
    [this.table, this.report, this.error, this.stopped] = [null, null, null, false];
    return this.update();
  }

  /** @param {Partial<Wishes>} wishes */
  wish(wishes) {
    this.wishes = { ...this.wishes, ...wishes };
    this.stopped = false;
    this.update();
  }

  /** Reads no more of the films that have a row, and measures no more. What was read is kept. */
  cancel() {
    const { pending } = this.counts;
    for (const film of this.films) this.#queue.cancel(film);
    if (pending || !this.measuring) return;
    this.#stop.abort();
    [this.measuring, this.stopped, this.#measured] = [null, true, []];
    this.#say();
  }

  /** Goes on reading, films that failed included where another try may help, and measures. */
  resume() {
    this.stopped = false;
    for (const film of this.films) if (canRetry(film)) this.#queue.retry(film);
    this.update();
  }

  /** Brings everything up to date: the list has changed. @returns {Promise<void>} resolves when the table is matched with it */
  update() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const matching = this.#labels && !this.#isMatched() ? this.#match(this.#labels) : Promise.resolve();
    const isDue = this.table && !this.matching && !this.stopped && !this.counts.pending && !this.#isMeasured();
    if (this.table && isDue) void this.#measure(this.table);
    this.#say();
    return matching;
  }

  #later() {
    if (this.#labels) this.#timer ??= setTimeout(() => void this.update(), UPDATE_MS);
  }

  #say() {
    this.dispatchEvent(new Event("change"));
  }

  #isMatched() {
    const { films } = this.#queue, { list, films: matched, reading } = this.#matched;
    return films === list && films.length === matched.length && reading === this.wishes.reading;
  }

  /** Lets the evaluator work, in the place of what it is doing. Nothing comes of work that is given up.
   * @template T @param {(signal: AbortSignal) => Promise<T>} work @param {(done: T) => void} then */
  async #instead(work, then) {
    this.#stop.abort();
    const { signal } = this.#stop = new AbortController();
    this.error = null;
    try {
      const done = await work(signal);
      if (!signal.aborted) then(done);
    } catch (error) {
      if (signal.aborted) return;
      [this.error, this.matching, this.measuring] = [error, false, null];
      if (!this.table) this.report = null;
      this.#say();
    }
  }

  /** Matches the table with the list. @param {Labels} labels */
  #match(labels) {
    const { films: list } = this.#queue, { reading } = this.wishes, films = [...list];
    this.#matched = { list, films, reading };
    [this.table, this.measuring, this.#measured, this.matching] = [null, null, [], true];
    const { file, id } = labels, table = { file, id };
    return this.#instead(async (signal) => {
      labels.heading = await this.#evaluator.heading(table, { signal });
      return films.length ? this.#evaluator.match({ table, names: films.map(nameOf), labels: this.#info().labels, options: reading }, { signal }) : null;
    }, (matched) => {
      [this.table, this.matching] = [matched, false];
      this.#truths = new Map(films.map((film, i) => [film, matched?.films[i] ?? null]));
      this.#keepWhere(matched?.columns.groups ?? []);
      if (!matched) this.report = null;
      void this.update();
    });
  }

  /** A column that is no group any more cannot choose films. @param {readonly string[]} groups */
  #keepWhere(groups) {
    const { where, ...measuring } = this.wishes.measuring;
    if (where && !Object.keys(where).every((column) => groups.includes(column))) this.wishes = { ...this.wishes, measuring };
  }

  /** @returns {unknown[]} */
  #grounds() {
    return [this.wishes.measuring, this.#info().facts, this.wishes.against, this.previous, ...this.#matched.films.map(stateOf)];
  }

  #isMeasured() {
    const grounds = this.#grounds();
    return grounds.length === this.#measured.length && grounds.every((each, i) => each === this.#measured[i]);
  }

  /** What it is compared with. @param {Measured} model @returns {Measured | null} */
  #other(model) {
    const { against } = this.wishes, plain = this.#plainInfo();
    if (against === "previous" && this.previous) return { ...this.previous, refused: [] };
    return against === "plain" && plain ? { ...model, info: plain } : null;
  }

  /** @param {LabelTable} table */
  #measure(table) {
    this.#measured = this.#grounds();
    this.measuring = { done: 0, of: table.known.length };
    const onProgress = (/** @type {number} */ done, /** @type {number} */ of) => {
      this.measuring = { done, of };
      this.#say();
    };
    const { measuring } = this.wishes;
    const options = { ...measuring, name: measuring.name || this.name, date: new Date().toISOString().slice(0, 10) };
    const model = measuredOf(this.#matched.films, table, this.#info());
    return this.#instead((signal) => this.#evaluator.report({ table, model, other: this.#other(model), options }, { signal, onProgress }), (report) => {
      [this.report, this.measuring] = [report, null];
      this.#say();
    });
  }
}
