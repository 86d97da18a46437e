/* line-tool.js - lines on a film as a hand draws them: by a drag, by two clicks, or by keys that move a point.
 *
 *     points of the screen ── placement ── points of the film, within it ── measuring.js: the lines, and steps back
 *
 * SPDX-License-Identifier: MIT */
import { clamp } from "../../picture/viewport.js";
import { text } from "../base/strings.js";
import { Measuring } from "./measuring.js";

/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {import("./placement.js").Point} Point */

/** @typedef {object} LineActions
 * @property {() => import("../../picture/viewport.js").Size | null} size of the film as stored; null while nothing can be measured
 * @property {() => { clientWidth: number, clientHeight: number }} room what the film is shown in
 * @property {() => void} changed
 * @property {(point: Point) => void} pointed keys have moved their point there on the screen
 * @property {(line: Measure) => void} ended a line has been drawn, or changed
 */

export class LineTool {
  #placement;
  #actions;
  #measuring = new Measuring(() => this.#placement.orientation.turns % 2 === 1);
  /** Whether keys have begun a line that they have not ended. */ #drawing = false;
  /** Whether a click has begun a line that the next click ends. */ #placing = false;
  /** The point that keys measure with, on the screen; null while none do. @type {Point | null} */ cursor = null;
  /** The kind of line that comes next. @type {() => Measure["kind"]} */ kind = () => "length";

  /** @param {import("./placement.js").Placement} placement @param {LineActions} actions */
  constructor(placement, actions) {
    this.#placement = placement;
    this.#actions = actions;
  }

  /** @returns {readonly Measure[]} */
  get list() {
    return this.#measuring.list;
  }

  /** Takes over what was drawn on a film before. @param {readonly Measure[]} list */
  open(list) {
    this.#measuring.open(list);
    this.#endKeys();
  }

  /* ---- pointers ---- */

  /** The end of a line near a point of the screen. @param {Point} point @param {number} reach */
  endNear(point, reach) {
    return this.#actions.size() ? this.#measuring.endNear(point, reach, (at) => this.#placement.toScreen(at)) : null;
  }

  /** Takes the end of a line, if there is one. @param {Point} point of the screen @param {number} reach */
  grab(point, reach) {
    const end = this.#placing ? null : this.endNear(point, reach);
    if (end) this.#measuring.grab(end);
    return end !== null;
  }

  /** A pointer without a button: moves the end of a line that a click has begun. @param {Point} point of the screen */
  hover(point) {
    if (this.#placing) this.draw("move", point);
  }

  /** @param {"start" | "move" | "end" | "drop"} phase @param {Point} point of the screen */
  draw(phase, point) {
    const size = this.#actions.size();
    if (!size) return;
    const { x, y } = this.#placement.toFilm(point);
    const at = { x: clamp(x, 0, size.width), y: clamp(y, 0, size.height) };
    if (phase === "drop") this.#giveUp();
    else if (phase === "start") this.#startAt(at);
    else {
      this.#measuring.move(at);
      if (phase === "end") this.#endAt();
    }
    this.#actions.changed();
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
    if (line) this.#actions.ended(line);
  }

  /* ---- keys ---- */

  /** In the middle at first. */
  get #point() {
    const { clientWidth, clientHeight } = this.#actions.room();
    return this.cursor ??= { x: clientWidth / 2, y: clientHeight / 2 };
  }

  /** Moves the point, and the end of a line that was begun. @param {number} dx pixels of the screen @param {number} dy */
  movePoint(dx, dy) {
    if (!this.#actions.size()) return;
    const { clientWidth, clientHeight } = this.#actions.room();
    const { x, y } = this.#point;
    this.cursor = { x: clamp(x + dx, 0, clientWidth), y: clamp(y + dy, 0, clientHeight) };
    this.#actions.pointed(this.cursor);
    if (this.#drawing) this.draw("move", this.cursor);
    else this.#actions.changed();
  }

  /** Begins a line at the point, or ends it. @returns {string} where it begins, in words; "" at the end, which is told as any
   * line */
  setPoint() {
    if (!this.#actions.size()) return "";
    const begins = !this.#drawing;
    this.draw(begins ? "start" : "end", this.#point);
    this.#drawing = begins;
    const { x, y } = this.#placement.toFilm(this.#point);
    return begins ? text.measures.at(Math.round(x), Math.round(y)) : "";
  }

  /** Takes the point away, and a line that was not ended. */
  dropPoint() {
    if (this.#drawing || this.#placing) this.#giveUp();
    this.#endKeys();
    this.#actions.changed();
  }

  #endKeys() {
    this.#placing = false;
    this.#drawing = false;
    this.cursor = null;
  }

  /* ---- what was drawn ---- */

  undo() {
    this.#placing = false;
    this.#drawing = false;
    if (this.#measuring.undo()) this.#actions.changed();
  }

  removeLast() {
    this.#measuring.removeLast();
    this.#actions.changed();
  }

  clear() {
    this.#measuring.clear();
    this.#actions.changed();
  }

  /** @param {Measure | undefined} reference the line that is known; none ends the calibration @param {number} mm its length */
  calibrate(reference, mm) {
    this.#measuring.calibrate(reference, mm);
    this.#actions.changed();
  }
}
