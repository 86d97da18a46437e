/* evax-node.js - the package in Node: as evax.js, and models may also lie in a folder.
 * SPDX-License-Identifier: MIT */
import { loadOn } from "./load.js";
import * as source from "./source-node.js";
import * as threads from "./threads-node.js";

export { ERROR_CODES, EvaxError } from "./errors.js";
export { cosine, nearest } from "./nearest.js";
export { VERSION as version } from "./version.js";

/** The contract is that of evax.js. @type {typeof import("./evax.js").load} */
export const load = (options) => loadOn({ ...source, ...threads }, options);
