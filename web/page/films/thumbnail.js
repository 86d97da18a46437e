/* thumbnail.js - a small picture of what the model saw, kept for every film of the visit: 4 kB each.
 * SPDX-License-Identifier: MIT */
import { h } from "../base/dom.js";

const SIDE = 64;
/* A pixel in a word: what a gray value is multiplied by, and the alpha, which lies last in memory. */
const [GRAY, OPAQUE] = new Uint8Array(Uint32Array.of(1).buffer)[0] ? [0x010101, 0xff000000] : [0x01010100, 0xff];

/** The means of gray blocks. @param {import("../../engine/engine.js").Seen} seen
 * @returns {Uint8ClampedArray} SIDE x SIDE values, row by row */
export function thumbnailOf({ size, data }) {
  const channels = data.length / size ** 2;
  const small = new Uint8ClampedArray(SIDE * SIDE);
  const edge = (/** @type {number} */ i) => Math.floor((i * size) / SIDE);
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) {
    const [top, left] = [edge(y), edge(x)];
    const [bottom, right] = [Math.max(edge(y + 1), top + 1), Math.max(edge(x + 1), left + 1)];
    let sum = 0;
    for (let v = top; v < bottom; v++) for (let u = left; u < right; u++) {
      sum += data[channels * (v * size + u)];
    }
    small[y * SIDE + x] = sum / ((bottom - top) * (right - left));
  }
  return small;
}

/** Decorative: the name is beside it. @param {Uint8ClampedArray} thumbnail */
export function thumbnailView(thumbnail) {
  const canvas = h("canvas", { width: SIDE, height: SIDE, class: "thumbnail", "aria-hidden": "true" });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = pen.createImageData(SIDE, SIDE);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < thumbnail.length; i++) pixels[i] = OPAQUE | (thumbnail[i] * GRAY);
  pen.putImageData(image, 0, 0);
  return canvas;
}
