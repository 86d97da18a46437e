/* viewer.test.js - what the viewer draws is the film, at any zoom, window and level.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canvasNoise } from "../../../web/picture/canvas-noise.js";
import { draw, lookOf, pyramidOf } from "../../../web/picture/pyramid.js";
import { fromNativeUnits, inNativeUnits, nativeValue } from "../../../web/page/viewer/native-window.js";
import { labelOf, lengthOf, nextOfRatio, ratioOf, withoutOld } from "../../../web/page/viewer/measures.js";
import { valueAt } from "../../../web/page/viewer/corners.js";
import { PLAIN, adjust, fit, pan, spanOf, zoom } from "../../../web/picture/viewport.js";

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

test("colors stay apart, and a canvas larger than the film stays empty around it", async () => {
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

/** One pixel of a view of a picture without halves: bilinear with weights of 256, or the nearest; [] outside. */
function plainPixel({ width, height, channels, data }, { x, y, scale }, out, [i, j], look) {
  const [u, v] = [x + (i + 0.5 - out.width / 2) / scale, y + (j + 0.5 - out.height / 2) / scale];
  if (u < 0 || v < 0 || u >= width || v >= height) return [];
  const weigh = (at) => {
    const weight = Math.round((at - 0.5 - Math.floor(at - 0.5)) * 256);
    return scale > 3 ? (weight < 128 ? 0 : 256) : weight;
  };
  const sample = (column, row, c) =>
    data[(Math.min(Math.max(row, 0), height - 1) * width + Math.min(Math.max(column, 0), width - 1)) * channels + c];
  const [left, top, a, b] = [Math.floor(u - 0.5), Math.floor(v - 0.5), weigh(u), weigh(v)];
  return Array.from({ length: channels }, (_, c) => look[Math.floor(((sample(left, top, c) * (256 - a) + sample(left + 1, top, c) * a) * (256 - b)
    + (sample(left, top + 1, c) * (256 - a) + sample(left + 1, top + 1, c) * a) * b + 32768) / 65536)]);
}

test("every pixel of a view is the bilinear mean of its neighbors, to the bit: gray of 8 and 16 bits, color, any zoom and place", () => {
  const noise = (i) => (Math.imul(i + 1, 2654435761) >>> 7) & 65_535;
  const deep = { width: 60, height: 50, channels: 1, data: Uint16Array.from({ length: 3000 }, (_, i) => noise(i)) };
  const tones = Float32Array.from({ length: 65_536 }, (_, v) => v / 256);
  for (const [film, look] of /** @type {any[]} */ ([[deep, lookOf(PLAIN, tones)], [picture(60, 50, 1, noise), lookOf(PLAIN)], [picture(60, 50, 3, noise), lookOf(PLAIN)]])) {
    for (const view of [{ x: 30, y: 25, scale: 0.85 }, { x: 31.3, y: 20.6, scale: 1.37 }, { x: 3, y: 47, scale: 2.9 }, { x: 58.2, y: 2.1, scale: 7.7 }]) {
      const out = canvas(71, 64);
      out.data.fill(7);
      draw(out, [film], view, look);
      for (let j = 0; j < out.height; j += 1) {
        for (let i = 0; i < out.width; i += 1) {
          const want = plainPixel(film, view, out, [i, j], look), at = 4 * (j * out.width + i);
          const whole = want.length === 3 ? [...want, 255] : want.length ? [want[0], want[0], want[0], 255] : [0, 0, 0, 0];
          if (whole.some((byte, c) => byte !== out.data[at + c])) assert.deepEqual([...out.data.subarray(at, at + 4)], whole, `${view.scale}: ${i}, ${j}`);
        }
      }
    }
  }
});

test("window and level map low to black and high to white; invert turns it round", () => {
  const look = lookOf({ level: 100, window: 50, invert: false });
  assert.deepEqual([look[75], look[100], look[125]], [0, 128, 255]);
  const inverted = lookOf({ level: 100, window: 50, invert: true });
  assert.deepEqual([inverted[75], inverted[125]], [255, 0]);
  assert.deepEqual(adjust(PLAIN, { level: -999, window: -999 }), { level: 0, window: 2, invert: false });
});

test("window and level of a film of 12 bits reach every shade of it, also beyond the model's window", async () => {
  const data = Uint16Array.from({ length: 256 * 256 }, (_, i) => (i % 2 ? 3001 : 3000));
  const film = { width: 256, height: 256, channels: 1, data };
  const tones = Float32Array.from({ length: 4096 }, (_, v) => (v - 1000) / 4); // 3,000 is far beyond white
  assert.deepEqual(spanOf(tones), { low: -250, high: 774 });
  const levels = await pyramidOf(film, turn);
  const shown = (look, level = 0) => {
    const out = canvas(256 >> level, 256 >> level);
    draw(out, levels, fit(film, out), lookOf(look, tones));
    return [out.data[0], out.data[4]];
  };
  assert.deepEqual(shown(PLAIN), [255, 255], "as the model saw it");
  const look = adjust(PLAIN, { level: 372, window: -254 }, spanOf(tones));
  assert.deepEqual(shown(look), [128, 159], "a quarter of a tone is an eighth of this window");
  assert.deepEqual(shown(look, 1), [159, 159], "the mean of 3,000 and 3,001, rounded, in full depth");
});

test("the look in which the model saw a film is the window of its file, in the file's values", () => {
  const of = (shape, inverted = false) =>
    ({ inverted, window: { from: /** @type {const} */ ("window"), shape, center: 2000, width: 1001 } });
  assert.deepEqual(inNativeUnits(PLAIN, of("linear")), { center: 2000, width: 1001 });
  assert.deepEqual(inNativeUnits(PLAIN, of("linear-exact")), { center: 2000, width: 1001 });
  const half = { level: 128 + 127.5, window: 128 };
  assert.deepEqual(inNativeUnits(half, of("linear")), { center: 2500, width: 501 });
  assert.deepEqual(inNativeUnits(half, of("linear", true)), { center: 1500, width: 501 });
});

