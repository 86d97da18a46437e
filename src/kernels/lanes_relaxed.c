/* lanes_relaxed.c - what lanes.c is for 64-bit Arm, with the fused multiply-add and the dot product of
 * relaxed SIMD. The packed weights are those of relaxed.c, but of layers with activations of 8 bits.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/lanes_block.h"
#include "kernels/shared.h"
#include "kernels/variants.h"

#include <string.h>

#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(b, a, c)
#include "kernels/tile_f32_lanes.h"

/* ---- quantized activations: bytes, four inputs of four rows in a register (lanes_block.h) -----------------
 * Codes of 8 bits are stored less 128, as signed bytes, and 128 times the weights is added to their products. That is
 * exact where the instruction takes both operands as signed, as on 64-bit Arm. */

enum {
    LAST_TOKENS = 2 * BLOCK, /* a tile for the last rows, if they are so few */
    STEP = 4,
    SIXTEEN = 16,
    SEVEN_BITS = 127,
    HALF = 128
};

/* dot[i][ORDERS * h + v] += in lane l the products of row l of block i and output 4 h + (l ^ v). */
static inline __attribute__((always_inline)) void add_step(v128_t dot[BLOCKS][SUMS], const uint8_t *const x[BLOCKS],
                                                           const int8_t *w, const int step, const int blocks)
{
    int zero = 0;
    v128_t a[BLOCKS];
    UNROLL
    for (int i = 0; i < blocks; i++) a[i] = wasm_v128_load(x[i] + step * BLOCK * STEP);
    UNROLL
    for (int h = 0; h < 2; h++) {
        v128_t b = wasm_v128_load(w + step * PANEL * STEP + h * 16);
        UNROLL
        for (int turn = 0; turn < ORDERS; turn++) {
            const int j = ORDERS * h + order_at[turn];
            UNROLL
            for (int i = 0; i < blocks; i++) dot[i][j] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(b, a[i], dot[i][j]);
            if (turn < ORDERS - 1) b = next_order(b, turn);
            KEEP_ORDER(zero);
        }
    }
}

/* What the products of a group start from, by order: zeros, or start[8]. */
static inline __attribute__((always_inline)) void first_of(v128_t first[SUMS], const int32_t *start)
{
    UNROLL
    for (int j = 0; j < SUMS; j++) first[j] = wasm_i32x4_splat(0);
    if (!start) return;
    UNROLL
    for (int h = 0; h < 2; h++) {
        v128_t x = wasm_v128_load(start + 4 * h);
        UNROLL
        for (int turn = 0; turn < ORDERS; turn++) {
            first[ORDERS * h + order_at[turn]] = x;
            x = next_order(x, turn);
        }
    }
}

/* sum += scale * (start + products of a group); x moves behind it. A loop goes through so many steps at a time. */
static inline __attribute__((always_inline)) void add_group(v128_t sum[BLOCKS][SUMS], const uint8_t *x[BLOCKS],
                                                            const q8_group *g, const int32_t *start,
                                                            const int blocks, const int steps)
{
    int zero = 0;
    v128_t dot[BLOCKS][SUMS], first[SUMS];
    first_of(first, start);
    UNROLL
    for (int i = 0; i < blocks; i++) {
        UNROLL
        for (int j = 0; j < SUMS; j++) dot[i][j] = first[j];
    }
    NO_UNROLL
    for (int l = 0; l < GROUP * PANEL; l += steps * STEP * PANEL) {
        UNROLL
        for (int step = 0; step < steps; step++) add_step(dot, x, g->code + l, step, blocks);
        UNROLL
        for (int i = 0; i < blocks; i++) x[i] += steps * STEP * BLOCK;
    }
    UNROLL
    for (int h = 0; h < 2; h++) {
        v128_t scale = wasm_v128_load(g->scale + 4 * h);
        UNROLL
        for (int turn = 0; turn < ORDERS; turn++) {
            const int j = ORDERS * h + order_at[turn];
            UNROLL
            for (int i = 0; i < blocks; i++) {
                const v128_t exact = wasm_f32x4_convert_i32x4(dot[i][j]);
                sum[i][j] = wasm_f32x4_add(sum[i][j], wasm_f32x4_mul(scale, exact));
            }
            if (turn < ORDERS - 1) scale = next_order(scale, turn);
            KEEP_ORDER(zero);
        }
    }
}

/* Where rows of a tile go: y = (offset + lo * total) + step * sum, or y += that, each [8]. */
typedef struct q8_output {
    float *y;
    const range *ranges;
    ptrdiff_t ldy;
    int rows;
    bool add;
} q8_output;

static inline q8_output output_after(q8_output o, int rows)
{
    return (q8_output){ o.y + rows * o.ldy, o.ranges + rows, o.ldy, o.rows - rows, o.add };
}

