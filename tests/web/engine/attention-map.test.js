/* Attention maps by the package: the goldens in every variant, a result that finds its film again, and
 * refusals. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { areaOf } from "../../../web/engine/attention-map.js";
import { load } from "../../../web/evax-node.js";
import { DEMO, VARIANTS, at, film, readFloats, withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const demo = await load({ model: DEMO });
const tiny = await load({ model: memorySource(tinyModel()) });
const gray = (value) => ({ data: new Uint8Array(400).fill(value), width: 20, height: 20 });
const SAMPLES = ["nih_00000001_000.png", "kermany_IM-0117-0001.jpeg"];

/** A model of the fixtures, and its input of this number. */
async function fixture(name, config, variant, input) {
  const engine = await load({ model: at("build/fixtures/models", name), variant });
  return { engine, chw: readFloats(at("build/fixtures/cases", config, `in${input}.input.f32`)) };
}

describe("every variant", () => {
  for (const variant of VARIANTS) {
    test(`${variant}: a map is the one of the golden model, and contributions sum to the logit`, async () => {
      const { engine, chw } = await fixture("nano_s-f32", "nano_s", variant, 2);
      const result = await engine.infer(chw);
      const label = engine.info.labels[7];
      const map = await engine.explain(result, label);
      assert.deepEqual([map.label, map.method, map.width, map.height], [label, "grad-cam", 4, 4]);
      assert.equal(map.area, null);
      const expected = readFloats(at("tests/maps/nano_s_in2_c7.f32"));
      map.normalized.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1e-5));
      const rest = async (one) => {
        const { raw } = await engine.explain(one, label, { method: "contribution" });
        return one.logits[7] - raw.reduce((a, b) => a + b);
      };
      const shifted = await engine.infer(chw.map((value) => value / 2));
      assert.ok(Math.abs(await rest(result) - await rest(shifted)) < 1e-5, "a constant of the model");
    });
  }
});

test("a map of a film in gray or in color has the same bits after another film", async () => {
  const color = { data: new Uint8ClampedArray(4 * 900).map((_, i) => i % 251), width: 30, height: 30 };
  for (const { input, values } of [{ input: film(), values: 1 }, { input: color, values: 3 }]) {
    const result = await demo.analyze(input, { pictures: true });
    assert.equal(result.seen.data.length, values * result.seen.size ** 2);
    const { raw } = await demo.explain(result, "Effusion");
    await demo.analyze(film(SAMPLES[1]));
    assert.deepEqual((await demo.explain(result, "Effusion")).raw, raw);
  }
});

test("a result finds its own film again after others, with the same bits", async () => {
  const [first, second] = await Promise.all(SAMPLES.map((name) => demo.analyze(film(name))));
  const after = await demo.explain(first, "Effusion");
  const other = await demo.explain(second, "Effusion");
  const again = await demo.explain(first, "Effusion");
  assert.deepEqual(after, again);
  assert.notDeepEqual(after.raw, other.raw);
  const fresh = await demo.analyze(film(SAMPLES[0]));
  assert.deepEqual((await demo.explain(fresh, "Effusion")).raw, after.raw);
  assert.deepEqual(fresh.findings, first.findings);
});

test("labels do not disturb each other, nor does a film that is decoded in between", async () => {
  const result = await demo.analyze(film());
  const mass = await demo.explain(result, "Mass");
  await demo.explain(result, "Edema");
  await demo.preprocess(film(SAMPLES[1]));
  assert.deepEqual(await demo.explain(result, "Mass"), mass);
});

test("normalized is 0..1, and what a contribution takes away is 0 in it", async () => {
  const result = await demo.analyze(film());
  for (const method of /** @type {const} */ (["grad-cam", "contribution"])) {
    const { raw, normalized, width, height } = await demo.explain(result, "Effusion", { method });
    assert.deepEqual([raw.length, width, height], [196, 14, 14]);
    assert.ok(Math.min(...normalized) === 0 && Math.abs(Math.max(...normalized) - 1) < 1e-4);
    raw.forEach((value, i) => assert.ok(value > 0 || normalized[i] === 0));
  }
});

