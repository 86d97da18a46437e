/* inspection.js - what a model is, before it is downloaded.
 * SPDX-License-Identifier: MIT */
import { factsOf } from "../engine/analysis.js";

/** @typedef {import("../engine/analysis.js").Facts} Facts */
/** @typedef {import("../model/chunks.js").KnownModel} KnownModel */

/** What a model is, before it is downloaded.
 * @typedef {object} Inspection
 * @property {string} name
 * @property {number} bytes of all chunks
 * @property {number} cachedBytes of these that need no download
 * @property {"f32" | "f16" | "q8"} dtype
 * @property {readonly string[]} labels
 * @property {string} notice
 * @property {string} license
 * @property {string} attribution
 * @property {readonly Facts[]} facts
 * @property {string} modelHash SHA-256 of manifest.json, which holds the hashes of all else
 * @property {import("../model/manifest.js").Architecture} architecture
 * @property {import("../model/manifest.js").Preprocessing} preprocessing
 */

/** @param {Omit<KnownModel, "bytes">} model @param {number} cachedBytes @returns {Inspection} */
export const inspectionOf = ({ manifest: m, hash }, cachedBytes) => ({
  name: m.name,
  bytes: m.stream_bytes,
  cachedBytes,
  dtype: m.dtype,
  labels: m.labels,
  notice: m.notice,
  license: m.licence,
  attribution: m.attribution,
  facts: factsOf(m),
  modelHash: hash,
  architecture: m.architecture,
  preprocessing: m.recipe,
});
