/* chunks.js - loads a model's manifest and its chunks, in order; each is verified before it is used.
 *
 *     source.chunk ──┐
 *     source.chunk ──┼─ length, SHA-256 ── feed(bytes), one after the other ── onProgress
 *     source.chunk ──┘
 *
 * At most IN_FLIGHT chunks are requested at a time, while one is fed, and each is released once it has been fed, so
 * the whole file is never in memory.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { isHash } from "../base/members.js";
import { readManifest, verifyChecksum } from "./manifest.js";
import { sha256 } from "../base/sha256.js";

/** @typedef {import("./manifest.js").ChunkEntry} ChunkEntry */
/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./source.js").Request} Request */
/** @typedef {import("./source.js").Source} Source */

/** The progress of loading. Bytes never decrease; totalBytes is 0 until the manifest has arrived.
 * @typedef {object} Progress
 * @property {"manifest" | "weights" | "ready"} phase
 * @property {number} loadedBytes verified and fed to the engine
 * @property {number} totalBytes
 */

const IN_FLIGHT = 3;
const BACK_OFF_MS = 200;
/* Errors that a retry may cure: the connection failed, or a cache or proxy has a bad copy. */
const RETRYABLE = new Set([
  "NETWORK", "CHUNK_LENGTH", "CHUNK_HASH", "MANIFEST_HASH", "MODEL_INTEGRITY",
  "SCRIPT_HASH",
]);

/** Waits; an abort ends the wait with the signal's reason.
 * @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
const pause = (ms, signal) => new Promise((resolve, reject) => {
  const stop = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    signal.removeEventListener("abort", stop);
    resolve();
  }, ms);
  signal.addEventListener("abort", stop, { once: true });
});

/**
 * Tries up to `attempts` times, waiting longer each time.
 * @template T
 * @param {number} attempts
 * @param {AbortSignal} signal
 * @param {(request: Request) => Promise<T>} ask
 * @returns {Promise<T>}
 */
export async function persist(attempts, signal, ask) {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await ask({ signal, fresh: attempt > 1 });
    } catch (error) {
      const retryable = error instanceof EvaxError && RETRYABLE.has(error.code);
      if (!retryable || attempt >= attempts) throw error;
    }
    await pause(BACK_OFF_MS * 4 ** (attempt - 1), signal);
  }
}

/** A manifest, what it was read from, and the SHA-256 of that: it names the whole model.
 * @typedef {{ manifest: Manifest, bytes: Uint8Array, hash: string }} KnownModel */

/**
 * The manifest of a source, checked, and compared with `integrity` if that is given. Errors:
 * MODEL_INTEGRITY, those of the source and of readManifest and verifyChecksum.
 * @param {Source} source
 * @param {AbortSignal} signal
 * @param {string} [integrity] SHA-256 that manifest.json must have, in hex
 * @returns {Promise<KnownModel>}
 */
export function loadManifest(source, signal, integrity) {
  if (integrity !== undefined && !isHash(integrity)) {
    throw new EvaxError("OPTION_INVALID", "integrity must be a SHA-256 in 64 lower-case hex digits");
  }
  return persist(source.attempts, signal, async (request) => {
    const bytes = await source.manifest(request);
    signal.throwIfAborted();
    const manifest = readManifest(bytes);
    await verifyChecksum(bytes, manifest);
    const hash = await sha256(bytes);
    if (integrity && hash !== integrity) throw new EvaxError("MODEL_INTEGRITY", `it is ${hash}`);
    return { manifest, bytes, hash };
  });
}

/**
 * A chunk, as the manifest says it is. Errors: CHUNK_LENGTH, CHUNK_HASH, and those of the source.
 * @param {Source} source
 * @param {ChunkEntry} entry
 * @param {Request} request
 */
async function verifiedChunk(source, entry, request) {
  const bytes = await source.chunk(entry, request);
  if (bytes.length !== entry.bytes) {
    const found = bytes.length > entry.bytes ? "more" : `${bytes.length}`;
    throw new EvaxError("CHUNK_LENGTH", `${entry.file} has ${found}, not ${entry.bytes} bytes`);
  }
  if (!source.verified && await sha256(bytes) !== entry.sha256) throw new EvaxError("CHUNK_HASH", entry.file);
  source.onVerified?.(entry, bytes);
  return bytes;
}

/**
 * The manifest's chunks in order, IN_FLIGHT requests ahead.
 * @param {Source} source
 * @param {Manifest} manifest
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<Uint8Array>}
 */
async function* chunksInOrder(source, { chunks }, signal) {
  const ask = (/** @type {ChunkEntry} */ entry) => {
    const chunk = persist(source.attempts, signal, (request) =>
      verifiedChunk(source, entry, request));
    chunk.catch(() => {}); // reported when its turn comes
    return chunk;
  };
  const ahead = chunks.slice(0, IN_FLIGHT).map(ask);
  for (let next = IN_FLIGHT; ahead.length > 0; next++) {
    const bytes = await /** @type {Promise<Uint8Array>} */ (ahead.shift());
    if (next < chunks.length) ahead.push(ask(chunks[next])); // before this one is fed: it comes in the meantime
    yield bytes;
  }
}

/**
 * Hands every chunk of the model to `feed`, in order and verified, the next when it is done. Whatever ends it early, an
 * abort, a bad chunk or feed itself, also ends the requests under way.
 * @param {Source} source
 * @param {Manifest} manifest
 * @param {(bytes: Uint8Array) => unknown} feed may be a promise
 * @param {AbortSignal} signal
 * @param {(progress: Progress) => void} onProgress
 */
export async function loadChunks(source, manifest, feed, signal, onProgress) {
  const stop = new AbortController();
  const relay = () => stop.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", relay, { once: true });
  const totalBytes = manifest.stream_bytes;
  let loadedBytes = 0;
  onProgress({ phase: "weights", loadedBytes, totalBytes });
  try {
    for await (const bytes of chunksInOrder(source, manifest, stop.signal)) {
      signal.throwIfAborted();
      await feed(bytes);
      source.onFed?.(bytes);
      loadedBytes += bytes.length;
      onProgress({ phase: "weights", loadedBytes, totalBytes });
    }
  } finally {
    signal.removeEventListener("abort", relay);
    stop.abort();
    void source.end?.();
  }
}
