/* engine-assets.js - an engine in a worker, from files that are in memory: as often as one is needed, the first time while
 * the model's chunks are still arriving.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { runJob, webThread } from "../dicom/run-job.js";
import { RemoteEngine } from "../worker/remote-engine.js";
import { explainedRefusal, startWorker } from "./worker-refusal.js";

/** @typedef {import("../model/chunks.js").KnownModel} KnownModel */
/** @typedef {import("../model/source.js").Source} Source */
/** @typedef {import("./supply.js").EngineFiles} EngineFiles */

/** @param {Blob} blob */
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

/** @param {(index: number) => Blob | Promise<Blob>} chunkAt @param {KnownModel} model @returns {Source} */
function memorySource(chunkAt, { manifest, bytes }) {
  const index = new Map(manifest.chunks.map(({ file }, i) => [file, i]));
  return {
    name: "memory",
    attempts: 1,
    verified: true,
    manifest: async () => bytes,
    chunk: async ({ file }) => bytesOf(await chunkAt(/** @type {number} */ (index.get(file)))),
  };
}

/** The address of a script in memory; to be revoked. @param {Blob} script */
const addressOf = (script) => URL.createObjectURL(new Blob([script], { type: "text/javascript" }));

/** Decodes DICOM frames, each in a blob: worker of its own. @param {Blob} script
 * @returns {import("../engine/engine.js").DicomReader["runJob"]} */
const frameRunner = (script) => async (job, signal) => {
  const url = addressOf(script);
  try {
    return await runJob(() => webThread(startWorker(url, "evax-frame")), job, signal);
  } finally {
    URL.revokeObjectURL(url);
  }
};

/** Aborts when the policy around refuses workers: a browser may say nothing else about it.
 * @param {AbortSignal} over ends the listening */
function workersRefused(over) {
  const stop = new AbortController();
  addEventListener("securitypolicyviolation", ({ disposition, effectiveDirective }) => {
    if (disposition !== "enforce" || effectiveDirective !== "worker-src") return;
    stop.abort(new EvaxError("FRAME", "worker-src blob:"));
  }, { signal: over });
  return stop.signal;
}

/**
 * An engine in a blob: worker, which inherits the policy of this document. Errors: FRAME where that refuses
 * workers; those of RemoteEngine.load.
 * @param {EngineFiles} assets
 * @param {(index: number) => Blob | Promise<Blob>} chunkAt the model's chunks, verified
 * @param {KnownModel} model
 * @param {{ variant: import("../engine/wasm-engine.js").Variant, threads: "auto" | number }} how
 * @param {AbortSignal} signal
 * @returns {Promise<RemoteEngine>}
 */
export async function startEngine(assets, chunkAt, model, how, signal) {
  const script = addressOf(assets.script);
  const over = new AbortController();
  try {
    const either = AbortSignal.any([signal, workersRefused(over.signal)]);
    const modules = Object.entries(assets.wasm);
    const wasm = Object.fromEntries(await Promise.all(
      modules.map(async ([kind, blob]) => [kind, await bytesOf(blob)])));
    const options = { model: memorySource(chunkAt, model), wasm, ...how, signal: either };
    // The worker last: who listens late misses that it could not start.
    const worker = startWorker(script, "evax-engine");
    return await RemoteEngine.load(worker, options, frameRunner(assets.frameWorker));
  } catch (error) {
    throw explainedRefusal(error);
  } finally {
    over.abort();
    URL.revokeObjectURL(script);
  }
}
