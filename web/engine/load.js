/* load.js - load(): from a model's address to an engine, by way of manifest, module, chunks and checks.
 *
 * What differs between browsers and Node (reading bytes, threads, DICOM) is passed in as a platform.
 * SPDX-License-Identifier: MIT */
import { factsOf, factsWith } from "./analysis.js";
import { Engine } from "./engine.js";
import { EvaxError } from "../base/errors.js";
import { FilmReader } from "./film-reader.js";
import { checkCardModel, readSiteCard } from "../evaluate/site-card.js";
import { MAX_THREADS } from "../base/limits.js";
import { embeddingSpaceOf } from "../model/embedding-space.js";
import { OodDetector } from "../model/ood-detector.js";
import { loadChunks, loadManifest } from "../model/chunks.js";
import { KernelChoice, isKernelOption } from "./kernel-choice.js";
import { isA } from "./given-input.js";
import { isPlace, createEngine } from "./modules.js";
import { VERSION } from "../base/version.js";
import { refuseUnknown } from "../base/options.js";
import { SLOTS } from "./wasm-engine.js";

/** @typedef {import("../model/chunks.js").Progress} Progress */
/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./wasm-engine.js").Header} Header */
/** @typedef {import("./wasm-engine.js").Variant} Variant */
/** @typedef {import("./wasm-engine.js").WasmEngine} WasmEngine */

/** @typedef {import("../convert/convert.js").CheckpointFile} CheckpointFile */
/** @typedef {import("../convert/convert.js").ConvertOptions} ConvertOptions */

/** @typedef {object} LoadOptions
 * @property {string | URL | Source | CheckpointFile | CheckpointFile[]} model the folder that holds
 *   manifest.json: an http(s) address, in Node also a path, or a file: URL (its %XX name files of any
 *   bytes, also such as are no UTF-8); an object that provides the
 *   bytes itself; or a file, as a File, a Blob or its bytes, in Node also its path: a model in one file, or a
 *   checkpoint, which is converted on the way
 * @property {ConvertOptions} [convert] how a checkpoint is converted
 * @property {string} [integrity] SHA-256 of the one manifest.json to accept, in hex: it names every
 *   chunk, so exactly this model is accepted; `evax verify` prints it
 * @property {string | object} [card] a site card (web/evaluate/README.md), its text or what was parsed of it: its
 *   thresholds and facts stand in the place of the model's. A card of another model is refused
 * @property {"auto" | Variant} [variant="auto"] the kernels; "auto" takes the fastest that run here
 * @property {AbortSignal} [signal] ends the loading
 * @property {(progress: Progress) => void} [onProgress] called as bytes arrive, are verified and fed to the engine
 * @property {"auto" | number} [threads="auto"] "auto" takes as many as are useful, in Node and in
 *   pages that are cross-origin isolated; a number from 1 to 64 requests that many. Otherwise one thread is used,
 *   and info.threadsNote says why
 * @property {import("./kernel-choice.js").KernelOption} [kernels="auto"] "auto" finds the fastest implementation of
 *   each matrix kernel, in 3 ms at the start and while films are read; names, as in info.kernels, fix them. The
 *   numbers are the same for all
 * @property {import("./modules.js").WasmOption} [wasm] instead of the package's modules: one
 *   module for any variant, or one for each kind (simd128, simd128-mt, relaxed, relaxed-mt); a
 *   module read from an address or path must be one of this package; bytes and compiled modules are
 *   trusted
 * @property {boolean} [worker] whether the engine runs in a worker of its own; true if left out in browsers, false
 *   in Node, where the event loop of the calling thread has its turns between the steps of a pass
 * @property {boolean} [keep=true] in browsers, for a model at an address and an engine in a worker: whether verified weights
 *   are kept in a file of your origin (origin private file system), from which later visits load in less time. They are
 *   verified again whenever they are read
 * @property {import("../package-files.js").AssetsOption} [assets] in browsers: where the package's files lie, if
 *   not beside its scripts
 */
/** What depends on the platform: sources, what keeps weights between visits (nothing does if keepWeights is left out),
 * modules, threads, what reads films (on this thread if openReader is left out), DICOM.
 * @typedef {{ openSource: (model: string | URL) => Source,
 *   keepWeights?: (source: Source, manifest: Manifest, hash: string) => Source,
 *   readWasm: import("./modules.js").ReadWasm,
 *   openReader?: import("./film-reader.js").OpenReader,
 *   dicom: import("./engine.js").DicomReader, readPlace?: import("./given-input.js").ReadPlace }
 *   & import("./thread-pool.js").Threads} Platform */


