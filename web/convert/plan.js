/* plan.js - the weight stream's tensors in order of execution (model/FORMAT.md, section 2), each with
 * its encoding and the checkpoint tensors that it is made of.
 * SPDX-License-Identifier: MIT */
import { PATCH, headDimOf } from "./architecture.js";

/** @typedef {import("./architecture.js").Architecture} Architecture */
/** @typedef {"f32" | "f16" | "q8"} Encoding */
/** @typedef {object} Planned
 * @property {string} name in the stream
 * @property {string} group for the report
 * @property {number} rows
 * @property {number} cols
 * @property {Encoding} dtype
 * @property {(string | null)[]} sources official names of tensors, joined along the rows; null stands
 *   for zeros, as many as each other source has. "rope.cos" and "rope.sin" [g*g, head dim / 2] are
 *   made of the file's tables
 */

/** @param {string} name @param {string} group @param {number} cols @param {(string | null)[]} sources
 * @returns {Planned} */
const vector = (name, group, cols, ...sources) => ({ name, group, rows: 1, cols, dtype: "f32", sources });

/** @param {string} name @param {number} cols @param {string} source */
const norm = (name, cols, source = name) => ["weight", "bias"].map((part) =>
  vector(`${name}.${part}`, "norms", cols, `${source}.${part}`));

/** @param {Architecture} a @param {Encoding} dtype @param {string} b the start of the block's names
 * @returns {Planned[]} */
function block(a, dtype, b) {
  const [c, hidden] = [a.embed_dim, a.mlp_hidden];
  const qkv = a.fused_qkv ? ["qkv"] : ["q_proj", "k_proj", "v_proj"];
  const w12 = a.packed_mlp ? ["w12"] : ["w1", "w2"];
  /** @type {(name: string, rows: number, cols: number, sources: string[]) => Planned} */
  const matrix = (name, rows, cols, sources) => ({
    name: `${b}${name}.weight`, group: name, rows, cols, dtype,
    sources: sources.map((source) => `${b}${source}.weight`),
  });
  return [
    ...norm(`${b}norm1`, c),
    matrix("qkv", 3 * c, c, qkv.map((part) => `attn.${part}`)),
    vector(`${b}qkv.bias`, "biases", 3 * c, `${b}attn.q_bias`, null, `${b}attn.v_bias`),
    matrix("proj", c, c, ["attn.proj"]),
    vector(`${b}proj.bias`, "biases", c, `${b}attn.proj.bias`),
    ...norm(`${b}norm2`, c),
    matrix("w12", 2 * hidden, c, w12.map((part) => `mlp.${part}`)),
    vector(`${b}w12.bias`, "biases", 2 * hidden, ...w12.map((part) => `${b}mlp.${part}.bias`)),
    ...(a.inner_norm ? norm(`${b}ffn_ln`, hidden, `${b}mlp.ffn_ln`) : []),
    matrix("w3", c, hidden, ["mlp.w3"]),
    vector(`${b}w3.bias`, "biases", c, `${b}mlp.w3.bias`),
  ];
}

/**
 * @param {Architecture} a
 * @param {Encoding} dtype of the block matrices
 * @returns {Planned[]}
 */
export function plan(a, dtype) {
  const [c, g2] = [a.embed_dim, a.grid * a.grid];
  return [
    {
      name: "patch_embed.weight", group: "patch", rows: c, cols: 3 * PATCH * PATCH,
      dtype: dtype === "f32" ? "f32" : "f16", sources: ["patch_embed.proj.weight"],
    },
    vector("patch_embed.bias", "biases", c, "patch_embed.proj.bias"),
    vector("cls_token", "cls", c, "cls_token"),
    { ...vector("pos_embed", "pos", c, "pos_embed"), rows: 1 + g2 },
    ...["rope.cos", "rope.sin"].map((name) =>
      ({ ...vector(name, "rope", headDimOf(a) / 2, name), rows: g2 })),
    ...Array.from({ length: a.depth }, (_, i) => block(a, dtype, `blocks.${i}.`)).flat(),
    ...norm("fc_norm", c, a.norm),
    ...(a.classes ? headOf(a, dtype) : []),
  ];
}

/** @param {Architecture} a @param {Encoding} dtype @returns {Planned[]} */
const headOf = (a, dtype) => [
  {
    name: "head.weight", group: "head", rows: a.classes, cols: a.embed_dim,
    dtype: dtype === "f16" ? "f16" : "f32", sources: ["head.weight"],
  },
  vector("head.bias", "biases", a.classes, "head.bias"),
];
