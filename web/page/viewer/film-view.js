/* film-view.js - one film on a canvas: where it lies, what of it is seen, and what lies over it.
 *
 * Nothing here changes what the model sees. The slot "overlay" lies over the canvas.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { fill, h } from "../base/dom.js";
import { cornersOf } from "./corners.js";
import { narrowest } from "../../picture/gray-scale.js";
import { FilmCanvas } from "./film-canvas.js";
import { saidOf, unitOf } from "./measures.js";
import { LineTool } from "./line-tool.js";
import { listenToGestures } from "./gestures.js";
import { Placement } from "./placement.js";
import { pyramidOf } from "../../picture/pyramid.js";
import { areaOf } from "../../engine/attention-map.js";
import { UPRIGHT, isUpright, orient } from "../../picture/orientation.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, dragged, spanOf } from "../../picture/viewport.js";

/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../films/picture-cache.js").Picture} Picture */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** @typedef {import("../../picture/viewport.js").Look} Look */
/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {import("./placement.js").Point} Point */
/** @typedef {import("./placement.js").Place} Place */
/** Of a film in words. @typedef {{ number: number, name: string, size: string }} Caption */
/** How a film was looked at. @typedef {{ look: Look, orientation: Orientation, place: Place }} Sight */

/* What a double click zooms to. */
const CLOSER = 2.5;
/* How near a pointer has to come to the end of a line to take it: pixels of the screen. */
const REACH = { mouse: 10, pen: 14, touch: 24 };

