/* engine.js - a loaded model: analyzes films, one at a time.
 *
 *     analyze      film ── reader ── crop ── tensor ── pass ── findings, embedding
 *     preprocess   film ── reader ── crop ── tensor
 *     infer                               tensor ── pass ── logits, embedding
 *     explain   result ── its pass, run again if another came between ── attention map
 *
 * Overlapping calls are queued. Films are read outside of the engine's memory, in Node in a thread
 * (film-reader.js). Between the steps of a pass the event loop runs, so timers fire and an abort takes effect
 * within one step.
 * SPDX-License-Identifier: MIT */
import { findingsOf, inputInfoOf, listedInJson } from "./analysis.js";
import { analyzeAll } from "./analyze-all.js";
import { makeDisposable } from "./disposable.js";
import { EvaxError } from "../base/errors.js";
import { HEAD_BYTES, kindOf } from "../dicom/file/kind.js";
import { areaOf, checkExplain, indexOfLabel, mapOf, ReplayStore } from "./attention-map.js";
import { Heads } from "../heads/head.js";
import { readInput } from "./input.js";
import { Queue } from "../base/queue.js";
import { yieldToEventLoop } from "../base/yield-to-event-loop.js";
import { LAYOUT, MAX_FILE_BYTES } from "./wasm-engine.js";
import { refuseUnknown } from "../base/options.js";
import { ANALYZE_OPTIONS, CALL_OPTIONS, FILM_OPTIONS } from "./call-options.js";

/** @typedef {import("./film-reader.js").Raw} Raw */
/** @typedef {import("./film-reader.js").ReadFilm} ReadFilm */
/** @typedef {import("./film-reader.js").Reader} Reader */

/** @typedef {import("./analysis.js").Facts} Facts */
/** @typedef {import("./analysis.js").Finding} Finding */
/** @typedef {import("./analysis.js").InputInfo} InputInfo */
/** @typedef {import("./attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("./attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("./attention-map.js").ReplayInfo} ReplayInfo */
/** @typedef {import("../model/ood-detector.js").OodDetector} OodDetector */
/** @typedef {import("./analysis.js").Reason} Reason */
/** @typedef {import("./input.js").Input} Input */
/** @typedef {import("./kernel-choice.js").KernelChoice} KernelChoice */
/** @typedef {import("./wasm-engine.js").Header} Header */
/** @typedef {import("./wasm-engine.js").WasmEngine} WasmEngine */
/** @typedef {{ signal?: AbortSignal }} CallOptions signal: an abort takes the call out of the queue, or ends it at its next
 *   step; it rejects with the signal's reason */
/** @typedef {CallOptions & { frame?: number }} FilmOptions frame: of a DICOM file, from 1; needed if it has several */
/** @typedef {FilmOptions & { pictures?: boolean }} AnalyzeOptions pictures: also return what was
 *   decoded and what the model saw; false if left out */
/** @typedef {import("../dicom/film.js").DicomFilm} DicomFilm */
/** The DICOM reader of the platform. open: imports its code, which is not needed before the first file.
 * @typedef {object} DicomReader
 * @property {() => Promise<Pick<typeof import("../dicom/film.js"), "readDicom">>} open
 * @property {import("../dicom/film.js").Decoders["runJob"]} runJob decodes a frame, in a worker
 */

/** The description of an engine and its model. Frozen.
 * @typedef {object} Info
 * @property {string} model name of the model
 * @property {string} modelHash SHA-256 of manifest.json, which holds the hashes of all else
 * @property {readonly string[]} labels in model order; empty for a feature extractor
 * @property {readonly Facts[]} facts of each label, in model order
 * @property {{ name: string, date: string | null, sha256: string } | null} siteCard whose facts these are, of which films, and its
 *   digest; null without one
 * @property {number} inputSize R: the model sees R x R pixels
 * @property {number} embeddingSize C, values of an embedding
 * @property {string} embeddingSpace id of what embeddings depend on: only those of one space can be compared
 * @property {number} parameters of the model, how many
 * @property {"f32" | "f16" | "q8"} dtype of the stored weights
 * @property {Readonly<import("../model/manifest.js").Preprocessing>} preprocessing how a film becomes the input
 * @property {"sigmoid" | "softmax" | "none"} scoring how scores come from logits
 * @property {import("./wasm-engine.js").Variant} variant of the kernels
 * @property {import("./modules.js").ModuleKind} module that runs: the variant, with "-mt" if its
 *   memory is shared
 * @property {number} threads that work on the next film; where none were asked for, as many as are quickest
 * @property {Readonly<Partial<Record<import("./wasm-engine.js").Slot, string>>>} kernels the implementation of each matrix kernel that was found to be the fastest
 *   here, by slot; names for load({ kernels })
 * @property {string} threadsNote why there are fewer than requested, or than processors; "" if there are not
 * @property {string} version of this package
 * @property {string} license of the weights
 * @property {string} attribution of the weights
 * @property {string} notice to be shown with every result
 */