test("a resampled map keeps the patches' values at their centers and nothing beyond their range", async () => {
  const result = await demo.analyze(film());
  const small = await demo.explain(result, "Effusion");
  const large = await demo.explain(result, "Effusion", { width: 14 * 3, height: 14 * 5 });
  assert.deepEqual([large.width, large.height, large.raw.length], [42, 70, 42 * 70]);
  for (let y = 0; y < 14; y++) {
    for (let x = 0; x < 14; x++) {
      const found = large.raw[(5 * y + 2) * 42 + 3 * x + 1];
      assert.ok(Math.abs(found - small.raw[14 * y + x]) <= 1e-6 * Math.max(...small.raw));
    }
  }
  assert.ok(Math.max(...large.raw) <= Math.max(...small.raw));
});

test("the area is the crop that the model saw, in pixels of the film", async () => {
  assert.deepEqual((await demo.explain(await demo.analyze(film()), "Mass")).area,
    { x: 64, y: 64, width: 896, height: 896 });
  const preprocessing = { resize: 256, crop: 224 };
  assert.deepEqual(areaOf({ width: 512, height: 256 }, preprocessing), { x: 144, y: 16, width: 224, height: 224 });
  /* 256 x 257: the offset 16.5 goes to 16 */
  assert.equal(areaOf({ width: 1000, height: 1004 }, preprocessing).y, (16 * 1004) / 257);
});

test("what cannot be explained is refused with the reason, and nothing is lost", async () => {
  const other = await load({ model: memorySource(tinyModel({ seed: 2 })) });
  const features = await load({ model: memorySource(tinyModel({ classes: 0 })) });
  const result = await tiny.analyze(gray(90));
  const label = "Finding 1";
  const before = await tiny.explain(result, label);
  const refused = (promise, code, detail) => assert.rejects(promise, withCode(code, detail));
  await refused(tiny.explain(result, "Hernia"), "LABEL_UNKNOWN", /"Hernia".*Finding 0, Finding 1/);
  await refused(features.explain(await features.analyze(gray(1)), label), "LABEL_UNKNOWN", /has none/);
  await refused(tiny.explain({ findings: result.findings }, label), "RESULT_UNKNOWN");
  await refused(tiny.explain(null, label), "RESULT_UNKNOWN", /null was given/);
  await refused(other.explain(result, label), "RESULT_UNKNOWN");
  await refused(tiny.explain(result, label, { method: /** @type {any} */ ("magic") }), "OPTION_INVALID", /grad-cam/);
  for (const size of [{ width: 5 }, { width: 0, height: 5 }, { width: 5, height: 1e9 }]) {
    await refused(tiny.explain(result, label, size), "OPTION_INVALID", /width and height/);
  }
  assert.deepEqual(await tiny.explain(result, label), before);
  other.dispose();
  await refused(other.explain(result, label), "DISPOSED");
});

test("a tensor that was changed after infer() is noticed, not explained", async () => {
  const chw = Float32Array.from({ length: 768 }, (_, i) => Math.sin(i));
  const result = await tiny.infer(chw);
  const map = await tiny.explain(result, "Finding 2");
  await tiny.infer(chw.map((v) => v + 1));
  assert.deepEqual(await tiny.explain(result, "Finding 2"), map);
  await tiny.infer(chw.map((v) => v + 1));
  chw[0] = 5;
  await assert.rejects(tiny.explain(result, "Finding 2"), withCode("RESULT_UNKNOWN", /changed since/));
});

test("an abort ends the pass that is run again, and the next call works", async () => {
  const [first] = await Promise.all(SAMPLES.map((name) => demo.analyze(film(name))));
  const stop = new AbortController();
  const promise = demo.explain(first, "Mass", { signal: stop.signal });
  setImmediate(() => setImmediate(() => stop.abort()));
  await assert.rejects(promise, { name: "AbortError" });
  assert.equal((await demo.explain(first, "Mass")).raw.length, 196);
});

test("memory does not grow with films explained", async () => {
  const explainBoth = async () => {
    for (const name of SAMPLES) {
      const result = await demo.analyze(film(name));
      for (const label of ["Mass", "Nodule"]) await demo.explain(result, label);
    }
  };
  await explainBoth();
  const before = demo.memoryBytes;
  for (let i = 0; i < 5; i++) await explainBoth();
  assert.equal(demo.memoryBytes, before);
});
