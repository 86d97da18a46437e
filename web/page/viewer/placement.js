/* placement.js - where a film lies on the screen: turned, mirrored, zoomed, moved; and which of its points is where.
 *
 *     point of the film as stored ── orientation ── as it lies ── stretch: square pixels ── view ── point of the screen
 *
 * Points of the screen are in the unit of style sheets, from the corner of what the film is shown in. Numbers only.
 * SPDX-License-Identifier: MIT */
import { UPRIGHT, compose, inverse, orientArea, orientPoint, orientedSize } from "../../picture/orientation.js";
import { fit, pan, zoom } from "../../picture/viewport.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {import("../../picture/viewport.js").Size} Size */
/** @typedef {import("../../picture/orientation.js").Orientation} Orientation */
/** @typedef {import("../../picture/orientation.js").Area} Area */
/** Where a film is looked at, whatever its size: the center from 0 to 1, and how often larger than what fits
 * @typedef {{ x: number, y: number, times: number }} Place */

/* A scale that differs less from what fits is that. */
const ABOUT = 0.001;

/** How often larger a pixel is shown, across and down, so that what is round in the patient is round on the screen.
 * @param {number} ratio height of a pixel over its width @returns {[number, number]} */
const stretchOf = (ratio) => (ratio >= 1 ? [1, ratio] : [1 / ratio, 1]);

export class Placement {
  /** Of the film as it is stored. @type {Size} */ #stored = { width: 1, height: 1 };
  #ratio = 1;
  /** @type {Size} */ #screen = { width: 1, height: 1 };
  #view = { x: 0, y: 0, scale: 1 };
  /** @type {Orientation} */ orientation = UPRIGHT;
  /** Whether the whole film is shown, and stays so when the screen changes. */ fitted = true;

  /** Places a film. @param {Size} stored @param {number} ratio height of a pixel over its width */
  set(stored, ratio) {
    this.#stored = stored;
    this.#ratio = ratio;
  }

  /** @param {Size} screen */
  resize(screen) {
    this.#screen = screen;
    this.#view = this.fitted ? fit(this.size, screen) : pan(this.#view, 0, 0, this.size, screen);
  }

  /** Of the film as it lies, in pixels of it. */
  get #lying() {
    return orientedSize(this.#stored, this.orientation);
  }

  /** @returns {[number, number]} */
  get #stretch() {
    return stretchOf(this.orientation.turns % 2 ? 1 / this.#ratio : this.#ratio);
  }

  /** Of the film as it lies, in the view's unit: a pixel, at the shorter of its sides. */
  get size() {
    const [{ width, height }, [across, down]] = [this.#lying, this.#stretch];
    return { width: width * across, height: height * down };
  }

  get view() {
    return this.#view;
  }

  /** Pixels of the screen, in its unit, for one of the film. */
  get scale() {
    return this.#view.scale;
  }

  /** @param {import("../../picture/pyramid.js").View} view */
  #move(view) {
    this.#view = view;
    this.fitted = Math.abs(view.scale / fit(this.size, this.#screen).scale - 1) < ABOUT;
  }

  /** @param {number} factor @param {Point} [point] of the screen that stays where it is @returns {boolean} whether it changed */
  zoom(factor, point) {
    const { scale } = this.#view;
    this.#move(zoom(this.#view, factor, this.size, this.#screen, point));
    return this.#view.scale !== scale;
  }

  /** To a scale, also one that is smaller than what fits. @param {number} scale */
  zoomTo(scale) {
    const least = Math.min(scale, fit(this.size, this.#screen).scale);
    this.#move(zoom(this.#view, scale / this.#view.scale, this.size, this.#screen, undefined, least));
  }

  /** @param {number} dx @param {number} dy */
  pan(dx, dy) {
    this.#move(pan(this.#view, dx, dy, this.size, this.#screen));
  }

  fit() {
    this.#move(fit(this.size, this.#screen));
  }

  /** @param {Orientation} by */
  turn(by) {
    this.orientation = compose(this.orientation, by);
    this.fitted = true;
  }

  /** @returns {Place} */
  get place() {
    const [{ x, y, scale }, { width, height }] = [this.#view, this.size];
    return { x: x / width, y: y / height, times: scale / fit(this.size, this.#screen).scale };
  }

  /** @param {Place} place */
  follow({ x, y, times }) {
    const { width, height } = this.size;
    const { scale } = fit(this.size, this.#screen);
    this.#move(pan({ x: x * width, y: y * height, scale: scale * times }, 0, 0, this.size, this.#screen));
  }

  /** @param {Point} point of the film as it lies, in pixels of it @returns {Point} of the screen */
  #onScreen({ x, y }) {
    const [view, [across, down], { width, height }] = [this.#view, this.#stretch, this.#screen];
    return { x: (x * across - view.x) * view.scale + width / 2, y: (y * down - view.y) * view.scale + height / 2 };
  }

  /** @param {Point} point of the film as stored @returns {Point} of the screen */
  toScreen(point) {
    return this.#onScreen(orientPoint(point, this.#stored, this.orientation));
  }

  /** @param {Point} point of the screen @returns {Point} of the film as it lies, in pixels of it */
  toLying({ x, y }) {
    const [view, [across, down], { width, height }] = [this.#view, this.#stretch, this.#screen];
    return { x: (view.x + (x - width / 2) / view.scale) / across, y: (view.y + (y - height / 2) / view.scale) / down };
  }

  /** @param {Point} point of the screen @returns {Point} of the film as stored */
  toFilm(point) {
    return orientPoint(this.toLying(point), this.#lying, inverse(this.orientation));
  }

  /** @param {Area} area of the film as stored @returns {Area} of the screen */
  areaOnScreen(area) {
    const on = orientArea(area, this.#stored, this.orientation);
    const [a, b] = [this.#onScreen(on), this.#onScreen({ x: on.x + on.width, y: on.y + on.height })];
    return { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y };
  }

  /** All of the film on the screen. */
  get whole() {
    return this.areaOnScreen({ x: 0, y: 0, ...this.#stored });
  }
}
