/* measure-table.js - how quickly a table of 5,000 films is sorted, updated and scrolled.
 *
 *     node tests/browser/measure-table.js      or in make measure-page
 *
 * SPDX-License-Identifier: MIT */
import { pathToFileURL } from "node:url";
import { launch } from "./browsers.js";
import { REPOSITORY, openHarness, openServer } from "./stage.js";

const FILMS = 5000;

/** Runs in the page: milliseconds of a sort and of an update, laid out, and of the median frame while it is scrolled. */
async function times() {
  const { root, table } = globalThis.evax.shown;
  const timed = (work) => {
    const start = performance.now();
    work();
    root.querySelector("tbody").getBoundingClientRect(); // laid out
    return performance.now() - start;
  };
  const sorts = [...root.querySelectorAll("thead button")].slice(-3).map((button) => timed(() => button.click()));
  const update = timed(() => table.update());
  const scroller = root.querySelector(".table-scroll");
  const frameWhileScrolling = async (rows) => {
    const frames = [];
    const step = (rows * scroller.scrollHeight) / root.querySelector("table").getAttribute("aria-rowcount");
    scroller.scrollTop = 0;
    for (let i = 0, last = performance.now(); i < 100; i++) {
      scroller.scrollTop += step;
      await new Promise((resolve) => { requestAnimationFrame(resolve); });
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames.sort((x, y) => x - y)[50];
  };
  return { sort: Math.max(...sorts), update, wheel: await frameWhileScrolling(3), bar: await frameWhileScrolling(50) };
}

/** @param {import("puppeteer-core").Browser} browser @returns {Promise<string>} a line */
export async function measureTable(browser) {
  const closing = [];
  const test = { after: (work) => closing.unshift(work) };
  try {
    const page = await openHarness(test, browser, await openServer(test, REPOSITORY), { file: "tests/browser/table.html" });
    await page.setViewport({ width: 1200, height: 800 });
    await page.evaluate((films) => { globalThis.evax.shown = globalThis.evax.open(films); }, FILMS);
    const { sort, update, wheel, bar } = await page.evaluate(times);
    const ms = (time) => `${time.toFixed(0)} ms`;
    return `  a table of ${FILMS} films: sorted in ${ms(sort)}, updated in ${ms(update)}; a frame while it is scrolled by 3 rows `
      + `${ms(wheel)}, by 50 rows ${ms(bar)}`;
  } finally {
    for (const work of closing) await work();
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const name of /** @type {const} */ (["chromium", "firefox", "webkit"])) {
    const browser = await launch(name);
    try {
      console.log(`${await browser.version()}\n${await measureTable(browser)}`);
    } finally {
      await browser.close();
    }
  }
}
