/* session.js - a model, from its address to results, with nothing fetched or sent once there may be a film.
 *
 *     inspect   the manifest, and nothing else
 *     open      chunks, scripts, modules, handed in verified; an engine worker made of them takes the chunks as they come ──
 *                 the supply is closed ── self-test, and in the room the seal's probe ── ready
 *     openFiles the same with a model in files: opened, and converted, with what was fetched; also later, instead of the
 *                 model that runs
 *     analyze   one film at a time, in the engine worker
 *
 * It runs in the room (web/room), or in a page of its author's making, where it cannot seal anything and says so.
 * If the engine's worker dies, the film in progress fails, and the next one gets a new worker, made from the same
 * bytes and tested again.
 * SPDX-License-Identifier: MIT */
import { factsOf } from "../engine/analysis.js";
import { ArrivingChunks } from "./arriving-chunks.js";
import { diagnosticsText } from "./diagnostics.js";
import { EvaxError } from "../base/errors.js";
import { ReplayStore } from "../engine/attention-map.js";
import { kindsFor } from "../engine/modules.js";
import { readManifest } from "../model/manifest.js";
import { Queue } from "../base/queue.js";
import { trustedScript } from "../base/trusted-types.js";
import { RemoteEvaluator } from "../worker/remote-evaluator.js";
import { RequestCount, judge, startProbe } from "../seal/network-seal.js";
import { pickVariant } from "../engine/wasm-engine.js";

export { Supply } from "./supply.js";

/** @typedef {import("../engine/analysis.js").Facts} Facts */
/** @typedef {import("../engine/engine.js").Analysis} Analysis */
/** @typedef {import("../engine/engine.js").Info} Info */
/** @typedef {import("../engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("../engine/attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("../engine/input.js").Input} Input */
/** @typedef {import("../model/chunks.js").KnownModel} Known */
/** @typedef {import("./supply.js").EngineAssets} EngineAssets */
/** @typedef {import("./supply.js").EngineFiles} EngineFiles */
/** @typedef {import("./supply.js").SupplyPort} SupplyPort */
/** @typedef {import("../worker/remote-engine.js").RemoteEngine} RemoteEngine */
/** @typedef {import("../seal/network-seal.js").Probe} Probe */
/** @typedef {import("../seal/network-seal.js").Seal} Seal */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("../engine/self-test.js").SelfTestReport} SelfTestReport */
/** @typedef {import("../engine/wasm-engine.js").Variant} Variant */

/** @typedef {object} SessionOptions
 * @property {SupplyPort} supply where the model and its engine come from
 * @property {"auto" | Variant} [variant="auto"] as for load()
 * @property {"auto" | number} [threads="auto"] as for load()
 * @property {boolean} [shared=false] results are given away, which the seal then says
 */
/** What a model is, before it is downloaded.
 * @typedef {object} Inspection
 * @property {string} name
 * @property {number} bytes of all chunks
 * @property {number} cachedBytes of these that need no download
 * @property {"f32" | "f16" | "q8"} dtype
 * @property {readonly string[]} labels
 * @property {string} notice
 * @property {string} license
 * @property {string} attribution
 * @property {readonly Facts[]} facts
 * @property {string} modelHash SHA-256 of manifest.json, which holds the hashes of all else
 * @property {import("../model/manifest.js").Architecture} architecture
 * @property {import("../model/manifest.js").Preprocessing} preprocessing
 */
/** @typedef {"manifest" | "weights" | "fetch" | "read" | "calibrate" | "write" | "keep" | "seal" | "engine" | "self-test"
 *   | "ready"} Phase */
/** Bytes and phases never go back. At most ten a second, but every phase is reported.
 * @typedef {{ phase: Phase, loadedBytes: number, totalBytes: number, fromCache: boolean }}
 *   SessionProgress */
/** How a model file is opened.
 * @typedef {object} FileOptions
 * @property {AbortSignal} [signal]
 * @property {boolean} [keep] store it in this browser for later visits
 * @property {boolean} [save] write it into the folder that was chosen: chooseFolder()
 * @property {(progress: FileProgress) => void} [onProgress]
 * @property {import("../convert/convert.js").ConvertOptions} [convert]
 */
