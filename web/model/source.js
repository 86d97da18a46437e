/* source.js - sources that use fetch: model folders at an address, and .wasm files.
 *
 * A source is an object with manifest() and chunk(). load() takes any such object, so a cache, an
 * archive or a test can replace a server. A source provides bytes only; the loader verifies them.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { MAX_MANIFEST_BYTES } from "./manifest.js";
import { sha256 } from "../base/sha256.js";
import { DIGESTS } from "../wasm/digests.js";

/** @typedef {import("../base/errors.js").ErrorCode} ErrorCode */
/** @typedef {import("./manifest.js").ChunkEntry} ChunkEntry */

/** The options of a request.
 * @typedef {object} Request
 * @property {AbortSignal} signal
 * @property {boolean} fresh bypass caches, because their copy was wrong
 * @property {(bytes: number) => void} [onBytes] called with the bytes received so far
 */
/** A source of a model. It may stop one byte after the expected length: the loader then knows that
 * there are too many.
 * @typedef {object} Source
 * @property {string} name for error messages
 * @property {number} attempts how often a request is tried; 1: no retry
 * @property {boolean} [verified] its chunks were verified by this package and have lain in memory since: they are not
 *   hashed again
 * @property {(request: Request) => Promise<Uint8Array>} manifest
 * @property {(entry: ChunkEntry, request: Request) => Promise<Uint8Array>} chunk
 * @property {(entry: ChunkEntry, bytes: Uint8Array) => void} [onVerified] told of a chunk as soon as its
 *   length and hash are right, which may be before the chunks ahead of it have come
 * @property {(bytes: Uint8Array) => void} [onFed] told when a chunk's bytes are not needed any more
 * @property {() => Promise<void>} [end] told that no chunk will be asked for any more; never rejects
 */

/* A connection without data for this long is considered dead. */
const STALL_MS = 10_000;

/* Caches are passed by. The runtimes of some servers (workerd) have none, and refuse to be told. */
const RELOAD = reloadMode();

function reloadMode() {
  try {
    return { cache: new Request("data:,", { cache: "reload" }).cache };
  } catch {
    return {};
  }
}

/** A signal that aborts with NETWORK unless it is renewed in time, or ended. */
class StallTimer {
  #stop = new AbortController();
  #url;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {string} url for the error */
  constructor(url) {
    this.#url = url;
    this.renew();
  }

  get signal() {
    return this.#stop.signal;
  }