/** The results of one film.
 * @typedef {object} Analysis
 * @property {Finding[]} findings every label in model order
 * @property {Reason[]} reasons why the findings may mean less than they seem to: what a DICOM file
 *   says, and what the model's out-of-distribution detector found. For most films it is
 *   empty, which does not prove that the film is suitable
 * @property {Float32Array} embedding [C]: the mean of the patch tokens (with CLS pooling the CLS
 *   token) after the model's last LayerNorm (fc_norm; of a pre-training file its norm). It is what
 *   the model's own linear head reads; its length is not 1. model/FORMAT.md, section 5
 * @property {string} embeddingSpace of the model: only embeddings of the same space can be compared
 * @property {InputInfo} input how the film was stored and read
 * @property {{ decodeMs: number, preprocessMs: number, inferMs: number }} timing in milliseconds
 * @property {string} notice to be shown with the result
 * @property {Picture} [picture] the film as decoded, with `pictures`
 * @property {import("../dicom/display/gray.js").Deep | null} [deep] a gray DICOM film in its full depth, with
 *   `pictures`
 * @property {Seen} [seen] what the model saw of it, with `pictures`
 */
/** Rows without gaps; 1 channel (gray, 0 = black) or 3 (RGB).
 * @typedef {{ width: number, height: number, channels: number, data: Uint8Array }} Picture */
/** The input in 8 bits, before normalization: R x R gray values, or R x R times RGB.
 * @typedef {{ size: number, data: Uint8Array }} Seen */

/* Pixels along a side of a patch. */
const PATCH = 16;

/** Milliseconds since `start`, and the time now.
 * @param {number} start @returns {[number, number]} */
function lap(start) {
  const now = performance.now();
  return [now - start, now];
}

/** @param {DicomFilm} film @returns {Raw} */
const rawOf = ({ bytes, colored, input: { width, height } }) =>
  ({ bytes, layout: colored ? LAYOUT.rgba8 : LAYOUT.gray8, width, height });

/** @param {Float32Array} a @param {Float32Array} b */
const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

export class Engine {
  /** @type {WasmEngine | null} */ #wasm;
  #kernels;
  #oodDetector;
  #reader;
  #dicom;
  #readPlace;
  #queue = new Queue();
  #replays = new ReplayStore();
  /* The pass whose activations are still in memory, and whether Grad-CAM is prepared for it. */
  #lastPass = { pass: NaN, ready: false };

  /** @type {Readonly<Info>} */ #info;

  /** Trains and applies custom findings. @type {Heads} */
  head;
  /** Private, for analyze-all.js: opens another engine of the same model in a worker, where there are any.
   * @type {(() => Promise<import("./analyze-all.js").AnyEngine>) | null} */
  another = null;
  /** Private, for analyze-all.js. */
  isRemote = false;

  /** Private: load() makes engines.
   * @param {WasmEngine} wasm whose weights are complete
   * @param {Readonly<Info>} info
   * @param {OodDetector | null} oodDetector of the model, if it brings one
   * @param {Reader} reader of films, which is the engine's own
   * @param {DicomReader} dicom
   * @param {KernelChoice} kernels of wasm
   * @param {import("./given-input.js").ReadPlace} [readPlace] what reads a film at a path or an address */
  constructor(wasm, info, oodDetector, reader, dicom, kernels, readPlace) {
    this.#wasm = wasm;
    this.#kernels = kernels;
    this.#reader = reader;
    this.#oodDetector = oodDetector;
    this.#info = info;
    this.#dicom = dicom;
    this.#readPlace = readPlace;
    this.head = new Heads(info);
  }

