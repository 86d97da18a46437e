/* learning-curve.js - the learning curve of a custom finding: AUC against the number of training films of each class.
 * SPDX-License-Identifier: MIT */
import { fraction } from "../base/format.js";
import { svg } from "../base/dom.js";
import { text } from "../base/strings.js";

/** @typedef {import("../../heads/cross-validation.js").CurvePoint} CurvePoint */

const strings = text.training;
const WIDTH = 360, HEIGHT = 170;
const LEFT = 40, RIGHT = 12, TOP = 10, BOTTOM = 34;
/* The range of AUC that is drawn; what lies below is drawn at its edge. */
const LOW = 0.3, HIGH = 1;

/** @param {number} i @param {number} n */
const xOf = (i, n) => LEFT + (n === 1 ? 0.5 : i / (n - 1)) * (WIDTH - LEFT - RIGHT);
/** @param {number} auc */
const yOf = (auc) => TOP + ((HIGH - Math.max(auc, LOW)) / (HIGH - LOW)) * (HEIGHT - TOP - BOTTOM);

/** @param {readonly CurvePoint[]} curve @param {(point: CurvePoint) => number} value */
const pathOf = (curve, value) => curve.map((point, i) =>
  `${i ? "L" : "M"}${xOf(i, curve.length).toFixed(1)} ${yOf(value(point)).toFixed(1)}`).join("");

/** From the smallest to the largest of the draws. @param {readonly CurvePoint[]} curve */
const bandOf = (curve) => curve.map((point, i) => {
  const x = xOf(i, curve.length).toFixed(1);
  return `M${x} ${yOf(point.low).toFixed(1)}L${x} ${yOf(point.high).toFixed(1)}`;
}).join("");

/** @param {string} word @param {number} x @param {number} y @param {"start" | "middle" | "end"} anchor */
const label = (word, x, y, anchor) => svg("text", { x, y, "text-anchor": anchor }, word);

/** @param {readonly CurvePoint[]} curve one point or more */
export function curveView(curve) {
  const floor = HEIGHT - BOTTOM;
  const ticks = [0.5, 0.75, 1].flatMap((auc) => [
    svg("path", { class: "grid", d: `M${LEFT} ${yOf(auc)}H${WIDTH - RIGHT}` }),
    label(fraction(auc), LEFT - 6, yOf(auc) + 4, "end")]);
  const steps = curve.map(({ films }, i) => label(String(films), xOf(i, curve.length), floor + 16, "middle"));
  const spoken = curve.map(({ films, auc }) => strings.curvePoint(films, fraction(auc))).join("; ");
  return svg("svg", { class: "curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `${strings.curve}: ${spoken}` },
  ...ticks, ...steps,
  label(strings.curveAxis, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, "middle"),
  svg("path", { class: "draws", d: bandOf(curve) }),
  svg("path", { class: "prototype", d: pathOf(curve, ({ prototypeAuc }) => prototypeAuc) }),
  svg("path", { class: "head", d: pathOf(curve, ({ auc }) => auc) }),
  ...curve.map(({ auc }, i) => svg("circle", { cx: xOf(i, curve.length), cy: yOf(auc), r: 2.5 })));
}
