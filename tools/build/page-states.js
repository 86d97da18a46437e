/* page-states.js - the states of the page, in the order in which a person meets them, and how each is reached.
 *
 * A visit is a list of states of one page. Everything is in the sealed frame, whose policy also refuses what puppeteer
 * itself would wait and click with: hands on the page are evaluated in it.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("puppeteer-core").Page} Page */
/** words: all texts of the page, in the language of the visit
 * @typedef {{ page: Page, words: any }} Place */
/** @typedef {[name: string, reach: (place: Place) => Promise<unknown>][]} States */
/** prepare: before the page is opened; path: of the site; asks: what the server answers in another way, by the end of its path
 * @typedef {{ states: States, path?: string, prepare?: (page: Page) => Promise<unknown>, faults?: Record<string, Fault> }} Visit */
/** stalled: no byte after the first ones; reset: the connection ends; html: a page with another file's name
 * @typedef {"stalled" | "reset" | "html"} Fault */

/** The frame with the page in it: the second inward. @param {Page} page */
async function roomOf(page) {
  for (let tries = 0; tries < 150; tries += 1) {
    const room = page.frames().find((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame());
    if (room && await room.evaluate(() => Boolean(document.querySelector("evax-xray"))).catch(() => false)) return room;
    await settled(100);
  }
  throw new Error("there is no room");
}

const settled = (ms = 400) => new Promise((done) => setTimeout(done, ms));

/** @param {Place} place @param {string} selector within the element's shadow */
async function wait({ page }, selector) {
  const room = await roomOf(page);
  const there = () => room.evaluate((wanted) =>
    Boolean(document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted)), selector);
  for (let tries = 0; !await there(); tries += 1) {
    if (tries === 200) throw new Error(`${selector} does not appear`);
    await settled(100);
  }
}

/** @param {Place} place @param {string} selector within the element's shadow */
async function click(place, selector) {
  await wait(place, selector);
  await (await roomOf(place.page)).evaluate((wanted) => /** @type {HTMLElement | null | undefined} */ (
    document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted))?.click(), selector);
}

/** Presses a button by its text. @param {Place} place @param {(words: any) => string} name */
async function press({ page, words }, name) {
  const pressed = await (await roomOf(page)).evaluate((wanted) => {
    const buttons = [...document.querySelector("evax-xray")?.shadowRoot?.querySelectorAll("button") ?? []];
    const button = buttons.find(({ textContent }) => textContent === wanted);
    button?.click();
    return button !== undefined;
  }, name(words));
  if (!pressed) throw new Error(`there is no button ${name(words)}`);
}

/** A view of the films. @param {Place} place @param {"film" | "table" | "validation"} id */
const view = (place, id) => press(place, (words) => words.views[id]);

/** Gives files to a file input: the shown film turned, inverted or as it is, drawings, or bytes that are none of these.
 * @param {Place} place @param {string} selector @param {Kind[]} kinds @param {string} [name] of all, before their numbers */
async function give({ page }, selector, kinds, name = "") {
  await (await roomOf(page)).evaluate(async (wanted, all, called) => {
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
      given.items.add(new File([await canvas.convertToBlob()], `${called || kind}-${i + 1}.png`));
    }
    const input = /** @type {HTMLInputElement} */ (root.querySelector(wanted));
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, selector, kinds, name);
}
/** @typedef {"shown" | "turned" | "inverted" | "drawing" | "photo" | "damaged"} Kind */

/** Gives one file of bytes. @param {Place} place @param {string} selector @param {string} name @param {string} content */
async function giveFile({ page }, selector, name, content) {
  await (await roomOf(page)).evaluate((wanted, called, text) => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector("evax-xray")?.shadowRoot?.querySelector(wanted));
    const given = new DataTransfer();
    given.items.add(new File([text], called));
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }, selector, name, content);
}

/** @param {Place} place @param {number} count of films of which the last has been read, has failed or was canceled */
const read = async (place, count) => {
  await wait(place, `.films li:nth-child(${count}):is(.done, .failed, .canceled)`);
  await settled();
};

/** @param {Place} place @param {number} at which film, from 1 */
const choose = async (place, at) => {
  await click(place, `.films li:nth-child(${at}) .film`);
  await settled();
};

