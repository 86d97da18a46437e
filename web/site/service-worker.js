/* service-worker.js - serves the page without a network.
 *
 * Each deployment has its own cache, of files that are each checked against the listing that
 * tools/build/dist.js puts in place of DEPLOYMENT: when they are fetched and whenever they are read, because every page of
 * this origin can write into the cache, and none into this script. A newer deployment waits until the page asks for it
 * or all its tabs are closed, so that no page ever mixes files of two. The page itself keeps the chunks of models,
 * verified.
 * SPDX-License-Identifier: MIT */

/** eager: fetched on installation; the others are kept once they have been requested.
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

/* The headers of cross-origin isolation, which threads need. On many hosts they cannot be set, so the cache adds them:
 * from the second visit on, the page is isolated on any host. It is never reloaded for that, so it cannot loop. An
 * isolated page starts only workers whose scripts have these headers, too. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
};
/* In an isolated page WebKit starts no worker of a frame without an origin: better one thread than none. */
const IS_WEBKIT = /AppleWebKit\//.test(navigator.userAgent) && !/Chrom(e|ium)\//.test(navigator.userAgent);

/** A new response: a redirected one may not answer a navigation, and what the cache has besides the bytes is not
 * verified. @param {ArrayBuffer} bytes @param {ListedFile} file */
const responseOf = (bytes, { type }) =>
  new Response(bytes, { headers: { "content-type": type, ...(!IS_WEBKIT && ISOLATION) } });

/** Fetches a file into the cache if it belongs to this deployment; rejects if not.
 * @param {Cache} cache @param {string} url @returns {Promise<Response>} */
async function fetchListed(cache, url) {
  const file = /** @type {ListedFile} */ (listed.get(url));
  const response = await fetch(url, { cache: "no-cache" });
  const bytes = await response.arrayBuffer();
  if (!response.ok || await sha256(bytes) !== file.sha256) {
    throw new Error(`${file.path} is not of deployment ${version}`);
  }
  await cache.put(url, responseOf(bytes, file));
  return responseOf(bytes, file);
}

/** A file of the cache, if nobody has changed it there. @param {Cache} cache @param {string} url
 * @returns {Promise<Response | null>} */
async function readListed(cache, url) {
  const file = /** @type {ListedFile} */ (listed.get(url));
  const bytes = await (await cache.match(url))?.arrayBuffer();
  return bytes && await sha256(bytes) === file.sha256 ? responseOf(bytes, file) : null;
}

async function install() {
  const cache = await caches.open(PREFIX + version);
  const eager = [...listed].filter(([, file]) => file.eager);
  await Promise.all(eager.map(([url]) => fetchListed(cache, url)));
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
  // A file that is not as listed is passed on as the server sent it: the requester reports what is wrong.
  return await readListed(cache, url) ?? fetchListed(cache, url).catch(() => fetch(request));
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
