/* film-reader.js - films to what a model sees of them, in a WebAssembly memory of their own.
 *
 *     file | pixels ── decode ── picture (if wanted) ── crop [R][R] or [R][R][3], 8 bits
 *
 * Memory of WebAssembly grows and never shrinks: a film of 60 megapixels would leave its size behind in the
 * engine for good. The reader is an instance of the engine's module without weights, which is dropped after a
 * film that made it large. In Node it runs in a thread: film-reader-node.js.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import { WasmEngine } from "./wasm-engine.js";
import { importsMemory, sharedMemory } from "./wasm-instance.js";

/** @typedef {import("./wasm-engine.js").ImageInfo} ImageInfo */
/** @typedef {import("./engine.js").Picture} Picture */
/** What is to be read: a PNG or JPEG file (layout null), or raw pixels in one of LAYOUT.
 * @typedef {{ bytes: Uint8Array, layout: null } | { bytes: Uint8Array, layout: number, width: number,
 *   height: number }} Raw */
/** The crop that is wanted of it: size x size pixels, the shorter side resized to `resize`.
 * @typedef {{ size: number, resize: number }} Wanted */
/** crop: null if none was wanted. picture: null if not wanted; always without a crop.
 * @typedef {{ image: ImageInfo, crop: Uint8Array | null, picture: Picture | null, prepareMs: number }}
 *   ReadFilm */
/** Reads films, one at a time. read() rejects with an EvaxError, or on abort with the signal's reason.
 * @typedef {object} Reader
 * @property {(raw: Raw, wanted: Wanted | null, picture: boolean, signal?: AbortSignal) => Promise<ReadFilm>} read
 * @property {number} memoryBytes of WebAssembly that it holds
 * @property {() => void} dispose */
/** @typedef {(module: WebAssembly.Module) => Reader} OpenReader */

/* An instance that is larger than this is not kept for the next film. */
export const KEEP_BYTES = 64 * 1024 * 1024;

/** A reader on the calling thread. */
export class FilmReader {
  #module;
  /** @type {WasmEngine | null} */ #wasm = null;
  /** Bytes of WebAssembly that the last film took, read or refused. */
  usedBytes = 0;

  /** @param {WebAssembly.Module} module of the engine */
  constructor(module) {
    this.#module = module;
  }

  get memoryBytes() {
    return this.#wasm?.memoryBytes ?? 0;
  }

  /** @type {Reader["read"]} */
  async read(raw, wanted, picture, signal) {
    const wasm = this.#wasm ??= await this.#instance();
    signal?.throwIfAborted();
    try {
      return readInto(wasm, raw, wanted, picture);
    } catch (error) {
      if (!(error instanceof EvaxError) || error.code === "WASM_TRAP") this.dispose();
      throw error;
    } finally {
      this.usedBytes = wasm.memoryBytes;
      if (this.usedBytes > KEEP_BYTES) this.dispose();
    }
  }

  dispose() {
    this.#wasm = null;
  }

  #instance() {
    const memory = importsMemory(this.#module) ? sharedMemory() : null;
    return WasmEngine.create(this.#module, VERSION, { memory });
  }
}

/** @param {WasmEngine} wasm @param {Raw} raw @param {Wanted | null} wanted @param {boolean} picture
 * @returns {ReadFilm} */
function readInto(wasm, raw, wanted, picture) {
  if ("width" in raw) wasm.pixels(raw.bytes, raw.layout, raw.width, raw.height);
  else wasm.decode(raw.bytes);
  const image = wasm.image();
  const copy = picture || !wanted ? wasm.picture() : null;
  const start = performance.now();
  const crop = wanted && wasm.cropImage(wanted.resize, wanted.size);
  return { image, crop, picture: copy, prepareMs: performance.now() - start };
}
