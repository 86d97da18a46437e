/* progress.js - how far the opening of a model is.
 * SPDX-License-Identifier: MIT */

/** @typedef {"manifest" | "weights" | "fetch" | "read" | "calibrate" | "write" | "keep" | "seal" | "engine" | "self-test"
 *   | "ready"} Phase */
/** Bytes and phases never go back. At most ten a second, but every phase is reported.
 * @typedef {{ phase: Phase, loadedBytes: number, totalBytes: number, fromCache: boolean }}
 *   SessionProgress */
/** done: so much of `of`, in the unit of the phase. @typedef {{ phase: Phase, done: number, of: number }} FileProgress */

const PROGRESS_MS = 100;

/** @param {(progress: SessionProgress) => void} report @param {number} totalBytes */
export function steadyProgress(report, totalBytes) {
  let last = { phase: "", loadedBytes: 0, at: -Infinity };
  let fromCache = false;
  return (/** @type {Phase} */ phase, loadedBytes = totalBytes, cached = fromCache) => {
    const now = performance.now();
    fromCache = cached;
    if (phase === last.phase && now - last.at < PROGRESS_MS) return;
    last = { phase, loadedBytes: Math.max(loadedBytes, last.loadedBytes), at: now };
    report({ phase, loadedBytes: last.loadedBytes, totalBytes, fromCache });
  };
}
