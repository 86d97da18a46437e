/* worker-refusal.js - workers from scripts in memory, and what it means that one never started.
 * SPDX-License-Identifier: MIT */
import { trustedScript } from "../base/trusted-types.js";
import { EvaxError } from "../base/errors.js";

/* WebKit, in an isolated page: the service worker isolates none there, other hosts may. */
const ISOLATED = "this browser starts no worker in the sealed frame of an isolated page; serve the page without "
  + "Cross-Origin-Embedder-Policy";

/** A classic worker: Chromium starts no module from a blob: where the origin is opaque. Errors: FRAME where the policy
 * refuses it, which WebKit throws and others report. @param {string} script address @param {string} name */
export function startWorker(script, name) {
  try {
    return new Worker(trustedScript(script), { name });
  } catch (cause) {
    const isRefused = cause instanceof DOMException && cause.name === "SecurityError";
    throw isRefused ? new EvaxError("FRAME", "worker-src blob:", { cause }) : cause;
  }
}

/** The same error, or the one that says what to change. A worker that has said nothing is named after its script.
 * @param {unknown} error @returns {unknown} */
export function explainedRefusal(error) {
  const isSilent = error instanceof EvaxError && error.code === "WORKER_LOAD" && /^[a-z]+-worker\.js$/.test(error.detail);
  const isIsolatedRoom = globalThis.crossOriginIsolated && self.origin === "null";
  return isSilent && isIsolatedRoom ? new EvaxError("WORKER_LOAD", ISOLATED, { cause: error }) : error;
}
