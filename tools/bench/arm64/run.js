/* run.js - counts what one inference executes on an emulated 64-bit Arm, and by which functions; and whether the numbers
 * are those of this machine, bit for bit.
 *
 *     node run.js BUILD OUT.txt MODEL...     models of BUILD/fixtures; the rows of other models in OUT.txt stay
 *
 * Counts are the same to 0.5 % wherever this runs; they are no times. SPDX-License-Identifier: MIT */
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const [BUILD, OUT, ...MODELS] = process.argv.slice(2);
const run = promisify(execFile);
const INFERENCE = fileURLToPath(new URL("inference.js", import.meta.url));
const ARM = `${BUILD}/arm64`;

/* The stages of a pass, by the functions of the module that do them. */
const STAGES = /** @type {[string, RegExp][]} */ ([
  ["matrices", /gemm_q8|gemm_f32|panel_f32/], ["attention", /gemm_i16|panel_i16|attend/], ["softmax", /softmax/],
  ["quantizing", /quantize|columns|prepare/], ["SwiGLU", /swiglu/], ["LayerNorm", /norm/], ["RoPE", /rope/]]);

/** @param {string} name of a function */
const stageOf = (name) => STAGES.find(([, pattern]) => pattern.test(name))?.[0] ?? "the rest";

/** Functions by address, as V8 lists them for perf. @param {string} map */
function functionsOf(map) {
  return map.trim().split("\n").map((line) => {
    const [, start, size, name] = /^(?:0x)?(\w+) (\w+) (.*)$/.exec(line) ?? [];
    return { start: parseInt(start, 16), end: parseInt(start, 16) + parseInt(size, 16), name };
  }).sort((a, b) => a.start - b.start);
}

/** Millions of instructions by stage. @param {string} counts of count.c @param {string} map */
function stagesOf(counts, map) {
  const functions = functionsOf(map);
  /** @type {Record<string, number>} */ const millions = { all: 0 };
  for (const line of counts.trim().split("\n")) {
    const [address, count] = line.split(" ");
    const at = parseInt(address, 16);
    const fn = functions.findLast(({ start, end }) => start <= at && at < end);
    const stage = stageOf(fn?.name ?? "");
    millions[stage] = (millions[stage] ?? 0) + Number(count) / 1e6;
    millions.all += Number(count) / 1e6;
  }
  return millions;
}

/** One row of the table. @param {string} model @param {string} variant */
async function count(model, variant) {
  const folder = `${ARM}/run-${basename(model)}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const args = [INFERENCE, model, variant];
  const here = JSON.parse((await run(process.execPath, args)).stdout);
  const { stdout } = await run(`${ARM}/node-arm64-count`,
    [`${folder}/counts`, "--perf-basic-prof", `--perf-basic-prof-path=${folder}`, ...args]);
  const there = JSON.parse(stdout);
  const [map] = (await readdir(folder)).filter((name) => name.endsWith(".map"));
  const stages = stagesOf(await readFile(`${folder}/counts`, "utf8"), await readFile(`${folder}/${map}`, "utf8"));
  return { model: basename(model), variant, kernels: there.kernels, same: here.digest === there.digest, stages };
}

const NAMES = ["all", ...STAGES.map(([name]) => name), "the rest"];
/** @param {string[]} first three cells @param {string[]} numbers */
const row = (first, numbers) =>
  [...first.map((cell, i) => cell.padEnd([12, 8, 6][i])), ...numbers.map((cell) => cell.padStart(10))].join(" ");

const kept = (await readFile(OUT, "utf8").catch(() => "")).split("\n")
  .filter((line) => /^\w+_\d+-/.test(line) && !MODELS.includes(line.split(" ")[0]));
const rows = [];
for (const model of MODELS) {
  for (const variant of ["relaxed", "simd128"]) {
    const { same, stages } = await count(`${BUILD}/fixtures/models/${model}`, variant);
    if (!same && !(variant === "relaxed" && model.endsWith("-f32"))) process.exitCode = 1; // relaxed f32 may round otherwise
    rows.push(row([model, variant, same ? "same" : "DIFFER"], NAMES.map((name) => (stages[name] ?? 0).toFixed(1))));
    console.log(rows.at(-1));
  }
}
await writeFile(OUT, [
  "# make bench-arm64: millions of instructions of one inference on an emulated 64-bit Arm (qemu-user, Node 24's optimizing",
  "# compiler, one thread, 224 px), by the functions that execute them, and whether logits and embedding have the bits",
  "# of x64. Counts, no times.", "", row(["model", "module", "bits"], NAMES), ...[...kept, ...rows].sort(), ""].join("\n"));
