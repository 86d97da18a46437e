/* lanes_relaxed.c - what lanes.c is for 64-bit Arm, with the fused multiply-add and the dot product of
 * relaxed SIMD. The packed weights are those of relaxed.c, but of layers with activations of 8 bits.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/shared.h"
#include "kernels/simd.h"
#include "kernels/variants.h"

#include <string.h>

#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(b, a, c)
#include "kernels/tile_f32_lanes.h"

/* ---- quantized activations ----------------------------------------------------------------------------------
 * A register of activations has four inputs of each of four rows, one of weights the same four inputs of each of four
 * outputs. Their dot product is four sums, of row l and output l; with the weights' lanes exchanged three times, of row
 * l and output l ^ v. So neither is loaded twice, and no lane is copied. 12 rows take 24 of 28 registers for their
 * sums, three for activations, one for weights.
 * Codes of 8 bits are stored less 128, as signed bytes, and 128 times the weights is added to their products. That is
 * exact where the instruction takes both operands as signed, as on 64-bit Arm. */

enum { BLOCK = 4, BLOCKS = 3, ORDERS = 4, SUMS = 2 * ORDERS, STEP = 4, SIXTEEN = 16, SEVEN_BITS = 127, HALF = 128 };

/* The order of the weights' lanes at each turn; one exchange leads to the next. */
static const int order_at[ORDERS] = { 0, 1, 3, 2 };

static inline __attribute__((always_inline)) v128_t next_order(v128_t x, const int turn)
{
    return turn % 2 ? wasm_i32x4_shuffle(x, x, 2, 3, 0, 1) : wasm_i32x4_shuffle(x, x, 1, 0, 3, 2);
}

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

/* Where rows of a tile go: y = before + (offset + lo * total) + step * sum, each [8]. Without what was before, it is -0 in
 * every row: -0 + v is v, in every bit. */
typedef struct q8_output {
    float *y;
    const float *before;
    const range *ranges;
    ptrdiff_t ldy, ld_before;
    int rows;
} q8_output;

static inline q8_output output_after(q8_output o, int rows)
{
    return (q8_output){ o.y + rows * o.ldy, o.before + rows * o.ld_before, o.ranges + rows, o.ldy, o.ld_before,
                        o.rows - rows };
}

/* The rows of a block from sums by order: row r has output r ^ v in lane r of order v. */
static inline __attribute__((always_inline)) void rows_of(v128_t row[BLOCK], v128_t t0, v128_t t1, v128_t t2,
                                                          v128_t t3)
{
    const v128_t a = wasm_i32x4_shuffle(t0, t1, 0, 4, 2, 6), b = wasm_i32x4_shuffle(t2, t3, 0, 4, 2, 6);
    const v128_t c = wasm_i32x4_shuffle(t1, t0, 1, 5, 3, 7), d = wasm_i32x4_shuffle(t3, t2, 1, 5, 3, 7);
    row[0] = wasm_i64x2_shuffle(a, b, 0, 2);
    row[1] = wasm_i64x2_shuffle(c, d, 0, 2);
    row[2] = wasm_i64x2_shuffle(b, a, 1, 3);
    row[3] = wasm_i64x2_shuffle(d, c, 1, 3);
}

