/* heatmap.js - draws an attention map over a film, as colors or contours, and the legend for it.
 *
 * The color map is viridis (matplotlib, CC0): its lightness grows evenly with the value, and most
 * color-blind people can tell its colors apart. Weak values are transparent as well as dark, so that
 * they do not hide the film.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../engine/attention-map.js").AttentionMap} AttentionMap */
/** RGBA, rows without gaps.
 * @typedef {{ width: number, height: number, data: Uint8ClampedArray }} Image */
/** What is drawn: values of 0..1, row by row.
 * @typedef {{ width: number, height: number, values: Float32Array }} Layer */
/** Where, in pixels of the image; may reach beyond it.
 * @typedef {{ x: number, y: number, width: number, height: number }} Place */
/** opacity: 0..1; density: pixels of the image for one of the screen's unit
 * @typedef {{ contours: boolean, opacity: number, density?: number }} Style */

/* Ten even steps from 0 to 1. */
const VIRIDIS = [
  [68, 1, 84], [72, 40, 120], [62, 74, 137], [49, 104, 142], [38, 130, 142],
  [31, 158, 137], [53, 183, 121], [109, 205, 89], [180, 222, 44], [253, 231, 37],
];
/* Contours are drawn where a value passes one of these. */
export const LEVELS = [0.4, 0.6, 0.8];
/* Of a contour, and as much again of the shade beside it: in the screen's unit. */
const LINE = 2;
const SHADE = 0.7;
const LEGEND_GRAY = 96;

/** @param {number} value 0..1 @returns {number[]} red, green, blue, 0..255 */
export function colorOf(value) {
  const at = Math.min(Math.max(value, 0), 1) * (VIRIDIS.length - 1);
  const near = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[near].map((c, i) => c + (VIRIDIS[near + 1][i] - c) * (at - near));
}

/* [256][red, green, blue] */
const TABLE = Uint8Array.from({ length: 768 }, (_, i) =>
  Math.round(colorOf(Math.floor(i / 3) / 255)[i % 3]));

/** The top of one scale for all of a film's maps, so that weak maps stay dark.
 * @param {Pick<AttentionMap, "raw">[]} maps */
export const topOf = (maps) =>
  maps.reduce((top, { raw }) => raw.reduce((a, b) => Math.max(a, b), top), 0);

/** @param {Pick<AttentionMap, "width" | "height" | "raw" | "normalized">} map
 * @param {number | null} top of the scale; null for the map's own @returns {Layer} */
export function layerOf({ width, height, raw, normalized }, top) {
  if (top === null) return { width, height, values: normalized };
  return { width, height, values: raw.map((value) => (value > 0 ? Math.min(value / top, 1) : 0)) };
}

/** For each pixel of an axis that the place covers: the cells beside it and the weight of the second.
 * @param {number} start of the place @param {number} length of it @param {number} pixels of the image
 * @param {number} cells */
function axis(start, length, pixels, cells) {
  const first = Math.max(Math.round(start), 0);
  const last = Math.min(Math.round(start + length), pixels);
  const count = Math.max(last - first, 0);
  const near = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const at = ((first + i + 0.5 - start) / length) * cells - 0.5;
    near[i] = Math.min(Math.max(Math.floor(at), 0), Math.max(cells - 2, 0));
    weight[i] = Math.min(Math.max(at - near[i], 0), cells > 1 ? 1 : 0);
  }
  return { first, count, near, weight };
}

/** The layer's values along one row of pixels, bilinear. @param {Float32Array} out
 * @param {Layer} layer @param {ReturnType<typeof axis>} across @param {number} row of cells
 * @param {number} rowWeight of the row after it */
function valuesOf(out, { width, height, values }, { count, near, weight }, row, rowWeight) {
  const top = row * width;
  const bottom = Math.min(row + 1, height - 1) * width;
  for (let i = 0; i < count; i += 1) {
    const left = near[i];
    const right = Math.min(left + 1, width - 1);
    const a = values[top + left] + (values[top + right] - values[top + left]) * weight[i];
    const b = values[bottom + left] + (values[bottom + right] - values[bottom + left]) * weight[i];
    out[i] = a + (b - a) * rowWeight;
  }
}

