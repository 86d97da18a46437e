/* panes.js - the film that is looked at, or two of them side by side: the one beside goes along, and each film is found again
 * as it was looked at before.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";
import { AS_STORED, both, treatmentWords } from "../films/treatment.js";
import { windowWords } from "./corners.js";
import { FilmView } from "./film-view.js";
import { calibrationWords, measuresOn, nextOfRatio } from "./measures.js";

/** @typedef {import("../films/film-queue.js").Film} Film */
/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("./gestures.js").Mode} Mode */
/** treatment: how its film is read that is shown; settling: whether that is only on its way
 * @typedef {{ view: FilmView, film: Film | null, treatment: Film["treatment"], settling: boolean }} Pane */

/** @typedef {object} PaneActions
 * @property {(film: Film) => void} onActivate another of the two films is looked at
 * @property {() => void} onChange of what is looked at, or how
 * @property {(line: string, kind: import("./measures.js").Measure["kind"]) => void} onMeasured a line has been drawn: in words
 */

export class Panes {
  element = h("div", { class: "panes" });
  #preprocessing;
  #actions;
  /** One, or two side by side. @type {Pane[]} */ #shown = [];
  #active = 0;
  /** What a drag does. @type {Mode} */ #mode = "pan";
  /** How a film was looked at, as it was read then. @type {WeakMap<Film, { treatment: Film["treatment"], sight: import("./film-view.js").Sight | null }>} */
  #sights = new WeakMap();
  /** Whether two films are zoomed and moved as one, and have their windows set as one. */ linked = { places: true, looks: true };

  /** @param {import("../export/record.js").Origin["preprocessing"]} preprocessing of the model @param {PaneActions} actions */
  constructor(preprocessing, actions) {
    this.#preprocessing = preprocessing;
    this.#actions = actions;
    this.#add();
  }

  /** The one that is looked at. */
  get view() {
    return this.#shown[this.#active].view;
  }

  /** That it shows, or will. */
  get film() {
    return this.#shown[this.#active].film;
  }

  /** Whether there are two. */
  get areTwo() {
    return this.#shown.length > 1;
  }

  /** How the film lies on the screen and which window it has, in words: also what is usual; and that it is calibrated by hand. */
  get how() {
    const { view, treatment } = this.#shown[this.#active];
    return [treatmentWords(both(treatment ?? AS_STORED, view.treatment)), windowWords(view), calibrationWords(view.unit)].filter(Boolean).join(" \u00b7 ");
  }

  get mode() {
    return this.#mode;
  }

  set mode(mode) {
    this.#mode = mode;
    for (const { view } of this.#shown) view.lines.dropPoint();
    this.element.dataset.mode = mode;
  }

  /** Shows a film where the last one was. @param {Film} film @param {Views} views @param {string} size in words */
  async show(film, views, size) {
    const pane = this.#shown[this.#active];
    this.#keepSight(pane);
    Object.assign(pane, { film, treatment: film.treatment });
    const kept = this.#sights.get(film);
    const sight = kept && kept.treatment === film.treatment ? kept.sight : null;
    this.#sights.delete(film);
    pane.settling = true;
    await pane.view.show(views, { number: film.id, name: film.name, size }, measuresOn(film, views.film), sight);
    pane.settling = false;
    this.#join(pane);
  }

  /** Shows no film. @param {string} note says why @param {Film | null} film that is not there yet */
  clear(note, film) {
    const pane = this.#shown[this.#active];
    this.#keepSight(pane);
    Object.assign(pane, { film, treatment: undefined });
    pane.view.clear(note);
  }

  /** Over the one that is looked at. @param {import("./attention.js").Overlay | null} overlay */
  lay(overlay) {
    this.#shown.forEach(({ view }, i) => view.lay(i === this.#active ? overlay : null));
  }

  /** Puts another film beside, or leaves the one that is looked at. @param {boolean} on */
  compare(on) {
    if (on) {
      this.#add();
      this.#active = 1;
    } else {
      const [{ view }] = this.#shown.splice(1 - this.#active, 1);
      view.element.remove();
      this.#active = 0;
    }
    this.element.classList.toggle("two", on);
    this.#markActive();
  }

  /** Has two films do something as one, or each by itself. @param {"places" | "looks"} what */
  link(what) {
    this.linked[what] = !this.linked[what];
    this.#follow();
    this.#actions.onChange();
  }

  #add() {
    const pane = { view: new FilmView(this.#preprocessing, {
      mode: () => this.#mode,
      touched: () => this.#activate(this.#shown.indexOf(pane)),
      changed: () => this.#onChange(pane),
      measured: (line, kind) => this.#actions.onMeasured(line, kind),
    }), film: /** @type {Film | null} */ (null), treatment: /** @type {Film["treatment"]} */ (undefined), settling: false };
    pane.view.lines.kind = () => (this.#mode === "ratio" ? nextOfRatio(pane.view.lines.list) : "length");
    pane.view.element.addEventListener("focus", () => this.#activate(this.#shown.indexOf(pane)));
    this.#shown.push(pane);
    this.element.append(pane.view.element);
  }

  /** @param {number} at of the pane that is looked at from now on */
  #activate(at) {
    if (at < 0 || at === this.#active) return;
    this.#active = at;
    this.#markActive();
    const { film } = this.#shown[at];
    if (film) this.#actions.onActivate(film);
  }

  #markActive() {
    this.#shown.forEach(({ view }, i) => view.element.classList.toggle("is-active", this.areTwo && i === this.#active));
    this.#actions.onChange();
  }

  /** A film that comes beside another one goes along with it. @param {Pane} pane */
  #join({ view }) {
    const other = this.#shown.find((pane) => pane.view !== view)?.view;
    if (other?.place) this.#lead(other, view);
    if (view === this.view) this.#actions.onChange();
  }

  /** @param {Pane} pane whose film is about to go */
  #keepSight({ view, film, treatment }) {
    if (film && view.sight) this.#sights.set(film, { treatment, sight: view.sight });
  }

  /** The film beside goes along. */
  #follow() {
    for (const { view } of this.#shown) if (view !== this.view) this.#lead(this.view, view);
  }

  /** @param {FilmView} first @param {FilmView} other that goes along */
  #lead({ place, look, plain }, other) {
    if (!place) return;
    if (this.linked.places) other.follow(place);
    if (this.linked.looks) other.followLook(look, plain);
  }

  /** @param {Pane} pane that has changed */
  #onChange({ view, film, treatment, settling }) {
    if (film && !view.isBlank && film.measures?.list !== view.lines.list) film.measures = { list: view.lines.list, treatment };
    if (view !== this.view) return;
    if (!settling) this.#follow();
    this.#actions.onChange();
  }
}