test("a window in the file's values and the look of it are two ways to say one thing, and a tone has its value", () => {
  for (const shape of /** @type {const} */ (["linear", "linear-exact"])) for (const inverted of [false, true]) {
    const facts = { inverted, window: { from: /** @type {const} */ ("window"), shape, center: 2000, width: 1001 } };
    for (const look of [PLAIN, { level: 40.5, window: 77 }]) {
      const native = inNativeUnits(look, facts);
      const { level, window } = fromNativeUnits(native, facts);
      assert.ok(Math.abs(level - look.level) < 1e-9 && Math.abs(window - look.window) < 1e-9);
    }
    // PS3.3, C.11.2.1.2: of a linear window the lowest value that is not black is c - 0.5 - (w - 1) / 2
    const ends = shape === "linear" ? [1499.5, 2499.5] : [1499.5, 2500.5];
    assert.deepEqual([nativeValue(0, facts), nativeValue(255, facts)], inverted ? ends.reverse() : ends);
  }
  assert.equal(fromNativeUnits({ center: 1, width: 2 }, null), null);
  assert.equal(nativeValue(-Infinity, { inverted: false, window: { from: "window", shape: "linear", center: 1, width: 9 } }), null);
});

test("the value under the pointer is the file's where it is known, and nothing beside the film", () => {
  const said = (over) => valueAt(/** @type {any} */ ({ tones: undefined, facts: null, at: { x: 1.5, y: 0.2 },
    picture: { width: 2, height: 1, channels: 1, data: Uint16Array.of(3, 2) }, ...over }));
  assert.equal(said({}), "(1, 0): 2");
  const facts = { inverted: false, window: { from: "window", shape: "linear-exact", center: 500, width: 1000 } };
  assert.equal(said({ tones: Float32Array.of(0, 1, 127.5, 3), facts }), "(1, 0): 500");
  assert.equal(said({ at: { x: 2, y: 0 } }), "");
  assert.equal(said({ picture: { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } }), "(1, 0): 4, 5, 6");
});

test("a length is in mm by the spacing of rows and columns, else in pixels, and says where it was measured", () => {
  const line = { kind: /** @type {const} */ ("length"), a: { x: 0, y: 0 }, b: { x: 30, y: 40 } };
  assert.equal(lengthOf(line, null), 50);
  assert.equal(lengthOf(line, [0.5, 1]), Math.hypot(30, 20));
  assert.equal(labelOf(line, null, false), "50 px");
  assert.equal(labelOf(line, [0.1, 0.1], false), "5.0 mm");
  assert.match(labelOf(line, [0.1, 0.1], true), /5\.0 mm at the detector/);
});

test("the cardiothoracic ratio is heart over chest; a new heart begins it anew, and lengths stay", () => {
  const line = (kind, width) => ({ kind, a: { x: 10, y: 5 }, b: { x: 10 + width, y: 5 } });
  const [length, heart, thorax] = [line("length", 3), line("heart", 120), line("thorax", 300)];
  assert.equal(ratioOf([heart], null), null);
  assert.equal(ratioOf([length, heart, thorax], [0.3, 0.1]), 0.4);
  assert.equal(ratioOf([heart, line("thorax", 0)], null), null);
  assert.deepEqual([[], [length], [length, heart], [heart, thorax]].map(nextOfRatio), ["heart", "heart", "thorax", "heart"]);
  assert.deepEqual(withoutOld([length, heart, thorax], "heart"), [length]);
  assert.deepEqual(withoutOld([length, heart], "thorax"), [length, heart]);
  assert.deepEqual(withoutOld([length, heart], "length"), [length, heart]);
});

test("a table, a sigmoid, a window of one value and other files have no such window", () => {
  const of = (shape, width) =>
    ({ inverted: false, window: { from: "window", shape, center: 9, width } });
  for (const facts of /** @type {Parameters<typeof inNativeUnits>[1][]} */ ([
    null, { inverted: false, window: null }, of("sigmoid", 100), of("linear", 1),
    { inverted: false, window: { from: "lut", shape: null, center: null, width: null } }])) {
    assert.equal(inNativeUnits(PLAIN, facts), null);
  }
});

test("samples of 16 bits are drawn without overflow, and padding is black in every window", async () => {
  const film = { width: 8, height: 8, channels: 1, data: new Uint16Array(64).fill(65535) };
  const tones = Float32Array.from({ length: 65536 }, (_, v) => (v === 65535 ? 255 : -Infinity));
  const out = canvas(8, 8);
  draw(out, [film], fit(film, out), lookOf(PLAIN, tones));
  assert.equal(out.data[0], 254);
  film.data.fill(7);
  draw(out, [film], fit(film, out), lookOf({ level: -1e4, window: 2, invert: false }, tones));
  assert.equal(out.data[0], 0);
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
const fakeCanvas = (noise) => /** @type {any} */ (class {
  getContext() {
    let kept = new Uint8ClampedArray();
    return {
      createImageData: (w, h) => ({ data: new Uint8ClampedArray(4 * w * h) }),
      putImageData: ({ data }) => { kept = data; },
      getImageData: () => ({ data: kept.map((v, i) => v ^ (i === 100 ? noise : 0)) }),
    };
  }
});

test("the canvas noise test sees one changed bit, and none where there is none", () => {
  assert.equal(canvasNoise(fakeCanvas(0)), false);
  assert.equal(canvasNoise(fakeCanvas(1)), true);
});
