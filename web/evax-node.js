/* evax-node.js - the package in Node: as evax.js, and models may also lie in a folder.
 * SPDX-License-Identifier: MIT */
import { runJobInNode } from "./dicom/run-job-node.js";
import { loadOn } from "./engine/load.js";
import * as source from "./model/source-node.js";
import * as threads from "./engine/threads-node.js";

export { ERROR_CODES, EvaxError } from "./base/errors.js";
export { cosine, nearest } from "./heads/nearest.js";
export { VERSION as version } from "./base/version.js";

const platform = {
  ...source,
  ...threads,
  dicom: { open: () => import("./dicom/film.js"), runJob: runJobInNode },
};

/** The contract is that of evax.js. @type {typeof import("./evax.js").load} */
export const load = (options) => loadOn(platform, options);