/* The first four rows, or fewer. Not inline: every block of every tile ends with the same code. */
static __attribute__((noinline)) void finish_gemm_q8(float *y, ptrdiff_t ldy, const float *before,
                                                     ptrdiff_t ld_before, const range *ranges, int rows, v128_t s0,
                                                     v128_t s1, v128_t s2, v128_t s3, v128_t s4, v128_t s5,
                                                     v128_t s6, v128_t s7, v128_t total0, v128_t total1,
                                                     v128_t offset0, v128_t offset1)
{
    v128_t low[BLOCK], high[BLOCK];
    rows_of(low, s0, s1, s2, s3);
    rows_of(high, s4, s5, s6, s7);
    UNROLL
    for (int r = 0; r < BLOCK; r++, y += ldy, before += ld_before) {
        if (r >= rows) return;
        const v128_t own = wasm_v128_load64_zero(ranges + r);
        const v128_t lo = lane_of(own, 0), step = lane_of(own, 1);
        const v128_t y0 =
            wasm_f32x4_add(wasm_f32x4_add(offset0, wasm_f32x4_mul(total0, lo)), wasm_f32x4_mul(low[r], step));
        const v128_t y1 =
            wasm_f32x4_add(wasm_f32x4_add(offset1, wasm_f32x4_mul(total1, lo)), wasm_f32x4_mul(high[r], step));
        const v128_t before0 = wasm_v128_load(before), before1 = wasm_v128_load(before + 4);
        wasm_v128_store(y, wasm_f32x4_add(before0, y0));
        wasm_v128_store(y + 4, wasm_f32x4_add(before1, y1));
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
        add_group(sum, x, &b->group[g], start ? start + g * PANEL : NULL, blocks, blocks == BLOCKS ? 16 : 4);
    }
    const v128_t total[2] = { wasm_v128_load(b->sum), wasm_v128_load(b->sum + 4) };
    const v128_t offset[2] = { wasm_v128_load(bias), wasm_v128_load(bias + 4) };
    UNROLL
    for (int i = 0; i < blocks; i++) {
        const v128_t *t = sum[i];
        finish_gemm_q8(o.y, o.ldy, o.before, o.ld_before, o.ranges, o.rows, t[0], t[1], t[2], t[3], t[4], t[5],
                       t[6], t[7], total[0], total[1], offset[0], offset[1]);
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
    enum { FULL = BLOCKS * BLOCK, LAST = 2 * BLOCK, MOST_GROUPS = EVX_MAX_MLP_HIDDEN / GROUP };
    static const float none[PANEL], nothing[PANEL] = { -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f, -0.0f };
    int32_t starts[MOST_GROUPS * PANEL];
    const int32_t *start = less ? starts : NULL;
    expect_gemm(ldy, ldc, m, groups * GROUP, panels);
    for (int p = 0; p < panels; p++, y += PANEL, b = q8_panel_next(b, groups)) {
        q8_output o = { y, add ? y : nothing, ranges, ldy, add ? ldy : 0, m };
        const float *from = bias ? bias + p * PANEL : none;
        if (less) fill_starts(starts, b, groups);
        for (const uint8_t *u = codes; o.rows > 0; u += FULL * ldc, o = output_after(o, FULL)) {
            if (o.rows > LAST) tile_q8(o, u, ldc, b, from, start, groups, BLOCKS);
            else tile_q8(o, u, ldc, b, from, start, groups, LAST / BLOCK);
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

/* The low bytes of what four times four lanes hold, each eight as q7_quantize of relaxed.c orders them. */
static inline v128_t codes_in_order(v128_t a, v128_t b, v128_t c, v128_t d)
{
    const v128_t ac = wasm_i16x8_shuffle(a, c, 0, 2, 4, 6, 8, 10, 12, 14);
    const v128_t bd = wasm_i16x8_shuffle(b, d, 0, 2, 4, 6, 8, 10, 12, 14);
    const v128_t first = wasm_i32x4_shuffle(ac, bd, 0, 4, 1, 5), second = wasm_i32x4_shuffle(ac, bd, 2, 6, 3, 7);
    return wasm_i8x16_shuffle(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

/* quantize_fn */
static range lanes_quantize(void *codes, const float *x, int n, int padded, int levels)
{
    enum { APART = BLOCK * STEP };
    expect_quantize(n, padded, levels);
    uint8_t *u = codes;
    const range r = lanes_row_range(x, n, levels);
    const v128_t less = wasm_i8x16_splat(levels > SEVEN_BITS ? (int8_t)-HALF : 0);
    const v128_t lo = wasm_f32x4_splat(r.lo);
    const v128_t inverse = wasm_f32x4_splat(r.step > 0.0f ? 1.0f / r.step : 0.0f);
    int i = 0;
    for (; n - i >= SIXTEEN; i += SIXTEEN, u += 4 * APART) {
        const v128_t a = codes4(x + i, lo, inverse), b = codes4(x + i + 4, lo, inverse);
        const v128_t c = codes4(x + i + 8, lo, inverse), d = codes4(x + i + 12, lo, inverse);
        const v128_t of_row = wasm_v128_xor(codes_in_order(a, b, c, d), less);
        wasm_v128_store32_lane(u, of_row, 0);
        wasm_v128_store32_lane(u + APART, of_row, 1);
        wasm_v128_store32_lane(u + 2 * APART, of_row, 2);
        wasm_v128_store32_lane(u + 3 * APART, of_row, 3);
    }
    if (i < n) {
        const v128_t a = codes4(x + i, lo, inverse), b = codes4(x + i + 4, lo, inverse);
        const v128_t of_row = wasm_v128_xor(codes_in_order(a, b, a, b), less);
        wasm_v128_store32_lane(u, of_row, 0);
        wasm_v128_store32_lane(u + APART, of_row, 1);
        u += 2 * APART;
    }
    for (i = n; i < padded; i += STEP, u += APART) memset(u, 0, STEP);
    return r;
}

const kernel_option lanes_relaxed_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = lanes_gemm_f32 };
const kernel_option lanes_relaxed_q7 = { "lanes", .q7 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q7, BLOCK },
                                         .q8 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q8, BLOCK },
                                         .q8_place = relaxed_q7_place };
