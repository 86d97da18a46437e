/* engine-assets.js - the files an engine's worker is made from: fetching them, and starting an engine from them.
 *
 *     fetchAssets    before the seal: a download worker fetches and verifies them, and is ended
 *     startEngine    after the seal, as often as needed: a blob: worker from the bytes in memory
 *
 * SPDX-License-Identifier: MIT */
import { Channel } from "../worker/channel.js";
import { runJob, webThread } from "../dicom/run-job.js";
import { EvaxError } from "../base/errors.js";
import { RemoteEngine } from "../worker/remote-engine.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("../engine/modules.js").ModuleKind} ModuleKind */
/** @typedef {import("../seal/network-seal.js").SealedFile} SealedFile */
/** @typedef {import("../model/source.js").Source} Source */

/** What to fetch. @typedef {object} AssetRequest
 * @property {string} model address of the folder
 * @property {Uint8Array} manifest as it was shown
 * @property {string} script address of the engine worker, in one file
 * @property {string} frameWorker address of what decodes compressed DICOM frames, in one file
 * @property {Partial<Record<ModuleKind, string>>} wasm addresses of the modules that may run
 */
/** What was fetched, as Blobs: a restart needs no network, and none of it is in the script heap.
 * @typedef {object} EngineAssets
 * @property {Blob} manifest
 * @property {Blob[]} chunks in the manifest's order, verified
 * @property {Blob} script
 * @property {Blob} frameWorker
 * @property {Partial<Record<ModuleKind, Blob>>} wasm
 * @property {Partial<Record<ModuleKind, string>>} wasmHashes SHA-256 of each
 * @property {SealedFile[]} files the same in words
 * @property {string} refusal why the browser keeps nothing for the next visit; "" if it does
 */

/* How long a download that was given up may go on storing what it has verified. */
const SETTLE_MS = 5000;

/** Waits until the worker has stored the chunks that it verified; a dead one is not waited for.
 * @param {Channel} channel */
async function settle(channel) {
  const patience = AbortSignal.timeout(SETTLE_MS);
  await channel.call("settle", null, { signal: patience }).catch(() => {});
}

/**
 * Fetches and verifies in a worker of its own, which is gone when this settles. By then every chunk
 * that was verified is kept for the next try, also after an abort.
 * @param {AssetRequest} request
 * @param {AbortSignal} signal
 * @param {(progress: { loadedBytes: number, fromCache: boolean }) => void} onProgress
 * @returns {Promise<EngineAssets>}
 */
export async function fetchAssets(request, signal, onProgress) {
  // Written from the folder above, as all such addresses: so it holds where this is bundled, too.
  const worker = new Worker(new URL("../session/download-worker.js", import.meta.url), { type: "module" });
  let begun = false;
  const channel = new Channel(worker, {
    progress(progress) {
      begun = true;
      onProgress(progress);
    },
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    channel.close(new EvaxError("WORKER_LOAD", event.message || "download-worker.js"));
  });
  try {
    return await channel.call("fetchAssets", request, { signal });
  } finally {
    if (begun && signal.aborted) await settle(channel);
    worker.terminate();
    channel.close(new EvaxError("DISPOSED"));
  }
}

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** @param {EngineAssets} assets @param {Manifest} manifest @returns {Source} */
function memorySource(assets, manifest) {
  const blobs = new Map(manifest.chunks.map(({ file }, i) => [file, assets.chunks[i]]));
  return {
    name: "memory",
    attempts: 1,
    manifest: () => bytesOf(assets.manifest),
    chunk: ({ file }) => bytesOf(/** @type {Blob} */ (blobs.get(file))),
  };
}

/** The address of a script in memory; to be revoked. @param {Blob} script */
const addressOf = (script) => URL.createObjectURL(new Blob([script], { type: "text/javascript" }));

/** Decodes DICOM frames, each in a blob: worker of its own. @param {Blob} script
 * @returns {import("../engine/engine.js").DicomReader["runJob"]} */
const frameRunner = (script) => async (job, signal) => {
  const url = addressOf(script);
  try {
    return await runJob(() => webThread(new Worker(url, { type: "module" })), job, signal);
  } finally {
    URL.revokeObjectURL(url);
  }
};

/**
 * An engine in a blob: worker, which inherits the page's policy.
 * @param {EngineAssets} assets
 * @param {Manifest} manifest
 * @param {{ variant: import("../engine/wasm-engine.js").Variant, threads: "auto" | number }} how
 * @param {AbortSignal} signal
 * @returns {Promise<RemoteEngine>}
 */
export async function startEngine(assets, manifest, how, signal) {
  const script = addressOf(assets.script);
  try {
    const worker = new Worker(script, { type: "module" });
    const modules = Object.entries(assets.wasm);
    const wasm = Object.fromEntries(await Promise.all(
      modules.map(async ([kind, blob]) => [kind, await bytesOf(blob)])));
    const options = { model: memorySource(assets, manifest), wasm, ...how, signal };
    return await RemoteEngine.load(worker, options, frameRunner(assets.frameWorker));
  } finally {
    URL.revokeObjectURL(script);
  }
}
