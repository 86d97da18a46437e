/* wasm-engine.js - wraps an instance of the WebAssembly module; the only file that handles addresses.
 *
 *     pickVariant ── compile ── new WasmEngine(module, variant)
 *                                 feed* ── ready ── info
 *                                 decode | pixels ── image ── prepare ── input
 *                                 begin ── step* ── logits, scores, embedding
 *                                 contribution, explainBegin ── gradCam*
 *
 * Its counterpart is src/wasm.c. Nothing here is asynchronous but create(): a method does its work and
 * returns, or throws an EvaxError. Bytes go in through a staging block. Memory may grow in any call and
 * detach every view of it, so views are never kept.
 * SPDX-License-Identifier: MIT */
import { EvaxError, codeOf } from "../base/errors.js";
import { IMAGE_HEAP } from "../base/limits.js";
import { ThreadTuner } from "./thread-tuner.js";
import { WasmInstance, importsMemory } from "./wasm-instance.js";

/** @typedef {import("./thread-pool.js").ThreadPool} ThreadPool */
/** @typedef {"simd128" | "relaxed"} Variant */

/** The header of the weight stream (evx_info).
 * @typedef {object} Header
 * @property {number} embedDim C
 * @property {number} depth
 * @property {number} heads
 * @property {number} mlpHidden
 * @property {number} grid patches a side
 * @property {number} inputSize R, pixels a side
 * @property {number} tokens
 * @property {number} classes K
 * @property {boolean} clsPooling
 * @property {boolean} innerNorm
 * @property {"none" | "sigmoid" | "softmax"} scoring
 */

/** The engine's description of an image (evx_image_info).
 * @typedef {object} ImageInfo
 * @property {"png" | "jpeg" | "raw"} format
 * @property {number} width
 * @property {number} height
 * @property {number} bitDepth
 * @property {number} channels
 * @property {number} conversions a set of CONVERSION bits
 * @property {number} windowLow
 * @property {number} windowHigh
 * @property {number} exifOrientation 0 if the file has none
 */

/** The fields of evx_info and of evx_image_info, in their order. */
export const INFO_FIELDS = /** @type {const} */ (["embed_dim", "depth", "heads", "mlp_hidden", "grid", "input_size",
  "tokens", "classes", "cls_pooling", "inner_norm", "scoring"]);
export const IMAGE_FIELDS = /** @type {const} */ (["format", "width", "height", "bit_depth", "channels", "conversions",
  "window_lo", "window_hi", "exif_orientation"]);

/** evx_layout */
export const LAYOUT = /** @type {const} */ ({ gray8: 1, gray16: 2, rgba8: 4 });

/** EVX_CONVERSION_* */
export const CONVERSION = /** @type {const} */ ({ dropAlpha: 1, window: 2, palette: 4, highByte: 8 });

/** evx_slot: the matrix kernels of which a module has several implementations. */
export const SLOTS = /** @type {const} */ (["f32", "q8", "attention"]);
/** @typedef {(typeof SLOTS)[number]} Slot */

export const SCORING = /** @type {const} */ (["none", "sigmoid", "softmax"]);
export const FORMAT = /** @type {const} */ ({ 1: "png", 2: "jpeg", 3: "raw" });

/* A small block: loading must not raise the peak of the memory, which never shrinks. */
const STAGING_BYTES = 256 * 1024;
/* A file larger than everything its pixels may take cannot be a film. */
export const MAX_FILE_BYTES = IMAGE_HEAP;

const EXPORTS = /** @type {const} */ ([
  "evax_create", "evax_feed", "evax_ready", "evax_info",
  "evax_set_preprocessing", "evax_decode", "evax_set_pixels", "evax_image", "evax_image_pixels",
  "evax_image_channels", "evax_crop_image", "evax_set_crop", "evax_begin",
  "evax_step", "evax_cancel", "evax_input", "evax_write_input", "evax_logits", "evax_scores", "evax_embedding", "evax_tokens",
  "evax_explain_begin", "evax_explain", "evax_contribution",
  "evax_error_message", "evax_status_name", "evax_variant", "evax_kernel_name", "evax_kernel",
  "evax_set_kernel", "evax_run_kernel", "evax_set_threads",
  "evax_use_threads",
  "evax_worker_loop",
]);
/** @typedef {(typeof EXPORTS)[number]} ExportName */

