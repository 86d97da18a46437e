/* page.test.js - the page as a person meets it: every state by keyboard, for screen readers, on a
 * narrow screen, light and dark.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { makeSite } from "../../tools/build/dist.js";
import { serve } from "../../tools/build/serve.js";
import { FILM, dicomFile } from "../support/dicom.js";
import { violations } from "../support/axe.js";
import { CHOSEN, closeBrowsers, sharedBrowser } from "./browsers.js";
import { clickInRoom as click, giveInRoom, inRoom as inside, roomOf, thereInRoom as there, untilRoom as until, waitFor } from "./stage.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ONE_PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==", "base64");
/* The input that takes films. */
const FILMS = "input[multiple]";

/** The page on a server, and a browser: made for the first test, shared by all. */
let staged;
const stage = () => staged ??= (async () => {
  const folder = await mkdtemp(join(tmpdir(), "evax-page-"));
  await makeSite(join(folder, "site"), [join(ROOT, "web/site/index.html")]);
  const server = await serve(join(folder, "site"), { base: "/sub/path/" });
  return { folder, server, browser: await sharedBrowser(CHOSEN[0]) };
})();
after(async () => {
  await closeBrowsers();
  const { folder, server } = await stage();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Presses a button by its name. */
const press = (page, name) => inside(page, (root, wanted) =>
  [...root.querySelectorAll("button")].find(({ textContent }) => textContent === wanted).click(), name);

/** Gives a page a size, light or dark colors, and motion or none. */
async function take(page, { width = 1280, height = 900, scheme = "light", motion = "no-preference", hasTouch = false } = {}) {
  await page.setViewport({ width, height, hasTouch });
  if (CHOSEN[0] === "firefox") return; // its driver emulates no look
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme },
    { name: "prefers-reduced-motion", value: motion }]);
}

/** @param {{ hasTouch?: boolean }} [look] */
async function open(look) {
  const { browser, server } = await stage();
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await take(page, look);
  await page.goto(server.url);
  return page;
}

/** Drawings for a class of the training set; those of the first have a bright square somewhere. */
const giveClass = (page, box, count) => inside(page, async (root, at, n) => {
  const given = new DataTransfer();
  for (let i = 0; i < n; i += 1) {
    const canvas = new OffscreenCanvas(96, 96);
    const pen = canvas.getContext("2d");
    pen.fillStyle = `rgb(${40 + 9 * i} ${40 + 9 * i} ${40 + 9 * i})`;
    pen.fillRect(0, 0, 96, 96);
    pen.fillStyle = at ? "#000" : "#fff";
    pen.fillRect(10 + 7 * i, 12 + 5 * i, 30, 30);
    given.items.add(new File([await canvas.convertToBlob()], `${at ? "dark" : "bright"}-${i}.png`));
  }
  const input = root.querySelectorAll(".training-class input")[at];
  input.files = given.files;
  input.dispatchEvent(new Event("change"));
}, box, count);

async function nameFinding(page, name) {
  await inside(page, (root, value) => {
    const input = root.querySelector(".training-name input");
    input.value = value;
    input.dispatchEvent(new Event("input"));
  }, name);
}

/** Trains a finding with six drawings of each class. */
async function train(page, name = "Bright square") {
  await nameFinding(page, name);
  await giveClass(page, 0, 6);
  await giveClass(page, 1, 6);
  await click(page, ".training .primary:not([disabled])");
  await there(page, ".head .curve");
}

const NO_FILM = /\d warnings?: Does not look like the films/;

