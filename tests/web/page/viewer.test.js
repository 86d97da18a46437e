/* viewer.test.js - what the viewer draws is the film, at any zoom, window and level.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { test } from "node:test";
import { canvasNoise } from "../../../web/picture/canvas-noise.js";
import { draw, drawInBands, lookOf, pyramidOf } from "../../../web/picture/pyramid.js";
import { edgesOf, turnedDirections } from "../../../web/picture/edges.js";
import { fromNativeUnits, grayScaleOf, inNativeUnits, narrowest, shadesOf } from "../../../web/picture/gray-scale.js";
import { calibrationWords, labelOf, lastLength, lengthOf, nextOfRatio, ratioOf, turnedMeasures, unitOf, withoutOld } from "../../../web/page/viewer/measures.js";
import { besideLine } from "../../../web/page/viewer/lines.js";
import { Measuring } from "../../../web/page/viewer/measuring.js";
import { Placement } from "../../../web/page/viewer/placement.js";
import { valueAt } from "../../../web/page/viewer/corners.js";
import { PLAIN, adjust, dragged, fit, pan, spanOf, zoom } from "../../../web/picture/viewport.js";

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

test("a view drawn in bands is the same to the bit", async () => {
  const film = picture(300, 220, 1, (i) => (Math.imul(i + 1, 2654435761) >>> 9) & 255);
  const levels = await pyramidOf(film, turn);
  for (const view of [{ x: 150, y: 110, scale: 3.7 }, { x: 20.3, y: 200.1, scale: 0.9 }]) {
    const [whole, banded] = [canvas(1700, 1301), canvas(1700, 1301)];
    draw(whole, levels, view, lookOf(PLAIN));
    assert.ok([...drawInBands(banded, levels, view, lookOf(PLAIN), film)].length > 1);
    assert.ok(Buffer.from(whole.data.buffer).equals(Buffer.from(banded.data.buffer)));
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
  const span = spanOf([-250, 773.75]);
  assert.deepEqual(span, { low: -250, high: 774 });
  const levels = await pyramidOf(film, turn);
  const shown = (look, level = 0) => {
    const out = canvas(256 >> level, 256 >> level);
    draw(out, levels, fit(film, out), lookOf(look, tones));
    return [out.data[0], out.data[4]];
  };
  assert.deepEqual(shown(PLAIN), [255, 255], "as the model saw it");
  const look = adjust({ level: 500, window: 2, invert: false }, {}, span);
  assert.deepEqual(shown(look), [128, 159], "a quarter of a tone is an eighth of this window");
  assert.deepEqual(shown(look, 1), [159, 159], "the mean of 3,000 and 3,001, rounded, in full depth");
});

/** A film of these values with what its file says of black and white. */
function scaleOf(window, { inverted = false, values = Array.from({ length: 4096 }, (_, v) => v), range = [0, 4095], tones = values, invert = false } = {}) {
  return grayScaleOf(/** @type {any} */ ({ tones: Float32Array.from(tones), values: Float32Array.from(values), range }), { inverted, window }, invert);
}
const ofFile = (shape, center, width) => /** @type {any} */ ({ from: "window", shape, center, width });

test("the look in which the model saw a film is the window of its file, in the file's values", () => {
  for (const shape of ["linear", "linear-exact", "sigmoid"]) {
    assert.deepEqual(inNativeUnits(PLAIN, scaleOf(ofFile(shape, 2000, 1001))), { center: 2000, width: 1001 });
  }
  assert.deepEqual(inNativeUnits(PLAIN, null), { center: 128, width: 256 });
  const half = { level: 255, window: 127.5, invert: false };
  assert.deepEqual(inNativeUnits(half, scaleOf(ofFile("linear", 2000, 1001))), { center: 2500, width: 501 });
  assert.deepEqual(inNativeUnits(half, scaleOf(ofFile("linear", 2000, 1001), { inverted: true })), { center: 1500, width: 501 });
});

test("a window in the file's values and the look of it are two ways to say one thing", () => {
  for (const shape of ["linear", "linear-exact", "sigmoid"]) for (const inverted of [false, true]) {
    const scale = scaleOf(ofFile(shape, 2000, 1001), { inverted });
    for (const look of [PLAIN, { level: 40.5, window: 77, invert: false }]) {
      const { level, window } = fromNativeUnits(inNativeUnits(look, scale), scale);
      assert.ok(Math.abs(level - look.level) < 1e-9 && Math.abs(window - look.window) < 1e-9);
    }
  }
});

