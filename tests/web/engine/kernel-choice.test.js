/* Which implementation of a kernel runs: the same numbers by all, none that is wrong here, the fastest by the clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { KernelChoice, measureKernels, slotsOf } from "../../../web/engine/kernel-choice.js";
import { adoptKernels, forgetKernels, settledKernels } from "../../../web/engine/settled-kernels.js";
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
  ["simd128", "q8", ["minimum"], ["lanes"]],
  ["simd128", "attention", ["extended multiply 16"], ["lanes"]],
  ["relaxed", "q8", ["relaxed dot add"], ["dot add", "lanes"]],
  ["relaxed", "q8", ["relaxed dot"], ["pair dot"]],
  ["relaxed", "q8", ["minimum"], ["lanes"]],
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

/** @type {[keyof typeof NAMES, "f32" | "attention", Parameters<typeof withWrong>[1][]][]} */
const ALL_WRONG = [["simd128", "attention", ["pair dot", "extended multiply 16"]], ["relaxed", "f32", ["relaxed madd"]]];
for (const [variant, slot, instructions] of ALL_WRONG) {
  test(`a module of ${variant} all of whose kernels for ${slot} are wrong is not run`,
    { skip: !VARIANTS.includes(variant) }, async () => {
      const wasm = { [variant]: withWrong(moduleBytes(variant), ...instructions) };
      const model = slot === "f32" ? MODELS.f32 : DEMO;
      await assert.rejects(load({ model, variant, threads: 1, wasm }), withCode("WASM_UNSUPPORTED", /wrong/));
    });
}

/** An engine whose kernels take so many ms, by a clock of its own. @param {Record<string, number>} cost by name
 * @param {{ wrong?: string[], compileMs?: number, clockMs?: number, slower?: (time: number, name: string) => number }} [how]
 *   wrong: names of those that are not exact; compileMs: of the first run of each; clockMs: the step of the clock; slower:
 *   how many times longer a run takes than it should, at a time */
function timedEngine(cost, { wrong = [], compileMs = 0, clockMs = 0, slower = () => 1 } = {}) {
  const names = Object.keys(cost), ran = new Set();
  const spend = (name, times) => void (engine.time += times * cost[name] * slower(engine.time, name));
  const engine = {
    time: 0,
    now() {
      engine.time += 0.001;
      return clockMs ? Math.floor(engine.time / clockMs) * clockMs : engine.time;
    },
    used: names[0],
    variant: "simd128",
    kernelNames: () => names,
    kernel: () => engine.used,
    setKernel(_, name) {
      if (!wrong.includes(name)) engine.used = name;
      return !wrong.includes(name);
    },
    runKernel(_, name, times) {
      if (!ran.has(name)) engine.time += compileMs;
      ran.add(name);
      spend(name, times);
    },
    block: () => spend(engine.used, 100),
  };
  return engine;
}

/** What the start leaves running. @param {ReturnType<typeof timedEngine>} engine */
function atStart(engine) {
  measureKernels(/** @type {any} */ (engine), ["f32"], engine.now);
  return engine.used;
}

/** @param {KernelChoice} choice @param {ReturnType<typeof timedEngine>} engine @param {number} count
 * @param {number} [depth] blocks that are run */
function passes(choice, engine, count, depth = 12) {
  const used = [];
  const work = () => {
    engine.block();
    used.push(engine.used);
  };
  for (let i = 0; i < count; i++) {
    choice.begin(12);
    for (let step = 0; step < depth + 2; step++) choice.step(step, work);
  }
  return used;
}

/** @param {ReturnType<typeof timedEngine>} engine */
const choiceOf = (engine) => new KernelChoice(/** @type {any} */ (engine), "f32", "auto", engine.now);

const COST = { a: 0.01, b: 0.004, c: 0.02 };

test("the start takes the kernel that is fastest by the clock, in 3 ms", () => {
  for (const [cost, best] of /** @type {const} */ ([[COST, "b"], [{ a: 0.002, b: 0.004 }, "a"]])) {
    for (const how of [{}, { compileMs: 0.5 }, { clockMs: 0.1 }, { clockMs: 0.02, compileMs: 0.3 }]) {
      const engine = timedEngine(cost, how);
      assert.equal(atStart(engine), best);
      assert.ok(engine.time < 3, `${engine.time} ms with ${JSON.stringify(how)}`);
    }
  }
});

test("the fastest is not taken where it is wrong", () => {
  assert.equal(atStart(timedEngine(COST, { wrong: ["b"] })), "a");
});

test("the start changes nothing, and ends in time, where clock or time do not tell", () => {
  for (const clockMs of [1, 2, 100]) assert.equal(atStart(timedEngine(COST, { clockMs })), "a");
  assert.equal(atStart(timedEngine({ a: 0.01, b: 0.0095 }, { clockMs: 0.1 })), "a", "as fast as the clock can tell");
  const dear = timedEngine(COST, { compileMs: 1 });
  assert.equal(atStart(dear), "a");
  assert.ok(dear.time < 3, `${dear.time} ms`);
  assert.equal(atStart(timedEngine({ a: 5, b: 0.004 })), "a");
});

