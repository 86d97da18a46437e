/* film-view.js - one film on a canvas: where it lies, what of it is seen, and what lies over it.
 *
 * Nothing here changes what the model sees. The slot "overlay" lies over the canvas.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { fill, h } from "../base/dom.js";
import { cornersOf } from "./corners.js";
import { narrowest, shadesOf } from "../../picture/gray-scale.js";
import { paintLines } from "./lines.js";
import { saidOf, unitOf } from "./measures.js";
import { Measuring } from "./measuring.js";
import { listenToGestures } from "./gestures.js";
import { Placement } from "./placement.js";
import { paint } from "../../picture/heatmap.js";
import { draw, drawInBands, pyramidOf } from "../../picture/pyramid.js";
import { areaOf } from "../../engine/attention-map.js";
import { UPRIGHT, isUpright, orient } from "../../picture/orientation.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, clamp, dragged, spanOf } from "../../picture/viewport.js";

/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../films/picture-cache.js").Picture} Picture */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** @typedef {import("../../picture/viewport.js").Look} Look */
/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {import("./placement.js").Point} Point */
/** @typedef {import("./placement.js").Place} Place */
/** Of a film in words. @typedef {{ number: number, name: string, size: string }} Caption */
/** How a film was looked at. @typedef {{ look: Look, orientation: Orientation, place: Place }} Sight */

