/* embedding-space.js - identifies which embeddings can be compared: those of the same weights and the same
 * preprocessing.
 * SPDX-License-Identifier: MIT */
import { sha256 } from "../base/sha256.js";

/**
 * The id of a model's embedding space: SHA-256, as hex, of the JSON text
 * [crop, resize, interpolation, mean, std, sha256 of each chunk in order]. Labels, thresholds and
 * notices do not change it; other weights, another dtype or other preprocessing do.
 * FORMAT.md and head files call it `features`.
 * @param {import("./manifest.js").Manifest} manifest
 * @returns {Promise<string>}
 */
export function embeddingSpaceOf({ recipe, chunks }) {
  const { crop, resize, interpolation, mean, std } = recipe;
  const inputs = [crop, resize, interpolation, mean, std, ...chunks.map((chunk) => chunk.sha256)];
  return sha256(new TextEncoder().encode(JSON.stringify(inputs)));
}
