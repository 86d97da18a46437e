/* convert-module.js - the converter's WebAssembly module, and the only file that knows its addresses.
 *
 *     fetchConverter ── openConverter ── plan ── setFilms (q8) ── nextPart ── give* ── step* ── data ...
 *
 * The other side of this file is src/convert/convert_wasm.c. Nothing in a Converter waits: every method
 * does its work and returns, or throws an EvaxError, after which only dispose() may be called. Memory may
 * grow in any call, so a view of it is made where it is used and never kept.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { VERSION } from "../base/version.js";
import { planThreads, toModule } from "../engine/modules.js";
import { ThreadPool } from "../engine/thread-pool.js";
import { WasmInstance, importsMemory, sharedMemory } from "../engine/wasm-instance.js";
import { fileUrl } from "../package-files.js";

/** @typedef {import("../engine/modules.js").ReadWasm} ReadWasm */
/** @typedef {import("../engine/modules.js").WasmPlace} WasmPlace */
/** @typedef {import("../engine/thread-pool.js").Threads} Threads */
/** @typedef {import("./plan.js").Encoding} Encoding */
/** @typedef {import("./checkpoint/tensor.js").FloatType} FloatType */
/** Where bytes and threads come from here. converterPlaces: instead of the package's own.
 * @typedef {{ readWasm: ReadWasm, converterPlaces?: ConverterPlaces } & Threads} ConverterPlatform */

/** All that a conversion needs besides the checkpoint: once it is there, no network is needed any more.
 * @typedef {object} ConverterAssets
 * @property {WebAssembly.Module} single
 * @property {WebAssembly.Module | null} shared the module with threads, where they were asked for
 * @property {Uint8Array} films calibration/films.bin
 */
/** Instead of the package's files. @typedef {{ convert?: WasmPlace, "convert-mt"?: WasmPlace, films?: string | URL }} ConverterPlaces */

/** A tensor of the stream. signal, noise: sums of squares of its numbers and of what storing did to them;
 * largest, worst: the largest magnitudes of both. They and actBits hold once its part is computed.
 * @typedef {{ name: string, rows: number, cols: number, dtype: Encoding, actBits: number, offset: number,
 *   bytes: number, signal: number, noise: number, largest: number, worst: number }} StreamTensor */

const ENCODINGS = /** @type {const} */ (["f32", "f16", "q8"]); // evx_target
const KINDS = /** @type {const} */ (["f64", "f32", "f16", "bf16"]); // stored
const SCORING = ["none", "sigmoid", "softmax"]; // evx_scoring
const STATUS = { MEMORY: -1, NUMERIC: -5, THREADS: -6, WEIGHTS_VALUE: -14 }; // evx_status

const STAGING_BYTES = 256 * 1024;
const STACK_BYTES = 128 * 1024;
/* A conversion is long enough for every thread to be worth its start. */
const MANY_PARAMETERS = Infinity;

const EXPORTS = /** @type {const} */ ([
  "evax_converter_create", "evax_converter_set_threads", "evax_converter_plan", "evax_converter_films",
  "evax_converter_stream_bytes", "evax_converter_tensor", "evax_converter_next_part",
  "evax_converter_give", "evax_converter_step", "evax_converter_header", "evax_converter_logits",
  "evax_converter_embedding", "evax_converter_error", "evax_numbers_read", "evax_numbers_round", "evax_rope_table",
  "evax_rope_halve", "evax_rope_pitch", "evax_pos_embed_resize",
]);
/** @typedef {(typeof EXPORTS)[number]} ExportName */

/**
 * Fetches what a conversion needs. The module with threads is among it where threads can be had.
 * @param {ConverterPlatform} platform
 * @param {{ threads?: "auto" | number, signal: AbortSignal }} options
 * @returns {Promise<ConverterAssets>}
 */
export async function fetchConverter(platform, { threads = "auto", signal }) {
  const { converterPlaces: places = {} } = platform;
  const read = (/** @type {"convert" | "convert-mt"} */ name) =>
    toModule(places[name] ?? fileUrl(name), platform.readWasm, signal);
  const several = planThreads(threads, platform, MANY_PARAMETERS).threads > 1;
  const [single, shared, films] = await Promise.all([
    read("convert"),
    several ? read("convert-mt") : null,
    platform.readWasm(places.films ?? fileUrl("films"), signal),
  ]);
  return { single, shared, films };
}

/**
 * A converter in an instance of its own; its worker threads are starting.
 * @param {ConverterAssets} assets
 * @param {ConverterPlatform} platform
 * @param {"auto" | number} wanted threads
 */
export async function openConverter({ single, shared }, platform, wanted) {
  const { threads } = planThreads(wanted, platform, MANY_PARAMETERS);
  const memory = threads > 1 && shared && importsMemory(shared) ? sharedMemory() : null;
  const module = memory ? /** @type {WebAssembly.Module} */ (shared) : single;
  const wasm = await WasmInstance.create(module, { names: EXPORTS, version: VERSION, memory });
  const pool = memory ? new ThreadPool(platform.startThread) : null;
  return new Converter(wasm, pool, threads);
}

