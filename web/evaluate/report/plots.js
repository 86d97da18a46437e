/* plots.js - the plots of a report, as SVG: curves in the unit square, and a row of intervals.
 *
 * Colors come from the style sheet around by class, so that light and dark pages both work. Nothing here is a script.
 * SPDX-License-Identifier: MIT */
import { m } from "./markup.js";

/** @typedef {import("../../statistics/curves.js").Point} Point */
/** @typedef {import("./markup.js").Markup} Markup */
/** @typedef {import("./markup.js").Content} Content */
/** @typedef {{ score: number, share: number, n: number, ci95: [number, number] }} Bin */

const SIDE = 200, LEFT = 44, TOP = 8, BOTTOM = 32, RIGHT = 10;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** @param {number} x 0..1 */
const across = (x) => (LEFT + x * SIDE).toFixed(1);
/** @param {number} y 0..1, from below */
const down = (y) => (TOP + (1 - y) * SIDE).toFixed(1);

/** @param {readonly Point[]} points @param {string} name of the class */
const line = (points, name) => m("path", { class: name, d: `M${points.map(([x, y]) => `${across(x)} ${down(y)}`).join("L")}` });

/** @param {string} text @param {number | string} x @param {number | string} y @param {string} anchor */
const word = (text, x, y, anchor) => m("text", { x, y, "text-anchor": anchor }, text);

/** @param {Point} at @param {string} name of the class @param {number} r */
const dot = ([x, y], name, r) => m("circle", { class: name, cx: across(x), cy: down(y), r });

/** The square with its grid and names. @param {{ title: string, x: string, y: string }} names title: for readers that do not see it
 * @param {...Content} content @returns {Markup} */
function square({ title, x, y }, ...content) {
  const grid = TICKS.map((tick) => [line([[tick, 0], [tick, 1]], "grid"), line([[0, tick], [1, tick]], "grid"),
    word(String(tick), across(tick), TOP + SIDE + 13, "middle"), word(String(tick), LEFT - 5, Number(down(tick)) + 3, "end")]);
  const [width, height] = [LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM];
  return m("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title }, grid, content,
    word(x, across(0.5), height - 4, "middle"),
    m("text", { transform: `translate(9 ${down(0.5)}) rotate(-90)`, "text-anchor": "middle" }, y));
}

/** An operating point with its number in the table. @typedef {{ number: number, at: Point }} Mark at: 1 - specificity, sensitivity */

/** The number stands below and to the right, where no curve is that is better than chance. @param {Mark} mark @returns {Content} */
const numbered = ({ number, at }) => [dot(at, "point", 4),
  word(String(number), (Number(across(at[0])) + 6).toFixed(1), (Number(down(at[1])) + 11).toFixed(1), "start")];

/** The ROC curve with the operating points on it. @param {readonly Point[]} curve @param {readonly Mark[]} marks
 * @param {import("./report-words.js").ReportWords["plots"]} words */
export const rocPlot = (curve, marks, words) => square({ title: words.roc, x: words.falseRate, y: words.sensitivity },
  line([[0, 0], [1, 1]], "chance"), line(curve, "curve"), marks.map(numbered));

/** @param {readonly Point[]} curve @param {number} prevalence what a score without knowledge has
 * @param {import("./report-words.js").ReportWords["plots"]} words */
export const precisionRecallPlot = (curve, prevalence, words) => square({ title: words.precisionRecall, x: words.recall, y: words.precision },
  line([[0, prevalence], [1, prevalence]], "chance"), line(curve, "curve"));

/** @param {readonly Bin[]} bins @param {string} name of the class */
const binMarks = (bins, name) => [line(bins.map(({ score, share }) => [score, share]), name),
  bins.map(({ score, share, ci95: [low, high] }) => [line([[score, low], [score, high]], `${name} whisker`), dot([score, share], `${name}-dot`, 3)])];

/** The reliability curve; after a recalibration a second one. @param {readonly Bin[]} bins @param {readonly Bin[]} after
 * @param {import("./report-words.js").ReportWords["plots"]} words */
export const reliabilityPlot = (bins, after, words) => square({ title: words.reliability, x: words.score, y: words.share },
  line([[0, 0], [1, 1]], "chance"), binMarks(bins, "curve"), after.length > 0 && binMarks(after, "second"));

/** One line of an overview: an AUC on a scale of 0.3 to 1, with its interval and the baselines as marks.
 * @param {number} auc @param {[number, number] | null} ci95 @param {readonly { name: string, auc: number }[]} baselines @param {string} title */
export function intervalBar(auc, ci95, baselines, title) {
  const width = 180, height = 18, least = 0.3;
  const x = (/** @type {number} */ value) => (4 + (Math.max(value, least) - least) / (1 - least) * (width - 8)).toFixed(1);
  return m("svg", { class: "plot", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title },
    [0.5, 0.75, 1].map((tick) => m("path", { class: "grid", d: `M${x(tick)} 1V${height - 1}` })),
    baselines.map(({ name, auc: value }) => m("path", { class: name, d: `M${x(value)} 4v10` })),
    ci95 && m("path", { class: "curve", d: `M${x(ci95[0])} 9H${x(ci95[1])}` }),
    m("circle", { class: "curve-dot", cx: x(auc), cy: 9, r: 3.5 }));
}
