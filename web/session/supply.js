/* supply.js - everything that a session needs from outside, fetched and verified before the first film.
 *
 *     manifest       of the model, checked; with the author's SHA-256 where one is given
 *     chunks         cache or server, verified one by one, then into the cache
 *     engine script  the source of the worker that will see the films
 *     frame worker   the source of the workers that decode compressed DICOM frames
 *     wasm           the modules that may run
 *
 * Scripts and modules are compared with the hashes in this script, which the page names by its own hash in turn.
 * It runs in the page, which never sees a film; the room asks for it through remote-supply.js.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { cachedSource, ModelCache } from "../model/cache.js";
import { forgetModel, keepModel, keptModels, keptSource } from "../model/kept-models.js";
import { canChooseFolder, chooseFolder, saveModel } from "../model/saved-folder.js";
import { loadChunks, loadManifest, persist } from "../model/chunks.js";
import { fileUrl } from "../package-files.js";
import { openSource, readScript, readWasm } from "../model/source.js";
import { acceptances, rememberAccepted } from "./acceptance.js";
import { SCRIPT_DIGESTS } from "./script-digests.js";

/** @typedef {import("../model/chunks.js").KnownModel} KnownModel */
/** @typedef {import("../model/manifest.js").ChunkEntry} ChunkEntry */
/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("../engine/modules.js").ModuleKind} ModuleKind */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */

/** What an engine is made of, as Blobs, verified: a restart needs no network, and none of it is in the script heap.
 * @typedef {object} EngineFiles
 * @property {Blob} script
 * @property {Blob} frameWorker
 * @property {Partial<Record<ModuleKind, Blob>>} wasm
 * @property {Partial<Record<ModuleKind, string>>} wasmHashes SHA-256 of each
 */
/** The same with a model. chunks: in the manifest's order, verified; files: all in words; refusal: why the browser keeps
 * nothing for the next visit, "" if it does.
 * @typedef {EngineFiles & { chunks: Blob[], files: SealedFile[], refusal: string }} EngineAssets */
/** What a conversion needs besides the checkpoint, as Blobs.
 * @typedef {object} ConverterFiles
 * @property {Blob} script
 * @property {Blob} single
 * @property {Blob | null} shared the module with threads, where there can be any
 * @property {Blob} films for the calibration
 * @property {SealedFile[]} files the same in words
 */
/** What measures films on labels. files: the same in words. @typedef {{ script: Blob, files: SealedFile[] }} EvaluatorFiles */
/** A model that is kept in this browser. @typedef {import("../model/kept-models.js").KeptModel} KeptModel */
/** @typedef {import("./acceptance.js").Acceptances} Acceptances */
/** The models that this browser keeps. usedBytes: that it stores for this site, 0 where it does not tell;
 * quotaBytes: that it may; folders: whether a model can be saved into a folder here.
 * @typedef {{ models: KeptModel[], usedBytes: number, quotaBytes: number, folders: boolean }} Kept */
/** One of a site's models. at: which, from 0; hash: of its manifest.json.
 * @typedef {{ at: number, name: string, bytes: number, hash: string }} SiteModel */
/** A model on its way out. bytes: of manifest.json; chunks: in its order
 * @typedef {{ bytes: Uint8Array, chunks: Blob[] }} HandedModel */
/** @typedef {(progress: { loadedBytes: number, fromCache: boolean }) => void} OnProgress */
/** Who is told of assets before all of them are there: of the engine's files, and of each chunk, in order.
 * @typedef {{ onProgress: OnProgress, onEngine: (files: EngineFiles) => void, onChunk: (chunk: Blob) => void }} Listener */
