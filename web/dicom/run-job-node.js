/* run-job-node.js - run-job.js with a worker thread of Node.
 * SPDX-License-Identifier: MIT */
import { Worker } from "node:worker_threads";
import { sharedCopy } from "../base/shared-copy-node.js";
import { runJob } from "./run-job.js";

/* Of JavaScript's own heap, which holds the tables of the decoders that are not WebAssembly. */
const HEAP_MB = 256;

/** A worker of Node as a Thread. @param {Worker} worker @returns {import("./run-job.js").Thread} */
export const nodeThread = (worker) => ({
  postMessage: (message) => worker.postMessage(message),
  terminate: () => worker.terminate(),
  listen(onMessage, onError) {
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onError);
  },
});

const startThread = () =>
  nodeThread(new Worker(new URL("./frame-worker-node.js", import.meta.url),
    { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB }, execArgv: [] }));

/** @param {import("./run-job.js").Job} job @param {AbortSignal} [signal] */
export const runJobInNode = async (job, signal) =>
  runJob(startThread, { ...job, bytes: await sharedCopy(job.bytes, signal) }, signal);