/** The states in the order in which a person meets them. */
const STATES = {
  opening: (page) => there(page, ".notice"),
  ready: async (page) => {
    await click(page, ".primary");
    await there(page, ".intake");
  },
  results: async (page) => {
    await click(page, ".examples button");
    await there(page, ".viewer:not(.blank)");
  },
  "attention map": async (page) => {
    await click(page, ".finding");
    await there(page, ".legend canvas[aria-label]");
  },
  "evidence and seal unfolded": async (page) => {
    await click(page, "tr:not(.is-chosen) .finding");
    await there(page, ".evidence .facts");
    await click(page, ".seal summary");
  },
  "damaged film": async (page) => {
    await giveInRoom(page, { "damaged.png": "\x89PNG damaged" }, FILMS);
    await there(page, ".problem");
  },
  "a picture that is no film": async (page) => {
    await inside(page, async (root) => {
      const canvas = new OffscreenCanvas(256, 256);
      const pen = canvas.getContext("2d");
      for (let n = 0; n < 400; n++) {
        pen.fillStyle = `hsl(${(n * 47) % 360} 70% 50%)`;
        pen.fillRect((n * 131) % 256, (n * 73) % 256, 30, 20);
      }
      const files = new DataTransfer();
      files.items.add(new File([await canvas.convertToBlob()], "photograph.png"));
      const input = root.querySelector("input[multiple]");
      input.files = files.files;
      input.dispatchEvent(new Event("change"));
    });
    await there(page, ".gate .actions button:not(.quiet)");
    await until(page, (root) => /^Does not look like the films[^:]*$/.test(root.querySelector(".spoken[role=status]").textContent));
    const listed = await inside(page, (root) => [...root.querySelectorAll(".films li")].map((row) =>
      [row.querySelector(".icon-done, .icon-warn").classList[1], row.textContent]));
    assert.deepEqual(listed.map(([icon]) => icon), ["icon-done", "icon-warn", "icon-warn"], "the tick is for a film without a warning");
    assert.match(listed[2][1], NO_FILM);
    await press(page, "Print");
    await until(page, (root) => /Does not look like/.test(root.querySelector("dialog .report-reasons")?.textContent));
    await click(page, "dialog header button");
  },
  "two films side by side": async (page) => {
    await press(page, "Two films side by side");
    await there(page, ".panes.two .viewport:nth-child(2)");
  },
  "film table": async (page) => {
    await press(page, "Table");
    await there(page, ".film-rows tbody tr:nth-child(3)");
    assert.match(await inside(page, (root) => root.querySelector(".film-rows .warned").textContent), NO_FILM);
  },
  validation: async (page) => {
    await press(page, "Validation");
    await there(page, ".validation:not([hidden])");
  },
  "a custom finding": async (page) => {
    await press(page, "Film");
    await press(page, "Two films side by side");
    await train(page);
    await click(page, ".films li:first-child .film");
    await there(page, ".custom");
  },
  "print preview": async (page) => {
    await press(page, "Print");
    await there(page, "dialog .report-film");
  },
  "model card": async (page) => {
    await click(page, "dialog header button");
    await click(page, "nav button");
    await there(page, "dialog[open]");
  },
};

/** How much wider than the screen the page is; and how much of it lies where nobody can scroll to. */
const overflow = async (page) => (await roomOf(page)).evaluate(() => {
  const { scrollingElement, documentElement } = document;
  const root = document.querySelector("evax-xray").shadowRoot;
  const stuck = [documentElement, ...root.querySelectorAll(".app, .workspace, .workspace > *, .tab-panels")].filter((each) =>
    each.scrollHeight > each.clientHeight + 1 && (each === documentElement || getComputedStyle(each).overflowY === "hidden"));
  return [Math.max(0, scrollingElement.scrollWidth - documentElement.clientWidth), ...stuck.map(({ className }) => className || "html")];
});

