/* remote-engine.js - an engine that runs in a worker, with the methods of one that runs here.
 *
 * Loading, decoding and the model run in the worker: served-engine.js. Results are transferred, not
 * copied. dispose() ends the worker, which frees all of its memory at once.
 * SPDX-License-Identifier: MIT */
import { Channel, Moved } from "./channel.js";
import { listedInJson } from "../engine/analysis.js";
import { analyzeAll } from "../engine/analyze-all.js";
import { makeDisposable } from "../engine/disposable.js";
import { settledInput } from "../engine/given-input.js";
import { cloneableInput, cloneablePlace, cloneablePlaces } from "./cloneable-input.js";
import { EvaxError } from "../base/errors.js";
import { refuseUnknown } from "../base/options.js";
import { ANALYZE_OPTIONS, CALL_OPTIONS, FILM_OPTIONS } from "../engine/call-options.js";
import { sha256 } from "../base/sha256.js";
import { Heads } from "../heads/head.js";
import { ReplayStore } from "../engine/attention-map.js";
import { isEach } from "../engine/modules.js";
import { adoptKernels, settledKernels } from "../engine/settled-kernels.js";
import { PageThreads } from "../engine/threads.js";

/** @typedef {import("../engine/engine.js").Analysis} Analysis */
/** @typedef {import("../engine/engine.js").AnalyzeOptions} AnalyzeOptions */
/** @typedef {import("../engine/engine.js").CallOptions} CallOptions */
/** @typedef {import("../engine/engine.js").FilmOptions} FilmOptions */
/** @typedef {import("../engine/engine.js").DicomReader["runJob"]} RunJob */
/** @typedef {import("../engine/engine.js").Info} Info */
/** @typedef {import("../engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("../engine/attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("../engine/input.js").Input} Input */
/** @typedef {import("../engine/load.js").LoadOptions} LoadOptions */
/** @typedef {import("../model/source.js").Source} Source */

/** A Worker of a browser, or as much of one in Node.
 * @typedef {{ postMessage(message: unknown, transfer: Transferable[]): void, terminate(): void,
 *   addEventListener(type: string, listener: (event: any) => void): void }} EngineWorker */

/* A worker that the browser kills sends no event, so it is pinged. It answers between the steps of a
 * pass or a download; the longest single step, decoding 64 million pixels on a phone, takes seconds. */
const PING_MS = 5_000;
const SILENCE_MS = 60_000;

/** @param {Source} source @returns {Record<string, import("./channel.js").Handler>} */
const serve = (source) => ({
  manifest: ({ fresh }, { signal }) => source.manifest({ fresh, signal }),
  chunk: async ({ entry, fresh }, { signal }) => {
    const bytes = (await source.chunk(entry, { fresh, signal })).slice(); // theirs are for other engines, too
    return new Moved(bytes, [bytes.buffer]);
  },
});

export class RemoteEngine {
  #worker;
  #channel;
  #threads = new PageThreads();
  /** @type {ReturnType<typeof setInterval>} */ #pulse;
  #memoryBytes = 0;
  /** @type {import("../engine/given-input.js").ReadPlace | undefined} */ #readPlace;

  /** As Engine.another. @type {(() => Promise<import("../engine/analyze-all.js").AnyEngine>) | null} */
  another = null;
  /** As Engine.isRemote. */
  isRemote = true;

  /** Whether the worker is gone: disposed, or dead. */
  ended = false;

  /** The replay info of each result. It is kept on this side: the worker frees a film when it
   * has answered. */
  replays = new ReplayStore();

  /** What this engine is. @type {Readonly<Info>} */
  info = /** @type {any} */ (null);
  /** As Engine.head; it works on this side. @type {Heads} */
  head = /** @type {any} */ (null);

  /** Private: use RemoteEngine.load. @param {EngineWorker} worker
   * @param {Record<string, import("./channel.js").Handler>} handlers */
  constructor(worker, handlers) {
    this.#worker = worker;
    this.#channel = new Channel(worker, { ...handlers, ...this.#threads.handlers });
    const failed = (/** @type {Event} */ event) => {
      event.preventDefault();
      const { message = "" } = /** @type {ErrorEvent} */ (event);
      const code = this.info ? "WORKER_DIED" : "WORKER_LOAD";
      this.#end(new EvaxError(code, message || "engine-worker.js"));
    };
    worker.addEventListener("error", failed);
    worker.addEventListener("messageerror", failed);
    this.#pulse = setInterval(() => this.#watch(), PING_MS);
    /** @type {any} */ (this.#pulse).unref?.(); // Node's would keep the process alive
  }

  /**
   * Loads a model in a worker.
   * @param {EngineWorker} worker that runs served-engine.js; the engine owns it from now on
   * @param {LoadOptions} options
   * @param {RunJob} [runJob] decodes a frame of a DICOM file, where the worker asks for it
   * @param {import("../engine/given-input.js").ReadPlace} [readPlace] reads a film at a path or an address
   * @returns {Promise<RemoteEngine>}
   */
  static async load(worker, options, runJob, readPlace) {
    const { model, integrity, card, variant, threads, kernels, keep, wasm, signal, onProgress = () => {} } = options;
    const source = typeof model === "object" && "chunk" in model ? model : null;
    const handlers = {
      progress: onProgress,
      sha256,
      runJob: async (/** @type {any} */ job, /** @type {{ signal: AbortSignal }} */ { signal: stop }) => {
        const decoded = await /** @type {RunJob} */ (runJob)(job, stop);
        return new Moved(decoded, [decoded.samples.buffer]);
      },
      ...(source ? serve(source) : {}),
    };
    const engine = new RemoteEngine(worker, handlers);
    engine.#readPlace = readPlace;
    const place = source
      ? { source: { name: source.name, attempts: source.attempts, verified: source.verified } }
      : { model: cloneablePlace(model) };
    try {
      const args = { ...place, integrity, card, variant, threads, kernels, keep,
        settled: settledKernels(), wasm: isEach(wasm) ? cloneablePlaces(wasm) : cloneablePlace(wasm) };
      const { info, memoryBytes } = await engine.#channel.call("load", args, { signal });
      engine.info = info;
      engine.head = new Heads(info);
      engine.#memoryBytes = memoryBytes;
      return engine;
    } catch (error) {
      engine.#end(new EvaxError("DISPOSED"));
      throw error;
    }
  }

  /** What a pass has changed of info; what has not is the same object. @param {Pick<Info, "threads" | "threadsNote" | "kernels">
   *   & { settled: ReturnType<typeof settledKernels> }} now */
  #update({ threads, threadsNote, kernels, settled }) {
    adoptKernels(settled);
    const { info } = this, same = JSON.stringify(kernels) === JSON.stringify(info.kernels);
    if (same && threads === info.threads && threadsNote === info.threadsNote) return;
    this.info = Object.freeze({ ...info, threads, threadsNote, kernels: same ? info.kernels : Object.freeze(kernels) });
  }