const FILMS = ".intake input";

/** Trains a finding with drawings. @param {Place} place */
async function train(place) {
  await click(place, "#tab-train");
  await (await roomOf(place.page)).evaluate(() => {
    const name = /** @type {HTMLInputElement} */ (document.querySelector("evax-xray")?.shadowRoot?.querySelector(".training-name input"));
    name.value = "Wide mediastinum";
    name.dispatchEvent(new Event("input"));
  });
  await give(place, ".training-class:nth-child(1) input", Array(8).fill("drawing"));
  await give(place, ".training-class:nth-child(2) input", Array(8).fill("photo"));
  await click(place, ".training .primary:not([disabled])");
  await wait(place, ".head .curve");
}

/** Labels of two findings for the drawings. */
const LABELS = ["file;patient;Effusion;Cardiomegaly",
  ...Array.from({ length: 30 }, (_, i) => `drawing-${i + 1}.png;p${i};${i % 2};${Number(i % 8 > 3)}`)].join("\n");

/** @type {States} */
const READING = [
  ["1-opening", (place) => wait(place, ".notice")],
  ["2-empty", async (place) => {
    await click(place, ".primary");
    await wait(place, ".intake");
  }],
  ["2b-train-first", (place) => click(place, ".begin-training")],
  ["3-results", async (place) => {
    await click(place, ".examples li:nth-child(1) button");
    await wait(place, ".viewer:not(.blank)");
    await click(place, "#tab-findings");
    await settled();
  }],
  ["3b-map", async (place) => {
    await click(place, ".finding");
    await wait(place, ".legend canvas[aria-label]");
    await settled();
  }],
  ["3c-without-panel", async (place) => {
    await click(place, ".finding[aria-pressed=true]");
    await click(place, ".tools > button:last-child");
    await settled();
  }],
  ["4-seal", async (place) => {
    await click(place, ".tools > button:last-child");
    await click(place, ".seal summary");
  }],
  ["4b-tools", async (place) => {
    await click(place, ".seal summary");
    await click(place, ".more summary");
  }],
  ["4c-window", async (place) => {
    await click(place, ".more summary");
    await click(place, ".window-panel summary");
  }],
  ["4d-keys", async (place) => {
    await click(place, ".window-panel summary");
    await press(place, (words) => words.keys);
  }],
  ["5-unlike-films", async (place) => {
    await click(place, "dialog header button");
    await give(place, FILMS, ["photo", "turned", "inverted"]);
    await read(place, 4);
    await choose(place, 2);
  }],
  ["5b-shown-anyway", async (place) => {
    await press(place, (words) => words.gate.show);
    await settled();
  }],
  ["6-turned", async (place) => {
    await choose(place, 3);
    await settled(1500);
  }],
  ["6b-compare", async (place) => {
    await click(place, ".more summary");
    await press(place, (words) => words.viewer.compare);
    await settled();
  }],
  ["6c-read-turned", async (place) => {
    await press(place, (words) => words.viewer.compare);
    await choose(place, 3);
    await click(place, ".gate .primary");
    await settled(1500);
  }],
  ["7-failed", async (place) => {
    await give(place, FILMS, ["damaged"]);
    await read(place, 5);
    await choose(place, 5);
    await wait(place, ".problem");
  }],
  ["8-many", async (place) => {
    await give(place, FILMS, Array(30).fill("drawing"));
    await read(place, 35);
    await choose(place, 1);
  }],
  ["8b-table", async (place) => {
    await view(place, "table");
    await settled();
  }],
  ["8c-validation", async (place) => {
    await view(place, "validation");
    await settled();
  }],
  ["8d-report", async (place) => {
    await giveFile(place, ".validation input[type=file]", "labels.csv", LABELS);
    await wait(place, ".validation-report tbody tr");
    await settled();
  }],
  ["8e-finding-report", async (place) => {
    await click(place, ".validation-report tbody button");
    await wait(place, ".report-detail svg");
    await (await roomOf(place.page)).evaluate(() =>
      document.querySelector("evax-xray")?.shadowRoot?.querySelector(".report-detail")?.scrollIntoView());
  }],
  ["8f-site-card", async (place) => {
    await press(place, (words) => words.validation.useCard);
    await view(place, "film");
    await settled();
  }],
  ["9-train", train],
  ["9b-picker", async (place) => {
    await press(place, (words) => words.training.addListed);
    await wait(place, "dialog .picker");
  }],
  ["a-export", async (place) => {
    await click(place, "dialog header button");
    await click(place, "#tab-export");
  }],
  ["a2-print", async (place) => {
    await press(place, (words) => words.report.print);
    await wait(place, "dialog .report-film");
    await click(place, "dialog .check input");
    await wait(place, "dialog .report-maps");
  }],
  ["b-menu", async (place) => {
    await click(place, "dialog header button");
    await click(place, ".menu summary");
  }],
  ["c-card", async (place) => {
    await click(place, "nav button");
    await wait(place, "dialog[open]");
  }],
  ["c2-another-model", async (place) => {
    await click(place, "dialog header button");
    await giveFile(place, FILMS, "eva_x_small.safetensors", "not read before the person wants it");
    await wait(place, "dialog[open]");
  }],
  ["d-long-names", async (place) => {
    await click(place, "dialog header button");
    await click(place, "#tab-findings");
    await give(place, FILMS, ["shown"], "1.2.840.113619.2.55.3.604688119.868.1259216391.464_Thorax_Bettaufnahme_liegend_nach_ZVK-Anlage_und_Drainage");
    await read(place, 52);
    await choose(place, 52);
  }],
  ["d2-reading", async (place) => {
    await give(place, FILMS, Array(200).fill("drawing"), "series");
    await wait(place, ".films li:nth-child(60):is(.done)");
    await choose(place, 120);
  }],
  ["d3-canceled", async (place) => {
    await press(place, (words) => words.films.cancelAll);
    await settled();
  }],
  ["d4-cleared", async (place) => {
    await press(place, (words) => words.films.clear);
    await settled();
  }],
  // A script by another address is a newer deployment.
  ["d5-update", ({ page }) => page.evaluate(async () => {
    await navigator.serviceWorker.register("service-worker.js?newer");
    const offer = /** @type {HTMLElement} */ (document.getElementById("update"));
    while (offer.hidden) await new Promise((resolve) => setTimeout(resolve, 100));
  })],
];

