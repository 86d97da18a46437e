/* threads-node.js - helpers in Node: always possible. They do not keep the process alive.
 * SPDX-License-Identifier: MIT */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** @type {import("./thread-pool.js").Threads["mostThreads"]} */
export const mostThreads = () => {
  const most = availableParallelism();
  return { most, note: most > 1 ? "" : "this machine has one processor" };
};

/** @type {import("./thread-pool.js").Threads["startHelper"]} */
export function startHelper(task) {
  const worker = new Worker(new URL("./thread-main-node.js", import.meta.url), {
    workerData: task, stdin: false, stdout: false, stderr: false,
  });
  worker.unref();
  /** @type {Promise<string>} */
  const gone = new Promise((resolve) => {
    worker.once("error", ({ message }) => resolve(message));
    worker.once("exit", (code) => resolve(`exit code ${code}`));
  });
  return {
    ready: new Promise((resolve, reject) => {
      worker.once("message", () => resolve());
      void gone.then((why) => reject(new Error(why)));
    }),
    gone,
    end: () => void worker.terminate(),
  };
}
