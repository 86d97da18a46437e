/* run.js - counts what one inference executes on an emulated 64-bit Arm: this engine's by stage and by kind of instruction,
 * beside what its instructions allow, and whether the numbers are those of this machine, bit for bit; and other engines'.
 *
 *     node run.js BUILD OUT PART...    writes OUT.jsonl, where other rows stay, and OUT.txt
 *
 * PART: MODEL (of BUILD/fixtures, such as ti_224-q8), with both modules, or MODEL/MODULE; or peers-MODEL (of BUILD/peers).
 * Counts are the same to 0.5 % wherever this runs; they are no times. SPDX-License-Identifier: MIT */
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { cosine } from "../../../web/heads/nearest.js";
import { limitsOf } from "./limits.js";
import { KIND_NAMES, PRINT, functionsOf, kindOf } from "./v8-code.js";

const [BUILD, OUT, ...PARTS] = process.argv.slice(2);
const run = promisify(execFile);
const large = { maxBuffer: 1 << 29 };
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const ARM = `${BUILD}/arm64`;
const LITERT = `${ARM}/litert.mjs`;

/* The stages of a pass, by the functions of the module that do them. */
const STAGES = /** @type {[string, RegExp][]} */ ([
  ["matrices", /gemm_q8|gemm_f32|panel_f32/], ["attention", /gemm_i16|panel_i16|attend/], ["softmax", /softmax/],
  ["quantizing", /quantize|columns|prepare|codes_of|pack_keys/], ["SwiGLU", /swiglu/], ["LayerNorm", /norm/], ["RoPE", /rope/]]);
const STAGE_NAMES = [...STAGES.map(([name]) => name), "the rest"];

/** @param {string} name of a function */
const stageOf = (name) => STAGES.find(([, pattern]) => pattern.test(name))?.[0] ?? "the rest";

/** What count.c wrote. @param {string} text @returns {{ at: number, length: number, count: number }[]} */
const blocksOf = (text) => text.trim().split("\n").map((line) => {
  const [at, length, count] = line.split(" ");
  return { at: parseInt(at, 16), length: Number(length), count: Number(count) };
});

/** Millions of instructions: all, by stage, by kind. @param {ReturnType<typeof blocksOf>} blocks @param {string} code of V8 */
function sumUp(blocks, code) {
  const instructions = new Map(functionsOf(code).flatMap(({ name, lines }) =>
    lines.map((line) => [line.address, { stage: stageOf(name), kind: kindOf(line.code) }])));
  const stages = Object.fromEntries(STAGE_NAMES.map((name) => [name, 0]));
  const kinds = Object.fromEntries(KIND_NAMES.map((name) => [name, 0]));
  let all = 0;
  for (const { at, length, count } of blocks) {
    all += count / 1e6;
    for (let i = 0; i < length; i++) {
      const { stage, kind } = instructions.get(at + 4 * i) ?? { stage: "the rest", kind: "the rest" };
      stages[stage] += count / length / 1e6;
      kinds[kind] += count / length / 1e6;
    }
  }
  return { all, stages, kinds };
}

/** Runs a script on the emulated Arm: [what it printed, its blocks]. @param {string[]} args @returns {Promise<[string, ReturnType<typeof blocksOf>]>} */
async function countOf(args) {
  const file = `${ARM}/counts-${process.pid}`;
  const { stdout } = await run(`${ARM}/node-arm64-count`, [file, ...args], large);
  const blocks = blocksOf(await readFile(file, "utf8"));
  await rm(file);
  return [stdout, blocks];
}

/** The line of JSON. @param {string} text */
const answerOf = (text) => JSON.parse(/^\{.*\}$/m.exec(text)?.[0] ?? "");

/** @param {string} model @param {string} variant */
async function countOurs(model, variant) {
  const args = [path("inference.js"), `${BUILD}/fixtures/models/${model}`, variant];
  const here = answerOf((await run(process.execPath, args)).stdout);
  const [printed, blocks] = await countOf([...PRINT, ...args]);
  const there = answerOf(printed);
  const same = here.digest === there.digest;
  if (!same && !(variant === "relaxed" && model.endsWith("-f32"))) process.exitCode = 1; // relaxed f32 may round otherwise
  const limits = limitsOf(there.model, model.split("-")[1], variant);
  return { engine: "this engine", model, module: variant, bits: same ? "same" : "differ", kernels: there.kernels, limits, ...sumUp(blocks, printed) };
}

/* The other engines: module, name, what peer.js calls it, and the format of its models. */
const PEERS = [
  { engine: "LiteRT.js", module: "relaxed", kind: "relaxed", format: "tflite" },
  { engine: "LiteRT.js", module: "simd128", kind: "compat", format: "tflite" },
  { engine: "onnxruntime-web", module: "simd128", kind: "ort", format: "onnx" },
];
const LEAST_COSINE = 0.99; // of logits here and there; they may round otherwise, but must be the same model

