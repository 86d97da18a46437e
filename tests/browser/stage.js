/* stage.js - what a browser test plays on: a site on a plain server that misbehaves on demand, and
 * pages with a profile of their own.
 * SPDX-License-Identifier: MIT */
import { fileURLToPath } from "node:url";
import { makeSite } from "../../tools/build/dist.js";
import { serve } from "../../tools/build/serve.js";
import { WAIT_MS } from "./browsers.js";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
export const REPOSITORY = at("../..");
export const HARNESS = at("harness.html");

/** Makes dist/site and the harness in build/, as one site. @param {string} name
 * @param {string[]} [pages] @returns its folder */
export async function buildSite(name, pages = [at("../../web/site/index.html"), HARNESS]) {
  const folder = at(`../../build/${name}`);
  await makeSite(folder, pages);
  return folder;
}

/** A server of a folder under a sub-path; it closes with the test.
 * @returns asked: the paths asked for, in order; fault(path, answer): answer(request, response)
 *   answers in place of the server for as long as it returns true; mend(): it answers all itself again; fall(): no
 *   request gets through */
export async function openServer(test, folder, { base = "/some/where/", isolated = false } = {}) {
  const asked = [];
  const faults = new Map();
  let fallen = false;
  const intercept = (request, response) => {
    if (fallen) return request.socket.destroy();
    const { pathname } = new URL(request.url, "http://localhost");
    if (!pathname.startsWith(base)) return false; // the browser's own /favicon.ico
    const path = pathname.slice(base.length);
    asked.push(path);
    const name = [...faults.keys()].find((end) => path.endsWith(end));
    return name ? faults.get(name)(request, response) : false;
  };
  const server = await serve(folder, { base, isolated, intercept });
  test.after(() => server.close());
  return {
    ...server,
    asked,
    fault: (name, answer) => faults.set(name, answer),
    mend: () => faults.clear(),
    fall: () => { fallen = true; },
  };
}

/** A page with the harness, in a profile of its own; it is left empty after the test. It keeps
 * the workers that it starts from blob: scripts, the engines' threads apart.
 * @param {any} test @param {import("puppeteer-core").Browser} browser @param {{ url: string }} server
 * @param {{ context?: import("puppeteer-core").BrowserContext, file?: string }} [options] */
export async function openHarness(test, browser, server, { context, file = "harness.html" } = {}) {
  const profile = context ?? await browser.createBrowserContext();
  const page = await profile.newPage();
  test.after(() => page.goto("about:blank"));
  await page.evaluateOnNewDocument(() => {
    globalThis.workers = [];
    globalThis.workerThreads = [];
    globalThis.Worker = class extends Worker {
      constructor(address, options) {
        super(address, options);
        if (!String(address).startsWith("blob:")) return;
        (options?.name === "evax-thread" ? globalThis.workerThreads : globalThis.workers).push(this);
      }

      terminate() {
        this.ended = true;
        super.terminate();
      }
    };
  });
  await page.goto(server.url + file);
  await page.waitForFunction(() => globalThis.evax);
  return page;
}

const LOOK_MS = 100;

/** Waits until look() resolves to something, which it resolves to. @template T @param {() => Promise<T>} look
 * @param {() => unknown} what does not come about, if it takes too long; it may be a promise */
export async function waitFor(look, what) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end;) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`this does not come about: ${await what()}`);
}

/** The room of a page's element, once it is there: the second frame inward. @param index of several
 * @param around the document with the element */
export async function roomOf(page, index = 0, around = page.mainFrame()) {
  return waitFor(async () => {
    const rooms = page.frames().filter((frame) => frame.parentFrame()?.parentFrame() === around);
    const there = await rooms[index]?.evaluate(() => Boolean(document.querySelector("evax-xray"))).catch(() => false);
    return there && rooms[index];
  }, () => "a room");
}

