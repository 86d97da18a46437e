/* peers.js - compares this engine with others in the same Chromium, on the same weights and input.
 *
 *     node peers.js BUILD OUT.jsonl [--without-vnni] CONFIG...
 *
 * --without-vnni: V8 does without these instructions of the processor, for all contestants; nothing if it has none.
 *
 * Each engine runs in its own browser. They take turns: in every round each runs a few times, and the
 * order rotates from round to round, so that a slow phase of the machine affects all. A time counts
 * only if the logits agree with those of the official code. Rows of other models stay in the file if they are of
 * the same machine and browser. Needs an otherwise idle machine.
 * SPDX-License-Identifier: MIT */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";
import { inWords, ratiosOf } from "./ratios.js";
import { cosine } from "../../web/heads/nearest.js";
import { MIN_INT8_COSINE, machine, median, readLines, round, table, writeLines } from "./report.js";
import { serve } from "./server.js";

const WITHOUT_VNNI = "--without-vnni";
const [BUILD, OUT, ...REST] = process.argv.slice(2);
const WITH_VNNI = !REST.includes(WITHOUT_VNNI);
const CONFIGS = REST.filter((arg) => arg !== WITHOUT_VNNI);
const ROUNDS = 5;
const ROUND_MS = 800; // what a contestant may take of a round
/* Runs before the first round: this engine settles its kernels in five, and where times vary much in 17. */
const WARM_UP = 17;
/* Later visits are timed for the model that stands for them in the README. */
const WARM_VISITS = 5, VISITED = "s_224";

const CHROMIUM = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ...(WITH_VNNI ? [] : ["--js-flags=--no-enable-avx-vnni"])],
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
  const kernels = await page.evaluate(() => globalThis.stage.kernels());
  return {
    kind: "peer", config, name, dtype, threads,
    median_ms: round(median(times)), min_ms: round(Math.min(...times)),
    cpu_ms: round(entrant.cpuMs / times.length),
    load_ms: round(started.loadMs), first_ms: round(started.firstMs),
    ...(warmMs.length && { warm_first_result_ms: round(median(warmMs)) }),
    wasm_mb: round(bytes / 1e6), resident_mb: round((await processOf(browser)).residentMb),
    download_mb: round(entrant.downloadMb), ...facts, runs: times.length, ...(kernels && { kernels }),
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
    if (config === VISITED && WITH_VNNI) await inTurns(entrants, WARM_VISITS, (entrant) => visitAgain(server, entrant));
    for (const entrant of entrants) await entrant.page.evaluate((n) => globalThis.stage.run(n), WARM_UP);
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

/** Whether this processor has the instructions that --without-vnni is about. */
const hasVnni = async () => /\bavx_vnni\b/.test(await readFile("/proc/cpuinfo", "utf8").catch(() => ""));

/** What an earlier run has written of other models, if it was of this machine. @param {ReturnType<typeof machine>} here */
function rowsOfOthers(here) {
  const [there, ...rows] = existsSync(OUT) ? readLines(OUT) : [];
  const same = there && ["cpu", "cores", "browser"].every((fact) => there[fact] === here[fact]);
  return same ? rows.filter(({ config }) => !CONFIGS.includes(config)) : [];
}

async function main() {
  const server = await serve(process.cwd());
  const versions = Object.fromEntries(await Promise.all(PACKAGES.map(versionOf)));
  const here = { ...machine(await chromiumVersion()), versions };
  const lines = [here, ...rowsOfOthers(here)];
  for (const config of CONFIGS) {
    for (const threads of [1, 2]) {
      const rows = await contest(server, config, threads);
      lines.push(...rows);
      writeLines(OUT, lines);
      const shown = rows.map(({ kind, config: _, ...row }) => row);
      console.log(table(`${config}, threads: ${threads}${WITH_VNNI ? "" : ", without VNNI"}`, shown));
      console.log(ratiosOf(rows).map(inWords).join("\n"));
    }
  }
  server.close();
}

if (WITH_VNNI || await hasVnni()) await main();
else console.log("this processor has no AVX-VNNI: the same as with it");
