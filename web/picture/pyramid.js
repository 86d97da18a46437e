/* pyramid.js - an image pyramid, and drawing any part of it at any scale.
 *
 * The cost of drawing depends on the canvas only, not on the film: a level is chosen whose pixels
 * are about as large as those of the canvas. No canvas filter, no readback, the same in every
 * browser.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("../page/films/picture-cache.js").Picture} Picture */
/** What is shown: the film's pixel (x, y) lies at the center of the canvas, `scale` canvas pixels
 * wide.
 * @typedef {{ x: number, y: number, scale: number }} View */

/* Below this side, halving saves nothing. */
const SMALLEST = 128;
/* Samples to compute before the event loop runs again: some milliseconds. */
const SLICE = 1 << 20;

/** Half of a picture: every pixel is the mean of 2 x 2. Yields every SLICE
 * samples.
 * @param {Picture} picture @returns {Generator<void, Picture>} */
function* halve({ width, height, channels, data }) {
  const [w, h] = [width >> 1, height >> 1];
  const half = data instanceof Uint16Array ? new Uint16Array(w * h) : new Uint8Array(w * h * channels);
  const row = width * channels;
  const sliceRows = Math.max(1, Math.floor(SLICE / row));
  for (let y = 0, to = 0; y < h; y += 1) {
    if (y % sliceRows === sliceRows - 1) yield;
    for (let x = 0; x < w; x += 1) {
      const at = 2 * y * row + 2 * x * channels;
      for (let c = at; c < at + channels; c += 1) {
        half[to++] = (data[c] + data[c + channels] + data[c + row] + data[c + row + channels] + 2) >> 2;
      }
    }
  }
  return { width: w, height: h, channels, data: half };
}

/** A picture and its halves, largest first. @param {Picture} picture @returns {Generator<void, Picture[]>} */
function* halves(picture) {
  const levels = [picture];
  for (let last = picture; Math.min(last.width, last.height) >= 2 * SMALLEST; levels.push(last)) last = yield* halve(last);
  return levels;
}

/**
 * A picture and its halves, largest first.
 * @param {Picture} picture
 * @param {() => Promise<void>} pause lets the event loop run
 * @returns {Promise<Picture[]>}
 */
export async function pyramidOf(picture, pause) {
  const work = halves(picture);
  let step = work.next();
  for (; !step.done; step = work.next()) await pause();
  return step.value;
}

/** The same at once, where something waits for it: 12 million samples take some 50 ms. @param {Picture} picture */
export function pyramidNow(picture) {
  const work = halves(picture);
  let step = work.next();
  while (!step.done) step = work.next();
  return step.value;
}

/* Samples of 8 bits are their own tones. */
const BYTES = Float32Array.from({ length: 256 }, (_, v) => v);

/** From black to white within a window: along a line, or the sigmoid of PS3.3, C.11.2.1.3.1. @typedef {"straight" | "sigmoid"} Curve */

/* Of a window of no width, whose low end alone counts. */
const LEAST = 1e-6;

/**
 * The gray value that each sample is shown as. The window's low end is black and its high end white.
 * @param {{ level: number, window: number, invert: boolean }} look in tones
 * @param {Float32Array} [tones] of all samples, 0 black and 255 white in the film's first window, and beyond; -Infinity is black
 * @param {Curve} [curve]
 * @returns {Uint8ClampedArray} as long as tones
 */
export function lookOf({ level, window, invert }, tones = BYTES, curve = "straight") {
  const table = new Uint8ClampedArray(tones.length);
  const width = Math.max(window, LEAST);
  const low = level - window / 2;
  for (let v = 0; v < table.length; v += 1) {
    const place = (tones[v] - low) / width;
    const shown = 255 * (curve === "sigmoid" ? 1 / (1 + Math.exp(2 - 4 * place)) : Math.min(1, Math.max(0, place)));
    table[v] = invert ? 255 - shown : shown;
  }
  return table;
}

