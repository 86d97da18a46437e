/* thread-main-node.js - the entry of a worker thread in Node; the work itself is in thread-main.js.
 * SPDX-License-Identifier: MIT */
import { parentPort, workerData } from "node:worker_threads";
import { runThread } from "./thread-main.js";

await runThread(workerData, () => parentPort?.postMessage("ready"));
