/* handling.test.js - what a person does with a page, done to the room as the browser itself does it and not by events
 * that a script makes: files dragged in, a picture pasted, a file saved, the page printed, a screen reader's tree.
 * Chromium, by its DevTools protocol.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, buildSite, openServer, roomOf } from "./stage.js";

const FILM = `${REPOSITORY}model/samples/nih_00000001_000.png`;

after(closeBrowsers);

/** Runs in the room, with the element's root; the room's policy refuses what puppeteer would click with. */
const inside = async (page, work, ...args) => (await roomOf(page)).evaluate(
  `(${work})(document.querySelector("evax-xray").shadowRoot, ...${JSON.stringify(args)})`);

async function until(page, what, ...args) {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await inside(page, what, ...args);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return assert.fail(`${what} ${args} does not come about`);
}
const there = (page, selector) => until(page, (root, s) => Boolean(root.querySelector(s)), selector);
const filmsRead = (page, count) => until(page, (root, n) => root.querySelectorAll(".films li.done").length === n, count);

describe("chromium", () => {
  let browser, folder;
  before(async () => {
    folder = await buildSite("site-handling", [`${REPOSITORY}web/site/index.html`]);
    browser = await sharedBrowser("chromium");
  });

  /** The page with its model open, in the foreground. */
  async function openPage(t) {
    const server = await openServer(t, folder);
    const context = await browser.createBrowserContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(server.url);
    await page.bringToFront();
    await there(page, ".primary");
    await inside(page, (root) => root.querySelector(".primary").click());
    await there(page, ".intake");
    return { page, server, context, devTools: await page.createCDPSession() };
  }

  test("files dragged from the desktop are read", async (t) => {
    const { page, devTools } = await openPage(t);
    const data = { items: [], files: [FILM], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await devTools.send("Input.dispatchDragEvent", { type, x: 600, y: 450, data });
    }
    await filmsRead(page, 1);
    assert.match(await inside(page, (root) => root.querySelector(".films li").textContent), /nih_00000001_000\.png/);
  });

  test("a picture of the clipboard is pasted by its key", async (t) => {
    const { page, server, context, devTools } = await openPage(t);
    await context.overridePermissions(new URL(server.url).origin, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    await page.evaluate(async (address) => {
      const blob = await (await fetch(address)).blob();
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    }, "model/samples/nih_00000001_000.png");
    await page.mouse.click(640, 200);
    const key = { modifiers: 2, key: "v", code: "KeyV", windowsVirtualKeyCode: 86 };
    await devTools.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key, commands: ["paste"] });
    await devTools.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
    await filmsRead(page, 1);
  });

  test("an export is saved as a file", async (t) => {
    const { page } = await openPage(t);
    const saved = await mkdtemp(join(tmpdir(), "evax-saved-"));
    t.after(() => rm(saved, { recursive: true, force: true }));
    const whole = await browser.target().createCDPSession();
    await whole.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath: saved,
      browserContextId: page.browserContext().id });
    await inside(page, (root) => root.querySelector(".examples button").click());
    await filmsRead(page, 1);
    await inside(page, (root) => [...root.querySelectorAll("button")].find(({ textContent }) => /^CSV/.test(textContent)).click());
    let names = [];
    for (let tries = 0; !names.some((name) => name.endsWith(".csv")); tries += 1) {
      assert.ok(tries < 100, "nothing is saved");
      await new Promise((resolve) => setTimeout(resolve, 100));
      names = await readdir(saved);
    }
    assert.match(await readFile(join(saved, names[0]), "utf8"), /Cardiomegaly/);
  });

  test("what is printed has the film in it, and the room's print button is allowed to print", async (t) => {
    const { page, devTools } = await openPage(t);
    const pictures = async () => {
      const { data } = await devTools.send("Page.printToPDF", { printBackground: true });
      return Buffer.from(data, "base64").toString("latin1").split("/Subtype /Image").length - 1;
    };
    const before = await pictures();
    await inside(page, (root) => root.querySelector(".examples button").click());
    await there(page, ".viewer:not(.blank)");
    assert.ok(await pictures() > before, "the film is not in it");
    const asked = await inside(page, () => new Promise((resolve) => {
      addEventListener("beforeprint", () => resolve(true), { once: true });
      setTimeout(resolve, 2_000, false);
      globalThis.print();
    }));
    assert.equal(asked, true);
  });

  test("a screen reader's tree of the page goes on into the room", async (t) => {
    const { page } = await openPage(t);
    await inside(page, (root) => root.querySelector(".examples button").click());
    await filmsRead(page, 1);
    const tree = JSON.stringify(await page.accessibility.snapshot({ includeIframes: true }));
    for (const name of ["Choose films", "Cardiomegaly", "How to check"]) assert.ok(tree.includes(name), `${name} is not in it`);
  });

  test("what is in the room may fill the screen, when a person asks", async (t) => {
    const { page } = await openPage(t);
    const room = await roomOf(page);
    await room.evaluate(() => {
      document.addEventListener("pointerup", () => {
        document.documentElement.requestFullscreen().then(() => { globalThis.filled = true; }, (error) => { globalThis.filled = String(error); });
      }, { once: true });
    });
    await page.mouse.click(640, 200);
    assert.equal(await until(page, () => globalThis.filled), true);
  });
});
