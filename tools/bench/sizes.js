/* sizes.js - measures an image by input size and by model, one thread.
 *
 *     node sizes.js BUILD OUT.jsonl
 *
 * Models take turns. Those of other sizes are made by make bench-sizes. Needs an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { load } from "../../web/evax-node.js";
import { machine, median, round, table, writeLines } from "./report.js";

const [BUILD, OUT] = process.argv.slice(2);
const ROUNDS = 9;
const ROUND_MS = 500;
const FIXTURES = `${BUILD}/fixtures/models`;
/** @type {[string, number, string][]} */
const MODELS = [
  ["S", 160, `${BUILD}/sizes/s_160-q8`], ["S", 224, `${FIXTURES}/s_224-q8`],
  ["S", 320, `${BUILD}/sizes/s_320-q8`], ["S", 384, `${BUILD}/sizes/s_384-q8`],
  ["S", 480, `${FIXTURES}/s_480-q8`],
  ["Ti", 224, `${FIXTURES}/ti_224-q8`], ["B", 224, `${FIXTURES}/b_224-q8`],
];

/** @param {[string, number, string]} model */
async function open([name, side, folder]) {
  const engine = await load({ model: folder, threads: 1 });
  const input = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i) / 2);
  const run = async () => {
    const began = performance.now();
    await engine.infer(input);
    return performance.now() - began;
  };
  await run();
  return { name, side, engine, run, times: [await run()] };
}

const entrants = [];
for (const model of MODELS) entrants.push(await open(model));
for (let r = 0; r < ROUNDS; r++) {
  for (const { run, times } of entrants) {
    for (let spent = 0; spent < ROUND_MS;) {
      times.push(await run());
      spent += times.at(-1);
    }
  }
}
const rows = entrants.map(({ name, side, engine, times }) => ({
  kind: "size", name, side, tokens: (side / 16) ** 2 + 1,
  parameters: engine.info.parameters, median_ms: round(median(times)),
  min_ms: round(Math.min(...times)), wasm_mb: round(engine.memoryBytes / 1e6), runs: times.length,
}));
writeLines(OUT, [{ ...machine(""), variant: entrants[0].engine.info.variant }, ...rows]);
console.log(table("cost by size, q8, one thread", rows.map(({ kind, ...row }) => row)));
