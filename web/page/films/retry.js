/* retry.js - whether another try can read a film that failed.
 * SPDX-License-Identifier: MIT */

/** @typedef {import("./film-queue.js").Film} Film */

/* The same bytes fail the same way, but after these. */
const PASSING = new Set(["WORKER_DIED", "WASM_TRAP", "MEMORY", "INPUT_UNREADABLE", ""]);

/** @param {Film} film */
export const canRetry = ({ status, error }) =>
  status === "canceled" || (status === "failed" && PASSING.has(error?.code ?? ""));
