/* diagnostics.js - what to send along with a report, as text: no film, no name of one, no result.
 * SPDX-License-Identifier: MIT */
import { VERSION } from "../base/version.js";

/** @typedef {object} DiagnosticFacts
 * @property {string} model address
 * @property {string} state
 * @property {import("./supervised-engine.js").SessionInfo | null} info
 * @property {string | null} modelHash
 * @property {import("../seal/network-seal.js").Seal} seal
 * @property {string} cacheRefusal
 * @property {Record<string, number>} timings ms
 * @property {{ done: number, failed: number, restarts: number }} films
 * @property {number} memoryBytes of WebAssembly
 * @property {readonly string[]} errors
 */

/** @param {object} members */
const pairs = (members) =>
  Object.entries(members).map(([name, value]) => `${name} ${value}`).join(", ") || "none";

/** @param {import("./supervised-engine.js").SessionInfo | null} info */
function engineLine(info) {
  if (!info) return "not started";
  const { module, kernels, threads, threadsNote, engineHash, selfTest } = info;
  const { vectors, worst } = selfTest;
  const test = vectors ? `largest difference ${worst.toExponential(1)}` : "no vectors";
  const why = threadsNote && ` (${threadsNote})`;
  return `${module}, kernels: ${pairs(kernels)}; threads: ${threads}${why}, SHA-256 ${engineHash}; self-test: ${test}`;
}

/** @param {DiagnosticFacts} facts @returns {string} */
export function diagnosticsText(facts) {
  const { info, seal, memoryBytes } = facts;
  const { userAgent, hardwareConcurrency, language, onLine } = navigator;
  const lines = {
    "eva-x-web": VERSION,
    browser: userAgent,
    machine: pairs({ cores: hardwareConcurrency, language, online: onLine }),
    model: `${info?.model ?? "unknown"}, ${info?.dtype ?? ""} at ${facts.model}`,
    manifest: `SHA-256 ${facts.modelHash ?? "unknown"}`,
    engine: engineLine(info),
    state: facts.state,
    seal: `${seal.state}${seal.shared ? ", results given to the page" : ""}; requests since: ${
      pairs(seal.requests())}; probe: ${pairs(seal.probe ?? {})}`,
    cache: facts.cacheRefusal || "kept",
    "times in ms": pairs(facts.timings),
    films: pairs(facts.films),
    memory: `${(memoryBytes / 1e6).toFixed(1)} MB of WebAssembly memory`,
    errors: facts.errors.length ? `\n  ${facts.errors.join("\n  ")}` : "none",
  };
  return Object.entries(lines).map(([name, text]) => `${name}: ${text}\n`).join("");
}
