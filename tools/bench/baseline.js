/* baseline.js - this engine's simd128 module and onnxruntime-web in the same Node (meant for one
 * without relaxed SIMD), on the same int8 model.
 *
 *     node baseline.js BUILD OUT.jsonl CONFIG
 *
 * Each engine runs in its own process, and they take turns. Needs an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { cosine } from "../../web/heads/nearest.js";
import { MIN_INT8_COSINE, machine, median, round, table, writeLines } from "./report.js";

const ROUNDS = 9;
const RUNS = 5; // of a contestant in a round

/* Each opens a model and gives what runs it: input [3][R][R] to logits. */
const CONTESTANTS = {
  async "eva-x-web q8"(build, config, threads) {
    const { load } = await import("../../web/evax-node.js");
    const model = `${build}/fixtures/models/${config}-q8`;
    const engine = await load({ model, threads, variant: "simd128" });
    return async (input) => (await engine.infer(input)).logits;
  },
  async "onnxruntime-web int8"(build, config, threads) {
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = threads;
    const model = await readFile(`${build}/peers/${config}-q8.onnx`);
    const session = await ort.InferenceSession.create(model,
      { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
    const side = Number(config.split("_")[1]);
    return async (input) => {
      const image = new ort.Tensor("float32", input, [1, 3, side, side]);
      return (await session.run({ image })).logits.data;
    };
  },
};

/** @param {string} path */
const floats = async (path) => new Float32Array(new Uint8Array(await readFile(path)).buffer);

/** The child: opens, runs once, then a round at every message. */
async function contend(name, build, config, threads) {
  const of = (what) => floats(`${build}/fixtures/cases/${config}/in0.${what}.f32`);
  const [input, expected] = [await of("input"), await of("logits")];
  const infer = await CONTESTANTS[name](build, config, Number(threads));
  const near = cosine(Float32Array.from(await infer(input)), expected);
  process.on("message", async () => {
    const times = [];
    for (let i = 0; i < RUNS; i++) {
      const began = performance.now();
      await infer(input);
      times.push(performance.now() - began);
    }
    process.send({ times });
  });
  process.send({ near });
}

async function contest(build, config, threads) {
  const entrants = [];
  for (const name of Object.keys(CONTESTANTS)) {
    const child = fork(fileURLToPath(import.meta.url), ["contend", name, build, config, threads]);
    const [{ near }] = await once(child, "message");
    if (near < MIN_INT8_COSINE) throw new Error(`${name} does not compute this model: ${near}`);
    entrants.push({ name, child, near, times: [] });
  }
  for (let r = 0; r < ROUNDS; r++) {
    for (const { child, times } of r % 2 ? entrants.toReversed() : entrants) {
      child.send("run");
      times.push(...(await once(child, "message"))[0].times);
    }
  }
  for (const { child } of entrants) child.kill();
  return entrants.map(({ name, times, near }) => ({
    kind: "baseline", config, name, dtype: "q8", threads, median_ms: round(median(times)),
    min_ms: round(Math.min(...times)), cosine: Number(near.toFixed(5)), runs: times.length,
  }));
}

if (process.argv[2] === "contend") {
  const [name, build, config, threads] = process.argv.slice(3);
  await contend(name, build, config, threads);
} else {
  const [build, out, config] = process.argv.slice(2);
  /** @type {object[]} */ const lines = [machine("")];
  for (const threads of [1, 2]) {
    const rows = await contest(build, config, threads);
    lines.push(...rows);
    const shown = rows.map(({ kind, config: _, ...row }) => row);
    console.log(table(`${config}, threads: ${threads}`, shown));
    console.log(`ratio ${(rows[0].median_ms / rows[1].median_ms).toFixed(3)}`);
  }
  writeLines(out, lines);
}
