/* evax.js - the package in a browser.
 *
 *     import { load } from "eva-x-web";
 *     const engine = await load({ model: "https://example.org/models/evax-s/" });
 *     const { findings, notice } = await engine.analyze(file);
 *
 * SPDX-License-Identifier: MIT */
import { runJob, webThread } from "./dicom/run-job.js";
import { EvaxError } from "./base/errors.js";
import { readAddress } from "./engine/address-input.js";
import { checkOptions, isFiles, loadOn, optionsOf } from "./engine/load.js";
import { isEach } from "./engine/modules.js";
import { fileUrl, fileUrls } from "./package-files.js";
import { RemoteEngine } from "./worker/remote-engine.js";
import { startError, startScript } from "./worker/start-script.js";
import * as source from "./model/source.js";

export { ERROR_CODES, EvaxError } from "./base/errors.js";
export { evaluate } from "./evaluate/evaluate.js";
export { siteCardOf } from "./evaluate/make-site-card.js";
export { reportCsv } from "./evaluate/report/report-csv.js";
export { reportPage } from "./evaluate/report/report-page.js";
export { cosine, nearest } from "./heads/nearest.js";
export { VERSION as version } from "./base/version.js";

/** @typedef {import("./engine/analysis.js").Facts} Facts */
/** @typedef {import("./engine/analysis.js").Finding} Finding */
/** @typedef {import("./engine/analysis.js").InputInfo} InputInfo */
/** @typedef {import("./engine/analysis.js").Reason} Reason */
/** @typedef {import("./engine/engine.js").Analysis} Analysis */
/** @typedef {import("./engine/engine.js").AnalyzeOptions} AnalyzeOptions */
/** @typedef {import("./engine/engine.js").CallOptions} CallOptions */
/** @typedef {import("./engine/engine.js").FilmOptions} FilmOptions */
/** @typedef {import("./engine/engine.js").Picture} Picture */
/** @typedef {import("./engine/engine.js").Seen} Seen */
/** What load() gives. Overlapping calls are queued; it can be used with `using` and `await using`.
 * @typedef {Pick<import("./engine/engine.js").Engine, "info" | "analyze" | "analyzeAll" | "infer" | "preprocess"
 *   | "explain" | "head" | "memoryBytes" | "dispose">} Engine */
/** @typedef {import("./engine/analyze-all.js").AnalyzeAllOptions} AnalyzeAllOptions */
/** @typedef {import("./engine/analyze-all.js").FilmOutcome} FilmOutcome */
/** @typedef {import("./engine/engine.js").Info} Info */
/** @typedef {import("./engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("./engine/attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("./base/errors.js").ErrorCode} ErrorCode */
/** @typedef {import("./convert/convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("./convert/convert.js").ConvertOptions} ConvertOptions */
/** @typedef {import("./convert/convert.js").ConvertProgress} ConvertProgress */
/** @typedef {import("./convert/converted-model.js").ConvertedModel} ConvertedModel */
/** @typedef {import("./evaluate/evaluate.js").EvaluateOptions} EvaluateOptions */
/** @typedef {import("./evaluate/evaluate.js").NamedFilm} NamedFilm */
/** @typedef {import("./evaluate/report/report.js").Report} Report */
/** @typedef {import("./evaluate/site-card.js").SiteCard} SiteCard */
/** @typedef {import("./heads/head-file.js").Head} Head */
/** @typedef {import("./heads/head.js").FitOptions} FitOptions */
/** @typedef {import("./engine/input.js").Input} Input */
/** @typedef {import("./engine/input.js").Pixels} Pixels */
/** @typedef {import("./engine/kernel-choice.js").KernelOption} KernelOption */
/** @typedef {import("./engine/load.js").LoadOptions} LoadOptions */
/** @typedef {import("./engine/modules.js").WasmOption} WasmOption */
/** @typedef {import("./package-files.js").AssetsOption} AssetsOption */
/** @typedef {import("./model/chunks.js").Progress} Progress */
/** @typedef {import("./model/manifest.js").Preprocessing} Preprocessing */
/** @typedef {import("./model/source.js").Source} Source */

const MODULES = /** @type {const} */ (["simd128", "relaxed", "simd128-mt", "relaxed-mt"]);
const ALONE = MODULES.slice(0, 2);

/** The package's modules where none is given; where some are, theirs with threads are the caller's affair.
 * @param {LoadOptions["wasm"]} wasm the option @param {AssetsOption} [assets] */
const wasmHere = (wasm, assets) => (isEach(wasm) ? { ...fileUrls(ALONE, assets), ...wasm }
  : wasm ?? fileUrls(MODULES, assets));

/** Of a worker whose script does not start, an error says what its address answers. @param {URL} url
 * @returns {(error: unknown) => Promise<never>} */
