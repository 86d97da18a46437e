#!/usr/bin/env node
/* screenshots.js - takes pictures of the page's states for review: build/screenshots/*.png
 *
 *     node tools/build/screenshots.js [PATTERN]     only those whose name (3-results-wide-light) matches
 *
 * Builds a site of its own and uses Debian's Chromium. A picture's name is that of the visit and its state
 * (page-states.js), and that of the look.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { ENGLISH } from "../../web/page/base/strings.js";
import { makeSite } from "./dist.js";
import { VISITS } from "./page-states.js";
import { serve } from "./serve.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const OUT = join(ROOT, "build/screenshots");
const SITE = join(ROOT, "build/screenshots-site");
const WANTED = new RegExp(process.argv[2] ?? "");

/** @typedef {import("puppeteer-core").Page} Page */
/** How the page is looked at. text: size of the root's font, in percent
 * @typedef {{ size: import("puppeteer-core").Viewport, dark?: boolean, language?: "de" | "es" | "zh", forced?: boolean, text?: number }} Look */
/** @typedef {import("./page-states.js").Visit} Visit */

/** @type {Record<string, import("puppeteer-core").Viewport>} */
const SIZES = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1024, height: 700 },
  tablet: { width: 768, height: 1024, hasTouch: true },
  phone: { width: 375, height: 812, hasTouch: true, isMobile: true },
  zoomed: { width: 320, height: 256 }, // 1280 x 1024 at 400 %
};
/** @type {Record<string, Look>} */
const LOOKS = {
  ...Object.fromEntries(Object.entries(SIZES).flatMap(([name, size]) =>
    [[`${name}-light`, { size }], [`${name}-dark`, { size, dark: true }]])),
  ...Object.fromEntries(/** @type {const} */ (["de", "es", "zh"]).flatMap((language) =>
    [[`wide-${language}`, { size: SIZES.wide, language }], [`phone-${language}`, { size: SIZES.phone, language }]])),
  "wide-forced": { size: SIZES.wide, forced: true },
  "wide-large-text": { size: SIZES.wide, text: 200 },
};

/* What a host answers in place of a file. */
/** @type {Record<import("./page-states.js").Fault, (response: import("node:http").ServerResponse) => unknown>} */
const ANSWERS = {
  stalled: (response) => response.writeHead(200, { "content-length": 2_000_000 }).write(Buffer.alloc(500)),
  reset: (response) => response.destroy(),
  html: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title>"),
};

/** The texts of the page in a language. @param {Look["language"]} language */
const wordsOf = async (language) => (language
  ? JSON.parse(await readFile(join(ROOT, `web/page/languages/${language}.json`), "utf8")) : ENGLISH);

/** The site, and a page of it with two models. */
async function prepareSite() {
  await makeSite(SITE, [join(ROOT, "web/site/index.html")]);
  const page = await readFile(join(SITE, "index.html"), "utf8");
  const model = /model="([^"]+)"/.exec(page)?.[1] ?? "";
  await writeFile(join(SITE, "two.html"), page.replace(`model="${model}"`, `model="${model} model/second/"`)
    .replace(/(<evax-xray [^>]*) integrity="[^"]*"/, "$1"));
  await cp(join(SITE, model), join(SITE, "model/second"), { recursive: true });
  const manifest = join(SITE, "model/second/manifest.json");
  const { name, checksum, ...rest } = JSON.parse(await readFile(manifest, "utf8"));
  const blank = JSON.stringify({ name: `${name}, another one with a long name`, ...rest, checksum: "0".repeat(checksum.length) });
  await writeFile(manifest, blank.replace(/0{64}/, createHash("sha256").update(blank).digest("hex")));
}

/** @param {import("puppeteer-core").Browser} browser @param {Visit} visit @param {Look} look */
async function openPage(browser, { prepare, path = "", faults = {} }, { size, dark, forced, language, text }) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const server = await serve(SITE, { base: "/sub/path/", intercept: ({ url = "" }, response) => {
    const fault = Object.entries(faults).find(([end]) => url.split("?")[0].endsWith(end))?.[1];
    if (fault) ANSWERS[fault](response);
    return fault !== undefined;
  } });
  await page.setViewport(size);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  const devtools = await page.createCDPSession();
  await devtools.send("Emulation.setUserAgentOverride", { userAgent: await browser.userAgent(), acceptLanguage: language ?? "en" });
  if (forced) await devtools.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
  if (text) await page.evaluateOnNewDocument((percent) => addEventListener("DOMContentLoaded", () => {
    document.documentElement.style.fontSize = `${percent}%`;
  }), text);
  await prepare?.(page);
  await page.goto(server.url + path);
  const close = async () => {
    await context.close();
    server.close();
  };
  return { page, close };
}

/** @param {import("puppeteer-core").Browser} browser @param {string} visitName @param {string} lookName */
async function takeAll(browser, visitName, lookName) {
  const visit = VISITS[visitName], look = LOOKS[lookName];
  const names = visit.states.map(([name]) => `${visitName}${name}-${lookName}`);
  const last = names.findLastIndex((name) => WANTED.test(name));
  if (last < 0) return;
  const { page, close } = await openPage(browser, visit, look);
  const words = await wordsOf(look.language);
  for (const [at, [, reach]] of visit.states.slice(0, last + 1).entries()) {
    await reach({ page, words }).catch((error) => {
      throw new Error(`${names[at]}: ${error.message}`);
    });
    if (WANTED.test(names[at])) await page.screenshot({ path: join(OUT, `${names[at]}.png`) });
  }
  await close();
}

await mkdir(OUT, { recursive: true });
await prepareSite();
const browser = await puppeteer.launch({
  executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"],
});
try {
  for (const look of Object.keys(LOOKS)) for (const visit of Object.keys(VISITS)) await takeAll(browser, visit, look);
} finally {
  await browser.close();
}
process.stdout.write("build/screenshots: look at them\n");
process.exit(0); // a stalled answer holds its server
