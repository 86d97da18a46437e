/* cache.test.js - what the browser keeps of a model, on a stand-in for Cache Storage.
 * SPDX-License-Identifier: MIT */
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { ModelCache, cachedSource } from "../../../web/model/cache.js";
import { loadChunks } from "../../../web/model/chunks.js";
import { cacheStorage } from "../../support/cache-storage.js";
import { withCode } from "../../support/repository.js";
import { memorySource, tinyModel } from "../../support/tiny.js";

const MODEL = tinyModel();
const { manifest, files } = MODEL;
const [first, second, third] = manifest.chunks;
const FOLDER = "https://site.example/models/tiny/";

/** @type {Map<string, Uint8Array<ArrayBuffer>>} what the browser holds, by address */
let stored;
/** @type {ReturnType<typeof cacheStorage>} */ let storage;
beforeEach(() => {
  stored = new Map();
  globalThis.caches = storage = cacheStorage(stored);
});
afterEach(() => delete globalThis.caches);

const keyOf = ({ file, sha256 }, folder = FOLDER) => `${folder}${file}?sha256=${sha256}`;

/** The model, through the cache, from a server that gives `chunk`. */
async function loadThrough(cache, { chunk = memorySource(MODEL).chunk, signal = new AbortController().signal } = {}) {
  const source = cachedSource({ ...memorySource(MODEL), chunk }, cache, () => {});
  await loadChunks(source, manifest, () => {}, signal, () => {}).finally(() => cache.written());
}

test("committing a model deletes its own earlier chunks and no others", async () => {
  const others = ["https://site.example/models/other/", "https://site.example/models/tiny/inner/",
    "https://site.example/models/", "https://elsewhere.example/models/tiny/"]
    .map((folder) => /** @type {const} */ ([keyOf(first, folder), files.get(first.file)]));
  for (const [key, bytes] of others) stored.set(key, bytes);
  stored.set(keyOf({ ...first, sha256: "0".repeat(64) }), files.get(first.file));
  const cache = await ModelCache.open(FOLDER);
  await loadThrough(cache);
  await cache.commit(new Uint8Array(1), manifest.chunks);
  const own = [`${FOLDER}manifest.json`, ...manifest.chunks.map((entry) => keyOf(entry))];
  assert.deepEqual([...stored.keys()].sort(), [...others.map(([key]) => key), ...own].sort());
});

test("a model whose folder is named after its manifest deletes those of earlier manifests", async () => {
  const folder = (name) => `https://site.example/models/${name}/`;
  const [now, before, other] = ["tiny-0123456789ab", "tiny-ba9876543210", "huge-ba9876543210"].map(folder);
  for (const place of [before, other]) stored.set(keyOf(first, place), files.get(first.file));
  const cache = await ModelCache.open(now);
  await loadThrough(cache);
  await cache.commit(new Uint8Array(1), manifest.chunks);
  const own = [`${now}manifest.json`, ...manifest.chunks.map((entry) => keyOf(entry, now))];
  assert.deepEqual([...stored.keys()].sort(), [keyOf(first, other), ...own].sort());
});

test("a chunk is kept as soon as it is verified, though the one before it has not come", async () => {
  const cache = await ModelCache.open(FOLDER);
  const stop = new AbortController();
  const chunk = async (entry, { signal }) => entry.file !== first.file ? files.get(entry.file)
    : new Promise((_, reject) => { signal.addEventListener("abort", () => reject(signal.reason)); });
  const loading = loadThrough(cache, { chunk, signal: stop.signal });
  while (stored.size < 2) await new Promise(setImmediate);
  stop.abort();
  await assert.rejects(loading, { name: "AbortError" });
  assert.deepEqual([...stored.keys()].sort(), [keyOf(second), keyOf(third)].sort());
});

test("what is not verified is never kept", async () => {
  const cache = await ModelCache.open(FOLDER);
  const chunk = async ({ bytes }) => new Uint8Array(bytes);
  await assert.rejects(loadThrough(cache, { chunk }), withCode("CHUNK_HASH"));
  assert.deepEqual([...stored.keys()], []);
});

test("written() waits for every chunk that was given", async () => {
  const cache = await ModelCache.open(FOLDER);
  storage.delay = 20;
  for (const entry of manifest.chunks) cache.writeChunk(entry, files.get(entry.file));
  assert.equal(stored.size, 0);
  await cache.written();
  assert.equal(stored.size, manifest.chunks.length);
});

test("a chunk that the cache had is not written again; a bad one is replaced", async () => {
  const cache = await ModelCache.open(FOLDER);
  for (const entry of manifest.chunks) await cache.writeChunk(entry, files.get(entry.file));
  stored.set(keyOf(second), new Uint8Array(second.bytes));
  storage.puts.length = 0;
  await loadThrough(cache, { chunk: async ({ file }) => files.get(file) }).catch(() => {});
  assert.deepEqual(storage.puts, []);
  const source = cachedSource({ ...memorySource(MODEL), attempts: 2 }, cache, () => {});
  await loadChunks(source, manifest, () => {}, new AbortController().signal, () => {});
  await cache.written();
  assert.deepEqual(storage.puts, [keyOf(second)]);
  assert.deepEqual(stored.get(keyOf(second)), files.get(second.file));
});

test("a browser that refuses is asked no more, and says why", async () => {
  storage.refuse = new DOMException("the disk is full", "QuotaExceededError");
  const cache = await ModelCache.open(FOLDER);
  await cache.writeChunk(first, files.get(first.file));
  await loadThrough(cache);
  assert.equal(cache.refusal, "QuotaExceededError: the disk is full");
  assert.deepEqual(storage.puts, [keyOf(first)]);
});
