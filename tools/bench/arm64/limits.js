/* limits.js - what the instructions of one inference could be at least, by stage: the arithmetic that kernels/ref.c defines, in
 * the widest instruction for it that V8 makes, and its operands loaded once for a tile of 4 rows and 16 outputs. Without what
 * V8 adds to it: addresses, copies of a lane, spilled registers, checks of bounds, loops. SPDX-License-Identifier: MIT */

const ROWS = 4; // by which a register of weights is multiplied
const X = 1 / 16; // of a load of the other operand: four lanes, each multiplied by 16 outputs
const PATCH = 16 * 16; // a gray patch

/* Instructions for one multiply-add. */
const F32 = { relaxed: (1 + 1 / ROWS + X) / 4, simd128: (2 + 1 / ROWS + X) / 4 }; // fmla; fmul, fadd
const GROUP_SCALE = 3 / 64 / 4; // scvtf, fmul, fadd for 64 inputs of 4 outputs
const Q8 = { relaxed: (1 + 1 / ROWS + X) / 16 + GROUP_SCALE, simd128: (3 + 1 / ROWS + X) / 16 + GROUP_SCALE }; // sdot; smull, smlal, sadalp
const I16 = (1 + 1 / ROWS / 2 + X) / 4; // smlal, smlal2 of one register of weights

/* Instructions for four values: loads, arithmetic, stores. */
const EACH_FOUR = {
  softmax: { i16: 24, f32: 35 },
  SwiGLU: 33,
  LayerNorm: 14,
  RoPE: 8,
  q7: 9,
  quantize_i16: 8,
};

/** Millions of instructions by stage. @param {{ embedDim: number, depth: number, heads: number, mlpHidden: number,
 * tokens: number }} model @param {string} dtype @param {string} variant @returns {Record<string, number>} */
export function limitsOf({ embedDim: C, depth: L, heads: H, mlpHidden: Hd, tokens: T }, dtype, variant) {
  const q8 = dtype === "q8", padded = Math.ceil(T / 8) * 8;
  const linear = L * T * (4 * C * C + 3 * C * Hd), scores = 2 * L * T * padded * C, patches = (T - 1) * PATCH * C;
  const fours = (values) => values / 4 / 1e6;
  const elementwise = {
    softmax: fours(L * H * T * padded) * EACH_FOUR.softmax[q8 ? "i16" : "f32"],
    SwiGLU: fours(L * T * Hd) * EACH_FOUR.SwiGLU,
    LayerNorm: fours((2 * L + 1) * T * C) * EACH_FOUR.LayerNorm,
    RoPE: fours(2 * L * T * C) * EACH_FOUR.RoPE,
  };
  if (!q8) return { matrices: ((linear + scores + patches) * F32[variant]) / 1e6, ...elementwise };
  return {
    matrices: (linear * Q8[variant] + patches * F32.simd128) / 1e6, // patches are not quantized, and must be exact
    attention: (scores * I16) / 1e6,
    quantizing: fours(L * T * (3 * C + Hd)) * EACH_FOUR.q7 + fours(3 * L * T * C) * EACH_FOUR.quantize_i16,
    ...elementwise,
  };
}
