/* Memory that runs out: at any number of pages, while loading, for one film, for one attention map. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { VERSION } from "../../../web/base/version.js";
import { WasmEngine } from "../../../web/engine/wasm-engine.js";
import { withMemoryLimit } from "../../support/module.js";
import { DEMO, moduleBytes, withCode } from "../../support/repository.js";
import { memorySource, tinyModel, zeroStream } from "../../support/tiny.js";

const tiny = () => memorySource(tinyModel());

test("memory that may not grow makes an error while loading, early and late", async () => {
  const bytes = moduleBytes("simd128");
  const seen = new Set();
  for (const pages of [0, 20, 40, 80]) {
    const loading = load({ model: DEMO, wasm: withMemoryLimit(bytes, pages), variant: "simd128" });
    await loading.then(() => seen.add("loaded"), (error) => seen.add(error.code));
  }
  assert.deepEqual([...seen], ["MEMORY"]);
});

test("with any number of pages of memory a film gets its own numbers or an error", async () => {
  const bytes = moduleBytes("simd128");
  const data = new Uint8Array(1600 * 1600).map((_, i) => i * 31);
  const pixels = { data, width: 1600, height: 1600 };
  const whole = await load({ model: tiny(), variant: "simd128" });
  const { findings } = await whole.analyze(pixels);
  const most = whole.memoryBytes / 65536;
  const outcomes = [];
  for (let pages = 0; pages <= most; pages++) {
    const wasm = withMemoryLimit(bytes, pages);
    const work = load({ model: tiny(), wasm, variant: "simd128" });
    const film = work.then((engine) => engine.analyze(pixels));
    outcomes.push(await film.then((one) => one.findings, ({ code }) => code));
  }
  const enough = outcomes.findIndex((outcome) => outcome !== "MEMORY");
  assert.ok(enough > 0, "few pages are refused");
  for (const outcome of outcomes.slice(enough)) assert.deepEqual(outcome, findings);
});

test("memory that may not grow makes an error of one film and not of the next", async () => {
  const bytes = moduleBytes("simd128");
  const { memoryBytes } = await load({ model: DEMO, variant: "simd128" });
  const wasm = withMemoryLimit(bytes, memoryBytes / 65536 + 8);
  const engine = await load({ model: DEMO, wasm, variant: "simd128" });
  const large = { data: new Uint8Array(4000 * 4000), width: 4000, height: 4000 };
  await assert.rejects(engine.analyze(large), withCode("MEMORY"));
  const pixels = { data: new Uint8Array(64 * 64), width: 64, height: 64 };
  assert.equal((await engine.analyze(pixels)).findings.length, 14);
});

/* 64 heads of 4097 x 4104 attention weights are 4 GiB and 10 MiB: as a size_t of 32 bits, 10 MiB. */
test("an attention map of more than 4 GiB is an error of memory, and the engine lives on", async () => {
  const module = new WebAssembly.Module(moduleBytes("simd128"));
  const wasm = await WasmEngine.create(module, VERSION);
  wasm.feed(zeroStream({ channels: 512, heads: 64, grid: 64 }));
  wasm.ready();
  wasm.setInput(new Float32Array(3 * 1024 * 1024));
  wasm.begin();
  while (wasm.step() > 0) continue;
  assert.throws(() => wasm.explainBegin(), withCode("MEMORY", /no memory to explain: 4\d{3} MiB/));
  assert.deepEqual([...wasm.logits(3)], [0, 0, 0]);
});
