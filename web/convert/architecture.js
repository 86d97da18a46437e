/* architecture.js - which EVA-X a set of tensors is, by names and shapes alone.
 *
 * Strict: after renaming, the tensors must be exactly those of the recognized variant, in exactly its
 * shapes. The shapes are those of model/ARCHITECTURE.md, the ranges those of model/FORMAT.md.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import * as L from "../base/limits.js";
import { checkFamily } from "./families.js";
import { officialNames } from "./official-names.js";
import { checkFloat, listing } from "./checkpoint/tensor.js";

/** @typedef {import("./checkpoint/tensor.js").Tensors} Tensors */
/** The manifest's `architecture`, but for the pitch of RoPE, and how the checkpoint lays it out.
 * @typedef {object} Architecture
 * @property {"Ti" | "S" | "B" | "custom"} size
 * @property {number} embed_dim C
 * @property {number} depth L
 * @property {number} heads H
 * @property {number} mlp_hidden Hd
 * @property {number} patch_size 16
 * @property {number} grid g; the input has 16 g pixels a side
 * @property {number} classes K; 0 in a feature extractor
 * @property {"mean" | "cls"} pooling
 * @property {boolean} inner_norm a LayerNorm before the last layer of the MLP
 * @property {boolean} fused_qkv q, k and v are one matrix of the checkpoint
 * @property {boolean} packed_mlp gate and value are one matrix of the checkpoint
 * @property {"fc_norm" | "norm"} norm the checkpoint's name of the last LayerNorm
 */

export const PATCH = 16;
/** The RoPE tables, where a file has them: [g*g, head dim] or [g, g, head dim]. */
export const TABLES = ["rope.freqs_cos", "rope.freqs_sin"];

/** @type {Record<string, "Ti" | "S" | "B">} */
const SIZES = { "192,12,3,512": "Ti", "384,12,6,1024": "S", "768,12,12,2048": "B" };
const DEFAULT_HEAD_DIM = 64;
const MOST_COMPLAINTS = 8;

/** @param {Architecture} a */
export const headDimOf = (a) => a.embed_dim / a.heads;

/** The same network for another input. @param {Architecture} a @param {number} grid
 * @returns {Architecture} */
export const atGrid = (a, grid) => ({ ...a, grid });

/** @param {Tensors} named @param {string} name @param {number} axis from the end if negative */
function dimension(named, name, axis) {
  const tensor = named.get(name);
  if (!tensor) throw new EvaxError("CHECKPOINT_TENSORS", `${name} is missing`);
  const size = tensor.shape.at(axis);
  if (size === undefined) {
    throw new EvaxError("CHECKPOINT_TENSORS",
      `${name} has the shape [${tensor.shape.join(", ")}], which no EVA-X has`);
  }
  return size;
}

/** @param {Tensors} named */
function depthOf(named) {
  const indices = [...named.keys()].map((name) => /^blocks\.(\d{1,4})\./.exec(name)?.[1] ?? -1);
  return indices.reduce((/** @type {number} */ depth, index) => Math.max(depth, 1 + Number(index)), 0);
}

/** One is enough: then it is missing in the others. @param {Tensors} named @param {string} part */
const inSomeBlock = (named, part) =>
  [...named.keys()].some((name) => name.startsWith("blocks.") && name.endsWith(`.${part}`));

/** The architecture that a few tensors imply; checkExactly() holds all others against it.
 * @param {Tensors} named @param {boolean} pretraining @returns {Architecture} */
function measure(named, pretraining) {
  const embedDim = dimension(named, "cls_token", -1);
  const tokens = dimension(named, "pos_embed", 1);
  const depth = depthOf(named);
  const table = TABLES.find((name) => named.has(name));
  const headDim = table ? dimension(named, table, -1) : DEFAULT_HEAD_DIM;
  const heads = Math.floor(embedDim / Math.max(headDim, 1));
  const hidden = dimension(named, "blocks.0.mlp.w3.weight", 1);
  const classes = named.has("head.weight") && !pretraining ? dimension(named, "head.weight", 0) : 0;
  return {
    size: SIZES[`${embedDim},${depth},${heads},${hidden}`] ?? "custom",
    embed_dim: embedDim,
    depth,
    heads,
    mlp_hidden: hidden,
    patch_size: PATCH,
    grid: Math.floor(Math.sqrt(Math.max(tokens - 1, 0))),
    classes,
    pooling: classes && !named.has("fc_norm.weight") ? "cls" : "mean",
    inner_norm: inSomeBlock(named, "mlp.ffn_ln.weight"),
    fused_qkv: inSomeBlock(named, "attn.qkv.weight"),
    packed_mlp: inSomeBlock(named, "mlp.w12.weight"),
    norm: named.has("fc_norm.weight") ? "fc_norm" : "norm",
  };
}

/** @param {number} value @param {number} low @param {number} high @param {number} step */
const within = (value, low, high, step = 1) => value >= low && value <= high && value % step === 0;

