/* engine-team.js - several engines of one model, each of which reads a film at a time: as many films are read at
 * once as there are engines. Each has the weights in a memory of its own.
 *
 * An engine opens when its first film comes, and one that ended (a film took more memory than there is) is opened
 * again for its next one, so that one film never stops the others.
 * SPDX-License-Identifier: MIT */
import { inOrder } from "../base/in-order.js";

/** What is needed of an engine: RemoteEngine has `ended`, the others never end.
 * @template Result
 * @typedef {{ dispose(): void, ended?: boolean } & Result} Member */

/** @template E an engine */
export class EngineTeam {
  #open;
  /** @type {(Promise<Member<E>> | null)[]} */ #members;

  /** @param {number} count of engines, 1 or more @param {() => Promise<Member<E>>} open opens one */
  constructor(count, open) {
    this.#open = open;
    this.#members = Array.from({ length: count }, () => null);
  }

  /** How many films are read at a time. */
  get size() {
    return this.#members.length;
  }

  /** The engine of a lane, opened if need be. Rejects as opening does. @param {number} [lane] */
  async engine(lane = 0) {
    const member = await this.#members[lane]?.catch(() => null);
    if (member && !member.ended) return member;
    this.#members[lane] = this.#open();
    return /** @type {Promise<Member<E>>} */ (this.#members[lane]);
  }

  /** Reads with fewer engines from now on, before the first film. @param {number} count */
  limit(count) {
    this.#members.length = Math.min(this.#members.length, Math.max(count, 1));
  }

  /**
   * The results of `work` for each film, in the order of the films; each engine works on one at a time. However
   * many films there are, only a few are held. A rejection of `work` ends it.
   * @template Film, Result
   * @param {Iterable<Film> | AsyncIterable<Film>} films
   * @param {(engine: Member<E>, film: Film, signal: AbortSignal) => Promise<Result>} work the signal aborts when the
   *   consumer stops
   * @returns {AsyncGenerator<Result>}
   */
  each(films, work) {
    return inOrder(films, this.size, async (film, lane, signal) => work(await this.engine(lane), film, signal));
  }

  /** Disposes every engine. */
  dispose() {
    for (const member of this.#members) member?.then((engine) => engine.dispose(), () => {});
    this.#members.fill(null);
  }
}
