/* service-worker.js - the page without a network.
 *
 * One deployment is one cache, of files that were each checked against the listing that
 * tools/build/dist.js puts in place of DEPLOYMENT. A newer deployment waits until the page asks for it
 * or all its tabs are closed, so that no page ever runs with files of two. The chunks of models
 * are not its business: the page keeps those itself, verified.
 * SPDX-License-Identifier: MIT */

/** eager: brought on installation; the others are kept once somebody asked for them.
 * @typedef {{ path: string, sha256: string, type: string, eager: boolean }} ListedFile */

/** @type {{ version: string, files: ListedFile[] }} */
const { version, files } = /** @type {any} */ (globalThis).DEPLOYMENT;

/* The type of this global scope is not among those of a page. */
const worker = /** @type {any} */ (globalThis);

/** @type {string} */
const scope = worker.registration.scope;
const PREFIX = `evax-page ${scope} `;
const listed = new Map(files.map((file) => [new URL(file.path, scope).href, file]));

/** @param {ArrayBuffer} bytes */
async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* What isolates a page, so that it may have threads. Many hosts cannot be made to say it; so the cache does, and from
 * the second visit on the page is isolated wherever it lies. Nothing reloads the page for it, so nothing can loop. An
 * isolated page starts only workers whose scripts say it, too. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};

/** Brings a file into the cache, if it is the one of this deployment.
 * @param {Cache} cache @param {string} url @returns {Promise<Response>} */
async function bring(cache, url) {
  const { path, sha256: expected, type } = /** @type {ListedFile} */ (listed.get(url));
  const response = await fetch(url, { cache: "no-cache" });
  const bytes = await response.clone().arrayBuffer();
  if (!response.ok || await sha256(bytes) !== expected) {
    throw new Error(`${path} is not of deployment ${version}`);
  }
  // Made anew: a response that was redirected may not answer a navigation.
  const kept = new Response(bytes, { headers: { "content-type": type, ...ISOLATION } });
  await cache.put(url, kept.clone());
  return kept;
}

async function install() {
  const cache = await caches.open(PREFIX + version);
  const eager = [...listed].filter(([, file]) => file.eager);
  await Promise.all(eager.map(([url]) => bring(cache, url)));
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + version);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {string} url @param {Request} request @returns {Promise<Response>} */
async function answer(url, request) {
  const cache = await caches.open(PREFIX + version);
  // What is not as listed goes through as the server gave it: whoever asked will say what is wrong.
  return await cache.match(url) ?? bring(cache, url).catch(() => fetch(request));
}

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener("message", (/** @type {any} */ { data }) => {
  if (data === "take over") worker.skipWaiting();
});
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET") return;
  url.hash = url.search = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  if (listed.has(url.href)) event.respondWith(answer(url.href, event.request));
});