/** @type {States} */
const PROBLEM = [["problem", async (place) => {
  await wait(place, ".notice, .problem");
  await click(place, ".primary");
  await wait(place, ".problem");
}]];

/** By name, which all pictures of a visit's states begin with.
 * @type {Record<string, Visit>} */
export const VISITS = {
  "": { states: READING },
  "e-loading-": {
    faults: { "chunk-001.bin": "stalled" },
    states: [["half", async (place) => {
      await click(place, ".primary");
      await wait(place, ".steps");
      await settled(1000);
    }], ["canceled", async (place) => {
      await press(place, (words) => words.cancel);
      await wait(place, ".notice");
    }]],
  },
  "f-chooser-": {
    path: "two.html",
    states: [["first", (place) => wait(place, ".site-models li:nth-child(2)")], ["second", async (place) => {
      await click(place, ".site-models li:nth-child(2) button");
      await settled();
    }]],
  },
  "g-no-model-": { faults: { "manifest.json": "html" }, states: [["problem", (place) => wait(place, ".problem")]] },
  "h-damaged-chunk-": { faults: { "chunk-001.bin": "html" }, states: PROBLEM },
  "i-no-network-": { faults: { "manifest.json": "reset" }, states: [["problem", (place) => wait(place, ".problem")]] },
  "j-no-engine-": { faults: { ".wasm": "html" }, states: PROBLEM },
  "k-no-webassembly-": {
    prepare: (page) => page.evaluateOnNewDocument("delete globalThis.WebAssembly"),
    states: [["unsupported", (place) => wait(place, ".sheet ul")]],
  },
  "l-no-storage-": {
    prepare: (page) => page.evaluateOnNewDocument(() => {
      for (const name of ["caches", "indexedDB", "localStorage"]) {
        Object.defineProperty(globalThis, name, { get: () => { throw new DOMException("refused here", "SecurityError"); } });
      }
    }),
    states: [READING[0], READING[1]],
  },
  "m-no-script-": { faults: { "site.js": "html" }, states: [["text", () => settled(6000)]] },
};