/* The first four rows, or fewer. Not inline: every block of every tile ends with the same code. */
static __attribute__((noinline)) void finish_gemm_q8(float *y, ptrdiff_t ldy, const range *ranges, int rows,
                                                     bool add, v128_t s0, v128_t s1, v128_t s2, v128_t s3,
                                                     v128_t s4, v128_t s5, v128_t s6, v128_t s7, v128_t total0,
                                                     v128_t total1, v128_t offset0, v128_t offset1)
{
    const v128_t sum[2][ORDERS] = { { s0, s1, s2, s3 }, { s4, s5, s6, s7 } };
    const v128_t own[2] = { wasm_v128_load(ranges), wasm_v128_load(ranges + 2) };
    v128_t low[BLOCK], high[BLOCK];
    rows_of(low, sum[0]);
    rows_of(high, sum[1]);
    UNROLL
    for (int r = 0; r < BLOCK; r++, y += ldy) {
        if (r >= rows) return;
        const v128_t lo = lane_of(own[r / 2], r % 2 * 2), step = lane_of(own[r / 2], r % 2 * 2 + 1);
        v128_t y0 =
            wasm_f32x4_add(wasm_f32x4_add(offset0, wasm_f32x4_mul(total0, lo)), wasm_f32x4_mul(low[r], step));
        v128_t y1 =
            wasm_f32x4_add(wasm_f32x4_add(offset1, wasm_f32x4_mul(total1, lo)), wasm_f32x4_mul(high[r], step));
        if (add) {
            y0 = wasm_f32x4_add(wasm_v128_load(y), y0);
            y1 = wasm_f32x4_add(wasm_v128_load(y + 4), y1);
        }
        wasm_v128_store(y, y0);
        wasm_v128_store(y + 4, y1);
    }
}

/* Of rows that are none the codes are read all the same, and nothing is written. blocks is a constant at every call. */
static inline __attribute__((always_inline)) void tile_q8(q8_output o, const uint8_t *codes, ptrdiff_t ldc,
                                                          const q8_panel *b, const float *bias,
                                                          const int32_t *start, int groups, const int blocks)
{
    v128_t sum[BLOCKS][SUMS];
    const uint8_t *x[BLOCKS];
    UNROLL
    for (int i = 0; i < blocks; i++) {
        x[i] = codes + i * BLOCK * ldc;
        UNROLL
        for (int j = 0; j < SUMS; j++) sum[i][j] = wasm_f32x4_splat(0.0f);
    }
    for (int g = 0; g < groups; g++) {
        add_group(sum, x, &b->group[g], start ? start + g * PANEL : NULL, blocks, blocks == BLOCKS ? 16 : 2);
    }
    const v128_t total[2] = { wasm_v128_load(b->sum), wasm_v128_load(b->sum + 4) };
    const v128_t offset[2] = { wasm_v128_load(bias), wasm_v128_load(bias + 4) };
    UNROLL
    for (int i = 0; i < blocks; i++) {
        const v128_t *t = sum[i];
        finish_gemm_q8(o.y, o.ldy, o.ranges, o.rows, o.add, t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7],
                       total[0], total[1], offset[0], offset[1]);
        o = output_after(o, BLOCK);
    }
}

/* HALF times the weights of each group, of a panel. */
static void fill_starts(int32_t *start, const q8_panel *b, int groups)
{
    const v128_t ones = wasm_i8x16_splat(1);
    for (int g = 0; g < groups; g++, start += PANEL) {
        const int8_t *w = b->group[g].code;
        v128_t low = wasm_i32x4_splat(0), high = low;
        for (int l = 0; l < GROUP * PANEL; l += 2 * SIXTEEN) {
            low = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(wasm_v128_load(w + l), ones, low);
            high = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(wasm_v128_load(w + l + SIXTEEN), ones, high);
        }
        wasm_v128_store(start, wasm_i32x4_mul(low, wasm_i32x4_splat(HALF)));
        wasm_v128_store(start + 4, wasm_i32x4_mul(high, wasm_i32x4_splat(HALF)));
    }
}

/* gemm_q8_fn, of codes less 128 if `less`. */
static __attribute__((noinline)) void gemm_q8_tiles(float *y, ptrdiff_t ldy, const uint8_t *codes, ptrdiff_t ldc,
                                                    const range *ranges, const q8_panel *b, const float *bias,
                                                    int m, int groups, int panels, bool add, bool less)
{
    enum { MOST_GROUPS = EVX_MAX_MLP_HIDDEN / GROUP };
    static const float none[PANEL];
    int32_t starts[MOST_GROUPS * PANEL];
    const int32_t *start = less ? starts : NULL;
    expect_gemm(ldy, ldc, m, groups * GROUP, panels);
    for (int p = 0; p < panels; p++, y += PANEL, b = q8_panel_next(b, groups)) {
        q8_output o = { y, ranges, ldy, m, add };
        const float *from = bias ? bias + p * PANEL : none;
        if (less) fill_starts(starts, b, groups);
        for (const uint8_t *u = codes; o.rows > 0; u += TILE_TOKENS * ldc, o = output_after(o, TILE_TOKENS)) {
            if (o.rows > LAST_TOKENS) tile_q8(o, u, ldc, b, from, start, groups, BLOCKS);
            else tile_q8(o, u, ldc, b, from, start, groups, LAST_TOKENS / BLOCK);
        }
    }
}

