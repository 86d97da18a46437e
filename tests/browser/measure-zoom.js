/* measure-zoom.js - how smoothly a film of 12 megapixels is zoomed in the sealed frame, and what tasks over 50 ms there are
 * from its opening on.
 *
 *     node tests/browser/measure-zoom.js       or in make measure-page
 *
 * The wheel turns once a frame, from the whole film to its pixels and back. Headless browsers draw without a graphics
 * card: what a frame costs is the processor's work for all of the screen, the page's and the browser's.
 * SPDX-License-Identifier: MIT */
import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { dicomFile } from "../support/dicom.js";
import { launch } from "./browsers.js";
import { REPOSITORY, buildSite, clickInRoom, openServer, roomOf, thereInRoom, untilRoom } from "./stage.js";

const SIZE = { rows: 4000, columns: 3000 };
const SCREEN = { width: 1440, height: 900 };
/* From the whole film to 32 screen pixels a pixel, in two seconds, and back. */
const FRAMES = 120;

/** A radiograph of 12 bits as to size: smooth, with noise. */
function film() {
  const { rows, columns } = SIZE;
  const pixels = new Uint16Array(rows * columns);
  for (let i = 0, state = 1; i < pixels.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pixels[i] = ((i % columns) >> 1) + ((i / columns) >> 2) + (state >>> 25);
  }
  const sop = "1.2.840.10008.5.1.4.1.1.1.1";
  return dicomFile([[8, 0x16, "UI", sop], [8, 0x18, "UI", "1.2.3.4"], [2, 2, "UI", sop], [2, 3, "UI", "1.2.3.4"], [8, 0x60, "CS", "DX"],
    [0x28, 2, "US", 1], [0x28, 4, "CS", "MONOCHROME2"], [0x28, 0x10, "US", rows], [0x28, 0x11, "US", columns], [0x28, 0x100, "US", 16],
    [0x28, 0x101, "US", 12], [0x28, 0x102, "US", 11], [0x28, 0x103, "US", 0], [0x7fe0, 0x10, "OW", Buffer.from(pixels.buffer)]]);
}

/** Notes tasks over 50 ms, from the beginning on. */
function watchTasks() {
  globalThis.longTasks = [];
  if (!PerformanceObserver.supportedEntryTypes.includes("longtask")) return;
  new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask", buffered: true });
}

/** The page hands it in, as the page of somebody may. */
async function handIn() {
  const film = await (await fetch("large.dcm")).blob();
  await /** @type {any} */ (document.querySelector("evax-xray")).open(film, { name: "large.dcm" });
}

/** Turns the wheel once a frame. @param {ShadowRoot} root @param {number} frames
 * @returns {Promise<{ intervals: number[], work: number[] }>} ms between frames, and ms in which the page's thread was busy with one */
export function zoomInAndOut(root, frames) {
  const viewport = root.querySelector(".viewport");
  const { left, top, width, height } = viewport.getBoundingClientRect();
  const at = { clientX: left + 0.4 * width, clientY: top + 0.55 * height, bubbles: true, cancelable: true };
  const intervals = [], work = [];
  return new Promise((resolve) => {
    let last = 0;
    const { port1, port2 } = new MessageChannel();
    let began = 0;
    port2.onmessage = () => work.push(performance.now() - began); // comes when the frame is done here
    const turn = (now) => {
      if (last) intervals.push(now - last);
      last = now;
      const done = intervals.length;
      if (done >= 2 * frames) return resolve({ intervals, work });
      began = performance.now();
      port1.postMessage(null);
      viewport.dispatchEvent(new WheelEvent("wheel", { ...at, deltaY: done < frames ? -20 : 20 }));
      return requestAnimationFrame(turn);
    };
    requestAnimationFrame(turn);
  });
}

/** @param {number[]} values @param {number} share */
const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];

/** Puts the film beside the pages of a site. @param {string} folder */
export const addLargeFilm = (folder) => writeFile(`${folder}/large.dcm`, film());

/** @param {import("puppeteer-core").Browser} browser @param {string} address of a page of a site with that film
 * @returns {Promise<string[]>} lines */
export async function measureZoom(browser, address) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    await page.setViewport(SCREEN);
    await page.goto(address);
    await thereInRoom(page, "button.primary");
    const room = await roomOf(page);
    await room.evaluate(watchTasks);
    await clickInRoom(page, "button.primary");
    await untilRoom(page, (root) => Boolean(root.querySelector(".intake")));
    const loading = await room.evaluate(() => globalThis.longTasks.splice(0));
    await page.evaluate(handIn);
    await untilRoom(page, (root) => Boolean(root.querySelector(".findings tbody tr") && /%/.test(root.querySelector(".corner-zoom")?.textContent)));
    const opening = await room.evaluate(() => globalThis.longTasks.splice(0));
    const { intervals, work } = await room.evaluate(`(${zoomInAndOut})(document.querySelector("evax-xray").shadowRoot, ${FRAMES})`);
    const zooming = await room.evaluate(() => globalThis.longTasks.splice(0));
    const ms = (time) => `${time.toFixed(1)} ms`;
    const tasks = (list) => (list.length ? list.map((time) => `${time.toFixed(0)} ms`).join(", ") : "none");
    return [
      `  a film of ${SIZE.columns} x ${SIZE.rows}, ${SCREEN.width} x ${SCREEN.height} on the screen, zoomed in ${intervals.length} frames:`
        + ` p50 ${ms(quantile(intervals, 0.5))}, p95 ${ms(quantile(intervals, 0.95))}, most ${ms(Math.max(...intervals))} a frame,`
        + ` of which the page's thread works p50 ${ms(quantile(work, 0.5))}, p95 ${ms(quantile(work, 0.95))}`,
      `  tasks over 50 ms in the sealed frame: loading ${tasks(loading)}; opening that film ${tasks(opening)}; zooming ${tasks(zooming)}`,
    ];
  } finally {
    await context.close();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = await buildSite("site-measure", [`${REPOSITORY}web/site/index.html`, `${REPOSITORY}tests/browser/host.html`]);
  await addLargeFilm(folder);
  for (const name of /** @type {const} */ (["chromium", "firefox"])) {
    const closing = [];
    const browser = await launch(name, [], true);
    try {
      const server = await openServer({ after: (work) => closing.push(work) }, folder);
      console.log([await browser.version(), ...await measureZoom(browser, `${server.url}host.html`)].join("\n"));
    } finally {
      for (const work of closing) await work();
      await browser.close();
    }
  }
}
