#!/usr/bin/env node
/* screenshots.js - takes pictures of the page's main states for review: build/screenshots/*.png
 *
 * Builds a site of its own and uses Debian's Chromium.
 * SPDX-License-Identifier: MIT */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { makeSite } from "./dist.js";
import { serve } from "./serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "build/screenshots");
const SITE = join(ROOT, "build/screenshots-site");
const SIZES = {
  wide: { width: 1360, height: 900 },
  narrow: { width: 320, height: 720, deviceScaleFactor: 2 },
};
/* A damaged file, for the error state. */
const BROKEN = join(OUT, "broken.png");

/** @typedef {import("puppeteer-core").Page} Page */

/* Everything is in the sealed frame, whose policy also refuses what puppeteer itself would wait and click with. */

/** The frame with the page in it: the second inward. @param {Page} page */
async function roomOf(page) {
  for (let tries = 0; tries < 100; tries += 1) {
    const room = page.frames().find((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
    if (await room?.evaluate(() => Boolean(document.querySelector("evax-xray"))).catch(() => false)) return room;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("there is no room");
}

/** @param {Page} page @param {string} selector within the element's shadow */
async function wait(page, selector) {
  const room = /** @type {import("puppeteer-core").Frame} */ (await roomOf(page));
  const there = () => room.evaluate((wanted) =>
    Boolean(document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted)), selector);
  for (let tries = 0; !await there(); tries += 1) {
    if (tries === 100) throw new Error(`${selector} does not appear`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {Page} page @param {string} selector within the element's shadow */
async function click(page, selector) {
  await wait(page, selector);
  await (await roomOf(page))?.evaluate((wanted) => /** @type {HTMLElement | null | undefined} */ (
    document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted))?.click(), selector);
}

/** Trains a finding with the film that is shown and with drawings. @param {Page} page */
async function train(page) {
  await (await roomOf(page))?.evaluate(async () => {
    const root = /** @type {ShadowRoot} */ (document.querySelector("evax-xray")?.shadowRoot);
    const find = (/** @type {string} */ s) => /** @type {any} */ (root.querySelector(s));
    find(".training").open = true;
    find(".training-name input").value = "Wide mediastinum";
    find(".training-name input").dispatchEvent(new Event("input"));
    const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (
      root.querySelectorAll(".training-class input"));
    for (const [at, input] of [...inputs].entries()) {
      const given = new DataTransfer();
      for (let i = 0; i < 8; i++) {
        const canvas = new OffscreenCanvas(128, 128);
        const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
        const glow = pen.createRadialGradient(64, 64, 4, 64, 64, 20 + 8 * i);
        glow.addColorStop(0, at ? "#888" : "#fff");
        glow.addColorStop(1, "#111");
        pen.fillStyle = glow;
        pen.fillRect(0, 0, 128, 128);
        given.items.add(new File([await canvas.convertToBlob()], `drawing-${at}-${i}.png`));
      }
      input.files = given.files;
      input.dispatchEvent(new Event("change"));
    }
  });
  await click(page, ".training .primary:not([disabled])");
  await wait(page, ".head .curve");
  await (await roomOf(page))?.evaluate(() => document.querySelector("evax-xray")?.shadowRoot?.querySelector(".training")
    ?.scrollIntoView());
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
    await click(page, ".examples li:nth-child(1) button");
    await wait(page, ".viewer:not(.blank)");
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  }],
  ["4-evidence", async (page) => {
    await click(page, ".evidence summary");
    await click(page, ".seal summary");
  }],
  ["5-failed-film", async (page) => {
    await click(page, ".seal summary");
    const room = /** @type {import("puppeteer-core").Frame} */ (await roomOf(page));
    const input = await room.evaluateHandle(() =>
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
  ["7-train", (page) => train(page)],
  ["8-card", async (page) => {
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
await makeSite(SITE, [join(ROOT, "web/site/index.html")]);
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
