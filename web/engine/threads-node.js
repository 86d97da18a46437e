/* threads-node.js - worker threads in Node. They do not keep the process alive.
 * SPDX-License-Identifier: MIT */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** @type {import("./thread-pool.js").Threads["maxThreads"]} */
export const maxThreads = () => {
  const max = availableParallelism();
  return { max, note: max > 1 ? "" : "this machine has one processor" };
};

/** @type {import("./thread-pool.js").Threads["startThread"]} */
export function startThread(start) {
  const worker = new Worker(new URL("./thread-main-node.js", import.meta.url), {
    workerData: start, stdin: false, stdout: false, stderr: false,
  });
  worker.unref();
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    worker.once("error", ({ message }) => resolve(message));
    worker.once("exit", (code) => resolve(`exit code ${code}`));
  });
  return {
    ready: new Promise((resolve, reject) => {
      worker.once("message", () => resolve());
      void ended.then((cause) => reject(new Error(cause)));
    }),
    ended,
    end: () => void worker.terminate(),
  };
}