/** Where a session gets things from, here or on the other side of a port.
 * @typedef {object} SupplyPort
 * @property {string} name address of the model's folder
 * @property {boolean} roomed whether the session is in a room, so that there is a seal to speak of
 * @property {(signal: AbortSignal) => Promise<{ bytes: Uint8Array, hash: string }>} manifest
 * @property {() => Promise<number>} cachedBytes of the chunks of that manifest that need no download
 * @property {() => Promise<Acceptances>} acceptances of models at earlier visits
 * @property {() => Promise<void>} accept remembers the model of that manifest as such, where the browser allows it
 * @property {(kinds: ModuleKind[], signal: AbortSignal, listener: Listener | null) => Promise<EngineAssets>} assets of
 *   that manifest; listener null: without its chunks
 * @property {(threads: boolean, signal: AbortSignal) => Promise<ConverterFiles>} converter what converts a checkpoint
 * @property {(signal: AbortSignal) => Promise<EvaluatorFiles>} evaluator what measures films on labels
 * @property {() => Promise<Kept>} kept the models that this browser keeps
 * @property {(model: HandedModel, signal: AbortSignal) => Promise<string>} keep stores a model for later visits; why the
 *   browser refuses to, "" if it does not. An abort leaves nothing of it
 * @property {() => Promise<string>} chooseFolder lets the person choose one, right after a click; its name, "" if none was
 * @property {(model: HandedModel, signal: AbortSignal) => Promise<string>} save writes a model into that folder; as keep
 * @property {(hash: string) => Promise<void>} forget lets a kept model go
 * @property {(signal: AbortSignal) => Promise<SiteModel[]>} siteModels those that can be had; none where the site has
 *   one only
 * @property {(which: string | number) => Promise<void>} choose what manifest() and assets() give from now on: a kept
 *   model, by its hash, or one of the site's, from 0
 * @property {() => Promise<void>} close nothing more is given or taken
 */

/* Fine enough for a bar, too seldom to be felt. */
const REPORT_MS = 50;

/* How long a download that was given up may go on storing what it has verified. */
const SETTLE_MS = 5000;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @typedef {import("../package-files.js").AssetsOption} AssetsOption */
/** @typedef {"room" | "workspace" | "engineWorker" | "convertWorker" | "frameWorker" | "evaluateWorker"} ScriptName */

/** @type {Record<ScriptName, import("../package-files.js").PackageFile>} */
const SCRIPT_FILES = {
  room: "room", workspace: "roomWorkspace", engineWorker: "roomEngineWorker", convertWorker: "roomConvertWorker", frameWorker: "roomFrameWorker",
  evaluateWorker: "roomEvaluateWorker",
};

/** @param {Uint8Array} bytes */
const toBlob = (bytes) => new Blob([/** @type {BlobPart} */ (bytes)]);

/** @returns {Promise<StorageEstimate>} empty where the browser does not tell */
async function storageEstimate() {
  try {
    return await navigator.storage.estimate();
  } catch {
    return {};
  }
}

/** What each chunk has brought so far, reported as it grows. */
class Arrivals {
  #totalBytes;
  #onProgress;
  /** @type {Map<string, { bytes: number, fromCache: boolean }>} by file */
  #files = new Map();
  #reportedAt = -Infinity;

  /** @param {number} totalBytes @param {OnProgress} onProgress */
  constructor(totalBytes, onProgress) {
    this.#totalBytes = totalBytes;
    this.#onProgress = onProgress;
  }

