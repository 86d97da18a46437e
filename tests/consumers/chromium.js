/* chromium.js - a page of a set-up in headless Chromium: what the package and the element give in it.
 * SPDX-License-Identifier: MIT */
import { launch } from "../browser/browsers.js";
import { clickInRoom } from "../browser/stage.js";

const MINUTE = 60_000;

/** @typedef {number[][] | { error: string }} Given logits of each film, or what was said instead */

/** Ends with what `work` gives, or after a minute. @template T @param {Promise<T>} work @param {string} what */
async function within(work, what) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, MINUTE, { error: `${what}: nothing after 60 s` });
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/* What the sealed frame tries, to be refused; and what the browser asks for by itself. */
const PROBES = /seal-probe|^Framing|form submission|favicon/;

/** What the console and the network complain of. @param {import("puppeteer-core").Page} page */
function complaints(page) {
  /** @type {string[]} */ const lines = [];
  const add = (/** @type {string} */ line) => PROBES.test(line) || lines.push(line.trim());
  page.on("pageerror", (error) => add(String(error)));
  page.on("console", (message) => message.type() === "error" && add(message.text()));
  page.on("response", (answer) => answer.status() >= 400 && add(`${answer.status()} ${answer.url()}`));
  return lines;
}

/**
 * @param {string} url of a page with app.js
 * @param {string} files address of models and films
 * @param {{ options?: object, attributes?: Record<string, string>, element?: boolean }} [how] options of load(),
 *   attributes of the element; element: false leaves it out
 * @returns {Promise<{ package: Given, element: Given | null, lines: string[] }>}
 */
export async function tryPage(url, files, { options = {}, attributes = {}, element = true } = {}) {
  const browser = await launch("chromium");
  try {
    const page = await browser.newPage();
    const lines = complaints(page);
    page.setDefaultTimeout(2 * MINUTE);
    await page.goto(url);
    const there = await page.waitForFunction(() => globalThis.evax, { timeout: MINUTE }).catch(() => null);
    if (!there) return { package: { error: "the page's script does not run" }, element: null, lines };
    const given = await within(page.evaluate((...args) => globalThis.evax.package(...args), files, options), "the package");
    const shown = element && page.evaluate((...args) => globalThis.evax.element(...args), files, attributes);
    if (shown) void clickInRoom(page, "button.primary").catch(() => {});
    return { package: given, element: shown ? await within(shown, "the element") : null, lines };
  } finally {
    await browser.close();
  }
}
