/* remote-supply.js - the room's side of the supply: the page outside fetches, verifies and hands in.
 *
 *     page    serveSupply(supply) ── manifest, cachedBytes, assets, close ── RemoteSupply    room
 *
 * After close() the page has closed its end of the port: what is said into it is lost.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./supply.js").SupplyPort} SupplyPort */
/** @typedef {import("./supply.js").OnProgress} OnProgress */
/** @typedef {import("../worker/channel.js").Channel} Channel */
/** @typedef {import("../worker/channel.js").Handler} Handler */

/** What the page answers. @param {SupplyPort} supply @param {() => Channel} channel to the room
 * @returns {Record<string, Handler>} */
export const serveSupply = (supply, channel) => ({
  manifest: (_, { signal }) => supply.manifest(signal),
  cachedBytes: () => supply.cachedBytes(),
  assets: ({ kinds, withModel }, { signal }) => supply.assets(kinds, signal,
    (progress) => void channel().call("progress", progress).catch(() => {}), withModel),
  converter: ({ threads }, { signal }) => supply.converter(threads, signal),
  kept: () => supply.kept(),
  keep: (model) => supply.keep(model),
  forget: ({ hash }) => supply.forget(hash),
  choose: ({ hash }) => supply.choose(hash),
});

/** @implements {SupplyPort} */
export class RemoteSupply {
  #channel;
  /** @type {OnProgress} */ #onProgress = () => {};
  roomed = true;

  /** What the page may say meanwhile. @type {Record<string, Handler>} */
  handlers = { progress: (progress) => this.#onProgress(progress) };

  /** @param {string} name @param {() => Channel} channel to the page */
  constructor(name, channel) {
    this.name = name;
    this.#channel = channel;
  }

  /** @param {AbortSignal} signal */
  manifest(signal) {
    return this.#channel().call("manifest", null, { signal });
  }

  cachedBytes() {
    return this.#channel().call("cachedBytes", null);
  }

  /** @param {import("../engine/modules.js").ModuleKind[]} kinds @param {AbortSignal} signal
   * @param {OnProgress} onProgress @param {boolean} [withModel] */
  assets(kinds, signal, onProgress, withModel = true) {
    this.#onProgress = onProgress;
    return this.#channel().call("assets", { kinds, withModel }, { signal });
  }

  /** @param {boolean} threads @param {AbortSignal} signal */
  converter(threads, signal) {
    return this.#channel().call("converter", { threads }, { signal });
  }

  kept() {
    return this.#channel().call("kept", null);
  }

  /** @param {{ bytes: Uint8Array, chunks: Blob[] }} model */
  keep(model) {
    return this.#channel().call("keep", model);
  }

  /** @param {string} hash */
  forget(hash) {
    return this.#channel().call("forget", { hash });
  }

  /** @param {string | null} hash */
  choose(hash) {
    return this.#channel().call("choose", { hash });
  }

  async close() {
    await this.#channel().call("close", null);
  }
}
