/* port-node.js - a port or worker of Node as a Channel wants it, which is as browsers have it.
 * SPDX-License-Identifier: MIT */
import { Worker } from "node:worker_threads";

/** @typedef {import("node:worker_threads").MessagePort} MessagePort */

/** @param {MessagePort | Worker} port @returns {import("./channel.js").Port} */
export const portOf = (port) => ({
  postMessage: (message, transfer) => port.postMessage(message, /** @type {any} */ (transfer)),
  addEventListener: (_type, listener) =>
    void port.on("message", (/** @type {unknown} */ data) => listener(/** @type {MessageEvent} */ ({ data }))),
});

/** A thread that keeps the process alive only while a call waits for it, with the members of a browser's Worker
 * that RemoteEngine uses. */
export class EngineThread {
  #worker;
  #waiting = 0;

  constructor() {
    this.#worker = new Worker(new URL("./engine-worker-node.js", import.meta.url),
      { execArgv: [], stdin: false, stdout: false, stderr: false });
    this.#worker.unref();
    this.#worker.on("message", (message) => { if ("reply" in message) this.#count(-1); });
  }

  /** @param {any} message @param {any} transfer */
  postMessage(message, transfer) {
    this.#worker.postMessage(message, transfer);
    if ("call" in message) this.#count(1);
  }

  /** @param {number} more */
  #count(more) {
    this.#waiting += more;
    if (this.#waiting) this.#worker.ref();
    else this.#worker.unref();
  }

  /** @param {string} type @param {(event: any) => void} listener */
  addEventListener(type, listener) {
    if (type === "message") this.#worker.on("message", (data) => listener({ data }));
    if (type !== "error") return;
    const ended = (/** @type {string} */ message) => listener({ message, preventDefault() {} });
    this.#worker.on("error", ({ message }) => ended(message));
    this.#worker.on("exit", (code) => ended(`it ended with exit code ${code}`));
  }

  terminate() {
    void this.#worker.terminate();
  }
}
