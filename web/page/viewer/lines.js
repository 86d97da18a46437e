/* lines.js - what is drawn over a film with a pen: measures with their numbers, and a frame around what the model sees.
 * SPDX-License-Identifier: MIT */
import { fraction } from "../base/format.js";
import { labelOf, ratioOf } from "./measures.js";
import { text } from "../base/strings.js";

/** @typedef {import("./measures.js").Measure} Measure */
/** @typedef {{ x: number, y: number }} Point */

const COLOR = "#ffd84d";
const FRAME = "#7fd0de";
const SHADE = "rgb(0 0 0 / 75%)";

/** A light line with a dark one under it, seen on any film. @param {CanvasRenderingContext2D} pen @param {() => void} path
 * @param {string} color @param {number} density */
function stroke(pen, path, color, density) {
  for (const [style, width] of /** @type {[string, number][]} */ ([[SHADE, 4], [color, 1.75]])) {
    pen.strokeStyle = style;
    pen.lineWidth = width * density;
    pen.beginPath();
    path();
    pen.stroke();
  }
}

/** How wide words are. @param {CanvasRenderingContext2D} pen @param {string} words @param {number} density */
function widthOf(pen, words, density) {
  pen.font = `600 ${13 * density}px system-ui, sans-serif`;
  return pen.measureText(words).width;
}

/** @param {CanvasRenderingContext2D} pen @param {string} words @param {Point} at @param {number} density */
function write(pen, words, { x, y }, density) {
  const width = widthOf(pen, words, density);
  const left = Math.max(Math.min(x, pen.canvas.width - width - 8 * density), 4 * density);
  pen.fillStyle = SHADE;
  pen.fillRect(left - 3 * density, y - 15 * density, width + 6 * density, 19 * density);
  pen.fillStyle = COLOR;
  pen.fillText(words, left, y - 1 * density);
}

/** Where the length of a line stands: right of it, where there is room, else left of it, else below.
 * @param {Point} a @param {Point} b @param {number} width of the words @param {number} room of the canvas @param {number} density
 * @returns {Point} */
export function besideLine(a, b, width, room, density) {
  const [left, right] = a.x < b.x ? [a, b] : [b, a];
  const [gap, up] = [8 * density, 4 * density];
  if (right.x + gap + width + gap <= room) return { x: right.x + gap, y: right.y - up };
  if (left.x - gap - width >= gap) return { x: left.x - gap - width, y: left.y - up };
  return { x: left.x, y: Math.max(a.y, b.y) + 24 * density };
}

/** @param {CanvasRenderingContext2D} pen @param {Point} a @param {Point} b @param {number} density */
function line(pen, a, b, density) {
  const end = (6 * density) / Math.max(Math.hypot(b.x - a.x, b.y - a.y), 1);
  const [dx, dy] = [(a.y - b.y) * end, (b.x - a.x) * end];
  stroke(pen, () => {
    pen.moveTo(a.x, a.y);
    pen.lineTo(b.x, b.y);
    for (const { x, y } of [a, b]) {
      pen.moveTo(x - dx, y - dy);
      pen.lineTo(x + dx, y + dy);
    }
  }, COLOR, density);
}

/** A cross that leaves its middle free. @param {CanvasRenderingContext2D} pen @param {Point} at @param {number} density */
function cross(pen, { x, y }, density) {
  stroke(pen, () => {
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      pen.moveTo(x + 4 * density * dx, y + 4 * density * dy);
      pen.lineTo(x + 16 * density * dx, y + 16 * density * dy);
    }
  }, COLOR, density);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {object} what
 * @param {import("../../picture/heatmap.js").Place | null} what.outline of what the model sees, on the canvas
 * @param {readonly Measure[]} what.measures
 * @param {(point: Point) => Point} what.place of a point of the film on the canvas
 * @param {import("./measures.js").Unit} what.unit
 * @param {number} what.density of the canvas
 * @param {Point | null} what.cursor that keys measure with, on the canvas
 */
export function paintLines(pen, { outline, measures, place, unit, density, cursor }) {
  if (outline) {
    const { x, y, width, height } = outline;
    pen.setLineDash([8 * density, 5 * density]);
    stroke(pen, () => pen.rect(x + density, y + density, width - 2 * density, height - 2 * density), FRAME, density);
    pen.setLineDash([]);
  }
  paintMeasures(pen, { measures, place, unit, density });
  if (cursor) cross(pen, cursor, density);
}

/** Lines with their lengths. @param {CanvasRenderingContext2D} pen
 * @param {{ measures: readonly Measure[], place: (point: Point) => Point, unit: import("./measures.js").Unit, density: number }} what */
export function paintMeasures(pen, { measures, place, unit, density }) {
  const ratio = ratioOf(measures, unit);
  for (const measure of measures) {
    const [a, b] = [place(measure.a), place(measure.b)];
    line(pen, a, b, density);
    const label = labelOf(measure, unit);
    const at = besideLine(a, b, widthOf(pen, label, density), pen.canvas.width, density);
    write(pen, label, at, density);
    if (measure.kind === "thorax" && ratio !== null) {
      const below = Math.max(a.y, b.y, at.y) + (at.y > a.y ? 21 : 26) * density;
      write(pen, text.measures.ratio(fraction(ratio)), { x: Math.min(a.x, b.x), y: below }, density);
    }
  }
}
