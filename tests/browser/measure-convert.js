#!/usr/bin/env node
/* measure-convert.js - figures of a conversion on the real page, as a table:
 *
 *     node tests/browser/measure-convert.js [chromium | firefox] [Ti] [S] [B]
 *
 * A checkpoint in the official layout, of drawn numbers, is chosen from the disk on an isolated page. Told are the seconds
 * from then until films can be read, those of processors that the tab took, which a busy machine changes less, the most memory that the tab's processes had meanwhile (proportional set size, all
 * content processes of the browser together) and before, that of the browser's main process, which holds Blobs, and the
 * tasks over 50 ms on the threads of room and page, which Chromium alone tells. Linux only.
 * SPDX-License-Identifier: MIT */
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawnNumbers } from "../web/convert/drawn.js";
import { Written, torchFiles, zip } from "../web/convert/written.js";
import { CHOSEN, launch } from "./browsers.js";
import { buildSite, openServer, roomOf, untilRoom } from "./stage.js";

const size = (channels, hidden) => ({ channels, depth: 12, headDim: 64, hidden, grid: 14 });
const MODELS = {
  Ti: { size: size(192, 512), scale: 0.1 },
  S: { size: size(384, 1024), scale: 0.1 },
  B: { size: size(768, 2048), split: true, scale: 0.1 },
};
const SAMPLE_MS = 250;
const TICKS = 100; // a second, in /proc
/* Chromium keeps a renderer ready that is nobody's. */
const ARGS = { chromium: ["--disable-features=SpareRendererForSitePerProcess"], firefox: [] };

const asked = process.argv.slice(2);
const chosen = /** @type {string[]} */ (CHOSEN);
const browsers = CHOSEN.filter((name) => asked.includes(name) || !asked.some((word) => chosen.includes(word)));
const names = /** @type {(keyof typeof MODELS)[]} */ (Object.keys(MODELS))
  .filter((name) => asked.includes(name) || !asked.some((word) => word in MODELS));

/** @param {keyof MODELS} name @param {string} folder @returns its path */
async function writeCheckpoint(name, folder) {
  const numbers = await drawnNumbers(MODELS[name]);
  const tree = { model: Object.fromEntries([...numbers].map(([key, { shape, values }]) => [key, new Written(values, shape)])) };
  const path = join(folder, `drawn_${name}.pth`);
  await writeFile(path, zip(torchFiles(tree)));
  return path;
}

const textOf = (path) => readFile(path, "utf8").catch(() => "");

/** The processes below another. @returns {Promise<{ pid: number, command: string }[]>} */
async function processesBelow(root) {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const all = await Promise.all(pids.map(async (pid) => {
    const parent = Number(/\) \S (\d+)/.exec(await textOf(`/proc/${pid}/stat`))?.[1]);
    return { pid: Number(pid), parent, command: await textOf(`/proc/${pid}/cmdline`) };
  }));
  const below = [root];
  for (let i = 0; i < below.length; i++) {
    below.push(...all.filter(({ parent }) => parent === below[i]).map(({ pid }) => pid));
  }
  return all.filter(({ pid }) => below.includes(pid));
}

/** Chromium's renderers, Firefox's content processes. */
const isContent = ({ command }) => /--type=renderer|-contentproc.*[\0 ]tab[\0 ]*$/s.test(command);

