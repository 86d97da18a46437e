/* plots.js - the plots of a report, as SVG: curves in the unit square, and a row of intervals.
 *
 * Colors come from the page's style sheet by class, so that light and dark pages both work. Nothing here is a script.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../statistics/curves.js").Point} Point */

const SIDE = 200, LEFT = 44, TOP = 8, BOTTOM = 32, RIGHT = 10;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** @param {number} x 0..1 */
const across = (x) => (LEFT + x * SIDE).toFixed(1);
/** @param {number} y 0..1, from below */
const down = (y) => (TOP + (1 - y) * SIDE).toFixed(1);

/** @param {readonly Point[]} points @param {string} name of the class */
const line = (points, name) => `<path class="${name}" d="M${points.map(([x, y]) => `${across(x)} ${down(y)}`).join("L")}"/>`;

/** @param {string} text that is trusted @param {number | string} x @param {number | string} y @param {string} anchor */
const word = (text, x, y, anchor) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

/** The square with its grid and names. @param {string} title for readers that do not see it @param {string} xName @param {string} yName @param {string} content */
function square(title, xName, yName, content) {
  const grid = TICKS.map((tick) => line([[tick, 0], [tick, 1]], "grid") + line([[0, tick], [1, tick]], "grid")
    + word(String(tick), across(tick), TOP + SIDE + 13, "middle") + word(String(tick), LEFT - 5, Number(down(tick)) + 3, "end")).join("");
  const [width, height] = [LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM];
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title}">${grid}${content}`
    + word(xName, across(0.5), height - 4, "middle")
    + `<text transform="translate(9 ${down(0.5)}) rotate(-90)" text-anchor="middle">${yName}</text></svg>`;
}

/** The ROC curve with the operating points on it. @param {readonly Point[]} curve @param {readonly Point[]} points 1 - specificity, sensitivity */
export const rocPlot = (curve, points) => square("ROC curve", "1 - specificity", "sensitivity",
  line([[0, 0], [1, 1]], "chance") + line(curve, "curve") + points.map(([x, y]) => `<circle class="point" cx="${across(x)}" cy="${down(y)}" r="4"/>`).join(""));

/** @param {readonly Point[]} curve @param {number} prevalence what a score without knowledge has */
export const precisionRecallPlot = (curve, prevalence) => square("precision-recall curve", "recall (sensitivity)", "precision (PPV)",
  line([[0, prevalence], [1, prevalence]], "chance") + line(curve, "curve"));

/** @param {readonly { score: number, share: number, n: number, ci95: [number, number] }[]} bins
 * @param {string} name of the class */
const binMarks = (bins, name) => line(bins.map(({ score, share }) => [score, share]), name)
  + bins.map(({ score, share, ci95: [low, high] }) => line([[score, low], [score, high]], `${name} whisker`)
    + `<circle class="${name}-dot" cx="${across(score)}" cy="${down(share)}" r="3"/>`).join("");

/** The reliability curve; after a recalibration a second one. @param {Parameters<typeof binMarks>[0]} bins @param {Parameters<typeof binMarks>[0]} [after] */
export const reliabilityPlot = (bins, after = []) => square("reliability curve", "score", "share that shows it",
  line([[0, 0], [1, 1]], "chance") + binMarks(bins, "curve") + (after.length ? binMarks(after, "second") : ""));

/** One line of an overview: an AUC on a scale of 0.3 to 1, with its interval and the baselines as marks.
 * @param {number} auc @param {[number, number] | null} ci95 @param {readonly { name: string, auc: number }[]} baselines */
export function intervalBar(auc, ci95, baselines) {
  const width = 180, height = 18, least = 0.3;
  const x = (/** @type {number} */ value) => (4 + (Math.max(value, least) - least) / (1 - least) * (width - 8)).toFixed(1);
  const ticks = [0.5, 0.75, 1].map((tick) => `<path class="grid" d="M${x(tick)} 1V${height - 1}"/>`).join("");
  const bar = ci95 ? `<path class="curve" d="M${x(ci95[0])} 9H${x(ci95[1])}"/>` : "";
  const marks = baselines.map(({ name, auc: value }) => `<path class="${name}" d="M${x(value)} 4v10"/>`).join("");
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="AUC ${auc.toFixed(2)} on a scale from 0.3 to 1">`
    + `${ticks}${marks}${bar}<circle class="curve-dot" cx="${x(auc)}" cy="9" r="3.5"/></svg>`;
}
