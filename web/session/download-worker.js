/* download-worker.js - brings everything the page needs, and never sees a film.
 *
 *     chunks        cache or server, verified one by one, then into the cache
 *     engine script the source of the worker that will see the films
 *     frame worker  the source of the workers that decode compressed DICOM frames
 *     wasm          the modules that it may run
 *
 * The page hands over the manifest it has shown, so that both talk of the same model. When all is
 * there the page ends this worker; only then is it sealed.
 * SPDX-License-Identifier: MIT */
import { cachedSource, ModelCache } from "../model/cache.js";
import { Channel } from "../worker/channel.js";
import { loadChunks, persist } from "../model/chunks.js";
import { readManifest } from "../model/manifest.js";
import { sha256 } from "../base/sha256.js";
import { openSource, readScript, readWasm } from "../model/source.js";

/** @typedef {import("../model/manifest.js").ChunkEntry} ChunkEntry */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("./engine-assets.js").AssetRequest} AssetRequest */
/** @typedef {import("./engine-assets.js").EngineAssets} EngineAssets */

/* Fine enough for a bar, too seldom to be felt. */
const REPORT_MS = 50;

/** @param {Uint8Array} bytes */
const toBlob = (bytes) => new Blob([/** @type {BlobPart} */ (bytes)]);

/** What each chunk has brought so far, reported as it grows. */
class Arrivals {
  #totalBytes;
  /** @type {Map<string, { bytes: number, fromCache: boolean }>} by file */
  #files = new Map();
  #reportedAt = -Infinity;

  /** @param {number} totalBytes */
  constructor(totalBytes) {
    this.#totalBytes = totalBytes;
  }

  /** @param {ChunkEntry} entry @param {number} bytes @param {boolean} fromCache */
  note({ file }, bytes, fromCache) {
    this.#files.set(file, { bytes, fromCache });
    if (performance.now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = performance.now();
    const files = [...this.#files.values()];
    const loadedBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    page.call("progress", {
      loadedBytes: Math.min(loadedBytes, this.#totalBytes),
      fromCache: files.every(({ fromCache }) => fromCache),
    });
  }

  /** @param {ChunkEntry} entry */
  fromCache({ file }) {
    return this.#files.get(file)?.fromCache ?? false;
  }
}

/**
 * The chunks, verified; those that came from the server go into the cache. Whatever ends it, it
 * settles when the chunks that were verified by then are stored.
 * @param {AssetRequest} request
 * @param {AbortSignal} signal
 */
async function fetchModel({ model, manifest: bytes }, signal) {
  const manifest = readManifest(bytes);
  const arrivals = new Arrivals(manifest.stream_bytes);
  const server = openSource(model);
  const cache = await ModelCache.open(server.name);
  const source = cachedSource({
    ...server,
    chunk: (entry, options) => server.chunk(entry, {
      ...options, onBytes: (length) => arrivals.note(entry, length, false),
    }),
  }, cache, (entry) => arrivals.note(entry, entry.bytes, true));
  /** @type {Blob[]} */
  const chunks = [];
  try {
    await loadChunks(source, manifest, (chunk) => chunks.push(toBlob(chunk)), signal, () => {});
  } finally {
    await cache.written();
  }
  if (!cache.refusal) await cache.commit(bytes, manifest.chunks);
  const files = manifest.chunks.map((entry) => ({
    url: new URL(entry.file, server.name).href,
    bytes: entry.bytes,
    sha256: entry.sha256,
    fromCache: arrivals.fromCache(entry),
  }));
  return { chunks, files, refusal: cache.refusal };
}

/**
 * @param {string} url
 * @param {(url: string, signal: AbortSignal) => Promise<Uint8Array>} read
 * @param {AbortSignal} signal
 */
async function fetchFile(url, read, signal) {
  const bytes = await persist(3, signal, () => read(url, signal));
  const facts = { url, bytes: bytes.length, sha256: await sha256(bytes), fromCache: false };
  return { blob: toBlob(bytes), facts };
}

/** @param {AssetRequest["wasm"]} modules @param {AbortSignal} signal
 * @returns {Promise<[string, Awaited<ReturnType<typeof fetchFile>>][]>} */
const fetchModules = (modules, signal) => Promise.all(Object.entries(modules)
  .map(async ([kind, url]) => [kind, await fetchFile(url, readWasm, signal)]));

/** @param {AssetRequest} request @param {import("../worker/channel.js").Context} context
 * @returns {Promise<EngineAssets>} */
async function fetchAssets(request, { signal }) {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const fetchingModel = fetchModel(request, either);
  try {
    const [model, script, frameWorker, wasm, manifestHash] = await Promise.all([
      fetchingModel,
      fetchFile(request.script, readScript, either),
      fetchFile(request.frameWorker, readScript, either),
      fetchModules(request.wasm, either),
      sha256(request.manifest),
    ]);
    const manifest = {
      url: new URL("manifest.json", openSource(request.model).name).href,
      bytes: request.manifest.length, sha256: manifestHash, fromCache: false,
    };
    return {
      manifest: toBlob(request.manifest),
      chunks: model.chunks,
      script: script.blob,
      frameWorker: frameWorker.blob,
      wasm: Object.fromEntries(wasm.map(([kind, { blob }]) => [kind, blob])),
      wasmHashes: Object.fromEntries(wasm.map(([kind, { facts }]) => [kind, facts.sha256])),
      files: [manifest, ...model.files, script.facts, frameWorker.facts,
        ...wasm.map(([, { facts }]) => facts)],
      refusal: model.refusal,
    };
  } finally {
    stop.abort();
    await fetchingModel.catch(() => {}); // what it verified is stored then
  }
}

/** The work that the page may wait for after it has given it up. @type {Promise<unknown>} */
let fetching = Promise.resolve();

const page = new Channel(/** @type {any} */ (globalThis), {
  fetchAssets(request, context) {
    const work = fetchAssets(request, context);
    fetching = work.catch(() => {});
    return work;
  },
  settle: () => fetching.then(() => {}),
});
