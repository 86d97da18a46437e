/* engine.js - measures where the engine's time goes.
 *
 *     node engine.js BUILD OUT.jsonl
 *
 *     kernels   every step of a block against the limit of its own instructions (kernels.c), native
 *               and in both modules
 *     models    loading, memory, first result; then embed, blocks and head of whole models
 *
 * Prints tables and writes JSON lines. Needs an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { WasmEngine } from "../../web/engine/wasm-engine.js";
import { compile } from "../../web/engine/wasm-instance.js";
import { VERSION } from "../../web/base/version.js";
import { machine, median, round, table, writeLines } from "./report.js";

const [BUILD, OUT] = process.argv.slice(2);
const WASM = new URL("../../web/wasm/", import.meta.url);
const WASI = fileURLToPath(new URL("wasi.js", import.meta.url));
const VARIANTS = /** @type {const} */ (["relaxed", "simd128"]);
const CONFIGS = ["ti_224", "s_224", "b_224", "s_480"];
const DTYPES = ["f32", "q8"];
const ROUNDS = 7;

/** Lines that one build of kernels.c prints. @param {string} build */
function kernels(build) {
  const [command, ...args] = build === "native"
    ? [`${BUILD}/fast/bench`]
    : [process.execPath, "--no-warnings", WASI, `${BUILD}/${build}/bench.wasm`];
  const lines = execFileSync(command, args, { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => ({ kind: "kernel", build, ...JSON.parse(line) }));
}

/** @template T @param {() => Promise<T> | T} work @returns {Promise<[number, T]>} ms, result */
async function timed(work) {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}

/** All bytes of a model, in order. @param {string} folder */
async function chunksOf(folder) {
  const { chunks } = JSON.parse(await readFile(`${folder}/manifest.json`, "utf8"));
  return Promise.all(chunks.map(({ file }) => readFile(`${folder}/${file}`)));
}

/** Milliseconds of every part of a pass. @param {WasmEngine} engine */
function passMs(engine) {
  const parts = [];
  engine.begin();
  for (let left = 1; left > 0;) {
    const start = performance.now();
    left = engine.step();
    parts.push(performance.now() - start);
  }
  return parts;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Medians over rounds of a pass cut into embed, blocks and head. @param {WasmEngine} engine */
function partsOf(engine) {
  const passes = Array.from({ length: ROUNDS }, () => passMs(engine));
  const part = (pick) => round(median(passes.map((pass) => sum(pick(pass)))));
  return {
    total_ms: part((pass) => pass),
    min_ms: round(Math.min(...passes.map(sum))),
    embed_ms: part((pass) => pass.slice(0, 1)),
    blocks_ms: part((pass) => pass.slice(1, -1)),
    head_ms: part((pass) => pass.slice(-1)),
  };
}

/** One model on one module, from nothing. */
async function model(config, dtype, variant) {
  const bytes = await readFile(new URL(`evax-${variant}.wasm`, WASM));
  const chunks = await chunksOf(`${BUILD}/fixtures/models/${config}-${dtype}`);
  const input = await readFile(`${BUILD}/fixtures/cases/${config}/in0.input.f32`);
  const [compile_ms, module] = await timed(() => compile(bytes, variant));
  const [open_ms, engine] = await timed(() => WasmEngine.create(module, VERSION));
  const [feed_ms] = await timed(() => chunks.forEach((chunk) => engine.feed(chunk)));
  engine.ready();
  engine.setInput(new Float32Array(input.buffer, input.byteOffset, input.length / 4));
  const [first_ms] = await timed(() => passMs(engine));
  const loading = { compile_ms, open_ms, feed_ms, first_ms };
  return {
    kind: "model", config, dtype, variant,
    ...Object.fromEntries(Object.entries(loading).map(([name, ms]) => [name, round(ms)])),
    ...partsOf(engine),
    memory_mb: round(engine.memoryBytes / 1e6),
  };
}

async function models() {
  const rows = [];
  for (const variant of VARIANTS) {
    for (const config of CONFIGS) {
      for (const dtype of DTYPES) rows.push(await model(config, dtype, variant));
    }
  }
  return rows;
}

/** A model's steps with their share of the time. @param {any[]} steps of one build, model, dtype */
function withShare(steps) {
  const all = sum(steps.map(({ ms }) => ms));
  return steps.map(({ step, ms, gops, of_limit }) =>
    ({ step, ms, share: (ms / all).toFixed(3), gops, of_limit }));
}

function printKernels(lines) {
  const steps = lines.filter(({ step }) => step);
  console.log(table("limits of the instruction streams, 1e9 operations a second",
    lines.filter(({ limit }) => limit).map(({ kind, ...row }) => row)));
  for (const [title, group] of Object.entries(
    Object.groupBy(steps, ({ build, model: m, dtype }) => `${m}, ${dtype}, ${build}`))) {
    console.log(table(`${title}: all blocks, by step`, withShare(group)));
  }
}

const kernelLines = ["native", ...VARIANTS].flatMap(kernels);
const modelLines = await models();
printKernels(kernelLines);
console.log(table("models by part", modelLines.map(({ kind, ...row }) => row)));
writeLines(OUT, [machine(""), ...kernelLines, ...modelLines]);
