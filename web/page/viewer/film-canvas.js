/* film-canvas.js - draws a film and what lies over it: soon, in as many pixels as a frame has time for; and once more, in every
 * pixel of the screen, when nothing has changed for a while.
 *
 *     scene: the film, its window, where it is looked at, map, lines ── canvas, denser or not than the screen's unit
 *
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { shadesOf } from "../../picture/gray-scale.js";
import { paint } from "../../picture/heatmap.js";
import { draw, drawInBands } from "../../picture/pyramid.js";
import { h } from "../base/dom.js";
import { paintLines } from "./lines.js";

/** @typedef {import("./placement.js").Area} Area */
/** @typedef {import("./placement.js").Point} Point */
/** What there is to draw. Points and areas are of the screen, in the unit of style sheets.
 * @typedef {object} Scene
 * @property {import("../films/picture-cache.js").Picture[]} levels the film as it lies, and its halves
 * @property {import("../../picture/viewport.js").View} view what of it is looked at
 * @property {import("../../picture/viewport.js").Size} size of the film with square pixels
 * @property {import("../../picture/viewport.js").Look} look
 * @property {import("../../picture/gray-scale.js").GrayScale | null} scale how values become tones; null for samples that are their own
 * @property {{ layer: import("../../picture/heatmap.js").Layer, area: Area, style: import("./attention.js").Overlay["style"] } | null} map
 * @property {Area | null} outline of what the model sees
 * @property {readonly import("./measures.js").Measure[]} measures
 * @property {import("./measures.js").Unit} unit of their lengths
 * @property {(point: Point) => Point} place of a point of the film on the screen
 * @property {Point | null} cursor that keys measure with
 */

/* A canvas of at most this many pixels is drawn within a frame on a slow machine. */
const MOVING_PIXELS = 1.2e6;
/* At rest every pixel of the screen is drawn, up to this many. */
const STILL_PIXELS = 6e6;
const REST_MS = 150;

export class FilmCanvas {
  element = h("canvas");
  #room;
  #scene;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #rest;
  /** Counts what is to be drawn: a slower drawing of what was before is given up. */ #changes = 0;
  /** What is drawn into. @type {ImageData | null} */ #image = null;
  /** What was shown last. @type {{ look: Scene["look"] | null, scale: Scene["scale"], shades: Uint8ClampedArray }} */
  #shadesOf = { look: null, scale: null, shades: new Uint8ClampedArray() };

  /** @param {() => { clientWidth: number, clientHeight: number }} room what it fills @param {() => Scene | null} scene null without
   * a film */
  constructor(room, scene) {
    this.#room = room;
    this.#scene = scene;
  }

  /** Draws soon, and at rest once more. */
  schedule() {
    clearTimeout(this.#rest);
    this.#changes += 1;
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (!this.#draw()) this.#rest = setTimeout(() => void this.#sharpen(), REST_MS);
    });
  }

  /** Draws at once. @returns {boolean} whether that is every pixel of the screen */
  #draw() {
    const { clientWidth, clientHeight } = this.#room();
    const context = this.element.getContext("2d");
    if (!context || !clientWidth || !clientHeight) return true;
    const density = this.#densityFor(MOVING_PIXELS);
    this.#resize(density);
    const scene = this.#scene();
    if (!scene) {
      context.clearRect(0, 0, this.element.width, this.element.height);
      return true;
    }
    const { levels, view, size } = scene;
    const image = this.#imageOf(context);
    draw(image, levels, { ...view, scale: view.scale * density }, this.#shadesFor(scene), size);
    finish(context, image, scene, density);
    return density === devicePixelRatio;
  }

  /** Draws in every pixel of the screen, bit by bit, unless something changes meanwhile. */
  async #sharpen() {
    const context = this.element.getContext("2d");
    const scene = this.#scene();
    if (!context || !scene) return;
    const mine = this.#changes;
    const density = this.#densityFor(STILL_PIXELS);
    const { levels, view, size } = scene;
    const image = context.createImageData(...this.#sizeAt(density));
    for (const _ of drawInBands(image, levels, { ...view, scale: view.scale * density }, this.#shadesFor(scene), size)) {
      await yieldToEventLoop();
      if (mine !== this.#changes) return;
    }
    this.#resize(density);
    finish(context, image, scene, density);
  }

  /** Pixels of the canvas for one of the screen's unit. @param {number} most pixels of the canvas */
  #densityFor(most) {
    const { clientWidth, clientHeight } = this.#room();
    return Math.min(devicePixelRatio, Math.sqrt(most / Math.max(clientWidth * clientHeight, 1)));
  }

  /** @param {number} density @returns {[number, number]} */
  #sizeAt(density) {
    const { clientWidth, clientHeight } = this.#room();
    return [Math.round(clientWidth * density), Math.round(clientHeight * density)];
  }

  /** @param {number} density */
  #resize(density) {
    const [width, height] = this.#sizeAt(density);
    if (this.element.width !== width || this.element.height !== height) Object.assign(this.element, { width, height });
  }

  /** As large as the canvas. @param {CanvasRenderingContext2D} context */
  #imageOf(context) {
    const { width, height } = this.element;
    if (this.#image?.width !== width || this.#image.height !== height) this.#image = context.createImageData(width, height);
    return this.#image;
  }

  /** As what each sample is shown. @param {Scene} scene */
  #shadesFor({ look, scale }) {
    const { look: lastLook, scale: lastScale, shades } = this.#shadesOf;
    if (look !== lastLook || scale !== lastScale || shades.length === 0) this.#shadesOf = { look, scale, shades: shadesOf(look, scale) };
    return this.#shadesOf.shades;
  }
}

/** Puts a film on the canvas, with what lies over it. @param {CanvasRenderingContext2D} context @param {ImageData} image of the film
 * @param {Scene} scene @param {number} density */
function finish(context, image, { map, outline, measures, unit, place, cursor }, density) {
  const onCanvas = (/** @type {Point} */ { x, y }) => ({ x: x * density, y: y * density });
  const areaOnCanvas = (/** @type {Area} */ { x, y, width, height }) =>
    ({ x: x * density, y: y * density, width: width * density, height: height * density });
  if (map) paint(image, map.layer, areaOnCanvas(map.area), { ...map.style, density });
  context.putImageData(image, 0, 0);
  paintLines(context, { outline: outline && areaOnCanvas(outline), density, unit, measures,
    place: (point) => onCanvas(place(point)), cursor: cursor && onCanvas(cursor) });
}
