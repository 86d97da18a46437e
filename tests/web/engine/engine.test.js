/* The contract of an engine: every kind of input, the queue, aborts, dispose, steady memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { DEMO, VARIANTS, film, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const demo = await load({ model: DEMO });
const tiny = await load({ model: memorySource(tinyModel()) });
const features = await load({ model: memorySource(tinyModel({ classes: 0 })) });

const gray = (width, height, value = 100) =>
  ({ data: new Uint8Array(width * height).fill(value), width, height });
const tensor = (seed) => Float32Array.from({ length: 768 }, (_, i) => Math.sin(seed + i));

test("an analysis has every finding in model order, with its facts, and the notice", async () => {
  const { findings, embedding, input, timing, notice } = await demo.analyze(film());
  assert.deepEqual(findings.map(({ label }) => label), demo.info.labels);
  for (const { logit, score, threshold, above } of findings) {
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-logit))) < 1e-6);
    assert.equal(above, threshold === null ? null : score > threshold);
  }
  const effusion = findings.find(({ label }) => label === "Effusion");
  assert.equal(effusion.evidence, "validated");
  assert.ok(effusion.aucCi95[0] < effusion.auc && effusion.auc < effusion.aucCi95[1]);
  assert.equal(findings.find(({ label }) => label === "Hernia").threshold, null);
  assert.ok(embedding instanceof Float32Array && embedding.length === demo.info.embeddingSize);
  assert.deepEqual(input, {
    format: "png", width: 1024, height: 1024, bitDepth: 8, channels: 1, conversions: [], window: null,
    exifOrientation: null, notes: [], dicom: null,
  });
  assert.ok(Object.values(timing).every((ms) => ms >= 0) && timing.inferMs > 0);
  assert.match(notice, /not a medical device/);
});

test("a score that equals its threshold is not above it; the next larger one is", async () => {
  const model = tinyModel();
  const [equal, larger] = (await tiny.analyze(gray(20, 20))).findings;
  model.manifest.findings = {
    [equal.label]: { threshold: equal.score },
    [larger.label]: { threshold: larger.score - Number.EPSILON / 2 },
  };
  const engine = await load({ model: memorySource(model) });
  const { findings } = await engine.analyze(gray(20, 20));
  assert.deepEqual(findings.map(({ above }) => above), [false, true, null]);
});

test("info says what the engine is, and cannot be changed", () => {
  const { model, inputSize, parameters, dtype, variant, version } = demo.info;
  assert.match(model, /demo/);
  assert.deepEqual({ inputSize, parameters, dtype },
    { inputSize: 224, parameters: 5527886, dtype: "q8" });
  assert.ok(VARIANTS.includes(variant));
  assert.match(version, /^\d+\.\d+\.\d+$/);
  const info = /** @type {any} */ (demo.info);
  assert.throws(() => { info.model = "other"; }, TypeError);
  assert.throws(() => { info.labels.push("Other"); }, TypeError);
});

test("a label without facts has nulls, not guesses", async () => {
  const { findings } = await tiny.analyze(gray(20, 20));
  const { label, logit, score, ...facts } = findings[0];
  assert.ok(label && Number.isFinite(logit) && Number.isFinite(score));
  assert.deepEqual(new Set(Object.values(facts)), new Set([null]));
});

test("a feature extractor has no findings but an embedding", async () => {
  const { findings, embedding } = await features.analyze(gray(20, 20));
  assert.deepEqual(findings, []);
  assert.equal(embedding.length, 8);
  const { logits } = await features.infer(tensor(1));
  assert.equal(logits.length, 0);
});

test("a Buffer, bytes, an ArrayBuffer, a part of one and a Blob give the same result", async () => {
  const file = film();
  const bytes = new Uint8Array(file);
  const padded = new Uint8Array(bytes.length + 10);
  padded.set(bytes, 5);
  const expected = (await demo.analyze(file)).findings;
  for (const input of [bytes, bytes.buffer, padded.subarray(5, -5), new Blob([bytes]),
    new File([bytes], "film.png")]) {
    assert.deepEqual((await demo.analyze(input)).findings, expected);
  }
});

