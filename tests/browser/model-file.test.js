/* model-file.test.js - a model of one's own: a checkpoint is opened on the page, converted in the sealed frame, reads a
 * film, is kept, and reads it again after the page was reloaded without a network.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browsers.js";
import { buildSite, openServer, roomOf } from "./stage.js";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const NANO_S = at("tests/golden/nano_s_ft.pth");
const FILM = at("model/samples/kermany_person101_virus_187.jpeg");

let folder, browser;
before(async () => {
  folder = await buildSite("model-file-site");
  browser = await launch("chromium");
});
after(() => browser?.close());

const inside = async (page, work, ...args) => (await roomOf(page)).evaluate(
  `(${work})(document.querySelector("evax-xray").shadowRoot, ...${JSON.stringify(args)})`);

async function until(page, what, ...args) {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await inside(page, what, ...args).catch(() => null);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} ${args} does not come about: ${await inside(page, (root) => root.textContent)}`);
}

/** Gives a file to the file input that a selector finds. */
async function give(page, selector, path, name) {
  const bytes = (await readFile(path)).toString("base64");
  await until(page, (root, s) => Boolean(root.querySelector(s)), selector);
  await inside(page, (root, s, base64, fileName) => {
    const given = new DataTransfer();
    given.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], fileName));
    const input = root.querySelector(s);
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, selector, bytes, name);
}

/** The scores on the screen, once a film was read. */
async function scoresOf(page) {
  await give(page, ".intake input", FILM, "film.jpeg");
  return until(page, (root) => {
    const rows = [...root.querySelectorAll("table.findings tbody tr, .findings tbody tr")];
    return rows.length >= 14 && rows.map((row) => row.textContent).join("\n");
  });
}

async function openPage(server, context) {
  const page = await context.newPage();
  await page.goto(server.url);
  return page;
}

test("a checkpoint is converted on the page, reads a film, is kept, and reads it again offline", async (t) => {
  const server = await openServer(t, folder);
  const context = await browser.createBrowserContext();
  const page = await openPage(server, context);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await give(page, ".model-file", NANO_S, "nano_s_ft.pth");
  const first = await scoresOf(page);
  assert.match(first, /Hernia/);
  server.fall();
  await page.reload();
  await until(page, (root) => Boolean(root.querySelector(".kept-model")));
  await inside(page, (root) => root.querySelector(".kept-model").click());
  assert.equal(await scoresOf(page), first);
});

test("a file that is no checkpoint is refused with its name, and the page goes on", async (t) => {
  const server = await openServer(t, folder);
  const page = await openPage(server, await browser.createBrowserContext());
  await give(page, ".model-file", FILM, "film.pth");
  const text = await until(page, (root) => /JPEG picture/.test(root.textContent) && root.textContent);
  assert.match(text, /not a checkpoint/);
});
