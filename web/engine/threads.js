/* threads.js - worker threads in browsers: blob: workers that the page starts for the engine's worker.
 *
 *     engine's worker                                  page
 *     threadsThrough(page) ── startThread, threadReady ──> PageThreads ── blob: worker of thread-main.js
 *
 * The engine's worker starts none itself: some browsers do not allow it, and in Firefox the engine's
 * worker hung in new Worker() twice in about 370 starts. Whatever policy holds for the page, the network
 * seal above all, holds for these workers too. A page whose policy forbids blob: workers has one thread.
 * SPDX-License-Identifier: MIT */
import { trustedScript } from "../base/trusted-types.js";
import { runThread } from "./thread-main.js";

/** @typedef {import("../worker/channel.js").Channel} Channel */
/** @typedef {import("./thread-pool.js").ThreadStart} ThreadStart */
/** @typedef {import("./thread-pool.js").Threads} Threads */
/** @typedef {import("./thread-pool.js").WorkerThread} WorkerThread */

const SCRIPT = `const runThread = ${runThread};
onmessage = ({ data }) => runThread(data, () => postMessage("ready"));`;

/** @param {ThreadStart} start @returns {WorkerThread} */
function startThread(start) {
  const script = URL.createObjectURL(new Blob([SCRIPT], { type: "text/javascript" }));
  const worker = new Worker(trustedScript(script), { name: "evax-thread" });
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.message || "its script cannot be loaded");
    });
  });
  const ready = new Promise((resolve, reject) => {
    worker.addEventListener("message", () => resolve(undefined), { once: true });
    void ended.then((cause) => reject(new Error(cause)));
  });
  const revoke = () => URL.revokeObjectURL(script);
  ready.then(revoke, revoke);
  worker.postMessage(start);
  return { ready, ended, end: () => worker.terminate() };
}

/** The page's side: the threads of one engine, which end with it. */
export class PageThreads {
  /** @type {Map<number, WorkerThread>} by number of the thread */
  #started = new Map();

  /** What the engine's worker may ask for. startThread answers when the thread has ended, with the cause,
   * and ends it on abort. @type {Record<string, import("../worker/channel.js").Handler>} */
  handlers = {
    startThread: (/** @type {ThreadStart} */ start, { signal }) => {
      const thread = startThread(start);
      this.#started.set(start.thread, thread);
      signal.addEventListener("abort", thread.end);
      return thread.ended.finally(thread.end);
    },
    threadReady: (/** @type {number} */ number) => {
      const thread = this.#started.get(number);
      if (!thread) throw new Error("it could not be started");
      return thread.ready;
    },
  };

  end() {
    for (const thread of this.#started.values()) thread.end();
    this.#started.clear();
  }
}

/* Where a browser does not say how many processors there are. Too many are found out (thread-tuner.js), too few never. */
const PROBABLE = 4;

/** @type {Threads["maxThreads"]} */
export function maxThreads() {
  if (!globalThis.crossOriginIsolated) return { max: 1, note: "the page is not cross-origin isolated" };
  // WebKitGTK says that it is isolated, and has none.
  if (typeof SharedArrayBuffer === "undefined") return { max: 1, note: "this browser shares no memory between threads" };
  const max = navigator.hardwareConcurrency || PROBABLE;
  return { max, note: max > 1 ? "" : "this machine has one processor" };
}

/** The worker's side. @param {Pick<Channel, "call">} page @returns {Threads} */
export const threadsThrough = (page) => ({
  maxThreads,
  startThread(start) {
    const lifetime = new AbortController();
    const ended = page.call("startThread", start, { signal: lifetime.signal })
      .catch(({ message }) => message);
    const ready = page.call("threadReady", start.thread);
    return { ready, ended, end: () => lifetime.abort() };
  },
});
