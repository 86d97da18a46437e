/* run-job.js - one frame, one worker: made for it, given a time, and ended whatever happens.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/** @typedef {import("./frame/decoders.js").Job} Job */
/** @typedef {import("./frame/decoders.js").Decoded} Decoded */
/** A worker of a browser or of Node, as far as it is needed here.
 * @typedef {{ postMessage(message: unknown): void, terminate(): unknown,
 *   listen(onMessage: (data: any) => void, onError: (error: unknown) => void): void }} Thread */

/* A megabyte of JPEG 2000 takes about half a second, and a second what a small file may unfold into (frame.js); a
 * telephone is five times slower. What of a film takes longest is this: a file of a megabyte has 8 s. */
const BASE_MS = 5_500;
const MS_A_MEGABYTE = 2_500;
/* Said where a browser says nothing of a script that it cannot have. */
const FRAME_WORKER = "frame-worker.bundle.js";

/** @param {any} error of a worker that ended by itself @param {boolean} ran whether its script had begun */
function stopped(error, ran) {
  if (error?.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new EvaxError("DICOM_LIMIT", "its frame's decoder takes too much memory");
  }
  if (ran) return new EvaxError("DICOM_CORRUPT", "the frame's decoder stopped");
  return new EvaxError("WORKER_LOAD", error?.message || FRAME_WORKER);
}

/** @param {number} ms @param {boolean} ran */
const late = (ms, ran) => (ran ? new EvaxError("DICOM_LIMIT", `its frame is not decoded after ${Math.round(ms / 1000)} s`)
  : new EvaxError("WORKER_LOAD", `${FRAME_WORKER} did not start in ${Math.round(ms / 1000)} s`));

/**
 * @param {() => Thread | Promise<Thread>} start a worker
 * @param {Job} job
 * @param {AbortSignal} [signal]
 * @returns {Promise<Decoded>} rejects with DICOM_CORRUPT, DICOM_LIMIT, the signal's reason, or with WORKER_LOAD if the
 *   worker's script does not run
 */
export async function runJob(start, job, signal) {
  signal?.throwIfAborted();
  const thread = await start();
  const limit = BASE_MS + (MS_A_MEGABYTE * job.bytes.length) / 1e6;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  /** @type {(() => void) | undefined} */ let onAbort;
  try {
    return await new Promise((resolve, reject) => {
      onAbort = () => reject(signal?.reason);
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort(); // while it started
      let ran = false;
      timer = setTimeout(() => reject(late(limit, ran)), limit);
      thread.listen(({ ready, samples, note, code, detail }) => {
        ran = true;
        if (samples) resolve({ samples, note });
        else if (!ready) reject(new EvaxError(code, detail));
      }, (error) => reject(stopped(error, ran)));
      thread.postMessage(job);
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener("abort", onAbort);
    await thread.terminate(); // what follows needs the memory
  }
}

/** A browser's worker as a Thread. @param {Worker} worker @returns {Thread} */
export const webThread = (worker) => ({
  postMessage: (message) => worker.postMessage(message),
  terminate: () => worker.terminate(),
  listen(onMessage, onError) {
    worker.addEventListener("message", ({ data }) => onMessage(data));
    for (const type of ["error", "messageerror"]) {
      worker.addEventListener(type, (event) => {
        event.preventDefault();
        onError(event);
      });
    }
  },
});
