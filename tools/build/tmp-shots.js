#!/usr/bin/env node
/* screenshots.js - takes pictures of the page's states for review: build/screenshots/*.png
 *
 *     node tools/build/screenshots.js [PATTERN]     only those whose name (3-results-wide-light) matches
 *
 * Builds a site of its own and uses Debian's Chromium.
 * SPDX-License-Identifier: MIT */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { makeSite } from "./dist.js";
import { serve } from "./serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "build/screenshots-"+process.argv[3]);
const SITE = join(ROOT, "build/screenshots-site");
/** @type {Record<string, import("puppeteer-core").Viewport>} */
const SIZES = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1024, height: 700 },
  tablet: { width: 768, height: 1024, hasTouch: true },
  phone: { width: 375, height: 812, hasTouch: true, isMobile: true },
  zoomed: { width: 320, height: 256 }, // 1280 x 1024 at 400 %
};
const SCHEMES = /** @type {const} */ (["light", "dark"]);
const WANTED = new RegExp(process.argv[2] ?? "");

/** @typedef {import("puppeteer-core").Page} Page */

/* Everything is in the sealed frame, whose policy also refuses what puppeteer itself would wait and click with. */

/** The frame with the page in it: the second inward. @param {Page} page */
async function roomOf(page) {
  for (let tries = 0; tries < 100; tries += 1) {
    const room = page.frames().find((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
    if (room && await room.evaluate(() => Boolean(document.querySelector("evax-xray"))).catch(() => false)) return room;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("there is no room");
}

/** @param {Page} page @param {string} selector within the element's shadow */
async function wait(page, selector) {
  const room = await roomOf(page);
  const there = () => room.evaluate((wanted) =>
    Boolean(document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted)), selector);
  for (let tries = 0; !await there(); tries += 1) {
    if (tries === 150) throw new Error(`${selector} does not appear`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** @param {Page} page @param {string} selector within the element's shadow */
async function click(page, selector) {
  await wait(page, selector);
  await (await roomOf(page)).evaluate((wanted) => /** @type {HTMLElement | null | undefined} */ (
    document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted))?.click(), selector);
}

/** Presses a button by its name. @param {Page} page @param {string} name */
async function press(page, name) {
  await (await roomOf(page)).evaluate((wanted) => {
    const buttons = [...document.querySelector("evax-xray")?.shadowRoot?.querySelectorAll("button") ?? []];
    buttons.find(({ textContent }) => textContent === wanted)?.click();
  }, name);
}

/** Gives films to a file input: the shown film turned or inverted, drawings, or bytes that are none.
 * @param {Page} page @param {string} selector @param {("turned" | "inverted" | "drawing" | "photo" | "damaged")[]} kinds */
async function give(page, selector, kinds) {
  await (await roomOf(page)).evaluate(async (wanted, all) => {
    const root = /** @type {ShadowRoot} */ (document.querySelector("evax-xray")?.shadowRoot);
    const shown = /** @type {HTMLCanvasElement | null} */ (root.querySelector(".viewport canvas"));
    const given = new DataTransfer();
    for (const [i, kind] of all.entries()) {
      if (kind === "damaged") {
        given.items.add(new File(["\x89PNG\r\n\x1a\nthis is no picture"], "damaged.png"));
        continue;
      }
      const canvas = new OffscreenCanvas(512, 512);
      const pen = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
      if (kind === "drawing") {
        const glow = pen.createRadialGradient(256 + i, 256, 16, 256, 256, 80 + 32 * (i % 8));
        glow.addColorStop(0, i % 2 ? "#888" : "#fff");
        glow.addColorStop(1, "#111");
        pen.fillStyle = glow;
        pen.fillRect(0, 0, 512, 512);
      } else if (kind === "photo") {
        for (let n = 0; n < 400; n++) {
          pen.fillStyle = `hsl(${(n * 47) % 360} 70% 50%)`;
          pen.fillRect((n * (131 + i)) % 512, (n * 73) % 512, 60, 40);
        }
      } else if (shown) {
        const side = Math.min(shown.width, shown.height);
        if (kind === "inverted") pen.filter = "invert(1)";
        pen.translate(256, 256);
        if (kind === "turned") pen.rotate(Math.PI / 2);
        pen.drawImage(shown, (shown.width - side) / 2, (shown.height - side) / 2, side, side, -256, -256, 512, 512);
      }
      given.items.add(new File([await canvas.convertToBlob()], `${kind}-${i + 1}.png`));
    }
    const input = /** @type {HTMLInputElement} */ (root.querySelector(wanted));
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, selector, kinds);
}

const settled = (ms = 400) => new Promise((done) => setTimeout(done, ms));
/** @param {Page} page @param {number} count */
const read = async (page, count) => {
  await wait(page, `.films li:nth-child(${count}):is(.done, .failed)`);
  await settled();
};

/** Trains a finding with drawings. @param {Page} page */
async function train(page) {
  await click(page, "#tab-train");
  await (await roomOf(page)).evaluate(() => {
    const name = /** @type {HTMLInputElement} */ (document.querySelector("evax-xray")?.shadowRoot?.querySelector(".training-name input"));
    name.value = "Wide mediastinum";
    name.dispatchEvent(new Event("input"));
  });
  await give(page, ".training-class:nth-child(1) input", Array(8).fill("drawing"));
  await give(page, ".training-class:nth-child(2) input", Array(8).fill("photo"));
  await click(page, ".training .primary:not([disabled])");
  await wait(page, ".head .curve");
}

/** Gives labels of two findings for the drawings. @param {Page} page */
async function validate(page) {
  const lines = Array.from({ length: 30 }, (_, i) => `drawing-${i + 1}.png;p${i};${i % 2};${Number(i % 8 > 3)}`);
  await (await roomOf(page)).evaluate((csv) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector("evax-xray")?.shadowRoot?.querySelector(".validation input[type=file]"));
    const given = new DataTransfer();
    given.items.add(new File([csv], "labels.csv", { type: "text/csv" }));
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, `file;patient;Effusion;Cardiomegaly\n${lines.join("\n")}`);
}

/** The states, in the order in which a person meets them.
 * @type {[string, (page: Page) => Promise<unknown>][]} */
const STATES = [
  ["1-opening", (page) => wait(page, ".notice")],
  ["2-empty", async (page) => {
    await click(page, ".primary");
    await wait(page, ".intake");
  }],
  ["3-results", async (page) => {
    await click(page, ".examples li:nth-child(1) button");
    await wait(page, ".viewer:not(.blank)");
    await settled();
  }],
  ["3b-map", async (page) => {
    await click(page, ".finding");
    await wait(page, ".legend canvas[aria-label]");
    await settled();
  }],
  ["4-seal", async (page) => {
    await click(page, ".finding[aria-pressed=true]");
    await click(page, ".seal summary");
  }],
  ["4b-tools", async (page) => {
    await click(page, ".seal summary");
    await click(page, ".more summary");
  }],
  ["4c-window", async (page) => {
    await click(page, ".more summary");
    await click(page, ".window-panel summary");
  }],
  ["5-unlike-films", async (page) => {
    await click(page, ".window-panel summary");
    await give(page, ".intake input", ["photo", "turned", "inverted"]);
    await read(page, 4);
    await click(page, ".films li:nth-child(2) .film");
    await settled();
  }],
  ["6-turned", async (page) => {
    await click(page, ".films li:nth-child(3) .film");
    await settled(1500);
  }],
  ["6b-compare", async (page) => {
    await click(page, ".more summary");
    await press(page, "Zwei Aufnahmen nebeneinander");
    await settled();
  }],
  ["7-failed", async (page) => {
    await press(page, "Zwei Aufnahmen nebeneinander");
    await give(page, ".intake input", ["damaged"]);
    await read(page, 5);
    await click(page, ".films li:nth-child(5) .film");
    await wait(page, ".problem");
  }],
  ["8-many", async (page) => {
    await give(page, ".intake input", Array(30).fill("drawing"));
    await read(page, 35);
    await click(page, ".films li:first-child .film");
    await settled();
  }],
  ["8b-table", async (page) => {
    await press(page, "Tabelle");
    await settled();
  }],
  ["8c-validation", async (page) => {
    await press(page, "Validierung");
    await settled();
  }],
  ["8d-report", async (page) => {
    await validate(page);
    await wait(page, ".validation-report tbody tr");
    await settled();
  }],
  ["9-train", async (page) => {
    await press(page, "Aufnahme");
    await train(page);
  }],
  ["a-export", (page) => click(page, "#tab-export")],
  ["a2-print", async (page) => {
    await press(page, "Drucken");
    await wait(page, "dialog .report-film");
    await click(page, "dialog .check input");
    await wait(page, "dialog .report-maps");
  }],
  ["b-menu", async (page) => {
    await click(page, "dialog header button");
    await click(page, ".menu summary");
  }],
  ["c-card", async (page) => {
    await click(page, "nav button");
    await wait(page, "dialog[open]");
  }],
];

/** @param {import("puppeteer-core").Browser} browser @param {string} url
 * @param {string} size @param {"light" | "dark"} scheme */
async function takeAll(browser, url, size, scheme) {
  const names = STATES.map(([name]) => `${name}-${size}-${scheme}`);
  const last = names.findLastIndex((name) => WANTED.test(name));
  if (last < 0) return;
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(SIZES[size]);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  for (const [at, [, reach]] of STATES.slice(0, last + 1).entries()) {
    await reach(page);
    if (WANTED.test(names[at])) await page.screenshot({ path: join(OUT, `${names[at]}.png`) });
  }
  await context.close();
}

await mkdir(OUT, { recursive: true });
await makeSite(SITE, [join(ROOT, "web/site/index.html")]);
const server = await serve(SITE, { base: "/sub/path/" });
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium", env: {...process.env, LANGUAGE: "de"}, args: ["--lang=de", "--accept-lang=de","--no-sandbox", "--disable-gpu"],
});
try {
  for (const size of Object.keys(SIZES)) {
    for (const scheme of SCHEMES) await takeAll(browser, server.url, size, scheme);
  }
} finally {
  await browser.close();
  server.close();
}
process.stdout.write("build/screenshots: look at them\n");
