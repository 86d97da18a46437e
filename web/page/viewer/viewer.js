/* viewer.js - the film on a canvas: zoom, pan, window and level, invert, what the model saw.
 *
 * Everything can be done with keys, buttons or pointer, and nothing here changes what the model sees.
 * The slot "overlay" lies over the canvas.
 * SPDX-License-Identifier: MIT */
import { yieldToEventLoop } from "../../base/yield-to-event-loop.js";
import { fill, h } from "../base/dom.js";
import { paint } from "../../picture/heatmap.js";
import { inNativeUnits } from "./native-window.js";
import { draw, lookOf, pyramidOf } from "../../picture/pyramid.js";
import { windowValue } from "../base/format.js";
import { text } from "../base/strings.js";
import { PLAIN, adjust, clamp, fit, pan, spanOf, widest, zoom } from "../../picture/viewport.js";

/** @typedef {import("../films/picture-cache.js").Views} Views */
/** @typedef {import("../films/picture-cache.js").Picture} Picture */

/* A canvas of at most this many pixels is drawn within a frame on a slow machine. */
const MAX_PIXELS = 1.2e6;
const PAN_STEP = 48;
const ZOOM_STEP = 1.25;
const LEVEL_STEP = 8;

export class Viewer {
  /** @type {Picture[]} */ #levels = [];
  /** @type {Views | null} */ #views = null;
  #seen = false;
  #view = { x: 0, y: 0, scale: 1 };
  #fitted = true;
  /** @type {import("../../picture/viewport.js").Look} */ #look = PLAIN;
  /** Of each sample of a film in full depth. @type {Float32Array | undefined} */ #tones;
  /** @type {import("../../picture/viewport.js").Span} */ #span = spanOf();
  /** @type {import("./attention.js").Overlay | null} */ #overlay = null;
  #frame = 0;
  /** Counts changes of film: the pyramid of an earlier film is discarded when it is ready. */
  #showing = 0;

  canvas = h("canvas");
  #viewport;
  #note = h("p", { class: "viewer-note" });
  #units = h("p", { class: "viewer-units" });
  #level = this.#slider(text.viewer.level, 0, 255, (level) => ({ ...this.#look, level }));
  #window = this.#slider(text.viewer.window, 2, 512, (window) => ({ ...this.#look, window }));
  #invert = this.#button(text.viewer.invert, () => this.#setInvert(), true);
  #seenButton = this.#button(text.viewer.seen, () => this.#toggleSeen(), true);
  element;