/** Along one axis: for each canvas pixel the two samples beside it and the weight of the second, of
 * 256; offset -1 outside the film. @param {number} length of the canvas @param {number}
 * center of the view @param {number} scale @param {number} size of the level @param {number}
 * stride */
function axis(length, center, scale, size, stride) {
  const near = new Int32Array(length);
  const far = new Int32Array(length);
  const weight = new Int32Array(length);
  for (let i = 0; i < length; i += 1) {
    const at = center + (i + 0.5 - length / 2) / scale;
    const inside = at >= 0 && at < size;
    const first = Math.floor(at - 0.5);
    near[i] = inside ? Math.max(first, 0) * stride : -1;
    far[i] = Math.min(first + 1, size - 1) * stride;
    weight[i] = Math.round((at - 0.5 - first) * 256);
  }
  return { near, far, weight };
}

/** Nearest neighbor for magnified pixels: squares, not a blur that suggests more detail.
 * @param {{ weight: Int32Array }} along */
function snap({ weight }) {
  for (let i = 0; i < weight.length; i += 1) weight[i] = weight[i] < 128 ? 0 : 256;
}

/**
 * Draws a view of a pyramid, bilinear in fixed point: weights of 256 along each axis, so that 16 bits come to 32.
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} out RGBA; written in full, clear outside the film
 * @param {Picture[]} levels
 * @param {View} view
 * @param {Uint8ClampedArray} look of every sample
 * @param {{ width: number, height: number }} [size] of the film in the view's units; larger one way where pixels are not square
 */
export function draw(out, levels, view, look, size = levels[0]) {
  const wanted = Math.floor(Math.log2(1 / view.scale) + 0.25);
  const n = Math.min(Math.max(wanted, 0), levels.length - 1);
  const { width, height, channels } = levels[n];
  const [sx, sy] = [width / size.width, height / size.height];
  const across = axis(out.width, view.x * sx, view.scale / sx, width, channels);
  const down = axis(out.height, view.y * sy, view.scale / sy, height, width * channels);
  if (view.scale > 3) [across, down].forEach(snap);
  const pixels = new Uint32Array(out.data.buffer, out.data.byteOffset, out.width * out.height);
  pixels.fill(0);
  const rows = new Rows(levels[n], across);
  const [mix, shades] = channels === 3 ? [mixColor, look] : [mixGray, pixelsOf(look)];
  for (let y = 0; y < out.height; y += 1) {
    if (down.near[y] < 0) continue;
    const [above, below] = rows.pair(down.near[y], down.far[y]);
    mix(pixels.subarray(y * out.width), rows, above, below, down.weight[y], shades);
  }
}

/**
 * The same in bands, so that the event loop can run in between. Yields after each.
 * @param {{ width: number, height: number, data: Uint8ClampedArray }} out @param {Picture[]} levels @param {View} view
 * @param {Uint8ClampedArray} look @param {{ width: number, height: number }} size
 * @returns {Generator<void, void>}
 */
export function* drawInBands(out, levels, view, look, size) {
  const rows = Math.max(1, Math.floor(SLICE / out.width));
  for (let top = 0; top < out.height; top += rows) {
    const height = Math.min(rows, out.height - top);
    const data = out.data.subarray(4 * top * out.width, 4 * (top + height) * out.width);
    const y = view.y + (top + height / 2 - out.height / 2) / view.scale;
    draw({ width: out.width, height, data }, levels, { ...view, y }, look, size);
    yield;
  }
}

/* Of a pixel's four bytes as one number: red comes first, so it is the lowest. */
const GRAY = 0x010101;
const OPAQUE = 0xff000000;

/** The gray pixel of every sample. @param {Uint8ClampedArray} look */
function pixelsOf(look) {
  const pixels = new Uint32Array(look.length);
  for (let v = 0; v < pixels.length; v += 1) pixels[v] = look[v] * GRAY + OPAQUE;
  return pixels;
}