/** @param {unknown} v @returns {v is Source} */
const isSource = (v) =>
  typeof (/** @type {any} */ (v)?.manifest) === "function"
  && typeof (/** @type {any} */ (v).chunk) === "function";

/** @param {unknown} v @returns {v is Blob | Uint8Array | ArrayBuffer | CheckpointFile[]} */
export const isFiles = (v) => ["Blob", "File", "Uint8Array", "ArrayBuffer"].some((name) => isA(v, name))
  || (Array.isArray(v) && v.length > 0);

const OPTIONS = ["model", "convert", "integrity", "card", "variant", "signal", "onProgress", "threads", "kernels", "wasm",
  "worker", "keep", "assets"];

/** What load() was given as options: a model alone is one. @param {LoadOptions | LoadOptions["model"]} given
 * @returns {LoadOptions} */
export const optionsOf = (given) => (isPlace(given) || isSource(given) || isFiles(given) ? { model: given } : given);

/** Throws OPTION_INVALID. @param {LoadOptions} [options] */
export function checkOptions(options) {
  const given = /** @type {LoadOptions} */ (options ?? {});
  refuseUnknown(given, OPTIONS, "load");
  const { model, variant = "auto", threads = "auto", signal, onProgress } = given;
  if (!isPlace(model) && !isSource(model) && !isFiles(model)) {
    throw new EvaxError("OPTION_INVALID", "model must be a path, a URL, a file or a source");
  }
  if (!["auto", "simd128", "relaxed"].includes(variant)) {
    throw new EvaxError("OPTION_INVALID", "variant must be \"auto\", \"simd128\" or \"relaxed\"");
  }
  if (threads !== "auto" && !(Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS)) {
    throw new EvaxError("OPTION_INVALID", `threads must be "auto" or a number from 1 to ${MAX_THREADS}`);
  }
  if (given.kernels !== undefined && !isKernelOption(given.kernels)) {
    throw new EvaxError("OPTION_INVALID", `kernels must be "auto" or an object of names for ${SLOTS.join(", ")}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new EvaxError("OPTION_INVALID", "signal must be an AbortSignal");
  }
  if (given.keep !== undefined && typeof given.keep !== "boolean") {
    throw new EvaxError("OPTION_INVALID", "keep must be true or false");
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new EvaxError("OPTION_INVALID", "onProgress must be a function");
  }
}

/** Refuses a manifest that does not belong to the weights.
 * @param {Manifest} m @param {Header} header */
function checkMatch({ architecture: a, scoring }, header) {
  const claims = {
    embedDim: a.embed_dim,
    depth: a.depth,
    heads: a.heads,
    mlpHidden: a.mlp_hidden,
    grid: a.grid,
    classes: a.classes,
    clsPooling: a.pooling === "cls",
    innerNorm: a.inner_norm,
    scoring,
  };
  for (const [name, claim] of Object.entries(claims)) {
    const found = header[/** @type {keyof Header} */ (name)];
    if (found !== claim) {
      throw new EvaxError("MODEL_MISMATCH", `${name} is ${claim} in one, ${found} in the other`);
    }
  }
}

/** @param {WasmEngine} wasm @param {Manifest} m @param {string} modelHash @param {Header} header
 * @param {import("../evaluate/site-card.js").SiteCard | null} card @param {KernelChoice["names"]} kernels */
async function infoOf(wasm, m, modelHash, { inputSize, embedDim }, card, kernels) {
  return Object.freeze({
    model: m.name,
    modelHash,
    labels: Object.freeze([...m.labels]),
    facts: card ? factsWith(factsOf(m), card) : factsOf(m),
    siteCard: card && Object.freeze({ name: card.name, date: card.date, sha256: card.digest }),
    inputSize,
    embeddingSize: embedDim,
    embeddingSpace: await embeddingSpaceOf(m),
    parameters: m.parameters,
    dtype: m.dtype,
    preprocessing: Object.freeze({ ...m.recipe }),
    scoring: m.scoring,
    variant: wasm.variant,
    module: wasm.module,
    kernels,
    threads: wasm.threads,
    threadsNote: wasm.threadsNote,
    version: VERSION,
    license: m.licence,
    attribution: m.attribution,
    notice: m.notice,
  });
}

/** What an engine is made of while its weights arrive. @typedef {{ wasm: Promise<WasmEngine>,
 *   reader: Promise<import("./film-reader.js").Reader>, choice: Promise<KernelChoice> }} Making */
/** @typedef {import("./modules.js").Asked & { kernels: import("./kernel-choice.js").KernelOption }} Asked */

/** Its module is fetched and compiled while the first chunks are. @param {Platform} platform
 * @param {Asked} asked @param {Manifest} manifest @param {AbortSignal} signal @returns {Making} */
function make(platform, asked, { parameters, dtype }, signal) {
  const { openReader = (module) => new FilmReader(module) } = platform;
  const wasm = createEngine(platform, asked, parameters, signal);
  const choice = wasm.then((engine) => new KernelChoice(engine, dtype, asked.kernels));
  return { wasm, choice, reader: wasm.then(({ compiled }) => openReader(compiled)) };
}

/** Nothing of it is left then. @param {Making} making */
const unmake = ({ wasm, reader }) => Promise.allSettled([wasm, reader].map(async (part) => (await part).dispose()));

/**
 * Fills an engine with a source's weights.
 * @param {Making} making
 * @param {Source} source
 * @param {Manifest} manifest
 * @param {AbortSignal} signal
 * @param {(progress: Progress) => void} onProgress
 */
async function fill(making, source, manifest, signal, onProgress) {
  await loadChunks(source, manifest, async (bytes) => (await making.wasm).feed(bytes), signal, onProgress);
  const wasm = await making.wasm;
  wasm.ready();
  checkMatch(manifest, /** @type {Header} */ (wasm.header()));
  wasm.setPreprocessing(manifest.recipe);
  await wasm.whenReady();
  const { stream_bytes: bytes } = manifest;
  onProgress({ phase: "ready", loadedBytes: bytes, totalBytes: bytes });
  signal.throwIfAborted();
  return { wasm, reader: await making.reader, choice: await making.choice };
}

/** The same; whatever fails first ends the rest. @param {Platform} platform @param {Asked} asked
 * @param {Source} source @param {Manifest} manifest @param {AbortSignal} given
 * @param {(progress: Progress) => void} onProgress */
async function makeAndFill(platform, asked, source, manifest, given, onProgress) {
  const over = new AbortController();
  const signal = AbortSignal.any([given, over.signal]);
  const making = make(platform, asked, manifest, signal);
  for (const part of [making.reader, making.choice]) part.catch((error) => over.abort(error)); // as the engine's
  try {
    return await fill(making, source, manifest, signal, onProgress);
  } catch (error) {
    over.abort(error);
    await unmake(making);
    throw error;
  }
}

/** A site card of this model. Rejects with SITE_CARD_INVALID, _EDITED, _VERSION or _MODEL. @param {string | object | undefined} given
 * @param {Manifest} manifest @param {string} hash */
async function cardFor(given, manifest, hash) {
  if (given === undefined) return null;
  const card = await readSiteCard(given);
  checkCardModel(card, manifest.name, hash);
  return card;
}

/**
 * load(), on a platform; a model in files has become a source before.
 * @param {Platform} platform
 * @param {LoadOptions} options
 * @returns {Promise<Engine>}
 */
export async function loadOn(platform, options) {
  checkOptions(options);
  const { model, integrity, variant = "auto", threads = "auto", kernels = "auto", keep = true, wasm: place } = options;
  const { signal = new AbortController().signal, onProgress = () => {} } = options;
  signal.throwIfAborted();
  const source = isPlace(model) ? platform.openSource(model) : /** @type {Source} */ (model);
  const keepWeights = isPlace(model) && keep ? platform.keepWeights : undefined;
  onProgress({ phase: "manifest", loadedBytes: 0, totalBytes: 0 });
  const { manifest, hash } = await loadManifest(source, signal, integrity);
  const card = await cardFor(options.card, manifest, hash);
  const asked = { variant, threads, kernels, wasm: place };
  const { wasm, reader, choice } = await makeAndFill(platform, asked,
    keepWeights?.(source, manifest, hash) ?? source, manifest, signal, onProgress);
  const header = /** @type {Header} */ (wasm.header());
  const oodDetector = manifest.guard ? new OodDetector(manifest.guard) : null;
  const info = await infoOf(wasm, manifest, hash, header, card, choice.names);
  return new Engine(wasm, info, oodDetector, reader, platform.dicom, choice, platform.readPlace);
}
