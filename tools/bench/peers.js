/* peers.js - this engine and others in the same Chromium, on the same weights and the same input.
 *
 *     node peers.js BUILD OUT.jsonl CONFIG...
 *
 * Each contestant has a browser of its own. They take turns: in every round each runs a few times,
 * and the order turns from round to round, so that a slow spell of the machine hits all. A time
 * counts only if the logits agree with the official code's. Wants an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";
import { cosine } from "../../web/nearest.js";
import { MIN_INT8_COSINE, machine, median, round, table, writeLines } from "./report.js";
import { serve } from "./server.js";

const [BUILD, OUT, ...CONFIGS] = process.argv.slice(2);
const ROUNDS = 7;
const ROUND_MS = 1000; // what a contestant may take of a round

const CHROMIUM = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

/** threads: those that it can use. */
const CONTESTANTS = [
  { name: "eva-x-web f32", peer: "evax", dtype: "f32", threads: [1, 2] },
  { name: "eva-x-web q8", peer: "evax", dtype: "q8", threads: [1, 2] },
  { name: "onnxruntime-web f32", peer: "ort", dtype: "f32", threads: [1, 2] },
  { name: "onnxruntime-web int8", peer: "ort", dtype: "q8", threads: [1, 2] },
  { name: "LiteRT.js f32", peer: "litert", dtype: "f32", threads: [1, 2] },
  { name: "LiteRT.js int8", peer: "litert", dtype: "q8", threads: [1, 2] },
];
const PACKAGES = ["onnxruntime-web", "@litertjs/core"];

const MAX_F32_ERROR = 1e-3;

const maxError = (a, b) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));

/** The official code's logits. @param {string} config */
async function expectedOf(config) {
  const { buffer, byteOffset, length } =
    await readFile(`${BUILD}/fixtures/cases/${config}/in0.logits.f32`);
  return [...new Float32Array(buffer.slice(byteOffset, byteOffset + length))];
}

/** Throws unless the logits agree. @returns facts for the report */
function agreement(name, dtype, logits, expected) {
  const facts = { cosine: cosine(logits, expected), max_error: maxError(logits, expected) };
  const agrees = dtype === "f32"
    ? facts.max_error <= MAX_F32_ERROR
    : facts.cosine >= MIN_INT8_COSINE;
  if (!agrees) throw new Error(`${name} does not compute this model: ${JSON.stringify(facts)}`);
  const { cosine: near, max_error: far } = facts;
  return { cosine: Number(near.toFixed(6)), max_error: Number(far.toPrecision(2)) };
}

/** The page's process: its CPU seconds so far, and its resident bytes. */
async function processOf(browser) {
  const session = await browser.target().createCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const { id, cpuTime } = renderers.toSorted((a, b) => b.cpuTime - a.cpuTime)[0];
  const status = await readFile(`/proc/${id}/status`, "utf8");
  return { cpuMs: cpuTime * 1e3, residentMb: Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1e3 };
}

/** Opens a contestant in a new browser; gives what the rounds need. */
async function enter(server, { name, peer, dtype }, config, threads, expected) {
  const browser = await puppeteer.launch(CHROMIUM);
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(name, String(error)));
  await page.goto(server.url);
  server.downloads.take();
  const side = Number(config.split("_")[1]);
  const started = await page.evaluate(async (options) => {
    const stage = await import("/tools/bench/peers/stage.js");
    globalThis.stage = stage;
    return stage.start(options);
  }, { peer, config, dtype, threads, side });
  const facts = agreement(name, dtype, started.logits, expected);
  return { name, dtype, threads, config, browser, page, started, facts, times: [], cpuMs: 0,
    downloadMb: server.downloads.take() / 1e6 };
}

/** A turn of one contestant. */
async function turn(entrant) {
  const { page, browser, times, started } = entrant;
  const count = Math.max(1, Math.round(ROUND_MS / (times[0] ?? started.firstMs)));
  const before = await processOf(browser);
  times.push(...await page.evaluate((n) => globalThis.stage.run(n), count));
  entrant.cpuMs += (await processOf(browser)).cpuMs - before.cpuMs;
}

async function result(entrant) {
  const { page, browser, times, started, facts, name, config, dtype, threads } = entrant;
  const bytes = await page.evaluate(() => globalThis.stage.memoryBytes());
  return {
    kind: "peer", config, name, dtype, threads,
    median_ms: round(median(times)), min_ms: round(Math.min(...times)),
    cpu_ms: round(entrant.cpuMs / times.length),
    load_ms: round(started.loadMs), first_ms: round(started.firstMs),
    wasm_mb: round(bytes / 1e6), resident_mb: round((await processOf(browser)).residentMb),
    download_mb: round(entrant.downloadMb), ...facts, runs: times.length,
  };
}

/** All contestants with so many threads on one model. */
async function contest(server, config, threads) {
  const expected = await expectedOf(config);
  const entrants = [];
  try {
    for (const contestant of CONTESTANTS.filter((c) => c.threads.includes(threads))) {
      entrants.push(await enter(server, contestant, config, threads, expected));
    }
    for (const entrant of entrants) await entrant.page.evaluate(() => globalThis.stage.run(2));
    for (let r = 0; r < ROUNDS; r++) {
      const at = r % entrants.length;
      for (const entrant of [...entrants.slice(at), ...entrants.slice(0, at)]) await turn(entrant);
    }
    return await Promise.all(entrants.map(result));
  } finally {
    await Promise.all(entrants.map(({ browser }) => browser.close()));
  }
}

async function chromiumVersion() {
  const browser = await puppeteer.launch(CHROMIUM);
  try {
    return await browser.version();
  } finally {
    await browser.close();
  }
}

/** @param {string} name */
async function versionOf(name) {
  const path = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return [name, JSON.parse(await readFile(path, "utf8")).version];
}

const server = await serve(process.cwd());
const versions = Object.fromEntries(await Promise.all(PACKAGES.map(versionOf)));
const lines = [{ ...machine(await chromiumVersion()), versions }];
for (const config of CONFIGS) {
  for (const threads of [1, 2]) {
    const rows = await contest(server, config, threads);
    lines.push(...rows);
    writeLines(OUT, lines);
    const shown = rows.map(({ kind, config: _, ...row }) => row);
    console.log(table(`${config}, threads: ${threads}`, shown));
  }
}
server.close();