test("gray, RGBA and 16-bit pixels of the same film mean the same", async () => {
  const data = Uint8Array.from({ length: 40 * 30 }, (_, i) => (i * 7) % 256);
  const rgba = Uint8ClampedArray.from({ length: 4 * data.length }, (_, i) =>
    i % 4 === 3 ? 255 : data[i >> 2]);
  const size = { width: 40, height: 30 };
  const expected = await tiny.preprocess({ data, ...size });
  assert.deepEqual(await tiny.preprocess({ data: rgba, ...size }), expected);
  assert.deepEqual(await tiny.preprocess({ data: Uint16Array.from(data, (v) => 257 * v), ...size }),
    expected);
  const { input } = await tiny.analyze({ data: Uint16Array.from(data, (v) => 16 * v), ...size });
  assert.deepEqual(input.conversions, ["windowed"]);
  assert.equal(input.window.length, 2);
  assert.match(input.notes[0], /16-bit/);
  assert.equal(input.format, "raw");
});

test("what was done to a film is said in words", async () => {
  const rgba = { data: new Uint8Array(4 * 400).fill(9), width: 20, height: 20 };
  const { input } = await tiny.analyze(rgba);
  assert.deepEqual(input.conversions, ["dropped-alpha"]);
  assert.match(input.notes[0], /alpha/);
});

test("a canvas and an ImageBitmap are drawn on a canvas of our own", async (t) => {
  const data = Uint8ClampedArray.from({ length: 4 * 400 }, (_, i) => (i % 4 === 3 ? 255 : i >> 4));
  const OffscreenCanvas = /** @type {any} */ (class {
    constructor(width, height) { Object.assign(this, { width, height }); }
    get [Symbol.toStringTag]() { return "OffscreenCanvas"; }
    getContext() { return { drawImage() {}, getImageData: () => ({ data }) }; }
  });
  globalThis.OffscreenCanvas = OffscreenCanvas;
  t.after(() => { delete globalThis.OffscreenCanvas; });
  const expected = await tiny.preprocess({ data, width: 20, height: 20 });
  assert.deepEqual(await tiny.preprocess(new OffscreenCanvas(20, 20)), expected);
  const bitmap = /** @type {any} */ ({ width: 20, height: 20, [Symbol.toStringTag]: "ImageBitmap" });
  assert.deepEqual(await tiny.preprocess(bitmap), expected);
  await assert.rejects(tiny.preprocess(new OffscreenCanvas(0, 20)), withCode("IMAGE_EMPTY"));
  OffscreenCanvas.prototype.getContext = () => { throw new Error("tainted"); };
  const tainted = tiny.preprocess(new OffscreenCanvas(2, 2));
  await assert.rejects(tainted, withCode("INPUT_UNREADABLE", /taint/));
});

