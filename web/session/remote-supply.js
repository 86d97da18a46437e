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
  assets: ({ kinds }, { signal }) => supply.assets(kinds, signal,
    (progress) => void channel().call("progress", progress).catch(() => {})),
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
   * @param {OnProgress} onProgress */
  assets(kinds, signal, onProgress) {
    this.#onProgress = onProgress;
    return this.#channel().call("assets", { kinds }, { signal });
  }

  async close() {
    await this.#channel().call("close", null);
  }
}