/* The smallest modules that use an instruction of each set: i8x16.popcnt, i8x16.relaxed_swizzle. */
const TEST_MODULE_START = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10];
const TEST_MODULES = {
  simd128: [10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11],
  relaxed: [15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
};

/** @param {Variant} variant */
function supports(variant) {
  return typeof WebAssembly === "object"
    && WebAssembly.validate(new Uint8Array([...TEST_MODULE_START, ...TEST_MODULES[variant]]));
}

/**
 * The variant to run here: the one requested, or for "auto" the fastest that is supported.
 * @param {"auto" | Variant} wanted
 * @returns {Variant}
 */
export function pickVariant(wanted) {
  if (!supports("simd128")) throw new EvaxError("WASM_UNSUPPORTED", "no WebAssembly SIMD");
  if (wanted === "simd128") return "simd128";
  if (supports("relaxed")) return "relaxed";
  if (wanted === "auto") return "simd128";
  throw new EvaxError("WASM_UNSUPPORTED", "no relaxed SIMD; variant \"simd128\" runs here");
}

/* Many times what a kernel and its callers need. */
const STACK_BYTES = 64 * 1024;

/** Ends the threads of an engine that is garbage collected without dispose().
 * @type {FinalizationRegistry<ThreadPool>} */
const collected = new FinalizationRegistry((pool) => pool.end());

/** One evx_engine in its own instance: its memory is freed with this object. */
export class WasmEngine {
  /** @type {WasmInstance<ExportName>} */ #wasm;
  /** @type {number} */ #engine = 0;
  /** @type {ThreadPool | null} */ #pool = null;
  /** @type {ThreadTuner | null} null: all threads work, always */ #tuner = null;
  /** When the pass under way began. */ #began = 0;
  #note = "";

  /** Private: use WasmEngine.create. @param {WasmInstance<ExportName>} wasm */
  constructor(wasm) {
    this.#wasm = wasm;
  }

  /**
   * @param {WebAssembly.Module} module
   * @param {string} version that the module must have
   * @param {{ memory?: WebAssembly.Memory | null, threads?: number, pool?: ThreadPool | null, tuned?: boolean,
   *   note?: string }} [options] shared memory, threads in all and the pool that starts them, for a module with threads;
   *   tuned: as many of them work as are found to be quickest; note: why there are not more of them
   * @returns {Promise<WasmEngine>}
   */
  static async create(module, version, { memory = null, threads = 1, pool = null, tuned = false, note = "" } = {}) {
    const self = new WasmEngine(await WasmInstance.create(module, { names: EXPORTS, version, memory }));
    self.#note = note;
    self.#engine = self.#call("evax_create");
    if (!self.#engine) throw new EvaxError("MEMORY", "no room for an engine");
    if (pool) self.#spawnThreads(pool, threads);
    if (tuned) self.#tuner = new ThreadTuner(threads);
    return self;
  }

  /** Starts the worker threads. @param {ThreadPool} pool @param {number} threads */
  #spawnThreads(pool, threads) {
    this.#check(this.#call("evax_set_threads", this.#engine, threads));
    this.#pool = pool;
    collected.register(this, pool, this);
    this.#wasm.spawnThreads(pool, { threads, engine: this.#engine, stackBytes: STACK_BYTES });
  }

  /** Resolves when the worker threads are ready, have failed to start, or take too long. */
  async whenReady() {
    await this.#pool?.whenReady();
  }

  /** Whether this runtime's instructions give the numbers that the kernels rely on: in each slot at least one
   * implementation is exact. */
  get exact() {
    return SLOTS.every((_, slot) => this.#call("evax_kernel", this.#engine, slot) >= 0);
  }

  /** The names of a slot's implementations. @param {Slot} slot @returns {string[]} */
  kernelNames(slot) {
    const names = [];
    for (let at; (at = this.#call("evax_kernel_name", this.#engine, SLOTS.indexOf(slot), names.length));) {
      names.push(this.#wasm.text(at));
    }
    return names;
  }

  /** The implementation that a slot uses. @param {Slot} slot @returns {string} */
  kernel(slot) {
    return this.kernelNames(slot)[this.#call("evax_kernel", this.#engine, SLOTS.indexOf(slot))];
  }

  /** Takes another one, from the next step on; false if this runtime does not compute it exactly.
   * @param {Slot} slot @param {string} name */
  setKernel(slot, name) {
    const option = this.kernelNames(slot).indexOf(name);
    if (option < 0) throw new EvaxError("OPTION_INVALID", `the ${slot} kernels are ${this.kernelNames(slot).join(", ")}`);
    return this.#call("evax_set_kernel", this.#engine, SLOTS.indexOf(slot), option) === 0;
  }

  /** Runs one on a small product, for a clock. @param {Slot} slot @param {string} name @param {number} times */
  runKernel(slot, name, times) {
    const option = this.kernelNames(slot).indexOf(name);
    this.#check(this.#call("evax_run_kernel", this.#engine, SLOTS.indexOf(slot), option, times));
  }

  /** Which of the modules this is. @returns {Variant | `${Variant}-mt`} */
  get module() {
    return importsMemory(this.#wasm.module) ? `${this.variant}-mt` : this.variant;
  }

  /** The compiled module, for other instances of it. @returns {WebAssembly.Module} */
  get compiled() {
    return this.#wasm.module;
  }

  /** Threads that work on the next pass: here it is known, and nowhere else. @returns {number} */
  get threads() {
    const there = 1 + (this.#pool?.size ?? 0);
    return Math.min(there, this.#tuner?.count ?? there);
  }

  /** Why there are fewer threads than were requested, or than processors; "" if there are not. @returns {string} */
  get threadsNote() {
    return this.#note || this.#pool?.note || (this.#tuner?.fewer ? "more were slower here" : "");
  }

  /** Ends the worker threads. The engine must not be used any more. */
  dispose() {
    this.#pool?.end();
    collected.unregister(this);
  }

  /** After THREADS: goes on with one thread, in a copy of the memory, because a worker thread that still
   * runs could write to the old one. */
  continueSingleThreaded() {
    this.#pool?.end("a thread stopped in the middle of its work");
    this.#tuner = null;
    this.#wasm.moveToCopy();
    this.#check(this.#call("evax_set_threads", this.#engine, 1));
  }

  /** The kernels in use. @returns {Variant} */
  get variant() {
    return /** @type {Variant} */ (this.#wasm.text(this.#call("evax_variant", this.#engine)));
  }

  /** Bytes of WebAssembly memory in use. It grows and never shrinks. @returns {number} */
  get memoryBytes() {
    return this.#wasm.memoryBytes;
  }

  /** Feeds the next bytes of the weight stream. @param {Uint8Array} bytes */
  feed(bytes) {
    this.#wasm.withBlocks([Math.min(STAGING_BYTES, bytes.length)], (block) => {
      for (let at = 0; at < bytes.length; at += STAGING_BYTES) {
        const piece = bytes.subarray(at, at + STAGING_BYTES);
        this.#wasm.heap().set(piece, block);
        this.#check(this.#call("evax_feed", this.#engine, block, piece.length));
      }
    });
  }

  /** Throws unless the whole stream has been fed. */
  ready() {
    this.#check(this.#call("evax_ready", this.#engine));
  }

  /** The header of the stream; null until it has arrived. @returns {Header | null} */
  header() {
    const read = this.#fields("evax_info", INFO_FIELDS);
    if (read.embed_dim < 0) return null;
    return {
      embedDim: read.embed_dim,
      depth: read.depth,
      heads: read.heads,
      mlpHidden: read.mlp_hidden,
      grid: read.grid,
      inputSize: read.input_size,
      tokens: read.tokens,
      classes: read.classes,
      clsPooling: read.cls_pooling === 1,
      innerNorm: read.inner_norm === 1,
      scoring: SCORING[read.scoring],
    };
  }

  /** The integers of a struct, by name. @template {string} F @param {ExportName} name of the export that reads
   * one @param {readonly F[]} fields in their order in the struct @returns {Record<F, number>} */
  #fields(name, fields) {
    const values = fields.map((field, i) => [field, this.#call(name, this.#engine, i)]);
    return /** @type {Record<F, number>} */ (Object.fromEntries(values));
  }

  /** @param {{ resize: number, mean: number, std: number }} preprocessing */
  setPreprocessing({ resize, mean, std }) {
    this.#check(this.#call("evax_set_preprocessing", this.#engine, resize, mean, std));
  }

  /** Decodes a PNG or JPEG file. @param {Uint8Array} file */
  decode(file) {
    if (file.length > MAX_FILE_BYTES) throw new EvaxError("IMAGE_HEAP", `${file.length} bytes`);
    this.#wasm.withBlocks([file.length], (block) => {
      this.#wasm.heap().set(file, block);
      this.#check(this.#call("evax_decode", this.#engine, block, file.length));
    });
  }

  /**
   * Takes raw pixels.
   * @param {Uint8Array} bytes of all pixels, in the layout's own byte order
   * @param {number} layout one of LAYOUT
   * @param {number} width
   * @param {number} height
   */
  pixels(bytes, layout, width, height) {
    this.#wasm.withBlocks([bytes.length], (block) => {
      this.#wasm.heap().set(bytes, block);
      this.#check(this.#call("evax_set_pixels", this.#engine, block, layout, width, height));
    });
  }

  /** The image that decode or pixels took. @returns {ImageInfo} */
  image() {
    const read = this.#fields("evax_image", IMAGE_FIELDS);
    return {
      format: FORMAT[/** @type {1 | 2 | 3} */ (read.format)],
      width: read.width,
      height: read.height,
      bitDepth: read.bit_depth,
      channels: read.channels,
      conversions: read.conversions,
      windowLow: read.window_lo,
      windowHigh: read.window_hi,
      exifOrientation: read.exif_orientation,
    };
  }

  /** A copy of the image that decode or pixels took, 8 bits: [height][width][channels].
   * @returns {{ width: number, height: number, channels: number, data: Uint8Array }} */
  picture() {
    const { width, height } = this.image();
    const channels = this.#call("evax_image_channels", this.#engine);
    const at = this.#call("evax_image_pixels", this.#engine) >>> 0;
    if (!at) throw new EvaxError("STATE", "there is no image");
    return { width, height, channels, data: this.#wasm.heap().slice(at, at + width * height * channels) };
  }

  /** The part of the image that a model sees, in 8 bits, and frees the image. Needs no weights.
   * @param {number} resize pixels of the shorter side @param {number} size R
   * @returns {Uint8Array} [R][R] gray, or [R][R][3] in color */
  cropImage(resize, size) {
    let crop = new Uint8Array(0);
    this.#wasm.withBlocks([3 * size * size], (block) => {
      const channels = this.#check(this.#call("evax_crop_image", this.#engine, resize, size, block));
      crop = this.#wasm.heap().slice(block, block + size * size * channels);
    });
    return crop;
  }

  /** Makes the input tensor of what cropImage() gave. @param {Uint8Array} crop @param {number} size R */
  setCrop(crop, size) {
    this.#wasm.withBlocks([crop.length], (block) => {
      this.#wasm.heap().set(crop, block);
      this.#check(this.#call("evax_set_crop", this.#engine, block, crop.length / (size * size)));
    });
  }

  /** A copy of the input tensor [3][R][R]. @param {number} length 3 * R * R */
  input(length) {
    return this.#floats("evax_input", length).slice();
  }

  /** Writes the input tensor. @param {Float32Array} chw of 3 * R * R values */
  setInput(chw) {
    this.#floats("evax_write_input", chw.length).set(chw);
  }

  /** Starts a forward pass over the input tensor. */
  begin() {
    if (this.#tuner) this.#check(this.#call("evax_use_threads", this.#engine, this.#tuner.count));
    this.#check(this.#call("evax_begin", this.#engine));
    this.#began = performance.now();
  }

  /** Runs the next part of the pass. @returns {number} parts still to run */
  step() {
    const left = this.#check(this.#call("evax_step", this.#engine));
    if (left === 0) this.#tuner?.record(performance.now() - this.#began);
    return left;
  }

  /** Ends a pass that is under way, without results. */
  cancel() {
    this.#call("evax_cancel", this.#engine);
  }

  /** @param {number} classes */
  logits(classes) {
    return this.#floats("evax_logits", classes).slice();
  }

  /** @param {number} classes */
  scores(classes) {
    return this.#floats("evax_scores", classes).slice();
  }

  /** @param {number} embedDim */
  embedding(embedDim) {
    return this.#floats("evax_embedding", embedDim).slice();
  }

  /** Prepares gradCam. Its memory is freed when the next pass begins or the next film is decoded. */
  explainBegin() {
    this.#check(this.#call("evax_explain_begin", this.#engine));
  }

  /** Grad-CAM of the last pass. @param {number} index of the class @param {number} length g * g
   * @returns {Float32Array} */
  gradCam(index, length) {
    return this.#map("evax_explain", index, length);
  }

  /** What each patch adds to the logit of the last pass. @param {number} index of the class
   * @param {number} length g * g @returns {Float32Array} */
  contribution(index, length) {
    return this.#map("evax_contribution", index, length);
  }

  /** @param {ExportName} name @param {number} index @param {number} length */
  #map(name, index, length) {
    let map = new Float32Array(0);
    this.#wasm.withBlocks([4 * length], (block) => {
      this.#check(this.#call(name, this.#engine, index, block));
      map = this.#wasm.floats(block, length).slice();
    });
    return map;
  }

  /** The tokens after the parts run so far, [T][C]: what tests compare step by step. @param {number} length T * C */
  tokens(length) {
    return this.#floats("evax_tokens", length).slice();
  }

  /** The `length` floats whose address the export returns: a view, good until the next call.
   * @param {ExportName} name @param {number} length @returns {Float32Array} */
  #floats(name, length) {
    if (length === 0) return new Float32Array(0);
    const at = this.#call(name, this.#engine) >>> 0;
    if (!at) throw new EvaxError("STATE", `${name} has no values yet`);
    return this.#wasm.floats(at, length);
  }

  /** @param {number} status @returns {number} the status, unless it is an error */
  #check(status) {
    if (status >= 0) return status;
    const name = this.#wasm.text(this.#call("evax_status_name", status));
    throw new EvaxError(codeOf(name), this.#wasm.text(this.#call("evax_error_message", this.#engine)));
  }

  /** @param {ExportName} name @param {...number} args @returns {number} */
  #call(name, ...args) {
    return this.#wasm.call(name, ...args);
  }
}
