/* official-names.js - the tensors of a checkpoint under the names of the official code.
 *
 * timm calls some of them otherwise; others are copies or leftovers of training, which are taken away
 * once it is proved that inference does not need them.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { ITEM_BYTES, smallValues } from "./checkpoint/tensor.js";

/** @typedef {import("./checkpoint/tensor.js").Tensor} Tensor */
/** @typedef {import("./checkpoint/tensor.js").Tensors} Tensors */

/** timm's name -> the official one. @type {[RegExp, string][]} */
const ALIASES = [
  [/^(blocks\.\d+\.)mlp\.fc1\./, "$1mlp.w12."],
  [/^(blocks\.\d+\.)mlp\.fc1_g\./, "$1mlp.w1."],
  [/^(blocks\.\d+\.)mlp\.fc1_x\./, "$1mlp.w2."],
  [/^(blocks\.\d+\.)mlp\.fc2\./, "$1mlp.w3."],
  [/^(blocks\.\d+\.)mlp\.norm\./, "$1mlp.ffn_ln."],
  [/^(blocks\.\d+\.)attn\.([qkv])_proj\.bias$/, "$1attn.$2_bias"],
];
const INNER_NORM = /^blocks\.\d+\.attn\.(norm|inner_attn_ln)\./;
const BLOCK_TABLE = /^blocks\.\d+\.attn\.(rope\.freqs_(?:cos|sin))$/;
const FUSED_BIAS = /^(blocks\.\d+\.attn\.)qkv\.bias$/;
const KEY_BIAS = /^blocks\.\d+\.attn\.k_bias$/;
const UNUSED = /^(blocks\.\d+\.attn\.)?relative_position_index$/;

/** What only pre-training has. */
const PRETRAINING = /^(mask_token|lm_head\.(weight|bias))$/;

/** @param {string} name */
const officialName = (name) =>
  ALIASES.reduce((known, [pattern, official]) => known.replace(pattern, official), name);

/** @param {Tensors} tensors @returns {Tensors} */
function renamed(tensors) {
  const named = new Map();
  for (const [name, tensor] of tensors) {
    const official = officialName(name);
    if (named.has(official)) {
      throw new EvaxError("CHECKPOINT_TENSORS", `${official} is there twice, once as ${name}`);
    }
    if (INNER_NORM.test(official)) {
      throw new EvaxError("CHECKPOINT_MODEL", `${name}: EVA-X has no LayerNorm inside the attention; `
        + "this is another EVA-02 variant");
    }
    named.set(official, tensor);
  }
  return named;
}

/** Every block repeats the RoPE table; the copies must say the same. @param {Tensors} named
 * @param {string} top @param {string} name @param {Tensor} copy @param {AbortSignal} [signal] */
async function mergeTable(named, top, name, copy, signal) {
  const first = named.get(top);
  if (!first) named.set(top, copy);
  else if (!await sameValues(first, top, copy, name, signal)) {
    throw new EvaxError("CHECKPOINT_TENSORS",
      `${name} differs from ${top}; EVA-X shares one RoPE table`);
  }
}

/** @param {Tensor} a @param {string} aName @param {Tensor} b @param {string} bName
 * @param {AbortSignal} [signal] */
async function sameValues(a, aName, b, bName, signal) {
  if (a.shape.join() !== b.shape.join()) return false;
  const [left, right] = [await smallValues(a, aName, signal), await smallValues(b, bName, signal)];
  return left.every((value, i) => value === right[i]);
}

/** @param {Tensor} tensor @param {string} name @param {AbortSignal} [signal] */
async function checkZero(tensor, name, signal) {
  if (!(await smallValues(tensor, name, signal)).some(Boolean)) return;
  throw new EvaxError("CHECKPOINT_TENSORS", `${name} is not zero; EVA-X has no bias on the keys`);
}

/** One third of a bias [3C], as a tensor [C]. @param {Tensor} whole @param {number} third
 * @returns {Tensor} */
function thirdOf({ dtype, shape, read }, third) {
  const bytes = shape[0] / 3 * ITEM_BYTES[dtype];
  return {
    dtype,
    shape: [shape[0] / 3],
    read: async (signal) => (await read(signal)).slice(third * bytes, (third + 1) * bytes),
  };
}

/** A bias of q, k and v in one: the official code has it in two, and none on the keys.
 * @param {Tensors} named @param {string} name @param {string} attention the start of the name
 * @param {AbortSignal} [signal] */
async function splitBias(named, name, attention, signal) {
  const whole = /** @type {Tensor} */ (named.get(name));
  if (whole.shape.length !== 1 || whole.shape[0] % 3 || !ITEM_BYTES[whole.dtype]) return;
  named.delete(name);
  await checkZero(thirdOf(whole, 1), `the middle third of ${name}`, signal);
  for (const [part, third] of [["q", 0], ["v", 2]]) {
    const official = `${attention}${part}_bias`;
    if (named.has(official)) {
      throw new EvaxError("CHECKPOINT_TENSORS", `${official} is there twice, once in ${name}`);
    }
    named.set(official, thirdOf(whole, Number(third)));
  }
}

/** @param {Tensors} named is changed @param {string} name @param {AbortSignal} [signal] */
async function settle(named, name, signal) {
  const tensor = /** @type {Tensor} */ (named.get(name));
  const [, top] = BLOCK_TABLE.exec(name) ?? [];
  const [, attention] = FUSED_BIAS.exec(name) ?? [];
  if (attention) return splitBias(named, name, attention, signal);
  if (!top && !KEY_BIAS.test(name) && !PRETRAINING.test(name) && !UNUSED.test(name)) return;
  named.delete(name);
  if (top) await mergeTable(named, top, name, tensor, signal);
  if (KEY_BIAS.test(name)) await checkZero(tensor, name, signal);
}

/**
 * The tensors under their official names, without what inference does not need. Rejects with
 * CHECKPOINT_TENSORS or CHECKPOINT_MODEL where something is there twice or contradicts EVA-X.
 * @param {Tensors} tensors is not changed
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ named: Tensors, pretraining: boolean }>}
 */
export async function officialNames(tensors, signal) {
  const named = renamed(tensors);
  const names = [...named.keys()];
  for (const name of names) await settle(named, name, signal);
  return { named, pretraining: names.some((name) => PRETRAINING.test(name)) };
}
