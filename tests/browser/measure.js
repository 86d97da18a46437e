#!/usr/bin/env node
/* measure.js - figures of the page machinery in real browsers, as a table:
 *
 *     node tests/browser/measure.js [FILMS] [MODEL]
 *
 * First paint and first screen of the site, ready times cold and warm, tasks over 50 ms on the page's thread, the longest task
 * while 500 files at once are refused, how smoothly a large film is zoomed (measure-zoom.js) and a long table scrolled
 * (measure-table.js), and what is left of the memory after FILMS films (1000 if left out). MODEL is a model folder, the demo
 * model if left out. Exits 1 if memory grew or if the last film's bits differ from the first's.
 * SPDX-License-Identifier: MIT */
import { cp } from "node:fs/promises";
import { launch } from "./browsers.js";
import { measureTable } from "./measure-table.js";
import { addLargeFilm, measureZoom } from "./measure-zoom.js";
import { HARNESS, REPOSITORY, buildSite, giveInRoom, inRoom, openHarness, openServer, openSession, roomOf, untilRoom } from "./stage.js";

const FILMS = Number(process.argv[2] ?? 1000);
const MODEL = process.argv[3];
const WARM_VISITS = 5;
const MAX_HEAP_GROWTH = 5e6;
const FILES_AT_ONCE = 500;
/* What a visit leaves to do, and what a headless browser does of its own when a tab opens. */
const QUIET_MS = 1500;
const CHROMIUM_ARGS = ["--js-flags=--expose-gc", "--enable-precise-memory-info"];

/** Notes in the room when the button that loads the model has been painted. */
function watchFirstScreen() {
  if (location.href !== "about:srcdoc") return;
  const look = () => {
    if (!document.querySelector("evax-xray")?.shadowRoot?.querySelector("button.primary")) return requestAnimationFrame(look);
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => { globalThis.firstScreenAt = performance.timeOrigin + performance.now(); };
    return requestAnimationFrame(() => port1.postMessage(null)); // what follows a frame comes after it was painted
  };
  requestAnimationFrame(look);
}

/** Milliseconds from the navigation to the first paint of the page, of the sealed frame in it, and to the first screen.
 * @returns {Promise<[number, number, number]>} */
async function firstScreen(page, address) {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  await page.goto(address);
  const room = await roomOf(page);
  await room.waitForFunction(() => globalThis.firstScreenAt);
  const paint = () => [performance.timeOrigin, performance.getEntriesByType("paint")[0]?.startTime ?? NaN];
  const [[start, own], [origin, inner]] = [await page.evaluate(paint), await room.evaluate(paint)];
  return [own, origin + inner - start, await room.evaluate(() => globalThis.firstScreenAt) - start];
}

/** The same for a new profile: the first visit, and the medians of later ones. */
async function firstScreens(browser, address) {
  const profile = await browser.createBrowserContext();
  const page = await profile.newPage();
  await page.evaluateOnNewDocument(watchFirstScreen);
  const cold = await firstScreen(page, address);
  const warm = [];
  for (let i = 0; i < WARM_VISITS; i++) warm.push(await firstScreen(page, address));
  await profile.close();
  const median = (at) => warm.map((visit) => visit[at]).toSorted((a, b) => a - b)[WARM_VISITS >> 1];
  return { cold, warm: cold.map((_, at) => median(at)) };
}

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

/** Milliseconds of the longest task in the room that visitRoom() has left while many files at once end in a status; 0 for
 * none over 50, NaN where that is not told. */
async function longestTask(page) {
  await inRoom(page, () => {
    globalThis.longest = PerformanceObserver.supportedEntryTypes.includes("longtask") ? 0 : NaN;
    if (!Number.isNaN(globalThis.longest)) {
      new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => {
        globalThis.longest = Math.max(globalThis.longest, duration);
      })).observe({ type: "longtask" });
    }
  });
  await giveInRoom(page, Object.fromEntries(Array.from({ length: FILES_AT_ONCE }, (_, i) => [`film-${i}.png`, "no film"])), "input[multiple]");
  await untilRoom(page, (root, all) => root.querySelectorAll(".films li.failed").length === all, FILES_AT_ONCE);
  return (await roomOf(page)).evaluate(() => globalThis.longest);
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
    const first = await firstScreens(browser, `${server.url}index.html`);
    const zoom = await measureZoom(browser, `${server.url}host.html`);
    const table = await measureTable(browser);
    const page = await openHarness(test, browser, server);
    const cold = await visit(page, `${server.url}harness.html`);
    const warm = [];
    for (let i = 0; i < WARM_VISITS; i++) warm.push(await visit(page, `${server.url}harness.html`));
    const { first: one, last, early, late, each, longTasks } = await soak(page, FILMS);
    const profile = await browser.createBrowserContext();
    const visitor = await profile.newPage();
    await visitor.evaluateOnNewDocument(() => { if (location.protocol !== "about:") localStorage.clear(); }); // asked each time
    const rooms = [];
    for (let i = 0; i <= WARM_VISITS; i++) rooms.push(await visitRoom(visitor, `${server.url}host.html`));
    const longest = await longestTask(visitor);
    const same = JSON.stringify(one) === JSON.stringify(last);
    const ms = (time) => (Number.isNaN(time) ? "not told" : `${time.toFixed(0)} ms`);
    const screens = Object.entries(first).map(([when, [page, room, screen]]) =>
      `${when} ${ms(page)} and ${ms(room)}, first screen ${ms(screen)}`);
    console.log([
      `${await browser.version()}: ready cold ${ms(cold)}, warm ${ms(Math.min(...warm))}`
        + ` (median ${ms(warm.toSorted((a, b) => a - b)[WARM_VISITS >> 1])})`,
      `  in the sealed frame: ready cold ${ms(rooms[0])}, warm ${ms(Math.min(...rooms.slice(1)))}`
        + ` (median ${ms(rooms.slice(1).toSorted((a, b) => a - b)[WARM_VISITS >> 1])})`,
      `  first paint of the page and of the frame in it: ${screens.join("; ")}`,
      `  the longest task while ${FILES_AT_ONCE} files at once are refused: ${ms(longest)} (0 for none over 50 ms)`,
      ...zoom,
      table,
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

const folder = await buildSite("site-measure", [`${REPOSITORY}web/site/index.html`, `${REPOSITORY}tests/browser/host.html`, HARNESS]);
await addLargeFilm(folder);
if (MODEL) await cp(MODEL, `${folder}/model/measured`, { recursive: true });
const good = [await measure("chromium", folder), await measure("firefox", folder)];
process.exitCode = good.every(Boolean) ? 0 : 1;
