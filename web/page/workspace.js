/* workspace.js - the screen on which films are read.
 *
 *     rail: where films are added, and their list | the film, or another view of all films | panel: findings, tools
 *
 * SPDX-License-Identifier: MIT */
import { canvasNoise } from "../picture/canvas-noise.js";
import { h, icon } from "./base/dom.js";
import { Tabs } from "./base/tabs.js";
import { exporter } from "./export/exporter.js";
import { Printing } from "./report/printing.js";
import { FilmList } from "./films/film-list.js";
import { FilmQueue, isUnread } from "./films/film-queue.js";
import { Intake } from "./films/intake.js";
import { ModelBar, outcomes } from "./model-bar.js";
import { errorWords } from "./base/error-words.js";
import { visible } from "../base/visible.js";
import { QueueReader } from "./queue-reader.js";
import { AS_STORED, both } from "./films/treatment.js";
import { ShownFilm } from "./shown-film.js";
import { CardControl } from "./site-card/card-control.js";
import { CardInUse } from "./site-card/card-in-use.js";
import { text } from "./base/strings.js";
import { CustomFindings } from "./custom-findings/custom-findings.js";
import { TrainingPanel } from "./custom-findings/training-panel.js";
import { FilmTable } from "./table/film-table.js";
import { Validation } from "./validation/validation.js";
import { ValidationView } from "./validation/validation-view.js";
import { knownWords } from "./validation/known-words.js";
import { Views } from "./views.js";

/** @typedef {import("./films/film-queue.js").Film} Film */
/** @typedef {import("./films/film-queue.js").Result} Result */
/** @typedef {import("../engine/input.js").Input} Input */

/**
 * The actions of the page around the workspace.
 * @typedef {object} PageActions
 * @property {(message: string) => void} announce for screen readers
 * @property {import("./base/notifications.js").Say} say for everybody
 * @property {(area: HTMLElement) => void} onPrintArea holds all that is printed
 * @property {() => void} onHelp
 * @property {() => void} onCopy diagnostics
 * @property {(film: Film) => void} onRead a film has been read or has failed
 * @property {(models: import("../session/given-models.js").GivenModel[]) => void} onModels files of models were given
 * @property {Document | HTMLElement} drops where files may be dropped and pasted
 */

/** Pixels that may have been read from a canvas, as opposed to the bytes of a file.
 * @param {unknown} source */
const isDrawn = (source) => !(source instanceof Blob || source instanceof ArrayBuffer
  || source instanceof Uint8Array);

/** What a workspace leaves to the next one.
 * @typedef {{ queue: FilmQueue, reader: QueueReader, customFindings: CustomFindings, training: TrainingPanel,
 *   siteCard: CardInUse, validation: Validation, view: string | undefined, awaited: boolean, unsaved: boolean, shown: Film | null }} WorkspaceState */

export class Workspace {
  #session;
  #around;
  #stop = new AbortController();
  /** @type {QueueReader} */ #reader;
  /** @type {FilmQueue} */ #queue;
  #shown;
  #list;
  #intake;
  #customFindings;
  #training;
  #modelBar;
  #tabs;
  #table;
  #validation;
  #siteCard;
  #cards;
  #panel;
  /** Whether there is work that would be lost with the page: results of several films, or a finding that was trained. */
  unsaved = false;
  element;
  /** The switch between the views of the films; other views are added here. */
  views;

