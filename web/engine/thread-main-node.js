/* thread-main-node.js - a thread of the crew in Node: a worker that runs thread-main.js.
 * SPDX-License-Identifier: MIT */
import { parentPort, workerData } from "node:worker_threads";
import { help } from "./thread-main.js";

await help(workerData, () => parentPort?.postMessage("ready"));