const png = film();
for (const [what, input, code] of /** @type {[string, any, string][]} */ ([
  ["nothing", undefined, "INPUT_TYPE"],
  ["null", null, "INPUT_TYPE"],
  ["a path where nothing is", "film.png", "INPUT_UNREADABLE"],
  ["an array of numbers", [1, 2, 3], "INPUT_TYPE"],
  ["floats", new Float32Array(4), "INPUT_TYPE"],
  ["float pixels", { data: new Float32Array(4), width: 2, height: 2 }, "INPUT_TYPE"],
  ["pixels in a list", { data: [0, 0, 0, 0], width: 2, height: 2 }, "INPUT_TYPE"],
  ["too few pixels", { data: new Uint8Array(3), width: 2, height: 2 }, "INPUT_LENGTH"],
  ["gray with alpha", { data: new Uint8Array(8), width: 2, height: 2 }, "INPUT_LENGTH"],
  ["16-bit RGBA pixels without a range", { data: new Uint16Array(16), width: 2, height: 2 }, "INPUT_TYPE"],
  ["a negative width", { data: new Uint8Array(4), width: -2, height: -2 }, "INPUT_LENGTH"],
  ["a fractional width", { data: new Uint8Array(3), width: 1.5, height: 2 }, "INPUT_LENGTH"],
  ["no width", { data: new Uint8Array(4) }, "INPUT_LENGTH"],
  ["pixels of size 0", { data: new Uint8Array(0), width: 0, height: 0 }, "IMAGE_EMPTY"],
  ["an image too wide", gray(16385, 1), "IMAGE_SIZE"],
  ["no bytes", new Uint8Array(0), "IMAGE_EMPTY"],
  ["text", new TextEncoder().encode("film"), "IMAGE_FORMAT"],
  ["a GIF", new TextEncoder().encode("GIF89a"), "IMAGE_FORMAT"],
  ["half a PNG", png.subarray(0, png.length / 2), "IMAGE_TRUNCATED"],
  ["the first bytes of a PNG", png.subarray(0, 8), "IMAGE_TRUNCATED"],
])) {
  test(`${what} is refused as ${code}, and the next film works`, async () => {
    await assert.rejects(tiny.analyze(input), withCode(code));
    assert.equal((await tiny.analyze(gray(16, 16))).findings.length, 3);
  });
}

test("a Blob that cannot be read is refused", async () => {
  const blob = new Blob(["film"]);
  blob.arrayBuffer = async () => { throw new Error("gone"); };
  await assert.rejects(tiny.analyze(blob), withCode("INPUT_UNREADABLE", /gone/));
});

test("a 1 x 1 film and a film of one line are films", async () => {
  for (const film of [gray(1, 1), gray(300, 1), gray(1, 300)]) {
    assert.equal((await tiny.analyze(film)).findings.length, 3);
  }
});

test("infer() takes what preprocess() gives, and agrees with analyze()", async () => {
  const chw = await demo.preprocess(film());
  assert.equal(chw.length, 3 * 224 * 224);
  const { logits, embedding } = await demo.infer(chw);
  const analysis = await demo.analyze(film());
  assert.deepEqual([...logits], analysis.findings.map(({ logit }) => logit));
  assert.deepEqual(embedding, analysis.embedding);
});

test("infer() refuses other types, other lengths and values that are not finite", async () => {
  await assert.rejects(tiny.infer(/** @type {any} */ ([1, 2, 3])), withCode("INPUT_TYPE"));
  await assert.rejects(tiny.infer(new Float32Array(767)), withCode("INPUT_LENGTH", /767.*768/));
  for (const bad of [NaN, Infinity, -Infinity]) {
    await assert.rejects(tiny.infer(tensor(1).fill(bad, 100, 101)), withCode("INPUT_VALUE", /100/));
  }
});

test("results are copies: the next call does not change them", async () => {
  const first = await tiny.infer(tensor(1));
  const kept = { logits: first.logits.slice(), embedding: first.embedding.slice() };
  await tiny.infer(tensor(2));
  assert.deepEqual(first, kept);
});

test("calls at once queue up, and each gets its own result", async () => {
  const inputs = Array.from({ length: 8 }, (_, i) => tensor(i));
  const alone = [];
  for (const input of inputs) alone.push(await tiny.infer(input));
  assert.notDeepEqual(alone[0].logits, alone[1].logits);
  assert.deepEqual(await Promise.all(inputs.map((input) => tiny.infer(input))), alone);
});

test("a failing call does not hurt the calls around it", async () => {
  const alone = await tiny.infer(tensor(1));
  const [before, bad, later] = /** @type {any[]} */ (await Promise.allSettled(
    [tiny.infer(tensor(1)), tiny.analyze(new Uint8Array(3)), tiny.infer(tensor(1))]));
  assert.deepEqual(before.value, alone);
  assert.equal(bad.reason.code, "IMAGE_FORMAT");
  assert.deepEqual(later.value, alone);
});

test("timers run while a film is analyzed", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await demo.analyze(film());
  clearInterval(timer);
  assert.ok(ticks >= 3, `${ticks} ticks`);
});

