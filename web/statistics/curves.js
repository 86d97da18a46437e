/* curves.js - the ROC and the precision-recall curve, and the average precision.
 * SPDX-License-Identifier: MIT */

/** What a threshold just below a score gives: that film and all above it are positive.
 * @typedef {object} Step
 * @property {number} score
 * @property {number} found films that show the finding, with this score or a higher one
 * @property {number} alarms films that do not, with this score or a higher one */

/** One step for each different score, from the highest. @param {ArrayLike<number>} scores [n] finite
 * @param {ArrayLike<number | boolean>} shows [n] @returns {Step[]} */
export function stepsOf(scores, shows) {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  /** @type {Step[]} */ const steps = [];
  let [found, alarms] = [0, 0];
  order.forEach((i, at) => {
    if (shows[i]) found++; else alarms++;
    if (at + 1 === order.length || scores[order[at + 1]] !== scores[i]) steps.push({ score: scores[i], found, alarms });
  });
  return steps;
}

/** @typedef {[x: number, y: number]} Point */

/** Whether b adds nothing between a and c. @param {Point} a @param {Point} b @param {Point} c */
const isStraight = (a, b, c) => Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) < 1e-12;

/** Without the points that lie between their neighbors. @param {Point[]} points */
function corners(points) {
  /** @type {Point[]} */ const kept = [];
  points.forEach((point, i) => {
    const last = kept.at(-1);
    if (!last || i + 1 === points.length || !isStraight(last, point, points[i + 1])) kept.push(point);
  });
  return kept;
}

/** At most so many points, evenly along the list, with its ends. @param {Point[]} points @param {number} most */
const thinned = (points, most) => (points.length <= most ? points
  : Array.from({ length: most }, (_, i) => points[Math.round(i * (points.length - 1) / (most - 1))]));

/** The ROC curve: false positive rate against sensitivity, from (0, 0) to (1, 1).
 * @param {readonly Step[]} steps @param {number} [most] points @returns {Point[]} */
export function rocCurve(steps, most = Infinity) {
  const { found: yes, alarms: no } = steps[steps.length - 1];
  const points = steps.map(({ found, alarms }) => /** @type {Point} */ ([alarms / no, found / yes]));
  return thinned(corners([[0, 0], ...points]), most);
}

/** The precision-recall curve: recall against precision, from recall 0 (precision 1 by convention) to 1.
 * @param {readonly Step[]} steps @param {number} [most] points @returns {Point[]} */
export function precisionRecallCurve(steps, most = Infinity) {
  const { found: yes } = steps[steps.length - 1];
  const points = steps.map(({ found, alarms }) => /** @type {Point} */ ([found / yes, found / (found + alarms)]));
  return thinned([[0, 1], ...points], most);
}

/** The average precision: the mean of the precision at each step, weighted by the recall that the step adds.
 * @param {readonly Step[]} steps @returns {number} */
export function averagePrecision(steps) {
  const { found: yes } = steps[steps.length - 1];
  return steps.reduce((sum, { found, alarms }, i) =>
    sum + (found - (steps[i - 1]?.found ?? 0)) / yes * found / (found + alarms), 0);
}