/** What a finger has to meet, and is smaller than 44 px. */
const smallTargets = (page) => inside(page, (root) => [...root.querySelectorAll("button, summary, select, input")]
  .filter((each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map((each) => ({ each, box: (each.type === "checkbox" ? each.closest("label") : each).getBoundingClientRect() }))
  .filter(({ box: { width, height } }) => Math.min(width, height) < 43.9)
  .map(({ each, box: { width, height } }) => `${each.localName}.${each.className} ${each.textContent.slice(0, 30)}: ${width} x ${height}`));

/* Narrow and light, wide and dark; WebKit's driver emulates no look. */
const LOOKS = [
  { width: 320, height: 640 },
  { scheme: "dark", motion: "reduce" },
].filter(({ scheme }) => !scheme || CHOSEN[0] === "chromium"); // the only driver that emulates it
/* As 1280 x 900 at 200 % and at 400 % zoom, and as it is. */
const SIZES = [{ width: 640, height: 450 }, { width: 320, height: 225 }, {}];

test("axe finds nothing on any state in any look, nothing is out of reach, and fingers meet everything", async () => {
  const hasTouch = CHOSEN[0] === "chromium"; // no other driver makes the pointer coarse
  const page = await open({ hasTouch });
  for (const [name, reach] of Object.entries(STATES)) {
    await reach(page);
    for (const look of LOOKS) {
      const where = `${name}, ${JSON.stringify(look)}`;
      await take(page, { ...look, hasTouch });
      const isDark = await (await roomOf(page)).evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
      assert.equal(isDark, look.scheme === "dark", "the look has reached the room");
      assert.deepEqual(await violations(page), [], where);
      assert.deepEqual(await overflow(page), [0], where);
      if (hasTouch) assert.deepEqual(await smallTargets(page), [], where);
    }
    for (const size of SIZES) {
      await take(page, { ...size, hasTouch });
      assert.deepEqual(await overflow(page), [0], `${name}, ${JSON.stringify(size)}`);
    }
  }
  await page.browserContext().close();
});

test("from opening to export with the keyboard alone", async () => {
  const page = await open();
  // Firefox stops at what scrolls, too, whose text is that of all buttons in it.
  const focused = () => inside(page, (root) => (document.hasFocus() && root.activeElement?.matches("button, [tabindex]")
    ? `${root.activeElement.className}|${root.activeElement.textContent}` : ""));
  const tabTo = async (pattern) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (pattern.test(await focused())) return;
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not reach ${pattern}`);
  };
  await there(page, ".notice");
  await page.bringToFront();
  await tabTo(/Accept/);
  await page.keyboard.press("Enter");
  await there(page, ".intake");
  await tabTo(/Adult, PA view/);
  await page.keyboard.press("Enter");
  await there(page, ".viewer:not(.blank)");
  await tabTo(/^viewport/);
  const pressed = () => inside(page, (root) => [...root.querySelectorAll(".tools [aria-pressed=true]")]
    .map((b) => b.ariaLabel || b.textContent).filter((name) => /Invert|What|Length|length/.test(name)));
  for (const key of ["i", "s", "d", "+", "ArrowLeft", "]", ","]) await page.keyboard.press(key);
  assert.deepEqual(await pressed(), ["Measure a length", "Invert", "What the model saw"]);
  for (const key of ["r", "h"]) await page.keyboard.press(key);
  assert.deepEqual(await pressed(), ["What the model saw"]);
  await page.keyboard.press("?");
  await there(page, "dialog[open]");
  await page.keyboard.press("Escape");
  await until(page, (root) => !root.querySelector("dialog"));
  await tabTo(/^\|Findings/);
  await page.keyboard.press("End");
  await tabTo(/^\|CSV/);
  await page.keyboard.press("Enter");
  await until(page, (root) => /\.csv saved/.test(root.querySelector(".messages").textContent));
  await page.browserContext().close();
});

test("attention maps: off at first, then drawn over the film, by keys alone", async () => {
  const page = await open();
  for (const state of ["opening", "ready", "results"]) await STATES[state](page);
  const state = () => inside(page, (root) => {
    const canvas = root.querySelector(".viewport canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let colored = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i] !== data[i + 2]) colored += 1;
    const shown = root.querySelector(".finding[aria-pressed=true]")?.textContent ?? "";
    return { colored, shown, said: root.querySelector(".spoken[role=status]").textContent };
  });
  /** Waits until the film is drawn like that. */
  const untilDrawn = async (what, holds) => {
    let last;
    return waitFor(async () => {
      last = await state();
      return holds(last) && last;
    }, () => `${what}: ${JSON.stringify(last)}`);
  };
  const press = async (key, what, holds) => {
    await page.keyboard.press(key);
    return untilDrawn(what, holds);
  };
  assert.equal((await state()).colored, 0);
  await page.keyboard.press("Tab"); // WebKit gives a frame the focus only by a key or a click
  await inside(page, (root) => root.querySelector(".viewport").focus());
  const first = await press("m", "a map lies over the film, and is said", ({ colored, shown, said }) =>
    colored > 1000 && shown && said.startsWith(`Attention map of ${shown}`));
  const next = await press("f", "that of another finding", ({ colored, shown, said }) =>
    colored > 1000 && shown !== first.shown && said.startsWith(`Attention map of ${shown}`));
  await press("c", "lines cover less than colors", ({ colored }) => colored > 0 && colored < next.colored);
  await press("c", "colors again", ({ colored }) => colored >= next.colored);
  await press("s", "over what the model saw as well", ({ colored }) => colored > 1000);
  await press("m", "off", ({ colored, said }) => colored === 0 && said === "Attention map off");
  await page.browserContext().close();
});

test("every finding is in the table, and sorting loses none", async () => {
  const page = await open();
  for (const state of ["opening", "ready", "results"]) await STATES[state](page);
  const names = () => inside(page, (root) =>
    [...root.querySelectorAll(".findings tbody th")].map((th) => th.textContent));
  const { labels } = JSON.parse(await readFile(join(ROOT, "model/demo/manifest.json"), "utf8"));
  const wanted = labels.map((label) => label.replaceAll("_", " ")).sort();
  assert.deepEqual((await names()).sort(), wanted);
  await click(page, "thead .label button");
  assert.deepEqual(await names(), wanted);
  await page.browserContext().close();
});

test("results stay when a film after them is damaged", async () => {
  const page = await open();
  for (const state of ["opening", "ready", "results", "damaged film"]) await STATES[state](page);
  const statuses = await inside(page, (root) =>
    [...root.querySelectorAll(".films li")].map(({ className }) => className));
  assert.deepEqual(statuses, ["done", "failed"]);
  await click(page, ".films li:first-child .film");
  await until(page, (root) => root.querySelectorAll(".findings tbody tr").length === 14);
  await page.browserContext().close();
});

/* The list is filled in parts of 60. The part that is due already when the count is asked for is counted with the one before. */
const MOST_ROWS_IN_A_TURN = 200;

test("500 files at once: between any 200 rows the event loop runs, and every file ends in a status", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  await inside(page, (root) => {
    globalThis.turns = []; // of each, the rows that changed in it
    let rows = new Set();
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => { // what is posted in one turn is heard in a later one
      globalThis.turns.push(rows.size);
      rows = new Set();
    };
    new MutationObserver((changes) => {
      if (rows.size === 0) port1.postMessage(null);
      for (const { target, addedNodes } of changes) {
        for (const node of [target, ...addedNodes]) {
          const row = node instanceof Element && node.closest(".films li");
          if (row) rows.add(row);
        }
      }
    }).observe(root, { childList: true, subtree: true });
  });
  await giveInRoom(page, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`film-${i}.png`, "no film"])), FILMS);
  await until(page, (root) => root.querySelectorAll(".films li.failed").length === 500);
  const turns = await inside(page, () => globalThis.turns);
  assert.ok(Math.max(...turns) <= MOST_ROWS_IN_A_TURN, `${Math.max(...turns)} rows without a break`);
  assert.ok(turns.reduce((sum, rows) => sum + rows) >= 500, "every row was seen");
  await page.browserContext().close();
});

test("many films: canceled, read on, cleared and brought back, none is lost, and the view stays", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  const counts = () => inside(page, (root) => root.querySelector(".film-list .fine").textContent);
  const asksBeforeItIsLost = () => inside(page, () => !dispatchEvent(new Event("beforeunload", { cancelable: true })));
  await giveInRoom(page, Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.png`, ONE_PIXEL])), FILMS);
  await until(page, (root) => root.querySelectorAll(".films .done").length > 4);
  await press(page, "Cancel all");
  await until(page, (root) => !root.querySelector(".films :is(.waiting, .reading)"));
  const [, read, canceled] = (await counts()).match(/^(\d+) of 40 read, (\d+) canceled$/).map(Number);
  assert.equal(read + canceled, 40);
  assert.ok(await asksBeforeItIsLost());
  await press(page, "Read the rest");
  await press(page, "Clear list");
  await until(page, (root) => /^40 films removed/.test(root.querySelector(".message").textContent) && !root.querySelector(".films li"));
  await press(page, "Undo");
  await until(page, (root) => root.querySelectorAll(".films .done").length === 40);
  assert.equal(await inside(page, (root) => root.querySelector(".films [aria-current] .name").textContent), "0.png");
  const steps = await inside(page, (root) => [...root.querySelectorAll(".films li + li")].map((li) => li.offsetTop - li.previousElementSibling.offsetTop));
  assert.ok(Math.min(...steps) >= 64, `no film of the list lies over another: ${steps}`);
  assert.ok(await asksBeforeItIsLost());
  await page.browserContext().close();
});