export class Converter {
  #wasm;
  #pool;
  #converter = 0;
  /** Four cells for what calls hand back, then the staging block. */ #cells = 0;

  /** Private: use openConverter. @param {WasmInstance<ExportName>} wasm @param {ThreadPool | null} pool
   * @param {number} threads */
  constructor(wasm, pool, threads) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#converter = this.#call("evax_converter_create");
    if (!this.#converter) throw new EvaxError("MEMORY", "no room for a converter");
    this.#cells = wasm.alloc(16 + STAGING_BYTES);
    if (pool) this.#spawnThreads(pool, threads);
  }

  /** @param {ThreadPool} pool @param {number} threads */
  #spawnThreads(pool, threads) {
    this.#check(this.#call("evax_converter_set_threads", this.#converter, threads));
    this.#wasm.spawnThreads(pool, { threads, engine: this.#converter, stackBytes: STACK_BYTES });
  }

  /** Resolves when the worker threads are ready, have failed to start, or take too long. */
  async whenReady() {
    await this.#pool?.whenReady();
  }

  /** Ends the worker threads. The converter must not be used any more. */
  dispose() {
    this.#pool?.end();
  }

  /**
   * @param {import("./architecture.js").Architecture} a
   * @param {"none" | "sigmoid" | "softmax"} scoring
   * @param {Encoding} dtype of the block matrices
   * @param {{ mean: number, std: number }} normalization of the preprocessing
   */
  plan(a, scoring, dtype, { mean, std }) {
    this.#check(this.#call("evax_converter_plan", this.#converter, a.embed_dim, a.depth, a.heads, a.mlp_hidden,
      a.grid, a.classes, Number(a.pooling === "cls"), Number(a.inner_norm), SCORING.indexOf(scoring),
      ENCODINGS.indexOf(dtype), mean, std));
  }

  /** The calibration films, for a q8 model. @param {Uint8Array} films */
  setFilms(films) {
    this.#wasm.heap().set(films, this.#call("evax_converter_films", this.#converter) >>> 0);
  }

  /** @returns {number} */
  get streamBytes() {
    return this.#call("evax_converter_stream_bytes", this.#converter);
  }

  /** @param {number} i @param {number} field */
  #field(i, field) {
    return this.#call("evax_converter_tensor", this.#converter, i, field);
  }

  /** @param {number} i @returns {StreamTensor} */
  tensor(i) {
    const field = (/** @type {number} */ n) => this.#field(i, n);
    return {
      name: this.#wasm.text(field(0)), rows: field(1), cols: field(2), dtype: ENCODINGS[field(3)], actBits: field(4),
      offset: field(5), bytes: field(6), signal: field(8), noise: field(9), largest: field(10), worst: field(11),
    };
  }

  /** Tensor i as it is stored, a copy; its part has been computed. @param {number} i */
  data(i) {
    const at = this.#field(i, 7);
    return this.#wasm.heap().slice(at, at + this.#field(i, 6));
  }

  /** Begins the next part. @returns {{ part: number, first: number, last: number }} its tensors: first to
   * last - 1 */
  nextPart() {
    const part = this.#check(this.#call("evax_converter_next_part", this.#converter, this.#cells, this.#cells + 4));
    return { part, first: this.#cell(0), last: this.#cell(1) };
  }

  /**
   * Gives numbers `first` and the following of tensor i.
   * @param {number} i
   * @param {number} first
   * @param {Uint8Array} bytes
   * @param {FloatType} kind
   * @returns {{ wrong: number, first: number }} how many are not finite, and which is the first of these
   */
  give(i, first, bytes, kind) {
    const itemBytes = { f64: 8, f32: 4, f16: 2, bf16: 2 }[kind];
    const found = { wrong: 0, first: 0 };
    for (let at = 0; at < bytes.length; at += STAGING_BYTES) {
      const piece = bytes.subarray(at, at + STAGING_BYTES);
      const staging = this.#stage(piece);
      const wrong = this.#check(this.#call("evax_converter_give", this.#converter, i, first + at / itemBytes, staging,
        piece.length / itemBytes, KINDS.indexOf(kind), this.#cells));
      if (wrong && !found.wrong) found.first = at / itemBytes + this.#cell(0);
      found.wrong += wrong;
    }
    return found;
  }

  /** Computes a little of the part. @returns {number} thousandths of it that are left */
  step() {
    return this.#check(this.#call("evax_converter_step", this.#converter));
  }

  /** Header and table of the stream: of a q8 model after the last part. */
  header() {
    const at = this.#call("evax_converter_header", this.#converter, this.#cells) >>> 0;
    return this.#wasm.heap().slice(at, at + this.#cell(0));
  }

  /** What the self-test gave, after the last part. @param {number} classes @param {number} embedDim */
  selfTest(classes, embedDim) {
    const read = (/** @type {ExportName} */ name, /** @type {number} */ count) =>
      this.#floats(this.#call(name, this.#converter), count);
    return {
      logits: read("evax_converter_logits", classes),
      embedding: read("evax_converter_embedding", embedDim),
    };
  }

  /** The numbers of a small tensor as floats. @param {Uint8Array} bytes @param {FloatType} kind
   * @returns {{ values: Float32Array, wrong: number, first: number }} as give() */
  readNumbers(bytes, kind) {
    const count = bytes.length / { f64: 8, f32: 4, f16: 2, bf16: 2 }[kind];
    return this.#wasm.withBlocks([count * 4, bytes.length], (out, block) => {
      this.#wasm.heap().set(bytes, block);
      const wrong = this.#call("evax_numbers_read", out, block, count, KINDS.indexOf(kind), this.#cells);
      return { values: this.#floats(out, count), wrong, first: this.#cell(0) };
    });
  }

  /** The values after a round trip through a stored type. @param {Float32Array} values @param {FloatType} kind */
  roundNumbers(values, kind) {
    return this.#wasm.withBlocks([values.byteLength], (block) => {
      this.#setFloats(block, values);
      this.#call("evax_numbers_round", block, values.length, KINDS.indexOf(kind));
      return this.#floats(block, values.length);
    });
  }

  /** Tables [grid*grid][pairs] of the formula. @param {number} grid @param {number} pitch @param {number} pairs */
  ropeTable(grid, pitch, pairs) {
    const count = grid * grid * pairs;
    return this.#wasm.withBlocks([4 * count, 4 * count], (cos, sin) => {
      this.#call("evax_rope_table", cos, sin, grid, pitch, pairs);
      return { cos: this.#floats(cos, count), sin: this.#floats(sin, count) };
    });
  }

  /** A stored table with every entry once; null if two that belong together differ. @param {Float32Array} full */
  halveRope(full) {
    const count = full.length / 2;
    return this.#wasm.withBlocks([full.byteLength, 4 * count], (stored, out) => {
      this.#setFloats(stored, full);
      return this.#call("evax_rope_halve", out, stored, count) ? this.#floats(out, count) : null;
    });
  }

  /** The formula that is nearest to a table. @param {Float32Array} cos @param {Float32Array} sin @param {number} grid
   * @returns {{ pitch: number, error: number }} error: the largest difference from it */
  ropePitch(cos, sin, grid) {
    return this.#wasm.withBlocks([cos.byteLength, sin.byteLength, 2 * cos.byteLength], (c, s, scratch) => {
      this.#setFloats(c, cos);
      this.#setFloats(s, sin);
      const pairs = cos.length / (grid * grid);
      const pitch = this.#call("evax_rope_pitch", c, s, grid, pairs, scratch, this.#cells);
      return { pitch, error: this.#floats(this.#cells, 1)[0] };
    });
  }

  /** A position embedding [1 + old*old][channels] at another grid. @param {Float32Array} pos @param {number} old
   * @param {number} grid */
  resizePosEmbed(pos, old, grid) {
    const channels = pos.length / (1 + old * old);
    const count = (1 + grid * grid) * channels;
    return this.#wasm.withBlocks([pos.byteLength, 4 * count], (from, to) => {
      this.#setFloats(from, pos);
      this.#call("evax_pos_embed_resize", to, grid, from, old, channels);
      return this.#floats(to, count);
    });
  }

  /** @param {Uint8Array} piece at most STAGING_BYTES @returns {number} its address */
  #stage(piece) {
    this.#wasm.heap().set(piece, this.#cells + 16);
    return this.#cells + 16;
  }

  /** @param {number} i */
  #cell(i) {
    return this.#wasm.u32(this.#cells + 4 * i);
  }

  /** @param {number} address @param {number} count */
  #floats(address, count) {
    return this.#wasm.floats(address, count).slice();
  }

  /** @param {number} address @param {Float32Array} values */
  #setFloats(address, values) {
    this.#wasm.floats(address, values.length).set(values);
  }

  /** @param {number} status */
  #check(status) {
    if (status >= 0) return status;
    const text = this.#wasm.text(this.#call("evax_converter_error", this.#converter));
    switch (status) {
      case STATUS.MEMORY: throw new EvaxError("MEMORY", text);
      case STATUS.THREADS: throw new EvaxError("THREADS", text);
      case STATUS.NUMERIC: throw new EvaxError("CHECKPOINT_VALUE", `${text} computes numbers that are too large`);
      case STATUS.WEIGHTS_VALUE: throw new EvaxError("CHECKPOINT_VALUE", text);
      default: throw new EvaxError("STATE", text);
    }
  }

  /** @param {ExportName} name @param {...number} args @returns {number} */
  #call(name, ...args) {
    return this.#wasm.call(name, ...args);
  }
}
