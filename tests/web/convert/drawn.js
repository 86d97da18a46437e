/* drawn.js - tensors of a tiny EVA-X, drawn, under the names of the official code.
 * SPDX-License-Identifier: MIT */

/** The size of a model: channels, blocks, channels of a head, hidden channels of the MLP, patches a side. */
const TINY = { channels: 48, depth: 2, headDim: 16, hidden: 128, grid: 4 };

/** Numbers that differ, the same every time. */
function drawn(count, seed) {
  const values = new Float32Array(count);
  let state = seed * 2654435761 >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 32 - 0.5;
  }
  return values;
}

/** @param {number[]} shape @param {Float32Array} values */
export const tensorOf = (shape, values) => ({
  dtype: "f32",
  shape,
  read: async () => new Uint8Array(values.slice().buffer),
});

/** A drawn tensor; `scale` 0 makes zeros. */
export const drawnTensor = (shape, seed = 1, scale = 1) =>
  tensorOf(shape, drawn(shape.reduce((a, b) => a * b, 1), seed).map((v) => v * scale));

function blockShapes(split, { channels: C, hidden: HIDDEN }) {
  const shapes = {
    "norm1.weight": [C], "norm1.bias": [C], "attn.q_bias": [C], "attn.v_bias": [C],
    "attn.proj.weight": [C, C], "attn.proj.bias": [C], "norm2.weight": [C], "norm2.bias": [C],
    "mlp.w3.weight": [C, HIDDEN], "mlp.w3.bias": [C],
  };
  return split ? {
    ...shapes, "attn.q_proj.weight": [C, C], "attn.k_proj.weight": [C, C], "attn.v_proj.weight": [C, C],
    "mlp.w1.weight": [HIDDEN, C], "mlp.w1.bias": [HIDDEN], "mlp.w2.weight": [HIDDEN, C],
    "mlp.w2.bias": [HIDDEN], "mlp.ffn_ln.weight": [HIDDEN], "mlp.ffn_ln.bias": [HIDDEN],
  } : {
    ...shapes, "attn.qkv.weight": [3 * C, C], "mlp.w12.weight": [2 * HIDDEN, C],
    "mlp.w12.bias": [2 * HIDDEN],
  };
}

/**
 * The tensors of a fine-tuned file with K classes, packed as Ti and S are or split as B is; their numbers lie in
 * -scale / 2..scale / 2.
 * @param {{ split?: boolean, classes?: number, size?: typeof TINY, scale?: number }} [options]
 * @returns {Map<string, { dtype: string, shape: number[], read: () => Promise<Uint8Array> }>}
 */
export function drawnModel({ split = false, classes = 14, size = TINY, scale = 1 } = {}) {
  const { channels: C, depth, headDim: HEAD_DIM, grid: GRID } = size;
  const shapes = {
    "cls_token": [1, 1, C], "pos_embed": [1, 1 + GRID * GRID, C],
    "patch_embed.proj.weight": [C, 3, 16, 16], "patch_embed.proj.bias": [C],
    "rope.freqs_cos": [GRID * GRID, HEAD_DIM], "rope.freqs_sin": [GRID * GRID, HEAD_DIM],
    "fc_norm.weight": [C], "fc_norm.bias": [C], "head.weight": [classes, C], "head.bias": [classes],
  };
  for (let i = 0; i < depth; i++) {
    for (const [name, shape] of Object.entries(blockShapes(split, size))) shapes[`blocks.${i}.${name}`] = shape;
  }
  return new Map(Object.entries(shapes).map(([name, shape], i) => [name, drawnTensor(shape, i + 1, scale)]));
}

/** The model with its names changed. */
export const renamedModel = (model, rename) =>
  new Map([...model].map(([name, tensor]) => [rename(name), tensor]));

/** The model under the names of timm. */
export const timmModel = (model) => renamedModel(model, (name) => name
  .replace("mlp.w12.", "mlp.fc1.").replace("mlp.w1.", "mlp.fc1_g.").replace("mlp.w2.", "mlp.fc1_x.")
  .replace("mlp.w3.", "mlp.fc2.").replace("mlp.ffn_ln.", "mlp.norm.")
  .replace(/attn\.([qv])_bias/, "attn.$1_proj.bias"));

/** The numbers of the model, with a RoPE table that turns the two channels of a pair alike.
 * @returns {Promise<Map<string, { shape: number[], values: Float32Array }>>} */
export async function drawnNumbers(options) {
  const numbers = new Map();
  for (const [name, { shape, read }] of drawnModel(options)) {
    const values = new Float32Array((await read()).buffer);
    if (name.startsWith("rope.")) values.forEach((_, i) => { values[i] = values[i - i % 2]; });
    numbers.set(name, { shape, values });
  }
  return numbers;
}