test("films come by paste, by drop and from code, and each is read", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  const draw = `const canvas = new OffscreenCanvas(64, 48);
    canvas.getContext("2d").fillRect(8, 8, 20, 20);`;
  await (await roomOf(page)).evaluate(`(async () => {
    ${draw}
    const given = new DataTransfer();
    given.items.add(new File([await canvas.convertToBlob()], "given.png"));
    const paste = new ClipboardEvent("paste");
    Object.defineProperty(paste, "clipboardData", { value: given }); // Firefox takes no files into one that a script makes
    document.dispatchEvent(paste);
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: given, cancelable: true }));
  })()`);
  const result = await page.evaluate(`(() => {
    ${draw}
    return document.querySelector("evax-xray").analyze(canvas, { name: "by code" });
  })()`);
  assert.equal(result, null, "findings came out of the room");
  await until(page, (root) => root.querySelectorAll(".films li.done").length === 3);
  await page.browserContext().close();
});

test("a finding is trained on films, joins every film's findings, is saved, removed and opened again", async () => {
  const page = await open();
  for (const state of ["opening", "ready", "results"]) await STATES[state](page);
  await train(page);
  await until(page, (root) => root.querySelectorAll(".results tbody tr").length === 15);
  const said = await inside(page, (root) => root.querySelector(".head").textContent);
  assert.match(said, /6 and 6 films are too few/);
  assert.match(said, /AUC.*95 % interval/);
  const file = await (await roomOf(page)).evaluate(async () => {
    const made = URL.createObjectURL;
    const saved = new Promise((resolve) => {
      URL.createObjectURL = (blob) => {
        if (blob instanceof Blob && blob.type === "application/json") resolve(blob.text());
        return made.call(URL, blob);
      };
    });
    const { shadowRoot } = document.querySelector("evax-xray");
    /** @type {HTMLElement} */ (shadowRoot.querySelector(".head header button")).click();
    return saved;
  });
  assert.equal(JSON.parse(file).name, "Bright square");
  await click(page, ".head header button:last-child");
  await until(page, (root) => root.querySelectorAll(".results tbody tr").length === 14);
  const give = (content) => giveInRoom(page, { "square.head.json": content }, ".training .actions input[accept*=json]");
  await give(file.replace(/"bias": ?-?[0-9.]+/, "\"bias\": 3"));
  await until(page, (root) => /HEAD_INVALID/.test(root.querySelector(".training .problem")?.textContent));
  await give(file);
  await until(page, (root) => root.querySelectorAll(".results tbody tr").length === 15);
  await page.browserContext().close();
});

