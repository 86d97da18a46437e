/* film-view.js - one film on a canvas: where it lies, what of it is seen, and what lies over it.
 *
 * Nothing here changes what the model sees. The slot "overlay" lies over the canvas.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { fill, h } from "../base/dom.js";
import { cornersOf } from "./corners.js";
import { paintLines } from "./lines.js";
import { saidOf, withoutOld } from "./measures.js";
import { listenToGestures } from "./gestures.js";
import { paint } from "../../picture/heatmap.js";
import { draw, lookOf, pyramidOf } from "../../picture/pyramid.js";
import { areaOf } from "../../engine/attention-map.js";
import { UPRIGHT, compose, inverse, isUpright, orient, orientArea, orientPoint } from "../../picture/orientation.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, clamp, fit, pan, spanOf, zoom } from "../../picture/viewport.js";

/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../films/picture-cache.js").Picture} Picture */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** @typedef {import("../../picture/viewport.js").Look} Look */
/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {{ x: number, y: number }} Point */
/** Of a film in words. @typedef {{ number: number, name: string, size: string }} Caption */
/** Where a film is looked at, whatever its size: the center from 0 to 1, and how often larger than what fits
 * @typedef {{ x: number, y: number, times: number }} Place */

/* A canvas of at most this many pixels is drawn within a frame on a slow machine. */
const MAX_PIXELS = 1.2e6;
/* What a double click zooms to. */
const CLOSER = 2.5;

export class FilmView {
  /** @type {Picture[]} of the film as it lies here, and its halves */ #levels = [];
  /** @type {Views | null} */ #views = null;
  /** @type {Caption | null} */ #caption = null;
  #preprocessing;
  #tell;
  #seen = false;
  #view = { x: 0, y: 0, scale: 1 };
  #fitted = true;
  /** @type {Orientation} */ #orientation = UPRIGHT;
  /** @type {Look} */ #look = PLAIN;
  /** Of each sample of a film in full depth. @type {Float32Array | undefined} */ #tones;
  /** What was shown last. @type {{ look: Look | null, tones: Float32Array | undefined, shades: Uint8ClampedArray }} */
  #shadesOf = { look: null, tones: undefined, shades: new Uint8ClampedArray() };
  /** @type {import("../../picture/viewport.js").Span} */ #span = spanOf();
  /** @type {import("./attention.js").Overlay | null} */ #overlay = null;
  /** The overlay's layer as the film lies. @type {import("../../picture/heatmap.js").Layer | null} */ #layer = null;
  /** @type {Measure[]} */ measures = [];
  /** Whether a frame is drawn around what the model sees. */ outlined = false;
  #frame = 0;
  /** @type {ImageData | null} */ #image = null;
  /** Pixels of the canvas for one of the screen, in the unit of style sheets. */ #density = 1;
  /** Counts changes of film: the pyramid of an earlier film is discarded when it is ready. */
  #showing = 0;
  /** Under the pointer. @type {Point | null} */ #pointed = null;
  /** The point that keys measure with, on the screen from the element's corner; null while none do. @type {Point | null} */
  #cursor = null;
  /** Whether keys have begun a line that they have not ended. */ #drawing = false;

