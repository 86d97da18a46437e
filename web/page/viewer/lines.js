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

/** @param {CanvasRenderingContext2D} pen @param {string} words @param {Point} at @param {number} density */
function write(pen, words, { x, y }, density) {
  pen.font = `600 ${13 * density}px system-ui, sans-serif`;
  const width = pen.measureText(words).width;
  const left = Math.min(Math.max(x, 4), pen.canvas.width - width - 8 * density);
  pen.fillStyle = SHADE;
  pen.fillRect(left - 3 * density, y - 15 * density, width + 6 * density, 19 * density);
  pen.fillStyle = COLOR;
  pen.fillText(words, left, y - 1 * density);
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
    write(pen, labelOf(measure, unit), { x: Math.max(a.x, b.x) + 8 * density, y: (a.x > b.x ? a.y : b.y) - 4 * density }, density);
    if (measure.kind === "thorax" && ratio !== null) {
      write(pen, text.measures.ratio(fraction(ratio)), { x: Math.min(a.x, b.x), y: a.y + 26 * density }, density);
    }
  }
}
