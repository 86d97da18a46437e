#!/usr/bin/env node
/* threads.js - what more threads would bring: predicted from the engine's own work, piece by piece (pool_virtual.c), and
 * for two threads compared with the time that is measured.
 *
 *     node threads.js BUILD OUT.jsonl [CONFIG-DTYPE...]
 *
 * serial_ms    what only one thread can do
 * work_ms      of all threads
 * chain_ms     of the jobs, the slowest thread's work, summed
 * speed_up     time of one thread / (serial + chain)
 * with_waits   the same, with JOB_MS for opening each job and waiting for its last thread
 *
 * Needs two processors, otherwise idle.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import { WasmEngine } from "../../web/engine/wasm-engine.js";
import { compile, sharedMemory } from "../../web/engine/wasm-instance.js";
import { ThreadPool } from "../../web/engine/thread-pool.js";
import { startThread } from "../../web/engine/threads-node.js";
import { VERSION } from "../../web/base/version.js";
import { machine, round, table, writeLines } from "./report.js";

const [BUILD, OUT, ...GIVEN] = process.argv.slice(2);
const MODELS = GIVEN.length ? GIVEN
  : ["ti_224-q8", "s_224-q8", "b_224-q8", "s_480-q8", "ti_224-f32", "s_224-f32"];
const COUNTS = [1, 2, 4, 8, 16];
/* Passes of each count: as many as fit the time, of which the least times hold. */
const PASSES = 25, LEAST_PASSES = 5, MODEL_MS = 20_000;
/* Threads that spin see a job within a microsecond; one that has fallen asleep, at the beginning of a step, within some tens. */
const JOB_MS = 0.005;
const WASM = new URL("../../web/wasm/", import.meta.url);

/** @param {string} model such as s_224-q8 */
async function filesOf(model) {
  const folder = `${BUILD}/fixtures/models/${model}`;
  const { chunks } = JSON.parse(await readFile(`${folder}/manifest.json`, "utf8"));
  const input = await readFile(`${BUILD}/fixtures/cases/${model.split("-")[0]}/in0.input.f32`);
  return {
    chunks: await Promise.all(chunks.map(({ file }) => readFile(`${folder}/${file}`))),
    input: new Float32Array(input.buffer.slice(input.byteOffset, input.byteOffset + input.length)),
  };
}

/** The engine with the virtual pool: its exports, with a model in it, and the engine's address. */
async function virtualEngine({ chunks, input }) {
  const memory = () => /** @type {WebAssembly.Memory} */ (exports.memory).buffer;
  const clock = (_id, _precision, at) =>
    void new DataView(memory()).setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
  const imports = {
    env: { emscripten_notify_memory_growth() {} },
    wasi_snapshot_preview1: { clock_time_get: (...args) => clock(...args) ?? 0 },
  };
  const module = await WebAssembly.compile(await readFile(`${BUILD}/relaxed/threads.wasm`));
  const { exports } = await WebAssembly.instantiate(module, imports);
  const wasm = /** @type {any} */ (exports);
  wasm._initialize?.();
  const engine = wasm.evax_create();
  wasm.evax_set_threads(engine, Math.max(...COUNTS));
  for (const chunk of chunks) {
    const at = wasm.evax_alloc(chunk.length);
    new Uint8Array(wasm.memory.buffer).set(chunk, at);
    if (wasm.evax_feed(engine, at, chunk.length)) throw new Error("the model is refused");
    wasm.evax_free(at);
  }
  new Float32Array(wasm.memory.buffer, wasm.evax_write_input(engine), input.length).set(input);
  return { wasm, engine };
}

/** A pass by the clocks of so many threads; what it gives holds for the least times of its series so far. */
function predict({ wasm, engine }, threads, series, pass) {
  wasm.evax_use_threads?.(engine, threads);
  wasm.evax_begin(engine);
  wasm.virtual_begin(threads, series, pass);
  while (wasm.evax_step(engine) > 0);
  wasm.virtual_end();
  return { threads, serial: wasm.virtual_serial_ms(), chain: wasm.virtual_chain_ms(), work: wasm.virtual_work_ms(),
    jobs: wasm.virtual_jobs(), takes: wasm.virtual_takes() };
}

/** An engine with real threads. @param {{ chunks: Uint8Array[], input: Float32Array }} files @param {number} threads */
async function realEngine({ chunks, input }, threads) {
  const several = threads > 1;
  const module = await compile(await readFile(new URL(`evax-relaxed${several ? "-mt" : ""}.wasm`, WASM)), "module");
  const pool = several ? new ThreadPool(startThread) : null;
  const engine = await WasmEngine.create(module, VERSION, several ? { memory: sharedMemory(), threads, pool } : {});
  for (const chunk of chunks) engine.feed(chunk);
  engine.ready();
  await engine.whenReady();
  engine.setInput(input);
  return engine;
}

/** Milliseconds of a pass. @param {WasmEngine} engine */
function passMs(engine) {
  const start = performance.now();
  engine.begin();
  while (engine.step() > 0);
  return performance.now() - start;
}

/** All numbers of a model; predictions and real passes take turns. @param {string} model */
async function rowsOf(model) {
  const files = await filesOf(model);
  const virtual = await virtualEngine(files);
  const real = [await realEngine(files, 1), await realEngine(files, 2)];
  /** @type {any[]} */ let predictions = [];
  const times = real.map(() => Infinity);
  const end = performance.now() + MODEL_MS;
  for (let pass = 0; pass < PASSES && (pass < LEAST_PASSES || performance.now() < end); pass++) {
    predictions = COUNTS.map((threads, series) => predict(virtual, threads, series, pass));
    real.forEach((engine, i) => { times[i] = Math.min(times[i], passMs(engine)); });
  }
  for (const engine of real) engine.dispose();
  const [alone] = predictions;
  const total = alone.serial + alone.chain;
  return predictions.map(({ threads, serial, chain, work, jobs, takes }) => ({
    kind: "threads", model, threads, jobs, takes, serial_ms: round(serial), work_ms: round(work), chain_ms: round(chain),
    speed_up: Number((total / (serial + chain)).toFixed(2)),
    with_waits: threads === 1 ? 1 : Number((total / (serial + chain + jobs * JOB_MS)).toFixed(2)),
    ...(threads <= 2 && { measured_ms: round(times[threads - 1]) }),
    ...(threads === 2 && { measured: Number((times[0] / times[1]).toFixed(2)) }),
  }));
}

/** @type {object[]} */
const lines = [machine("")];
for (const model of MODELS) {
  const rows = await rowsOf(model);
  lines.push(...rows);
  console.log(table(model, rows.map(({ kind, model: _, ...row }) => row)));
  writeLines(OUT, lines);
}
