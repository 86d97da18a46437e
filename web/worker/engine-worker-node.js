/* engine-worker-node.js - an engine in a worker thread of Node; the other side is remote-engine.js. Films are read
 * in this very thread, which has nothing else to do.
 * SPDX-License-Identifier: MIT */
import { parentPort } from "node:worker_threads";
import { runJobInNode } from "../dicom/run-job-node.js";
import * as threads from "../engine/threads-node.js";
import * as source from "../model/source-node.js";
import { portOf } from "./port-node.js";
import { serveEngine } from "./served-engine.js";

const platform = { ...source, ...threads, dicom: { open: () => import("../dicom/film.js"), runJob: runJobInNode } };

serveEngine(portOf(/** @type {import("node:worker_threads").MessagePort} */ (parentPort)), () => platform);