/* A canvas of at most this many pixels is drawn within a frame on a slow machine. */
const MOVING_PIXELS = 1.2e6;
/* At rest every pixel of the screen is drawn, up to this many. */
const STILL_PIXELS = 6e6;
const REST_MS = 150;
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
  /** What was shown last. @type {{ look: Look | null, scale: unknown, shades: Uint8ClampedArray }} */
  #shadesOf = { look: null, scale: null, shades: new Uint8ClampedArray() };
  /** @type {import("./attention.js").Overlay | null} */ #overlay = null;
  /** The overlay's layer as the film lies. @type {import("../../picture/heatmap.js").Layer | null} */ #layer = null;
  #measuring = new Measuring(() => this.#placement.orientation.turns % 2 === 1);
  /** Whether a frame is drawn around what the model sees. */ outlined = false;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #rest;
  /** Counts what is to be drawn: a slower drawing of what was before is given up. */ #changes = 0;
  /** @type {ImageData | null} */ #image = null;
  /** Counts changes of film: the pyramid of an earlier film is discarded when it is ready. */
  #showing = 0;
  /** Under the pointer. @type {Point | null} */ #pointed = null;
  /** The point that keys measure with, on the screen from the element's corner; null while none do. @type {Point | null} */
  #cursor = null;
  /** Whether keys have begun a line that they have not ended. */ #drawing = false;
  /** Whether a click has begun a line that the next click ends. */ #placing = false;

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
      grab: (point, pointer) => this.#grab(point, REACH[pointer]),
      measure: (phase, point) => this.#onMeasure(phase, this.#placement.toFilm(point)),
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
    this.#measuring.open(measures);
    this.#endKeys();
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
    this.#measuring.open([]);
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
    this.#schedule();
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

  get measures() {
    return this.#measuring.list;
  }

  /** What lengths on the film are in. */
  get unit() {
    return unitOf(this.#views?.facts ?? null, this.measures);
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
    this.#schedule();
  }

  /** Draws soon; and once more, in every pixel of the screen, when nothing has changed for a while. */
  #schedule() {
    clearTimeout(this.#rest);
    this.#changes += 1;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#draw()) this.#rest = setTimeout(() => void this.#sharpen(), REST_MS);
    });
  }

  /** Pixels of the canvas for one of the screen's unit. @param {number} most pixels of the canvas */
  #densityFor(most) {
    const { clientWidth, clientHeight } = this.element;
    return Math.min(devicePixelRatio, Math.sqrt(most / Math.max(clientWidth * clientHeight, 1)));
  }

  /** What is drawn into, as large as the canvas. @param {CanvasRenderingContext2D} context */
  #imageOf(context) {
    const { width, height } = this.canvas;
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = context.createImageData(width, height);
    return this.#image;
  }

  /** As what each sample is shown. */
  get #shades() {
    const { look, scale } = this.#shadesOf;
    if (look !== this.#look || scale !== this.scale || this.#shadesOf.shades.length === 0) {
      this.#shadesOf = { look: this.#look, scale: this.scale, shades: shadesOf(this.#look, this.scale) };
    }
    return this.#shadesOf.shades;
  }

  /** Draws at once. @returns {boolean} whether that is every pixel of the screen */
  #draw() {
    const { clientWidth, clientHeight } = this.element;
    const context = this.canvas.getContext("2d");
    if (!context || !clientWidth || !clientHeight) return true;
    const density = this.#densityFor(MOVING_PIXELS);
    this.#resizeCanvas(density);
    if (this.isBlank) {
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      return true;
    }
    const { view, size } = this.#placement;
    const image = this.#imageOf(context);
    draw(image, this.#levels, { ...view, scale: view.scale * density }, this.#shades, size);
    this.#finish(context, image, density);
    return density === devicePixelRatio;
  }

  /** Draws in every pixel of the screen, bit by bit, unless something changes meanwhile. */
  async #sharpen() {
    const context = this.canvas.getContext("2d");
    if (!context || this.isBlank) return;
    const mine = this.#changes;
    const density = this.#densityFor(STILL_PIXELS);
    const { view, size } = this.#placement;
    const image = context.createImageData(...this.#sizeAt(density));
    for (const _ of drawInBands(image, this.#levels, { ...view, scale: view.scale * density }, this.#shades, size)) {
      await yieldToEventLoop();
      if (mine !== this.#changes) return;
    }
    this.#resizeCanvas(density);
    this.#finish(context, image, density);
  }

  /** Of the canvas. @param {number} density @returns {[number, number]} */
  #sizeAt(density) {
    return [Math.round(this.element.clientWidth * density), Math.round(this.element.clientHeight * density)];
  }

  /** @param {number} density */
  #resizeCanvas(density) {
    const [width, height] = this.#sizeAt(density);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
  }

  /** Puts a film on the canvas, with what lies over it. @param {CanvasRenderingContext2D} context @param {ImageData} image of the film
   * @param {number} density */
  #finish(context, image, density) {
    const onCanvas = (/** @type {Point} */ { x, y }) => ({ x: x * density, y: y * density });
    const areaOnCanvas = (/** @type {import("./placement.js").Area} */ { x, y, width, height }) =>
      ({ x: x * density, y: y * density, width: width * density, height: height * density });
    if (this.#overlay && this.#layer) {
      const area = this.#seen ? this.#placement.whole : this.#placement.areaOnScreen(this.#overlay.area);
      paint(image, this.#layer, areaOnCanvas(area), { ...this.#overlay.style, density });
    }
    context.putImageData(image, 0, 0);
    const outline = this.outlined && !this.#seen ? areaOnCanvas(this.#placement.areaOnScreen(this.#modelArea)) : null;
    paintLines(context, {
      outline, density, unit: this.unit,
      measures: this.#seen ? [] : this.measures, place: (point) => onCanvas(this.#placement.toScreen(point)),
      cursor: this.#cursor && onCanvas(this.#cursor),
    });
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
    this.#schedule();
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
    this.#schedule();
  }

  /** Takes over what was done to another film's window, and tells nobody. @param {Look} look @param {Look} plain of that film */
  followLook(look, plain) {
    if (this.isBlank) return;
    const wider = this.plain.window / (plain.window || 1);
    const by = { level: (look.level - plain.level) * wider, window: (look.window - plain.window) * wider };
    const same = by.level === 0 && by.window === 0 && Boolean(look.table) === Boolean(plain.table);
    this.#look = { ...(same ? this.plain : adjust(this.plain, by, this.span, narrowest(this.scale))), invert: look.invert };
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

  /* ---- measuring ---- */

  /** The kind of line that a drag draws. @type {() => Measure["kind"]} */
  kind = () => "length";

  get #mayMeasure() {
    return !this.isBlank && !this.#seen;
  }

  /** The end of a line near a point of the screen. @param {Point} point @param {number} reach */
  #endNear(point, reach) {
    return this.#mayMeasure ? this.#measuring.endNear(point, reach, (at) => this.#placement.toScreen(at)) : null;
  }

  /** Takes the end of a line, if there is one. @param {Point} point of the screen @param {number} reach */
  #grab(point, reach) {
    const end = this.#placing ? null : this.#endNear(point, reach);
    if (end) this.#measuring.grab(end);
    return end !== null;
  }

  /** @param {Point | null} point of the screen */
  #onHover(point) {
    this.#pointed = point;
    if (this.#placing && point) this.#onMeasure("move", this.#placement.toFilm(point));
    this.element.classList.toggle("on-end", point !== null && this.#endNear(point, REACH.mouse) !== null);
    this.#showCorners();
  }

  /** @param {"start" | "move" | "end" | "drop"} phase @param {Point} point of the stored film */
  #onMeasure(phase, point) {
    if (!this.#mayMeasure) return;
    const { width, height } = this.#stored;
    const at = { x: clamp(point.x, 0, width), y: clamp(point.y, 0, height) };
    if (phase === "drop") this.#giveUp();
    else if (phase === "start") this.#startAt(at);
    else {
      this.#measuring.move(at);
      if (phase === "end") this.#endAt();
    }
    this.#changed();
  }

  /** Begins a line, or ends the one that a click has begun. @param {Point} at */
  #startAt(at) {
    if (!this.#placing) return this.#measuring.start(this.kind(), at);
    this.#measuring.move(at);
    return this.#ended();
  }

  /** A click alone begins a line, which the next one ends. */
  #endAt() {
    if (!this.#drawing && this.#measuring.isPoint) this.#placing = true;
    else this.#ended();
  }

  #giveUp() {
    this.#measuring.giveUp();
    this.#placing = false;
  }

  #ended() {
    this.#placing = false;
    const line = this.#measuring.end();
    if (line) this.#tell.measured(saidOf(line, this.measures, this.unit), line.kind);
  }

  /** @returns {boolean} whether there was anything to take back */
  undoMeasure() {
    this.#placing = false;
    this.#drawing = false;
    const undone = this.#measuring.undo();
    if (undone) this.#changed();
    return undone;
  }

  removeLastMeasure() {
    this.#measuring.removeLast();
    this.#changed();
  }

  /** @param {Measure | undefined} reference the line that is known; none ends the calibration @param {number} mm its length */
  calibrate(reference, mm) {
    this.#measuring.calibrate(reference, mm);
    this.#changed();
  }

  clearMeasures() {
    this.#measuring.clear();
    this.#changed();
  }

  /** The point that keys measure with, in the middle at first. */
  get #point() {
    return this.#cursor ??= { x: this.element.clientWidth / 2, y: this.element.clientHeight / 2 };
  }

  /** Moves it, and the end of a line that was begun. @param {number} dx pixels of the screen @param {number} dy */
  movePoint(dx, dy) {
    if (!this.#mayMeasure) return;
    const { clientWidth, clientHeight } = this.element;
    const { x, y } = this.#point;
    this.#cursor = { x: clamp(x + dx, 0, clientWidth), y: clamp(y + dy, 0, clientHeight) };
    this.#pointed = this.#cursor;
    if (this.#drawing) this.#onMeasure("move", this.#placement.toFilm(this.#cursor));
    else this.#changed();
  }

  /** Begins a line there, or ends it. @returns {string} where it begins, in words; "" at the end, which is told as any line */
  setPoint() {
    if (!this.#mayMeasure) return "";
    const point = this.#placement.toFilm(this.#point);
    const begins = !this.#drawing;
    this.#onMeasure(begins ? "start" : "end", point);
    this.#drawing = begins;
    return begins ? text.measures.at(Math.round(point.x), Math.round(point.y)) : "";
  }

  /** Takes the point away, and a line that was not ended. */
  dropPoint() {
    if (this.#drawing || this.#placing) this.#giveUp();
    this.#endKeys();
    this.#changed();
  }

  #endKeys() {
    this.#placing = false;
    this.#cursor = null;
    this.#drawing = false;
  }
}
