/* readme.js - writes the README's table of latency from results.jsonl, between two comments.
 *
 *     node readme.js RESULTS.jsonl README.md
 *
 * SPDX-License-Identifier: MIT */
import { readFileSync, writeFileSync } from "node:fs";
import { readLines } from "./report.js";

const [FROM, TO] = process.argv.slice(2);
const TITLES = { ti_224: "Ti, 224 px", s_224: "S, 224 px", b_224: "B, 224 px", s_480: "S, 480 px" };
const START = "<!-- latency: tools/bench/readme.js -->\n";
const END = "<!-- latency ends -->\n";

const rows = readLines(FROM).filter(({ kind }) => kind === "peer");
const names = [...new Set(rows.map(({ name }) => name))];
const of = (name, config) => rows.filter((row) => row.name === name && row.config === config)
  .toSorted((a, b) => a.threads - b.threads);

/** Both counts of threads, in whole milliseconds. @param {string} name @param {string} config */
const latency = (name, config) =>
  of(name, config).map(({ median_ms: ms }) => Math.round(ms)).join(" / ");

/** @param {string} name */
function line(name) {
  const [{ warm_first_result_ms: warm, wasm_mb: memory, download_mb: download }] = of(name, "s_224");
  const cells = [name, ...Object.keys(TITLES).map((config) => latency(name, config)),
    `${Math.round(warm)} ms`, `${Math.round(memory)} MB`, `${download.toFixed(2)} MB`];
  return `| ${cells.join(" | ")} |\n`;
}

const heads = ["one image, 1 / 2 threads, median ms", ...Object.values(TITLES),
  "load and first result from warm caches, S 224", "wasm memory, S 224", "download"];
const table = `| ${heads.join(" | ")} |\n|${"---|".repeat(heads.length)}\n${names.map(line).join("")}`;
const page = readFileSync(TO, "utf8");
const [start, end] = [page.indexOf(START), page.indexOf(END)];
if (start < 0 || end < start) throw new Error(`${TO} has no place for the table: ${START.trim()}`);
writeFileSync(TO, page.slice(0, start + START.length) + table + page.slice(end));
