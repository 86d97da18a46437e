/* workspace.js - the screen on which films are read.
 *
 *     rail: where films are added, and their list | the film, or another view of all films | panel: findings, tools
 *
 * SPDX-License-Identifier: MIT */
import { canvasNoise } from "../picture/canvas-noise.js";
import { Attention } from "./viewer/attention.js";
import { h, icon } from "./base/dom.js";
import { Tabs } from "./base/tabs.js";
import { exporter } from "./export/exporter.js";
import { Printing } from "./report/printing.js";
import { FilmList } from "./films/film-list.js";
import { FilmQueue, isUnread } from "./films/film-queue.js";
import { Intake } from "./films/intake.js";
import { ModelBar, outcomes } from "./model-bar.js";
import { reasonsOf } from "./films/reasons.js";
import { filmProblem, filmWaits, problemLine, waitingLine } from "./film-problem.js";
import { errorWords } from "./base/error-words.js";
import { sentencesOf, wordsOf } from "./base/problem.js";
import { visible } from "../base/visible.js";
import { yieldToEventLoop } from "../base/yield-to-event-loop.js";
import { FilmReader } from "./film-reader.js";
import { AS_STORED, both } from "./films/treatment.js";
import { blockingReason } from "./results/cure.js";
import { Results } from "./results/results.js";
import { Similar } from "./results/similar.js";
import { CardInUse } from "./site-card/card-in-use.js";
import { CardBar, filmsOfCard } from "./site-card/card-view.js";
import { chosenFiles } from "./base/files.js";
import { stored } from "./base/format.js";
import { text } from "./base/strings.js";
import { summaryOf } from "./results/summary.js";
import { CustomFindings } from "./custom-findings/custom-findings.js";
import { TrainingPanel } from "./custom-findings/training-panel.js";
import { Viewer } from "./viewer/viewer.js";
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

/* Pixels of a film that are worth a look. */
const LEAST_SEEN = 100;
/* A site card applies to so many films before the event loop runs again. */
const FILMS_AT_ONCE = 200;

/** What a workspace leaves to the next one.
 * @typedef {{ queue: FilmQueue, reader: FilmReader, customFindings: CustomFindings, training: TrainingPanel,
 *   siteCard: CardInUse, validation: Validation, view: string | undefined, awaited: boolean, unsaved: boolean, shown: Film | null }} Estate */

