/* threads.js - helpers in browsers: blob: workers that the engine's worker starts, so that whatever
 * policy holds for it, the page's seal above all, holds for them. (Firefox starts no worker from the
 * address of the engine's own blob: script.) A page whose policy refuses blob: workers has one thread.
 * SPDX-License-Identifier: MIT */
import { help } from "./helper.js";

const SCRIPT = `const help = ${help};
onmessage = ({ data }) => help(data, () => postMessage("ready"));`;

/** @type {import("./crew.js").Threads["mostThreads"]} */
export function mostThreads() {
  const single = (/** @type {string} */ note) => ({ most: 1, note });
  if (typeof Worker === "undefined") return single("this browser's workers cannot start others");
  if (!globalThis.crossOriginIsolated) return single("the page is not cross-origin isolated");
  const most = navigator.hardwareConcurrency || 1;
  return most > 1 ? { most, note: "" } : single("this machine has one processor");
}

/** @type {import("./crew.js").Threads["startHelper"]} */
export function startHelper(task) {
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