/** Runs work(root, ...args) in a page's room: root is what the element shows. The room's policy also refuses what
 * puppeteer would wait and click with; plain evaluation and real key presses go on working. */
export const inRoom = async (page, work, ...args) => (await roomOf(page)).evaluate(
  `(${work})(document.querySelector("evax-xray").shadowRoot, ...${JSON.stringify(args)})`);

/** Waits until that gives something in the room, which it resolves to. */
export async function untilRoom(page, work, ...args) {
  let last = "";
  return waitFor(() => inRoom(page, work, ...args).catch((error) => { last = error; }), async () =>
    `${work} ${args} ${last}: ${await inRoom(page, (root) => root.textContent).catch(() => "")}`);
}

/** Waits until a selector finds something in the room. */
export const thereInRoom = (page, selector) => untilRoom(page, (root, s) => Boolean(root.querySelector(s)), selector);

/** Waits for what a selector finds in the room, and clicks it. */
export async function clickInRoom(page, selector) {
  await thereInRoom(page, selector);
  await inRoom(page, (root, s) => root.querySelector(s).click(), selector);
}

/** Presses a button by its key, as a person does: with that browsers ask what they ask nobody's script. The page of another
 * test may come to the front of the same window at any time and take the key: then it is pressed again. */
export async function pressInRoom(page, selector) {
  await waitFor(async () => {
    await page.bringToFront();
    await inRoom(page, (root, s) => {
      globalThis.pressed = false;
      const button = root.querySelector(s);
      button.addEventListener("click", () => { globalThis.pressed = true; }, { once: true });
      button.focus();
    }, selector);
    await page.keyboard.press("Enter"); // between processes the focus takes its time
    return inRoom(page, () => globalThis.pressed);
  }, () => `a key that reaches ${selector}`);
}

/** Gives files, { name: content }, to the file input that a selector finds in the room; where there is none, drops them
 * on the room. */
export async function giveInRoom(page, files, selector = "") {
  const list = Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString("base64")]);
  if (selector) await thereInRoom(page, selector);
  await inRoom(page, (root, s, all) => {
    const given = new DataTransfer();
    for (const [name, base64] of all) {
      given.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
    }
    if (!s) return document.dispatchEvent(new DragEvent("drop", { dataTransfer: given, cancelable: true }));
    const input = root.querySelector(s);
    input.files = given.files;
    return input.dispatchEvent(new Event("change"));
  }, selector, list);
}

/** A session that is open, on the page. Resolves to { ok, error: { code, name, message, hint }
 * }. */
export const openSession = (page, options = {}) => page.evaluate(async (more) => {
  const session = new evax.Session({ model: "model/demo/", variant: "simd128", ...more });
  globalThis.session = session;
  globalThis.progress = [];
  try {
    await session.open({ onProgress: (p) => globalThis.progress.push(p) });
    return { ok: true, state: session.state };
  } catch ({ code, name, message, hint }) {
    return { ok: false, state: session.state, error: { code, name, message, hint } };
  }
}, options);

/** The answers of bad servers. */
export const BAD = {
  html: (_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><title>Welcome</title>");
    return true;
  },
  status: (code) => (_, response) => {
    response.writeHead(code);
    response.end();
    return true;
  },
  truncated: (_, response) => {
    response.writeHead(200, { "content-length": 1000 });
    response.write(Buffer.alloc(500));
    setTimeout(() => response.destroy(), 20);
    return true;
  },
  reset: (request) => {
    request.socket.destroy();
    return true;
  },
  stalled: (_, response) => {
    response.writeHead(200, { "content-length": 1_000_000 });
    response.write(Buffer.alloc(500));
    return true;
  },
  zeros: (length) => (_, response) => {
    response.end(Buffer.alloc(length));
    return true;
  },
};

/** Misbehaves on the first request only. */
export function once(answer) {
  let first = true;
  return (request, response) => {
    const now = first;
    first = false;
    return now && answer(request, response);
  };
}