/** @param {Uint8ClampedArray} data @param {number} at of the pixel @param {number} value
 * @param {number} alpha */
function blend(data, at, value, alpha) {
  const color = 3 * Math.round(value * 255);
  for (let c = 0; c < 3; c += 1) data[at + c] += (TABLE[color + c] - data[at + c]) * alpha;
}

/** How many levels a value has passed. @param {number} value */
const passed = (value) => LEVELS.reduce((n, level) => (value >= level ? n + 1 : n), 0);

/** Contours are drawn where the level differs from that of the pixel a line's width before it in the row or the
 * column; they have the color of the higher level.
 * @param {Uint8Array} now levels of this row @param {Uint8Array} before of the row so far above
 * @param {number} i @param {number} line pixels @returns {number} the level; 0 for none */
function lineAt(now, before, i, line) {
  const beside = i >= line ? now[i - line] : now[i];
  const most = Math.max(now[i], beside, before[i]);
  return now[i] === beside && now[i] === before[i] ? 0 : most;
}

/** Contours over one row of pixels, opaque enough to be seen, each with a shade beside it.
 * @param {Uint8ClampedArray} data @param {number} start of the row's first pixel @param {Uint8Array[]} levels of this row, and
 * of those one and two lines' widths above @param {number} line pixels @param {number} opacity */
function paintContours(data, start, [now, before, farther], line, opacity) {
  const alpha = 0.5 + opacity / 2;
  for (let i = 0; i < now.length; i += 1) {
    const at = start + 4 * i;
    const level = lineAt(now, before, i, line);
    if (level) blend(data, at, LEVELS[level - 1], alpha);
    else if (lineAt(now, farther, i, 2 * line)) for (let c = 0; c < 3; c += 1) data[at + c] *= 1 - SHADE * alpha;
  }
}

/**
 * Draws a layer over an image.
 * @param {Image} image changed in place; clear pixels stay clear
 * @param {Layer} layer
 * @param {Place} place
 * @param {Style} style
 */
export function paint({ width, height, data }, layer, place, { contours, opacity, density = 1 }) {
  const across = axis(place.x, place.width, width, layer.width);
  const down = axis(place.y, place.height, height, layer.height);
  const values = new Float32Array(across.count);
  const line = Math.max(Math.round(LINE * density), 1);
  /* Levels of the last rows; the first rows are compared with themselves. */
  const rows = Array.from({ length: 2 * line + 1 }, () => new Uint8Array(across.count));
  for (let y = 0; y < down.count; y += 1) {
    valuesOf(values, layer, across, down.near[y], down.weight[y]);
    const now = rows[y % rows.length];
    const start = 4 * ((down.first + y) * width + across.first);
    if (contours) {
      values.forEach((value, i) => { now[i] = passed(value); });
      const above = [line, 2 * line].map((by) => (y >= by ? rows[(y - by) % rows.length] : now));
      paintContours(data, start, [now, ...above], line, opacity);
    } else for (let i = 0; i < across.count; i += 1) blend(data, start + 4 * i, values[i], opacity * Math.min(1, 2 * values[i]));
  }
}

/** The colors of the values over gray, from 0 on the left to 1 on the right.
 * @param {number} width @param {number} height @param {Style} style @returns {Image} */
export function legendOf(width, height, style) {
  const data = new Uint8ClampedArray(4 * width * height).fill(LEGEND_GRAY);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  const image = { width, height, data };
  const ramp = { width: 2, height: 1, values: Float32Array.of(0, 1) };
  /* So that the centers of the two cells lie at the ends. */
  paint(image, ramp, { x: -width / 2, y: 0, width: 2 * width, height }, style);
  return image;
}