export class FilmView {
  /** @type {Picture[]} of the film as it lies here, and its halves */ #levels = [];
  /** @type {Views | null} */ #views = null;
  /** @type {Caption | null} */ #caption = null;
  #preprocessing;
  #tell;
  #seen = false;
  #placement = new Placement();
  /** @type {Look} */ #look = PLAIN;
  /** @type {import("./attention.js").Overlay | null} */ #overlay = null;
  /** The overlay's layer as the film lies. @type {import("../../picture/heatmap.js").Layer | null} */ #layer = null;
  /** Lengths and ratios on the film. */
  lines = new LineTool(this.#placement, {
    size: () => (this.isBlank || this.#seen ? null : this.#stored),
    room: () => this.element,
    changed: () => this.#changed(),
    pointed: (point) => { this.#pointed = point; },
    ended: (line) => this.#tell.measured(saidOf(line, this.lines.list, this.unit), line.kind),
  });
  /** Whether a frame is drawn around what the model sees. */ outlined = false;
  /** Counts changes of film: the pyramid of an earlier film is discarded when it is ready. */
  #showing = 0;
  /** Under the pointer. @type {Point | null} */ #pointed = null;

  /** @type {FilmCanvas} */ #drawn = new FilmCanvas(() => this.element, () => this.#scene);
  canvas = this.#drawn.element;
  #corners = cornersOf();
  /** @type {HTMLElement} */ element = h("div", { class: "viewport", tabindex: "0", role: "img" }, this.canvas, h("slot", { name: "overlay" }),
    this.#corners.element);

  /**
   * @param {import("../export/record.js").Origin["preprocessing"]} preprocessing of the model, for what it sees
   * @param {object} tell
   * @param {() => import("./gestures.js").Mode} tell.mode
   * @param {() => void} tell.touched
   * @param {() => void} tell.changed what is shown, or how
   * @param {(line: string, kind: Measure["kind"]) => void} tell.measured a line has been drawn: its length, in words; and its kind
   */
  constructor(preprocessing, tell) {
    this.#preprocessing = preprocessing;
    this.#tell = tell;
    listenToGestures(this.element, {
      mode: tell.mode, touched: tell.touched,
      pan: (dx, dy) => this.pan(dx, dy),
      zoom: (factor, point) => this.zoom(factor, point),
      look: (dx, dy) => this.adjustLook(dragged(this.#look, dx, dy, this.span)),
      grab: (point, pointer) => this.lines.grab(point, REACH[pointer]),
      measure: (phase, point) => this.lines.draw(phase, point),
      hover: (point) => this.#onHover(point),
      twice: (point) => this.#twice(point),
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
    this.#say(text.viewer.empty);
  }

  /* ---- what is shown ---- */

  /** Shows a film. The choice of what the model saw stays; the rest is as for any film, or as it was looked at before.
   * @param {Views} views @param {Caption} caption @param {readonly Measure[]} measures that were drawn on it before
   * @param {Sight | null} sight */
  async show(views, caption, measures, sight) {
    this.#views = views;
    this.#caption = caption;
    this.#placement.orientation = sight?.orientation ?? UPRIGHT;
    this.lines.open(measures);
    this.#look = sight?.look ?? this.plain;
    this.element.setAttribute("aria-label", `${text.viewer.label(caption.name, caption.size)} ${text.viewer.keysHint}`);
    await this.#load(true, sight?.place);
  }

  /** Shows no film. @param {string} note says why */
  clear(note) {
    this.#showing += 1;
    this.#views = null;
    this.#caption = null;
    this.#levels = [];
    this.lines.open([]);
    this.#say(note);
    this.#changed();
  }

  /** Where a film would be. @param {string} note */
  #say(note) {
    this.element.setAttribute("aria-label", note);
    fill(this.#corners.note, note);
  }

  /** @param {boolean} anew whether the view starts from the whole film @param {Place} [place] where it is looked at instead */
  async #load(anew, place) {
    if (!this.#views) return;
    const mine = ++this.#showing;
    const [stored, { orientation }] = [this.#stored, this.#placement];
    const picture = isUpright(orientation) ? stored : await this.#oriented(stored);
    const levels = await pyramidOf(picture, yieldToEventLoop);
    if (mine !== this.#showing) return;
    this.#levels = levels;
    this.#placement.set(stored, this.#seen ? 1 : this.#views.facts?.pixelRatio ?? 1);
    this.#placement.fitted ||= anew;
    this.#layOver();
    fill(this.#corners.note);
    this.#resize();
    if (place) this.#placement.follow(place);
    this.#changed();
  }

  /** @param {Picture} stored @returns {Promise<Picture>} */
  async #oriented(stored) {
    const work = orient(stored, this.#placement.orientation);
    let step = work.next();
    for (; !step.done; step = work.next()) await yieldToEventLoop();
    return /** @type {Picture} */ (step.value);
  }

  /** @param {import("./attention.js").Overlay | null} overlay */
  lay(overlay) {
    this.#overlay = overlay;
    this.#layOver();
    this.#drawn.schedule();
  }

  /** Turns the map over the film with it. */
  #layOver() {
    const { layer } = this.#overlay ?? {};
    if (!layer || isUpright(this.orientation)) return this.#layer = layer ?? null;
    const work = orient({ ...layer, data: layer.values }, this.orientation);
    let step = work.next();
    while (!step.done) step = work.next();
    const { width, height, data } = step.value;
    return this.#layer = { width, height, values: data };
  }

  get isBlank() {
    return this.#levels.length === 0;
  }

  get views() {
    return this.#views;
  }

  get look() {
    return this.#look;
  }

  /** How values of the film that is shown become tones; null for samples that are their own. */
  get scale() {
    return this.#seen ? null : this.#views?.scale ?? null;
  }

  /** As the model saw the film. @returns {Look} */
  get plain() {
    return this.scale?.plain ?? PLAIN;
  }

  get span() {
    return this.scale?.span ?? spanOf();
  }

  get orientation() {
    return this.#placement.orientation;
  }

  get seen() {
    return this.#seen;
  }

  /** What lengths on the film are in. */
  get unit() {
    return unitOf(this.#views?.facts ?? null, this.lines.list);
  }

  /** What has been done to the film on the screen that could be done to it before it is read. */
  get treatment() {
    return { ...this.orientation, invert: this.#look.invert };
  }

  /** How it is looked at; null without a film. @returns {Sight | null} */
  get sight() {
    return this.isBlank ? null : { look: this.#look, orientation: this.orientation, place: this.#placement.place };
  }

  /* ---- drawing ---- */

  #resize() {
    const { clientWidth, clientHeight } = this.element;
    if (!clientWidth || !clientHeight) return;
    this.#placement.resize({ width: clientWidth, height: clientHeight });
    this.#showCorners();
    this.#drawn.schedule();
  }

  /** What there is to draw; null without a film. @returns {import("./film-canvas.js").Scene | null} */
  get #scene() {
    if (this.isBlank) return null;
    const { view, size } = this.#placement, overlay = this.#overlay, layer = this.#layer;
    const area = (/** @type {import("./placement.js").Area} */ ofFilm) => (this.#seen ? this.#placement.whole : this.#placement.areaOnScreen(ofFilm));
    return {
      levels: this.#levels, view, size, look: this.#look, scale: this.scale,
      map: overlay && layer && { layer, area: area(overlay.area), style: overlay.style },
      outline: this.outlined && !this.#seen ? area(this.#modelArea) : null,
      measures: this.#seen ? [] : this.lines.list, unit: this.unit,
      place: (point) => this.#placement.toScreen(point), cursor: this.lines.cursor,
    };
  }

  get #modelArea() {
    const { film } = /** @type {Views} */ (this.#views);
    return areaOf(film, this.#preprocessing);
  }

  /** The film as it is stored, or what the model saw of it. */
  get #stored() {
    const { film, seen } = /** @type {Views} */ (this.#views);
    return this.#seen ? seen : film;
  }

  #showCorners() {
    if (!this.#views || !this.#caption || this.isBlank) return this.#corners.show(null);
    const at = this.#pointed && this.#placement.toLying(this.#pointed);
    return this.#corners.show({ caption: this.#caption, facts: this.#views.facts, percent: this.percent, look: this.#look, scale: this.scale, unit: this.#seen ? null : this.unit,
      picture: this.#levels[0], at, orientation: this.orientation });
  }

  #changed() {
    this.#showCorners();
    this.element.dataset.touch = this.#placement.fitted ? "scroll" : "own";
    this.#drawn.schedule();
    this.#tell.changed();
  }

  /* ---- changes ---- */

  /** Zoom in percent: 100 is one pixel of the film for one of the screen. */
  get percent() {
    return 100 * this.#placement.scale * devicePixelRatio;
  }

  /** @param {number} factor @param {Point} [point] of the screen @returns {boolean} whether anything has changed */
  zoom(factor, point) {
    if (this.isBlank) return false;
    const changed = this.#placement.zoom(factor, point);
    this.#changed();
    return changed;
  }

  /** @param {number} dx pixels of the screen @param {number} dy */
  pan(dx, dy) {
    if (this.isBlank) return;
    this.#placement.pan(dx, dy);
    this.#changed();
  }

  fit() {
    if (this.isBlank) return;
    this.#placement.fit();
    this.#changed();
  }

  /** One pixel of the film for one of the screen. */
  oneToOne() {
    if (this.isBlank) return;
    this.#placement.zoomTo(1 / devicePixelRatio);
    this.#changed();
  }

  /** @param {Point} point of the screen */
  #twice(point) {
    if (this.#tell.mode() === "length" || this.#tell.mode() === "ratio") return;
    if (this.#placement.fitted) this.zoom(CLOSER, point);
    else this.fit();
  }

  /** @returns {Place | null} null without a film */
  get place() {
    return this.isBlank ? null : this.#placement.place;
  }

  /** Looks at the same place of another film, and tells nobody. @param {Place} place */
  follow(place) {
    if (this.isBlank) return;
    this.#placement.follow(place);
    this.#showCorners();
    this.#drawn.schedule();
  }

  /** Takes over what was done to another film's window, and tells nobody. @param {Look} look @param {Look} plain of that film */
  followLook(look, plain) {
    if (this.isBlank) return;
    const wider = this.plain.window / (plain.window || 1);
    const by = { level: (look.level - plain.level) * wider, window: (look.window - plain.window) * wider };
    const same = by.level === 0 && by.window === 0 && Boolean(look.table) === Boolean(plain.table);
    this.#look = { ...(same ? this.plain : adjust(this.plain, by, this.span, narrowest(this.scale))), invert: look.invert };
    this.#showCorners();
    this.#drawn.schedule();
  }

  /** @param {Look} look */
  setLook(look) {
    this.#look = look;
    this.#changed();
  }

  /** @param {{ level?: number, window?: number }} by */
  adjustLook(by) {
    this.setLook(adjust(this.#look, by, this.span, narrowest(this.scale)));
  }

  /** @param {Orientation} by */
  turn(by) {
    if (this.isBlank) return;
    this.#placement.turn(by);
    void this.#load(true);
  }

  toggleSeen() {
    const { look, plain } = this;
    this.#seen = !this.#seen;
    this.followLook(look, plain);
    void this.#load(true);
  }

  toggleOutline() {
    this.outlined = !this.outlined;
    this.#changed();
  }

  /** As the film came. */
  reset() {
    this.#look = this.plain;
    if (isUpright(this.orientation)) this.#changed();
    else {
      this.#placement.orientation = UPRIGHT;
      void this.#load(true);
    }
    this.fit();
  }

  /** @param {Point | null} point of the screen */
  #onHover(point) {
    this.#pointed = point;
    if (point) this.lines.hover(point);
    this.element.classList.toggle("on-end", point !== null && this.lines.endNear(point, REACH.mouse) !== null);
    this.#showCorners();
  }
}
