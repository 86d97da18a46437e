/* The modules against the official code's results (tests/golden), through the same loader as
 * everything else: the bounds are those of tests/src/golden.c, and the baseline's bits are the native build's. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { load } from "../../../web/evax-node.js";
import { loadChunks, loadManifest } from "../../../web/model/chunks.js";
import { openSource } from "../../../web/model/source-node.js";
import { VERSION } from "../../../web/base/version.js";
import { ThreadPool } from "../../../web/engine/thread-pool.js";
import { startThread } from "../../../web/engine/threads-node.js";
import { WasmEngine } from "../../../web/engine/wasm-engine.js";
import { compile, sharedMemory } from "../../../web/engine/wasm-instance.js";
import {
  DEMO, FIXTURES, VARIANTS, at, film, fixtureIndex, moduleBytes, readFloats,
} from "../../support/repository.js";

/* What the C goldens left of the native build (tests/tests.mk runs them first); without them, no comparison. */
const NATIVE = join(FIXTURES, "..", "native");

const { configs } = fixtureIndex();
const never = new AbortController().signal;

/** max |got - want| / max |want| */
function relative(got, want) {
  let error = 0;
  let size = 0;
  want.forEach((value, i) => {
    error = Math.max(error, Math.abs(got[i] - value));
    size = Math.max(size, Math.abs(value));
  });
  return error / size;
}

function cosine(a, b) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** threads 1: the module of one thread; otherwise the other one. */
async function createEngine(folder, variant, threads) {
  const name = threads > 1 ? `${variant}-mt` : variant;
  const options = threads > 1
    ? { memory: sharedMemory(), threads, pool: new ThreadPool(startThread) }
    : {};
  const wasm = await WasmEngine.create(await compile(moduleBytes(name), name), VERSION, options);
  await wasm.whenReady();
  const source = openSource(folder);
  const { manifest } = await loadManifest(source, never);
  await loadChunks(source, manifest, (bytes) => wasm.feed(bytes), never, () => {});
  wasm.ready();
  return wasm;
}

/** Tokens as the fixtures hold them: all [T][C], or tokens 0, 1, last x channels 0..15. */
function probed(wasm, { tokens, embedDim }, length) {
  const x = wasm.tokens(tokens * embedDim);
  if (length === x.length) return x;
  return Float32Array.from([0, 1, tokens - 1].flatMap((t) =>
    [...x.subarray(t * embedDim, t * embedDim + 16)]));
}

/** Runs a case; returns results and the largest relative error of a stage. */
function run(wasm, header, input, stages) {
  const part = stages.length / (header.depth + 1);
  let stage = 0;
  wasm.setInput(input);
  wasm.begin();
  for (let at = 0; wasm.step() > 0; at += part) {
    const want = stages.subarray(at, at + part);
    stage = Math.max(stage, relative(probed(wasm, header, part), want));
  }
  const { classes, embedDim } = header;
  return {
    stage,
    logits: wasm.logits(classes),
    scores: wasm.scores(classes),
    pooled: wasm.embedding(embedDim),
  };
}

/** Compares a case with what the official code gave. */
function compare(got, read, { dtype, variant, classes }) {
  const pooled = read("pooled");
  const largest = (a, b) => Math.max(0, ...a.map((value, i) => Math.abs(value - b[i])));
  const similar = classes ? cosine(got.logits, read("logits64")) : cosine(got.pooled, pooled);
  if (dtype === "f32") {
    assert.ok(got.stage <= 1e-4, `stages ${got.stage}`);
    assert.ok(relative(got.pooled, pooled) <= 1e-4, "pooled");
    const apart = classes ? largest(got.logits, read("logits")) : 0;
    assert.ok(apart <= (variant === "relaxed" ? 1e-4 : 2e-5), `logits ${apart}`);
  } else {
    assert.ok(similar >= (dtype === "q8" ? 0.9995 : 0.99999), `cosine ${similar}`);
  }
  if (dtype === "q8" && classes) {
    const apart = largest(got.scores, read("scores"));
    assert.ok(apart <= 0.02, `scores ${apart}`);
  }
}

