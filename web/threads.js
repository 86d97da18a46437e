/* threads.js - helpers in browsers: workers that the engine's worker starts, from its own script, so
 * that whatever policy holds for it, the page's seal above all, holds for them.
 * SPDX-License-Identifier: MIT */
import { help } from "./helper.js";

/* By its name a worker knows that it is a helper. */
const HELPER = "eva-x-web helper";

/** @type {import("./crew.js").Threads["mostThreads"]} */
export function mostThreads() {
  const single = (/** @type {string} */ note) => ({ most: 1, note });
  if (typeof Worker === "undefined") return single("this browser's workers cannot start others");
  if (!globalThis.crossOriginIsolated) return single("the page is not cross-origin isolated");
  const most = navigator.hardwareConcurrency || 1;
  return most > 1 ? { most, note: "" } : single("this machine has one processor");
}

/** Whether this worker's script is a module: bundlers also make classic ones of it. */
function isModule() {
  try {
    /** @type {any} */ (globalThis).importScripts();
    return false;
  } catch {
    return true;
  }
}

/** @type {import("./crew.js").Threads["startHelper"]} */
export function startHelper(task) {
  const type = isModule() ? "module" : "classic";
  const worker = new Worker(location.href, { name: HELPER, type });
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
  worker.postMessage(task);
  return { ready, gone, end: () => worker.terminate() };
}

/** In the script of the engine's worker: whether this is a helper, which then waits for its task. */
export function becomeHelper() {
  if (/** @type {any} */ (globalThis).name !== HELPER) return false;
  addEventListener("message", ({ data }) => void help(data, () =>
    /** @type {any} */ (globalThis).postMessage("ready")), { once: true });
  return true;
}