  renew() {
    clearTimeout(this.#timer);
    const stalled = `${this.#url}: nothing came for ${STALL_MS / 1000} seconds`;
    this.#timer = setTimeout(() => this.#stop.abort(new EvaxError("NETWORK", stalled)), STALL_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

/** @param {string} url @param {Request} request @returns {Promise<Response>} */
async function request(url, { signal, fresh }) {
  try {
    return await fetch(url, { signal, ...(fresh && RELOAD) });
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = /** @type {Error} */ (cause);
    throw new EvaxError("NETWORK", `${url}: ${message}${foreign(url)}`, { cause });
  }
}

/** What another origin needs, of which browsers tell a script nothing. @param {string} url */
function foreign(url) {
  const { origin } = new URL(url);
  const here = globalThis.location?.origin;
  if (!here || here === "null" || here === origin) return "";
  return `; it lies on another origin: that server must send Access-Control-Allow-Origin, and a Content-Security-Policy of `
    + `this page allow connect-src ${origin}`;
}

/** Throws for an HTTP status that is an error: NETWORK if a retry may help, else `absent`.
 * @param {Response} response @param {string} url @param {ErrorCode} absent */
function checkStatus({ ok, status }, url, absent) {
  if (ok) return;
  const retryable = status >= 500 || status === 408 || status === 429;
  throw new EvaxError(retryable ? "NETWORK" : absent, `${url}: HTTP status ${status}`);
}

/** Reads the next bytes of a body into a buffer, from an offset on. The buffer moves: the one that it resolves to is to be
 * used from then on. @typedef {(buffer: ArrayBuffer, at: number) =>
 *   Promise<{ buffer: ArrayBuffer, bytes: number, done: boolean }>} ReadInto */

/** The browser writes into the buffer itself, which saves it most calls and a copy of every byte.
 * @param {ReadableStreamBYOBReader} reader @returns {ReadInto} */
const directly = (reader) => async (buffer, at) => {
  const { done, value } = await reader.read(new Uint8Array(buffer, at));
  return { buffer: /** @type {ArrayBuffer} */ (value?.buffer ?? buffer), bytes: done ? 0 : value.length, done };
};

/** For bodies that cannot be read so. @param {ReadableStreamDefaultReader<Uint8Array>} reader @returns {ReadInto} */
const byCopies = (reader) => async (buffer, at) => {
  const { done, value } = await reader.read();
  if (done) return { buffer, bytes: 0, done };
  const piece = value.subarray(0, buffer.byteLength - at);
  new Uint8Array(buffer).set(piece, at);
  return { buffer, bytes: piece.length, done };
};

/** @param {ReadableStream<Uint8Array>} body */
function readerOf(body) {
  try {
    const reader = body.getReader({ mode: "byob" });
    return { reader, read: directly(reader) };
  } catch {
    const reader = body.getReader();
    return { reader, read: byCopies(reader) };
  }
}

/** What was read into a buffer. Whoever posts a view posts its buffer, too: what may be much longer is cut off. A file that is
 * as long as it was said to be stays where it is. @param {ArrayBuffer} buffer @param {number} length */
const readBytes = (buffer, length) =>
  (length < buffer.byteLength - 1 ? new Uint8Array(buffer.slice(0, length)) : new Uint8Array(buffer, 0, length));

/** The body, cut off after `limit` bytes. @param {ReadableStream<Uint8Array>} body @param {number} limit
 * @param {(length: number) => void} onBytes */
async function readBody(body, limit, onBytes) {
  const { reader, read } = readerOf(body);
  let buffer = new ArrayBuffer(limit), length = 0;
  while (length < limit) {
    const next = await read(buffer, length);
    buffer = next.buffer;
    if (next.done) return readBytes(buffer, length);
    length += next.bytes;
    onBytes(length);
  }
  await reader.cancel();
  return new Uint8Array(buffer);
}

/**
 * At most `limit` bytes from an address.
 * @param {string} url
 * @param {Request} options
 * @param {number} limit
 * @param {ErrorCode} absent the error if they are not there
 */
async function get(url, { signal: wanted, fresh, onBytes = () => {} }, limit, absent) {
  const stall = new StallTimer(url);
  const signal = AbortSignal.any([wanted, stall.signal]);
  try {
    const response = await request(url, { signal, fresh });
    checkStatus(response, url, absent);
    if (!response.body) return new Uint8Array(0);
    return await readBody(response.body, limit, (length) => {
      stall.renew();
      onBytes(length);
    });
  } catch (cause) {
    if (cause instanceof EvaxError) throw cause;
    signal.throwIfAborted();
    throw new EvaxError("NETWORK", `${url}: the connection broke`, { cause });
  } finally {
    stall.end();
  }
}

/**
 * A model folder behind an address.
 * @param {URL} folder with or without a slash at its end
 * @returns {Source}
 */
export function httpSource(folder) {
  const base = new URL(folder);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const at = (/** @type {string} */ file) => {
    const url = new URL(file, base);
    url.search = base.search;
    return url.href;
  };
  return {
    name: base.href,
    attempts: 3,
    manifest: (options) =>
      get(at("manifest.json"), options, MAX_MANIFEST_BYTES + 1, "MODEL_NOT_FOUND"),
    chunk: (entry, options) => get(at(entry.file), options, entry.bytes + 1, "CHUNK_MISSING"),
  };
}

/**
 * The source of a model folder that a string or URL names; in a page, relative to the page.
 * @param {string | URL} model
 * @returns {Source}
 */
export function openSource(model) {
  try {
    return httpSource(new URL(model, globalThis.location?.href));
  } catch (cause) {
    throw new EvaxError("MODEL_NOT_FOUND", `${model} is not an address`, { cause });
  }
}

/* The modules are under 150 kB; anything larger is something else. */
export const MAX_WASM_BYTES = 4 << 20;

/* The bundled engine worker is under 100 kB. */
const MAX_SCRIPT_BYTES = 4 << 20;

/**
 * The bytes of a script.
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {boolean} fresh caches must be by-passed
 */
export async function readScript(url, signal, fresh) {
  const bytes = await get(url, { signal, fresh }, MAX_SCRIPT_BYTES, "WORKER_LOAD");
  if (bytes[0] === 0x3c) throw new EvaxError("WORKER_LOAD", `${url} is an HTML page, not a script`);
  return bytes;
}

/**
 * Throws unless the bytes are one of this package's modules.
 * @param {Uint8Array} bytes
 * @param {string | URL} where they came from, for the error
 */
export async function verifyWasm(bytes, where) {
  if (bytes[0] === 0x3c) throw new EvaxError("WASM_LOAD", `${where} is an HTML page, not a module`);
  const found = await sha256(bytes);
  if (Object.values(DIGESTS).includes(found)) return bytes;
  throw new EvaxError("WASM_LOAD", `${where} has SHA-256 ${found}, as no module of this package`);
}

/**
 * A .wasm file of this package, verified.
 * @param {string | URL} url
 * @param {AbortSignal} signal
 */
export async function readWasm(url, signal) {
  const { href } = new URL(url, globalThis.location?.href);
  return verifyWasm(await get(href, { signal, fresh: false }, MAX_WASM_BYTES, "WASM_LOAD"), href);
}