  /** @param {ChunkEntry} entry @param {number} bytes @param {boolean} fromCache */
  note({ file }, bytes, fromCache) {
    this.#files.set(file, { bytes, fromCache });
    if (performance.now() - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = performance.now();
    const files = [...this.#files.values()];
    const loadedBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#onProgress({
      loadedBytes: Math.min(loadedBytes, this.#totalBytes),
      fromCache: files.every(({ fromCache }) => fromCache),
    });
  }

  /** @param {ChunkEntry} entry */
  fromCache({ file }) {
    return this.#files.get(file)?.fromCache ?? false;
  }
}

/**
 * The chunks, verified; those that came from the server go into the cache. Whatever ends it, it
 * settles when the chunks that were verified by then are stored.
 * @param {import("../model/source.js").Source} server
 * @param {KnownModel} model
 * @param {AbortSignal} signal
 * @param {Listener} listener
 */
async function fetchChunks(server, { manifest, bytes }, signal, { onProgress, onChunk }) {
  const arrivals = new Arrivals(manifest.stream_bytes, onProgress);
  const cache = await ModelCache.open(server.name);
  const source = cachedSource({
    ...server,
    chunk: (entry, request) => server.chunk(entry, {
      ...request, onBytes: (length) => arrivals.note(entry, length, false),
    }),
  }, cache, (entry) => arrivals.note(entry, entry.bytes, true));
  /** @type {Blob[]} */
  const chunks = [];
  try {
    await loadChunks(source, manifest, (chunk) => onChunk(chunks[chunks.push(toBlob(chunk)) - 1]), signal, () => {});
  } finally {
    await Promise.race([cache.written(), pause(SETTLE_MS)]);
  }
  if (!cache.refusal) await cache.commit(bytes, manifest.chunks);
  const files = manifest.chunks.map((entry) => ({
    url: new URL(entry.file, server.name).href,
    bytes: entry.bytes,
    sha256: entry.sha256,
    fromCache: arrivals.fromCache(entry),
  }));
  return { chunks, files, refusal: cache.refusal };
}

/**
 * @param {string | URL} url
 * @param {(url: string, signal: AbortSignal, fresh: boolean) => Promise<Uint8Array>} read
 * @param {AbortSignal} signal
 */
async function fetchFile(url, read, signal) {
  const { href } = new URL(url, globalThis.location?.href);
  const bytes = await persist(3, signal, ({ fresh }) => read(href, signal, fresh));
  const facts = { url: href, bytes: bytes.length, sha256: await sha256(bytes), fromCache: false };
  return { bytes, facts };
}

/** A file of this package, to the bit. @param {URL} address @param {string} digest its SHA-256, in hex
 * @param {AbortSignal} signal */
export const fetchPinned = (address, digest, signal) => fetchFile(address, async (url, _, fresh) => {
  const bytes = await readScript(url, signal, fresh);
  const found = await sha256(bytes);
  if (found !== digest) throw new EvaxError("SCRIPT_HASH", `${url} has SHA-256 ${found}`);
  return bytes;
}, signal);

/** @param {Uint8Array} bytes */
async function unzipped(bytes) {
  const stream = toBlob(bytes).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A script of the room; facts are those of its file. @param {ScriptName} name @param {AbortSignal} signal
 * @param {AssetsOption} [assets] */
export async function fetchScript(name, signal, assets) {
  const { bytes, facts } = await fetchPinned(fileUrl(SCRIPT_FILES[name], assets), SCRIPT_DIGESTS[name], signal);
  return { bytes: await unzipped(bytes), facts };
}

/** @param {AssetsOption} assets @param {ModuleKind[]} kinds @param {AbortSignal} signal */
const fetchModules = (assets, kinds, signal) => Promise.all(kinds.map(async (kind) =>
  /** @type {const} */ ([kind, await fetchFile(fileUrl(kind, assets), readWasm, signal)])));

/** A model's manifest; what this browser keeps of it helps where the server cannot be reached. @param {Source} server
 * @param {AbortSignal} signal @param {string | undefined} integrity */
const loadKnown = async (server, signal, integrity) =>
  loadManifest(cachedSource(server, await ModelCache.open(server.name), () => {}), signal, integrity);

/** @returns {Promise<Kept>} */
async function listKept() {
  const [{ usage = 0, quota = 0 }, models] = await Promise.all([storageEstimate(), keptModels()]);
  return { models, usedBytes: usage, quotaBytes: quota, folders: canChooseFolder() };
}

/** What a session asks first, and what it is answered.
 * @typedef {{ manifest: { bytes: Uint8Array, hash: string }, cachedBytes: number, kept: Kept, siteModels: SiteModel[],
 *   acceptances: Acceptances }} FirstAnswers */
/** The same, begun before it is asked for. @typedef {{ [K in keyof FirstAnswers]?: Promise<FirstAnswers[K]> }} Ahead */

/** What a session needs from outside, fetched by the page and verified. @implements {SupplyPort} */
export class Supply {
  /** The site's models. @type {{ source: Source, integrity: string | undefined }[]} */ #sites;
  #server;
  #integrity;
  #assets;
  /** @type {FileSystemDirectoryHandle | null} where a model is to be saved */ #folder = null;
  /** @type {Ahead} */ #ahead = {};
  /** The same, when all of it is there. @type {FirstAnswers | null} */ #answers = null;
  /** The manifest that was last asked for. @type {Promise<unknown>} */ #asking = Promise.resolve();
  /** @type {KnownModel | null} */ #known = null;
  /** Chunks that are being fetched and stored, also when nobody wants them any more. @type {Promise<unknown>} */
  #fetching = Promise.resolve();
  roomed = false;

  /** @param {{ model: string | URL, integrity?: string, others?: { model: string | URL, integrity?: string }[],
   *   assets?: AssetsOption }} options integrity: SHA-256 of manifest.json; others: models that can be chosen instead;
   *   assets: where the package's files lie */
  constructor({ model, integrity, others = [], assets = {} }) {
    this.#sites = [{ model, integrity }, ...others].map((site) =>
      ({ source: openSource(site.model), integrity: site.integrity }));
    this.#server = this.#sites[0].source;
    this.#integrity = integrity;
    this.#assets = assets;
  }

  get name() {
    return this.#sites[0].source.name;
  }

  /** Of the model whose manifest was asked for last; 0 before. */
  get totalBytes() {
    return this.#known?.manifest.stream_bytes ?? 0;
  }

  /** Begins with what the first screen shows, while who will ask for it is being made. @param {AbortSignal} signal */
  prepare(signal) {
    const known = this.#ask(signal);
    const ahead = {
      manifest: known.then(({ bytes, hash }) => ({ bytes, hash })),
      cachedBytes: known.then(() => this.#countCached()),
      kept: listKept(),
      siteModels: this.#listSiteModels(signal),
      acceptances: this.acceptances(),
    };
    this.#ahead = ahead;
    void this.#complete(ahead).catch(() => {}); // who asks is told
  }

  /** @param {Required<Ahead>} ahead */
  async #complete({ manifest, cachedBytes, kept, siteModels, acceptances }) {
    const answers = await Promise.all([manifest, cachedBytes, kept, siteModels, acceptances]);
    this.#answers = { manifest: answers[0], cachedBytes: answers[1], kept: answers[2], siteModels: answers[3], acceptances: answers[4] };
  }

  /** All that a session asks first, for who can keep it until then; null where some of it is not there yet.
   * @returns {FirstAnswers | null} */
  takeAnswers() {
    const answers = this.#answers;
    if (answers) [this.#ahead, this.#answers] = [{}, null];
    return answers;
  }

  /** Asked for anew each time: the model may have been replaced. @param {AbortSignal} signal */
  async manifest(signal) {
    const asking = this.#take("manifest") ?? this.#ask(signal);
    this.#asking = asking.catch(() => {});
    const { bytes, hash } = await asking;
    return { bytes, hash };
  }

  /** @param {AbortSignal} signal */
  async siteModels(signal) {
    return this.#take("siteModels") ?? this.#listSiteModels(signal);
  }

  /** @param {AbortSignal} signal @returns {Promise<SiteModel[]>} */
  async #listSiteModels(signal) {
    if (this.#sites.length === 1) return [];
    const models = await Promise.all(this.#sites.map(async ({ source, integrity }, at) => {
      const known = await loadKnown(source, signal, integrity).catch(() => null);
      return known ? [{ at, name: `${known.manifest.name}, ${known.manifest.dtype}`, bytes: known.manifest.stream_bytes,
        hash: known.hash }] : [];
    }));
    return models.flat();
  }