const withAnswer = (url) => async (error) => {
  const unstarted = error instanceof EvaxError && error.code === "WORKER_LOAD" && !error.detail.includes(url.href);
  throw unstarted ? await startError(url, error.detail) : error;
};

/** @param {AssetsOption} [assets] @returns {import("./engine/engine.js").DicomReader["runJob"]} */
const frameRunner = (assets) => async (job, signal) => {
  if (typeof Worker === "undefined") throw new EvaxError("DICOM_SYNTAX", "its frames are compressed, and decoded in a worker, of which there are none here");
  const url = fileUrl("frameWorker", assets);
  return runJob(async () => webThread(await startScript(url)), job, signal).catch(withAnswer(url));
};

/** The calling thread may be a page's main thread, which must not block on other threads.
 * @param {AssetsOption} [assets] @returns {import("./engine/load.js").Platform} */
const platformHere = (assets) => ({
  ...source,
  maxThreads: () => ({ max: 1, note: "the engine runs on the calling thread" }),
  startThread() {
    throw new EvaxError("STATE", "this engine has no worker threads");
  },
  dicom: { open: () => import("./dicom/film.js"), runJob: frameRunner(assets) },
  readPlace: readAddress,
});

/** @template T @param {URL} url of the worker's script @param {(worker: Worker) => Promise<T>} work @returns {Promise<T>} */
const inWorker = (url, work) => startScript(url).then(work).catch(withAnswer(url));

/**
 * Loads a model. Every chunk is verified against its SHA-256 before the engine sees it. Rejects
 * with an EvaxError, or on abort with the signal's reason; then no memory or worker is left.
 * In a page the engine runs in a worker of its own, so that the page stays responsive; with
 * `worker: false`, and inside workers that cannot start others, it runs right here.
 * @param {LoadOptions | LoadOptions["model"]} given the options, or the model alone
 * @returns {Promise<Engine>}
 */
export async function load(given) {
  const options = optionsOf(given);
  checkOptions(options);
  const { model, worker, convert: how, threads, assets, signal } = options;
  const source = isFiles(model) ? await openFiles(model, { threads, worker, assets, ...how, signal }) : model;
  const known = { ...options, model: source, wasm: wasmHere(options.wasm, assets) };
  if (isLocal(worker)) return loadOn(platformHere(assets), known);
  /** @returns {Promise<RemoteEngine>} */
  const open = (/** @type {LoadOptions} */ how) => inWorker(fileUrl("engineWorker", assets), (started) =>
    RemoteEngine.load(started, how, frameRunner(assets), readAddress));
  const engine = await open(known);
  engine.another = () => open(toldNothing(known));
  return engine;
}

/** The options for another engine: whoever watched the first one load has nothing to do with it.
 * @param {LoadOptions} options @returns {LoadOptions} */
const toldNothing = ({ signal: _signal, onProgress: _onProgress, ...options }) => options;

/** @param {boolean | undefined} worker the option */
const isLocal = (worker) => worker === false || typeof Worker === "undefined";

/** @param {AssetsOption} [assets] @returns {import("./convert/convert-module.js").ConverterPlaces} */
const converterPlaces = (assets) => fileUrls(["convert", "convert-mt", "films"], assets);

/** What converts on the calling thread. @param {AssetsOption} [assets]
 * @returns {Promise<import("./convert/convert.js").ConvertPlatform>} */
async function converter(assets) {
  const [{ openFile }, { memorySource }] = await Promise.all(
    [import("./convert/checkpoint/fetched-file.js"), import("./convert/checkpoint/byte-source.js")]);
  return { ...platformHere(assets), converterPlaces: converterPlaces(assets), openFile, openMemory: memorySource };
}

/** @param {CheckpointFile | CheckpointFile[]} files @param {ConvertOptions} options */
async function openFiles(files, options) {
  const { openModel } = await import("./convert/opened-file.js");
  return openModel(await converter(options.assets), files, options, convert);
}

/**
 * Converts a checkpoint, PyTorch's or safetensors, into a model that load() takes and that can be written
 * as a folder or one file. Rejects with an EvaxError, or on abort with the signal's reason.
 * In a page the conversion runs in a worker of its own; with `worker: false`, and inside workers that
 * cannot start others, it runs right here.
 * @param {CheckpointFile | CheckpointFile[]} files one, or the files of a checkpoint in several
 * @param {ConvertOptions} [options]
 * @returns {Promise<ConvertedModel>}
 */
export async function convert(files, options = {}) {
  const { worker, assets } = options;
  if (isLocal(worker)) {
    const { convertOn } = await import("./convert/opened-file.js");
    return convertOn(await converter(assets), files, options);
  }
  const { convertInWorker } = await import("./worker/remote-converter.js");
  return inWorker(fileUrl("convertWorker", assets), (started) =>
    convertInWorker(started, files, options, converterPlaces(assets)));
}
