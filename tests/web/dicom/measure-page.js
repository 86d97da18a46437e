/* measure-page.js - what the small files that unfold most cost in Chromium, as a table: a session of the page, whose
 * engine and decoders are workers of one process. For figures the machine must be idle.
 *
 *     node tests/web/dicom/measure-page.js
 *
 * Memory is the renderer's largest resident set while a film is read, beyond that before it (Linux). Exits 1 if a
 * film takes over 10 s or 300 MB, or a task of the page's own thread over 50 ms.
 * SPDX-License-Identifier: MIT */
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { launch } from "../../browser/browsers.js";
import { buildSite, openHarness, openServer, openSession } from "../../browser/stage.js";
import { BOMBS } from "../../support/dicom-bombs.js";
import { PICTURE_BOMBS } from "../../support/pictures.js";

const MOST_MS = 10_000, MOST_MB = 300, MOST_HELD_MS = 50;
const WORST = ["11 million pixels of JPEG 2000", "16 million pixels of JPEG-LS", "16 million pixels of 12-bit JPEG",
  "a film of 16 million pixels, deflated", "16 million pixels in run lengths", "49 million pixels of progressive JPEG",
  "64 million pixels of PNG of 16 bits", "33 million pixels of PNG in color"];
const films = { ...BOMBS, ...PICTURE_BOMBS };

/** The renderers among a process's descendants. @param {number} parent @returns {number[]} */
function renderers(parent) {
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ")[1]) === parent;
    } catch {
      return false;
    }
  });
  const isRenderer = (pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer");
  return children.flatMap((pid) => [...(isRenderer(pid) ? [pid] : []), ...renderers(pid)]);
}

/** A line of each one's status, in MB, summed. @param {number[]} pids @param {string} line */
const megabytes = (pids, line) => pids.reduce((sum, pid) =>
  sum + Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000, 0);

/** Runs in the page. @param {string} address */
async function readThere(address) {
  const file = await (await fetch(address)).blob();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const start = performance.now();
  const code = await globalThis.session.analyze(file, { frame: 1 }).then(() => "", (error) => error.code ?? String(error));
  const ms = performance.now() - start;
  await new Promise((resolve) => setTimeout(resolve, 100));
  observer.disconnect();
  return { code, ms, heldMs: Math.max(0, ...tasks) };
}

const closing = [];
const folder = await buildSite("site-measure-films");
const browser = await launch("chromium");
const server = await openServer({ after: (work) => closing.unshift(work) }, folder);
const page = await openHarness({ after: (work) => closing.unshift(work) }, browser, server);
const { ok, error } = await openSession(page);
if (!ok) throw new Error(error.message);
console.log(`# node tests/web/dicom/measure-page.js, ${await browser.version()}: MB of the file; ms; longest task of the page's own`);
console.log("# thread in ms, 0 if under 50; MB of memory beyond what the page held\n\n      MB     ms held ms    MB");
let good = true;
for (const name of WORST) {
  writeFileSync(`${folder}/film.bin`, films[name]());
  const pids = renderers(browser.process().pid);
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = megabytes(pids, "VmRSS");
  const { code, ms, heldMs } = await page.evaluate(readThere, `${server.url}film.bin`);
  const peak = megabytes(pids, "VmHWM") - before;
  const fine = ms < MOST_MS && peak < MOST_MB && heldMs < MOST_HELD_MS;
  good &&= fine;
  console.log([(films[name]().length / 1e6).toFixed(2).padStart(8), ms.toFixed(0).padStart(7), heldMs.toFixed(0).padStart(8),
    peak.toFixed(0).padStart(6), `  ${name}${code && `: ${code}`}${fine ? "" : "  <- too much"}`].join(""));
}
for (const work of closing) await work();
await browser.close();
process.exitCode = good ? 0 : 1;