/** What came of handing a model out: "" where it was done or not asked for, else why not. After the network was closed
 * nothing is handed out. @typedef {{ keep: string, save: string }} Refusals */
/** done: so much of `of`, in the unit of the phase. @typedef {{ phase: Phase, done: number, of: number }} FileProgress */
/** @typedef {Info & { engineHash: string, selfTest: SelfTestReport }} SessionInfo
 *   engineHash: SHA-256 of the WebAssembly module */
/** @typedef {"idle" | "loading" | "ready" | "failed" | "disposed"} State */
/** @typedef {import("./supply.js").ConverterFiles} ConverterFiles */
/** @typedef {import("./supply.js").EvaluatorFiles} EvaluatorFiles */
/** converter, evaluator: give it, or throw why it could not be had.
 * @typedef {{ engine: EngineAssets, converter: () => ConverterFiles, evaluator: () => EvaluatorFiles }} Supplied */
const PROGRESS_MS = 100;
/* The first screen comes first. */
const PROBE_DELAY_MS = 300;
const ERRORS_KEPT = 10;

/* Why a model is not handed out any more. */
const CLOSED = "the frame is sealed, and nothing is handed out of it any more. Load the page again, and open the file first";

/** What works with a model, which the first screen does without. */
const importTools = () => Promise.all([import("./engine-assets.js"), import("./file-model.js")]);

/* After these no call to the same worker can succeed. */
const FATAL = new Set(["WORKER_DIED", "WASM_TRAP", "DISPOSED"]);

/** @param {(progress: SessionProgress) => void} report @param {number} totalBytes */
function steadyProgress(report, totalBytes) {
  let last = { phase: "", loadedBytes: 0, at: -Infinity };
  let fromCache = false;
  return (/** @type {Phase} */ phase, loadedBytes = totalBytes, cached = fromCache) => {
    const now = performance.now();
    fromCache = cached;
    if (phase === last.phase && now - last.at < PROGRESS_MS) return;
    last = { phase, loadedBytes: Math.max(loadedBytes, last.loadedBytes), at: now };
    report({ phase, loadedBytes: last.loadedBytes, totalBytes, fromCache });
  };
}

/** @param {import("../model/manifest.js").Manifest} m @param {string} hash
 * @returns {Omit<Inspection, "cachedBytes">} */
const inspectionOf = (m, hash) => ({
  name: m.name,
  bytes: m.stream_bytes,
  dtype: m.dtype,
  labels: m.labels,
  notice: m.notice,
  license: m.licence,
  attribution: m.attribution,
  facts: factsOf(m),
  modelHash: hash,
  architecture: m.architecture,
  preprocessing: m.recipe,
});

/** @template T @param {PromiseSettledResult<T>} settled what could be had without @returns {() => T} */
const orReason = (settled) => () => {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
};

/** @param {PromiseSettledResult<{ files: SealedFile[] }>} settled */
const filesOf = (settled) => (settled.status === "fulfilled" ? settled.value.files : []);

/** An engine on its way, in a box: it is waited for when its turn comes. @typedef {{ engine: Promise<RemoteEngine> }} Making */

/** @param {Promise<RemoteEngine>} engine @returns {Making} */
function unhurried(engine) {
  engine.catch(() => {}); // who waits for it is told
  return { engine };
}

/** @param {Making | null} making that nobody will wait for */
const unmake = (making) => void making?.engine.then((engine) => engine.dispose(), () => {});

