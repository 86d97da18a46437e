/* thread-pool.js - the other threads of an engine: started while the weights arrive, and never waited for in
 * earnest. The engine works as well without them, only slower.
 * SPDX-License-Identifier: MIT */

/** What a helper needs: it runs the engine's module in the engine's memory, on a stack of its own.
 * @typedef {{ module: WebAssembly.Module, memory: WebAssembly.Memory, engine: number,
 *   thread: number, stack: number }} Task stack: the address above its highest byte */
/** A thread as a platform starts it.
 * @typedef {object} Helper
 * @property {Promise<void>} ready when it is at work; rejects if it cannot be
 * @property {Promise<string>} gone when it has ended by itself, and why
 * @property {() => void} end
 */
/** Where helpers come from here.
 * @typedef {object} Threads
 * @property {() => { most: number, note: string }} mostThreads how many may work, the caller
 *   included, and why not more if it is 1
 * @property {(task: Task) => Helper} startHelper may throw
 */

/* A helper starts within some tens of milliseconds; one that hangs must not hold up the first film. */
const PATIENCE_MS = 3_000;
const LATE = "a thread takes long to start";

export class Crew {
  #start;
  /** @type {Set<Helper>} */ #helpers = new Set();
  /** @type {Set<Helper>} */ #atWork = new Set();

  /** Why there are fewer threads than were asked for; "" if there are not. */
  note = "";

  /** @param {Threads["startHelper"]} start */
  constructor(start) {
    this.#start = start;
  }

  /** Threads at work besides the engine's own. */
  get size() {
    return this.#atWork.size;
  }

  /** @param {Task} task */
  hire(task) {
    try {
      const helper = this.#start(task);
      this.#helpers.add(helper);
      helper.ready.then(() => this.#admit(helper), (error) => this.#drop(helper, error.message));
      void helper.gone.then((why) => this.#drop(helper, why));
    } catch (error) {
      this.note ||= /** @type {Error} */ (error).message;
    }
  }

  /** Resolves when all helpers are at work or have failed, or it has taken too long. */
  async gathered() {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, "late");
    });
    const all = Promise.allSettled([...this.#helpers].map(({ ready }) => ready));
    if (await Promise.race([all, late]) === "late") this.note ||= LATE;
    clearTimeout(timer);
  }

  /** Sends everybody home at once, whatever they do. @param {string} [why] for the note */
  end(why = "") {
    this.note ||= why;
    for (const helper of this.#helpers) helper.end();
    this.#helpers.clear();
    this.#atWork.clear();
  }

  /** @param {Helper} helper */
  #admit(helper) {
    this.#atWork.add(helper);
    if (this.note === LATE && this.#atWork.size === this.#helpers.size) this.note = "";
  }

  /** @param {Helper} helper @param {string} why */
  #drop(helper, why) {
    if (!this.#helpers.delete(helper)) return;
    const what = this.#atWork.delete(helper) ? "a thread ended" : "a thread did not start";
    this.note ||= `${what}: ${why}`;
    helper.end();
  }
}
