/* evax-node.js - the package in Node: as evax.js, and models may also lie in a folder or a file.
 * SPDX-License-Identifier: MIT */
import { stat } from "node:fs/promises";
import { toPath } from "./base/path-node.js";
import { runJobInNode } from "./dicom/run-job-node.js";
import { ThreadFilmReader } from "./engine/film-reader-node.js";
import { checkOptions, isFiles, loadOn, optionsOf } from "./engine/load.js";
import { isPlace } from "./engine/modules.js";
import * as source from "./model/source-node.js";
import * as threads from "./engine/threads-node.js";

export { ERROR_CODES, EvaxError } from "./base/errors.js";
export { cosine, nearest } from "./heads/nearest.js";
export { VERSION as version } from "./base/version.js";

/** @typedef {import("./convert/convert.js").CheckpointFile} CheckpointFile */

/** What converts, once it is needed. */
const converter = async () => ({
  ...await import("./convert/opened-file.js"),
  ...await import("./convert/platform-node.js"),
});

const platform = {
  ...source,
  ...threads,
  openReader: (/** @type {WebAssembly.Module} */ module) => new ThreadFilmReader(module),
  dicom: { open: () => import("./dicom/film.js"), runJob: runJobInNode },
};

/** @param {string | URL} place */
async function isFile(place) {
  if (/^https?:/i.test(String(place))) return false;
  return stat(toPath(place)).then((found) => found.isFile(), () => false);
}

/** The contract is that of evax.js. @type {typeof import("./evax.js").load} */
export async function load(given) {
  const options = optionsOf(given);
  checkOptions(options);
  const { model, convert: how, threads, signal } = options;
  if (!isFiles(model) && !(isPlace(model) && await isFile(model))) return loadOn(platform, options);
  const { openModel, nodePlatform } = await converter();
  const files = /** @type {CheckpointFile | CheckpointFile[]} */ (model);
  const source = await openModel(nodePlatform, files, { threads, ...how, signal }, convert);
  return loadOn(platform, { ...options, model: source });
}

/** The contract is that of evax.js. @type {typeof import("./evax.js").convert} */
export async function convert(files, options = {}) {
  const { convertOn, nodePlatform } = await converter();
  return convertOn(nodePlatform, files, options);
}