  /** The description of this engine; another object once other threads work. @returns {Readonly<Info>} */
  get info() {
    const { threads, threadsNote } = this.#wasm ?? this.#info;
    const { names: kernels } = this.#kernels;
    const same = threads === this.#info.threads && threadsNote === this.#info.threadsNote && kernels === this.#info.kernels;
    if (!same) this.#info = Object.freeze({ ...this.#info, threads, threadsNote, kernels });
    return this.#info;
  }

  /**
   * The findings of a film. Rejects with an EvaxError, or on abort with the signal's reason; either
   * way the engine is ready for the next film.
   * @param {Input} input
   * @param {AnalyzeOptions} [options]
   * @returns {Promise<Analysis>}
   */
  analyze(input, options = {}) {
    const { signal, frame, pictures = false } = options;
    return this.#queue.add(async () => {
      refuseUnknown(options, ANALYZE_OPTIONS, "analyze");
      let start = performance.now();
      const timing = { decodeMs: 0, preprocessMs: 0, inferMs: 0 };
      const { input: facts, seen, picture, prepareMs, dicom } = await this.#read(input, pictures, frame, signal);
      [timing.decodeMs, start] = lap(start + prepareMs);
      this.#live().setCrop(seen.data, seen.size);
      [timing.preprocessMs, start] = lap(start - prepareMs);
      const { logits, embedding } = await this.#pass(signal);
      [timing.inferMs] = lap(start);
      const scores = this.#live().scores(logits.length);
      const findings = findingsOf(this.info.facts, logits, scores);
      const reasons = [...(dicom?.reasons ?? []), ...(this.#oodDetector?.reasons(embedding) ?? [])];
      const { notice, embeddingSpace } = this.info;
      const analysis = {
        findings, reasons, embedding: listedInJson(embedding), embeddingSpace, input: facts, timing, notice,
        ...(pictures && { picture: picture ?? undefined, seen, deep: dicom?.deep ?? null }),
      };
      this.#replays.keep(analysis, { pass: this.#lastPass.pass, seen, chw: null, logits, film: facts });
      return analysis;
    }, signal);
  }

