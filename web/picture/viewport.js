/* viewport.js - the state of the viewer: zoom, pan, window and level, invert.
 * Numbers only; the viewer draws them. Nothing here reaches the model.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./pyramid.js").View} View */
/** @typedef {{ level: number, window: number, invert: boolean }} Look */
/** @typedef {{ width: number, height: number }} Size */

/** The whole range of samples, as stored. @type {Readonly<Look>} */
export const PLAIN = Object.freeze({ level: 128, window: 256, invert: false });

const MAX_MAGNIFICATION = 32;

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** The whole film, as large as it fits. @param {Size} film @param {Size} canvas @returns {View} */
export function fit(film, canvas) {
  const scale = Math.min(canvas.width / film.width, canvas.height / film.height);
  return { x: film.width / 2, y: film.height / 2, scale };
}

/**
 * The view magnified by a factor; the film under the given canvas point stays where it is.
 * @param {View} view @param {number} factor @param {Size} film @param {Size} canvas
 * @param {{ x: number, y: number }} [point] canvas pixels; the center if left out
 * @returns {View}
 */
export function zoom(view, factor, film, canvas, point) {
  const least = fit(film, canvas).scale;
  const scale = clamp(view.scale * factor, least, Math.max(MAX_MAGNIFICATION, least));
  const dx = point ? point.x - canvas.width / 2 : 0;
  const dy = point ? point.y - canvas.height / 2 : 0;
  const shift = 1 / view.scale - 1 / scale;
  return keepInside({ x: view.x + dx * shift, y: view.y + dy * shift, scale }, film, canvas);
}

/** The view moved by canvas pixels. @param {View} view @param {number} dx @param {number} dy
 * @param {Size} film @param {Size} canvas @returns {View} */
export const pan = ({ x, y, scale }, dx, dy, film, canvas) =>
  keepInside({ x: x - dx / scale, y: y - dy / scale, scale }, film, canvas);

/** Keeps the film at the edge of the canvas where it is large enough to fill it. @param {View} view @param {Size} film
 * @param {Size} canvas @returns {View} */
function keepInside({ x, y, scale }, film, canvas) {
  const along = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ room) => {
    const half = room / scale / 2;
    return half * 2 >= size ? size / 2 : clamp(at, half, size - half);
  };
  return { x: along(x, film.width, canvas.width), y: along(y, film.height, canvas.height), scale };
}

/** From the darkest tone of a film to the brightest. @typedef {{ low: number, high: number }} Span */

/** @type {Readonly<Span>} */
const BLACK_TO_WHITE = Object.freeze({ low: 0, high: 255 });

/** The tones of a film that can be shown: black to white, and those of its file beyond.
 * @param {Float32Array} [tones] -Infinity is padding @returns {Span} */
export function spanOf(tones) {
  let { low, high } = BLACK_TO_WHITE;
  for (const tone of tones ?? []) {
    if (!Number.isFinite(tone)) continue;
    low = Math.min(low, Math.floor(tone));
    high = Math.max(high, Math.ceil(tone));
  }
  return { low, high };
}

/** The widest window: twice the span. @param {Span} span */
export const widest = ({ low, high }) => 2 * (high - low + 1);

/** @param {Look} look @param {{ level?: number, window?: number }} by @param {Span} [span]
 * @returns {Look} */
export const adjust = ({ level, window, invert }, by, span = BLACK_TO_WHITE) => ({
  level: clamp(level + (by.level ?? 0), span.low, span.high),
  window: clamp(window + (by.window ?? 0), 2, widest(span)),
  invert,
});