test("any window of a film is what PS3.3, C.11.2.1 makes of its values: lines, sigmoids, either way round", () => {
  const plain = { linear: (x, c, w) => ((x - (c - 0.5)) / (w - 1) + 0.5) * 255, "linear-exact": (x, c, w) => ((x - c) / w + 0.5) * 255,
    sigmoid: (x, c, w) => 255 / (1 + Math.exp((-4 * (x - c)) / w)) };
  for (const [shape, toneOf] of Object.entries(plain)) for (const inverted of [false, true]) {
    const scale = scaleOf(ofFile(shape, 2000, 1001), { inverted });
    for (const [center, width] of [[2000, 1001], [900, 301], [3000, 4000]]) {
      const shades = shadesOf({ ...fromNativeUnits({ center, width }, scale), invert: false }, scale);
      for (const value of [0, 700, 899, 1000, 1600, 2000, 2300, 4000]) {
        const tone = Math.min(Math.max(toneOf(value, center, width), 0), 255);
        const want = inverted ? 255 - tone : tone;
        assert.ok(Math.abs(shades[value] - want) <= 0.51, `${shape} ${center} ${width}: ${value} is ${shades[value]}, not ${want}`);
      }
    }
  }
});

test("a window of one value is black and white at first, as the model saw it, and a drag leads out of it to grays", () => {
  const values = Array.from({ length: 4096 }, (_, v) => v);
  const scale = scaleOf(ofFile("linear", 2000, 1), { tones: values.map((v) => (v <= 1999.5 ? -Infinity : Infinity)) });
  const first = shadesOf(scale.plain, scale);
  assert.deepEqual([first[0], first[1999], first[2000], first[4095]], [0, 0, 255, 255]);
  let look = scale.plain;
  for (let px = 0; px < 600; px += 10) look = adjust(look, dragged(look, 10, 0, scale.span), scale.span, narrowest(scale));
  const grays = new Set(shadesOf(look, scale));
  assert.ok(grays.size > 20, `${grays.size} shades`);
  assert.ok(new Set(shadesOf(scale.whole, scale)).size > 200, "the full range is a preset");
});

test("a table is what is shown at first; a change goes on from about what it does, and it can be had back", () => {
  const values = Array.from({ length: 4096 }, (_, v) => v);
  const tones = values.map((v) => Math.min(Math.max((v - 1000) / 2000, 0), 1) ** 0.8 * 255);
  const scale = scaleOf({ from: "lut", shape: null, center: null, width: null }, { tones });
  const shown = shadesOf(scale.plain, scale);
  for (const value of [500, 1500, 2500, 3500]) assert.ok(Math.abs(shown[value] - tones[value]) <= 0.51, `${value}`);
  const changed = adjust(scale.plain, { level: 1 }, scale.span, narrowest(scale));
  assert.equal(changed.table, undefined);
  const { center, width } = inNativeUnits(changed, scale);
  assert.ok(Math.abs(center - 2000) < 120 && Math.abs(width - 2000) < 250, `${center} ${width}`);
});

test("a drag answers alike on films of any depth: in relation to the window, not to what the bits can hold", () => {
  const wide = scaleOf(ofFile("linear", 2020, 2040), { values: Array.from({ length: 65_536 }, (_, v) => v), range: [1000, 3039] });
  for (const scale of [null, wide, scaleOf(ofFile("linear", 2000, 1001))]) {
    const { level, window } = dragged(PLAIN, 100, 50, scale?.span);
    assert.deepEqual([window, level].map(Math.round), [100, 25]);
  }
  assert.deepEqual(wide.span, { low: 0, high: 255 }, "of the values that occur");
  const narrow = dragged({ level: 128, window: 32, invert: false }, 100, 50);
  assert.deepEqual([narrow.window, narrow.level], [12.5, 3.125]);
});

test("a film that was read inverted has its scale the other way round, table and all", () => {
  const values = [0, 1000, 2000, 3000];
  const own = [-10, 50, 200, 300];
  const before = scaleOf({ from: "lut", shape: null, center: null, width: null }, { values, tones: own, range: [0, 3000] });
  const after = scaleOf({ from: "lut", shape: null, center: null, width: null }, { values, tones: own, range: [0, 3000], invert: true });
  assert.deepEqual([...after.table], own.map((tone) => 255 - tone));
  assert.deepEqual([...after.tones], [...before.tones].map((tone) => 255 - tone));
});

