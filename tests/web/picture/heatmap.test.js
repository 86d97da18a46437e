/* heatmap.test.js - what is painted over a film is the map, where the map is, and no more of it.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEVELS, colorOf, layerOf, legendOf, paint, topOf } from "../../../web/picture/heatmap.js";

const image = (width, height, gray) => {
  const data = new Uint8ClampedArray(4 * width * height).fill(gray);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
};
const pixel = ({ width, data }, x, y) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3)];
const layer = (width, height, values) => ({ width, height, values: Float32Array.from(values) });
const FULL = { contours: false, opacity: 1 };

/** CIE lightness of sRGB, 0..100. */
function lightness(color) {
  const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

test("colors get lighter in even steps", () => {
  const steps = Array.from({ length: 21 }, (_, i) => lightness(colorOf(i / 20)));
  const mean = (steps[20] - steps[0]) / 20;
  for (let i = 1; i <= 20; i += 1) {
    const step = steps[i] - steps[i - 1];
    assert.ok(step > 0.5 * mean && step < 1.5 * mean, `step ${i}: ${step} of ${mean}`);
  }
});

test("the scale of a film is that of its strongest finding", () => {
  const map = (...values) => ({
    width: values.length, height: 1, raw: Float32Array.from(values),
    normalized: Float32Array.from(values, (v) => v / Math.max(...values)),
  });
  const [strong, noise] = [map(0, 8, -4), map(0, 1, 0.5)];
  const top = topOf([strong, noise]);
  assert.equal(top, 8);
  assert.deepEqual([...layerOf(strong, top).values], [0, 1, 0]);
  assert.deepEqual([...layerOf(noise, top).values], [0, 0.125, 0.0625]);
  assert.deepEqual([...layerOf(noise, null).values], [0, 1, 0.5]);
  assert.deepEqual([...layerOf(map(0, 0), topOf([map(0, 0)])).values], [0, 0]);
});

test("a map is painted in its place and nowhere else; zero leaves the film as it is", () => {
  const film = image(40, 20, 100);
  paint(film, layer(2, 1, [0, 1]), { x: 10, y: 5, width: 20, height: 10 }, FULL);
  assert.deepEqual(pixel(film, 10, 10), [100, 100, 100]);
  assert.deepEqual(pixel(film, 29, 10), colorOf(1));
  for (const [x, y] of [[9, 10], [30, 10], [20, 4], [20, 15]]) assert.deepEqual(pixel(film, x, y), [100, 100, 100]);
  assert.ok(film.data.every((v, i) => i % 4 !== 3 || v === 255));
});

test("a place that reaches beyond the image, or misses it, is cut", () => {
  const inside = image(10, 10, 0);
  paint(inside, layer(1, 1, [1]), { x: -50, y: -50, width: 100, height: 100 }, FULL);
  assert.deepEqual(pixel(inside, 0, 0), colorOf(1));
  assert.deepEqual(pixel(inside, 9, 9), colorOf(1));
  const missed = image(10, 10, 7);
  paint(missed, layer(1, 1, [1]), { x: 20, y: 20, width: 5, height: 5 }, FULL);
  assert.ok(missed.data.every((v) => v === 7 || v === 255));
});

test("what is clear around a film stays clear", () => {
  const empty = { width: 4, height: 4, data: new Uint8ClampedArray(64) };
  paint(empty, layer(1, 1, [1]), { x: 0, y: 0, width: 4, height: 4 }, FULL);
  assert.ok(empty.data.every((v, i) => i % 4 !== 3 || v === 0));
});

test("contours are closed lines where a level is passed, each with a shade beside it, and touch nothing else", () => {
  const film = image(90, 90, 50);
  const peak = layer(3, 3, [0, 0, 0, 0, 1, 0, 0, 0, 0]);
  paint(film, peak, { x: 0, y: 0, width: 90, height: 90 }, { contours: true, opacity: 1 });
  const row = Array.from({ length: 90 }, (_, x) => pixel(film, x, 45));
  const [bare, shade] = [50, 15];
  const colored = (/** @type {number[]} */ [red, green, blue]) => !(red === green && green === blue);
  assert.equal(row.filter((p, x) => x > 0 && colored(p) && !colored(row[x - 1])).length, 2 * LEVELS.length);
  assert.ok(row.filter((p, x) => x > 0 && p[1] === shade && colored(row[x - 1])).length >= LEVELS.length);
  assert.ok(row.every((p) => colored(p) || [bare, shade].includes(p[1])));
  const dense = image(180, 180, 50);
  paint(dense, peak, { x: 0, y: 0, width: 180, height: 180 }, { contours: true, opacity: 1, density: 2 });
  const widths = [film, dense].map((one) => Array.from({ length: one.width }, (_, x) => pixel(one, x, one.height / 2)).filter(colored).length);
  assert.equal(widths[1], 2 * widths[0], "as wide on a screen of twice the density");
  assert.deepEqual(pixel(film, 45, 45), [50, 50, 50]);
  assert.deepEqual(pixel(film, 0, 0), [50, 50, 50]);
});

test("half the opacity is half of the color", () => {
  const film = image(4, 4, 100);
  paint(film, layer(1, 1, [1]), { x: 0, y: 0, width: 4, height: 4 }, { contours: false, opacity: 0.5 });
  pixel(film, 1, 1).forEach((v, c) => assert.ok(Math.abs(v - (100 + colorOf(1)[c]) / 2) <= 1));
});

test("the legend goes from clear to the last color", () => {
  const legend = legendOf(100, 4, FULL);
  pixel(legend, 0, 0).forEach((v) => assert.ok(Math.abs(v - 96) <= 2));
  pixel(legend, 99, 3).forEach((v, c) => assert.ok(Math.abs(v - colorOf(1)[c]) <= 3));
  const lines = legendOf(100, 1, { contours: true, opacity: 1 });
  const drawn = Array.from({ length: 100 }, (_, x) => pixel(lines, x, 0)[1] !== 96);
  assert.deepEqual(LEVELS.map((level) => drawn[Math.round(100 * level)]), LEVELS.map(() => true));
});
