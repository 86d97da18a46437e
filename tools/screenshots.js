#!/usr/bin/env node
/* screenshots.js - pictures of the page's main states, to be looked at: build/screenshots/*.png
 *
 * Builds a site of its own and takes Debian's Chromium.
 * SPDX-License-Identifier: MIT */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { makeSite } from "./dist.js";
import { serve } from "./serve.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OUT = join(ROOT, "build/screenshots");
const SITE = join(ROOT, "build/screenshots-site");
const SIZES = {
  wide: { width: 1360, height: 900 },
  narrow: { width: 320, height: 720, deviceScaleFactor: 2 },
};
/* A damaged file, for the state that says so. */
const BROKEN = join(OUT, "broken.png");

/** @typedef {import("puppeteer-core").Page} Page */

/* Once the page is sealed its policy also refuses what puppeteer itself would wait and click with. */

/** @param {Page} page @param {string} selector within the element's shadow */
async function wait(page, selector) {
  const there = () => page.evaluate((wanted) =>
    Boolean(document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted)), selector);
  for (let tries = 0; !await there(); tries += 1) {
    if (tries === 100) throw new Error(`${selector} does not appear`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {Page} page @param {string} selector within the element's shadow */
async function click(page, selector) {
  await wait(page, selector);
  await page.evaluate((wanted) => /** @type {HTMLElement} */ (
    document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted)).click(), selector);
}

/** The states, in the order in which a person meets them.
 * @type {[string, (page: Page) => Promise<unknown>][]} */
const STATES = [
  ["1-opening", (page) => wait(page, ".notice")],
  ["2-ready", async (page) => {
    await click(page, ".primary");
    await wait(page, ".intake");
  }],
  ["3-results", async (page) => {
    await click(page, ".examples li:nth-child(3) button");
    await wait(page, ".viewer:not(.blank)");
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  }],
  ["4-evidence", async (page) => {
    await click(page, ".evidence summary");
    await click(page, ".seal summary");
  }],
  ["5-failed-film", async (page) => {
    await click(page, ".seal summary");
    const input = await page.evaluateHandle(() =>
      document.querySelector("evax-xray")?.shadowRoot?.querySelector("input[multiple]"));
    await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input.asElement())
      .uploadFile(BROKEN);
    await wait(page, ".problem");
  }],
  ["6-attention", async (page) => {
    await click(page, ".films li:first-child .film");
    await wait(page, ".viewer:not(.blank)");
    await click(page, ".attention > button");
    await wait(page, ".attention-row canvas[aria-label]");
  }],
  ["7-card", async (page) => {
    await click(page, "nav button");
    await wait(page, "dialog[open]");
  }],
];

/** @param {import("puppeteer-core").Browser} browser @param {string} url
 * @param {keyof SIZES} size @param {"light" | "dark"} scheme */
async function takeAll(browser, url, size, scheme) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(SIZES[size]);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  for (const [name, reach] of STATES) {
    await reach(page);
    const path = join(OUT, `${name}-${size}-${scheme}.png`);
    await page.screenshot({ path, fullPage: size === "narrow" });
  }
  await context.close();
}

await mkdir(OUT, { recursive: true });
await writeFile(BROKEN, "\x89PNG\r\n\x1a\nthis is no picture");
await makeSite(SITE, [join(ROOT, "web/index.html")]);
const server = await serve(SITE, { base: "/sub/path/" });
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"],
});
try {
  await takeAll(browser, server.url, "wide", "light");
  await takeAll(browser, server.url, "wide", "dark");
  await takeAll(browser, server.url, "narrow", "light");
} finally {
  await browser.close();
  server.close();
}
process.stdout.write("build/screenshots: look at them\n");
