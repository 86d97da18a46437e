/* evax.js - the package in a browser.
 *
 *     import { load } from "eva-x-web";
 *     const engine = await load({ model: "https://example.org/models/evax-s/" });
 *     const { findings, notice } = await engine.analyze(file);
 *
 * SPDX-License-Identifier: MIT */
import { runJob, webThread } from "./dicom/run-job.js";
import { EvaxError } from "./base/errors.js";
import { checkOptions, isFiles, loadOn, optionsOf } from "./engine/load.js";
import { isEach } from "./engine/modules.js";
import { RemoteEngine } from "./worker/remote-engine.js";
import * as source from "./model/source.js";

export { ERROR_CODES, EvaxError } from "./base/errors.js";
export { cosine, nearest } from "./heads/nearest.js";
export { VERSION as version } from "./base/version.js";

/** @typedef {import("./engine/analysis.js").Facts} Facts */
/** @typedef {import("./engine/analysis.js").Finding} Finding */
/** @typedef {import("./engine/analysis.js").InputInfo} InputInfo */
/** @typedef {import("./engine/engine.js").Analysis} Analysis */
/** What load() gives; see engine.js for the contract of each member.
 * @typedef {Pick<import("./engine/engine.js").Engine, "info" | "analyze" | "infer" | "preprocess"
 *   | "explain" | "head" | "memoryBytes" | "dispose">} Engine */
/** @typedef {import("./engine/engine.js").Info} Info */
/** @typedef {import("./engine/attention-map.js").AttentionMap} AttentionMap */
/** @typedef {import("./engine/attention-map.js").ExplainOptions} ExplainOptions */
/** @typedef {import("./base/errors.js").ErrorCode} ErrorCode */
/** @typedef {import("./convert/convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("./convert/convert.js").ConvertOptions} ConvertOptions */
/** @typedef {import("./convert/convert.js").ConvertProgress} ConvertProgress */
/** @typedef {import("./convert/converted-model.js").ConvertedModel} ConvertedModel */
/** @typedef {import("./heads/head-file.js").Head} Head */
/** @typedef {import("./heads/head.js").FitOptions} FitOptions */
/** @typedef {import("./engine/input.js").Input} Input */
/** @typedef {import("./engine/input.js").Pixels} Pixels */
/** @typedef {import("./engine/load.js").LoadOptions} LoadOptions */
/** @typedef {import("./model/chunks.js").Progress} Progress */
/** @typedef {import("./model/source.js").Source} Source */

/* Written out in full, so that bundlers find the workers. */
const startFrameWorker = () =>
  new Worker(new URL("./dicom/frame-worker.bundle.js", import.meta.url), { type: "module" });
const startWorker = () =>
  new Worker(new URL("./worker/engine-worker.js", import.meta.url), { type: "module" });

const startConverter = () =>
  new Worker(new URL("./worker/convert-worker.js", import.meta.url), { type: "module" });

/* From here and not from modules.js, which in a bundle of one file has this address as well: the modules
 * lie beside the bundle, as the workers do. The calling thread is alone: it needs none with threads. */
const MODULES = {
  get simd128() {
    return new URL("./wasm/evax-simd128.wasm", import.meta.url);
  },
  get relaxed() {
    return new URL("./wasm/evax-relaxed.wasm", import.meta.url);
  },
};

/** From here for the same reason. @type {import("./convert/convert-module.js").ConverterPlaces} */
const CONVERTER = {
  get convert() {
    return new URL("./wasm/evax-convert.wasm", import.meta.url);
  },
  get films() {
    return new URL("./convert/calibration/films.bin", import.meta.url);
  },
};

/** @param {LoadOptions["wasm"]} wasm the option */
const wasmHere = (wasm) => (isEach(wasm) ? { ...MODULES, ...wasm } : wasm ?? MODULES);

/** @type {import("./engine/engine.js").DicomReader["runJob"]} */
const runFrameJob = (job, signal) => runJob(() => webThread(startFrameWorker()), job, signal);

/** The calling thread may be a page's main thread, which must not block on other threads.
 * @type {import("./engine/load.js").Platform} */
const here = {
  ...source,
  maxThreads: () => ({ max: 1, note: "the engine runs on the calling thread" }),
  startThread() {
    throw new EvaxError("STATE", "this engine has no worker threads");
  },
  dicom: { open: () => import("./dicom/film.js"), runJob: runFrameJob },
};

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
  const { model, worker, convert: how, threads, signal } = options;
  const source = isFiles(model) ? await openFiles(model, { threads, worker, ...how, signal }) : model;
  const known = { ...options, model: source };
  return isLocal(worker) ? loadOn(here, { ...known, wasm: wasmHere(known.wasm) })
    : RemoteEngine.load(startWorker(), known, runFrameJob);
}

/** @param {boolean | undefined} worker the option */
const isLocal = (worker) => worker === false || typeof Worker === "undefined";

/** What converts on the calling thread. @returns {Promise<import("./convert/convert.js").ConvertPlatform>} */
async function converter() {
  const [{ openFile }, { memorySource }] = await Promise.all(
    [import("./convert/fetched-file.js"), import("./convert/byte-source.js")]);
  return { ...here, converterPlaces: CONVERTER, openFile, openMemory: memorySource };
}

/** @param {CheckpointFile | CheckpointFile[]} files @param {ConvertOptions} options */
async function openFiles(files, options) {
  const { openModel } = await import("./convert/opened-file.js");
  return openModel(await converter(), files, options, convert);
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
  if (isLocal(options.worker)) {
    const { convertOn } = await import("./convert/opened-file.js");
    return convertOn(await converter(), files, options);
  }
  const { convertInWorker } = await import("./worker/remote-converter.js");
  return convertInWorker(startConverter(), files, options);
}
