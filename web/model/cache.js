/* cache.js - keeps verified chunks of models in the browser between visits (Cache Storage).
 *
 * A chunk is stored under its address and its SHA-256, as soon as it has been verified and not before;
 * so an interrupted download resumes with the chunks that are missing, and a new model under the old
 * address never meets old chunks. What is read is verified again by whoever asked for it, and asked for once more,
 * fresh, when it is bad. A browser that refuses (quota, private mode) costs the next visit a
 * download, nothing else; `refusal` says why.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./manifest.js").ChunkEntry} ChunkEntry */
/** @typedef {import("./source.js").Source} Source */

export const CACHE_NAME = "evax-models-1";

/** The model that a file is of: its folder. A folder may be named after the hash of its manifest (tools/build/dist.js);
 * another hash is an earlier state of the same model. @param {string} url */
export const modelOf = (url) => new URL(".", url).href.replace(/-[0-9a-f]{12}\/$/, "-*/");

export class ModelCache {
  #folder;
  /** @type {Cache | null} */ #cache = null;
  /** @type {Set<Promise<void>>} */ #writing = new Set();

  /** Why the browser refuses to store; "" if it does not. */
  refusal = "";

  /** Private: use ModelCache.open. @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  /** @param {string} folder the address of the model, with a slash at its end
   * @returns {Promise<ModelCache>} */
  static async open(folder) {
    const self = new ModelCache(folder);
    await self.#attempt(async () => {
      self.#cache = await caches.open(CACHE_NAME);
    });
    return self;
  }

  /** Bytes of these chunks that are here. @param {readonly ChunkEntry[]} chunks */
  async bytesOf(chunks) {
    const keys = new Set(await this.#keys());
    const here = chunks.filter((entry) => keys.has(this.#chunkKey(entry)));
    return here.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** @param {ChunkEntry} entry @returns {Promise<Uint8Array | null>} to be verified */
  readChunk(entry) {
    return this.#read(this.#chunkKey(entry));
  }

  /** @param {ChunkEntry} entry @param {Uint8Array} bytes verified */
  writeChunk(entry, bytes) {
    const write = this.#write(this.#chunkKey(entry), bytes);
    this.#writing.add(write);
    return write.finally(() => this.#writing.delete(write));
  }

  /** Resolves when every chunk that was given to writeChunk is stored, or refused. */
  async written() {
    await Promise.all(this.#writing);
  }

  /** The manifest that the chunks here belong to, for visits without a network. */
  readManifest() {
    return this.#read(this.#manifestKey);
  }

  /** Keeps a manifest whose chunks are all here, and lets the chunks of earlier ones go.
   * @param {Uint8Array} bytes @param {readonly ChunkEntry[]} chunks */
  async commit(bytes, chunks) {
    await this.#write(this.#manifestKey, bytes);
    const wanted = new Set([this.#manifestKey, ...chunks.map((entry) => this.#chunkKey(entry))]);
    const stale = (await this.#keys()).filter((key) => !wanted.has(key));
    await this.#attempt(() => Promise.all(stale.map((key) => this.#cache?.delete(key))));
  }

  get #manifestKey() {
    return new URL("manifest.json", this.#folder).href;
  }

  /** @param {ChunkEntry} entry */
  #chunkKey({ file, sha256 }) {
    return new URL(`${file}?sha256=${sha256}`, this.#folder).href;
  }

  /** The keys of this model. @returns {Promise<string[]>} */
  async #keys() {
    const requests = await this.#attempt(() => this.#cache?.keys()) ?? [];
    const own = modelOf(this.#folder);
    return requests.map(({ url }) => url).filter((url) => modelOf(url) === own);
  }

  /** @param {string} key @returns {Promise<Uint8Array | null>} */
  async #read(key) {
    const response = await this.#attempt(() => this.#cache?.match(key));
    const body = await this.#attempt(async () => response?.arrayBuffer());
    return body ? new Uint8Array(body) : null;
  }

  /** @param {string} key @param {Uint8Array} bytes */
  async #write(key, bytes) {
    if (this.refusal) return;
    const body = /** @type {BodyInit} */ (bytes);
    await this.#attempt(() => this.#cache?.put(key, new Response(body)));
  }

  /** @template T @param {() => T | Promise<T>} work @returns {Promise<T | null>} */
  async #attempt(work) {
    try {
      return await work();
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      this.refusal ||= `${name}: ${message}`;
      return null;
    }
  }
}

/**
 * A source that asks the cache first, keeps in it what the other brought and was verified, and falls
 * back on the manifest of the last visit when the server cannot be reached.
 * @param {Source} source
 * @param {ModelCache} cache
 * @param {(entry: ChunkEntry) => void} onHit a chunk was in the cache
 * @returns {Source}
 */
export function cachedSource(source, cache, onHit) {
  /** @type {Set<ChunkEntry>} those whose bytes are the cache's */
  const hits = new Set();
  return {
    ...source,
    async manifest(request) {
      try {
        return await source.manifest(request);
      } catch (error) {
        const unreachable = error instanceof EvaxError && error.code === "NETWORK";
        const known = unreachable ? await cache.readManifest() : null;
        if (!known) throw error;
        return known;
      }
    },
    async chunk(entry, request) {
      hits.delete(entry);
      const known = request.fresh ? null : await cache.readChunk(entry);
      if (!known) return source.chunk(entry, request);
      hits.add(entry);
      onHit(entry);
      return known;
    },
    onVerified(entry, bytes) {
      if (!hits.has(entry)) cache.writeChunk(entry, bytes);
    },
  };
}
