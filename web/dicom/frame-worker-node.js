/* frame-worker-node.js - frame-worker.js in a worker thread of Node, which names things otherwise.
 * SPDX-License-Identifier: MIT */
import { parentPort } from "node:worker_threads";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
Object.assign(globalThis, {
  addEventListener: (/** @type {string} */ type, /** @type {(event: { data: unknown }) => void} */ listener) =>
    port.on(type, (data) => listener({ data })),
  postMessage: (/** @type {unknown} */ value, /** @type {any} */ transfer) => port.postMessage(value, transfer),
});
await import("./frame-worker.bundle.js");
