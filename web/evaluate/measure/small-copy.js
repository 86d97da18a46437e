/* small-copy.js - what the trivial baselines see of a film: a thumbnail of 16 x 16 and twelve numbers of brightness.
 *
 * A score that these match has learned how the films were made, not what they show.
 * SPDX-License-Identifier: MIT */
import { quantile } from "../../statistics/quantile.js";

/** @typedef {import("../../engine/engine.js").Picture} Picture */

const SIDE = 128, THUMB = 16, EDGE = 6, CENTER = [48, 80];
const DARK = 8; // of 255
const ROWS_A_STEP = 8;
/** Values of the thumbnail, and of the brightness behind it. */
export const THUMBNAIL = THUMB * THUMB;
export const SMALL_COPY = THUMBNAIL + 12;

/** The gray values of a run of pixels, added to a sum. @param {Picture} picture @param {number} from @param {number} to
 * @param {number} sum */
function plusGray({ data, channels }, from, to, sum) {
  if (channels === 1) for (let at = from; at < to; at++) sum += data[at];
  else for (let at = from * channels; at < to * channels; at += channels) sum += (data[at] + data[at + 1] + data[at + 2]) / 3;
  return sum;
}

/** The middle square at SIDE x SIDE, each the mean of the pixels below it. Yields now and then: 12 million pixels take some
 * 50 ms. @param {Picture} picture @returns {Generator<void, Float32Array>} */
function* square(picture) {
  const { width, height } = picture, side = Math.min(width, height);
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const edge = (/** @type {number} */ i) => Math.floor(i * side / SIDE);
  const copy = new Float32Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    if (y % ROWS_A_STEP === 0) yield;
    for (let x = 0; x < SIDE; x++) {
      const [x0, y0] = [edge(x), edge(y)], [x1, y1] = [Math.max(edge(x + 1), x0 + 1), Math.max(edge(y + 1), y0 + 1)];
      let sum = 0;
      for (let row = (top + y0) * width + left; row < (top + y1) * width + left; row += width) sum = plusGray(picture, row + x0, row + x1, sum);
      copy[y * SIDE + x] = sum / ((x1 - x0) * (y1 - y0));
    }
  }
  return copy;
}

/** @param {Float32Array} copy @returns {Float32Array} [256] */
function thumbnail(copy) {
  const step = SIDE / THUMB, small = new Float32Array(THUMBNAIL);
  copy.forEach((value, i) => {
    const [x, y] = [Math.floor(i % SIDE / step), Math.floor(i / SIDE / step)];
    small[y * THUMB + x] += value / (step * step);
  });
  return small;
}

/** @param {Float32Array} values */
function moments(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
}

/** @param {number} i @param {number} low @param {number} high */
const inside = (i, low, high) => i % SIDE >= low && i % SIDE < high && i >= low * SIDE && i < high * SIDE;

/** Mean, deviation and quantiles of all, of the border, of the center. @param {Float32Array} copy @returns {number[]} [12] */
function brightness(copy) {
  const border = copy.filter((_, i) => !inside(i, EDGE, SIDE - EDGE));
  const center = copy.filter((_, i) => inside(i, CENTER[0], CENTER[1]));
  const sorted = copy.slice().sort();
  return [...moments(copy), ...[0.01, 0.1, 0.5, 0.9, 0.99].map((q) => quantile(sorted, q)), ...moments(border),
    border.filter((value) => value < DARK).length / border.length, ...moments(center)];
}

/** @param {Float32Array} copy @returns {number[]} */
const numbersOf = (copy) => [...thumbnail(copy), ...brightness(copy)].map((value) => Math.round(value * 10) / 10);

/**
 * @param {Picture} picture the film as decoded
 * @returns {number[]} [SMALL_COPY]: the thumbnail, 0..255 row after row, and the brightness; one decimal
 */
export function smallCopy(picture) {
  const work = square(picture);
  let step = work.next();
  while (!step.done) step = work.next();
  return numbersOf(step.value);
}

/** The same where somebody waits for the screen. @param {Picture} picture @param {() => Promise<void>} pause lets the event loop
 * run @returns {Promise<number[]>} */
export async function smallCopyInSteps(picture, pause) {
  const work = square(picture);
  let step = work.next();
  for (; !step.done; step = work.next()) await pause();
  return numbersOf(step.value);
}