/** @param {string} model @param {typeof PEERS[number]} peer */
async function countPeer(model, { engine, module, kind, format }) {
  const args = [path("peer.js"), kind, `${BUILD}/peers/${model}.${format}`, LITERT];
  const here = answerOf((await run(process.execPath, args, large)).stdout);
  const [printed, blocks] = await countOf(args);
  const near = cosine(Float32Array.from(here.logits), Float32Array.from(answerOf(printed).logits));
  if (!(near >= LEAST_COSINE)) throw new Error(`${engine} computes something else on Arm: ${near}`);
  return { engine, model, module, bits: "", all: sum(blocks.map(({ count }) => count / 1e6)) };
}

/** @param {string} part @returns {AsyncGenerator<Row>} */
async function* rowsOf(part) {
  const [model, only] = part.replace(/^peers-/, "").split("/");
  if (!part.startsWith("peers-")) for (const variant of only ? [only] : ["relaxed", "simd128"]) yield await countOurs(model, variant);
  else for (const peer of PEERS) yield await countPeer(model, peer);
}

/* ---- tables ----------------------------------------------------------------------------------------------- */

const number = (value) => (value === undefined ? "" : value.toFixed(1)).padStart(11);
const words = (row) => `${row.model.padEnd(11)} ${row.module.padEnd(8)}`;

/** @param {number[]} values */
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** @param {Row[]} ours */
const byStage = (ours) => [
  `${"model".padEnd(11)} ${"module".padEnd(8)} ${"bits".padEnd(6)}${["all", ...STAGE_NAMES].map((name) => name.padStart(11)).join("")}`,
  ...ours.flatMap((row) => [
    `${words(row)} ${row.bits.padEnd(6)}${[row.all, ...STAGE_NAMES.map((name) => row.stages[name])].map(number).join("")}`,
    `${"  at least".padEnd(27)}${[sum(Object.values(row.limits)), ...STAGE_NAMES.map((name) => row.limits[name])].map(number).join("")}`]),
];

/** @param {Row[]} ours */
const byKind = (ours) => [
  `${"model".padEnd(11)} ${"module".padEnd(8)}${KIND_NAMES.map((name) => name.padStart(11)).join("")}`,
  ...ours.map((row) => words(row) + KIND_NAMES.map((name) => number(row.kinds[name])).join("")),
];

/** Ours beside the others'; other engines' relaxed modules have no counterpart in onnxruntime-web. @param {Row[]} rows @param {Row[]} ours */
const besideOthers = (rows, ours) => [
  `${"model".padEnd(11)} ${"module".padEnd(8)} ${"this engine".padStart(11)}   others: their count, and ours as a part of it`,
  ...ours.map((row) => {
    const others = rows.filter((other) => other.engine !== row.engine && other.model === row.model && (other.module === row.module || other.engine === "onnxruntime-web"));
    const cells = others.map(({ engine, all }) => `${engine} ${all.toFixed(1)} ${(row.all / all).toFixed(2)}`);
    return `${words(row)} ${number(row.all)}   ${cells.join(", ") || "not counted"}`;
  }),
];

/** @typedef {{ engine: string, model: string, module: string, bits: string, all: number,
 *   stages?: Record<string, number>, kinds?: Record<string, number>, limits?: Record<string, number> }} Row */

/** @param {Row[]} rows */
function tables(rows) {
  const ours = rows.filter(({ engine }) => engine === "this engine");
  return [
    "# make bench-arm64: millions of instructions of one inference on an emulated 64-bit Arm (qemu-user, Node 24's optimizing",
    "# compiler, one thread, 224 px). Counts, no times. bits: whether logits and embedding have the bits of x64.", "",
    "# By stage; below it what the stage needs at least (limits.js). In f32, attention's products are among the matrices'.", "",
    ...byStage(ours), "",
    "# By kind: the rest is addresses, checks of bounds, loops.", "", ...byKind(ours), "",
    "# Beside other engines, on the same weights; relaxed or without relaxed SIMD (simd128).", "", ...besideOthers(rows, ours), ""];
}

await mkdir(ARM, { recursive: true });
await build({ entryPoints: [path("../node_modules/@litertjs/core/dist/index.js")], outfile: LITERT, bundle: true, format: "esm", logLevel: "error" });
const order = ({ model, module, engine }) => `${model} ${module} ${engine}`;
const rounded = (_key, value) => (typeof value === "number" ? Math.round(value * 1000) / 1000 : value);

/** Puts rows in the place of those before them, and writes the tables. @param {Row[]} counted */
async function keep(...counted) {
  const before = (await readFile(`${OUT}.jsonl`, "utf8").catch(() => "")).split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const rows = [...before.filter((other) => !counted.some((row) => order(other) === order(row))), ...counted]
    .toSorted((a, b) => order(a).localeCompare(order(b)));
  await writeFile(`${OUT}.jsonl`, rows.map((each) => `${JSON.stringify(each, rounded)}\n`).join(""));
  await writeFile(`${OUT}.txt`, tables(rows).join("\n"));
}

await keep();
for (const part of PARTS) {
  for await (const row of rowsOf(part)) {
    console.log([row.engine, row.model, row.module, row.bits, row.all.toFixed(1)].join(" "));
    await keep(row);
  }
}
