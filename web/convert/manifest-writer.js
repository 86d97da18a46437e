/* manifest-writer.js - manifest.json (model/FORMAT.md, section 4). No dates: the same input gives the same
 * bytes.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { sha256 } from "../base/sha256.js";
import { VERSION } from "../base/version.js";
import { readManifest } from "../model/manifest.js";
import { PATCH } from "./architecture.js";
import { findingsOf } from "./card.js";
import { recipeOf } from "./published-heads.js";

/** @typedef {import("../model/manifest.js").Manifest} Manifest */
/** @typedef {import("./card.js").Card} Card */
/** @typedef {import("./encode-model.js").Facts} Facts */
/** @typedef {import("./published-heads.js").Head} Head */

const NOTICE = "Research tool, not a medical device. Scores are a model's output and must not be used "
  + "to decide about anyone's care.";
const UNKNOWN = "not stated; see where the checkpoint comes from";
const BLANK = "0".repeat(64);

/** @typedef {object} ManifestParts
 * @property {Facts["architecture"]} architecture
 * @property {Head} head
 * @property {Card} card
 * @property {"f32" | "f16" | "q8"} dtype
 * @property {number} parameters
 * @property {import("../model/manifest.js").ChunkEntry[]} chunks
 * @property {Facts["selfTest"]} selfTest
 * @property {{ checkpoint: string, sha256: string, layout: string }} source
 */

/** Members in the order of the format page. @param {ManifestParts} parts @returns {Manifest} */
function build({ architecture: a, head, card, dtype, parameters, chunks, selfTest, source }) {
  const findings = findingsOf(card, head.labels);
  return {
    format: "evax-web",
    version: 1,
    name: card.name ?? `EVA-X ${a.size}, ${head.dataset}, ${PATCH * a.grid} px`,
    architecture: {
      size: a.size, embed_dim: a.embed_dim, depth: a.depth, heads: a.heads, mlp_hidden: a.mlp_hidden,
      patch_size: PATCH, grid: a.grid, classes: a.classes, pooling: a.pooling,
      inner_norm: a.inner_norm, rope_pitch: a.rope_pitch,
    },
    parameters,
    dtype,
    recipe: recipeOf(a, head.dataset),
    scoring: head.scoring,
    labels: head.labels,
    ...(Object.keys(findings).length && { findings }),
    stream_bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    chunks,
    self_test: selfTest,
    ...(card.guard && { guard: card.guard }),
    source,
    licence: card.licence ?? UNKNOWN,
    attribution: card.attribution ?? UNKNOWN,
    notice: card.notice ?? NOTICE,
    converter: `eva-x-web ${VERSION}`,
    checksum: BLANK,
  };
}

/** Refuses what no reader would take: it can only come from the card. @param {Uint8Array} bytes */
function checkReadable(bytes) {
  try {
    return readManifest(bytes);
  } catch (cause) {
    if (cause instanceof EvaxError) throw new EvaxError("CARD_INVALID", cause.detail, { cause });
    throw cause;
  }
}

/**
 * The bytes of manifest.json, with the checksum of the file as its last member. Rejects with CARD_INVALID
 * where the card would make it unreadable.
 * @param {ManifestParts} parts
 * @returns {Promise<{ bytes: Uint8Array, manifest: Manifest }>}
 */
export async function writeManifest(parts) {
  const text = `${JSON.stringify(build(parts), null, 1)}\n`;
  const checksum = await sha256(new TextEncoder().encode(text));
  const at = text.lastIndexOf(BLANK);
  const bytes = new TextEncoder().encode(text.slice(0, at) + checksum + text.slice(at + BLANK.length));
  return { bytes, manifest: checkReadable(bytes) };
}

/**
 * Refuses a card that would make the manifest unreadable, before anything is converted.
 * @param {Pick<ManifestParts, "architecture" | "head" | "card" | "dtype">} parts
 */
export function checkCard(parts) {
  const chunks = [{ file: "chunk-000.bin", bytes: 1, sha256: BLANK }];
  const logits = parts.head.labels.map(() => 0);
  const manifest = build({
    ...parts, chunks, parameters: 1, selfTest: { logits, tolerance: 1 },
    source: { checkpoint: "x", sha256: BLANK, layout: "x" },
  });
  checkReadable(new TextEncoder().encode(JSON.stringify(manifest)));
}
