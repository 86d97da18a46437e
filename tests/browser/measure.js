#!/usr/bin/env node
/* measure.js - figures of the page machinery in real browsers, as a table:
 *
 *     node tests/browser/measure.js [FILMS] [MODEL]
 *
 * Ready times cold and warm, tasks over 50 ms on the page's thread, and what is left of the memory
 * after FILMS films (1000 if left out). MODEL is a model folder, the demo model if left out. Exits 1
 * if memory grew or if the last film's bits differ from the first's.
 * SPDX-License-Identifier: MIT */
import { cp } from "node:fs/promises";
import { launch } from "./browsers.js";
import { HARNESS, REPOSITORY, buildSite, openHarness, openServer, openSession, roomOf } from "./stage.js";

const FILMS = Number(process.argv[2] ?? 1000);
const MODEL = process.argv[3];
const WARM_VISITS = 5;
const MAX_HEAP_GROWTH = 5e6;
const CHROMIUM_ARGS = ["--js-flags=--expose-gc", "--enable-precise-memory-info"];

/** Milliseconds until ready, and the tasks over 50 ms on the way. */
async function visit(page, address) {
  await page.goto(address);
  await page.waitForFunction(() => globalThis.evax);
  await page.evaluate(async () => {
    globalThis.longTasks = [];
    if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
      new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((e) => e.duration)))
        .observe({ type: "longtask" });
    }
    globalThis.film = await (await fetch("model/samples/nih_00000001_000.png")).blob();
    globalThis.start = performance.now();
  });
  const { ok } = await openSession(page, {
    variant: "auto", model: MODEL ? "model/measured/" : "model/demo/",
  });
  if (!ok) throw new Error("the model did not open");
  return page.evaluate(() => performance.now() - start);
}

/** Milliseconds from the click that accepts until films can be read, in the room of an element: the page is there by
 * then, as it is in visit(). */
async function visitRoom(page, address) {
  await page.goto(address);
  const room = await roomOf(page);
  return room.evaluate(async () => {
    const root = document.querySelector("evax-xray").shadowRoot;
    const there = async (selector) => {
      while (!root.querySelector(selector)) await new Promise((resolve) => setTimeout(resolve, 2));
      return root.querySelector(selector);
    };
    const button = await there("button.primary");
    const start = performance.now();
    button.click();
    await there(".intake");
    return performance.now() - start;
  });
}

/** Analyzes films; resolves to logits of the first and the last, and memory after 10 and at the
 * end. */
const soak = (page, films) => page.evaluate(async (count) => {
  const memory = async () => {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 1000)); // what a collection frees, it frees late
    globalThis.gc?.();
    return {
      wasm: Number(/([\d.]+) MB of WebAssembly/.exec(session.diagnostics())[1]),
      heap: /** @type {any} */ (performance).memory?.usedJSHeapSize ?? 0,
    };
  };
  const read = async () => (await session.analyze(film)).findings.map(({ logit }) => logit);
  const first = await read();
  for (let i = 0; i < 9; i++) await read();
  const early = await memory();
  const began = performance.now();
  let last = first;
  for (let i = 10; i < count; i++) last = await read();
  const each = (performance.now() - began) / (count - 10);
  return { first, last, early, late: await memory(), each, longTasks };
}, films);

/** @param {"chromium" | "firefox"} name @param {string} folder */
async function measure(name, folder) {
  const closing = [];
  const test = { after: (work) => closing.unshift(work) };
  const browser = await launch(name, name === "chromium" ? CHROMIUM_ARGS : []);
  try {
    const server = await openServer(test, folder);
    const page = await openHarness(test, browser, server);
    const cold = await visit(page, `${server.url}harness.html`);
    const warm = [];
    for (let i = 0; i < WARM_VISITS; i++) warm.push(await visit(page, `${server.url}harness.html`));
    const { first, last, early, late, each, longTasks } = await soak(page, FILMS);
    const profile = await browser.createBrowserContext();
    const visitor = await profile.newPage();
    const rooms = [];
    for (let i = 0; i <= WARM_VISITS; i++) rooms.push(await visitRoom(visitor, `${server.url}host.html`));
    const same = JSON.stringify(first) === JSON.stringify(last);
    const ms = (time) => `${time.toFixed(0)} ms`;
    console.log([
      `${await browser.version()}: ready cold ${ms(cold)}, warm ${ms(Math.min(...warm))}`
        + ` (median ${ms(warm.toSorted((a, b) => a - b)[WARM_VISITS >> 1])})`,
      `  in the sealed frame: ready cold ${ms(rooms[0])}, warm ${ms(Math.min(...rooms.slice(1)))}`
        + ` (median ${ms(rooms.slice(1).toSorted((a, b) => a - b)[WARM_VISITS >> 1])})`,
      `  ${FILMS} films of 1024 x 1024, ${ms(each)} each;`
        + ` the last ${same ? "as" : "UNLIKE"} the first`,
      `  WebAssembly memory ${early.wasm} MB after 10 films, ${late.wasm} MB after all`,
      `  script heap grew by ${((late.heap - early.heap) / 1e6).toFixed(1)} MB (0 where not told)`,
      `  tasks over 50 ms: ${longTasks.length ? longTasks.map(ms).join(", ") : "none"}`,
    ].join("\n"));
    return same && late.wasm === early.wasm && late.heap - early.heap < MAX_HEAP_GROWTH;
  } finally {
    for (const work of closing) await work();
    await browser.close();
  }
}

const folder = await buildSite("site-measure", [`${REPOSITORY}tests/browser/host.html`, HARNESS]);
if (MODEL) await cp(MODEL, `${folder}/model/measured`, { recursive: true });
const good = [await measure("chromium", folder), await measure("firefox", folder)];
process.exitCode = good.every(Boolean) ? 0 : 1;
