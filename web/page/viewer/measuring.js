/* measuring.js - drawing measures on a film: with a pointer or by keys, and changing, removing and restoring what was drawn.
 *
 * Lines are in pixels of the film as it is stored. None is changed in place: an earlier list stays what it was.
 * SPDX-License-Identifier: MIT */
import { calibratedBy, withoutOld } from "./measures.js";

/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {import("./measures.js").Point} Point */

/* Steps that can be taken back. */
const MOST_STEPS = 100;

/** @param {Point} a @param {Point} b */
const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

export class Measuring {
  /** @type {readonly Measure[]} */ list = [];
  /** Earlier lists, the last one last. @type {(readonly Measure[])[]} */ #before = [];
  /** The line that is being drawn or changed: where in the list, and which end. @type {{ at: number, end: "a" | "b" } | null} */ #held = null;
  /** Whether the film lies on its side. @type {() => boolean} */ #sideways;

  /** @param {() => boolean} sideways whether the film lies on its side, so that its rows run down the screen */
  constructor(sideways) {
    this.#sideways = sideways;
  }

  /** Takes over what was drawn on a film before. @param {readonly Measure[]} list */
  open(list) {
    this.list = list;
    this.#before = [];
    this.#held = null;
  }

  #keep() {
    this.#before = [...this.#before.slice(1 - MOST_STEPS), this.list];
  }

  /** Begins a line. @param {Measure["kind"]} kind @param {Point} at */
  start(kind, at) {
    this.#keep();
    this.list = [...withoutOld(this.list, kind), { kind, a: at, b: at }];
    this.#held = { at: this.list.length - 1, end: "b" };
  }

  /** The end of a line that lies within reach of a point of the screen, the nearest one.
   * @param {Point} point @param {number} reach @param {(point: Point) => Point} toScreen */
  endNear(point, reach, toScreen) {
    const ends = this.list.flatMap((line, at) => /** @type {const} */ (["a", "b"]).map((end) =>
      ({ at, end, away: distance(toScreen(line[end]), point) })));
    const [nearest] = ends.filter(({ away }) => away <= reach).sort((a, b) => a.away - b.away);
    return nearest ?? null;
  }

  /** Begins to move an end. @param {{ at: number, end: "a" | "b" }} end */
  grab({ at, end }) {
    this.#keep();
    this.#held = { at, end };
  }

  /** Moves the end that is held. Widths are measured across the patient: such a line stays level as a whole.
   * @param {Point} to */
  move(to) {
    if (!this.#held) return;
    const { at, end } = this.#held;
    const line = this.list[at];
    const other = end === "a" ? "b" : "a";
    const level = this.#sideways() ? { x: to.x } : { y: to.y };
    this.#replace(at, { ...line, [end]: to, ...(line.kind !== "length" && { [other]: { ...line[other], ...level } }) });
  }

  /** @param {number} at @param {Measure} line */
  #replace(at, line) {
    this.list = this.list.map((one, i) => (i === at ? line : one));
  }

  /** Whether the line that is held has no length yet. */
  get isPoint() {
    const line = this.#held && this.list[this.#held.at];
    return line !== null && distance(line.a, line.b) === 0;
  }

  /** Ends it. A line of no length is none. @returns {Measure | null} the line */
  end() {
    const line = this.#held && this.list[this.#held.at];
    this.#held = null;
    if (!line) return null;
    if (distance(line.a, line.b) > 0) return line;
    this.undo();
    return null;
  }

  /** Gives up the line that is being drawn, or what was changed of it. */
  giveUp() {
    if (this.#held) this.undo();
  }

  /** As it was before the last step. @returns {boolean} whether there was one */
  undo() {
    this.#held = null;
    const before = this.#before.pop();
    if (before) this.list = before;
    return before !== undefined;
  }

  /** Calibrates the film. @param {Measure | undefined} reference the line that is known, one of the list; none ends it
   * @param {number} mm its length */
  calibrate(reference, mm) {
    this.#keep();
    this.list = calibratedBy(this.list, reference, mm);
  }

  /** @param {number} from the first one that goes */
  #cut(from) {
    if (this.list.length === 0) return;
    this.#keep();
    this.list = this.list.slice(0, from);
  }

  removeLast() {
    this.#cut(-1);
  }

  clear() {
    this.#cut(0);
  }
}