test("a film in both classes is refused with its name, and the films stay", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  await nameFinding(page, "Twice");
  for (const box of [0, 1]) await inside(page, (root, at, base64) => {
    const given = new DataTransfer();
    given.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], `same-${at}.png`));
    const input = root.querySelectorAll(".training-class input")[at];
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, box, ONE_PIXEL.toString("base64"));
  await click(page, ".training .primary:not([disabled])");
  await until(page, (root) => /same-0\.png/.test(root.querySelector(".training .problem .what")?.textContent));
  assert.equal(await inside(page, (root) => root.querySelectorAll(".training-films li").length), 2);
  await page.browserContext().close();
});

test("the films most alike are named, nearest first, and lead to each other", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  await nameFinding(page, "");
  await giveClass(page, 0, 3);
  await giveClass(page, 1, 1);
  await until(page, (root) => root.querySelectorAll(".films li.done").length === 4);
  await click(page, ".films li:first-child .film");
  await until(page, (root) => root.querySelectorAll(".similar-films li").length === 3);
  const values = await inside(page, (root) => [...root.querySelectorAll(".similar-films .fine")]
    .map(({ textContent }) => Number(textContent.replace("similarity ", "").replace("\u2212", "-"))));
  assert.deepEqual(values, [...values].sort((a, b) => b - a));
  const name = await inside(page, (root) => root.querySelector(".similar-films .name").textContent);
  await click(page, ".similar-films button");
  await until(page, (root, chosen) =>
    root.querySelector(".films [aria-current] .name").textContent === chosen, name);
  await page.browserContext().close();
});