/** @param {Architecture} a */
function checkRanges(a) {
  const good = {
    embed_dim: within(a.embed_dim, L.MIN_EMBED_DIM, L.MAX_EMBED_DIM, L.EMBED_DIM_STEP),
    depth: within(a.depth, 1, L.MAX_DEPTH),
    heads: within(a.heads, 1, L.MAX_HEADS) && a.embed_dim % a.heads === 0
      && headDimOf(a) % L.HEAD_DIM_STEP === 0,
    mlp_hidden: within(a.mlp_hidden, L.MIN_MLP_HIDDEN, L.MAX_MLP_HIDDEN, L.MLP_HIDDEN_STEP),
    grid: within(a.grid, 1, L.MAX_GRID),
    classes: within(a.classes, 0, L.MAX_CLASSES),
  };
  const wrong = Object.entries(good).filter(([, ok]) => !ok)
    .map(([member]) => `${member} ${a[/** @type {keyof Architecture} */ (member)]}`);
  if (wrong.length) {
    throw new EvaxError("CHECKPOINT_MODEL", `the architecture is out of range: ${wrong.join(", ")}`);
  }
}

/** @typedef {Record<string, number[]>} Shapes by name */

/** @param {Architecture} a @returns {Shapes} */
function blockShapes(a) {
  const [c, h] = [a.embed_dim, a.mlp_hidden];
  return {
    "norm1.weight": [c], "norm1.bias": [c], "norm2.weight": [c], "norm2.bias": [c],
    "attn.q_bias": [c], "attn.v_bias": [c],
    "attn.proj.weight": [c, c], "attn.proj.bias": [c],
    "mlp.w3.weight": [c, h], "mlp.w3.bias": [c],
    ...(a.fused_qkv ? { "attn.qkv.weight": [3 * c, c] }
      : { "attn.q_proj.weight": [c, c], "attn.k_proj.weight": [c, c], "attn.v_proj.weight": [c, c] }),
    ...(a.packed_mlp ? { "mlp.w12.weight": [2 * h, c], "mlp.w12.bias": [2 * h] }
      : { "mlp.w1.weight": [h, c], "mlp.w1.bias": [h], "mlp.w2.weight": [h, c], "mlp.w2.bias": [h] }),
    ...(a.inner_norm && { "mlp.ffn_ln.weight": [h], "mlp.ffn_ln.bias": [h] }),
  };
}

/** Every tensor that the architecture needs, but for the tables. @param {Architecture} a
 * @returns {Shapes} */
function neededShapes(a) {
  const c = a.embed_dim;
  /** @type {Shapes} */
  const shapes = {
    "cls_token": [1, 1, c],
    "pos_embed": [1, 1 + a.grid * a.grid, c],
    "patch_embed.proj.weight": [c, 3, PATCH, PATCH],
    "patch_embed.proj.bias": [c],
    [`${a.norm}.weight`]: [c],
    [`${a.norm}.bias`]: [c],
    ...(a.classes && { "head.weight": [a.classes, c], "head.bias": [a.classes] }),
  };
  for (let i = 0; i < a.depth; i++) {
    for (const [name, shape] of Object.entries(blockShapes(a))) shapes[`blocks.${i}.${name}`] = shape;
  }
  return shapes;
}

/** What is wrong with the tensors that are there. @param {Tensors} named
 * @param {Map<string, number[][]>} allowed shapes by name */
function misshapen(named, allowed) {
  const complaints = [];
  for (const [name, shapes] of [...allowed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const found = named.get(name)?.shape;
    if (found && !shapes.some((shape) => shape.join() === found.join())) {
      complaints.push(`${name} is [${found.join(", ")}], expected [${shapes[0].join(", ")}]`);
    }
  }
  return complaints;
}

/** @param {Tensors} named @param {Architecture} a */
function checkExactly(named, a) {
  /** @type {Map<string, number[][]>} */
  const allowed = new Map(Object.entries(neededShapes(a)).map(([name, shape]) => [name, [shape]]));
  const hasTables = TABLES.some((name) => named.has(name));
  for (const name of hasTables ? TABLES : []) {
    allowed.set(name, [[a.grid * a.grid, headDimOf(a)], [a.grid, a.grid, headDimOf(a)]]);
  }
  const missing = [...allowed.keys()].filter((name) => !named.has(name));
  const extra = [...named.keys()].filter((name) => !allowed.has(name));
  const complaints = [
    ...(missing.length ? [`missing: ${listing(missing)}`] : []),
    ...(extra.length ? [`not part of this variant: ${listing(extra)}`] : []),
    ...misshapen(named, allowed),
  ];
  if (complaints.length === 0) return;
  const more = complaints.length > MOST_COMPLAINTS
    ? `; and ${complaints.length - MOST_COMPLAINTS} more` : "";
  throw new EvaxError("CHECKPOINT_TENSORS", complaints.slice(0, MOST_COMPLAINTS).join("; ") + more);
}

/**
 * Recognizes an EVA-X. Rejects with CHECKPOINT_MODEL where it is something else, which is named, and
 * with CHECKPOINT_TENSORS that names every tensor that is missing, left over or misshapen.
 * @param {Tensors} tensors without wrappers and prefixes; is not changed
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ architecture: Architecture, tensors: Tensors }>} the tensors under their
 *   official names: exactly those that inference needs, all of floating point
 */
export async function recognize(tensors, signal) {
  checkFamily(tensors);
  const { named, pretraining } = await officialNames(tensors, signal);
  const architecture = measure(named, pretraining);
  checkRanges(architecture);
  checkExactly(named, architecture);
  for (const [name, { dtype }] of named) checkFloat(dtype, name);
  return { architecture, tensors: named };
}