test("the value under the pointer is the file's where it is known, and nothing beside the film", () => {
  const said = (over) => valueAt(/** @type {any} */ ({ scale: null, at: { x: 1.5, y: 0.2 },
    picture: { width: 2, height: 1, channels: 1, data: Uint16Array.of(3, 2) }, ...over }));
  assert.equal(said({}), "(1, 0): 2");
  for (const [value, words] of [[500, "(1, 0): 500"], [-2.5, "(1, 0): \u22122.50"], [NaN, "(1, 0): padding"]]) {
    assert.equal(said({ scale: scaleOf(ofFile("sigmoid", 500, 1000), { values: [0, 1, /** @type {number} */ (value)], range: [0, 500] }) }), words);
  }
  assert.equal(said({ at: { x: 2, y: 0 } }), "");
  assert.equal(said({ picture: { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) } }), "(1, 0): 4, 5, 6");
});

const unit = (spacing, spacingAt = "patient", magnification = null) => unitOf(/** @type {any} */ ({ spacing, spacingAt, magnification }), []);

test("a length is in mm by the spacing of rows and columns, else in pixels, and says what these are of", () => {
  const line = { kind: /** @type {const} */ ("length"), a: { x: 0, y: 0 }, b: { x: 30, y: 40 } };
  assert.equal(lengthOf(line, unitOf(null, [])), 50);
  assert.equal(lengthOf(line, unit([0.5, 1])), Math.hypot(30, 20));
  for (const [of, words] of /** @type {const} */ ([[unitOf(null, []), "50 px"], [unit([0.1, 0.1]), "5.0 mm"],
    [unit([0.1, 0.1], "detector"), "5.0 mm at the detector"], [unit([0.1, 0.1], "unknown"), "5.0 mm, not calibrated"],
    [unit([0.1, 0.1], "detector", 1.25), "4.0 mm (magnification 1.25)"], [unit([0.1, 0.1], "patient", 1.25), "5.0 mm"]])) {
    assert.equal(labelOf(line, of), words);
  }
});

test("a line of known length calibrates a film, with pixels of its shape, and says so; a step back takes it back", () => {
  const measuring = new Measuring(() => false);
  const draw = (kind, b) => {
    measuring.start(kind, { x: 0, y: 0 });
    measuring.move(b);
    return measuring.end();
  };
  const lengths = (facts) => measuring.list.map((line) => lengthOf(line, unitOf(facts, measuring.list)));
  draw("length", { x: 30, y: 40 });
  draw("heart", { x: 100, y: 0 });
  measuring.calibrate(lastLength(measuring.list), 25);
  assert.deepEqual(lengths(null), [25, 50]);
  const unitOfFilm = unitOf(null, measuring.list);
  assert.deepEqual(measuring.list.map((line) => labelOf(line, unitOfFilm)), ["25.0 mm, reference", "Heart 50.0 mm, calibrated by hand"]);
  assert.equal(calibrationWords(unitOfFilm), "0.500 mm per pixel, calibrated by hand");
  assert.equal(calibrationWords(unit([0.5, 0.5])), "", "by its file");
  // Whatever the file says, but for the shape of pixels: twice as high as wide, the line is hypot(30, 80) widths long.
  const tall = 25 / Math.hypot(30, 80);
  for (const facts of /** @type {any[]} */ ([{ spacing: [0.2, 0.1], spacingAt: "detector", magnification: 1.25 }, { spacing: null, pixelRatio: 2 }])) {
    const { height, width } = unitOf(facts, measuring.list);
    assert.ok(Math.abs(width - tall) < 1e-12 && Math.abs(height - 2 * tall) < 1e-12);
    assert.match(calibrationWords({ ...unitOfFilm, height, width }), /^0\.585 × 0\.293 mm/);
  }
  const size = { width: 200, height: 300 }, stored = { turns: /** @type {const} */ (0), flip: false };
  const turned = turnedMeasures(measuring.list, size, stored, { turns: 1, flip: false });
  assert.deepEqual(turned.map((line) => lengthOf(line, unitOf(null, turned))), [25, 50]);
  measuring.grab({ at: 0, end: "b" });
  measuring.move({ x: 60, y: 80 });
  measuring.end();
  assert.deepEqual(lengths(null), [25, 25], "the line stays as long as it is known to be");
  draw("length", { x: 10, y: 0 });
  measuring.calibrate(lastLength(measuring.list), 10);
  assert.deepEqual(lengths(null), [100, 100, 10], "another line takes its place");
  measuring.calibrate(undefined, NaN);
  assert.equal(unitOf(null, measuring.list).basis, "pixels");
  // Back: by the second line, as it was drawn, before it, its end as it was, and not calibrated.
  for (const words of ["1.000", "0.250", "0.250", "0.500"]) {
    measuring.undo();
    assert.equal(calibrationWords(unitOf(null, measuring.list)), `${words} mm per pixel, calibrated by hand`);
  }
  measuring.undo();
  assert.equal(unitOf(null, measuring.list).basis, "pixels");
  assert.equal(measuring.list.length, 2);
});

