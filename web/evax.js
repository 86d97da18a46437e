/* evax.js - the package in a browser.
 *
 *     import { load } from "eva-x-web";
 *     const engine = await load({ model: "https://example.org/models/evax-s/" });
 *     const { findings, notice } = await engine.analyze(file);
 *
 * SPDX-License-Identifier: MIT */
import { loadOn } from "./load.js";
import * as platform from "./source.js";

export { ERROR_CODES, EvaxError } from "./errors.js";
export { VERSION as version } from "./version.js";

/** @typedef {import("./analysis.js").Facts} Facts */
/** @typedef {import("./analysis.js").Finding} Finding */
/** @typedef {import("./analysis.js").InputFacts} InputFacts */
/** @typedef {import("./engine.js").Analysis} Analysis */
/** What load() gives; see engine.js for the contract of each member.
 * @typedef {Pick<import("./engine.js").Engine, "info" | "analyze" | "infer" | "preprocess"
 *   | "memoryBytes" | "dispose">} Engine */
/** @typedef {import("./engine.js").Info} Info */
/** @typedef {import("./errors.js").ErrorCode} ErrorCode */
/** @typedef {import("./input.js").Input} Input */
/** @typedef {import("./input.js").Pixels} Pixels */
/** @typedef {import("./load.js").LoadOptions} LoadOptions */
/** @typedef {import("./loader.js").Progress} Progress */
/** @typedef {import("./source.js").Source} Source */

/**
 * Loads a model. Every chunk is verified against its SHA-256 before the engine sees it. Rejects
 * with an EvaxError, or on abort with the signal's reason; nothing stays behind then.
 * @param {LoadOptions} options
 * @returns {Promise<Engine>}
 */
export function load(options) {
  return loadOn(platform, options);
}
