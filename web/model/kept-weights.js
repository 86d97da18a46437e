/* kept-weights.js - a model's weights, kept between visits in a file that only its origin can reach (origin private file
 * system). For workers: they alone read such a file without another process in between, 22 MB in 10 ms where
 * the HTTP cache takes over 100.
 *
 *     chunk ── in the file? ── yes ── read ── verified as any chunk
 *                └── no ── from the source ── verified ── written at its place in the stream
 *
 * A file is named after the address of the model and the hash of its manifest: a new model never meets old weights, and
 * takes their place. It is whole if it has one byte more than the stream, which is written last. A browser that refuses
 * (quota, private mode, another tab that is writing) costs the next visit its time, nothing else.
 * SPDX-License-Identifier: MIT */
import { sha256 } from "../base/sha256.js";
import { modelOf } from "./cache.js";

/** @typedef {import("./manifest.js").ChunkEntry} ChunkEntry */
/** @typedef {import("./manifest.js").Manifest} Manifest */
/** @typedef {import("./source.js").Source} Source */
/** FileSystemSyncAccessHandle, which TypeScript knows in workers only.
 * @typedef {{ read(to: Uint8Array, options: { at: number }): number, write(from: Uint8Array, options: { at: number }): number,
 *   truncate(bytes: number): void, getSize(): number, close(): void }} Handle */

const FOLDER = "eva-x-web";

/** Where each chunk begins in the stream. @param {ChunkEntry[]} chunks @returns {Map<ChunkEntry, number>} */
function startsOf(chunks) {
  let at = 0;
  return new Map(chunks.map((entry) => [entry, (at += entry.bytes) - entry.bytes]));
}

/** The file of one model while it is loaded: whole, and read; or not, and written anew. */
class WeightsFile {
  /** @type {FileSystemDirectoryHandle} */ #folder;
  #name;
  #bytes;
  #left;
  /** @type {Handle} */ #handle = /** @type {any} */ (null);
  /** What was read into, free again: memory that is touched for the first time costs more than the reading itself.
   * @type {Uint8Array[]} */ #free = [];
  /** Chunks that were read and are in use. @type {Set<Uint8Array>} */ #lent = new Set();
  /** Whether it was whole when it was opened. */
  whole = false;
  /** Whether it is to be deleted: it could not be written to its end, or had a bad chunk. */
  spoiled = false;

  /** Private: use WeightsFile.open. @param {FileSystemDirectoryHandle} folder @param {string} name @param {number} bytes of the stream */
  constructor(folder, name, bytes) {
    this.#folder = folder;
    this.#name = name;
    this.#bytes = this.#left = bytes;
  }

  /** Rejects where the browser keeps nothing, or another tab is writing. @param {string} address of the model
   * @param {string} hash of its manifest @param {number} bytes of its stream @returns {Promise<WeightsFile>} */
  static async open(address, hash, bytes) {
    const [root, model] = await Promise.all([navigator.storage.getDirectory(), sha256(new TextEncoder().encode(modelOf(address)))]);
    const folder = await root.getDirectoryHandle(FOLDER, { create: true });
    const self = new WeightsFile(folder, `${model}-${hash}`, bytes);
    await self.#open();
    return self;
  }

  /** Several tabs may read at a time, where the browser knows the mode. */
  async #open() {
    const file = /** @type {any} */ (await this.#folder.getFileHandle(this.#name, { create: true }));
    this.#handle = await file.createSyncAccessHandle({ mode: "read-only" });
    this.whole = this.#handle.getSize() === this.#bytes + 1;
    if (this.whole) return;
    this.#handle.close();
    this.#handle = await file.createSyncAccessHandle();
    this.#handle.truncate(0);
  }

  /** @param {number} at @param {number} count @returns {Uint8Array | null} to be verified; null if they are not here */
  read(at, count) {
    if (!this.whole) return null;
    try {
      const bytes = this.#room(count);
      this.#lent.add(bytes);
      return this.#handle.read(bytes, { at }) === count ? bytes : null;
    } catch {
      return null; // closed, or the disk's fault
    }
  }

  /** @param {number} count bytes, which may be those of an earlier chunk */
  #room(count) {
    const free = this.#free.pop();
    return free && free.buffer.byteLength >= count ? new Uint8Array(free.buffer, 0, count) : new Uint8Array(count);
  }

  /** Takes back what read() gave. @param {Uint8Array} bytes */
  takeBack(bytes) {
    if (this.#lent.delete(bytes)) this.#free.push(bytes);
  }

  /** @param {number} at @param {Uint8Array} bytes verified, none twice */
  write(at, bytes) {
    if (this.whole || this.spoiled) return;
    try {
      this.spoiled = this.#handle.write(bytes, { at }) !== bytes.length;
      this.#left -= bytes.length;
      if (this.#left === 0) this.#handle.write(new Uint8Array(1), { at: this.#bytes });
    } catch {
      this.spoiled = true;
    }
  }

  /** Lets other tabs have it. Rejects if one of them has a file that is to be deleted. */
  async close() {
    this.#handle.close();
    if (this.spoiled || (!this.whole && this.#left > 0)) await this.#folder.removeEntry(this.#name);
    else if (!this.whole) await this.#removeEarlier();
  }

  /** Files of the same address with other weights. */
  async #removeEarlier() {
    const prefix = this.#name.slice(0, this.#name.indexOf("-") + 1);
    for await (const name of /** @type {any} */ (this.#folder).keys()) {
      if (name.startsWith(prefix) && name !== this.#name) await this.#folder.removeEntry(name);
    }
  }
}

/**
 * A source whose chunks are read from the file of an earlier visit, or kept for the next one.
 * @param {Source} source whose name is the address of the model
 * @param {Manifest} manifest of it
 * @param {string} hash of the manifest
 * @returns {Source}
 */
export function keptWeights(source, { chunks, stream_bytes: bytes }, hash) {
  const opening = WeightsFile.open(source.name, hash, bytes).catch(() => null);
  const starts = startsOf(chunks);
  const startOf = (/** @type {ChunkEntry} */ entry) => /** @type {number} */ (starts.get(entry));
  /** @type {WeightsFile | null} */ let file = null;
  return {
    ...source,
    async chunk(entry, request) {
      file = await opening;
      const kept = request.fresh ? null : file?.read(startOf(entry), entry.bytes);
      if (kept) return kept;
      if (file?.whole) file.spoiled = true;
      return source.chunk(entry, request);
    },
    onVerified(entry, verified) {
      source.onVerified?.(entry, verified);
      file?.write(startOf(entry), verified);
    },
    onFed: (bytes) => file?.takeBack(bytes),
    async end() {
      await (await opening)?.close().catch(() => {});
    },
  };
}
