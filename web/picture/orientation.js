/* orientation.js - the eight ways in which a picture can lie: quarter turns, and left exchanged with right.
 *
 * Of two orientations the second is applied to what the first has made. Points and areas are in pixels, continuous: the
 * first pixel reaches from 0 to 1.
 * SPDX-License-Identifier: MIT */

/** turns: quarter turns clockwise, 0..3, after the flip; flip: left and right are exchanged first
 * @typedef {{ turns: number, flip: boolean }} Orientation */
/** @typedef {import("./viewport.js").Size} Size */
/** @typedef {{ x: number, y: number }} Point */
/** @typedef {{ x: number, y: number, width: number, height: number }} Area */

/** As it is stored. @type {Readonly<Orientation>} */
export const UPRIGHT = Object.freeze({ turns: 0, flip: false });

const quarter = (/** @type {number} */ turns) => ((turns % 4) + 4) % 4;

/** @param {Orientation} first @param {Orientation} second @returns {Orientation} */
export const compose = (first, second) => ({
  turns: quarter(second.turns + (second.flip ? -first.turns : first.turns)),
  flip: first.flip !== second.flip,
});

/** What undoes an orientation. @param {Orientation} orientation @returns {Orientation} */
export const inverse = ({ turns, flip }) => ({ turns: quarter(flip ? turns : -turns), flip });

/** @param {Orientation} orientation */
export const isUpright = ({ turns, flip }) => turns === 0 && !flip;

/** @param {Size} size @param {Orientation} orientation @returns {Size} */
export const orientedSize = ({ width, height }, { turns }) => (turns % 2 ? { width: height, height: width } : { width, height });

/** Where a point of a picture lies in the oriented one. @param {Point} point @param {Size} size of the picture as it was
 * @param {Orientation} orientation @returns {Point} */
export function orientPoint({ x, y }, { width, height }, { turns, flip }) {
  const across = flip ? width - x : x;
  return [{ x: across, y }, { x: height - y, y: across }, { x: width - across, y: height - y }, { x: y, y: width - across }][turns];
}

/** @param {Area} area @param {Size} size of the picture as it was @param {Orientation} orientation @returns {Area} */
export function orientArea({ x, y, width, height }, size, orientation) {
  const a = orientPoint({ x, y }, size, orientation);
  const b = orientPoint({ x: x + width, y: y + height }, size, orientation);
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/* Samples to move before the event loop runs again: some milliseconds. */
const SLICE = 1 << 20;

/**
 * The values of a picture in another orientation. Yields every SLICE values.
 * @template {Uint8Array | Uint16Array | Float32Array} T
 * @param {{ width: number, height: number, channels?: number, data: T }} picture rows without gaps
 * @param {Orientation} orientation
 * @returns {Generator<void, { width: number, height: number, channels: number, data: T }>}
 */
export function* orient({ width, height, channels = 1, data }, orientation) {
  const size = orientedSize({ width, height }, orientation);
  const back = inverse(orientation);
  // Which stored pixel the first pixel is, and how far it is from there to those of the next pixel and the next row.
  const at = (/** @type {number} */ x, /** @type {number} */ y) => {
    const from = orientPoint({ x: x + 0.5, y: y + 0.5 }, size, back);
    return Math.floor(from.y) * width + Math.floor(from.x);
  };
  const [first, across, down] = [at(0, 0), at(1, 0) - at(0, 0), at(0, 1) - at(0, 0)];
  const out = /** @type {T} */ (new (/** @type {any} */ (data.constructor))(data.length));
  const sliceRows = Math.max(1, Math.floor(SLICE / (size.width * channels)));
  for (let y = 0, to = 0; y < size.height; y += 1) {
    if (y % sliceRows === sliceRows - 1) yield;
    let from = (first + y * down) * channels;
    for (let x = 0; x < size.width; x += 1, from += across * channels) {
      for (let c = 0; c < channels; c += 1) out[to++] = data[from + c];
    }
  }
  return { ...size, channels, data: out };
}
