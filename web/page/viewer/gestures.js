/* gestures.js - what mouse, pen and fingers do over the film, told as what they mean.
 *
 *     one finger, or the left button    on the end of a line: move it; else as the mode says: move, window, measure
 *     right button; Shift               window
 *     middle button                     move
 *     two fingers                       zoom and move at once
 *     wheel                             zoom; at its smallest the page scrolls on
 *
 * Points are in pixels of the screen, from the element's corner.
 * SPDX-License-Identifier: MIT */
import { clamp } from "../../picture/viewport.js";

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {"pan" | "window" | "length" | "ratio"} Mode */
/** @typedef {object} Gestures
 * @property {() => Mode} mode
 * @property {() => void} touched before anything else
 * @property {(dx: number, dy: number) => void} pan
 * @property {(factor: number, point: Point) => boolean} zoom whether there was anything to zoom
 * @property {(dx: number, dy: number) => void} look
 * @property {(point: Point, pointer: "mouse" | "pen" | "touch") => boolean} grab takes what can be moved there, if there is something
 * @property {(phase: "start" | "move" | "end" | "drop", point: Point) => void} measure drop: it was no drawing after all
 * @property {(point: Point | null) => void} hover
 * @property {(point: Point) => void} twice a double click or double tap
 */

const TAP_MS = 300;
const TAP_PX = 24;
/* A right click without a drag opens the browser's menu. */
const DRAG_PX = 4;

/** @param {Point} a @param {Point} b */
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);
/** @param {Point} a @param {Point} b @returns {Point} */
const between = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

class Listener {
  #element;
  #to;
  /** @type {Map<number, Point>} */ #down = new Map();
  /** What one pointer does. @type {"pan" | "look" | "measure" | null} */ #doing = null;
  #lastTap = { at: 0, x: 0, y: 0 };
  #touch = false;
  #dragged = 0;

  /** @param {HTMLElement} element @param {Gestures} to */
  constructor(element, to) {
    this.#element = element;
    this.#to = to;
    element.addEventListener("pointerdown", (event) => this.#onDown(event));
    element.addEventListener("pointermove", (event) => this.#onMove(event));
    for (const name of /** @type {const} */ (["pointerup", "pointercancel"])) element.addEventListener(name, (event) => this.#onUp(event));
    element.addEventListener("pointerleave", () => to.hover(null));
    element.addEventListener("wheel", (event) => this.#onWheel(event), { passive: false });
    element.addEventListener("dblclick", (event) => this.#touch || to.twice(this.#at(event)));
    element.addEventListener("contextmenu", (event) => this.#dragged > DRAG_PX && event.preventDefault());
  }

  /** @param {MouseEvent} event @returns {Point} */
  #at({ clientX, clientY }) {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** @param {PointerEvent} event */
  #onDown(event) {
    if (event.target instanceof Element && event.target.closest("button")) return;
    this.#to.touched();
    this.#touch = event.pointerType === "touch";
    this.#dragged = 0;
    const point = this.#at(event);
    this.#down.set(event.pointerId, point);
    this.#element.setPointerCapture(event.pointerId);
    if (this.#down.size === 1) return this.#begin(event, point);
    if (this.#doing === "measure") this.#to.measure("drop", point);
    this.#doing = null;
  }

  /** @param {PointerEvent} event @param {Point} point */
  #begin(event, point) {
    this.#doing = this.#meaning(event);
    if (this.#doing === "look" || event.button === 1) return;
    if (this.#to.grab(point, /** @type {"mouse" | "pen" | "touch"} */ (event.pointerType))) this.#doing = "measure";
    else if (this.#doing === "measure") this.#to.measure("start", point);
  }

  /** @param {PointerEvent} event */
  #meaning({ button, shiftKey }) {
    if (button === 2 || shiftKey) return "look";
    if (button === 1) return "pan";
    return /** @type {const} */ ({ pan: "pan", window: "look", length: "measure", ratio: "measure" })[this.#to.mode()];
  }

  /** @param {PointerEvent} event */
  #onMove(event) {
    const point = this.#at(event);
    const before = this.#down.get(event.pointerId);
    if (!before) return this.#to.hover(point);
    const [dx, dy] = [point.x - before.x, point.y - before.y];
    this.#dragged += Math.abs(dx) + Math.abs(dy);
    if (this.#down.size === 2) this.#pinch(event.pointerId, before, point);
    this.#down.set(event.pointerId, point);
    if (this.#doing === "pan") this.#to.pan(dx, dy);
    else if (this.#doing === "look") this.#to.look(dx, dy);
    else if (this.#doing === "measure") this.#to.measure("move", point);
  }

  /** @param {number} id of the finger that moved @param {Point} before @param {Point} now */
  #pinch(id, before, now) {
    const [other] = [...this.#down].filter(([each]) => each !== id).map(([, point]) => point);
    const [middle, last] = [between(now, other), between(before, other)];
    this.#to.zoom(distance(now, other) / Math.max(distance(before, other), 1), middle);
    this.#to.pan(middle.x - last.x, middle.y - last.y);
  }

  /** @param {PointerEvent} event */
  #onUp(event) {
    if (!this.#down.delete(event.pointerId)) return;
    const point = this.#at(event);
    if (this.#doing === "measure") this.#to.measure("end", point);
    this.#doing = null;
    if (event.type === "pointerup" && this.#touch && this.#dragged < TAP_PX) this.#tap(point, event.timeStamp);
  }

  /** @param {Point} point @param {number} at time */
  #tap(point, at) {
    const twice = at - this.#lastTap.at < TAP_MS && distance(point, this.#lastTap) < TAP_PX;
    this.#lastTap = { at: twice ? 0 : at, ...point };
    if (twice) this.#to.twice(point);
  }

  /** @param {WheelEvent} event */
  #onWheel(event) {
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    if (this.#to.zoom(2 ** (-clamp(event.deltaY * lines, -200, 200) / 300), this.#at(event))) event.preventDefault();
  }
}

/** @param {HTMLElement} element @param {Gestures} to */
export function listenToGestures(element, to) {
  return new Listener(element, to);
}
