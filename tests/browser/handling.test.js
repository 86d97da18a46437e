/* handling.test.js - what a person does with a page, done to the room as the browser itself does it and not by events
 * that a script makes: files dragged in, a picture pasted, a file saved, the page printed, a screen reader's tree.
 * Chromium, by its DevTools protocol.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { violations } from "../support/axe.js";
import { closeBrowsers, sharedBrowser } from "./browsers.js";
import { REPOSITORY, buildSite, giveInRoom, inRoom as inside, openServer, roomOf, thereInRoom as there, untilRoom as until, waitFor } from "./stage.js";

const FILM = `${REPOSITORY}model/samples/nih_00000001_000.png`;

after(closeBrowsers);

const filmsRead = (page, count) => until(page, (root, n) => root.querySelectorAll(".films li.done").length === n, count);

/** Forced colors, as a high-contrast theme sets them. */
async function devToolsForced(page) {
  const devTools = await page.createCDPSession();
  await devTools.send("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
}

describe("chromium", () => {
  let browser, folder;
  before(async () => {
    folder = await buildSite("site-handling", [`${REPOSITORY}web/site/index.html`]);
    browser = await sharedBrowser("chromium");
  });

  /** The page as a first visit finds it. */
  async function firstScreen(t) {
    const server = await openServer(t, folder);
    const context = await browser.createBrowserContext();
    t.after(() => context.close());
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(server.url);
    return { page, server, context };
  }

  /** The page with its model open, in the foreground. */
  async function openPage(t) {
    const { page, server, context } = await firstScreen(t);
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
    const name = await waitFor(async () => (await readdir(saved)).find((each) => each.endsWith(".csv")), () => "a file that is saved");
    assert.match(await readFile(join(saved, name), "utf8"), /Cardiomegaly/);
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
    await inside(page, () => {
      addEventListener("beforeprint", () => { globalThis.printed = true; }, { once: true });
      globalThis.print();
    });
    await until(page, () => globalThis.printed);
  });

  test("on paper are the film at its own aspect ratio, its number, every finding, and which model read it", async (t) => {
    const { page } = await openPage(t);
    await inside(page, (root) => root.querySelector(".examples button").click());
    await filmsRead(page, 1);
    await there(page, ".viewer:not(.blank)");
    const { said, rows, aspect } = await inside(page, (root) => {
      dispatchEvent(new Event("beforeprint"));
      const [area, canvas] = [root.querySelector(".print-area"), root.querySelector(".print-area canvas")];
      return { said: area.textContent, rows: area.querySelectorAll("tbody tr").length, aspect: canvas.width / canvas.height };
    });
    assert.match(said, /Film 1/);
    assert.match(said, /Research tool, not a medical device/);
    assert.match(said, /SHA-256 [0-9a-f]{64}/);
    assert.equal(rows, 14);
    assert.equal(aspect, 1);
    await inside(page, (root) => {
      dispatchEvent(new Event("afterprint"));
      [...root.querySelectorAll(".exports button")].find(({ textContent }) => textContent === "Print").click();
    });
    await until(page, (root) => root.querySelector("dialog .paper .report-film") !== null);
    const [table, sheet] = await inside(page, (root) => ["table", ".report-sheet"].map((part) =>
      root.querySelector(`dialog ${part}`).getBoundingClientRect().right));
    assert.ok(table <= sheet + 0.5, `no column is cut off: ${table}, ${sheet}`);
    await inside(page, (root) => root.querySelectorAll("dialog .check input")[0].click());
    await until(page, (root) => root.querySelectorAll("dialog .report-maps figure").length > 0);
  });

  const percent = (page) => inside(page, (root) => Number.parseInt(root.querySelector(".percent").textContent, 10));
  const windowNow = (page) => inside(page, (root) => [...root.querySelectorAll(".numbers input")].map(({ value }) => Number(value)));
  /** The middle of the film on the screen. */
  const middleOf = (page) => inside(page, (root) => {
    const { left, top, width, height } = root.querySelector(".viewport").getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
  });
  const oneFilm = async (t) => {
    const opened = await openPage(t);
    await inside(opened.page, (root) => root.querySelector(".examples button").click());
    await there(opened.page, ".viewer:not(.blank)");
    return opened;
  };

  test("the right button sets window and level, the left one as well in that mode, and the wheel zooms", async (t) => {
    const { page } = await oneFilm(t);
    const { x, y } = await middleOf(page);
    const drag = async (button) => {
      await page.mouse.move(x, y);
      await page.mouse.down({ button });
      await page.mouse.move(x + 60, y + 30, { steps: 4 });
      await page.mouse.up({ button });
    };
    assert.deepEqual(await windowNow(page), [128, 256]);
    await drag("right");
    const [center, width] = await windowNow(page);
    assert.ok(center > 128 && width > 256, `${center} ${width}`);
    await drag("left");
    assert.deepEqual(await windowNow(page), [center, width], "a drag moves the film at first");
    await inside(page, (root) => root.querySelector("[aria-label='Window and level by dragging']").click());
    await drag("left");
    assert.ok((await windowNow(page))[1] > width);
    const before = await percent(page);
    await page.mouse.wheel({ deltaY: -300 });
    await until(page, (root, whole) => Number.parseInt(root.querySelector(".percent").textContent, 10) > whole, before);
  });

  test("a film that was turned on the screen is read turned, and that can be undone", async (t) => {
    const { page } = await oneFilm(t);
    const first = () => inside(page, (root) => root.querySelector("tr[data-label=Effusion] .number")?.textContent ?? "");
    const score = await first();
    await inside(page, (root) => root.querySelector("[aria-label='Turn right']").click());
    await until(page, (root) => !root.querySelector(".reread").hidden);
    await inside(page, (root) => root.querySelector(".reread").click());
    await until(page, (root) => /turned right/.test(root.querySelector(".about").textContent));
    await there(page, ".films li.doubted");
    await inside(page, (root) => [...root.querySelectorAll(".message button")].find(({ textContent }) => textContent === "Undo").click());
    await until(page, (root) => !/turned right/.test(root.querySelector(".about").textContent) && root.querySelector(".films li.done:not(.doubted)"));
    assert.equal(await first(), score);
  });

  test("a length is drawn with the mouse, a ratio by keys alone, and two films zoom as one", async (t) => {
    const { page } = await oneFilm(t);
    const { x, y } = await middleOf(page);
    const yellow = () => inside(page, (root) => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
      const canvas = root.querySelector(".viewport canvas");
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] > 200 && data[i + 2] < 120) found += 1;
      resolve(found);
    }))));
    await inside(page, (root) => root.querySelector("[aria-label='Measure a length']").click());
    assert.equal(await yellow(), 0);
    await page.mouse.move(x - 80, y);
    await page.mouse.down();
    await page.mouse.move(x + 80, y + 20, { steps: 3 });
    await page.mouse.up();
    assert.ok(await yellow() > 150, "no line");
    await inside(page, (root) => root.querySelector(".viewport").focus());
    const length = () => inside(page, (root) => /^(\d+) px$/.exec(root.querySelector(".spoken[role=status]").textContent)?.[1]);
    const drawn = Number(await length());
    await page.mouse.move(x + 80, y + 20);
    await page.mouse.down();
    await page.mouse.move(x, y + 10, { steps: 3 });
    await page.mouse.up();
    const moved = Number(await length());
    await page.mouse.click(x - 60, y - 90);
    await page.mouse.move(x + 10, y - 90);
    await page.mouse.click(x + 20, y - 90);
    assert.ok(Math.abs(Number(await length()) / drawn - 80 / Math.hypot(160, 20)) < 0.02, "two clicks draw a line as well");
    await page.keyboard.press("Backspace");
    assert.ok(Math.abs(moved / drawn - 0.5) < 0.02, `its end was taken: ${drawn} to ${moved}`);
    await page.keyboard.down("Control");
    for (let step = 0; step < 4; step++) await page.keyboard.press("z");
    await page.keyboard.up("Control");
    assert.equal(await yellow(), 0, "all steps are undone");
    const heard = (pattern) => until(page, (root, source) => new RegExp(source).exec(root.querySelector(".spoken[role=status]").textContent)?.[0], pattern);
    for (const key of ["Delete", "k", "Enter"]) await page.keyboard.press(key);
    await heard("^Point at ");
    for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await heard("^Heart \\d+ px$");
    await page.keyboard.press("Enter");
    for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await heard("^Chest \\d+ px. Cardiothoracic ratio 0\\.50$");
    await page.keyboard.press("a"); // there is no length to calibrate by: the next one is asked for
    await until(page, (root) => /known length/.test(root.querySelector(".message")?.textContent ?? ""));
    await page.keyboard.press("Enter");
    for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await there(page, "dialog input[type=number]");
    assert.deepEqual(await violations(page), []);
    for (const key of ["0", "Enter"]) await page.keyboard.press(key);
    assert.ok(await inside(page, (root) => root.querySelector("dialog input").matches(":invalid")), "no length is 0 mm");
    for (const key of ["Backspace", "4", "0", "Enter"]) await page.keyboard.press(key);
    const spacing = Number.parseFloat(await heard("^\\d\\.\\d+ mm per pixel, calibrated by hand$"));
    await until(page, (root) => /^\d\.\d+ mm per pixel, calibrated by hand$/.test(root.querySelector(".corner-view").lastChild.textContent));
    await page.keyboard.press("Enter");
    for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await heard("^80\\.0 mm, calibrated by hand$");
    assert.ok(spacing > 0);
    for (const key of ["u", "u"]) await page.keyboard.press(key);
    await until(page, (root) => root.querySelector(".corner-view").lastChild.textContent === "");
    await page.keyboard.press("Escape");
    await inside(page, (root) => root.querySelectorAll(".examples button")[1].click());
    await filmsRead(page, 2);
    const zooms = () => inside(page, (root) => [...root.querySelectorAll(".corner-zoom")].map(({ textContent }) => Number.parseInt(textContent, 10)));
    const [alone] = await zooms();
    await inside(page, (root) => [...root.querySelectorAll(".more button")].find(({ textContent }) => textContent === "Two films side by side").click());
    await until(page, (root) => root.querySelectorAll(".panes.two .viewport").length === 2);
    // The first one has half of its width from here on: until it is drawn anew, its corner says the old zoom.
    await until(page, (root, whole) => [...root.querySelectorAll(".corner-zoom")].every(({ textContent }) => textContent && Number.parseInt(textContent, 10) !== whole), alone);
    const before = await zooms();
    await inside(page, (root) => root.querySelector("[aria-label='Zoom in']").click());
    const after = await zooms();
    assert.ok(after.every((zoom, i) => Math.abs(zoom / before[i] - 1.25) < 0.06), `${before} to ${after}`);
    const windows = () => inside(page, (root) => [...root.querySelectorAll(".corner-value")].map(({ lastChild }) => lastChild.textContent));
    await page.keyboard.press(".");
    const [one, other] = await windows();
    assert.equal(one, other);
    assert.notEqual(one, "C 128 W 256");
    for (const film of [1, 2]) {
      await inside(page, (root, n) => root.querySelectorAll(".films li")[n - 1].querySelector("button").click(), film);
      await until(page, (root, n) => root.querySelectorAll(".corner-name")[1].textContent.startsWith(`${n} `), film);
    }
    await until(page, (root, both) => [...root.querySelectorAll(".corner-value")].every(({ lastChild }) => lastChild.textContent === both), one);
    for (const key of ["l", "."]) await page.keyboard.press(key);
    const [kept, changed] = await windows();
    assert.notEqual(kept, changed, "the second film alone is changed");
  });

  test("nothing moves by itself from the first screen to the first finding", async (t) => {
    const { page } = await firstScreen(t);
    await (await roomOf(page)).evaluate(() => {
      globalThis.shifts = [];
      new PerformanceObserver((list) => globalThis.shifts.push(...list.getEntries()
        .map((/** @type {any} */ { value, sources }) => ({ value, what: sources.map(({ node }) => node?.className ?? "").join(", ") }))))
        .observe({ type: "layout-shift", buffered: true });
    });
    const still = async (what) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const shifts = await inside(page, () => globalThis.shifts.splice(0));
      assert.ok(shifts.reduce((sum, { value }) => sum + value, 0) < 0.01, `${what} moved: ${JSON.stringify(shifts)}`);
    };
    await there(page, ".primary");
    assert.ok(await inside(page, (root) => root.querySelector(".primary").getBoundingClientRect().bottom < innerHeight), "it is below the fold");
    await still("the first screen");
    await inside(page, (root) => root.querySelector(".primary").click());
    await there(page, ".intake");
    await still("the way to the viewer");
    await inside(page, (root) => root.querySelector(".examples button").click());
    await filmsRead(page, 1);
    await there(page, ".viewer:not(.blank)");
    await still("the way to the first finding");
  });

  test("on a later visit two clicks lead to the first finding of an own film: one for the chooser, one for the file", async (t) => {
    const { server, context } = await openPage(t);
    const page = await context.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.goto(server.url);
    await page.bringToFront();
    await there(page, ".intake");
    const { x, y } = await inside(page, (root) => {
      root.querySelector(".intake input").addEventListener("click", (event) => {
        event.preventDefault(); // the chooser, in which the test cannot click
        globalThis.mayChoose = navigator.userActivation.isActive;
      });
      const { left, top, width, height } = [...root.querySelectorAll(".intake button")]
        .find(({ textContent }) => /^Choose films/.test(textContent)).getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    });
    await page.mouse.click(x, y);
    await until(page, () => globalThis.mayChoose);
    await giveInRoom(page, { "own.png": await readFile(FILM) }, ".intake input");
    await filmsRead(page, 1);
    assert.match(await inside(page, (root) => root.querySelector(".results tbody tr").textContent), /\d/);
  });

  test("forced colors tell a pressed tool from others, and a chosen film", async (t) => {
    const { page } = await oneFilm(t);
    await devToolsForced(page);
    const colors = await inside(page, (root) => [...root.querySelectorAll(".tools .tool[aria-pressed]")]
      .map((tool) => [tool.ariaPressed, getComputedStyle(tool).backgroundColor]));
    const [on, off] = ["true", "false"].map((pressed) => new Set(colors.filter(([each]) => each === pressed).map(([, color]) => color)));
    assert.ok([...on].every((color) => !off.has(color)), JSON.stringify(colors));
    const [ink, ground] = await inside(page, (root) => {
      const { color, backgroundColor } = getComputedStyle(root.querySelector("[role=tab][aria-selected=true]"));
      return [color, backgroundColor].map((each) => each.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3);
    });
    assert.ok(Math.abs(ink - ground) > 80, `the chosen tab's words are ${ink} on ${ground}`);
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