  async cachedBytes() {
    const early = this.#take("cachedBytes");
    if (early) return early;
    await Promise.all([this.#asking, this.#fetching]);
    return this.#countCached();
  }

  async acceptances() {
    return acceptances();
  }

  async accept() {
    rememberAccepted(this.#model().hash);
  }

  /** @param {ModuleKind[]} kinds @param {AbortSignal} signal @param {Listener | null} listener
   * @returns {Promise<EngineAssets>} */
  async assets(kinds, signal, listener) {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const fetchingModel = listener ? fetchChunks(this.#server, this.#model(), either, listener)
      : Promise.resolve({ chunks: [], files: [], refusal: "" });
    this.#fetching = fetchingModel.catch(() => {});
    const fetchingEngine = this.#engine(kinds, either).then((engine) => {
      listener?.onEngine(engine.files);
      return engine;
    });
    try {
      const [engine, model] = await Promise.all([fetchingEngine, fetchingModel]);
      const manifest = listener ? [this.#manifestFacts()] : [];
      return { ...engine.files, ...model, files: [...manifest, ...model.files, ...engine.facts] };
    } finally {
      stop.abort();
      await this.#fetching; // what it verified is stored then
    }
  }

  /** @param {ModuleKind[]} kinds @param {AbortSignal} signal
   * @returns {Promise<{ files: EngineFiles, facts: SealedFile[] }>} */
  async #engine(kinds, signal) {
    const [script, frameWorker, wasm] = await Promise.all([
      fetchScript("engineWorker", signal, this.#assets),
      fetchScript("frameWorker", signal, this.#assets),
      fetchModules(this.#assets, kinds, signal),
    ]);
    const files = {
      script: toBlob(script.bytes),
      frameWorker: toBlob(frameWorker.bytes),
      wasm: Object.fromEntries(wasm.map(([kind, { bytes }]) => [kind, toBlob(bytes)])),
      wasmHashes: Object.fromEntries(wasm.map(([kind, { facts }]) => [kind, facts.sha256])),
    };
    return { files, facts: [script.facts, frameWorker.facts, ...wasm.map(([, { facts }]) => facts)] };
  }

  /** @param {boolean} threads @param {AbortSignal} signal @returns {Promise<ConverterFiles>} */
  async converter(threads, signal) {
    const read = (/** @type {"convert" | "convert-mt" | "films"} */ name) =>
      fetchFile(fileUrl(name, this.#assets), readWasm, signal);
    const [script, single, shared, films] = await Promise.all([
      fetchScript("convertWorker", signal, this.#assets), read("convert"),
      threads ? read("convert-mt") : null, read("films"),
    ]);
    return {
      script: toBlob(script.bytes),
      single: toBlob(single.bytes),
      shared: shared && toBlob(shared.bytes),
      films: toBlob(films.bytes),
      files: [script, single, shared, films].flatMap((file) => (file ? [file.facts] : [])),
    };
  }

  /** @param {AbortSignal} signal @returns {Promise<EvaluatorFiles>} */
  async evaluator(signal) {
    const { bytes, facts } = await fetchScript("evaluateWorker", signal, this.#assets);
    return { script: toBlob(bytes), files: [facts] };
  }

  async kept() {
    return this.#take("kept") ?? listKept();
  }

  /** @param {HandedModel} model @param {AbortSignal} signal */
  keep(model, signal) {
    return keepModel(model, signal);
  }

  async chooseFolder() {
    this.#folder = await chooseFolder();
    return this.#folder?.name ?? "";
  }

  /** @param {HandedModel} model @param {AbortSignal} signal */
  async save(model, signal) {
    return this.#folder ? saveModel(this.#folder, model, signal) : "no folder was chosen";
  }

  /** @param {string} hash */
  forget(hash) {
    return forgetModel(hash);
  }

  /** @param {string | number} which */
  async choose(which) {
    this.#ahead = {};
    const { source, integrity } = typeof which === "number" ? this.#sites[which]
      : { source: await keptSource(which), integrity: which };
    [this.#server, this.#integrity] = [source, integrity];
  }

  async close() {}

  /** What was begun, once. @template {keyof Ahead} K @param {K} what @returns {Ahead[K]} */
  #take(what) {
    const { [what]: begun, ...others } = this.#ahead;
    this.#ahead = others;
    return begun;
  }

  /** @param {AbortSignal} signal */
  async #ask(signal) {
    this.#known = await loadKnown(this.#server, signal, this.#integrity);
    return this.#known;
  }

  async #countCached() {
    const cache = await ModelCache.open(this.#server.name);
    return cache.bytesOf(this.#model().manifest.chunks);
  }

  #model() {
    if (!this.#known) throw new EvaxError("STATE", "the manifest comes first");
    return this.#known;
  }

  /** @returns {SealedFile} */
  #manifestFacts() {
    const { bytes, hash } = this.#model();
    const url = new URL("manifest.json", this.#server.name).href;
    return { url, bytes: bytes.length, sha256: hash, fromCache: false };
  }
}
