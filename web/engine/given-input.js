/* given-input.js - inputs whose bytes are elsewhere: a place (an address, a path), a response, a stream.
 *
 * Their bytes are got on the side of whoever gave them: what sees a film has no network.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { IMAGE_HEAP } from "../base/limits.js";

/** Bytes in pieces: a stream of browsers, or one of Node.
 * @typedef {ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>} ByteStream */
/** Gets the bytes at a place. @typedef {(place: string | URL, signal?: AbortSignal) => Promise<Uint8Array>} ReadPlace */

/** @param {unknown} value @param {string} name of a class, which may come from another window */
export const isA = (value, name) => Object.prototype.toString.call(value) === `[object ${name}]`;

/** @param {unknown} value */
export const typeName = (value) => (value === null ? "null" : value?.constructor?.name ?? typeof value);

/** Throws INPUT_UNREADABLE. @param {string} why @param {unknown} [cause] @returns {never} */
export function refuse(why, cause) {
  throw new EvaxError("INPUT_UNREADABLE", why, { cause });
}

/** @param {ByteStream} stream @returns {{ next(): Promise<{ done?: boolean, value?: unknown }>, return?(): unknown }} */
function piecesOf(stream) {
  if (!isA(stream, "ReadableStream")) return /** @type {AsyncIterable<Uint8Array>} */ (stream)[Symbol.asyncIterator]();
  const web = /** @type {ReadableStream<Uint8Array>} */ (stream);
  if (web.locked) refuse("the stream is being read already");
  const reader = web.getReader();
  return { next: () => reader.read(), return: () => reader.cancel() };
}

/** @param {Uint8Array[]} pieces @param {number} length */
function joined(pieces, length) {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** @param {ReturnType<typeof piecesOf>} source @param {Promise<never>} aborted */
async function collect(source, aborted) {
  /** @type {Uint8Array[]} */ const pieces = [];
  let length = 0;
  for (;;) {
    const { done, value } = await Promise.race([source.next(), aborted]);
    if (done) return joined(pieces, length);
    if (!isA(value, "Uint8Array")) throw new EvaxError("INPUT_TYPE", `a stream of ${typeName(value)}, not of bytes`);
    const piece = /** @type {Uint8Array} */ (value);
    length += piece.length;
    if (length > IMAGE_HEAP) throw new EvaxError("IMAGE_HEAP", `a stream of more than ${IMAGE_HEAP} bytes`);
    pieces.push(piece);
  }
}

/**
 * All bytes of a stream, no more than a film may have. On abort it is canceled.
 * @param {ByteStream} stream
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>} rejects with INPUT_UNREADABLE, INPUT_TYPE or IMAGE_HEAP, or the signal's reason
 */
export async function bytesOfStream(stream, signal) {
  signal?.throwIfAborted();
  const source = piecesOf(stream);
  let leave = () => {};
  const aborted = new Promise((_, reject) => {
    leave = () => reject(signal?.reason);
    signal?.addEventListener("abort", leave);
  });
  try {
    return await collect(source, /** @type {Promise<never>} */ (aborted));
  } catch (cause) {
    void Promise.resolve(source.return?.()).catch(() => {}); // one that stalls may never answer
    signal?.throwIfAborted();
    if (cause instanceof EvaxError) throw cause;
    return refuse(/** @type {Error} */ (cause)?.message ?? String(cause), cause);
  } finally {
    signal?.removeEventListener("abort", leave);
  }
}

/** All bytes of a response. Rejects as bytesOfStream does. @param {Response} response @param {AbortSignal} [signal] */
export async function bytesOfResponse(response, signal) {
  if (response.type === "opaque") refuse("the response is opaque: its server gives no leave to read it (CORS)");
  if (!response.ok) refuse(`${response.url || "the response"}: HTTP status ${response.status}`);
  if (response.bodyUsed) refuse("the response has been read already");
  return response.body ? bytesOfStream(response.body, signal) : new Uint8Array(0);
}

/** @param {unknown} v @returns {v is AsyncIterable<Uint8Array>} */
const isStream = (v) => isA(v, "ReadableStream")
  || typeof (/** @type {any} */ (v)?.[Symbol.asyncIterator]) === "function";

/**
 * The bytes of an input that are elsewhere; any other input as it is.
 * @param {unknown} input
 * @param {{ signal?: AbortSignal, readPlace?: ReadPlace }} how readPlace: left out where nothing may be read from a place
 * @returns {Promise<unknown>} rejects with INPUT_UNREADABLE, INPUT_TYPE or IMAGE_HEAP, or the signal's reason
 */
export async function settledInput(input, { signal, readPlace }) {
  if (typeof input === "string" || input instanceof URL) {
    if (readPlace) return readPlace(input, signal);
    throw new EvaxError("INPUT_TYPE", "an address or a path was given, and nothing is read from one here");
  }
  if (isA(input, "Response")) return bytesOfResponse(/** @type {Response} */ (input), signal);
  return isStream(input) ? bytesOfStream(input, signal) : input;
}