/* Their threads are the same code over larger numbers. */
const SLOW = new Set(["b_224", "s_480"]);

/** The first case in the module with threads: the same bits. */
async function compareThreads(folder, variant, name, bits) {
  const wasm = await createEngine(folder, variant, 3);
  const { classes, embedDim } = wasm.header();
  wasm.setInput(readFloats(join(FIXTURES, configs[name].cases, "in0.input.f32")));
  wasm.begin();
  while (wasm.step() > 0) continue;
  const found = classes ? wasm.logits(classes) : wasm.embedding(embedDim);
  assert.deepEqual([...found], bits.slice(0, found.length), "bits of 3 threads");
  wasm.dispose();
}

for (const [name, { models, cases, inputs, classes }] of Object.entries(configs)) {
  for (const [dtype, folder] of Object.entries(models)) for (const variant of VARIANTS) {
    test(`${name} in ${dtype} by ${variant} gives the official results`, async () => {
      const wasm = await createEngine(join(FIXTURES, folder), variant, 1);
      const header = wasm.header();
      const bits = [];
      for (let i = 0; i < inputs; i++) {
        const read = (what) => readFloats(join(FIXTURES, cases, `in${i}.${what}.f32`));
        const got = run(wasm, header, read("input"), read("stages"));
        compare(got, read, { dtype, variant, classes });
        bits.push(...(classes ? got.logits : got.pooled));
      }
      if (!SLOW.has(name)) await compareThreads(join(FIXTURES, folder), variant, name, bits);
      if (variant !== "simd128" || !existsSync(NATIVE)) return;
      const native = readFloats(join(NATIVE, `${name}-${dtype}.f32`));
      assert.deepEqual(Float32Array.from(bits), native, "bits of the native build");
    });
  }
}

/* What the converter made of the weights that the official code ran on; at 160 px, tests/web/convert compares it. */
const STREAMS = new Map(readFileSync(at("tests", "golden", "streams.txt"), "utf8").split("\n")
  .filter((line) => /^[0-9a-f]{64} /.test(line))
  .map((line) => /** @type {[string, string]} */ (line.split("  ").reverse())));
for (const [name, { models }] of Object.entries(configs)) {
  for (const [dtype, folder] of Object.entries(models)) {
    if (name === "nano_s_160" || !STREAMS.has(`${name}-${dtype}`)) continue;
    test(`${name} in ${dtype} has the bytes that the Python converter made`, () => {
      const hash = createHash("sha256");
      const { chunks } = JSON.parse(readFileSync(join(FIXTURES, folder, "manifest.json"), "utf8"));
      for (const { file } of chunks) hash.update(readFileSync(join(FIXTURES, folder, file)));
      assert.equal(hash.digest("hex"), STREAMS.get(`${name}-${dtype}`));
    });
  }
}

/* The demo model's recipe is that of "cxr14"; true 16-bit data is windowed, so it differs there. */
const crops = JSON.parse(readFileSync(join(FIXTURES, "preprocess", "cases.json"), "utf8"))
  .filter(({ recipe, file }) => recipe === "cxr14" && !file.startsWith("gray16"));
test("the fixtures have the crops that are compared below", () => assert.ok(crops.length >= 4));
for (const { file, f32_sha256: expected } of crops) {
  const path = join(FIXTURES, "preprocess", file);
  test(`preprocess() of ${file} gives the official tensor, bit for bit`, async () => {
    const engine = await load({ model: DEMO });
    const tensor = await engine.preprocess(readFileSync(path));
    const found = createHash("sha256").update(new Uint8Array(tensor.buffer)).digest("hex");
    assert.equal(found, expected);
  });
}

if (configs.s_224) {
  test("S in q8 stays within 40 MB of memory with films of 1024 x 1024", async () => {
    const engine = await load({ model: join(FIXTURES, configs.s_224.models.q8) });
    for (let i = 0; i < 3; i++) await engine.analyze(film());
    assert.ok(engine.memoryBytes <= 40e6, `${engine.memoryBytes} bytes`);
  });
}
