/* session-seal.js - the seal of a session: the supply is closed, every way out is tried, requests are counted from then on.
 * SPDX-License-Identifier: MIT */
import { RequestCount, judge, startProbe } from "../seal/network-seal.js";

/** @typedef {import("../seal/network-seal.js").Probe} Probe */
/** @typedef {import("../seal/network-seal.js").Seal} Seal */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("../worker/remote-engine.js").RemoteEngine} RemoteEngine */

export class SessionSeal {
  #supply;
  #shared;
  #life;
  /** @type {Probe | null} */ #probe = null;
  /** @type {Date | null} */ #closedAt = null;
  /** @type {RequestCount | null} */ #requests = null;
  /** @type {ReturnType<typeof startProbe> | null} the probe that is under way */ #probing = null;

  /** @param {import("./supply.js").SupplyPort} supply @param {boolean} shared results are given away
   * @param {AbortSignal} life of the session: nothing is tried after it */
  constructor(supply, shared, life) {
    this.#supply = supply;
    this.#shared = shared;
    this.#life = life;
  }

  get closed() {
    return this.#closedAt !== null;
  }

  get probed() {
    return this.#probe !== null;
  }

  /** @param {SealedFile[]} files that were fetched before it @returns {Seal} */
  about(files) {
    const state = this.#probe ? judge(this.#probe) : "open";
    return {
      state: this.#supply.roomed ? state : "unsealed",
      shared: this.#shared,
      since: this.#closedAt,
      files,
      probe: this.#probe,
      requests: () => this.#requests?.get() ?? { sent: 0, refused: 0 },
    };
  }

  /** Nothing can be asked of the supply any more. */
  async close() {
    await this.#supply.close();
    this.#closedAt = new Date();
    if (this.#supply.roomed) this.#requests = new RequestCount(this.#supply.name);
    this.startProbe();
  }

  /** The room's policy is there from its beginning: what can be tried without the engine is tried while a person
   * reads the first screen. */
  startProbe() {
    if (this.#supply.roomed && !this.#life.aborted) this.#probing ??= startProbe(this.#supply.name);
  }

  /** The rest, from the worker that sees the films. Where there is no room, there is nothing to try.
   * @param {RemoteEngine} engine */
  async probeWith(engine) {
    this.#probe = await this.#probing?.((url, policy) => engine.ask("probe", { url, policy })) ?? null;
  }
}
