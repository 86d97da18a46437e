/* shown-film.js - the film on the screen, and all that follows it: its picture, its findings, their attention map, the films
 * most like it. While it has no findings, why.
 * SPDX-License-Identifier: MIT */
import { stored } from "./base/format.js";
import { wordsOf } from "./base/problem.js";
import { text } from "./base/strings.js";
import { filmProblem, filmWaits, problemLine, waitingLine } from "./film-problem.js";
import { isUnread } from "./films/film-queue.js";
import { reasonsOf } from "./films/reasons.js";
import { blockingReason } from "./results/cure.js";
import { Results } from "./results/results.js";
import { Similar } from "./results/similar.js";
import { summaryOf } from "./results/summary.js";
import { Attention } from "./viewer/attention.js";
import { Viewer } from "./viewer/viewer.js";

/** @typedef {import("./films/film-queue.js").Film} Film */

/** @typedef {object} ShownActions
 * @property {(film: Film, fresh: boolean) => void} onShow fresh: another one than before
 * @property {(film: Film, treatment: import("./films/treatment.js").Treatment) => void} onTreat
 * @property {(film: Film) => void} onRemove
 * @property {(film: Film) => Set<string>} learned names of the custom findings that were trained with it
 * @property {() => void} onPanel shows or hides the panel beside
 * @property {() => void} onHelp
 * @property {() => void} onCopy diagnostics
 * @property {(message: string) => void} announce for screen readers
 * @property {(message: string) => void} say for everybody
 */

/* Pixels of a film that are worth a look. */
const LEAST_SEEN = 100;

export class ShownFilm {
  #session;
  #queue;
  #reader;
  #actions;
  #similar = new Similar((film) => this.choose(film));
  /** Films were added and none of them is shown yet: the first one that is read will be. */
  awaited = false;
  /** @type {Film | null} */ film = null;
  viewer;
  results;
  attention;

  /** @param {import("../session/session.js").Session} session @param {import("./films/film-queue.js").FilmQueue} queue
   * @param {import("./queue-reader.js").QueueReader} reader @param {import("./export/record.js").Origin} origin
   * @param {import("./site-card/card-in-use.js").CardInUse} siteCard @param {ShownActions} actions */
  constructor(session, queue, reader, origin, siteCard, actions) {
    this.#session = session;
    this.#queue = queue;
    this.#reader = reader;
    this.#actions = actions;
    const { onTreat, onRemove, onPanel, onHelp, announce, say, learned } = actions;
    this.results = new Results(origin, {
      onChoose: (label, custom) => this.attention.choose(custom ? null : label),
      attempt: (film, treatment) => reader.attempt(film, treatment),
      onTrust: (film) => this.#showMap(film),
      onTreat, onRemove, learned, siteCard,
    });
    this.attention = new Attention({
      explain: (analysis, label, method) => session.explain(analysis, label, { method }),
      onChange: (overlay, possible) => this.viewer.lay(overlay, possible),
      onLabel: (label) => this.results.mark(label),
      announce,
    });
    this.viewer = new Viewer({
      preprocessing: origin.preprocessing, onStep: (by) => this.#step(by), onActivate: (film) => this.show(film, false),
      onCompare: (on) => this.#onCompare(on), onMap: () => this.attention.toggle(), more: this.attention.keys,
      onTreat, onRemove, onPanel, onHelp, announce, say,
    });
  }

  /** The films most like it. */
  get similar() {
    return this.#similar.element;
  }

