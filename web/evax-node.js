/* evax-node.js - the package in Node: as evax.js, and models may also lie in a folder or a file.
 * SPDX-License-Identifier: MIT */
import { stat } from "node:fs/promises";
import { keptAlive } from "./base/keep-alive-node.js";
import { toPath } from "./base/path-node.js";
import { runJobInNode } from "./dicom/run-job-node.js";
import { readPath } from "./engine/path-input-node.js";
import { ThreadFilmReader } from "./engine/film-reader-node.js";
import { checkOptions, isFiles, loadOn, optionsOf } from "./engine/load.js";
import { isPlace } from "./engine/modules.js";
import { EngineThread } from "./worker/port-node.js";
import { RemoteEngine } from "./worker/remote-engine.js";
import * as source from "./model/source-node.js";
import * as threads from "./engine/threads-node.js";

export { ERROR_CODES, EvaxError } from "./base/errors.js";
export { evaluate } from "./evaluate/evaluate.js";
export { siteCardOf } from "./evaluate/make-site-card.js";
export { reportCsv } from "./evaluate/report/report-csv.js";
export { reportPage } from "./evaluate/report/report-page.js";
export { cosine, nearest } from "./heads/nearest.js";
export { VERSION as version } from "./base/version.js";

/** @typedef {import("./convert/convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("./engine/load.js").LoadOptions} LoadOptions */

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
  readPlace: readPath,
};

/** @param {string | URL} place */
async function isFile(place) {
  if (/^https?:/i.test(String(place))) return false;
  return stat(toPath(place)).then((found) => found.isFile(), () => false);
}

/** The options with a source in the place of a model in files. @param {LoadOptions} options */
async function withSource(options) {
  const { model, convert: how, threads, signal } = options;
  if (!isFiles(model) && !(isPlace(model) && await isFile(model))) return options;
  const { openModel, nodePlatform } = await converter();
  const files = /** @type {CheckpointFile | CheckpointFile[]} */ (model);
  return { ...options, model: await openModel(nodePlatform, files, { threads, ...how, signal }, convert) };
}

/** @type {typeof import("./evax.js").load} */
async function loadHere(given) {
  const options = optionsOf(given);
  checkOptions(options);
  const known = await withSource(options);
  const inThread = (/** @type {LoadOptions} */ how) => RemoteEngine.load(new EngineThread(), how, undefined, readPath);
  const engine = options.worker ? await inThread(known) : await loadOn(platform, known);
  const { signal: _signal, onProgress: _onProgress, ...again } = known;
  engine.another = () => inThread({ ...again, threads: 1 });
  return engine;
}

/** The contract is that of evax.js, but that the engine runs in a thread of its own only with `worker: true`.
 * @type {typeof import("./evax.js").load} */
export const load = (given) => keptAlive(loadHere(given));

/** @type {typeof import("./evax.js").convert} */
async function convertHere(files, options = {}) {
  const { convertOn, nodePlatform } = await converter();
  return convertOn(nodePlatform, files, options);
}

/** The contract is that of evax.js. @type {typeof import("./evax.js").convert} */
export const convert = (files, options) => keptAlive(convertHere(files, options));