  canvas = h("canvas");
  #corners = cornersOf();
  element = h("div", { class: "viewport", tabindex: "0", role: "img" }, this.canvas, h("slot", { name: "overlay" }),
    this.#corners.element);

  /**
   * @param {import("../export/record.js").Origin["preprocessing"]} preprocessing of the model, for what it sees
   * @param {object} tell
   * @param {() => import("./gestures.js").Mode} tell.mode
   * @param {() => void} tell.touched
   * @param {() => void} tell.changed what is shown, or how
   * @param {(line: string) => void} tell.measured a line has been drawn: its length, in words
   */
  constructor(preprocessing, tell) {
    this.#preprocessing = preprocessing;
    this.#tell = tell;
    listenToGestures(this.element, {
      mode: tell.mode, touched: tell.touched,
      pan: (dx, dy) => this.pan(dx * this.#density, dy * this.#density),
      zoom: (factor, { x, y }) => this.zoom(factor, { x: x * this.#density, y: y * this.#density }),
      look: (dx, dy) => this.setLook(adjust(this.#look, { level: dy * this.#lookStep, window: dx * 2 * this.#lookStep }, this.#span)),
      measure: (phase, point) => this.#onMeasure(phase, this.#filmPoint(point)),
      hover: (point) => {
        this.#pointed = point;
        this.#showCorners();
      },
      twice: (point) => this.#twice(point),
    });
    new ResizeObserver(() => this.#resize()).observe(this.element);
    this.#say(text.viewer.empty);
  }

  /* ---- what is shown ---- */

  /** Shows a film. Window and level stay, and the choice of what the model saw; the rest is as for any film.
   * @param {Views} views @param {Caption} caption @param {readonly Measure[]} measures that were drawn on it before */
  async show(views, caption, measures) {
    this.#views = views;
    this.#caption = caption;
    this.#orientation = UPRIGHT;
    this.measures = [...measures];
    this.#endKeys();
    this.#look = { ...this.#look, invert: false };
    this.element.setAttribute("aria-label", `${text.viewer.label(caption.name, caption.size)} ${text.viewer.keysHint}`);
    await this.#load(true);
  }

  /** Shows no film. @param {string} note says why */
  clear(note) {
    this.#showing += 1;
    this.#views = null;
    this.#caption = null;
    this.#levels = [];
    this.#say(note);
    this.#changed();
  }

  /** Where a film would be. @param {string} note */
  #say(note) {
    this.element.setAttribute("aria-label", note);
    fill(this.#corners.note, note);
  }

  /** @param {boolean} anew whether the view starts from the whole film */
  async #load(anew) {
    if (!this.#views) return;
    const mine = ++this.#showing;
    const stored = this.#seen ? this.#views.seen : this.#views.film;
    const picture = isUpright(this.#orientation) ? stored : await this.#oriented(stored);
    const levels = await pyramidOf(picture, yieldToEventLoop);
    if (mine !== this.#showing) return;
    this.#levels = levels;
    this.#fitted ||= anew;
    this.#layOver();
    this.#tones = this.#seen ? undefined : this.#views.tones;
    this.#span = spanOf(this.#tones);
    this.#look = adjust(this.#look, {}, this.#span);
    fill(this.#corners.note);
    this.#resize();
    this.#changed();
  }

  /** @param {Picture} stored @returns {Promise<Picture>} */
  async #oriented(stored) {
    const work = orient(stored, this.#orientation);
    let step = work.next();
    for (; !step.done; step = work.next()) await yieldToEventLoop();
    return /** @type {Picture} */ (step.value);
  }

  /** @param {import("./attention.js").Overlay | null} overlay */
  lay(overlay) {
    this.#overlay = overlay;
    this.#layOver();
    this.#schedule();
  }

  /** Turns the map over the film with it. */
  #layOver() {
    const { layer } = this.#overlay ?? {};
    if (!layer || isUpright(this.#orientation)) return this.#layer = layer ?? null;
    const work = orient({ ...layer, data: layer.values }, this.#orientation);
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

  get span() {
    return this.#span;
  }

  get tones() {
    return this.#tones;
  }

  get orientation() {
    return this.#orientation;
  }

  get seen() {
    return this.#seen;
  }

  /** What has been done to the film on the screen that could be done to it before it is read. */
  get treatment() {
    return { ...this.#orientation, invert: this.#look.invert };
  }

  /* ---- drawing ---- */

  /** Level for one pixel of a drag: the whole range in some 500. */
  get #lookStep() {
    return (this.#span.high - this.#span.low + 1) / 512;
  }

  #resize() {
    const { clientWidth, clientHeight } = this.element;
    if (!clientWidth || !clientHeight) return;
    const maxDensity = Math.sqrt(MAX_PIXELS / (clientWidth * clientHeight));
    const density = Math.min(devicePixelRatio, maxDensity);
    this.canvas.width = Math.round(clientWidth * density);
    this.canvas.height = Math.round(clientHeight * density);
    this.#density = this.canvas.width / clientWidth;
    if (this.#levels.length) this.#view = this.#fitted ? fit(this.#levels[0], this.canvas) : pan(this.#view, 0, 0, this.#levels[0], this.canvas);
    this.#showCorners();
    this.#schedule();
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  /** What is drawn into, as large as the canvas. @param {CanvasRenderingContext2D} context */
  #imageOf(context) {
    const { width, height } = this.canvas;
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = context.createImageData(width, height);
    return this.#image;
  }

  /** As what each sample is shown. */
  get #shades() {
    const { look, tones } = this.#shadesOf;
    if (look !== this.#look || tones !== this.#tones) {
      this.#shadesOf = { look: this.#look, tones: this.#tones, shades: lookOf(this.#look, this.#tones) };
    }
    return this.#shadesOf.shades;
  }

  /** Draws at once. */
  draw() {
    const context = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    if (!context || !width || !height) return;
    if (!this.#levels.length) return context.clearRect(0, 0, width, height);
    const image = this.#imageOf(context);
    draw(image, this.#levels, this.#view, this.#shades);
    if (this.#overlay && this.#layer) paint(image, this.#layer, this.#canvasArea(this.#seen ? null : this.#overlay.area), this.#overlay.style);
    context.putImageData(image, 0, 0);
    const outline = this.outlined && !this.#seen ? this.#canvasArea(this.#modelArea) : null;
    paintLines(context, {
      outline, density: this.#density, facts: this.#views?.facts ?? null,
      measures: this.#seen ? [] : this.measures, place: (point) => this.#canvasPoint(point),
      cursor: this.#cursor && { x: this.#cursor.x * this.#density, y: this.#cursor.y * this.#density },
    });
  }

  get #modelArea() {
    const { film } = /** @type {Views} */ (this.#views);
    return areaOf(film, this.#preprocessing);
  }

  /** Where an area of the stored film lies on the canvas; all of the picture for null.
   * @param {import("../../engine/attention-map.js").Area | null} area */
  #canvasArea(area) {
    const { x, y, scale } = this.#view;
    const { width, height } = this.#levels[0];
    const on = area ? orientArea(area, this.#stored, this.#orientation) : { x: 0, y: 0, width, height };
    return {
      x: (on.x - x) * scale + this.canvas.width / 2, y: (on.y - y) * scale + this.canvas.height / 2,
      width: on.width * scale, height: on.height * scale,
    };
  }

  /** The size of the film as it is stored. */
  get #stored() {
    const { film, seen } = /** @type {Views} */ (this.#views);
    return this.#seen ? seen : film;
  }

  /** @param {Point} point of the stored film @returns {Point} on the canvas */
  #canvasPoint(point) {
    const { x, y } = orientPoint(point, this.#stored, this.#orientation);
    return { x: (x - this.#view.x) * this.#view.scale + this.canvas.width / 2, y: (y - this.#view.y) * this.#view.scale + this.canvas.height / 2 };
  }

  /** @param {Point} point of the screen @returns {Point} of the picture as it lies */
  #lyingPoint({ x, y }) {
    const density = this.#density;
    return { x: this.#view.x + (x * density - this.canvas.width / 2) / this.#view.scale,
      y: this.#view.y + (y * density - this.canvas.height / 2) / this.#view.scale };
  }

  /** @param {Point} point of the screen @returns {Point} of the stored film */
  #filmPoint(point) {
    if (this.isBlank) return point;
    return orientPoint(this.#lyingPoint(point), this.#levels[0], inverse(this.#orientation));
  }

  #showCorners() {
    if (!this.#views || !this.#caption || this.isBlank) return this.#corners.show(null);
    const at = this.#pointed && this.#lyingPoint(this.#pointed);
    return this.#corners.show({ caption: this.#caption, facts: this.#views.facts, percent: this.percent, look: this.#look, tones: this.#tones,
      picture: this.#levels[0], at });
  }

  #changed() {
    this.#showCorners();
    this.element.dataset.touch = this.#fitted ? "scroll" : "own";
    this.#schedule();
    this.#tell.changed();
  }

  /* ---- changes ---- */

  /** Zoom in percent: 100 is one pixel of the film for one of the screen. */
  get percent() {
    return (100 * this.#view.scale * devicePixelRatio) / this.#density;
  }

  /** @param {import("../../picture/pyramid.js").View} view */
  #move(view) {
    this.#view = view;
    this.#fitted = view.scale <= fit(this.#levels[0], this.canvas).scale * 1.001;
    this.#changed();
  }

  /** @param {number} factor @param {Point} [point] of the canvas @returns {boolean} whether anything has changed */
  zoom(factor, point) {
    if (this.isBlank) return false;
    const { scale } = this.#view;
    this.#move(zoom(this.#view, factor, this.#levels[0], this.canvas, point));
    return this.#view.scale !== scale;
  }

  /** @param {number} dx pixels of the canvas @param {number} dy */
  pan(dx, dy) {
    if (!this.isBlank) this.#move(pan(this.#view, dx, dy, this.#levels[0], this.canvas));
  }

  fit() {
    if (!this.isBlank) this.#move(fit(this.#levels[0], this.canvas));
  }

  /** One pixel of the film for one of the screen. */
  oneToOne() {
    this.zoom(100 / this.percent);
  }

  /** @param {Point} point of the screen */
  #twice({ x, y }) {
    if (this.#fitted) this.zoom(CLOSER, { x: x * this.#density, y: y * this.#density });
    else this.fit();
  }

  /** @returns {Place | null} null without a film */
  get place() {
    if (this.isBlank) return null;
    const [film] = this.#levels;
    const { x, y, scale } = this.#view;
    return { x: x / film.width, y: y / film.height, times: scale / fit(film, this.canvas).scale };
  }

  /** Looks at the same place of another film, and tells nobody. @param {Place} place */
  follow({ x, y, times }) {
    if (this.isBlank) return;
    const [film] = this.#levels;
    const { scale } = fit(film, this.canvas);
    this.#view = pan({ x: x * film.width, y: y * film.height, scale: scale * times }, 0, 0, film, this.canvas);
    this.#fitted = times <= 1.001;
    this.#showCorners();
    this.#schedule();
  }

  /** @param {Look} look */
  setLook(look) {
    this.#look = look;
    this.#changed();
  }

  /** @param {{ level?: number, window?: number }} by */
  adjustLook(by) {
    this.setLook(adjust(this.#look, by, this.#span));
  }

  /** @param {Orientation} by */
  turn(by) {
    if (this.isBlank) return;
    this.#orientation = compose(this.#orientation, by);
    this.#fitted = true;
    void this.#load(true);
  }

  toggleSeen() {
    this.#seen = !this.#seen;
    void this.#load(true);
  }

  toggleOutline() {
    this.outlined = !this.outlined;
    this.#changed();
  }

  /** As the film came. */
  reset() {
    this.#look = PLAIN;
    if (isUpright(this.#orientation)) this.#changed();
    else {
      this.#orientation = UPRIGHT;
      void this.#load(true);
    }
    this.fit();
  }

  clearMeasures() {
    this.measures = [];
    this.#changed();
  }

  /** The kind of line that a drag draws. @type {() => Measure["kind"]} */
  kind = () => "length";

  /** @param {"start" | "move" | "end"} phase @param {Point} point of the stored film */
  #onMeasure(phase, point) {
    if (this.isBlank || this.#seen) return;
    const { width, height } = this.#stored;
    const at = { x: clamp(point.x, 0, width), y: clamp(point.y, 0, height) };
    if (phase === "start") {
      const kind = this.kind();
      this.measures = [...withoutOld(this.measures, kind), { kind, a: at, b: at }];
    } else this.#drag(at);
    if (phase === "end") this.#ended();
    this.#changed();
  }

  /** A line of no length is none. */
  #ended() {
    const last = this.measures[this.measures.length - 1];
    if (!last) return;
    if (last.a.x === last.b.x && last.a.y === last.b.y) this.measures = this.measures.slice(0, -1);
    else this.#tell.measured(saidOf(this.measures, this.#views?.facts ?? null));
  }

  /* ---- measuring by keys ---- */

  /** The point that keys measure with, in the middle at first. */
  get #point() {
    return this.#cursor ??= { x: this.element.clientWidth / 2, y: this.element.clientHeight / 2 };
  }

  /** Moves it, and the end of a line that was begun. @param {number} dx pixels of the screen @param {number} dy */
  movePoint(dx, dy) {
    if (this.isBlank || this.#seen) return;
    const { clientWidth, clientHeight } = this.element;
    const { x, y } = this.#point;
    this.#cursor = { x: clamp(x + dx, 0, clientWidth), y: clamp(y + dy, 0, clientHeight) };
    this.#pointed = this.#cursor;
    if (this.#drawing) this.#onMeasure("move", this.#filmPoint(this.#cursor));
    else this.#changed();
  }

  /** Begins a line there, or ends it. @returns {string} where it begins, in words; "" at the end, which is told as any line */
  setPoint() {
    if (this.isBlank || this.#seen) return "";
    const point = this.#filmPoint(this.#point);
    this.#drawing = !this.#drawing;
    this.#onMeasure(this.#drawing ? "start" : "end", point);
    return this.#drawing ? text.measures.at(Math.round(point.x), Math.round(point.y)) : "";
  }

  /** Takes the point away, and a line that was not ended. */
  dropPoint() {
    if (this.#drawing) this.measures = this.measures.slice(0, -1);
    this.#endKeys();
    this.#changed();
  }

  #endKeys() {
    this.#cursor = null;
    this.#drawing = false;
  }

  /** Widths are measured across the patient: the line stays level on the screen. @param {Point} to */
  #drag(to) {
    const last = this.measures[this.measures.length - 1];
    if (!last) return;
    const level = last.kind !== "length";
    const sideways = this.#orientation.turns % 2 === 1;
    last.b = !level ? to : sideways ? { x: last.a.x, y: to.y } : { x: to.x, y: last.a.y };
  }
}
