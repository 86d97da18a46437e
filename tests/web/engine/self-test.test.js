/* self-test.test.js - an engine that computes something else is not let through.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { load } from "../../../web/evax-node.js";
import { readManifest } from "../../../web/model/manifest.js";
import { selfTest, syntheticInput } from "../../../web/engine/self-test.js";

const DEMO = fileURLToPath(new URL("../../../model/demo", import.meta.url));
const preprocessing = { resize: 36, crop: 32, interpolation: "pillow-bicubic", mean: 0.5, std: 0.25 };
/** @param {number[]} logits @param {number[]} [embedding] @param {"f32" | "f16" | "q8"} [dtype] */
const engineThatSays = (logits, embedding = [], dtype = "q8") => ({
  info: { dtype },
  infer: async () => ({ logits: Float32Array.of(...logits), embedding: Float32Array.of(...embedding) }),
});

test("the synthetic film is the formula of the format, in three equal planes", () => {
  const chw = syntheticInput(preprocessing);
  assert.equal(chw.length, 3 * 32 * 32);
  const gray = ((7 * 5 + 13 * 9) ^ ((5 * 9) >> 4)) & 255;
  assert.ok(Math.abs(chw[9 * 32 + 5] - (gray / 255 - 0.5) / 0.25) < 1e-6);
  assert.deepEqual(chw.subarray(0, 1024), chw.subarray(2048));
});

test("the demo model passes its own vectors", async () => {
  const manifest = readManifest(await readFile(`${DEMO}/manifest.json`));
  const engine = await load({ model: DEMO, variant: "simd128" });
  const { vectors, worst } = await selfTest(engine, manifest.self_test, manifest.recipe);
  assert.equal(vectors, 1);
  assert.ok(worst > 0 && worst <= manifest.self_test.tolerance);
});

test("a logit that is off by more than the tolerance is refused, and so is NaN", async () => {
  const vectors = { logits: [1, -2], tolerance: 0.1 };
  await selfTest(engineThatSays([1.05, -2]), vectors, preprocessing);
  for (const wrong of [[1.2, -2], [1, -2.2], [NaN, -2]]) {
    await assert.rejects(selfTest(engineThatSays(wrong), vectors, preprocessing), { code: "SELF_TEST" });
  }
});

test("a manifest cannot allow more than rounding does: the bound is the reader's", async () => {
  const generous = { logits: [1, -2], tolerance: 9 };
  for (const [dtype, off] of /** @type {const} */ ([["q8", 0.3], ["f16", 0.03], ["f32", 0.002]])) {
    await assert.rejects(selfTest(engineThatSays([1 + off, -2], [], dtype), generous, preprocessing), { code: "SELF_TEST" });
    await selfTest(engineThatSays([1 + off * 0.4, -2], [], dtype), generous, preprocessing);
  }
});

test("a feature extractor is compared by the start of its embedding", async () => {
  const vectors = { logits: [], embedding: [3, 4], tolerance: 0.1 };
  await selfTest(engineThatSays([], [3, 4, 9]), vectors, preprocessing);
  await assert.rejects(selfTest(engineThatSays([], [3, 5, 9]), vectors, preprocessing), { code: "SELF_TEST" });
});

test("a model without vectors runs the self-test without comparison, and the report has 0 vectors", async () => {
  assert.equal((await selfTest(engineThatSays([7]), null, preprocessing)).vectors, 0);
});
