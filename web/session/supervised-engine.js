/* supervised-engine.js - the engine that reads the films of a session, tested before the first one. If its worker dies, the
 * film in progress fails, and the next one gets a new worker, made from the same bytes and tested again.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { ReplayStore } from "../engine/attention-map.js";
import { pickVariant } from "../engine/wasm-engine.js";

/** @typedef {import("../engine/engine.js").Info} Info */
/** @typedef {import("../engine/self-test.js").SelfTestReport} SelfTestReport */
/** @typedef {import("../engine/wasm-engine.js").Variant} Variant */
/** @typedef {import("../model/chunks.js").KnownModel} KnownModel */
/** @typedef {import("../worker/remote-engine.js").RemoteEngine} RemoteEngine */
/** @typedef {import("./supply.js").EngineAssets} EngineAssets */
/** @typedef {import("./supply.js").EngineFiles} EngineFiles */

/** @typedef {Info & { engineHash: string, selfTest: SelfTestReport }} SessionInfo
 *   engineHash: SHA-256 of the WebAssembly module */
/** What an engine is made of. @typedef {{ known: KnownModel, assets: EngineAssets }} Parts */
/** An engine on its way, in a box: it is waited for when its turn comes. @typedef {{ engine: Promise<RemoteEngine> }} Making */

/* After these no call to the same worker can succeed. */
const FATAL = new Set(["WORKER_DIED", "WASM_TRAP", "DISPOSED"]);

/** @param {Promise<RemoteEngine>} engine @returns {Making} */
function unhurried(engine) {
  engine.catch(() => {}); // who waits for it is told
  return { engine };
}

/** @param {Making | null} making that nobody will wait for */
export const unmake = (making) => void making?.engine.then((engine) => engine.dispose(), () => {});

export class SupervisedEngine {
  #options;
  #log;
  #seal;
  #life;
  /** @type {RemoteEngine | null} */ #engine = null;
  /** @type {Parts | null} of the engine that runs, or ran last */ #parts = null;
  /** @type {SessionInfo | null} */ #info = null;
  /* Results outlive the worker that made them. */
  #replays = new ReplayStore();

  /** @param {{ variant: "auto" | Variant, threads: "auto" | number }} options
   * @param {import("./session-log.js").SessionLog} log @param {import("./session-seal.js").SessionSeal} seal
   * @param {AbortSignal} life of the session */
  constructor(options, log, seal, life) {
    this.#options = options;
    this.#log = log;
    this.#seal = seal;
    this.#life = life;
  }

  /** What runs; null until start() has succeeded. @returns {Readonly<SessionInfo> | null} */
  get info() {
    if (!this.#info || !this.#engine) return this.#info;
    const { threads, threadsNote, kernels } = this.#engine.info, was = this.#info;
    const same = threads === was.threads && threadsNote === was.threadsNote && kernels === was.kernels;
    if (!same) this.#info = Object.freeze({ ...was, threads, threadsNote, kernels });
    return this.#info;
  }

  /** Of WebAssembly. */
  get memoryBytes() {
    return this.#engine?.memoryBytes ?? 0;
  }

  /** Makes an engine that start() will wait for, from files of which the chunks may still be on their way.
   * @param {EngineFiles} files @param {(index: number) => Blob | Promise<Blob>} chunkAt @param {KnownModel} known
   * @param {AbortSignal} signal @returns {Making} */
  make(files, chunkAt, known, signal) {
    return unhurried(this.#make(files, chunkAt, known, signal));
  }

  /** An engine from the bytes in memory, tested, in the place of any other one.
   * @param {Parts} parts @param {AbortSignal} signal @param {() => void} onTest
   * @param {Making | null} [making] the engine, if it is on its way */
  async start(parts, signal, onTest, making = null) {
    const { known, assets } = parts, { manifest } = known;
    const engine = await this.#log.timed("engine", async () => making?.engine
      ?? this.#make(assets, (index) => assets.chunks[index], known, signal));
    try {
      onTest();
      const vectors = { vectors: manifest.self_test ?? null, preprocessing: manifest.recipe };
      const selfTest = await this.#log.timed("self-test", () => engine.ask("selfTest", vectors));
      if (!this.#seal.probed) await this.#log.timed("probe", () => this.#seal.probeWith(engine));
      signal.throwIfAborted();
      const engineHash = /** @type {string} */ (assets.wasmHashes[engine.info.module]);
      this.#info = Object.freeze({ ...engine.info, engineHash, selfTest });
      engine.replays = this.#replays;
      [this.#engine, this.#parts] = [engine, parts];
      return this.#info;
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** Work with the engine, which is ended if no later call can succeed.
   * @template T @param {(engine: RemoteEngine) => Promise<T>} work @returns {Promise<T>} */
  async use(work) {
    const engine = await this.#living();
    try {
      return await work(engine);
    } catch (error) {
      if (error instanceof EvaxError && FATAL.has(error.code)) engine.dispose();
      throw error;
    }
  }

  /** Ends the worker and lets its memory go; use() starts it again. */
  stop() {
    this.#engine?.dispose();
  }

  /** Ends it for good. */
  dispose() {
    this.stop();
    [this.#engine, this.#parts] = [null, null];
  }

  /** @param {EngineFiles} files @param {(index: number) => Blob | Promise<Blob>} chunkAt @param {KnownModel} known
   * @param {AbortSignal} signal */
  async #make(files, chunkAt, known, signal) {
    const { variant, threads } = this.#options;
    const { startEngine } = await import("./engine-assets.js");
    return startEngine(files, chunkAt, known, { variant: pickVariant(variant), threads }, signal);
  }

  /** The engine; a new one if its worker has died. No film's abort ends the making of it.
   * @returns {Promise<RemoteEngine>} */
  async #living() {
    if (!this.#engine || this.#engine.ended) {
      this.#log.films.restarts++;
      await this.start(/** @type {Parts} */ (this.#parts), this.#life, () => {});
    }
    return /** @type {RemoteEngine} */ (this.#engine);
  }
}