  /** @param {{ onHelp: () => void, onStep: (by: 1 | -1) => void, more: Record<string, () => void> }}
   * actions of keys that are not the viewer's own */
  constructor(actions) {
    this.#viewport = this.#makeViewport();
    this.#keys = this.#keyTable(actions);
    this.element = h("section", { class: "viewer", "aria-label": text.viewer.heading },
      this.#makeTools(), this.#viewport, this.#units, this.#note);
    new ResizeObserver(() => this.#resize()).observe(this.#viewport);
    this.clear(text.viewer.empty);
  }

  /** Shows a film. Window, level and the choice of "what the model saw" stay; zoom and pan are reset.
   * @param {Views} views @param {string} name @param {string} size in words */
  async show(views, name, size) {
    this.#views = views;
    this.#viewport.setAttribute("aria-label", `${text.viewer.label(name, size)} ${text.viewer.keysHint}`);
    this.element.classList.remove("blank");
    await this.#load();
  }

  /** Shows no film. @param {string} note says why */
  clear(note) {
    this.#showing += 1;
    this.#views = null;
    this.#levels = [];
    this.element.classList.add("blank");
    this.#viewport.setAttribute("aria-label", note);
    fill(this.#note, note);
    this.#showUnits();
    this.#schedule();
  }

  /** @param {import("./attention.js").Overlay | null} overlay */
  lay(overlay) {
    this.#overlay = overlay;
    this.#schedule();
  }

  async #load() {
    if (!this.#views) return;
    const mine = ++this.#showing;
    const picture = this.#seen ? this.#views.seen : this.#views.film;
    const levels = await pyramidOf(picture, yieldToEventLoop);
    if (mine !== this.#showing) return;
    this.#levels = levels;
    this.#fitted = true;
    this.#setTones(this.#seen ? undefined : this.#views.tones);
    fill(this.#note, this.#seen ? text.viewer.seenNote(picture.width)
      : this.#tones ? text.viewer.deepNote(this.#tones.length) : text.viewer.onlyView);
    this.#resize();
  }

  /** Extends the range of window and level to the film's tones. @param {Float32Array | undefined} tones */
  #setTones(tones) {
    this.#tones = tones;
    this.#span = spanOf(tones);
    this.#level.min = String(this.#span.low);
    this.#level.max = String(this.#span.high);
    this.#window.max = String(widest(this.#span));
    this.#setLook(adjust(this.#look, {}, this.#span));
  }

  /* ---- drawing ---- */

  #resize() {
    const { clientWidth, clientHeight } = this.#viewport;
    if (!clientWidth || !clientHeight) return;
    const maxDensity = Math.sqrt(MAX_PIXELS / (clientWidth * clientHeight));
    const density = Math.min(devicePixelRatio, maxDensity);
    this.canvas.width = Math.round(clientWidth * density);
    this.canvas.height = Math.round(clientHeight * density);
    if (this.#levels.length && this.#fitted) this.#view = fit(this.#levels[0], this.canvas);
    this.#schedule();
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const context = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    if (!context || !width || !height) return;
    context.clearRect(0, 0, width, height);
    if (!this.#levels.length) return;
    const image = context.createImageData(width, height);
    draw(image, this.#levels, this.#view, lookOf(this.#look, this.#tones));
    if (this.#overlay) paint(image, this.#overlay.layer, this.#place(this.#overlay), this.#overlay.style);
    context.putImageData(image, 0, 0);
  }

  /** Where an overlay lies on the canvas. @param {import("./attention.js").Overlay} overlay */
  #place({ area }) {
    const { x, y, scale } = this.#view;
    const { width, height } = this.#levels[0];
    const on = this.#levels[0] === this.#views?.seen ? { x: 0, y: 0, width, height } : area;
    return {
      x: (on.x - x) * scale + this.canvas.width / 2,
      y: (on.y - y) * scale + this.canvas.height / 2,
      width: on.width * scale,
      height: on.height * scale,
    };
  }

  /* ---- changes ---- */

  /** @param {import("../../picture/pyramid.js").View} view */
  #move(view) {
    this.#view = view;
    this.#fitted = view.scale <= fit(this.#levels[0], this.canvas).scale * 1.001;
    this.#schedule();
  }

  /** @param {number} factor @param {{ x: number, y: number }} [point] */
  #zoom(factor, point) {
    if (!this.#levels.length) return;
    this.#move(zoom(this.#view, factor, this.#levels[0], this.canvas, point));
  }

  /** @param {number} dx canvas pixels @param {number} dy */
  #pan(dx, dy) {
    if (!this.#levels.length) return;
    this.#move(pan(this.#view, dx, dy, this.#levels[0], this.canvas));
  }

  /** @param {import("../../picture/viewport.js").Look} look */
  #setLook(look) {
    this.#look = look;
    this.#level.value = String(look.level);
    this.#window.value = String(look.window);
    this.#invert.setAttribute("aria-pressed", String(look.invert));
    this.#showUnits();
    this.#schedule();
  }

  /** The window in the file's own values, where it has such. */
  #showUnits() {
    const facts = this.#tones && this.#views ? this.#views.facts : null;
    const native = inNativeUnits(this.#look, facts);
    fill(this.#units, native
      ? text.viewer.nativeWindow(windowValue(native.center, native.width), windowValue(native.width, native.width)) : "");
  }

  #setInvert() {
    this.#setLook({ ...this.#look, invert: !this.#look.invert });
  }

  #toggleSeen() {
    this.#seen = !this.#seen;
    this.#seenButton.setAttribute("aria-pressed", String(this.#seen));
    this.#load();
  }

  #reset() {
    this.#setLook(PLAIN);
    if (this.#levels.length) this.#move(fit(this.#levels[0], this.canvas));
  }

  /* ---- controls ---- */

  #makeViewport() {
    const viewport = h("div", { class: "viewport", tabindex: "0", role: "img" },
      this.canvas, h("slot", { name: "overlay" }));
    viewport.addEventListener("keydown", (event) => this.#onKey(event));
    viewport.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    viewport.addEventListener("pointerdown", (event) => this.#onDrag(event));
    viewport.addEventListener("dblclick", () => this.#reset());
    return viewport;
  }

  #makeTools() {
    return h("div", { class: "tools" },
      this.#button("+", () => this.#zoom(ZOOM_STEP), false, text.viewer.zoomIn),
      this.#button("\u2212", () => this.#zoom(1 / ZOOM_STEP), false, text.viewer.zoomOut),
      this.#invert,
      this.#button(text.viewer.reset, () => this.#reset()),
      this.#seenButton,
      h("div", { class: "sliders" },
        h("label", {}, h("span", {}, text.viewer.level), this.#level),
        h("label", {}, h("span", {}, text.viewer.window), this.#window)));
  }

  /** @param {string} label @param {() => void} act @param {boolean} [toggles] @param {string}
   * [name] */
  #button(label, act, toggles = false, name = undefined) {
    const pressed = toggles ? "false" : null;
    return h("button", { type: "button", class: "quiet", "aria-pressed": pressed, "aria-label": name,
      title: name, onclick: act }, label);
  }

  /** @param {string} name @param {number} min @param {number} max
   * @param {(value: number) => import("../../picture/viewport.js").Look} change */
  #slider(name, min, max, change) {
    const value = name === text.viewer.level ? PLAIN.level : PLAIN.window;
    const slider = h("input", { type: "range", min, max, value });
    slider.addEventListener("input", () => this.#setLook(change(Number(slider.value))));
    return slider;
  }

  /** @type {Record<string, () => void>} */ #keys;

  /** @param {{ onHelp: () => void, onStep: (by: 1 | -1) => void, more: Record<string, () => void> }}
   * actions @returns {Record<string, () => void>} */
  #keyTable({ onHelp, onStep, more }) {
    const look = (/** @type {{ level?: number, window?: number }} */ by) => () =>
      this.#setLook(adjust(this.#look, by, this.#span));
    return {
      "+": () => this.#zoom(ZOOM_STEP),
      "=": () => this.#zoom(ZOOM_STEP),
      "-": () => this.#zoom(1 / ZOOM_STEP),
      ArrowLeft: () => this.#pan(PAN_STEP, 0),
      ArrowRight: () => this.#pan(-PAN_STEP, 0),
      ArrowUp: () => this.#pan(0, PAN_STEP),
      ArrowDown: () => this.#pan(0, -PAN_STEP),
      "[": look({ level: -LEVEL_STEP }),
      "]": look({ level: LEVEL_STEP }),
      ",": look({ window: -2 * LEVEL_STEP }),
      ".": look({ window: 2 * LEVEL_STEP }),
      i: () => this.#setInvert(),
      s: () => this.#toggleSeen(),
      r: () => this.#reset(),
      n: () => onStep(1),
      p: () => onStep(-1),
      "?": onHelp,
      ...more,
    };
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!Object.hasOwn(this.#keys, key)) return;
    event.preventDefault();
    this.#keys[key]();
  }

  /** @param {WheelEvent} event */
  #onWheel(event) {
    if (!this.#levels.length) return;
    event.preventDefault();
    const density = this.canvas.width / this.#viewport.clientWidth;
    const point = { x: event.offsetX * density, y: event.offsetY * density };
    this.#zoom(2 ** (-clamp(event.deltaY, -200, 200) / 300), point);
  }

  /** Drag pans; with Shift it sets level (up, down) and window (left, right).
   * @param {PointerEvent} start */
  #onDrag(start) {
    if (!this.#levels.length || start.button !== 0) return;
    const looks = start.shiftKey;
    const density = this.canvas.width / this.#viewport.clientWidth;
    const move = (/** @type {PointerEvent} */ { movementX, movementY }) => {
      if (looks) this.#setLook(adjust(this.#look, { level: movementY / 2, window: movementX }, this.#span));
      else this.#pan(movementX * density, movementY * density);
    };
    this.#viewport.setPointerCapture(start.pointerId);
    this.#viewport.addEventListener("pointermove", move);
    const end = () => this.#viewport.removeEventListener("pointermove", move);
    this.#viewport.addEventListener("lostpointercapture", end, { once: true });
  }
}
