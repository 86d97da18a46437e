/* viewport.js - the state of the viewer: zoom, pan, window and level, invert.
 * Numbers only; the viewer draws them. Nothing here reaches the model.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./pyramid.js").View} View */
/** table: the file's own lookup table is what is shown; level and window are about what it does
 * @typedef {{ level: number, window: number, invert: boolean, table?: boolean }} Look */
/** @typedef {{ width: number, height: number }} Size */

/** Tones as they are: 0 black, 255 white. @type {Readonly<Look>} */
export const PLAIN = Object.freeze({ level: 127.5, window: 255, invert: false });

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
 * @param {number} [least] scale; that of the whole film if left out
 * @returns {View}
 */
export function zoom(view, factor, film, canvas, point, least = fit(film, canvas).scale) {
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
 * @param {readonly number[]} [ends] the least tone that occurs and the greatest @returns {Span} */
export const spanOf = (ends = []) => ({
  low: Math.min(BLACK_TO_WHITE.low, ...ends.map(Math.floor)), high: Math.max(BLACK_TO_WHITE.high, ...ends.map(Math.ceil)),
});

/** The widest window: twice the span. @param {Span} span */
export const widest = ({ low, high }) => 2 * (high - low + 1);

/** @param {Look} look @param {{ level?: number, window?: number }} by @param {Span} [span] @param {number} [least] the
 * narrowest window @returns {Look} */
export const adjust = ({ level, window, invert }, by, span = BLACK_TO_WHITE, least = 2) => ({
  level: clamp(level + (by.level ?? 0), span.low, span.high),
  window: clamp(window + (by.window ?? 0), least, widest(span)),
  invert,
});

/* Pixels of a drag that move the level from one end of the window to the other; half of them double its width. */
const DRAG = 512;
/* A window narrower than this part of what there is moves as fast as one of it: out of the narrowest, too, there is a way. */
const SLOWEST = 1 / 64;

/** What a drag changes: in relation to the window's width, so that films of any depth answer alike. Right is wider, down is
 * darker. @param {Look} look @param {number} dx pixels of the screen @param {number} dy @param {Span} [span]
 * @returns {{ level: number, window: number }} */
export function dragged({ window }, dx, dy, { low, high } = BLACK_TO_WHITE) {
  const step = Math.max(window, (high - low + 1) * SLOWEST) / DRAG;
  return { level: dy * step, window: 2 * dx * step };
}
