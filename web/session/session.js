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
 * SPDX-License-Identifier: MIT */
import { lastAccepted } from "./acceptance.js";
import { ArrivingChunks } from "./arriving-chunks.js";
import { diagnosticsText } from "./diagnostics.js";
import { EvaxError } from "../base/errors.js";
import { inspectionOf } from "./inspection.js";
import { readManifest } from "../model/manifest.js";
import { steadyProgress } from "./progress.js";
import { Queue } from "../base/queue.js";
import { trustedScript } from "../base/trusted-types.js";
import { RemoteEvaluator } from "../worker/remote-evaluator.js";
import { SessionLog } from "./session-log.js";
import { SessionSeal } from "./session-seal.js";
import { fetchSupplied } from "./supplied.js";
import { SupervisedEngine, unmake } from "./supervised-engine.js";
import { pickVariant } from "../engine/wasm-engine.js";

export { Supply } from "./supply.js";

/** @typedef {import("../engine/engine.js").Analysis} Analysis */
/** @typedef {import("../engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("../engine/attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("../engine/input.js").Input} Input */
/** @typedef {import("../engine/wasm-engine.js").Variant} Variant */
/** @typedef {import("../model/chunks.js").KnownModel} Known */
/** @typedef {import("../worker/remote-engine.js").RemoteEngine} RemoteEngine */
/** @typedef {import("./inspection.js").Inspection} Inspection */
/** @typedef {import("./progress.js").FileProgress} FileProgress */
/** @typedef {import("./progress.js").Phase} Phase */
/** @typedef {import("./progress.js").SessionProgress} SessionProgress */
/** @typedef {import("./supervised-engine.js").Making} Making */
/** @typedef {import("./supervised-engine.js").SessionInfo} SessionInfo */
/** @typedef {import("./supply.js").EngineAssets} EngineAssets */
/** @typedef {import("./supply.js").SupplyPort} SupplyPort */
/** @typedef {import("./supplied.js").Supplied} Supplied */
/* Types of what a session gives or takes, for who imports this entry of the package. */
/** @typedef {import("../engine/analysis.js").Facts} Facts */
/** @typedef {import("../engine/engine.js").Info} Info */
/** @typedef {import("../engine/self-test.js").SelfTestReport} SelfTestReport */
/** @typedef {import("../seal/network-seal.js").Probe} Probe */
/** @typedef {import("../seal/network-seal.js").Seal} Seal */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("./supply.js").ConverterFiles} ConverterFiles */
/** @typedef {import("./supply.js").EngineFiles} EngineFiles */
/** @typedef {import("./supply.js").EvaluatorFiles} EvaluatorFiles */

/** @typedef {object} SessionOptions
 * @property {SupplyPort} supply where the model and its engine come from
 * @property {"auto" | Variant} [variant="auto"] as for load()
 * @property {"auto" | number} [threads="auto"] as for load()
 * @property {boolean} [shared=false] results are given away, which the seal then says
 */
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
/** @typedef {"idle" | "loading" | "ready" | "failed" | "disposed"} State */

/* The first screen comes first. */
const PROBE_DELAY_MS = 300;

/* Why a model is not handed out any more. */
const CLOSED = "the frame is sealed, and nothing is handed out of it any more. Load the page again, and open the file first";