  /**
   * Runs the model on a tensor that is already normalized.
   * @param {Float32Array} chw [3][R][R]
   * @param {CallOptions} [options]
   * @returns {Promise<{ logits: Float32Array, embedding: Float32Array }>}
   */
  infer(chw, options = {}) {
    const { signal } = options;
    return this.#queue.add(async () => {
      refuseUnknown(options, CALL_OPTIONS, "infer");
      this.#live();
      this.#checkTensor(chw);
      this.#live().setInput(chw);
      const result = await this.#pass(signal);
      const { pass } = this.#lastPass;
      listedInJson(result.embedding);
      this.#replays.keep(result, { pass, seen: null, chw, logits: result.logits.slice(), film: null });
      return result;
    }, signal);
  }

  /**
   * An attention map: how much each part of the film moved the score of a label. Right after analyze()
   * or infer() it costs a fraction of a pass, half of which all labels share. If the engine has run on
   * another film meanwhile, the pass is run again first, from the 8-bit input that is kept as long as
   * the result. For infer() the tensor must be unchanged.
   * @param {object} result the object that analyze() or infer() of this engine returned
   * @param {string} label
   * @param {ExplainOptions} [options]
   * @returns {Promise<AttentionMap>}
   */
  explain(result, label, options = {}) {
    return this.#queue.add(async () => {
      this.#live();
      return this.#map(this.#replays.of(result), label, options);
    }, options.signal);
  }

  /**
   * The analyses of many films, in the order of the films, for `for await`. A film that fails has its error in its outcome
   * and stops no other; few outcomes are held while the consumer is busy, and leaving the loop ends the work.
   * Rejects with OPTION_INVALID, INPUT_TYPE or DISPOSED, with what `films` itself rejects with, or with the signal's reason.
   * @param {Iterable<Input> | AsyncIterable<Input>} films an array, a FileList, a generator: asked for one as it is needed
   * @param {import("./analyze-all.js").AnalyzeAllOptions} [options]
   * @returns {AsyncGenerator<import("./analyze-all.js").FilmOutcome, void, void>}
   */
  analyzeAll(films, options) {
    return analyzeAll(this, films, options);
  }

  /** Private, for served-engine.js and analyze-all.js: what is kept to explain a result later.
   * @param {object} result @returns {ReplayInfo} */
  replayOf(result) {
    return this.#replays.of(result);
  }

  /** Private, for analyze-all.js: explains the result of another engine as its own. @param {object} result
   * @param {ReplayInfo} replay */
  adopt(result, replay) {
    this.#replays.keep(result, replay);
  }

  /** Private, for engine-worker.js: explain(), by replay info. @param {ReplayInfo} replay @param {string} label
   * @param {ExplainOptions} options @returns {Promise<AttentionMap>} */
  explainReplay(replay, label, options) {
    return this.#queue.add(() => this.#map(replay, label, options), options.signal);
  }

  /**
   * The input tensor of a film, as infer() takes it.
   * @param {Input} input
   * @param {FilmOptions} [options]
   * @returns {Promise<Float32Array>} [3][R][R]
   */
  preprocess(input, options = {}) {
    const { signal, frame } = options;
    return this.#queue.add(async () => {
      refuseUnknown(options, FILM_OPTIONS, "preprocess");
      const { seen } = await this.#read(input, false, frame, signal);
      this.#live().setCrop(seen.data, seen.size);
      return this.#live().input(this.#tensorLength);
    }, signal);
  }

  /** Bytes of WebAssembly memory that the engine and its reader of films hold; 0 after dispose(). */
  get memoryBytes() {
    return this.#wasm ? this.#wasm.memoryBytes + this.#reader.memoryBytes : 0;
  }

  /** Frees the weights and all memory. The running call and all later ones reject with DISPOSED. */
  dispose() {
    this.#wasm?.dispose();
    this.#wasm = null;
    this.#reader.dispose();
  }

  get #tensorLength() {
    return 3 * this.info.inputSize ** 2;
  }

  /** The engine. Call it again after every await: dispose() may have run meanwhile. */
  #live() {
    if (!this.#wasm) throw new EvaxError("DISPOSED");
    return this.#wasm;
  }

  /** @param {ReplayInfo} replay @param {string} label @param {ExplainOptions} options */
  async #map(replay, label, options) {
    const index = indexOfLabel(this.info.labels, label);
    checkExplain(options);
    const grid = await this.#withThreadRecovery(() => this.#grid(replay, index, options));
    const area = replay.film && areaOf(replay.film, this.info.preprocessing);
    return mapOf(grid, { label, area }, options);
  }

  /** @param {ReplayInfo} replay @param {number} index @param {ExplainOptions} options */
  async #grid(replay, index, { method, signal }) {
    if (this.#lastPass.pass !== replay.pass) await this.#rerun(replay, signal);
    const patches = (this.info.inputSize / PATCH) ** 2;
    return method === "contribution"
      ? this.#live().contribution(index, patches)
      : this.#gradCam(index, patches, signal);
  }

  /** @param {number} index @param {number} patches @param {AbortSignal} [signal] */
  async #gradCam(index, patches, signal) {
    if (!this.#lastPass.ready) {
      this.#live().explainBegin();
      this.#lastPass.ready = true;
    }
    await yieldToEventLoop();
    signal?.throwIfAborted();
    return this.#live().gradCam(index, patches);
  }

  /** Runs the pass of a replay again. @param {ReplayInfo} replay @param {AbortSignal} [signal] */
  async #rerun({ pass, seen, chw, logits }, signal) {
    if (chw) this.#checkTensor(chw);
    if (chw) this.#live().setInput(chw);
    if (seen) this.#live().setCrop(seen.data, seen.size);
    const again = await this.#pass(signal);
    if (!same(again.logits, logits)) {
      throw new EvaxError("RESULT_UNKNOWN", "the tensor given to infer() has changed since");
    }
    this.#lastPass.pass = pass;
  }

  /** Reads a film. @param {Input} input @param {boolean} picture whether it is wanted, too
   * @param {number} [frame] @param {AbortSignal} [signal]
   * @returns {Promise<ReadFilm & { seen: Seen, input: InputInfo, dicom: DicomFilm | null }>} */
  async #read(input, picture, frame, signal) {
    this.#live();
    if (frame !== undefined && !(Number.isInteger(frame) && frame > 0)) {
      throw new EvaxError("OPTION_INVALID", "frame must be a whole number from 1");
    }
    const { raw: given, stored } = await readInput(input, { signal, readPlace: this.#readPlace });
    signal?.throwIfAborted();
    const kind = given.layout === null ? kindOf(given.bytes.subarray(0, HEAD_BYTES)) : null;
    const dicom = kind === "dicom" ? await this.#readDicom(given.bytes, frame, signal) : null;
    const { inputSize: size, preprocessing: { resize } } = this.info;
    const film = await this.#readRaw(dicom ? rawOf(dicom) : given, { size, resize }, picture, signal);
    const seen = { size, data: /** @type {Uint8Array} */ (film.crop) };
    return { ...film, seen, input: dicom?.input ?? { ...inputInfoOf(film.image), ...stored }, dicom };
  }

  /** @param {Raw} raw @param {import("./film-reader.js").Wanted | null} wanted @param {boolean} picture
   * @param {AbortSignal} [signal] */
  async #readRaw(raw, wanted, picture, signal) {
    if (raw.bytes.length > MAX_FILE_BYTES) throw new EvaxError("IMAGE_HEAP", `${raw.bytes.length} bytes`);
    this.#live();
    try {
      return await this.#reader.read(raw, wanted, picture, signal);
    } finally {
      this.#live(); // a reader that is disposed says something else
    }
  }

  /** @param {Uint8Array} file @param {number} [frame] @param {AbortSignal} [signal] */
  async #readDicom(file, frame, signal) {
    if (file.length > MAX_FILE_BYTES) throw new EvaxError("IMAGE_HEAP", `${file.length} bytes`);
    const { readDicom } = await this.#dicom.open();
    const decodeJpeg = async (/** @type {Uint8Array} */ bytes) => {
      const { picture } = await this.#readRaw({ bytes, layout: null }, null, true, signal);
      return /** @type {Picture} */ (picture);
    };
    return readDicom(file, { runJob: this.#dicom.runJob, decodeJpeg }, { frame, signal });
  }

  /** @param {Float32Array} chw */
  #checkTensor(chw) {
    if (!(chw instanceof Float32Array)) {
      throw new EvaxError("INPUT_TYPE", "infer() takes a Float32Array");
    }
    if (chw.length !== this.#tensorLength) {
      throw new EvaxError("INPUT_LENGTH", `${chw.length} values, not ${this.#tensorLength}`);
    }
    const at = chw.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new EvaxError("INPUT_VALUE", `value ${at} is ${chw[at]}`);
  }

  /** A forward pass over the input tensor; an abort ends it at its next step. If a worker thread dies,
   * it is repeated with one thread.
   * @param {AbortSignal} [signal] */
  async #pass(signal) {
    return this.#withThreadRecovery(() => this.#run(signal));
  }

  /** Repeats work with one thread if a worker thread died in it. @template T @param {() => Promise<T>} work
   * @returns {Promise<T>} */
  async #withThreadRecovery(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof EvaxError && error.code === "THREADS")) throw error;
      this.#live().continueSingleThreaded();
      this.#lastPass = { pass: NaN, ready: false };
      return await work();
    }
  }

  /** @param {AbortSignal} [signal] */
  async #run(signal) {
    this.#lastPass = { pass: NaN, ready: false };
    this.#live().begin();
    this.#kernels.begin(/** @type {Header} */ (this.#live().header()).depth);
    let step = 0;
    for (let left = 1; left > 0; left = this.#kernels.step(step++, () => this.#live().step())) {
      await yieldToEventLoop();
      if (signal?.aborted) this.#live().cancel();
      signal?.throwIfAborted();
    }
    this.#lastPass.pass = Math.random();
    const { labels, embeddingSize } = this.info;
    return {
      logits: this.#live().logits(labels.length),
      embedding: this.#live().embedding(embeddingSize),
    };
  }
}

makeDisposable(Engine);