/* gemm_q8_fn */
static void lanes_gemm_q7(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                          const q8_panel *b, const float *bias, int m, int groups, int panels, bool add)
{
    gemm_q8_tiles(y, ldy, codes, ldc, ranges, b, bias, m, groups, panels, add, false);
}

/* gemm_q8_fn */
static void lanes_gemm_q8(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                          const q8_panel *b, const float *bias, int m, int groups, int panels, bool add)
{
    gemm_q8_tiles(y, ldy, codes, ldc, ranges, b, bias, m, groups, panels, add, true);
}

/* Low and step of the ranges of four rows, by row in turn: lane r of each. Ends are found as in lanes_row_range. */
static inline __attribute__((always_inline)) void block_ranges(range *ranges, const float *const row[BLOCK], int n,
                                                               int levels)
{
    const v128_t zero = wasm_f32x4_splat(0.0f);
    v128_t lo[BLOCK], hi[BLOCK], turned[BLOCK];
    UNROLL
    for (int r = 0; r < BLOCK; r++) lo[r] = hi[r] = wasm_v128_load(row[r]);
    for (int i = 0; i < n; i += LANES) {
        UNROLL
        for (int r = 0; r < BLOCK; r++) {
            const v128_t a = wasm_v128_load(row[r] + i), b = wasm_v128_load(row[r] + i + 4);
            lo[r] = wasm_f32x4_min(wasm_f32x4_min(lo[r], a), b);
            hi[r] = wasm_f32x4_max(wasm_f32x4_max(hi[r], a), b);
        }
    }
    transpose4(turned, lo);
    const v128_t low = wasm_f32x4_min(wasm_f32x4_min(turned[0], turned[1]), wasm_f32x4_min(turned[2], turned[3]));
    transpose4(turned, hi);
    const v128_t high = wasm_f32x4_max(wasm_f32x4_max(turned[0], turned[1]), wasm_f32x4_max(turned[2], turned[3]));
    const v128_t zeros = wasm_v128_or(wasm_f32x4_eq(low, zero), wasm_f32x4_eq(high, zero));
    if (wasm_v128_any_true(wasm_v128_or(zeros, wasm_f32x4_ne(low, low)))) {
        for (int r = 0; r < BLOCK; r++) ranges[r] = simd128_row_range(row[r], n, levels);
        return;
    }
    float lows[BLOCK], highs[BLOCK];
    wasm_v128_store(lows, low);
    wasm_v128_store(highs, high);
    for (int r = 0; r < BLOCK; r++) ranges[r] = range_between(lows[r], highs[r], levels);
}

/* Codes of eight inputs of a row in 16 bits. */
static inline __attribute__((always_inline)) v128_t eight_codes(const float *x, v128_t lo, v128_t inverse)
{
    return wasm_i16x8_shuffle(codes4(x, lo, inverse), codes4(x + 4, lo, inverse), 0, 2, 4, 6, 8, 10, 12, 14);
}

/* The low bytes. */
static inline v128_t bytes_of(v128_t a, v128_t b)
{
    return wasm_i8x16_shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

/* quantize_fn: each eight codes of a row as q7_quantize of relaxed.c orders them. */
static void lanes_quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                           int levels)
{
    expect_quantize(n, padded, levels);
    const float *row[BLOCK];
    uint8_t *u = codes;
    v128_t lo[BLOCK], inverse[BLOCK], value[BLOCK];
    rows_at(row, x, ldx, rows);
    block_ranges(ranges, row, n, levels);
    UNROLL
    for (int r = 0; r < BLOCK; r++) {
        lo[r] = wasm_f32x4_splat(ranges[r].lo);
        inverse[r] = wasm_f32x4_splat(ranges[r].step > 0.0f ? 1.0f / ranges[r].step : 0.0f);
    }
    const v128_t less = wasm_i8x16_splat(levels > SEVEN_BITS ? (int8_t)-HALF : 0);
    for (int i = 0; i < n; i += LANES, u += LANES * BLOCK) {
        UNROLL
        for (int r = 0; r < BLOCK; r++) value[r] = eight_codes(row[r] + i, lo[r], inverse[r]);
        const v128_t low = wasm_v128_xor(bytes_of(value[0], value[1]), less);
        const v128_t high = wasm_v128_xor(bytes_of(value[2], value[3]), less);
        wasm_v128_store(u, wasm_i16x8_shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14));
        wasm_v128_store(u + 16, wasm_i16x8_shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15));
    }
    memset(u, 0, (size_t)((padded - n) * BLOCK));
}

const kernel_option lanes_relaxed_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = lanes_gemm_f32 };
const kernel_option lanes_relaxed_q7 = { "lanes", .q7 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q7, BLOCK },
                                         .q8 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q8, BLOCK },
                                         .q8_place = relaxed_q7_place };