const bytesOf = async ({ pid }) =>
  1024 * Number(/^Pss:\s+(\d+)/m.exec(await textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);

/** Bytes of a browser's tabs, and of its main process. */
async function memoryOf(root, processes) {
  const sum = async (list) => (await Promise.all(list.map(bytesOf))).reduce((a, b) => a + b, 0);
  return { tab: await sum(processes.filter(isContent)), main: await sum(processes.filter(({ pid }) => pid === root)) };
}

/** Seconds of processors that the browser's content processes have taken. */
async function secondsOf(processes) {
  const each = await Promise.all(processes.filter(isContent).map(async ({ pid }) => {
    const fields = (await textOf(`/proc/${pid}/stat`)).split(") ").pop().split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  }));
  return each.reduce((a, b) => a + b, 0);
}

/** Looks at the memory until it is stopped. */
function watchMemory(root) {
  const most = { tab: 0, main: 0 };
  let watching = true;
  const done = (async () => {
    while (watching) {
      const { tab, main } = await memoryOf(root, await processesBelow(root));
      [most.tab, most.main] = [Math.max(most.tab, tab), Math.max(most.main, main)];
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  return async () => {
    watching = false;
    await done;
    return most;
  };
}

const noteLongTasks = (page) => page.evaluate(() => {
  globalThis.longTasks = [];
  if (!PerformanceObserver.supportedEntryTypes.includes("longtask")) return;
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
    .observe({ type: "longtask" });
});

/** From now on the room notes, as `measured`, how long after a file was chosen each step began, and when films can be
 * read. */
const noteSteps = (room) => room.evaluate(() => {
  const root = document.querySelector("evax-xray").shadowRoot;
  const steps = {};
  root.querySelector(".model-file").addEventListener("change", () => {
    const start = performance.now();
    new MutationObserver(() => {
      const step = root.querySelector(".steps .is-now")?.textContent;
      if (step) steps[step] = Math.round(performance.now() - start);
      if (!root.querySelector(".intake, .problem")) return;
      globalThis.measured ??= { ms: performance.now() - start, steps, problem: root.querySelector(".problem")?.textContent };
    }).observe(root, { childList: true, subtree: true, characterData: true, attributes: true });
  });
});

/** Asked for again and again: the driver's patience with one call is less than B takes on a busy machine. */
async function measuredIn(room) {
  for (;;) {
    const measured = await room.evaluate(() => globalThis.measured);
    if (measured?.problem) throw new Error(measured.problem);
    if (measured) return measured;
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
}

/** One conversion in a browser of its own. @param {import("puppeteer-core").Browser} browser @param {string} url
 * @param {string} path of the checkpoint */
async function convertOn(browser, url, path) {
  const [page] = await browser.pages();
  await page.goto(url);
  await untilRoom(page, (root) => Boolean(root.querySelector(".model-file")));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const room = await roomOf(page);
  await noteLongTasks(page); // the room's are among them
  await noteSteps(room);
  const { pid } = browser.process();
  const processes = await processesBelow(pid);
  const [before, secondsBefore] = [await memoryOf(pid, processes), await secondsOf(processes)];
  const stop = watchMemory(pid);
  const input = await room.evaluateHandle(() => document.querySelector("evax-xray").shadowRoot.querySelector(".model-file"));
  await input.uploadFile(path);
  const { ms, steps } = await measuredIn(room);
  const most = await stop();
  const seconds = await secondsOf(await processesBelow(pid)) - secondsBefore;
  return { ms, steps, seconds, before, most, long: await page.evaluate(() => globalThis.longTasks) };
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

/** @param {Awaited<ReturnType<typeof convertOn>>} found @param {boolean} tells whether the browser tells of long tasks */
const lineOf = ({ ms, seconds, before, most, long }, tells) =>
  `${(ms / 1000).toFixed(1)} s to ready, ${seconds.toFixed(1)} s of processors; `
  + `tab at most ${mb(most.tab)} (${mb(before.tab)} before), main process ${mb(most.main)} (${mb(before.main)} before); `
  + `tasks over 50 ms: ${tells ? long.join(", ") || "none" : "not told"}`;

/** @param {"chromium" | "firefox"} name @param {string} site @param {[string, string][]} files name and path */
async function measure(name, site, files) {
  const closing = [];
  const server = await openServer({ after: (work) => closing.push(work) }, site, { isolated: true });
  for (const [model, path] of files) {
    const browser = await launch(name, ARGS[name]);
    try {
      const found = await convertOn(browser, server.url, path);
      console.log(`${await browser.version()}, ${model}: ${lineOf(found, name === "chromium")}`);
      if (process.env.PHASES) console.log(found.steps);
    } finally {
      await browser.close();
    }
  }
  for (const work of closing) await work();
}

const folder = await mkdtemp(join(tmpdir(), "evax-convert-"));
try {
  const site = await buildSite("site-measure-convert");
  /** @type {[string, string][]} */ const files = [];
  for (const name of names) files.push([name, await writeCheckpoint(name, folder)]);
  for (const name of browsers) await measure(/** @type {import("./browsers.js").PuppetName} */ (name), site, files);
} finally {
  await rm(folder, { recursive: true });
}
