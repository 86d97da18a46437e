/* Which implementation of a kernel runs: the same numbers by all, none that is wrong here, the fastest by the clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { KernelChoice, forgetKernels, measureKernels, slotsOf } from "../../../web/engine/kernel-choice.js";
import { DEMO, FIXTURES, VARIANTS, moduleBytes, withCode } from "../../support/repository.js";
import { withWrong } from "../../support/wrong-instruction.js";

const NAMES = {
  simd128: { f32: ["4 rows", "lanes"], q8: ["wide dot", "lanes"], attention: ["pair dot", "lanes"] },
  relaxed: { f32: ["6 rows", "lanes"], q8: ["pair dot", "dot add", "lanes"], attention: ["pair dot", "lanes"] },
};
const MODELS = { f32: `${FIXTURES}/models/nano_b-f32`, q8: DEMO };

/** @param {number} size R */
const film = (size) => Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(0.37 * i) + Math.sin(0.001 * i));

/** Logits and embedding, and the kernels that ran. @param {object} options of load */
async function numbers(options) {
  const engine = await load({ threads: 1, ...options });
  try {
    const { logits, embedding } = await engine.infer(film(engine.info.inputSize));
    return { numbers: [...logits, ...embedding], info: engine.info };
  } finally {
    engine.dispose();
  }
}

for (const variant of VARIANTS) {
  for (const [dtype, model] of Object.entries(MODELS)) {
    test(`every kernel of ${variant} gives the same numbers in ${dtype}`, async () => {
      const { numbers: want } = await numbers({ model, variant });
      for (const slot of slotsOf(dtype)) {
        for (const name of NAMES[variant][slot]) {
          const got = await numbers({ model, variant, kernels: { [slot]: name } });
          assert.equal(got.info.kernels[slot], name);
          assert.deepEqual(got.numbers, want, `${slot} ${name}`);
        }
      }
    });
  }
}

test("a kernel that does not exist is refused, and so is what is no choice", async () => {
  await assert.rejects(load({ model: DEMO, kernels: { q8: "fastest" } }), withCode("OPTION_INVALID", /q8 kernels are .*lanes/));
  for (const kernels of ["lanes", { conv: "lanes" }, { q8: 1 }, null]) {
    await assert.rejects(load(/** @type {any} */ ({ model: DEMO, kernels })), withCode("OPTION_INVALID", /kernels must be/));
  }
});

/** @type {[keyof typeof NAMES, "f32" | "q8" | "attention", Parameters<typeof withWrong>[1][], string[]][]} */
const WRONG = [
  ["simd128", "q8", ["extended multiply 8"], ["lanes"]],
  ["simd128", "attention", ["extended multiply 16"], ["lanes"]],
  ["relaxed", "q8", ["relaxed dot add"], ["dot add", "lanes"]],
  ["relaxed", "q8", ["relaxed dot"], ["pair dot"]],
  ["relaxed", "attention", ["extended multiply 16"], ["lanes"]],
];
for (const [variant, slot, instructions, bad] of WRONG) {
  test(`an engine that gets ${instructions} wrong runs no kernel of ${variant} that uses it`,
    { skip: !VARIANTS.includes(variant) }, async () => {
      forgetKernels();
      const wasm = { [variant]: withWrong(moduleBytes(variant), ...instructions) };
      const { numbers: want } = await numbers({ model: DEMO, variant });
      for (const name of NAMES[variant][slot]) {
        const asked = numbers({ model: DEMO, variant, wasm, kernels: { [slot]: name } });
        if (bad.includes(name)) await assert.rejects(asked, withCode("WASM_UNSUPPORTED", /wrong numbers/));
        else assert.deepEqual((await asked).numbers, want);
      }
      const found = await numbers({ model: DEMO, variant, wasm });
      assert.ok(!bad.includes(found.info.kernels[slot]), found.info.kernels[slot]);
      assert.deepEqual(found.numbers, want);
    });
}