  /**
   * @param {import("../session/session.js").Session} session that is ready
   * @param {import("./films/intake.js").Example[]} examples
   * @param {import("./export/record.js").Origin} origin
   * @param {PageActions} around
   * @param {import("./model-bar.js").Handed} handed
   * @param {WorkspaceState | null} before of another workspace, which it goes on with
   */
  constructor(session, examples, origin, around, handed, before) {
    this.#session = session;
    this.#around = around;
    const info = /** @type {import("../session/supervised-engine.js").SessionInfo} */ (session.info);
    const { signal } = this.#stop;
    this.#customFindings = before?.customFindings ?? new CustomFindings(info);
    this.#siteCard = before?.siteCard ?? new CardInUse(info);
    this.#reader = before?.reader ?? new QueueReader(session, this.#customFindings);
    const read = (/** @type {Film} */ film, /** @type {AbortSignal} */ ended) => this.#read(film, ended);
    this.#queue = before?.queue ?? new FilmQueue(read);
    this.#queue.analyze = read;
    this.#modelBar = new ModelBar(session, origin, handed, around.say);
    if (handed) outcomes(handed).forEach((line) => around.say(line));
    this.#shown = this.#makeShown(origin);
    this.#cards = this.#makeCards();
    this.#list = new FilmList(this.#queue, {
      onChoose: (film) => this.#shown.choose(film), onClear: (films, unread) => this.#cleared(films, unread),
      onRemove: (film) => this.#remove(film),
    }, signal);
    this.#intake = new Intake(examples, (items, skipped) => this.#take(items, skipped), around.onModels,
      (tables, withFilms) => void this.#takeTables(tables, withFilms), (cards) => this.#cards.open(cards), () => around.say(text.films.closedFolder), around.drops);
    this.#training = new TrainingPanel({ customFindings: this.#customFindings, announce: around.say, onSaved: (file) => this.#saved(text.exports.done(file)),
      films: () => this.#queue.films, onItems: ({ items, skipped }) => this.#take(items, skipped, false) }, before?.training ?? null);
    this.#tabs = new Tabs(text.panel.heading, [
      { id: "findings", label: text.panel.findings, element: this.#makeFindings() },
      { id: "train", label: text.panel.train, element: this.#training.element },
      { id: "export", label: text.panel.export, element: this.#makeExports(origin) },
    ]);
    this.#panel = this.#makePanel();
    this.element = this.#makeElement();
    this.#listen();
    this.#table = new FilmTable(this.#queue, { onOpen: (film) => this.#open(film), knownOf: (film) => this.#knownOf(film) }, signal);
    this.#validation = before?.validation ?? new Validation(this.#queue,
      () => ({ ...info, facts: this.#siteCard.facts, siteCard: this.#siteCard.about }), () => (this.#siteCard.card ? info : null), session.evaluator);
    this.views = this.#makeViews();
    this.#goOn(before);
  }

  /** What changes by itself. */
  #listen() {
    const { signal } = this.#stop;
    this.#customFindings.addEventListener("change", () => this.#onCustomFindings(), { signal });
    this.#queue.addEventListener("added", () => this.#shown.showPlace(), { signal });
    this.#queue.addEventListener("change", (event) => this.#onChange(/** @type {CustomEvent<Film>} */ (event).detail), { signal });
  }

  /** @param {WorkspaceState | null} before */
  #goOn(before) {
    if (before?.view) this.views.show(before.view);
    this.#shown.awaited = before?.awaited ?? false;
    this.unsaved = before?.unsaved ?? false;
    if (before?.shown) this.#shown.show(before.shown);
  }

  /** All that another one needs to go on in its place: films, pictures, results, what was trained. This one ends.
   * @returns {WorkspaceState} */
  handOver() {
    this.#leave();
    return { queue: this.#queue, reader: this.#reader, customFindings: this.#customFindings,
      training: this.#training, siteCard: this.#siteCard, validation: this.#validation, view: this.views.shown, awaited: this.#shown.awaited, unsaved: this.unsaved, shown: this.#shown.film };
  }

  #leave() {
    this.#stop.abort();
    this.#intake.dispose();
  }

  /** @param {import("./export/record.js").Origin} origin */
  #makeShown(origin) {
    const { onHelp, onCopy, announce, say } = this.#around;
    return new ShownFilm(this.#session, this.#queue, this.#reader, origin, this.#siteCard, {
      onShow: (film, fresh) => this.#onShow(film, fresh),
      onTreat: (film, treatment) => this.#treat(film, treatment),
      onRemove: (film) => this.#remove(film),
      learned: (film) => this.#customFindings.learnedFrom(film),
      onPanel: () => this.#togglePanel(),
      onHelp, onCopy, announce, say: (message) => say(message),
    });
  }

  #makeCards() {
    return new CardControl(this.#siteCard, this.#queue, {
      say: this.#around.say, onCard: (card) => this.#modelBar.showCard(card),
      shown: () => this.#shown.film, onShown: () => this.#shown.update(), onAll: () => this.#onFindings(),
      onTakenOff: () => this.#tabs.focus(),
    }, this.#stop.signal);
  }

  /** What leaves the page: files, and paper. @param {import("./export/record.js").Origin} origin */
  #makeExports(origin) {
    const session = this.#session;
    const common = { origin: () => ({ ...origin, siteCard: this.#siteCard.about }), films: () => this.#queue.films, shown: () => this.#shown.film };
    const printing = new Printing({
      ...common, cached: (film) => this.#reader.cached(film), decode: (film) => this.#reader.decode(film),
      explain: (analysis, label) => session.explain(analysis, label, {}),
    }, this.#stop.signal);
    this.#around.onPrintArea(printing.element);
    return exporter({
      ...common, canvas: () => this.#shown.viewer.canvas, caption: () => this.#shown.attention.caption, how: () => this.#shown.viewer.how,
      onPrint: () => printing.preview(/** @type {ShadowRoot} */ (this.element.getRootNode())), announce: (message) => this.#saved(message),
    });
  }

  #makeElement() {
    return h("div", { class: "workspace empty" },
      h("div", { class: "rail" }, this.#intake.element, this.#list.element,
        h("button", { type: "button", class: "quiet begin-training", onclick: () => this.#beginTraining() }, text.training.heading)),
      h("div", { class: "stage" }, this.#shown.viewer.element), this.#panel);
  }

  /** Film, table, validation. */
  #makeViews() {
    const views = new Views(this.element);
    views.add({ id: "table", label: text.views.table, element: this.#table.element, onShow: () => this.#table.update() });
    const { signal } = this.#stop;
    this.#validation.follow(signal);
    this.#validation.addEventListener("change", () => this.#table.updateSoon(), { signal });
    const validation = new ValidationView(this.#validation, {
      onSaved: (file) => this.#around.say(text.exports.done(file)), onCard: (card) => this.#cards.use(card),
    }, signal);
    views.add({ id: "validation", label: text.views.validation, element: validation.element });
    return views;
  }

  /** All findings, and below them or in their place the one that is chosen. */
  #makeFindings() {
    const { results, attention, similar } = this.#shown;
    return h("div", { class: "findings-tab" },
      h("div", { class: "findings-list" }, this.#cards.element, results.element, similar),
      h("div", { class: "findings-detail" }, results.evidence, attention.element));
  }

  #togglePanel() {
    this.#shown.viewer.showPanel(!this.element.classList.toggle("panel-hidden"));
  }

  /** Findings and tools beside the film; on a small screen a sheet over its lower part. */
  #makePanel() {
    const taller = h("button", { type: "button", class: "quiet sheet-toggle", "aria-expanded": "false",
      "aria-label": text.panel.taller, onclick: () => {
        const tall = this.#panel.classList.toggle("tall");
        taller.setAttribute("aria-expanded", String(tall));
      } }, icon("more"));
    return h("aside", { class: "panel", "aria-label": text.panel.heading },
      h("div", { class: "panel-head" }, this.#tabs.list, taller), this.#tabs.panels);
  }

  /** Before there is a film. */
  #beginTraining() {
    this.element.classList.add("with-panel");
    this.#tabs.show("train");
    this.#training.focus();
  }

  /** What the bar says of the model that reads the films. */
  get modelBar() {
    return this.#modelBar.element;
  }

  focus() {
    this.#intake.focus();
  }

  /** The films of the list, for another model to read. @returns {Parameters<FilmQueue["add"]>[0]} */
  get films() {
    return this.#queue.films.map(({ name, path, source, fromCanvas, frame, treatment, measures }) => ({ name, path, source, fromCanvas, frame, treatment, measures }));
  }

  /** How many films have a result. */
  get resultCount() {
    return this.#queue.counts.done;
  }

  /** Reads no film until it is asked to again. */
  pause() {
    this.#queue.cancelAll();
  }

  /** The labels that were given. */
  get labels() {
    return this.#validation.labels;
  }

  /** What the model made of the films, to compare another one with. */
  get scored() {
    return this.#validation.scored;
  }

  /** The site card that is in use. */
  get siteCard() {
    return this.#siteCard.card;
  }

  /** @param {Parameters<FilmQueue["add"]>[0]} films of another workspace @param {Workspace["labels"]} labels of it
   * @param {Workspace["siteCard"]} card of it, which may be another model's @param {Workspace["scored"]} scored by it */
  readAgain(films, labels, card, scored) {
    this.#shown.awaited = films.length > 0;
    if (labels) void this.#validation.use(labels);
    if (card) this.#cards.use(card);
    this.#validation.previous = scored;
    this.#queue.add(films);
  }

  /** Takes all films off the list. */
  clear() {
    this.#list.clear();
  }

  dispose() {
    this.#queue.clear();
    this.#reader.clear();
    this.#leave();
  }

  /** Adds a film from code and resolves with its result. @param {Input} input @param {string} name
   * @returns {Promise<Result>} */
  read(input, name) {
    this.#shown.await(1);
    const fromCanvas = isDrawn(input) && canvasNoise();
    const [film] = this.#queue.add([{ name, source: input, fromCanvas }]);
    return new Promise((resolve, reject) => {
      const settled = () => {
        if (isUnread(film)) return;
        this.#queue.removeEventListener("change", settled);
        if (film.result) resolve(film.result);
        else reject(film.error ?? new DOMException(text.results.canceled, "AbortError"));
      };
      this.#queue.addEventListener("change", settled);
    });
  }

  /** @param {import("./base/files.js").Item[]} items @param {number} skipped @param {boolean} [show] whether to look at the first
   * of them, where nothing is being read @returns {Film[]} */
  #take(items, skipped, show = true) {
    const messages = [skipped > 0 && text.films.skipped(skipped), items.length === 0 && text.films.nothing];
    const said = messages.filter(Boolean).join(" ");
    if (said) this.#around.say(said);
    if (show || this.#shown.film === null) this.#shown.await(items.length);
    return this.#queue.add(items);
  }

  /** Labels of films were given, as a rule with the films: then any other table is left alone. @param {File[]} tables
   * @param {boolean} withFilms */
  async #takeTables(tables, withFilms) {
    if (tables.length > 1) this.#around.say(text.validation.several(tables.length));
    if (!withFilms) this.views.show("validation");
    if (tables.length > 1) return;
    const [{ name }] = tables;
    if (!withFilms) return this.#validation.take(tables[0], name);
    const error = await this.#validation.tryTable(tables[0], name);
    if (error) this.#around.say(text.validation.stray(visible(name), errorWords(/** @type {any} */ (error))?.what ?? ""));
    else this.views.show("validation");
  }

  /** A chooser for a site card. Only right after a click. */
  chooseCard() {
    this.#cards.choose();
  }

  /** The findings of films have changed. */
  #onFindings() {
    this.#list.refresh();
    this.#table.updateSoon();
    void this.#validation.update();
  }

  /** What is known of a film, in words: by a table of labels, or for training. @param {Film} film @returns {string | null} */
  #knownOf(film) {
    const side = this.#training.sideOf(film), truth = this.#validation.truthOf(film);
    return truth ? knownWords(truth, this.#session.info?.labels ?? []) : side && text.table.sides[side];
  }

  /** @param {Film} film @param {AbortSignal} signal @returns {Promise<Result>} */
  async #read(film, signal) {
    queueMicrotask(() => this.#modelBar.update());
    const result = await this.#reader.read(film, signal);
    return { ...result, findings: this.#siteCard.applied(result.findings) };
  }

  /** Reads a film otherwise than it was read. @param {Film} film
   * @param {import("./films/treatment.js").Treatment} treatment of the film as it was read */
  #treat(film, treatment) {
    const before = film.treatment;
    this.#queue.treat(film, both(before ?? AS_STORED, treatment));
    this.#around.say(text.treatment.done, { label: text.undo, act: () => this.#queue.treat(film, before) });
  }

  /** @param {string} message */
  #saved(message) {
    this.unsaved = false;
    this.#around.say(message);
  }

  /** The list of custom findings changed: the results of all films that were read are updated. */
  async #onCustomFindings() {
    for (const { result } of this.#queue.films) {
      if (result) result.customFindings = await this.#customFindings.findingsOf(result);
    }
    this.unsaved ||= this.#customFindings.list.length > 0;
    this.#list.refresh();
    this.#shown.update();
  }

  /** @param {Film} film */
  #onChange(film) {
    this.#training.changed(film);
    this.#shown.changed(film);
    if (isUnread(film)) return;
    this.unsaved ||= film.result !== null && this.#queue.counts.done > 1;
    this.#around.onRead(film);
  }

  /** Shows a film from another view. @param {Film} film */
  #open(film) {
    this.#shown.choose(film);
    this.views.show("film");
  }

  /** @param {Film} film @param {boolean} fresh another one than before */
  #onShow(film, fresh) {
    this.element.classList.remove("empty");
    this.#intake.fold();
    if (fresh) this.#list.mark(film);
    this.#training.show(film);
  }

  /** Takes one film off the list. @param {Film} film */
  #remove(film) {
    const { films } = this.#queue;
    if (films.length === 1) return this.#list.clear();
    const unread = isUnread(film);
    const at = this.#queue.remove(film);
    const undoTraining = this.#training.removed(film);
    void this.#validation.update();
    if (film === this.#shown.film) this.#shown.show(films[Math.min(at, films.length - 1)]);
    else this.#shown.showPlace();
    this.#around.say(text.films.removed(film.name), { label: text.undo, act: () => {
      this.#queue.restore([film], at);
      undoTraining();
      if (unread) this.#queue.retry(film);
      this.#shown.show(film);
    } });
  }

  /** @param {Film[]} films that were removed @param {Film[]} unread those of them that are not read yet */
  #cleared(films, unread) {
    this.unsaved = false;
    const undoTraining = this.#training.cleared();
    const shown = this.#shown.leave();
    this.#reader.clear();
    void this.#validation.update();
    this.element.classList.add("empty");
    this.element.classList.remove("with-panel");
    this.views.show("film");
    this.#intake.unfold();
    this.#intake.focus();
    this.#around.say(text.films.cleared(films.length), { label: text.undo, act: () => {
      this.#queue.restore(films);
      undoTraining();
      for (const film of unread) this.#queue.retry(film);
      const first = shown ?? films[0];
      if (first) this.#shown.show(first);
    } });
  }
}
