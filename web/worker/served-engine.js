/* served-engine.js - an engine for the other side of a channel: in browsers in the thread of engine-worker.js, in
 * Node in that of engine-worker-node.js. The other side is remote-engine.js.
 * SPDX-License-Identifier: MIT */
import { Channel, Moved } from "./channel.js";
import { EvaxError } from "../base/errors.js";
import { loadOn } from "../engine/load.js";
import { selfTest } from "../engine/self-test.js";
import { adoptKernels, settledKernels } from "../engine/settled-kernels.js";

/** @typedef {import("./channel.js").Handler} Handler */
/** @typedef {import("./channel.js").Port} Port */
/** @typedef {import("../engine/engine.js").Engine} Engine */
/** @typedef {import("../engine/load.js").Platform} Platform */

class ServedEngine {
  #channel;
  #platform;
  /** @type {Engine | null} */ #engine = null;

  /** @param {Port} port @param {(channel: Channel) => Platform} platformOf @param {Record<string, Handler>} more */
  constructor(port, platformOf, more) {
    this.channel = this.#channel = new Channel(port, {
      load: (args, context) => this.#load(args, context),
      analyze: (args, context) => this.#analyze(args, context),
      infer: (args, context) => this.#infer(args, context),
      explain: (args, context) => this.#explain(args, context),
      preprocess: (args, context) => this.#preprocess(args, context),
      selfTest: ({ vectors, preprocessing }) => selfTest(this.#loaded, vectors, preprocessing),
      ping: () => true,
      ...more,
    });
    this.#platform = platformOf(this.#channel);
  }

  get #loaded() {
    if (!this.#engine) throw new EvaxError("STATE", "no model is loaded");
    return this.#engine;
  }

  /** What a pass may have changed. */
  get #changed() {
    const { threads, threadsNote, kernels } = this.#loaded.info;
    return { threads, threadsNote, kernels, settled: settledKernels() };
  }

  /** A source whose bytes the other side sends. @param {{ name: string, attempts: number, verified: boolean }}
   * source @returns {import("../model/source.js").Source} */
  #sourceThere({ name, attempts, verified }) {
    const ask = this.#channel;
    return {
      name,
      attempts,
      verified,
      manifest: ({ fresh, signal }) => ask.call("manifest", { fresh }, { signal }),
      chunk: (entry, { fresh, signal }) => ask.call("chunk", { entry, fresh }, { signal }),
    };
  }

  /** @param {any} args @param {import("./channel.js").Context} context */
  async #load({ model, source, integrity, card, variant, threads, kernels, settled, keep, wasm }, { signal }) {
    adoptKernels(settled);
    const onProgress = (/** @type {unknown} */ progress) => void this.#channel.call("progress", progress);
    this.#engine = await loadOn(this.#platform, {
      model: model ?? this.#sourceThere(source), integrity, card, variant, threads, kernels, keep, wasm, signal,
      onProgress,
    });
    return { info: this.#engine.info, memoryBytes: this.#engine.memoryBytes };
  }

  /** @param {any} args @param {import("./channel.js").Context} context */
  async #analyze({ input, frame, pictures }, { signal }) {
    const engine = this.#loaded;
    const analysis = await engine.analyze(input, { signal, frame, pictures });
    const replay = engine.replayOf(analysis);
    const { picture, deep, embedding } = analysis;
    const arrays = [picture?.data, replay.seen?.data, deep?.levels, deep?.tones, deep?.values, embedding]
      .filter((array) => array !== undefined);
    const value = { analysis, replay, memoryBytes: engine.memoryBytes, changed: this.#changed };
    return new Moved(value, arrays.map(({ buffer }) => buffer));
  }

  /** @param {any} args @param {import("./channel.js").Context} context */
  async #infer({ chw }, { signal }) {
    const result = await this.#loaded.infer(chw, { signal });
    return { result, replay: { ...this.#loaded.replayOf(result), chw: null }, changed: this.#changed };
  }

  /** @param {any} args @param {import("./channel.js").Context} context */
  async #explain({ replay, label, options }, { signal }) {
    const map = await this.#loaded.explainReplay(replay, label, { ...options, signal });
    return { map, memoryBytes: this.#loaded.memoryBytes };
  }

  /** @param {any} args @param {import("./channel.js").Context} context */
  async #preprocess({ input, frame }, { signal }) {
    const tensor = await this.#loaded.preprocess(input, { signal, frame });
    return new Moved(tensor, [tensor.buffer]);
  }
}

/**
 * Answers a RemoteEngine.
 * @param {Port} port to it
 * @param {(channel: Channel) => Platform} platformOf this thread, which may need the other side's help
 * @param {Record<string, Handler>} [more] what else may be asked here
 * @returns {Channel}
 */
export const serveEngine = (port, platformOf, more = {}) => new ServedEngine(port, platformOf, more).channel;