test("a module all of whose kernels are wrong is not run", async () => {
  const wasm = { simd128: withWrong(moduleBytes("simd128"), "pair dot", "extended multiply 16") };
  await assert.rejects(load({ model: DEMO, variant: "simd128", threads: 1, wasm }), withCode("WASM_UNSUPPORTED", /wrong/));
});

/** An engine whose kernels take so many ms, by a clock of its own. @param {Record<string, number>} cost by name
 * @param {string[]} [wrong] names of those that are not exact */
function timedEngine(cost, wrong = []) {
  const names = Object.keys(cost);
  const engine = {
    time: 0,
    now: () => (engine.time += 0.001),
    used: names[0],
    variant: "simd128",
    kernelNames: () => names,
    kernel: () => engine.used,
    setKernel(_, name) {
      if (!wrong.includes(name)) engine.used = name;
      return !wrong.includes(name);
    },
    runKernel: (_, name, times) => void (engine.time += times * cost[name]),
    block: () => void (engine.time += 100 * cost[engine.used]),
  };
  return engine;
}

/** @param {KernelChoice} choice @param {ReturnType<typeof timedEngine>} engine @param {number} count */
function passes(choice, engine, count) {
  const used = [];
  const work = () => {
    engine.block();
    used.push(engine.used);
  };
  for (let i = 0; i < count; i++) {
    choice.begin(12);
    for (let step = 0; step < 14; step++) choice.step(step, work);
  }
  return used;
}

test("the start takes the kernel that is fastest by the clock, within 3 ms and a run", () => {
  for (const cost of [{ a: 0.01, b: 0.004, c: 0.02 }, { a: 0.002, b: 0.004 }]) {
    const engine = timedEngine(cost);
    measureKernels(/** @type {any} */ (engine), ["f32"], engine.now);
    assert.equal(engine.used, Object.entries(cost).sort((x, y) => x[1] - y[1])[0][0]);
    assert.ok(engine.time < 3.3, `${engine.time} ms`);
  }
});

test("the fastest is not taken where it is wrong", () => {
  const engine = timedEngine({ a: 0.01, b: 0.004, c: 0.02 }, ["b"]);
  measureKernels(/** @type {any} */ (engine), ["f32"], engine.now);
  assert.equal(engine.used, "a");
});

test("a clock of whole milliseconds, or kernels that take all the time, leave the choice to the passes", () => {
  const coarse = timedEngine({ a: 0.01, b: 0.004 });
  measureKernels(/** @type {any} */ (coarse), ["f32"], () => Math.floor(coarse.now()));
  assert.equal(coarse.used, "a");
  const slow = timedEngine({ a: 5, b: 0.004 });
  measureKernels(/** @type {any} */ (slow), ["f32"], slow.now);
  assert.equal(slow.used, "a");
});

test("a choice that load disturbed is corrected by the first passes, and remembered", () => {
  forgetKernels();
  const cost = { a: 0.01, b: 0.004, c: 0.02 };
  const engine = timedEngine(cost);
  const busy = { ...cost, b: 0.03 };
  engine.runKernel = (_, name, times) => void (engine.time += times * busy[name]);
  const choice = new KernelChoice(/** @type {any} */ (engine), "f32", "auto", engine.now);
  assert.equal(choice.names.f32, "a");
  const tried = passes(choice, engine, 5);
  assert.ok(tried.filter((name) => name !== "a").length <= 9, "in each pass, two blocks are run by others");
  assert.equal(choice.names.f32, "b");
  assert.deepEqual(new Set(passes(choice, engine, 3)), new Set(["b"]));
  const next = timedEngine(cost);
  assert.equal(new KernelChoice(/** @type {any} */ (next), "f32", "auto", next.now).names.f32, "b");
  assert.ok(next.time < 0.1, "without a measurement");
  forgetKernels();
});