test("the cardiothoracic ratio is heart over chest; a new heart begins it anew, and lengths stay", () => {
  const line = (kind, width) => ({ kind, a: { x: 10, y: 5 }, b: { x: 10 + width, y: 5 } });
  const [length, heart, thorax] = [line("length", 3), line("heart", 120), line("thorax", 300)];
  assert.equal(ratioOf([heart], unitOf(null, [])), null);
  assert.equal(ratioOf([length, heart, thorax], unit([0.3, 0.1])), 0.4);
  assert.equal(ratioOf([heart, line("thorax", 0)], unitOf(null, [])), null);
  assert.deepEqual([[], [length], [length, heart], [heart, thorax]].map(nextOfRatio), ["heart", "heart", "thorax", "heart"]);
  assert.deepEqual(withoutOld([length, heart, thorax], "heart"), [length]);
  assert.deepEqual(withoutOld([length, heart], "thorax"), [length, heart]);
  assert.deepEqual(withoutOld([length, heart], "length"), [length, heart]);
});

test("the length of a line stands right of it, or where there is room: never over the line", () => {
  const [room, width] = [400, 150];
  for (const [a, b, place] of /** @type {any[]} */ ([[[20, 50], [120, 60], "right"], [[120, 60], [20, 50], "right"], [[200, 50], [390, 40], "left"],
    [[60, 50], [380, 70], "below"]])) {
    const [from, to] = [a, b].map(([x, y]) => ({ x, y }));
    const at = besideLine(from, to, width, room, 1);
    const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
    if (place === "right") assert.ok(at.x > right);
    if (place === "left") assert.ok(at.x + width < left);
    if (place === "below") assert.ok(at.y - 15 > Math.max(from.y, to.y));
    assert.ok(at.x >= 0 && at.x + width <= room, place);
  }
});

const EIGHT = [0, 1, 2, 3].flatMap((turns) => [false, true].map((flip) => ({ turns, flip })));

test("a point of the film is found again from the screen, however it is turned, mirrored, zoomed, moved, and with any shape of pixels", () => {
  for (const orientation of EIGHT) for (const ratio of [1, 2, 0.4]) {
    const placement = new Placement();
    placement.orientation = orientation;
    placement.set({ width: 300, height: 200 }, ratio);
    placement.resize({ width: 500, height: 400 });
    placement.zoom(3, { x: 100, y: 300 });
    placement.pan(17, -9);
    for (const point of [{ x: 0, y: 0 }, { x: 120.5, y: 33 }, { x: 300, y: 200 }]) {
      const back = placement.toFilm(placement.toScreen(point));
      assert.ok(Math.abs(back.x - point.x) < 1e-9 && Math.abs(back.y - point.y) < 1e-9, JSON.stringify({ orientation, ratio, point, back }));
    }
  }
});

test("what is round in the patient is round on the screen: pixels that are not square are drawn so", async () => {
  const film = picture(40, 80, 1, (i) => (Math.hypot((i % 40) - 19.5, (Math.floor(i / 40) - 39.5) / 2) < 10 ? 255 : 0)); // half as high as wide
  const placement = new Placement();
  placement.set(film, 0.5);
  placement.resize({ width: 160, height: 160 });
  const out = canvas(160, 160);
  draw(out, await pyramidOf(film, turn), placement.view, lookOf({ level: 127.5, window: 255, invert: false }), placement.size);
  const lit = (x, y) => out.data[4 * (y * 160 + x)] > 127;
  const [across, down] = [Array.from({ length: 160 }, (_, i) => lit(i, 80)), Array.from({ length: 160 }, (_, i) => lit(80, i))].map((line) => line.filter(Boolean).length);
  assert.ok(Math.abs(across - 80) <= 4 && Math.abs(down - 80) <= 4, `${across} by ${down}`);
});

