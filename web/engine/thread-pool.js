/* thread-pool.js - the worker threads of an engine. They start while the weights are downloaded. The engine
 * waits at most START_TIMEOUT_MS for them: without them it gives the same results, only slower.
 * SPDX-License-Identifier: MIT */

/** What a worker thread needs: it runs the engine's module in the engine's memory, on its own stack.
 * @typedef {{ module: WebAssembly.Module, memory: WebAssembly.Memory, engine: number,
 *   thread: number, stack: number }} ThreadStart engine: address of the evx_engine; thread: from 1;
 *   stack: the address above its highest byte */
/** A thread that the platform has started.
 * @typedef {object} WorkerThread
 * @property {Promise<void>} ready resolves when it can take work; rejects if it could not start
 * @property {Promise<string>} ended resolves when it has ended by itself, with the cause
 * @property {() => void} end
 */
/** How the platform starts threads.
 * @typedef {object} Threads
 * @property {() => { max: number, note: string }} maxThreads how many may work, the caller
 *   included, and if it is 1, why not more
 * @property {(start: ThreadStart) => WorkerThread} startThread may throw
 */

/* Threads start within some tens of milliseconds; one that hangs must not delay the first film. */
const START_TIMEOUT_MS = 3_000;
const SLOW_START = "a thread takes long to start";

export class ThreadPool {
  #startThread;
  /** @type {Set<WorkerThread>} started and not ended */ #threads = new Set();
  /** @type {Set<WorkerThread>} those of them that are ready */ #ready = new Set();

  /** Why there are fewer threads than were requested; "" if there are not. */
  note = "";

  /** @param {Threads["startThread"]} startThread */
  constructor(startThread) {
    this.#startThread = startThread;
  }

  /** Threads that take work, without the engine's own. */
  get size() {
    return this.#ready.size;
  }

  /** @param {ThreadStart} start */
  spawn(start) {
    try {
      const thread = this.#startThread(start);
      this.#threads.add(thread);
      thread.ready.then(() => this.#markReady(thread), (error) => this.#remove(thread, error.message));
      void thread.ended.then((cause) => this.#remove(thread, cause));
    } catch (error) {
      this.note ||= /** @type {Error} */ (error).message;
    }
  }

  /** Resolves when every thread is ready or has failed, at the latest after START_TIMEOUT_MS. */
  async whenReady() {
    let timer;
    const timeout = new Promise((resolve) => {
      timer = setTimeout(resolve, START_TIMEOUT_MS, "timeout");
    });
    const all = Promise.allSettled([...this.#threads].map(({ ready }) => ready));
    if (await Promise.race([all, timeout]) === "timeout") this.note ||= SLOW_START;
    clearTimeout(timer);
  }

  /** Ends every thread at once, also in the middle of a job. @param {string} [cause] for the note */
  end(cause = "") {
    this.note ||= cause;
    for (const thread of this.#threads) thread.end();
    this.#threads.clear();
    this.#ready.clear();
  }

  /** @param {WorkerThread} thread */
  #markReady(thread) {
    this.#ready.add(thread);
    if (this.note === SLOW_START && this.#ready.size === this.#threads.size) this.note = "";
  }

  /** @param {WorkerThread} thread @param {string} cause */
  #remove(thread, cause) {
    if (!this.#threads.delete(thread)) return;
    const what = this.#ready.delete(thread) ? "a thread ended" : "a thread did not start";
    this.note ||= `${what}: ${cause}`;
    thread.end();
  }
}
