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

const FOLDER = /\/kept-models\/([0-9a-f]{64})\/manifest\.json$/;

/** @param {string} hash */
const folderOf = (hash) => new URL(`kept-models/${hash}/`, location.href).href;

/** A listing never fails: a browser that keeps nothing has an empty one. @returns {Promise<KeptModel[]>} */
export async function keptModels() {
  try {
    const requests = await (await caches.open(CACHE_NAME)).keys();
    const hashes = requests.flatMap(({ url }) => FOLDER.exec(url)?.[1] ?? [])
      .filter((hash) => requests.some(({ url }) => url === `${folderOf(hash)}manifest.json`));
    return (await Promise.all(hashes.map(factsOf))).flatMap((model) => model ?? []);
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
 * Keeps a model. What is stored of one that the browser has no room for is taken away again.
 * @param {{ bytes: Uint8Array, chunks: Blob[] }} model bytes: of manifest.json; chunks: in its order
 * @returns {Promise<string>} why the browser refuses; "" if it does not
 */
export async function keepModel({ bytes, chunks }) {
  const { chunks: entries } = readManifest(bytes);
  const hash = await sha256(bytes);
  const cache = await ModelCache.open(folderOf(hash));
  for (const [i, entry] of entries.entries()) {
    await cache.writeChunk(entry, new Uint8Array(await chunks[i].arrayBuffer()));
    if (cache.refusal) break;
  }
  if (!cache.refusal) await cache.commit(bytes, entries);
  if (cache.refusal) await forgetModel(hash);
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
    attempts: 1,
    manifest: async () => await cache.readManifest() ?? missing("MODEL_NOT_FOUND"),
    chunk: async (entry) => await cache.readChunk(entry) ?? missing("CHUNK_MISSING"),
  };
}

/** @param {"MODEL_NOT_FOUND" | "CHUNK_MISSING"} code @returns {never} */
function missing(code) {
  throw new EvaxError(code, "this browser keeps the model no more; open its file again");
}
