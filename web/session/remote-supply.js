/* remote-supply.js - the room's side of the supply: the page outside fetches, verifies and hands in.
 *
 *     page    serveSupply(supply) ── manifest, cachedBytes, assets, close ── RemoteSupply    room
 *
 * What is asked first the page may have answered with its first message: then the first screen waits for nothing.
 * After close() the page has closed its end of the port: whatever is asked from then on rejects with SEALED.
 * SPDX-License-Identifier: MIT */

import { EvaxError } from "../base/errors.js";

/** @typedef {import("./supply.js").FirstAnswers} FirstAnswers */
/** @typedef {import("./supply.js").SupplyPort} SupplyPort */
/** @typedef {import("./supply.js").OnProgress} OnProgress */
/** @typedef {import("../worker/channel.js").Channel} Channel */
/** @typedef {import("../worker/channel.js").Handler} Handler */

/** No answer is waited for. @param {Channel} channel @param {string} name @param {unknown} value */
const tell = (channel, name, value) => void channel.call(name, value).catch(() => {});

/** What the page answers. @param {SupplyPort} supply @param {() => Channel} channel to the room
 * @param {OnProgress} onProgress of the model, for the page
 * @returns {Record<string, Handler>} */
export const serveSupply = (supply, channel, onProgress) => ({
  manifest: (_, { signal }) => supply.manifest(signal),
  cachedBytes: () => supply.cachedBytes(),
  acceptances: () => supply.acceptances(),
  accept: () => supply.accept(),
  assets: ({ kinds, withModel }, { signal }) => supply.assets(kinds, signal, withModel ? {
    onProgress: (progress) => {
      onProgress(progress);
      tell(channel(), "progress", progress);
    },
    onEngine: (files) => tell(channel(), "engine", files),
    onChunk: (chunk) => tell(channel(), "chunk", chunk),
  } : null),
  converter: ({ threads }, { signal }) => supply.converter(threads, signal),
  evaluator: (_, { signal }) => supply.evaluator(signal),
  kept: () => supply.kept(),
  keep: (model, { signal }) => supply.keep(model, signal),
  save: (model, { signal }) => supply.save(model, signal),
  chooseFolder: () => supply.chooseFolder(),
  forget: ({ hash }) => supply.forget(hash),
  siteModels: (_, { signal }) => supply.siteModels(signal),
  choose: ({ which }) => supply.choose(which),
});

/** @implements {SupplyPort} */
export class RemoteSupply {
  #channel;
  /** Each is taken once. @type {Partial<FirstAnswers>} */ #answers;
  #closed = false;
  /** @type {import("./supply.js").Listener | null} */ #listener = null;
  roomed = true;

  /** What the page may say meanwhile. @type {Record<string, Handler>} */
  handlers = {
    progress: (progress) => this.#listener?.onProgress(progress),
    engine: (files) => this.#listener?.onEngine(files),
    chunk: (chunk) => this.#listener?.onChunk(chunk),
  };

  /** @param {string} name @param {() => Channel} channel to the page
   * @param {FirstAnswers | null} answers that came with the first message */
  constructor(name, channel, answers) {
    this.name = name;
    this.#channel = channel;
    this.#answers = { ...answers };
  }

  /** @param {AbortSignal} signal */
  manifest(signal) {
    return this.#askFirst("manifest", signal);
  }

  cachedBytes() {
    return this.#askFirst("cachedBytes");
  }

  acceptances() {
    return this.#askFirst("acceptances");
  }

  accept() {
    return this.#ask("accept");
  }

  /** @param {import("../engine/modules.js").ModuleKind[]} kinds @param {AbortSignal} signal
   * @param {import("./supply.js").Listener | null} listener */
  assets(kinds, signal, listener) {
    this.#listener = listener;
    return this.#ask("assets", { kinds, withModel: listener !== null }, signal);
  }

  /** @param {boolean} threads @param {AbortSignal} signal */
  converter(threads, signal) {
    return this.#ask("converter", { threads }, signal);
  }

  /** @param {AbortSignal} signal */
  evaluator(signal) {
    return this.#ask("evaluator", null, signal);
  }

  kept() {
    return this.#askFirst("kept");
  }

  /** @param {{ bytes: Uint8Array, chunks: Blob[] }} model @param {AbortSignal} signal */
  keep(model, signal) {
    return this.#ask("keep", model, signal);
  }

  /** @param {{ bytes: Uint8Array, chunks: Blob[] }} model @param {AbortSignal} signal */
  save(model, signal) {
    return this.#ask("save", model, signal);
  }

  chooseFolder() {
    return this.#ask("chooseFolder");
  }

  /** @param {string} hash */
  forget(hash) {
    return this.#ask("forget", { hash });
  }

  /** @param {AbortSignal} signal */
  siteModels(signal) {
    return this.#askFirst("siteModels", signal);
  }

  /** @param {string | number} which */
  choose(which) {
    this.#answers = {};
    return this.#ask("choose", { which });
  }

  async close() {
    await this.#ask("close");
    this.#closed = true;
  }

  /** What may have been answered. @template {keyof FirstAnswers} K @param {K} name @param {AbortSignal} [signal]
   * @returns {Promise<FirstAnswers[K]>} */
  async #askFirst(name, signal) {
    const { [name]: answer, ...others } = this.#answers;
    this.#answers = /** @type {Partial<FirstAnswers>} */ (others);
    return answer ?? this.#ask(name, null, signal);
  }

  /** @param {string} name @param {unknown} [args] @param {AbortSignal} [signal] @returns {Promise<any>} */
  async #ask(name, args = null, signal = undefined) {
    if (this.#closed) throw new EvaxError("SEALED");
    return this.#channel().call(name, args, { signal });
  }
}
