/* lanes_block.h - four rows against four outputs by exchanging lanes, for processors of 32 registers.
 *
 * A register of activations has some inputs of each of four rows, one of weights the same inputs of each of four outputs.
 * Their product is four sums, of row l and output l; with the weights' lanes exchanged three times, of row l and output
 * l ^ v. So neither is loaded twice, and no lane is copied. 12 rows take 24 of 28 registers for their sums of 8 outputs,
 * three for activations, one for weights.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_LANES_BLOCK_H
#define EVAX_LANES_BLOCK_H

#include "kernels/simd.h"

enum { BLOCK = 4, BLOCKS = 3, ORDERS = 4, SUMS = 2 * ORDERS };
enum { TILE_TOKENS = BLOCKS * BLOCK };

/* The order of the weights' lanes at each turn; one exchange leads to the next. */
static const int order_at[ORDERS] = { 0, 1, 3, 2 };

static inline __attribute__((always_inline)) v128_t next_order(v128_t x, const int turn)
{
    return turn % 2 ? wasm_i32x4_shuffle(x, x, 2, 3, 0, 1) : wasm_i32x4_shuffle(x, x, 1, 0, 3, 2);
}

/* Four numbers of each of four rows, the other way around. */
static inline __attribute__((always_inline)) void transpose4(v128_t column[BLOCK], const v128_t row[BLOCK])
{
    const v128_t a = wasm_i32x4_shuffle(row[0], row[1], 0, 4, 1, 5),
                 b = wasm_i32x4_shuffle(row[0], row[1], 2, 6, 3, 7);
    const v128_t c = wasm_i32x4_shuffle(row[2], row[3], 0, 4, 1, 5),
                 d = wasm_i32x4_shuffle(row[2], row[3], 2, 6, 3, 7);
    column[0] = wasm_i64x2_shuffle(a, c, 0, 2);
    column[1] = wasm_i64x2_shuffle(a, c, 1, 3);
    column[2] = wasm_i64x2_shuffle(b, d, 0, 2);
    column[3] = wasm_i64x2_shuffle(b, d, 1, 3);
}

/* The rows of a block from sums by order: row r has output r ^ v in lane r of order v. */
static inline __attribute__((always_inline)) void rows_of(v128_t row[BLOCK], const v128_t sum[ORDERS])
{
    const v128_t a = wasm_i32x4_shuffle(sum[0], sum[1], 0, 4, 2, 6),
                 b = wasm_i32x4_shuffle(sum[2], sum[3], 0, 4, 2, 6);
    const v128_t c = wasm_i32x4_shuffle(sum[1], sum[0], 1, 5, 3, 7),
                 d = wasm_i32x4_shuffle(sum[3], sum[2], 1, 5, 3, 7);
    row[0] = wasm_i64x2_shuffle(a, b, 0, 2);
    row[1] = wasm_i64x2_shuffle(c, d, 0, 2);
    row[2] = wasm_i64x2_shuffle(b, a, 1, 3);
    row[3] = wasm_i64x2_shuffle(d, c, 1, 3);
}

/* The rows of a block, of which `rows` are some; the others are the last again. */
static inline __attribute__((always_inline)) void rows_at(const float *row[BLOCK], const float *x, ptrdiff_t ldx,
                                                          int rows)
{
    UNROLL
    for (int r = 0; r < BLOCK; r++) row[r] = x + (r < rows ? r : rows - 1) * ldx;
}

#endif
