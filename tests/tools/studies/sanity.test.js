/* The sanity check of attention maps: what it measures with, and that its shuffled models are models. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS, area, curve, emptied, ranked } from "../../../tools/studies/sanity/curves.js";
import { randoms } from "../../../web/statistics/random.js";
import { shuffledModel } from "../../../tools/studies/sanity/shuffled.js";
import { load } from "../../../web/evax-node.js";
import { DEMO, film } from "../../support/repository.js";

test("patches are ranked by value, and equal ones fall as chance has it", () => {
  assert.deepEqual(ranked([1, 3, 2], randoms(1)), [1, 2, 0]);
  const firsts = new Set(Array.from({ length: 40 }, (_, seed) => ranked([0, 0, 0], randoms(seed))[0]));
  assert.deepEqual(firsts, new Set([0, 1, 2]));
});

test("a curve takes the patches of the map from one film to the other", async () => {
  const film32 = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => i % 7);
  const empty = emptied(film32);
  const changed = [];
  await curve(film32, empty, [3, 0, 1, 2], 32, async (chw) => {
    changed.push(chw.filter((value, i) => value !== film32[i]).length > 0);
    if (changed.length === 4) { // 0.3 of four patches: the first of the order, at the lower right
      assert.equal(chw[32 * 31 + 31], empty[0]);
      assert.equal(chw[2 * 1024 + 32 * 16 + 16], empty[0]);
      assert.equal(chw[0], film32[0]);
    }
    return 0;
  });
  assert.deepEqual(changed, [false, false, true, true, true, true]);
});

test("the area under a straight line is its middle", () => {
  assert.ok(Math.abs(area(2, STEPS.map((x) => 2 - 2 * x), 0) - 1) < 1e-12);
});

test("a model with shuffled weights loads, keeps what was not chosen, and computes something else", async () => {
  const plain = await load({ model: DEMO, variant: "simd128" });
  const same = await load({ model: await shuffledModel(DEMO, () => false), variant: "simd128" });
  const headless = await load({ model: await shuffledModel(DEMO, (name) => name === "head.weight"),
    variant: "simd128" });
  const lost = await load({ model: await shuffledModel(DEMO, () => true), variant: "simd128" });
  const [a, b, c, d] = await Promise.all([plain, same, headless, lost].map((e) => e.analyze(film())));
  assert.deepEqual(b.findings, a.findings);
  assert.deepEqual(c.embedding, a.embedding);
  assert.notDeepEqual(c.findings, a.findings);
  assert.notDeepEqual(d.embedding, a.embedding);
});
