#!/usr/bin/env node
/* measure.js - figures of the page machinery in real browsers, as a table:
 *
 *     [BROWSER=chromium] node tests/browser/measure.js [FILMS] [MODEL]
 *
 * First paint and first screen of the site, and tasks over 50 ms, by visit; ready times cold and warm, the longest task
 * while 500 files at once are refused, how smoothly a large film is zoomed (measure-zoom.js) and a long table scrolled
 * (measure-table.js), and what is left of the memory after FILMS films (1000 if left out). MODEL is a model folder, the demo
 * model if left out. Exits 1 if memory grew or if the last film's bits differ from the first's.
 * SPDX-License-Identifier: MIT */
import { cp } from "node:fs/promises";
import { CHOSEN, launch } from "./browsers.js";
import { measureTable } from "./measure-table.js";
import { addLargeFilm, measureZoom } from "./measure-zoom.js";
import { HARNESS, REPOSITORY, buildSite, inRoom, openHarness, openServer, openSession, roomOf, thereInRoom, untilRoom } from "./stage.js";

const FILMS = Number(process.argv[2] ?? 1000);
const MODEL = process.argv[3];
const WARM_VISITS = 5;
const MAX_HEAP_GROWTH = 5e6;
const FILES_AT_ONCE = 500;
/* What a visit leaves to do, and what a headless browser does of its own when a tab opens. */
const QUIET_MS = 1500;
const CHROMIUM_ARGS = ["--js-flags=--expose-gc", "--enable-precise-memory-info"];

/** What a document tells of its own painting, and of tasks over 50 ms so far. Without a script that is there before: a frame in
 * a process of its own would run before it. */
const paintings = () => new Promise((resolve) => {
  const entriesOf = (/** @type {string} */ type) => new Promise((told) => {
    if (!PerformanceObserver.supportedEntryTypes.includes(type)) return told([]);
    new PerformanceObserver((list) => told(list.getEntries())).observe({ type, buffered: true });
    return setTimeout(told, 200, []);
  });
  void Promise.all([entriesOf("largest-contentful-paint"), entriesOf("longtask")]).then(([largest, tasks]) => resolve({
    origin: performance.timeOrigin,
    first: performance.getEntriesByType("paint")[0]?.startTime ?? NaN,
    largest: largest.at(-1)?.startTime ?? NaN,
    tasks: tasks.map(({ duration }) => duration),
  }));
});

/** Of a visit: milliseconds from the navigation to the first paint of the page, to that of the sealed frame in it, and until the
 * first screen is painted there, whose notice is the largest text; and the tasks over 50 ms until a second after it.
 * @returns {Promise<{ times: [number, number, number], tasks: number[] }>} */
async function firstScreen(page, address) {
  await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  await page.goto(address);
  await thereInRoom(page, "button.primary");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const [own, inner] = [await page.evaluate(paintings), await (await roomOf(page)).evaluate(paintings)];
  const later = inner.origin - own.origin;
  const shared = own.tasks.every((time) => inner.tasks.includes(time)); // one process: both are told of the same
  return { times: [own.first, later + inner.first, later + inner.largest], tasks: shared ? inner.tasks : [...own.tasks, ...inner.tasks] };
}

/** The same for a new profile: the first visit, the medians of later ones, and the tasks of each visit. */
async function firstScreens(browser, address) {
  const profile = await browser.createBrowserContext();
  const page = await profile.newPage();
  const visits = [];
  for (let i = 0; i <= WARM_VISITS; i++) visits.push(await firstScreen(page, address));
  await profile.close();
  const [cold, ...warm] = visits.map(({ times }) => times);
  const median = (at) => warm.map((times) => times[at]).toSorted((a, b) => a - b)[WARM_VISITS >> 1];
  return { cold, warm: cold.map((_, at) => median(at)), tasks: visits.map(({ tasks }) => tasks) };
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
  await inRoom(page, (root, count) => {
    const input = root.querySelector("input[multiple]"), files = new DataTransfer();
    for (let i = 0; i < count; i++) files.items.add(new File(["no film"], `film-${i}.png`));
    input.files = files.files;
    setTimeout(() => input.dispatchEvent(new Event("change"))); // to make the files is not the page's work
  }, FILES_AT_ONCE);
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

/** @param {import("./browsers.js").BrowserName} name @param {string} folder */
async function measure(name, folder) {
  const closing = [];
  const test = { after: (work) => closing.unshift(work) };
  const browser = await launch(name, name === "chromium" ? CHROMIUM_ARGS : [], true);
  try {
    const server = await openServer(test, folder);
    const { tasks, ...first } = await firstScreens(browser, `${server.url}index.html`);
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
      `  tasks over 50 ms in each of these visits: ${name === "chromium" ? tasks.map((list) => list.map(ms).join(" + ") || "none").join(", ") : "not told"}`,
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
let good = true;
for (const name of CHOSEN) good = await measure(name, folder) && good;
process.exitCode = good ? 0 : 1;