  /** As Engine.analyze. @param {Input} input @param {AnalyzeOptions} [options]
   * @returns {Promise<Analysis>} */
  async analyze(input, options = {}) {
    refuseUnknown(options, ANALYZE_OPTIONS, "analyze");
    const { signal, frame, pictures } = options;
    const reply = await this.#film("analyze", input, { frame, pictures }, signal);
    const { analysis, replay, memoryBytes, changed } = reply;
    this.#memoryBytes = memoryBytes;
    listedInJson(analysis.embedding);
    this.replays.keep(analysis, replay);
    this.#update(changed);
    return analysis;
  }

  /** As Engine.infer. @param {Float32Array} chw [3][R][R] @param {CallOptions} [options]
   * @returns {Promise<{ logits: Float32Array, embedding: Float32Array }>} */
  async infer(chw, options = {}) {
    refuseUnknown(options, CALL_OPTIONS, "infer");
    const { signal } = options;
    const { result, replay, changed } = await this.#channel.call("infer", { chw }, { signal });
    listedInJson(result.embedding);
    this.replays.keep(result, { ...replay, chw });
    this.#update(changed);
    return result;
  }

  /** As Engine.analyzeAll. @param {Iterable<Input> | AsyncIterable<Input>} films
   * @param {import("../engine/analyze-all.js").AnalyzeAllOptions} [options]
   * @returns {AsyncGenerator<import("../engine/analyze-all.js").FilmOutcome, void, void>} */
  analyzeAll(films, options) {
    return analyzeAll(this, films, options);
  }

  /** As Engine.replayOf. @param {object} result */
  replayOf(result) {
    return this.replays.of(result);
  }

  /** As Engine.adopt. @param {object} result @param {import("../engine/attention-map.js").ReplayInfo} replay */
  adopt(result, replay) {
    this.replays.keep(result, replay);
  }

  /** As Engine.explain. @param {object} result @param {string} label
   * @param {ExplainOptions} [options] @returns {Promise<AttentionMap>} */
  async explain(result, label, { signal, ...options } = {}) {
    const replay = this.ended ? null : this.replays.of(result);
    const args = { replay, label, options };
    const { map, memoryBytes } = await this.#channel.call("explain", args, { signal });
    this.#memoryBytes = memoryBytes;
    return map;
  }

  /** As Engine.preprocess. @param {Input} input @param {FilmOptions} [options]
   * @returns {Promise<Float32Array>} [3][R][R] */
  async preprocess(input, options = {}) {
    refuseUnknown(options, FILM_OPTIONS, "preprocess");
    const { signal, frame } = options;
    return this.#film("preprocess", input, { frame }, signal);
  }

  /** Asks the worker for something that is not part of an engine. @param {string} name
   * @param {unknown} args @returns {Promise<any>} */
  ask(name, args) {
    return this.#channel.call(name, args);
  }

  /** Bytes of WebAssembly memory after the last film; 0 after dispose(). */
  get memoryBytes() {
    return this.#memoryBytes;
  }

  /** Ends the worker. A call under way and all later ones reject with DISPOSED. */
  dispose() {
    this.#end(new EvaxError("DISPOSED"));
  }

  /** @param {string} name @param {Input} film @param {object} options @param {AbortSignal}
   * [signal] */
  async #film(name, film, options, signal) {
    signal?.throwIfAborted();
    const given = await settledInput(film, { signal, readPlace: this.#readPlace });
    const { input, transfer } = await cloneableInput(given);
    signal?.throwIfAborted();
    try {
      return await this.#channel.call(name, { input, ...options }, { signal, transfer });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "DataCloneError")) throw error;
      throw new EvaxError("INPUT_TYPE", "it cannot be sent to a worker", { cause: error });
    }
  }

  #watch() {
    if (this.#channel.waiting === 0) return;
    const silence = performance.now() - this.#channel.lastHeard;
    if (silence > SILENCE_MS) this.#end(new EvaxError("WORKER_DIED", "it no longer answers"));
    else this.#channel.call("ping", null).catch(() => {});
  }

  /** @param {EvaxError} error that all calls get from now on */
  #end(error) {
    this.ended = true;
    clearInterval(this.#pulse);
    this.#worker.terminate();
    this.#threads.end();
    this.#channel.close(error);
    this.#memoryBytes = 0;
  }
}

makeDisposable(RemoteEngine);