test("a film smaller than the screen can be seen one to one, and fits again", () => {
  const placement = new Placement();
  placement.set({ width: 50, height: 50 }, 1);
  placement.resize({ width: 400, height: 400 });
  placement.zoomTo(0.5);
  assert.equal(placement.scale, 0.5);
  assert.equal(placement.fitted, false);
  placement.resize({ width: 500, height: 500 });
  assert.equal(placement.scale, 0.5);
  placement.fit();
  assert.equal(placement.scale, 10);
});

test("the letters at the edges go with the film: a frontal film upright, mirrored, turned, upside down", () => {
  const upright = /** @type {[string, string]} */ (["L", "F"]);
  const at = (orientation) => Object.values(edgesOf(upright, orientation)).join("");
  assert.equal(at({ turns: 0, flip: false }), "RLHF");
  assert.equal(at({ turns: 0, flip: true }), "LRHF");
  assert.equal(at({ turns: 1, flip: false }), "FHRL", "turned right, the head is at the right");
  assert.equal(at({ turns: 2, flip: false }), "LRFH");
  assert.equal(at({ turns: 3, flip: false }), "HFLR");
  assert.deepEqual(turnedDirections(["LP", "FA"], { turns: 0, flip: true }), ["RA", "FA"]);
  assert.equal(edgesOf(null), null);
  for (const orientation of EIGHT) assert.equal(new Set(at(orientation)).size, 4);
});

test("a film that is read turned keeps its measures where they are in the patient", () => {
  const line = { kind: /** @type {const} */ ("length"), a: { x: 10, y: 20 }, b: { x: 30, y: 25 } };
  const [stored, right] = [{ turns: 0, flip: false }, { turns: 1, flip: false }];
  const [turned] = turnedMeasures([line], { width: 200, height: 300 }, stored, right); // stored 300 wide, 200 high
  assert.deepEqual(turned, { kind: "length", a: { x: 180, y: 10 }, b: { x: 175, y: 30 } });
  assert.deepEqual(turnedMeasures([turned], { width: 300, height: 200 }, right, stored), [line]);
  for (const orientation of EIGHT) {
    const size = orientation.turns % 2 ? { width: 200, height: 300 } : { width: 300, height: 200 };
    const [there] = turnedMeasures([line], size, stored, orientation);
    assert.equal(lengthOf(there, unitOf(null, [])), lengthOf(line, unitOf(null, [])));
    assert.deepEqual(turnedMeasures([there], { width: 300, height: 200 }, orientation, stored), [line]);
  }
});

test("lines are drawn, their ends moved, and every step taken back", () => {
  const measuring = new Measuring(() => false);
  const asIs = (point) => point;
  measuring.start("length", { x: 0, y: 0 });
  measuring.move({ x: 30, y: 40 });
  assert.deepEqual(measuring.end(), { kind: "length", a: { x: 0, y: 0 }, b: { x: 30, y: 40 } });
  measuring.start("heart", { x: 10, y: 5 });
  measuring.move({ x: 50, y: 9 });
  assert.deepEqual(measuring.end(), { kind: "heart", a: { x: 10, y: 9 }, b: { x: 50, y: 9 } }, "a width stays level");
  const drawn = measuring.list;
  assert.equal(measuring.endNear({ x: 200, y: 5 }, 10, asIs), null);
  measuring.grab(measuring.endNear({ x: 27, y: 44 }, 10, asIs));
  measuring.move({ x: 60, y: 80 });
  measuring.end();
  assert.deepEqual(measuring.list[0].b, { x: 60, y: 80 });
  assert.equal(measuring.list[0].a, drawn[0].a);
  measuring.undo();
  assert.equal(measuring.list, drawn);
  measuring.start("length", { x: 1, y: 1 });
  assert.equal(measuring.end(), null, "a line of no length is none");
  assert.equal(measuring.list, drawn);
  measuring.removeLast();
  assert.deepEqual(measuring.list.map(({ kind }) => kind), ["length"]);
  measuring.clear();
  assert.deepEqual(measuring.list, []);
  for (const length of [1, 2, 1, 0]) {
    assert.ok(measuring.undo());
    assert.equal(measuring.list.length, length);
  }
  assert.equal(measuring.undo(), false);
});

test("samples of 16 bits are drawn without overflow, and padding is black in every window", async () => {
  const film = { width: 8, height: 8, channels: 1, data: new Uint16Array(64).fill(65535) };
  const tones = Float32Array.from({ length: 65536 }, (_, v) => (v === 65535 ? 255 : -Infinity));
  const out = canvas(8, 8);
  draw(out, [film], fit(film, out), lookOf(PLAIN, tones));
  assert.equal(out.data[0], 255);
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
