/* tiny.js - the smallest valid model, made in memory by the rules of model/FORMAT.md: one block of
 * 8 channels, a 16 x 16 pixel input, seeded random weights, cut into chunks of 8 kB. Tests break it.
 * SPDX-License-Identifier: MIT */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { manifestBytes } from "./manifest-bytes.js";

const CHUNK = 8192;
const TINY = { channels: 8, heads: 1, hidden: 8, grid: 1, classes: 3 };

/** A model: its manifest object, and the chunks by file name.
 * @typedef {{ manifest: import("../../web/model/manifest.js").Manifest,
 *   files: Map<string, Uint8Array<ArrayBuffer>> }} Model */

/** Tensors of a model of one block in order of execution: [name, rows, columns].
 * @param {typeof TINY} shape @returns {[string, number, number][]} */
function tensorsOf({ channels: C, heads, hidden, grid, classes }) {
  const patches = grid * grid;
  /** @type {[string, number, number][]} */ const body = [
    ["patch_embed.weight", C, 768], ["patch_embed.bias", 1, C],
    ["cls_token", 1, C], ["pos_embed", 1 + patches, C],
    ["rope.cos", patches, C / heads / 2], ["rope.sin", patches, C / heads / 2],
    ["blocks.0.norm1.weight", 1, C], ["blocks.0.norm1.bias", 1, C],
    ["blocks.0.qkv.weight", 3 * C, C], ["blocks.0.qkv.bias", 1, 3 * C],
    ["blocks.0.proj.weight", C, C], ["blocks.0.proj.bias", 1, C],
    ["blocks.0.norm2.weight", 1, C], ["blocks.0.norm2.bias", 1, C],
    ["blocks.0.w12.weight", 2 * hidden, C], ["blocks.0.w12.bias", 1, 2 * hidden],
    ["blocks.0.w3.weight", C, hidden], ["blocks.0.w3.bias", 1, C],
    ["fc_norm.weight", 1, C], ["fc_norm.bias", 1, C],
  ];
  return classes ? [...body, ["head.weight", classes, C], ["head.bias", 1, classes]] : body;
}

const up64 = (n) => Math.ceil(n / 64) * 64;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Uniform in -1..1, always the same numbers. */
function randoms(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** The weight stream of a shape, all weights 0, and where its tensors lie. Byte offsets of header and table
 * fields are those of FORMAT.md. @param {typeof TINY} shape */
function placeStream(shape) {
  const tensors = tensorsOf(shape);
  let end = 64 + 64 * tensors.length;
  const placed = tensors.map(([name, rows, cols]) => {
    const offset = up64(end);
    end = offset + 4 * rows * cols;
    return { name, rows, cols, offset };
  });
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  const { channels, heads, hidden, grid, classes } = shape;
  bytes.set(Buffer.from("EVAX"), 0);
  [1, tensors.length, channels, 1, heads, hidden, 16, grid, classes, 0, 0, classes ? 1 : 0, 0]
    .forEach((value, i) => view.setUint32(4 + 4 * i, value, true));
  view.setBigUint64(56, BigInt(end), true);
  placed.forEach(({ name, rows, cols, offset }, i) => {
    const entry = 64 + 64 * i;
    bytes.set(Buffer.from(name), entry);
    view.setUint32(entry + 44, rows, true);
    view.setUint32(entry + 48, cols, true);
    view.setBigUint64(entry + 56, BigInt(offset), true);
  });
  return { bytes, view, placed };
}

/** A valid weight stream of one block with any shape that FORMAT.md allows; all weights are 0. */
export const zeroStream = (shape = {}) => placeStream({ ...TINY, ...shape }).bytes;

/** The weight stream of the tiny model. */
export function tinyStream({ classes = TINY.classes, seed = 1 } = {}) {
  const { bytes, view, placed } = placeStream({ ...TINY, classes });
  const next = randoms(seed);
  for (const { rows, cols, offset } of placed) {
    for (let k = 0; k < rows * cols; k++) view.setFloat32(offset + 4 * k, next() / 4, true);
  }
  return bytes;
}

/** The tiny model. @returns {Model} */
export function tinyModel({ classes = 3, seed = 1, stream = tinyStream({ classes, seed }) } = {}) {
  const files = new Map();
  const chunks = [];
  for (let at = 0; at < stream.length; at += CHUNK) {
    const bytes = stream.slice(at, at + CHUNK);
    const file = `chunk-${String(chunks.length).padStart(3, "0")}.bin`;
    files.set(file, bytes);
    chunks.push({ file, bytes: bytes.length, sha256: sha256(bytes) });
  }
  /** @type {Omit<Model["manifest"], "checksum">} */ const manifest = {
    format: "evax-web",
    version: 1,
    name: "tiny",
    architecture: {
      size: "custom", embed_dim: TINY.channels, depth: 1, heads: TINY.heads, mlp_hidden: TINY.hidden, patch_size: 16,
      grid: TINY.grid, classes, pooling: "mean", inner_norm: false, rope_pitch: null,
    },
    parameters: 7000,
    dtype: "f32",
    recipe: { resize: 18, crop: 16, interpolation: "pillow-bicubic", mean: 0.5, std: 0.25 },
    scoring: classes ? "sigmoid" : "none",
    labels: Array.from({ length: classes }, (_, i) => `Finding ${i}`),
    stream_bytes: stream.length,
    chunks,
    source: { checkpoint: "none", sha256: "0".repeat(64), layout: "made by a test" },
    licence: "MIT",
    attribution: "random numbers",
    notice: "Random numbers. A research tool, not a medical device.",
    converter: "tests",
  };
  return { manifest: /** @type {Model["manifest"]} */ (manifest), files };
}

/** A source for load() that brings a model from memory. @param {Model} model @param {number} [attempts]
 * @returns {import("../../web/model/source.js").Source} */
export const memorySource = ({ manifest, files }, attempts = 1) => ({
  name: "memory",
  attempts,
  manifest: async () => manifestBytes(manifest),
  chunk: async ({ file }) => files.get(file),
});

/** Writes a model into a new folder, and returns the folder. @param {Model} model @param {string} folder */
export function writeModel({ manifest, files }, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), manifestBytes(manifest));
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  return folder;
}
