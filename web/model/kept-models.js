/* kept-models.js - models that somebody opened from a file, kept in this browser for later visits: each in the
 * model cache, under an address that no server has and that ends in its hash.
 *
 * They are verified by that hash and those of the chunks each time they are used, as all models are.
 * SPDX-License-Identifier: MIT */
import { sha256 } from "../base/sha256.js";
import { EvaxError } from "../base/errors.js";
import { CACHE_NAME, ModelCache } from "./cache.js";
import { readManifest } from "./manifest.js";

/** @typedef {import("./source.js").Source} Source */
/** @typedef {{ hash: string, name: string, bytes: number }} KeptModel */

const FOLDER = /\/kept-models\/([0-9a-f]{64})\//;

/** @param {string} hash */
const folderOf = (hash) => new URL(`kept-models/${hash}/`, location.href).href;

/** Runs work that no other tab may disturb, or that disturbs none: then it is left out while another is at it.
 * @template T @param {string} hash @param {boolean} wait @param {() => Promise<T>} work @returns {Promise<T | null>} */
const alone = async (hash, wait, work) => (navigator.locks
  ? navigator.locks.request(`evax-kept-model ${hash}`, { ifAvailable: !wait }, (lock) => (lock ? work() : null))
  : work());

/** The models by hash, whether they are whole or not. @returns {Promise<Map<string, string[]>>} the addresses of each */
async function keptAddresses() {
  /** @type {Map<string, string[]>} */
  const models = new Map();
  for (const { url } of await (await caches.open(CACHE_NAME)).keys()) {
    const hash = FOLDER.exec(url)?.[1];
    if (hash && url.startsWith(folderOf(hash))) models.set(hash, [...models.get(hash) ?? [], url]);
  }
  return models;
}

/** A listing never fails: a browser that keeps nothing has an empty one. What a tab left half-written when it was closed
 * is taken away. @returns {Promise<KeptModel[]>} */
export async function keptModels() {
  try {
    const models = [...await keptAddresses()].map(async ([hash, urls]) => {
      const known = urls.includes(`${folderOf(hash)}manifest.json`) ? await factsOf(hash) : null;
      if (!known) await alone(hash, false, () => forgetModel(hash));
      return known;
    });
    return (await Promise.all(models)).flatMap((model) => model ?? []);
  } catch {
    return [];
  }
}

/** @param {string} hash @returns {Promise<KeptModel | null>} null for one that is damaged */
async function factsOf(hash) {
  const bytes = await (await ModelCache.open(folderOf(hash))).readManifest();
  if (!bytes || await sha256(bytes) !== hash) return null;
  const { name, dtype, stream_bytes: size } = readManifest(bytes);
  return { hash, name: `${name}, ${dtype}`, bytes: size };
}

/**
 * Keeps a model. What is stored of one that the browser has no room for, or of one that is not wanted any more, is taken
 * away again.
 * @param {{ bytes: Uint8Array, chunks: Blob[] }} model bytes: of manifest.json; chunks: in its order
 * @param {AbortSignal} signal
 * @returns {Promise<string>} why the browser refuses; "" if it does not
 */
export async function keepModel(model, signal) {
  const hash = await sha256(model.bytes);
  const refusal = await alone(hash, true, async () => {
    const whole = await factsOf(hash);
    const why = await store(hash, model, signal);
    if (!whole && (why || signal.aborted)) await forgetModel(hash);
    return why;
  });
  signal.throwIfAborted();
  return refusal ?? "";
}

/** The manifest last: with it the model counts as kept. @param {string} hash
 * @param {{ bytes: Uint8Array, chunks: Blob[] }} model @param {AbortSignal} signal */
async function store(hash, { bytes, chunks }, signal) {
  const { chunks: entries } = readManifest(bytes);
  const cache = await ModelCache.open(folderOf(hash));
  for (const [i, entry] of entries.entries()) {
    if (cache.refusal || signal.aborted) return cache.refusal;
    await cache.writeChunk(entry, new Uint8Array(await chunks[i].arrayBuffer()));
  }
  await cache.commit(bytes, entries);
  return cache.refusal;
}

/** @param {string} hash */
export async function forgetModel(hash) {
  const cache = await caches.open(CACHE_NAME).catch(() => null);
  const keys = await cache?.keys() ?? [];
  await Promise.all(keys.filter(({ url }) => url.startsWith(folderOf(hash))).map((key) => cache?.delete(key)));
}

/** A kept model as a source for loading. @param {string} hash @returns {Promise<Source>} */
export async function keptSource(hash) {
  const folder = folderOf(hash);
  const cache = await ModelCache.open(folder);
  return {
    name: folder,
    attempts: 2, // the second shows that what is here is no good
    manifest: async () => await cache.readManifest() ?? missing("MODEL_NOT_FOUND"),
    chunk: async (entry, { fresh }) => (fresh ? null : await cache.readChunk(entry)) ?? missing("CHUNK_MISSING"),
  };
}

/** @param {"MODEL_NOT_FOUND" | "CHUNK_MISSING"} code @returns {never} */
function missing(code) {
  throw new EvaxError(code, "what this browser kept of the model is gone or damaged; delete it from the list, and open its "
    + "file again");
}
