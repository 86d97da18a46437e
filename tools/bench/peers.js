/* peers.js - compares this engine with others in the same Chromium, on the same weights and input.
 *
 *     node peers.js BUILD OUT.jsonl CONFIG...
 *
 * Each engine runs in its own browser. They take turns: in every round each runs a few times, and the
 * order rotates from round to round, so that a slow phase of the machine affects all. A time counts
 * only if the logits agree with those of the official code. Needs an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";
import { cosine } from "../../web/heads/nearest.js";
import { MIN_INT8_COSINE, machine, median, round, table, writeLines } from "./report.js";
import { serve } from "./server.js";

const [BUILD, OUT, ...CONFIGS] = process.argv.slice(2);
const ROUNDS = 7;
const ROUND_MS = 1000; // what a contestant may take of a round
const WARM_VISITS = 5;

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

/** Opens a contestant in a new page of its browser, and runs it once. */
async function visit(server, { browser, name, options }) {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(name, String(error)));
  await page.goto(server.url);
  server.downloads.take();
  const started = await page.evaluate(async (given) => {
    const stage = await import("/tools/bench/peers/stage.js");
    globalThis.stage = stage;
    return stage.start(given);
  }, options);
  return { page, started };
}

/** Opens a contestant in a new browser; gives what the rounds need. */
async function enter(server, { name, peer, dtype }, config, threads, expected) {
  const browser = await puppeteer.launch(CHROMIUM);
  const options = { peer, config, dtype, threads, side: Number(config.split("_")[1]) };
  const { page, started } = await visit(server, { browser, name, options });
  const facts = agreement(name, dtype, started.logits, expected);
  return { name, options, browser, page, started, facts, times: [], cpuMs: 0, warmMs: [],
    downloadMb: server.downloads.take() / 1e6 };
}

/** A later visit: everything comes from the browser's caches. */
async function visitAgain(server, entrant) {
  await entrant.page.close();
  const { page, started } = await visit(server, entrant);
  entrant.page = page;
  entrant.warmMs.push(started.loadMs + started.firstMs);
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
  const { page, browser, times, warmMs, started, facts, name, options } = entrant;
  const { config, dtype, threads } = options;
  const bytes = await page.evaluate(() => globalThis.stage.memoryBytes());
  return {
    kind: "peer", config, name, dtype, threads,
    median_ms: round(median(times)), min_ms: round(Math.min(...times)),
    cpu_ms: round(entrant.cpuMs / times.length),
    load_ms: round(started.loadMs), first_ms: round(started.firstMs),
    warm_first_result_ms: round(median(warmMs)),
    wasm_mb: round(bytes / 1e6), resident_mb: round((await processOf(browser)).residentMb),
    download_mb: round(entrant.downloadMb), ...facts, runs: times.length,
  };
}

/** Rounds in which each entrant has its turn; the first of a round is the last of the next. */
async function inTurns(entrants, rounds, work) {
  for (let r = 0; r < rounds; r++) {
    const at = r % entrants.length;
    for (const entrant of [...entrants.slice(at), ...entrants.slice(0, at)]) await work(entrant);
  }
}

/** All contestants with so many threads on one model. */
async function contest(server, config, threads) {
  const expected = await expectedOf(config);
  const entrants = [];
  try {
    for (const contestant of CONTESTANTS.filter((c) => c.threads.includes(threads))) {
      entrants.push(await enter(server, contestant, config, threads, expected));
    }
    await inTurns(entrants, WARM_VISITS, (entrant) => visitAgain(server, entrant));
    for (const entrant of entrants) await entrant.page.evaluate(() => globalThis.stage.run(2));
    await inTurns(entrants, ROUNDS, turn);
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