test("a DICOM film of several frames asks which, and reads the one that is chosen", async () => {
  const page = await open();
  for (const state of ["opening", "ready"]) await STATES[state](page);
  /** @type {import("../support/dicom.js").Element[]} */
  const frames = [...FILM.filter(([group]) => group !== 0x7fe0), [0x28, 8, "IS", "2"],
    [0x7fe0, 0x10, "OW", Buffer.from(Array.from({ length: 2 * 32 * 24 }, (_, i) => (i * 7) % 256))]];
  await giveInRoom(page, { IM0001: dicomFile(frames) }, FILMS);
  await there(page, ".frame-choice");
  assert.deepEqual(await violations(page), []);
  await inside(page, (root) => {
    const choice = root.querySelector(".frame-choice");
    choice.querySelector("input").value = "2";
    choice.querySelector("button").click();
  });
  await until(page, (root) => root.querySelectorAll(".results tbody tr").length === 14);
  assert.match(await inside(page, (root) => root.querySelector(".results .about").textContent), /Frame 2 of 2/);
  await until(page, (root) => /in all [\d,]+ shades/.test(root.querySelector(".window-panel").textContent));
  const screen = () => inside(page, (root) => {
    const canvas = root.querySelector(".viewport canvas");
    return [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 20, 20).data].join();
  });
  const drawn = async () => (await roomOf(page)).evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)));
  }));
  await drawn();
  const units = () => inside(page, (root) => root.querySelector(".viewer-units").textContent);
  assert.equal(await units(), "Window in the file\u2019s values: center 128, width 255.");
  const before = await screen();
  await inside(page, (root) => {
    const [level] = root.querySelectorAll(".sliders input");
    level.value = level.min;
    level.dispatchEvent(new Event("input"));
  });
  await drawn();
  assert.notEqual(await screen(), before);
  assert.match(await units(), /center [−-]?\d+, width 255/);
  assert.notEqual(await units(), "Window in the file\u2019s values: center 128, width 255.");
  await page.browserContext().close();
});

test("without WebAssembly the page names what turns it off", async () => {
  const { browser, server } = await stage();
  /* In WebKit no script reaches frames before theirs; its engine can do without. */
  const context = await browser.createBrowserContext(/** @type {any} */ ({ environment: { JSC_useWasm: "0" } }));
  const page = await context.newPage();
  await page.evaluateOnNewDocument(() => { delete globalThis.WebAssembly; });
  await page.goto(server.url);
  await until(page, (root) => /Lockdown Mode/.test(root.textContent) && /Edge/.test(root.textContent));
  assert.deepEqual(await violations(page), []);
  await context.close();
});

test("a model that is not there: what happened, what to do, and a way to retry", async () => {
  const page = await open();
  await page.evaluate(() => {
    const other = document.createElement("evax-xray");
    other.setAttribute("model", "nowhere/");
    document.querySelector("evax-xray").replaceWith(other);
  });
  await there(page, ".problem");
  const said = await inside(page, (root) => root.querySelector(".problem").textContent);
  assert.match(said, /MODEL_NOT_FOUND/);
  assert.match(said, /Retry/);
  assert.deepEqual(await violations(page), []);
  await page.browserContext().close();
});
