/* embedding-id.js - which embeddings belong together: those of the same weights and the same recipe.
 * SPDX-License-Identifier: MIT */
import { sha256 } from "../base/sha256.js";

/**
 * A name for what a model's embeddings depend on: SHA-256, as hex, of the JSON text
 * [crop, resize, interpolation, mean, std, sha256 of each chunk in order]. Labels, thresholds and
 * notices may change without it; other weights, another dtype or another recipe change it.
 * @param {import("./manifest.js").Manifest} manifest
 * @returns {Promise<string>}
 */
export function featuresOf({ recipe, chunks }) {
  const { crop, resize, interpolation, mean, std } = recipe;
  const parts = [crop, resize, interpolation, mean, std, ...chunks.map((chunk) => chunk.sha256)];
  return sha256(new TextEncoder().encode(JSON.stringify(parts)));
}