/** A page's life with one model: inspect() what it is, open() it, analyze() films. */
export class Session {
  #supply;
  #options;
  /* An engine queues its calls, too. Here films wait before they are sent to it: a worker that dies takes one of them
   * along, not all, and what waits is held once. */
  #queue = new Queue();
  /** The hash of a kept model, or which of the site's. @type {string | number} */ #chosen = 0;
  /** @type {Known | null} */ #known = null;
  /** @type {EngineAssets | null} */ #assets = null;
  /** What was fetched for any model: it serves the next one, too. @type {Supplied | null} */ #supplied = null;
  /** @type {RemoteEngine | null} */ #engine = null;
  /** @type {SessionInfo | null} */ #info = null;
  /** @type {State} */ #state = "idle";
  /** @type {Probe | null} */ #probe = null;
  /** @type {Date | null} */ #closedAt = null;
  /** @type {RequestCount | null} */ #requests = null;
  /** @type {ReturnType<typeof startProbe> | null} the probe that is under way */ #probing = null;
  /** @type {string[]} */ #errors = [];
  /** @type {Record<string, number>} ms of each phase of the last open() */ #timings = {};
  #films = { done: 0, failed: 0, restarts: 0 };
  /* Whether this has ever been given a film. */
  #hasFilm = false;
  /* Results outlive the worker that made them. */
  #replays = new ReplayStore();
  /* Ends whatever is under way when the session is disposed. */
  #life = new AbortController();
  /** The address of its script. */ #evaluatorUrl = "";
  /** What measures films on labels, in a worker of its own. */
  evaluator = new RemoteEvaluator(() => this.#startEvaluator());

  /** @param {SessionOptions} options */
  constructor({ supply, variant = "auto", threads = "auto", shared = false }) {
    this.#supply = supply;
    this.#options = { variant, threads, shared };
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** What runs; null until ready. @returns {Readonly<SessionInfo> | null} */
  get info() {
    if (!this.#info || !this.#engine) return this.#info;
    const { threads, threadsNote, kernels } = this.#engine.info, was = this.#info;
    const same = threads === was.threads && threadsNote === was.threadsNote && kernels === was.kernels;
    if (!same) this.#info = Object.freeze({ ...was, threads, threadsNote, kernels });
    return this.#info;
  }

  /** @returns {Seal} */
  get seal() {
    const state = this.#probe ? judge(this.#probe) : "open";
    return {
      state: this.#supply.roomed ? state : "unsealed",
      shared: this.#options.shared,
      since: this.#closedAt,
      files: this.#assets?.files ?? [],
      probe: this.#probe,
      requests: () => this.#requests?.get() ?? { sent: 0, refused: 0 },
    };
  }

  /** Whether the supply is closed: only models in files can be opened from then on. */
  get closed() {
    return this.#closedAt !== null;
  }

  /**
   * What the model is; only manifest.json is fetched.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Inspection>}
   */
  async inspect({ signal } = {}) {
    const [{ manifest: m, hash }, cachedBytes] = await this.#noting(() =>
      Promise.all([this.#know(signal), this.#supply.cachedBytes()]));
    setTimeout(() => this.#startProbe(), PROBE_DELAY_MS);
    return { ...inspectionOf(m, hash), cachedBytes };
  }

  /** The same of the model that runs. @returns {Inspection | null} null until ready */
  get model() {
    return this.#known && this.#state === "ready"
      ? { ...inspectionOf(this.#known.manifest, this.#known.hash), cachedBytes: 0 } : null;
  }

  /**
   * Fetches, closes the supply, starts and tests. After an abort or a failure it may be called
   * again and goes on where it stopped.
   * @param {{ signal?: AbortSignal, onProgress?: (progress: SessionProgress) => void }} [options]
   * @returns {Promise<Readonly<SessionInfo>>}
   */
  async open({ signal, onProgress = () => {} } = {}) {
    if (this.#state === "disposed") throw new EvaxError("DISPOSED");
    if (this.#state === "loading") throw new EvaxError("STATE", "open() is under way");
    if (this.info && this.#state === "ready") return this.info;
    this.#state = "loading";
    try {
      const info = await this.#noting(() => this.#open(this.#lifelong(signal), onProgress));
      this.#state = "ready";
      return info;
    } catch (error) {
      this.#state = this.#life.signal.aborted ? "disposed" : signal?.aborted ? "idle" : "failed";
      throw error;
    }
  }

  /** Which of some models a person has accepted last at an earlier visit; "" for none. @param {string[]} hashes SHA-256 of
   * their manifests */
  lastAccepted(hashes) {
    return this.#supply.lastAccepted(hashes);
  }

  /** Remembers for later visits that a person has accepted this model. Only after inspect(), before open(). */
  accept() {
    return this.#supply.accept();
  }

  /** The models that this browser keeps, and what it has room for. */
  kept() {
    return this.#supply.kept();
  }

  /** Lets a kept model go. @param {string} hash */
  forget(hash) {
    return this.#supply.forget(hash);
  }

  /** Lets the person choose a folder, into which openFiles() can save. Only right after a click.
   * @returns {Promise<string>} its name; "" if none was chosen */
  chooseFolder() {
    return this.#supply.chooseFolder();
  }

  /** The site's models, where it has several. */
  siteModels() {
    return this.#supply.siteModels(this.#life.signal);
  }

  /** Which model inspect() and open() are about from now on. @param {string | number} which the hash of a kept one, or
   * which of the site's */
  async choose(which) {
    if (this.#state !== "idle" && this.#state !== "failed") throw new EvaxError("STATE", "a model is open");
    if (which !== this.#chosen) await this.#supply.choose(which);
    this.#chosen = which;
    [this.#known, this.#assets] = [null, null];
  }

  /**
   * As open(), with the model in a file: a checkpoint, which is converted here, or a model that was. All that is
   * needed is fetched first; the file is opened then. What is kept is handed out before the first film. It may also take
   * the place of the model that is open, which goes on where this fails or is aborted.
   * @param {File[]} files one, or the files of one model
   * @param {FileOptions} [options]
   * @returns {Promise<Readonly<SessionInfo> & { refusals: Refusals }>}
   */
  async openFiles(files, options = {}) {
    const { signal, onProgress = () => {} } = options;
    if (this.#state === "disposed") throw new EvaxError("DISPOSED");
    if (this.#state === "loading") throw new EvaxError("STATE", "a model is being opened");
    const before = this.#state === "ready" ? { known: this.#known, assets: this.#assets, info: this.info } : null;
    this.#engine?.dispose(); // a conversion needs the memory; if it fails, the next film starts the engine again
    this.#state = "loading";
    try {
      const lasting = this.#lifelong(signal);
      const refusals = await this.#noting(() => this.#take(files, { ...options, signal: lasting, onProgress }));
      const known = /** @type {Known} */ (this.#known);
      const report = (/** @type {Phase} */ phase) => onProgress({ phase, done: 0, of: 1 });
      const info = await this.#noting(() => this.#begin(known, lasting, report));
      this.#state = "ready";
      return { ...info, refusals };
    } catch (error) {
      [this.#known, this.#assets, this.#info] = [before?.known ?? null, before?.assets ?? null, before?.info ?? null];
      this.#state = this.#life.signal.aborted ? "disposed" : before ? "ready" : signal?.aborted ? "idle" : "failed";
      throw error;
    }
  }

  /** Whether the model may still be handed out as a file: until the first film. */
  get givesModel() {
    return this.#state === "ready" && !this.#hasFilm;
  }

  /** The model that runs as one file. Rejects with SEALED once there was a film. @returns {Promise<Blob>} */
  async modelFile() {
    if (this.#hasFilm) throw new EvaxError("SEALED", "a film has been opened");
    if (!this.#known || !this.#assets) throw new EvaxError("STATE", "open() comes first");
    const [, { fileOfModel }] = await importTools();
    const file = await fileOfModel({ ...this.#known, chunks: this.#assets.chunks });
    if (this.#hasFilm) throw new EvaxError("SEALED", "a film has been opened");
    return file;
  }

  /**
   * The findings of a film, the film as decoded and as the model saw it. Films queue; an abort
   * takes one out of the queue, or ends it between two blocks of the network.
   * @param {Input} input
   * @param {import("../engine/engine.js").FilmOptions} [options]
   * @returns {Promise<Required<Analysis>>}
   */
  async analyze(input, { signal, frame } = {}) {
    if (this.#state === "disposed") throw new EvaxError("DISPOSED");
    if (this.#state !== "ready") throw new EvaxError("STATE", "open() comes first");
    this.#hasFilm = true;
    const lasting = this.#lifelong(signal);
    return this.#queue.add(() => this.#noting(() => this.#film(input, frame, lasting)), lasting);
  }

  /**
   * How much each part of a film moved the score of a label; as Engine.explain. Waits its turn among
   * the films.
   * @param {object} analysis the object that analyze() returned
   * @param {string} label
   * @param {ExplainOptions} [options]
   * @returns {Promise<AttentionMap>}
   */
  async explain(analysis, label, { signal, ...options } = {}) {
    if (this.#state === "disposed") throw new EvaxError("DISPOSED");
    if (this.#state !== "ready") throw new EvaxError("STATE", "open() comes first");
    const lasting = this.#lifelong(signal);
    return this.#queue.add(() => this.#noting(() => this.#with((engine) =>
      engine.explain(analysis, label, { ...options, signal: lasting }))), lasting);
  }

  /** One block of text about this session, without a film or its name. */
  diagnostics() {
    return diagnosticsText({
      model: this.#supply.name,
      state: this.#state,
      info: this.info,
      modelHash: this.#known?.hash ?? null,
      seal: this.seal,
      cacheRefusal: this.#assets?.refusal ?? "",
      timings: this.#timings,
      films: this.#films,
      memoryBytes: this.#engine?.memoryBytes ?? 0,
      errors: this.#errors,
    });
  }

  /** Ends the workers and lets all memory go. Films under way reject with DISPOSED. */
  dispose() {
    this.#state = "disposed";
    this.#life.abort(new EvaxError("DISPOSED"));
    this.#engine?.dispose();
    this.evaluator.dispose();
    URL.revokeObjectURL(this.#evaluatorUrl);
    this.#engine = null;
    this.#assets = null;
  }

  /** A signal that also ends with the session. @param {AbortSignal} [signal] */
  #lifelong(signal) {
    return signal ? AbortSignal.any([signal, this.#life.signal]) : this.#life.signal;
  }

  /** Runs work and keeps its error for the diagnostics.
   * @template T @param {() => Promise<T>} work */
  async #noting(work) {
    try {
      return await work();
    } catch (error) {
      const { code = "", name, message } = /** @type {any} */ (error);
      this.#errors.push(`${new Date().toISOString()} ${code || name} ${message}`);
      this.#errors.splice(0, this.#errors.length - ERRORS_KEPT);
      throw error;
    }
  }

  /** @template T @param {string} phase @param {() => Promise<T>} work */
  async #timed(phase, work) {
    const start = performance.now();
    const result = await work();
    this.#timings[phase] = Math.round(performance.now() - start);
    return result;
  }

  /** The manifest; asked for once. @param {AbortSignal} [signal] @returns {Promise<Known>} */
  async #know(signal) {
    if (this.#known) return this.#known;
    const { bytes, hash } = await this.#supply.manifest(this.#lifelong(signal));
    this.#known = { manifest: readManifest(bytes), bytes, hash };
    return this.#known;
  }

  /** @param {AbortSignal} signal @param {(progress: SessionProgress) => void} onProgress */
  async #open(signal, onProgress) {
    const variant = pickVariant(this.#options.variant);
    onProgress({ phase: "manifest", loadedBytes: 0, totalBytes: 0, fromCache: false });
    const known = await this.#timed("manifest", () => this.#know(signal));
    const report = steadyProgress(onProgress, known.manifest.stream_bytes);
    this.#known = null; // asked for again if this fails: the model may have been replaced
    const making = this.#assets ? null : await this.#fetchAndMake(known, variant, signal, report);
    this.#known = known;
    return this.#begin(known, signal, report, making);
  }

  /** Fetches everything, and makes the engine meanwhile, which may take longer, and fail on its own.
   * @param {Known} known @param {Variant} variant @param {AbortSignal} signal
   * @param {ReturnType<typeof steadyProgress>} report @returns {Promise<Making | null>} */
  async #fetchAndMake(known, variant, signal, report) {
    const chunks = new ArrivingChunks();
    const over = new AbortController();
    /** @type {Making | null} */ let making = null;
    try {
      this.#assets = await this.#timed("weights", () => this.#fetch(variant, signal, {
        onProgress: ({ loadedBytes, fromCache }) => report("weights", loadedBytes, fromCache),
        onEngine: (files) => {
          const lasting = AbortSignal.any([signal, over.signal]);
          making = unhurried(this.#make(files, (index) => chunks.at(index), known, lasting));
        },
        onChunk: (chunk) => chunks.add(chunk),
      }));
      return making;
    } catch (error) {
      over.abort(error);
      unmake(making);
      throw error;
    }
  }

  /** Nothing is asked for any more; the engine is tested. @param {Known} known @param {AbortSignal} signal
   * @param {(phase: Phase) => void} report @param {Making | null} [making] the engine, if it is on its way */
  async #begin(known, signal, report, making = null) {
    report("seal");
    try {
      await this.#close();
    } catch (error) {
      unmake(making);
      throw error;
    }
    report("engine");
    const info = await this.#start(known, signal, () => report("self-test"), making);
    report("ready");
    return info;
  }

  /** All that is ever needed: the engine, with the model unless it is in files, the converter for models in files that
   * come later, and the evaluator, without which films are read all the same.
   * @param {Variant} variant @param {AbortSignal} signal
   * @param {import("./supply.js").Listener | null} listener null: without the model */
  async #fetch(variant, signal, listener) {
    const { threads } = this.#options;
    const several = globalThis.crossOriginIsolated && threads !== 1;
    const [engine, [converter, evaluator]] = await Promise.all([
      this.#supply.assets(kindsFor(variant, threads), signal, listener),
      Promise.allSettled([this.#supply.converter(several, signal), this.#supply.evaluator(signal)]),
    ]);
    signal.throwIfAborted();
    const assets = { ...engine, files: [...engine.files, ...filesOf(converter), ...filesOf(evaluator)] };
    this.#supplied = { engine: { ...assets, chunks: [] }, converter: orReason(converter), evaluator: orReason(evaluator) };
    return assets;
  }

  #startEvaluator() {
    if (!this.#supplied) throw new EvaxError("STATE", "open() comes first");
    const { script } = this.#supplied.evaluator();
    this.#evaluatorUrl ||= URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    return new Worker(trustedScript(this.#evaluatorUrl), { name: "evax-evaluate" });
  }

  /** The model in files, ready to begin with. @param {File[]} files
   * @param {FileOptions & { signal: AbortSignal, onProgress: (progress: FileProgress) => void }} options
   * @returns {Promise<Refusals>} */
  async #take(files, { keep = false, save = false, convert = {}, signal, onProgress }) {
    const { variant, threads } = this.#options;
    onProgress({ phase: "fetch", done: 0, of: 1 });
    if (!this.#closedAt) await this.#timed("fetch", () => this.#fetch(pickVariant(variant), signal, null));
    const { engine, converter } = /** @type {Supplied} */ (this.#supplied);
    const [, { openFileModel }] = await importTools();
    const model = await this.#timed("convert", () =>
      openFileModel(files, converter(), { threads, ...convert, signal, onProgress }));
    const { manifest, bytes, hash, chunks } = model;
    onProgress({ phase: "keep", done: 0, of: 1 });
    const handed = { bytes, chunks };
    const refusals = {
      keep: keep ? await this.#handOut(() => this.#supply.keep(handed, signal)) : "",
      save: save ? await this.#handOut(() => this.#supply.save(handed, signal)) : "",
    };
    signal.throwIfAborted();
    this.#known = { manifest, bytes, hash };
    this.#assets = { ...engine, chunks, refusal: refusals.keep };
    return refusals;
  }

  /** @param {() => Promise<string>} work @returns {Promise<string>} why it was refused; "" if it was not */
  async #handOut(work) {
    return this.#closedAt ? CLOSED : work();
  }

  async #close() {
    if (this.#closedAt) return;
    await importTools(); // later they could not be had
    await this.#timed("seal", () => this.#supply.close());
    this.#closedAt = new Date();
    if (this.#supply.roomed) this.#requests = new RequestCount(this.#supply.name);
    this.#startProbe();
  }

  /** @param {EngineFiles} files @param {(index: number) => Blob | Promise<Blob>} chunkAt @param {Known} known
   * @param {AbortSignal} signal */
  async #make(files, chunkAt, known, signal) {
    const { variant, threads } = this.#options;
    const [{ startEngine }] = await importTools();
    return startEngine(files, chunkAt, known, { variant: pickVariant(variant), threads }, signal);
  }

  /** An engine from the bytes in memory, tested; also after a worker's death.
   * @param {Known} known @param {AbortSignal} signal @param {() => void} onTest
   * @param {Making | null} [making] the engine, if it is on its way */
  async #start(known, signal, onTest, making = null) {
    const { manifest } = known;
    const assets = /** @type {EngineAssets} */ (this.#assets);
    const engine = await this.#timed("engine", async () => making?.engine
      ?? this.#make(assets, (index) => assets.chunks[index], known, signal));
    try {
      onTest();
      const vectors = { vectors: manifest.self_test ?? null, preprocessing: manifest.recipe };
      const selfTest = await this.#timed("self-test", () => engine.ask("selfTest", vectors));
      this.#probe ??= await this.#timed("probe", () => this.#probeWith(engine));
      signal.throwIfAborted();
      const engineHash = /** @type {string} */ (assets.wasmHashes[engine.info.module]);
      this.#info = Object.freeze({ ...engine.info, engineHash, selfTest });
      engine.replays = this.#replays;
      this.#engine = engine;
      return this.#info;
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** The room's policy is there from its beginning: what can be tried without the engine is tried while a person
   * reads the first screen. */
  #startProbe() {
    if (this.#supply.roomed && !this.#life.signal.aborted) this.#probing ??= startProbe(this.#supply.name);
  }

  /** @param {RemoteEngine} engine @returns {Promise<Probe | null>} null where there is no seal to try */
  async #probeWith(engine) {
    return this.#probing?.((url, policy) => engine.ask("probe", { url, policy })) ?? null;
  }

  /** @param {Input} input @param {number | undefined} frame @param {AbortSignal} signal
   * @returns {Promise<Required<Analysis>>} */
  async #film(input, frame, signal) {
    try {
      const analysis = await this.#with((engine) => engine.analyze(input, { signal, frame, pictures: true }));
      this.#films.done++;
      return /** @type {Required<Analysis>} */ (analysis);
    } catch (error) {
      this.#films.failed++;
      throw error;
    }
  }

  /** Work with the engine, which is ended if no later call can succeed.
   * @template T @param {(engine: RemoteEngine) => Promise<T>} work @returns {Promise<T>} */
  async #with(work) {
    const engine = await this.#livingEngine();
    try {
      return await work(engine);
    } catch (error) {
      if (error instanceof EvaxError && FATAL.has(error.code)) engine.dispose();
      throw error;
    }
  }

  /** The engine; a new one if its worker has died. No film's abort ends the making of it.
   * @returns {Promise<RemoteEngine>} */
  async #livingEngine() {
    if (this.#state === "loading") throw new EvaxError("STATE", "another model is being opened");
    if (this.#engine && !this.#engine.ended) return this.#engine;
    this.#films.restarts++;
    try {
      await this.#start(/** @type {Known} */ (this.#known), this.#life.signal, () => {});
    } catch (error) {
      if (error instanceof EvaxError && error.code === "SELF_TEST") this.#state = "failed";
      throw error;
    }
    return /** @type {RemoteEngine} */ (/** @type {unknown} */ (this.#engine));
  }
}