  /** The first of new films is shown, unless others are being read: then the view stays where it is. @param {number} count */
  await(count) {
    if (count > 0 && (this.film === null || !this.#queue.isBusy)) this.awaited = true;
  }

  /** A film is being read, was read, or has failed. @param {Film} film */
  changed(film) {
    if (film === this.film || (this.awaited && film.status === "reading")) this.show(film);
    if (isUnread(film)) return;
    this.#similar.show(this.film, this.#queue.films);
    if (film === this.film) this.#tell(film);
  }

  /** The person wants to see it. @param {Film} film */
  choose(film) {
    if (film === this.film) return;
    this.show(film);
    this.#tell(film);
    this.#bringIntoSight();
  }

  /** @param {Film} film @param {boolean} [anew] whether the viewer does not have it yet */
  show(film, anew = true) {
    const fresh = film !== this.film;
    this.film = film;
    this.awaited = false;
    this.#actions.onShow(film, fresh);
    this.#similar.show(film, this.#queue.films);
    this.#showResult(film);
    this.showPlace();
    if (anew) void this.#showPicture(film);
    else this.#showMap(film);
  }

  /** Its findings have changed. */
  update() {
    if (this.film?.result) this.#showResult(this.film);
  }

  /** Which of the films it is. */
  showPlace() {
    const { films } = this.#queue;
    this.viewer.showPlace(this.film ? films.indexOf(this.film) + 1 : 0, films.length);
  }

  /** No film is left. @returns {Film | null} the one that was shown */
  leave() {
    const { film } = this;
    this.film = null;
    this.attention.show(null);
    return film;
  }

  /** What there is to say of a film, for those who hear the page: reasons first, and no findings that stand behind one.
   * @param {Film} film */
  #tell(film) {
    const reasons = reasonsOf(film);
    const findings = film.result && !blockingReason(reasons) && summaryOf(film.result.findings);
    this.#actions.announce(film.result ? [...reasons.map(({ message }) => message), findings].filter(Boolean).join(" ")
      : text.films.status[film.status]);
  }

  /** Where all of the workspace scrolls, the film that was chosen below is above what is seen. */
  #bringIntoSight() {
    const { element } = this.viewer;
    if (element.checkVisibility() && element.getBoundingClientRect().bottom < LEAST_SEEN) element.scrollIntoView({ block: "nearest" });
  }

  /** @param {1 | -1} by */
  #step(by) {
    const { films } = this.#queue;
    const at = this.film ? films.indexOf(this.film) : -1;
    const next = films[at + by];
    if (next) this.choose(next);
  }

  /** The second of two films is the next one, or none yet. @param {boolean} on */
  #onCompare(on) {
    if (!this.film) return;
    const { films } = this.#queue;
    const next = on ? films[films.indexOf(this.film) + 1] ?? films.find((film) => film !== this.film) : this.film;
    if (next) this.show(next, on);
    else this.viewer.clear(text.viewer.second);
  }

  /** @param {Film} film */
  #showResult(film) {
    if (film.result) return this.results.show(film, reasonsOf(film));
    const onRetry = () => this.#queue.retry(film), onRemove = () => this.#actions.onRemove(film);
    return this.results.say(film.status === "failed"
      ? filmProblem(film, { lost: this.#session.state === "failed", onRetry, onRemove, onCopy: this.#actions.onCopy })
      : filmWaits(film, { onCancel: () => this.#queue.cancel(film), onRead: onRetry, onRemove }));
  }

  /** Maps are of findings: none is over a film whose findings stand behind a reason. @param {Film} film */
  #showMap(film) {
    this.attention.show(this.results.gated ? null : this.#reader.cached(film)?.analysis ?? null);
  }

  /** @param {Film} film */
  async #showPicture(film) {
    this.attention.show(null);
    if (!film.result) return this.viewer.clear(film.status === "failed" ? problemLine(film) : waitingLine(film), film);
    const views = this.#reader.cached(film) ?? await this.#decode(film);
    if (film !== this.film || !views) return;
    await this.viewer.show(film, views, stored(film.result.input));
    if (film === this.film) this.#showMap(film);
  }

  /** @param {Film} film whose pixels are no longer at hand */
  async #decode(film) {
    this.viewer.clear(text.viewer.again);
    try {
      return await this.#reader.decode(film);
    } catch (error) {
      if (film === this.film) this.viewer.clear(wordsOf(error).what);
      return null;
    }
  }
}
