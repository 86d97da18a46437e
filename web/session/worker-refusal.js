/* worker-refusal.js - what it means that a worker of the sealed frame never started.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";

/* WebKit, in an isolated page: the service worker isolates none there, other hosts may. */
const ISOLATED = "this browser starts no worker in the sealed frame of an isolated page; serve the page without "
  + "Cross-Origin-Embedder-Policy";

/** The same error, or the one that says what to change. A worker that has said nothing is named after its script.
 * @param {unknown} error @returns {unknown} */
export function explainedRefusal(error) {
  const isSilent = error instanceof EvaxError && error.code === "WORKER_LOAD" && /^[a-z]+-worker\.js$/.test(error.detail);
  const isIsolatedRoom = globalThis.crossOriginIsolated && self.origin === "null";
  return isSilent && isIsolatedRoom ? new EvaxError("WORKER_LOAD", ISOLATED, { cause: error }) : error;
}