export class Workspace {
  #session;
  #around;
  #stop = new AbortController();
  /** @type {FilmReader} */ #reader;
  /** @type {FilmQueue} */ #queue;
  #results;
  #viewer;
  #attention;
  #list;
  #intake;
  #similar = new Similar((film) => this.#choose(film));
  #customFindings;
  #training;
  #modelBar;
  #tabs;
  #table;
  #validation;
  #siteCard;
  #cardBar = new CardBar(() => this.#takeCardOff());
  #panel;
  /** @type {Film | null} */ #shown = null;
  /** Films were added and none of them is shown yet: the first one that is read will be. */
  #awaited = false;
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
   * @param {Estate | null} before of another workspace, which it goes on with
   */
  constructor(session, examples, origin, around, handed, before) {
    this.#session = session;
    this.#around = around;
    const info = /** @type {import("../session/session.js").SessionInfo} */ (session.info);
    this.#customFindings = before?.customFindings ?? new CustomFindings(info);
    const { signal } = this.#stop;
    this.#customFindings.addEventListener("change", () => this.#onCustomFindings(), { signal });
    this.#siteCard = before?.siteCard ?? new CardInUse(info);
    this.#siteCard.addEventListener("change", () => void this.#onSiteCard(), { signal });
    this.#reader = before?.reader ?? new FilmReader(session, this.#customFindings);
    const read = (/** @type {Film} */ film, /** @type {AbortSignal} */ ended) => this.#read(film, ended);
    this.#queue = before?.queue ?? new FilmQueue(read);
    this.#queue.analyze = read;
    this.#results = new Results(origin, {
      onChoose: (label, custom) => this.#attention.choose(custom ? null : label),
      attempt: (film, treatment) => this.#reader.attempt(film, treatment),
      onTreat: (film, treatment) => this.#treat(film, treatment),
      onTrust: (film) => this.#showMap(film),
      onRemove: (film) => this.#remove(film),
      learned: (film) => this.#customFindings.learnedFrom(film),
      siteCard: this.#siteCard,
    });
    this.#modelBar = new ModelBar(session, origin, handed, around.say);
    if (handed) outcomes(handed).forEach((line) => around.say(line));
    this.#attention = new Attention({
      explain: (analysis, label, method) => session.explain(analysis, label, { method }),
      onChange: (overlay, possible) => this.#viewer.lay(overlay, possible),
      onLabel: (label) => this.#results.mark(label),
      announce: around.announce,
    });
    this.#viewer = new Viewer({
      preprocessing: origin.preprocessing, onHelp: around.onHelp, onStep: (by) => this.#step(by),
      onActivate: (film) => this.#show(film, false), onCompare: (on) => this.#onCompare(on),
      onTreat: (film, treatment) => this.#treat(film, treatment), onPanel: () => this.#togglePanel(),
      onMap: () => this.#attention.toggle(), more: this.#attention.keys, onRemove: (film) => this.#remove(film),
      announce: around.announce,
    });
    this.#list = new FilmList(this.#queue, {
      onChoose: (film) => this.#choose(film), onClear: (films, unread) => this.#cleared(films, unread),
      onRemove: (film) => this.#remove(film),
    }, signal);
    this.#intake = new Intake(examples, (items, skipped) => this.#take(items, skipped), around.onModels,
      (tables, withFilms) => void this.#takeTables(tables, withFilms), (cards) => this.#takeCards(cards), () => around.say(text.films.closedFolder), around.drops);
    this.#queue.addEventListener("added", () => this.#showPlace(), { signal });
    this.#queue.addEventListener("change", (event) =>
      this.#onChange(/** @type {CustomEvent<Film>} */ (event).detail), { signal });
    const originNow = () => ({ ...origin, siteCard: this.#siteCard.about });
    const printing = new Printing({
      origin: originNow, shown: () => this.#shown, films: () => this.#queue.films, cached: (film) => this.#reader.cached(film),
      decode: (film) => this.#reader.decode(film), explain: (analysis, label) => session.explain(analysis, label, {}),
    }, signal);
    around.onPrintArea(printing.element);
    const exports = exporter({ origin: originNow, films: () => this.#queue.films,
      shown: () => this.#shown, canvas: () => this.#viewer.canvas,
      caption: () => this.#attention.caption, how: () => this.#viewer.how,
      onPrint: () => printing.preview(/** @type {ShadowRoot} */ (this.element.getRootNode())), announce: (message) => this.#saved(message) });
    this.#training = new TrainingPanel({ customFindings: this.#customFindings, announce: around.say, onSaved: (file) => this.#saved(text.exports.done(file)),
      films: () => this.#queue.films, onItems: ({ items, skipped }) => this.#take(items, skipped, false) }, before?.training ?? null);
    this.#tabs = new Tabs(text.panel.heading, [
      { id: "findings", label: text.panel.findings, element: this.#makeFindings() },
      { id: "train", label: text.panel.train, element: this.#training.element },
      { id: "export", label: text.panel.export, element: exports },
    ]);
    this.#panel = this.#makePanel();
    this.element = h("div", { class: "workspace empty" },
      h("div", { class: "rail" }, this.#intake.element, this.#list.element,
        h("button", { type: "button", class: "quiet begin-training", onclick: () => this.#beginTraining() }, text.training.heading)),
      h("div", { class: "stage" }, this.#viewer.element), this.#panel);
    this.views = new Views(this.element);
    this.#table = new FilmTable(this.#queue, { onOpen: (film) => this.#open(film),
      knownOf: (film) => this.#knownOf(film) }, signal);
    this.views.add({ id: "table", label: text.views.table, element: this.#table.element, onShow: () => this.#table.update() });
    this.#validation = before?.validation ?? new Validation(this.#queue,
      () => ({ ...info, facts: this.#siteCard.facts, siteCard: this.#siteCard.about }), () => (this.#siteCard.card ? info : null), session.evaluator);
    this.#validation.follow(signal);
    this.#validation.addEventListener("change", () => this.#table.updateSoon(), { signal });
    const validationView = new ValidationView(this.#validation, {
      onSaved: (file) => around.say(text.exports.done(file)), onCard: (card) => this.#useCard(card),
    }, signal);
    this.views.add({ id: "validation", label: text.views.validation, element: validationView.element });
    if (before?.view) this.views.show(before.view);
    this.#cardBar.show(this.#siteCard.card);
    this.#modelBar.showCard(this.#siteCard.card);
    this.#awaited = before?.awaited ?? false;
    this.unsaved = before?.unsaved ?? false;
    if (before?.shown) this.#show(before.shown);
  }

  /** All that another one needs to go on in its place: films, pictures, results, what was trained. This one ends.
   * @returns {Estate} */
  handOver() {
    this.#leave();
    return { queue: this.#queue, reader: this.#reader, customFindings: this.#customFindings,
      training: this.#training, siteCard: this.#siteCard, validation: this.#validation, view: this.views.shown, awaited: this.#awaited, unsaved: this.unsaved, shown: this.#shown };
  }

  #leave() {
    this.#stop.abort();
    this.#intake.dispose();
  }

  /** All findings, and below them or in their place the one that is chosen. */
  #makeFindings() {
    return h("div", { class: "findings-tab" },
      h("div", { class: "findings-list" }, this.#cardBar.element, this.#results.element, this.#similar.element),
      h("div", { class: "findings-detail" }, this.#results.evidence, this.#attention.element));
  }

  #togglePanel() {
    this.#viewer.showPanel(!this.element.classList.toggle("panel-hidden"));
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
    this.#awaited = films.length > 0;
    if (labels) void this.#validation.use(labels);
    if (card) this.#useCard(card);
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
    this.#awaitFirst(1);
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
    if (show || this.#shown === null) this.#awaitFirst(items.length);
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
    const input = h("input", { type: "file", accept: ".json,application/json" });
    input.addEventListener("change", () => void this.#takeCards(chosenFiles(input).map(({ file }) => file)));
    input.click();
  }

  /** @param {File[]} cards */
  async #takeCards(cards) {
    const { say } = this.#around;
    if (cards.length !== 1) return cards.length > 1 && say(text.siteCard.several(cards.length));
    try {
      this.#sayCard(await this.#siteCard.open(cards[0], cards[0].name));
    } catch (error) {
      say(sentencesOf(error));
    }
  }

  /** @param {NonNullable<Workspace["siteCard"]>} card that is in use now */
  #sayCard(card) {
    this.#around.say(text.siteCard.opened(filmsOfCard(card), Object.keys(card.findings).length));
  }

  #takeCardOff() {
    const { card } = this.#siteCard;
    this.#siteCard.use(null);
    this.#around.say(text.siteCard.takenOff, { label: text.undo, act: () => this.#siteCard.use(card) });
    /** @type {HTMLElement | null} */ (this.#tabs.list.querySelector("[aria-selected=true]"))?.focus(); // its button is gone
  }

  /** A card that comes of a validation, or was in use with the model before this one.
   * @param {NonNullable<Workspace["siteCard"]>} card */
  #useCard(card) {
    try {
      this.#siteCard.use(card);
      this.#sayCard(card);
    } catch (error) {
      this.#around.say(sentencesOf(error));
    }
  }

  /** The findings of all films that were read are by other thresholds now, those of the film on the screen at once. */
  async #onSiteCard() {
    const { card } = this.#siteCard, { films } = this.#queue;
    this.#cardBar.show(card);
    this.#modelBar.showCard(card);
    if (this.#shown?.result) {
      this.#applyCard(this.#shown);
      this.#showResult(this.#shown);
    }
    for (let at = 0; at < films.length; at += FILMS_AT_ONCE) {
      for (const film of films.slice(at, at + FILMS_AT_ONCE)) this.#applyCard(film);
      await yieldToEventLoop();
      if (this.#siteCard.card !== card) return; // another one has come
    }
    this.#list.refresh();
    this.#table.updateSoon();
    if (this.#shown?.result) this.#showResult(this.#shown); // perhaps another one by now
    void this.#validation.update();
  }

  /** @param {Film} film */
  #applyCard({ result }) {
    if (result) result.findings = this.#siteCard.applied(result.findings);
  }

  /** What is known of a film, in words: by a table of labels, or for training. @param {Film} film @returns {string | null} */
  #knownOf(film) {
    const side = this.#training.sideOf(film), truth = this.#validation.truthOf(film);
    return truth ? knownWords(truth, this.#session.info?.labels ?? []) : side && text.table.sides[side];
  }

  /** The first of new films is shown, unless others are being read: then the view stays where it is. @param {number} count */
  #awaitFirst(count) {
    if (count > 0 && (this.#shown === null || !this.#queue.isBusy)) this.#awaited = true;
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
    if (this.#shown?.result) this.#showResult(this.#shown);
  }

  /** @param {Film} film */
  #onChange(film) {
    this.#training.changed(film);
    const ended = !isUnread(film);
    if (film === this.#shown || (this.#awaited && film.status === "reading")) this.#show(film);
    if (!ended) return;
    this.unsaved ||= film.result !== null && this.#queue.counts.done > 1;
    this.#around.onRead(film);
    this.#similar.show(this.#shown, this.#queue.films);
    if (film !== this.#shown) return;
    this.#tell(film);
  }

  /** What there is to say of a film, for those who hear the page: reasons first, and no findings that stand behind one.
   * @param {Film} film */
  #tell(film) {
    const reasons = reasonsOf(film);
    const findings = film.result && !blockingReason(reasons) && summaryOf(film.result.findings);
    this.#around.announce(film.result ? [...reasons.map(({ message }) => message), findings].filter(Boolean).join(" ")
      : text.films.status[film.status]);
  }

  /** @param {Film} film */
  #choose(film) {
    if (film === this.#shown) return;
    this.#show(film);
    this.#tell(film);
    this.#bringIntoSight();
  }

  /** Where all of the workspace scrolls, the film that was chosen below is above what is seen. */
  #bringIntoSight() {
    const { element } = this.#viewer;
    if (element.checkVisibility() && element.getBoundingClientRect().bottom < LEAST_SEEN) element.scrollIntoView({ block: "nearest" });
  }

  /** Shows a film from another view. @param {Film} film */
  #open(film) {
    this.#choose(film);
    this.views.show("film");
  }

  /** @param {1 | -1} by */
  #step(by) {
    const { films } = this.#queue;
    const at = this.#shown ? films.indexOf(this.#shown) : -1;
    const next = films[at + by];
    if (next) this.#choose(next);
  }

  /** The second of two films is the next one, or none yet. @param {boolean} on */
  #onCompare(on) {
    if (!this.#shown) return;
    const { films } = this.#queue;
    const next = on ? films[films.indexOf(this.#shown) + 1] ?? films.find((film) => film !== this.#shown) : this.#shown;
    if (next) this.#show(next, on);
    else this.#viewer.clear(text.viewer.second);
  }

  /** @param {Film} film @param {boolean} [anew] whether the viewer does not have it yet */
  #show(film, anew = true) {
    const fresh = film !== this.#shown;
    this.#shown = film;
    this.#awaited = false;
    this.element.classList.remove("empty");
    this.#intake.fold();
    if (fresh) this.#list.mark(film);
    this.#training.show(film);
    this.#similar.show(film, this.#queue.films);
    this.#showResult(film);
    this.#showPlace();
    if (anew) this.#showPicture(film);
    else this.#showMap(film);
  }

  /** Maps are of findings: none is over a film whose findings stand behind a reason. @param {Film} film */
  #showMap(film) {
    this.#attention.show(this.#results.gated ? null : this.#reader.cached(film)?.analysis ?? null);
  }

  /** Which of the films is shown. */
  #showPlace() {
    const { films } = this.#queue;
    this.#viewer.showPlace(this.#shown ? films.indexOf(this.#shown) + 1 : 0, films.length);
  }

  /** Takes one film off the list. @param {Film} film */
  #remove(film) {
    const { films } = this.#queue;
    if (films.length === 1) return this.#list.clear();
    const unread = isUnread(film);
    const at = this.#queue.remove(film);
    const undoTraining = this.#training.removed(film);
    void this.#validation.update();
    if (film === this.#shown) this.#show(films[Math.min(at, films.length - 1)]);
    else this.#showPlace();
    this.#around.say(text.films.removed(film.name), { label: text.undo, act: () => {
      this.#queue.restore([film], at);
      undoTraining();
      if (unread) this.#queue.retry(film);
      this.#show(film);
    } });
  }

  /** @param {Film[]} films that were removed @param {Film[]} unread those of them that are not read yet */
  #cleared(films, unread) {
    this.unsaved = false;
    const undoTraining = this.#training.cleared();
    const shown = this.#shown;
    this.#shown = null;
    this.#attention.show(null);
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
      if (first) this.#show(first);
    } });
  }

  /** @param {Film} film */
  #showResult(film) {
    if (film.result) return this.#results.show(film, reasonsOf(film));
    return this.#results.say(film.status === "failed" ? this.#problemOf(film) : filmWaits(film, {
      onCancel: () => this.#queue.cancel(film), onRead: () => this.#queue.retry(film), onRemove: () => this.#remove(film),
    }));
  }

  /** @param {Film} film */
  #problemOf(film) {
    return filmProblem(film, {
      lost: this.#session.state === "failed", onRetry: () => this.#queue.retry(film), onRemove: () => this.#remove(film), onCopy: this.#around.onCopy,
    });
  }

  /** @param {Film} film */
  async #showPicture(film) {
    this.#attention.show(null);
    if (!film.result) return this.#viewer.clear(film.status === "failed" ? problemLine(film) : waitingLine(film), film);
    const views = this.#reader.cached(film) ?? await this.#decode(film);
    if (film !== this.#shown || !views) return;
    await this.#viewer.show(film, views, stored(film.result.input));
    if (film === this.#shown) this.#showMap(film);
  }

  /** @param {Film} film whose pixels are no longer at hand */
  async #decode(film) {
    this.#viewer.clear(text.viewer.again);
    try {
      return await this.#reader.decode(film);
    } catch (error) {
      if (film === this.#shown) this.#viewer.clear(wordsOf(error).what);
      return null;
    }
  }
}
