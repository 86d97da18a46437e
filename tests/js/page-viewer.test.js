/* page-viewer.test.js - what the viewer draws is the film, at any zoom, window and level.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canvasNoise } from "../../web/canvas-probe.js";
import { draw, lookOf, pyramidOf } from "../../web/page/pyramid.js";
import { PLAIN, adjust, fit, pan, zoom } from "../../web/page/view.js";

const turn = async () => {};
const picture = (width, height, channels, value) => {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i += 1) data[i] = value(i);
  return { width, height, channels, data };
};
const canvas = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });

test("at natural size and full window the canvas holds the film's own samples", async () => {
  const film = picture(40, 30, 1, (i) => (i * 7) % 256);
  const out = canvas(40, 30);
  draw(out, await pyramidOf(film, turn), fit(film, out), lookOf({ level: 127.5, window: 255, invert: false }));
  film.data.forEach((v, i) => assert.deepEqual([...out.data.subarray(4 * i, 4 * i + 4)], [v, v, v, 255]));
});

test("colours stay apart, and a canvas larger than the film stays empty around it", async () => {
  const film = picture(10, 10, 3, (i) => [200, 100, 50][i % 3]);
  const out = canvas(30, 10);
  draw(out, await pyramidOf(film, turn), fit(film, out), lookOf({ ...PLAIN, level: 127.5, window: 255 }));
  assert.deepEqual([...out.data.subarray(4 * 15, 4 * 15 + 4)], [200, 100, 50, 255]);
  assert.deepEqual([...out.data.subarray(0, 4)], [0, 0, 0, 0]);
});

test("a large film drawn small is the mean of its pixels, not a selection of them", async () => {
  const film = picture(1024, 1024, 1, (i) => ((i + (i >> 10)) % 2 ? 255 : 0));
  const levels = await pyramidOf(film, turn);
  assert.deepEqual(levels.map(({ width }) => width), [1024, 512, 256, 128]);
  const out = canvas(256, 256);
  draw(out, levels, fit(film, out), lookOf({ level: 127.5, window: 255, invert: false }));
  assert.ok(out.data.every((v, i) => i % 4 === 3 || Math.abs(v - 128) <= 1));
});

test("window and level map low to black and high to white; invert turns it round", () => {
  const look = lookOf({ level: 100, window: 50, invert: false });
  assert.deepEqual([look[75], look[100], look[125]], [0, 128, 255]);
  const inverted = lookOf({ level: 100, window: 50, invert: true });
  assert.deepEqual([inverted[75], inverted[125]], [255, 0]);
  assert.deepEqual(adjust(PLAIN, { level: -999, window: -999 }), { level: 0, window: 2, invert: false });
});

test("zooming keeps the point under the pointer, and panning stops at the film's edge", () => {
  const [film, screen] = [{ width: 100, height: 100 }, { width: 100, height: 100 }];
  const at = { x: 25, y: 75 };
  const { x, y, scale } = zoom(fit(film, screen), 2, film, screen, at);
  assert.equal(x + (at.x - 50) / scale, 25);
  assert.equal(y + (at.y - 50) / scale, 75);
  assert.equal(pan({ x, y, scale }, 1e6, 0, film, screen).x, 25);
  assert.equal(zoom({ x, y, scale }, 0.01, film, screen).scale, 1);
});

/** A canvas that gives back what was put in, or that with a bit of noise. */
const fakeCanvas = (noise) => class {
  getContext() {
    let kept = new Uint8ClampedArray();
    return {
      createImageData: (w, h) => ({ data: new Uint8ClampedArray(4 * w * h) }),
      putImageData: ({ data }) => { kept = data; },
      getImageData: () => ({ data: kept.map((v, i) => v ^ (i === 100 ? noise : 0)) }),
    };
  }
};

test("the canvas probe sees one changed bit, and none where there is none", () => {
  assert.equal(canvasNoise(fakeCanvas(0)), false);
  assert.equal(canvasNoise(fakeCanvas(1)), true);
});