/** @typedef {{ near: Int32Array, far: Int32Array, weight: Int32Array }} Axis */

/** Rows of a level, interpolated along the canvas: two are needed at a time, and the next row of the canvas needs one of
 * them again, or both. */
class Rows {
  #level;
  #across;
  #kept;
  #at = [-1, -1];
  /* The canvas's columns that lie in the film. */
  begin;
  end;

  /** @param {Picture} level @param {Axis} across */
  constructor(level, across) {
    this.#level = level;
    this.#across = across;
    this.#kept = this.#at.map(() => new Int32Array(across.near.length * level.channels));
    this.begin = Math.max(across.near.findIndex((at) => at >= 0), 0);
    this.end = across.near.findLastIndex((at) => at >= 0) + 1;
  }

  /** @param {number} near where a row begins in the level @param {number} far where another does
   * @returns {[Int32Array, Int32Array]} samples times 256, until another pair is asked for */
  pair(near, far) {
    return [this.#row(near, far), this.#row(far, near)];
  }

  /** @param {number} from @param {number} other that is needed with it */
  #row(from, other) {
    const kept = this.#at.indexOf(from);
    if (kept >= 0) return this.#kept[kept];
    const free = this.#at[0] === other ? 1 : 0;
    this.#at[free] = from;
    const { data, channels } = this.#level;
    (channels === 3 ? interpolateColor : interpolateGray)(this.#kept[free], data, from, this);
    return this.#kept[free];
  }

  get across() {
    return this.#across;
  }
}

/** @param {Int32Array} to @param {Picture["data"]} data @param {number} from where the row begins @param {Rows} rows */
function interpolateGray(to, data, from, { across: { near, far, weight }, begin, end }) {
  for (let x = begin; x < end; x += 1) {
    const w = weight[x];
    to[x] = data[from + near[x]] * (256 - w) + data[from + far[x]] * w;
  }
}

/** The same of three channels. @param {Int32Array} to @param {Picture["data"]} data @param {number} from @param {Rows} rows */
function interpolateColor(to, data, from, { across: { near, far, weight }, begin, end }) {
  for (let x = begin, at = 3 * begin; x < end; x += 1, at += 3) {
    const w = weight[x], v = 256 - w;
    const a = from + near[x], b = from + far[x];
    to[at] = data[a] * v + data[b] * w;
    to[at + 1] = data[a + 1] * v + data[b + 1] * w;
    to[at + 2] = data[a + 2] * v + data[b + 2] * w;
  }
}

/** Two samples times 256, weighed: 32 bits at most, which imul keeps. @param {number} above @param {number} below
 * @param {number} w of below, of 256 */
const mixed = (above, below, w) => ((Math.imul(above, 256 - w) + Math.imul(below, w) | 0) + 32768) >>> 16;

/** A row of the canvas. @param {Uint32Array} pixels from its beginning @param {Rows} rows @param {Int32Array} above
 * @param {Int32Array} below @param {number} w of below, of 256 @param {ArrayLike<number>} shades pixel of every sample */
function mixGray(pixels, { begin, end }, above, below, w, shades) {
  for (let x = begin; x < end; x += 1) pixels[x] = shades[mixed(above[x], below[x], w)];
}

/** The same of three channels. @param {Uint32Array} pixels @param {Rows} rows @param {Int32Array} above @param {Int32Array} below
 * @param {number} w @param {ArrayLike<number>} look byte of every sample */
function mixColor(pixels, { begin, end }, above, below, w, look) {
  for (let x = begin, at = 3 * begin; x < end; x += 1, at += 3) {
    const red = look[mixed(above[at], below[at], w)];
    const green = look[mixed(above[at + 1], below[at + 1], w)];
    pixels[x] = red + (green << 8) + (look[mixed(above[at + 2], below[at + 2], w)] << 16) + OPAQUE;
  }
}