test("200 MB that are no film are refused without taking memory", async () => {
  const engine = await load({ model: DEMO });
  await engine.analyze(film());
  const { memoryBytes } = engine;
  await assert.rejects(engine.analyze(new Uint8Array(200_000_000)), { code: "IMAGE_FORMAT" });
  assert.ok(engine.memoryBytes <= memoryBytes, `${engine.memoryBytes} bytes`);
  engine.dispose();
});

test("an abort before a call, in the queue or in a pass leaves the engine usable", async () => {
  const expected = (await demo.analyze(film())).findings;
  const aborted = { signal: AbortSignal.abort() };
  await assert.rejects(demo.analyze(film(), aborted), { name: "AbortError" });
  for (let turns = 0; turns < 10; turns += 3) {
    const abort = new AbortController();
    const running = demo.analyze(film(), { signal: abort.signal });
    const waiting = demo.analyze(film(), { signal: abort.signal });
    running.catch(() => {});
    waiting.catch(() => {});
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await assert.rejects(running, { name: "AbortError" });
  }
  assert.deepEqual((await demo.analyze(film())).findings, expected);
});

test("aborting a waiting call rejects at once with the signal's reason", async () => {
  const abort = new AbortController();
  const running = demo.analyze(film());
  const waiting = demo.infer(new Float32Array(3 * 224 * 224), { signal: abort.signal });
  abort.abort(new RangeError("changed my mind"));
  let isRunning = true;
  running.finally(() => { isRunning = false; });
  await assert.rejects(waiting, RangeError);
  assert.ok(isRunning);
  await running;
});

test("dispose() ends the call under way, those that wait and all later ones", async () => {
  const engine = await load({ model: DEMO });
  const calls = [engine.analyze(film()), engine.analyze(film()), engine.preprocess(film())];
  await new Promise((resolve) => setImmediate(resolve));
  engine.dispose();
  engine.dispose();
  const settled = /** @type {PromiseRejectedResult[]} */ (await Promise.allSettled(calls));
  assert.deepEqual(settled.map(({ reason }) => reason.code), ["DISPOSED", "DISPOSED", "DISPOSED"]);
  for (const call of [engine.analyze(film()), engine.infer(tensor(1)), engine.preprocess(film())]) {
    await assert.rejects(call, withCode("DISPOSED"));
  }
  assert.equal(engine.memoryBytes, 0);
  assert.equal(engine.info.labels.length, 14, "info stays readable");
});

test("two engines at once do not meet", async () => {
  const other = await load({ model: memorySource(tinyModel({ seed: 2 })) });
  const [mine, theirs] = [await tiny.infer(tensor(1)), await other.infer(tensor(1))];
  assert.notDeepEqual(mine.logits, theirs.logits);
  const together = await Promise.all([tiny.infer(tensor(1)), other.infer(tensor(1))]);
  assert.deepEqual(together, [mine, theirs]);
});

test("nothing grows over 1,000 films, good ones and bad ones", async () => {
  const inputs = [gray(64, 48), png.subarray(0, 5000), film("kermany_person101_virus_187.jpeg"),
    gray(16, 16), new Uint8Array(10)];
  const films = async (count) => {
    for (let i = 0; i < count; i++) {
      const input = i % 50 === 2 ? inputs[2] : inputs[[0, 1, 3, 4][i % 4]];
      await tiny.analyze(input).catch(() => {});
    }
    return tiny.memoryBytes;
  };
  const settled = await films(100);
  assert.equal(await films(900), settled);
});

test("variants agree: on the demo model within 1e-4 of a logit", async () => {
  const input = await demo.preprocess(film());
  const runs = [];
  for (const variant of VARIANTS) {
    runs.push(await (await load({ model: DEMO, variant })).infer(input));
  }
  const apart = Math.max(...runs[0].logits.map((v, i) => Math.abs(v - runs.at(-1).logits[i])));
  assert.ok(apart <= 1e-4, `${apart}`);
});