/** What works with a model, which the first screen does without. */
const importTools = () => Promise.all([import("./engine-assets.js"), import("./file-model.js")]);

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
  /** @type {State} */ #state = "idle";
  /* Whether this has ever been given a film. */
  #hasFilm = false;
  /* Ends whatever is under way when the session is disposed. */
  #life = new AbortController();
  #log = new SessionLog();
  #seal;
  #engine;
  /** The address of its script. */ #evaluatorUrl = "";
  /** What measures films on labels, in a worker of its own. */
  evaluator = new RemoteEvaluator(() => this.#startEvaluator());

  /** @param {SessionOptions} options */
  constructor({ supply, variant = "auto", threads = "auto", shared = false }) {
    this.#supply = supply;
    this.#options = { variant, threads };
    this.#seal = new SessionSeal(supply, shared, this.#life.signal);
    this.#engine = new SupervisedEngine(this.#options, this.#log, this.#seal, this.#life.signal);
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** What runs; null until ready. @returns {Readonly<SessionInfo> | null} */
  get info() {
    return this.#engine.info;
  }

  /** @returns {Seal} */
  get seal() {
    return this.#seal.about(this.#assets?.files ?? []);
  }

  /** Whether the supply is closed: only models in files can be opened from then on. */
  get closed() {
    return this.#seal.closed;
  }

  /**
   * What the model is; only manifest.json is fetched.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<Inspection>}
   */
  async inspect({ signal } = {}) {
    const [known, cachedBytes] = await this.#log.noting(() =>
      Promise.all([this.#know(signal), this.#supply.cachedBytes()]));
    setTimeout(() => this.#seal.startProbe(), PROBE_DELAY_MS);
    return inspectionOf(known, cachedBytes);
  }

  /** The same of the model that runs. @returns {Inspection | null} null until ready */
  get model() {
    return this.#known && this.#state === "ready" ? inspectionOf(this.#known, 0) : null;
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
      const info = await this.#log.noting(() => this.#open(this.#lifelong(signal), onProgress));
      this.#state = "ready";
      return info;
    } catch (error) {
      this.#state = this.#life.signal.aborted ? "disposed" : signal?.aborted ? "idle" : "failed";
      throw error;
    }
  }

  /** Which of some models a person has accepted last at an earlier visit; "" for none. @param {string[]} hashes SHA-256 of
   * their manifests */
  async lastAccepted(hashes) {
    return lastAccepted(await this.#supply.acceptances(), hashes);
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
    const before = this.#state === "ready" ? { known: this.#known, assets: this.#assets } : null;
    this.#engine.stop(); // a conversion needs the memory; if it fails, the next film starts the engine again
    this.#state = "loading";
    try {
      const lasting = this.#lifelong(signal);
      const refusals = await this.#log.noting(() => this.#take(files, { ...options, signal: lasting, onProgress }));
      const known = /** @type {Known} */ (this.#known);
      const report = (/** @type {Phase} */ phase) => onProgress({ phase, done: 0, of: 1 });
      const info = await this.#log.noting(() => this.#begin(known, lasting, report));
      this.#state = "ready";
      return { ...info, refusals };
    } catch (error) {
      [this.#known, this.#assets] = [before?.known ?? null, before?.assets ?? null];
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
    this.#refuseUnlessReady();
    this.#hasFilm = true;
    const lasting = this.#lifelong(signal);
    const film = () => this.#use(async (engine) => /** @type {Required<Analysis>} */ (
      await engine.analyze(input, { signal: lasting, frame, pictures: true })));
    return this.#queue.add(() => this.#log.noting(() => this.#log.counting(film)), lasting);
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
    this.#refuseUnlessReady();
    const lasting = this.#lifelong(signal);
    return this.#queue.add(() => this.#log.noting(() => this.#use((engine) =>
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
      timings: this.#log.timings,
      films: this.#log.films,
      memoryBytes: this.#engine.memoryBytes,
      errors: this.#log.errors,
    });
  }

  /** Ends the workers and lets all memory go. Films under way reject with DISPOSED. */
  dispose() {
    this.#state = "disposed";
    this.#life.abort(new EvaxError("DISPOSED"));
    this.#engine.dispose();
    this.evaluator.dispose();
    URL.revokeObjectURL(this.#evaluatorUrl);
    this.#assets = null;
  }

  #refuseUnlessReady() {
    if (this.#state === "disposed") throw new EvaxError("DISPOSED");
    if (this.#state !== "ready") throw new EvaxError("STATE", "open() comes first");
  }

  /** A signal that also ends with the session. @param {AbortSignal} [signal] */
  #lifelong(signal) {
    return signal ? AbortSignal.any([signal, this.#life.signal]) : this.#life.signal;
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
    pickVariant(this.#options.variant); // nothing is fetched where nothing could run
    onProgress({ phase: "manifest", loadedBytes: 0, totalBytes: 0, fromCache: false });
    const known = await this.#log.timed("manifest", () => this.#know(signal));
    const report = steadyProgress(onProgress, known.manifest.stream_bytes);
    this.#known = null; // asked for again if this fails: the model may have been replaced
    const making = this.#assets ? null : await this.#fetchAndMake(known, signal, report);
    this.#known = known;
    return this.#begin(known, signal, report, making);
  }

  /** Fetches everything, and makes the engine meanwhile, which may take longer, and fail on its own.
   * @param {Known} known @param {AbortSignal} signal
   * @param {ReturnType<typeof steadyProgress>} report @returns {Promise<Making | null>} */
  async #fetchAndMake(known, signal, report) {
    const chunks = new ArrivingChunks();
    const over = new AbortController();
    /** @type {Making | null} */ let making = null;
    try {
      this.#assets = await this.#log.timed("weights", () => this.#fetch(signal, {
        onProgress: ({ loadedBytes, fromCache }) => report("weights", loadedBytes, fromCache),
        onEngine: (files) => {
          const lasting = AbortSignal.any([signal, over.signal]);
          making = this.#engine.make(files, (index) => chunks.at(index), known, lasting);
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
    const parts = { known, assets: /** @type {EngineAssets} */ (this.#assets) };
    const info = await this.#engine.start(parts, signal, () => report("self-test"), making);
    report("ready");
    return info;
  }

  /** @param {AbortSignal} signal @param {import("./supply.js").Listener | null} listener null: without the model */
  async #fetch(signal, listener) {
    const how = { ...this.#options, variant: pickVariant(this.#options.variant) };
    const { assets, supplied } = await fetchSupplied(this.#supply, how, signal, listener);
    this.#supplied = supplied;
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
    onProgress({ phase: "fetch", done: 0, of: 1 });
    if (!this.closed) await this.#log.timed("fetch", () => this.#fetch(signal, null));
    const { engine, converter } = /** @type {Supplied} */ (this.#supplied);
    const [, { openFileModel }] = await importTools();
    const model = await this.#log.timed("convert", () =>
      openFileModel(files, converter(), { threads: this.#options.threads, ...convert, signal, onProgress }));
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
    return this.closed ? CLOSED : work();
  }

  async #close() {
    if (this.closed) return;
    await importTools(); // later they could not be had
    await this.#log.timed("seal", () => this.#seal.close());
  }

  /** Work with the engine, when its turn has come. @template T @param {(engine: RemoteEngine) => Promise<T>} work */
  async #use(work) {
    if (this.#state === "loading") throw new EvaxError("STATE", "another model is being opened");
    try {
      return await this.#engine.use(work);
    } catch (error) {
      if (error instanceof EvaxError && error.code === "SELF_TEST") this.#state = "failed";
      throw error;
    }
  }
}
