/* screenshot.js - a picture of a report's page: node screenshot.js REPORT.html PICTURE.webp
 * Uses Debian's Chromium. SPDX-License-Identifier: MIT */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [report, picture] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1240, height: 1150 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.screenshot({ path: /** @type {any} */ (picture), type: "webp", quality: 45 });
} finally {
  await browser.close();
}