test("what other programs take for a while at the start does not count", () => {
  for (const until of [0.3, 0.7, 1.2]) {
    const engine = timedEngine(COST, { slower: (time) => (time < until ? 6 : 1) });
    assert.equal(atStart(engine), "b", `until ${until}`);
    assert.ok(engine.time < 3, `${engine.time} ms`);
  }
});

test("a choice that load disturbed is corrected by the first passes, and remembered", () => {
  forgetKernels();
  const engine = timedEngine(COST, { slower: (time, name) => (time < 3 && name === "b" ? 8 : 1) });
  const choice = choiceOf(engine);
  assert.equal(choice.names.f32, "a");
  const tried = passes(choice, engine, 5);
  assert.ok(tried.filter((name) => name !== "a").length <= 9, "in each pass, two blocks are run by others");
  assert.equal(choice.names.f32, "b");
  assert.deepEqual(new Set(passes(choice, engine, 3)), new Set(["b"]));
  const next = timedEngine(COST);
  assert.equal(choiceOf(next).names.f32, "b");
  assert.ok(next.time < 0.1, "without a measurement");
});

test("the passes choose well on a processor that becomes slower half-way, and among other programs", () => {
  const disturbed = (time) => ([20, 60, 61].includes(Math.floor(time)) ? 3 : 1);
  for (const slower of [(time) => (time > 30 ? 4 : 1), (time) => 1 + time / 20, disturbed]) {
    for (const [cost, best] of /** @type {const} */ ([[COST, "b"], [{ a: 0.01, b: 0.011, c: 0.0099 }, "a"]])) {
      forgetKernels();
      const engine = timedEngine(cost, { slower, clockMs: 1 / 16 });
      const choice = choiceOf(engine);
      passes(choice, engine, 5);
      assert.equal(choice.names.f32, best);
    }
  }
});

/** Numbers from 0 to 1 that look random, the same for a seed. @param {number} seed from 1 */
function noise(seed) {
  let state = seed * 2654435761 % 2 ** 31;
  return () => (state = state * 48271 % (2 ** 31 - 1)) / (2 ** 31 - 1);
}

test("the passes find what is a seventh faster where every block takes up to a tenth longer, as with two threads", () => {
  for (let seed = 1; seed <= 100; seed++) {
    for (const [cost, best] of /** @type {const} */ ([[{ a: 0.03, b: 0.0255, c: 0.033 }, "b"], [{ a: 0.03, b: 0.031, c: 0.033 }, "a"]])) {
      forgetKernels();
      const random = noise(seed), engine = timedEngine(cost, { slower: () => 1 + 0.1 * random(), clockMs: 0.1 });
      const choice = choiceOf(engine);
      passes(choice, engine, 17);
      assert.equal(choice.names.f32, best, `seed ${seed}`);
    }
  }
});

test("a block that takes less time than those beside it favors no kernel: layers of 8 bits take longer", () => {
  forgetKernels();
  let step = -1;
  const slower = (time, name) => (time < 3 && name !== "a" ? 8 : [4, 6].includes(step % 14) ? 1.5 : 1);
  const engine = timedEngine({ a: 0.01, b: 0.0085, c: 0.0092 }, { slower, clockMs: 0.01 });
  const { block } = engine;
  engine.block = () => {
    step++;
    block.call(engine);
  };
  const choice = choiceOf(engine);
  passes(choice, engine, 17);
  assert.equal(choice.names.f32, "b");
});

test("passes that were ended early do not count, and a clock that stands still chooses nothing", () => {
  forgetKernels();
  const engine = timedEngine({ a: 0.01, b: 0.004 }, { clockMs: 1 / 16, slower: (time, name) => (time < 3 && name === "b" ? 8 : 1) });
  const choice = choiceOf(engine);
  passes(choice, engine, 6, 3);
  assert.equal(choice.names.f32, "a");
  passes(choice, engine, 5);
  assert.equal(choice.names.f32, "b");
  forgetKernels();
  const still = timedEngine(COST, { clockMs: 1e9 });
  const blind = choiceOf(still);
  passes(blind, still, 6);
  assert.equal(blind.names.f32, "a");
});

test("another thread adopts what has been settled, where it is exact", () => {
  forgetKernels();
  const engine = timedEngine(COST);
  passes(choiceOf(engine), engine, 5);
  const known = settledKernels();
  assert.deepEqual(known, [["simd128 f32", "b"]]);
  forgetKernels();
  adoptKernels(known);
  const other = timedEngine(COST);
  assert.equal(choiceOf(other).names.f32, "b");
  assert.ok(other.time < 0.1, "without a measurement");
  assert.equal(choiceOf(timedEngine(COST, { wrong: ["b"] })).names.f32, "a");
  forgetKernels();
});
