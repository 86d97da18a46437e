/* places.js - where the ways out are tried: an open page as the control, and the room after its seal; in each the
 * document and a worker.
 * SPDX-License-Identifier: MIT */

/** An open page with what the ways look for. */
export const OPEN_PAGE = { html: "<!doctype html><html lang=en><head><title>open</title></head><body><evax-xray></evax-xray></body></html>" };

const VISIT_MS = 15_000;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whatever a way does to a page, the run goes on. */
export const within = (ms, work, otherwise) =>
  Promise.race([work.catch((error) => `gone: ${error.message.slice(0, 60)}`), sleep(ms).then(() => otherwise)]);

/** Of a frame: what the selector finds in the element, once it is there. */
async function there(frame, selector) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await frame.evaluate((s) => Boolean(document.querySelector("evax-xray")?.shadowRoot?.querySelector(s)), selector)) return;
    await sleep(100);
  }
  throw new Error(`${selector} does not appear`);
}

/** What is, or will be, the room of a page: the second frame inward. @param page of puppeteer, or of webkit-page.js */
const innermost = (page) => (page.room
  ? page.room() : page.frames().filter((frame) => frame.parentFrame()?.parentFrame() === page.mainFrame()).at(-1));

/** The page of its own: its room, closed, with the model in it. */
export async function openRoom(page) {
  // Puppeteer's goto() does not settle in Firefox where the page of a later visit is isolated, unlike the first.
  await within(VISIT_MS, page.goto("http://localhost/"), "");
  let room = null;
  for (let tries = 0; !room; tries += 1) {
    if (tries === 300) throw new Error("there is no room");
    const inner = innermost(page);
    const ready = await inner?.evaluate(() => Boolean(document.querySelector("evax-xray"))).catch(() => false);
    if (ready) room = inner;
    else await sleep(100);
  }
  await there(room, ".begin .primary, .intake"); // a later visit is not asked
  await room.evaluate(() => /** @type {HTMLElement | null} */ (
    document.querySelector("evax-xray").shadowRoot.querySelector(".begin .primary"))?.click());
  await there(room, ".intake");
  return room;
}

/** What the strip says, and of each way what the probe saw. */
export const sealOf = (room) => room.evaluate(() => {
  const strip = document.querySelector("evax-xray").shadowRoot.querySelector(".seal");
  return { state: strip.querySelector("strong").textContent,
    tried: [...strip.querySelectorAll(".tried li")].map((li) => li.textContent) };
});

/** An open page of the same origin. */
export async function openControl(page) {
  await page.goto("http://localhost/open.html");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
  });
  return page.mainFrame();
}

/** A document's ways. @param {string} source of ways.js */
const documentPlace = (open, source) => async (page) => {
  const frame = await open(page);
  await frame.evaluate(source);
  return (group, way) => frame.evaluate((g, w) => globalThis.tryWay(g, w), group, way);
};

/** Those of a worker in that document: a decoder, or a library in it. @param {string} source */
const workerPlace = (open, source) => async (page) => {
  const frame = await open(page);
  await frame.evaluate((text) => {
    const script = `${text}; onmessage = async ({ data: [group, way] }) => postMessage(await tryWay(group, way));`;
    globalThis.labWorker = new Worker(URL.createObjectURL(new Blob([script])));
  }, source);
  return (group, way) => frame.evaluate((g, w) => new Promise((resolve) => {
    globalThis.labWorker.onmessage = ({ data }) => resolve(data);
    globalThis.labWorker.postMessage([g, w]);
  }), group, way);
};

/** @param {string} source of ways.js @returns by name: opens a page there, and gives what tries a way */
export const places = (source) => ({
  "open document": documentPlace(openControl, source),
  "room": documentPlace(openRoom, source),
  "open worker": workerPlace(openControl, source),
  "room worker": workerPlace(openRoom, source),
});
