/* threads.js - helpers in browsers: blob: workers that the page starts for the engine's worker.
 *
 *     engine's worker    threadsOf(page) ── help, helping ──> page    Helpers ── thread-main.js
 *
 * The worker starts none itself: not every browser lets it, and Firefox, twice in some 370 times,
 * never came back from it. Whatever policy holds for the page, its seal above all, holds for helpers.
 * A page whose policy refuses blob: workers has one thread.
 * SPDX-License-Identifier: MIT */
import { help } from "./thread-main.js";

/** @typedef {import("../worker/channel.js").Channel} Channel */
/** @typedef {import("./thread-pool.js").Helper} Helper */
/** @typedef {import("./thread-pool.js").Task} Task */
/** @typedef {import("./thread-pool.js").Threads} Threads */

const SCRIPT = `const help = ${help};
onmessage = ({ data }) => help(data, () => postMessage("ready"));`;

/** @param {Task} task @returns {Helper} */
function startHelper(task) {
  const script = URL.createObjectURL(new Blob([SCRIPT], { type: "text/javascript" }));
  const worker = new Worker(script);
  /** @type {Promise<string>} */
  const gone = new Promise((resolve) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.message || "its script cannot be loaded");
    });
  });
  const ready = new Promise((resolve, reject) => {
    worker.addEventListener("message", () => resolve(undefined), { once: true });
    void gone.then((why) => reject(new Error(why)));
  });
  const forget = () => URL.revokeObjectURL(script);
  ready.then(forget, forget);
  worker.postMessage(task);
  return { ready, gone, end: () => worker.terminate() };
}

/** The page's side: the helpers of one engine, which end with it. */
export class Helpers {
  /** @type {Map<number, Helper>} by thread */
  #started = new Map();

  /** What the engine's worker may ask for. @type {Record<string, import("../worker/channel.js").Handler>} */
  handlers = {
    help: (/** @type {Task} */ task, { signal }) => {
      const helper = startHelper(task);
      this.#started.set(task.thread, helper);
      signal.addEventListener("abort", helper.end);
      return helper.gone.finally(helper.end);
    },
    helping: (/** @type {number} */ thread) => {
      const helper = this.#started.get(thread);
      if (!helper) throw new Error("it could not be started");
      return helper.ready;
    },
  };

  end() {
    for (const helper of this.#started.values()) helper.end();
    this.#started.clear();
  }
}

/** @type {Threads["mostThreads"]} */
function mostThreads() {
  if (!globalThis.crossOriginIsolated) return { most: 1, note: "the page is not cross-origin isolated" };
  const most = navigator.hardwareConcurrency || 1;
  return { most, note: most > 1 ? "" : "this machine has one processor" };
}

/** The worker's side. @param {Pick<Channel, "call">} page @returns {Threads} */
export const threadsOf = (page) => ({
  mostThreads,
  startHelper(task) {
    const life = new AbortController();
    const gone = page.call("help", task, { signal: life.signal }).catch(({ message }) => message);
    const ready = page.call("helping", task.thread);
    return { ready, gone, end: () => life.abort() };
  },
});
