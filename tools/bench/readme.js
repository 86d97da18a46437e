/* readme.js - writes the README's table of latency from results.jsonl, between two comments, and into the benchmarks'
 * README how this engine stands against the fastest peer (with and without AVX-VNNI, and in Node without relaxed SIMD)
 * and what more threads bring.
 *
 *     node readme.js RESULTS.jsonl WITHOUT-VNNI.jsonl BASELINE.jsonl THREADS.jsonl README.md BENCH-README.md
 *
 * SPDX-License-Identifier: MIT */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { ratiosOf } from "./ratios.js";
import { readLines } from "./report.js";

const [RESULTS, WITHOUT_VNNI, BASELINE, THREADS, README, BENCH_README] = process.argv.slice(2);
const TITLES = { ti_224: "Ti, 224 px", s_224: "S, 224 px", b_224: "B, 224 px", s_480: "S, 480 px" };

/** @param {string} file */
const linesIn = (file) => (existsSync(file) ? readLines(file) : []);
/** @param {string} file */
const rowsIn = (file) => linesIn(file).filter(({ kind }) => kind !== "machine");

/** What the figures of a file were measured on. @param {string} file */
const machineOf = (file) => linesIn(file).filter(({ kind }) => kind === "machine").map(({ cpu, cores, browser, node, date }) =>
  `\n${cpu.replace(/\([RTM]+\)/g, "")}, ${cores} cores, ${browser.replace("/", " ") || `Node ${node}`}, ${date}.\n`).join("");

const rows = rowsIn(RESULTS);
const names = [...new Set(rows.map(({ name }) => name))];
const configs = Object.keys(TITLES).filter((config) => rows.some((row) => row.config === config));
const of = (name, config) => rows.filter((row) => row.name === name && row.config === config)
  .toSorted((a, b) => a.threads - b.threads);

/** Both counts of threads, in whole milliseconds. @param {string} name @param {string} config */
const latency = (name, config) =>
  of(name, config).map(({ median_ms: ms }) => Math.round(ms)).join(" / ");

/** @param {string} name */
function line(name) {
  const [{ warm_first_result_ms: warm, wasm_mb: memory, download_mb: download }] = of(name, "s_224");
  const cells = [name, ...configs.map((config) => latency(name, config)),
    `${Math.round(warm)} ms`, `${Math.round(memory)} MB`, `${download.toFixed(2)} MB`];
  return `| ${cells.join(" | ")} |\n`;
}

/** @param {string[]} heads @param {string[]} body lines */
const tableOf = (heads, body) => `| ${heads.join(" | ")} |\n|${"---|".repeat(heads.length)}\n${body.join("")}`;

/** @param {ReturnType<typeof ratiosOf>} all @param {string} where */
const ratioLines = (all, where) => all.toSorted((a, b) => a.dtype.localeCompare(b.dtype)).map(
  ({ config, threads, dtype, peer, ratio, warm }) =>
    `| ${TITLES[config]} ${dtype}${where} | ${threads} | ${ratio.toFixed(2)} of ${peer} | ${warm?.toFixed(2) ?? ""} |\n`);

/** Puts a table between its two comments. @param {string} file @param {string} name @param {string} table */
function put(file, name, table) {
  const page = readFileSync(file, "utf8");
  const [opening, closing] = [`<!-- ${name}: tools/bench/readme.js -->\n`, `<!-- ${name} ends -->\n`];
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`${file} has no place for the table: ${opening.trim()}`);
  writeFileSync(file, page.slice(0, start + opening.length) + table + page.slice(end));
}

put(README, "latency", tableOf(["one image, 1 / 2 threads, median ms", ...configs.map((config) => TITLES[config]),
  "load and first result from warm caches, S 224", "wasm memory, S 224", "download"], names.map(line)) + machineOf(RESULTS));
put(BENCH_README, "ratios", tableOf(["model", "threads", "time of an image", "warm load to first result, to the fastest peer"],
  [[RESULTS, ""], [WITHOUT_VNNI, ", without VNNI"], [BASELINE, ", Node 20"]].flatMap(([file, where]) =>
    ratioLines(ratiosOf(rowsIn(file)), where))));

/** What more threads bring to a model: predicted, and for two also measured. @param {any[]} counts its rows */
function threadLine([alone, two, ...more]) {
  const [config, dtype] = alone.model.split("-");
  const cells = [`${TITLES[config]} ${dtype}`, `${alone.work_ms} ms`, two.with_waits.toFixed(2), two.measured?.toFixed(2) ?? "",
    ...more.map(({ with_waits: predicted }) => predicted.toFixed(2))];
  return `| ${cells.join(" | ")} |\n`;
}

const threads = Object.values(Object.groupBy(rowsIn(THREADS), ({ model }) => model));
put(BENCH_README, "threads", tableOf(["model", "work of one thread", "2 threads", "2, measured", "4", "8", "16"],
  threads.map(threadLine)) + machineOf(THREADS));
