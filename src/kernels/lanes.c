/* lanes.c - matrix kernels in 128-bit SIMD for 64-bit Arm: 32 registers, multiply by a lane of a register, long
 * multiplies that add to what a register holds. Bit for bit those of ref.c, and the packed weights are those
 * of simd128.c. On other processors they are as exact, only slower.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/lanes_block.h"
#include "kernels/rows_by_exp.h"
#include "kernels/shared.h"
#include "kernels/variants.h"

#include <string.h>

/* The lane becomes an operand of the multiplication; two roundings, as the reference. */
#define TILE_MADD(a, b, c) wasm_f32x4_add(c, wasm_f32x4_mul(b, a))
#include "kernels/tile_f32_lanes.h"

enum { ROWS = 4, SIXTEEN = 16 };

/* ---- 7-bit activations: codes of 8 bits in their own order ---------------------------------------------- */

/* The low bytes of what four times four lanes hold. */
static inline v128_t codes_in_order(v128_t a, v128_t b, v128_t c, v128_t d)
{
    const v128_t ab = wasm_i16x8_shuffle(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
    const v128_t cd = wasm_i16x8_shuffle(c, d, 0, 2, 4, 6, 8, 10, 12, 14);
    return wasm_i8x16_shuffle(ab, cd, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

/* A pair of neighboring codes of the 16 in x, in every pair of bytes. */
static inline __attribute__((always_inline)) v128_t pair_of(v128_t x, const int pair)
{
#define PAIR(n) wasm_i16x8_shuffle(x, x, n, n, n, n, n, n, n, n)
    switch (pair) {
    case 0: return PAIR(0);
    case 1: return PAIR(1);
    case 2: return PAIR(2);
    case 3: return PAIR(3);
    case 4: return PAIR(4);
    case 5: return PAIR(5);
    case 6: return PAIR(6);
    default: return PAIR(7);
    }
#undef PAIR
}

/* Two products of signed bytes and codes of 0..127 fit 16 bits. */
static inline __attribute__((always_inline)) void add_four(v128_t dot[ROWS][4], const v128_t u[ROWS],
                                                           const int four, const int8_t *const w[2], const int rows,
                                                           const int panels)
{
    v128_t even[2], odd[2];
    UNROLL
    for (int p = 0; p < panels; p++) {
        even[p] = wasm_v128_load(w[p] + four * 32);
        odd[p] = wasm_v128_load(w[p] + four * 32 + 16);
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t a = pair_of(u[i], 2 * four), b = pair_of(u[i], 2 * four + 1);
        UNROLL
        for (int p = 0; p < panels; p++) {
            const v128_t low =
                wasm_i16x8_add(wasm_i16x8_extmul_low_i8x16(even[p], a), wasm_i16x8_extmul_low_i8x16(odd[p], b));
            const v128_t high =
                wasm_i16x8_add(wasm_i16x8_extmul_high_i8x16(even[p], a), wasm_i16x8_extmul_high_i8x16(odd[p], b));
            dot[i][2 * p] = wasm_i32x4_add(dot[i][2 * p], wasm_i32x4_extadd_pairwise_i16x8(low));
            dot[i][2 * p + 1] = wasm_i32x4_add(dot[i][2 * p + 1], wasm_i32x4_extadd_pairwise_i16x8(high));
        }
    }
}

/* simd128_row_range by the minimum of Arm, one instruction where pmin takes two. The two differ in what is not a number
 * and in the sign of zero: then the row is read again. */
range lanes_row_range(const float *x, int n, int levels)
{
    const v128_t zero = wasm_f32x4_splat(0.0f);
    v128_t lo = wasm_v128_load(x), hi = lo;
    for (int i = 0; i < n; i += 4) {
        const v128_t v = wasm_v128_load(x + i);
        lo = wasm_f32x4_min(lo, v);
        hi = wasm_f32x4_max(hi, v);
    }
    const v128_t zeros = wasm_v128_or(wasm_f32x4_eq(lo, zero), wasm_f32x4_eq(hi, zero));
    if (wasm_v128_any_true(wasm_v128_or(zeros, wasm_f32x4_ne(lo, lo)))) return simd128_row_range(x, n, levels);
    lo = wasm_f32x4_min(lo, wasm_i32x4_shuffle(lo, lo, 2, 3, 0, 1));
    hi = wasm_f32x4_max(hi, wasm_i32x4_shuffle(hi, hi, 2, 3, 0, 1));
    lo = wasm_f32x4_min(lo, lane_of(lo, 1));
    hi = wasm_f32x4_max(hi, lane_of(hi, 1));
    return range_between(wasm_f32x4_extract_lane(lo, 0), wasm_f32x4_extract_lane(hi, 0), levels);
}

/* quantize_fn */
static void lanes_quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                           int levels)
{
    (void)ldx, (void)rows;
    expect_quantize(n, padded, levels);
    uint8_t *u = codes;
    const range r = lanes_row_range(x, n, levels);
    const v128_t lo = wasm_f32x4_splat(r.lo);
    const v128_t inverse = wasm_f32x4_splat(r.step > 0.0f ? 1.0f / r.step : 0.0f);
    int i = 0;
    for (; n - i >= SIXTEEN; i += SIXTEEN) {
        const v128_t a = codes4(x + i, lo, inverse), b = codes4(x + i + 4, lo, inverse);
        const v128_t c = codes4(x + i + 8, lo, inverse), d = codes4(x + i + 12, lo, inverse);
        wasm_v128_store(u + i, codes_in_order(a, b, c, d));
    }
    if (i < n) {
        const v128_t a = codes4(x + i, lo, inverse), b = codes4(x + i + 4, lo, inverse);
        wasm_v128_store64_lane(u + i, codes_in_order(a, b, a, b), 0);
    }
    if (padded > n) memset(u + n, 0, (size_t)(padded - n));
    *ranges = r;
}

static inline __attribute__((always_inline)) void lanes_dot(v128_t dot[ROWS][4], const uint8_t *codes,
                                                            ptrdiff_t ldc, const q8_group *const g[2],
                                                            const int rows, const int panels)
{
    int zero = 0;
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < 2 * panels; j++) dot[i][j] = wasm_i32x4_splat(0);
    }
    UNROLL
    for (int l = 0; l < GROUP; l += SIXTEEN) {
        v128_t u[ROWS];
        const int8_t *w[2];
        UNROLL
        for (int p = 0; p < panels; p++) w[p] = g[p]->code + l * PANEL;
        UNROLL
        for (int i = 0; i < rows; i++) u[i] = wasm_v128_load(codes + i * ldc + l);
        add_four(dot, u, 0, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 1, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 2, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 3, w, rows, panels);
        KEEP_ORDER(zero);
    }
}

#define TILE_Q8(name) lanes_##name
#define TILE_Q8_ROWS ROWS
#define TILE_Q8_PANELS 2
#define TILE_Q8_BY_LANE true
#define TILE_Q8_STORED false
#define TILE_Q8_CODE uint8_t
#include "kernels/tile_q8.h"

/* ---- attention: 16-bit codes, four rows or columns in one another (lanes_block.h) ----------------------- */

enum { PAIR = 2 * BLOCK, PAIRS = LANES / 2 };

/* next_order of the outputs of two inputs. */
static inline __attribute__((always_inline)) v128_t next_order_i16(v128_t x, const int turn)
{
    return turn % 2 ? wasm_i32x4_shuffle(x, x, 1, 0, 3, 2) : wasm_i16x8_shuffle(x, x, 1, 0, 3, 2, 5, 4, 7, 6);
}

/* dot[i][ORDERS * h + v] += in lane l the products of two inputs of row l of block i and output 4 h + (l ^ v). */
static inline __attribute__((always_inline)) void add_pair_i16(v128_t dot[BLOCKS][SUMS],
                                                               const int16_t *const x[BLOCKS],
                                                               const int16_t *const w[2], const int pair)
{
    int zero = 0;
    v128_t a[BLOCKS];
    UNROLL
    for (int i = 0; i < BLOCKS; i++) a[i] = wasm_v128_load(x[i] + pair * PAIR);
    UNROLL
    for (int h = 0; h < 2; h++) {
        v128_t b = wasm_v128_load(w[h] + pair * PAIR);
        UNROLL
        for (int turn = 0; turn < ORDERS; turn++) {
            const int j = ORDERS * h + order_at[turn];
            UNROLL
            for (int i = 0; i < BLOCKS; i++) {
                dot[i][j] = wasm_i32x4_add(dot[i][j], wasm_i32x4_extmul_low_i16x8(b, a[i]));
                dot[i][j] = wasm_i32x4_add(dot[i][j], wasm_i32x4_extmul_high_i16x8(b, a[i]));
            }
            if (turn < ORDERS - 1) b = next_order_i16(b, turn);
        }
    }
    KEEP_ORDER(zero);
}

/* The first four rows, or fewer. Not inline: every block of every tile ends with the same code. */
static __attribute__((noinline)) void store_i16(float *y, ptrdiff_t ldy, int rows, v128_t s0, v128_t s1, v128_t s2,
                                                v128_t s3, v128_t s4, v128_t s5, v128_t s6, v128_t s7)
{
    const v128_t sum[2][ORDERS] = { { s0, s1, s2, s3 }, { s4, s5, s6, s7 } };
    v128_t low[BLOCK], high[BLOCK];
    rows_of(low, sum[0]);
    rows_of(high, sum[1]);
    UNROLL
    for (int r = 0; r < BLOCK; r++, y += ldy) {
        if (r >= rows) return;
        wasm_v128_store(y, low[r]);
        wasm_v128_store(y + 4, high[r]);
    }
}

/* Of rows that are none the codes are read all the same, and nothing is written. */
static inline __attribute__((always_inline)) void tile_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx,
                                                           const float *scales, const i16_panel *b, int rows, int k)
{
    const int16_t *at[BLOCKS], *w[2] = { b->code, b->code + k * BLOCK };
    v128_t dot[BLOCKS][SUMS], of_rows[BLOCKS];
    int zero = 0;
    UNROLL
    for (int i = 0; i < BLOCKS; i++) {
        at[i] = x + i * BLOCK * ldx;
        UNROLL
        for (int j = 0; j < SUMS; j++) dot[i][j] = wasm_i32x4_splat(0);
    }
    NO_UNROLL
    for (int l = 0; l < k; l += LANES) {
        UNROLL
        for (int pair = 0; pair < PAIRS; pair++) add_pair_i16(dot, at, w, pair);
        UNROLL
        for (int i = 0; i < BLOCKS; i++) at[i] += PAIRS * PAIR;
        w[0] += PAIRS * PAIR;
        w[1] += PAIRS * PAIR;
    }
    UNROLL
    for (int i = 0; i < BLOCKS; i++) of_rows[i] = wasm_v128_load(scales + BLOCK * i);
    UNROLL
    for (int h = 0; h < 2; h++) {
        v128_t scale = wasm_v128_load(b->scale + 4 * h);
        UNROLL
        for (int turn = 0; turn < ORDERS; turn++) {
            const int j = ORDERS * h + order_at[turn];
            UNROLL
            for (int i = 0; i < BLOCKS; i++) {
                dot[i][j] = wasm_f32x4_mul(wasm_f32x4_mul(wasm_f32x4_convert_i32x4(dot[i][j]), scale), of_rows[i]);
            }
            if (turn < ORDERS - 1) scale = next_order(scale, turn);
            KEEP_ORDER(zero);
        }
    }
    UNROLL
    for (int i = 0; i < BLOCKS; i++) {
        const v128_t *t = dot[i];
        store_i16(y + i * BLOCK * ldy, ldy, rows - i * BLOCK, t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]);
    }
}

/* gemm_i16_fn */
static void lanes_gemm_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                           const i16_panel *b, int m, int k, int panels)
{
    expect_gemm_i16(ldy, ldx, m, k, panels);
    for (int p = 0; p < panels; p++, b = i16_panel_next(b, k), y += PANEL) {
        for (int i = 0; i < m; i += TILE_TOKENS)
            tile_i16(y + i * ldy, ldy, x + i * ldx, ldx, scales + i, b, m - i, k);
    }
}

/* One row or column of a block, by itself: where the others have no codes, or have some. */
static __attribute__((noinline)) void codes_of_one(int16_t *codes, const float *x, ptrdiff_t apart, int n,
                                                   float size, int limit)
{
    for (int i = 0; i < n; i++)
        codes[BLOCK * i] = (int16_t)(has_codes(size) ? code_i16(x[i * apart], (float)limit / size) : 0);
}

/* has_codes in every lane. */
static inline bool all_have_codes(v128_t size)
{
    return wasm_i32x4_all_true(wasm_v128_and(wasm_f32x4_gt(size, wasm_f32x4_splat(1e-30f)),
                                             wasm_f32x4_lt(size, wasm_f32x4_splat(INFINITY))));
}

/* Codes in the low halves of what four lanes hold, of two rows in turn. */
static inline v128_t codes_in_turn(v128_t a, v128_t b)
{
    return wasm_i16x8_shuffle(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
}

/* Codes in the low halves, of four columns of four rows. */
static inline __attribute__((always_inline)) void store_block_i16(int16_t *codes, const v128_t row[BLOCK])
{
    const v128_t low = codes_in_turn(row[0], row[1]), high = codes_in_turn(row[2], row[3]);
    wasm_v128_store(codes, wasm_i32x4_shuffle(low, high, 0, 4, 1, 5));
    wasm_v128_store(codes + PAIR, wasm_i32x4_shuffle(low, high, 2, 6, 3, 7));
}

/* code_i16 of fmath.h in the low half of a lane. */
static inline v128_t low_code(v128_t x, v128_t inverse)
{
    return wasm_f32x4_add(wasm_f32x4_mul(x, inverse), const_f32x4(EXP_ROUND));
}

/* quantize_i16_fn */
static void quantize_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    expect_i16(n, limit);
    const float *row[BLOCK];
    v128_t bits[BLOCK], turned[BLOCK], value[BLOCK];
    rows_at(row, x, ldx, rows);
    UNROLL
    for (int r = 0; r < BLOCK; r++) bits[r] = wasm_i32x4_splat(0);
    for (int i = 0; i < n; i += LANES) {
        UNROLL
        for (int r = 0; r < BLOCK; r++) {
            bits[r] = max_bits4(max_bits4(bits[r], wasm_v128_load(row[r] + i)), wasm_v128_load(row[r] + i + 4));
        }
    }
    transpose4(turned, bits);
    const v128_t size = wasm_i32x4_max(wasm_i32x4_max(turned[0], turned[1]), wasm_i32x4_max(turned[2], turned[3]));
    const v128_t top = wasm_f32x4_splat((float)limit), inverse = wasm_f32x4_div(top, size);
    wasm_v128_store(scales, wasm_f32x4_div(size, top));
    if (!all_have_codes(size)) {
        float sizes[BLOCK];
        wasm_v128_store(sizes, size);
        for (int r = 0; r < BLOCK; r++) codes_of_one(codes + r, row[r], 1, n, sizes[r], limit);
        return;
    }
    for (int i = 0; i < n; i += LANES, codes += LANES * BLOCK) {
        UNROLL
        for (int half = 0; half < 2; half++) {
            UNROLL
            for (int r = 0; r < BLOCK; r++)
                value[r] = low_code(wasm_v128_load(row[r] + i + 4 * half), lane_of(inverse, r));
            store_block_i16(codes + 4 * half * BLOCK, value);
        }
    }
}

/* Two rows of eight columns, in turn: four columns of both, and the other four. */
static inline __attribute__((always_inline)) void store_columns_i16(int16_t *const code[2], int i, const float *x,
                                                                    ptrdiff_t ldx, const v128_t inverse[2])
{
    UNROLL
    for (int h = 0; h < 2; h++) {
        const v128_t first = low_code(wasm_v128_load(x + 4 * h), inverse[h]);
        const v128_t second = low_code(wasm_v128_load(x + ldx + 4 * h), inverse[h]);
        wasm_v128_store(code[h] + i * BLOCK, wasm_i16x8_shuffle(first, second, 0, 2, 4, 6, 8, 10, 12, 14));
    }
}

/* Eight columns. */
static void panel_columns_i16(i16_panel *b, const float *x, ptrdiff_t ldx, int rows, int padded, int limit)
{
    const v128_t top = wasm_f32x4_splat((float)limit);
    int16_t *const code[2] = { b->code, b->code + padded * BLOCK };
    v128_t size[2] = { wasm_i32x4_splat(0), wasm_i32x4_splat(0) }, inverse[2];
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int h = 0; h < 2; h++) size[h] = max_bits4(size[h], wasm_v128_load(x + i * ldx + 4 * h));
    }
    UNROLL
    for (int h = 0; h < 2; h++) {
        inverse[h] = wasm_f32x4_div(top, size[h]);
        wasm_v128_store(b->scale + 4 * h, wasm_f32x4_div(size[h], top));
    }
    const bool all = all_have_codes(size[0]) && all_have_codes(size[1]);
    const int whole = all ? rows / 2 * 2 : 0;
    for (int i = 0; i < whole; i += 2) store_columns_i16(code, i, x + i * ldx, ldx, inverse);
    for (int j = 0; j < PANEL && whole < rows; j++) {
        float sizes[PANEL];
        wasm_v128_store(sizes, size[0]);
        wasm_v128_store(sizes + 4, size[1]);
        codes_of_one(code[j / BLOCK] + whole * BLOCK + j % BLOCK, x + whole * ldx + j, ldx, rows - whole, sizes[j],
                     limit);
    }
    for (int h = 0; h < 2; h++)
        memset(code[h] + rows * BLOCK, 0, (size_t)((padded - rows) * BLOCK) * sizeof *code[h]);
}

/* columns_i16_fn */
static void columns_i16(void *panels, const float *x, ptrdiff_t ldx, int rows, int padded, int cols, int limit)
{
    expect_columns(ldx, rows, padded, cols, limit);
    for (int p = 0; p < cols / PANEL; p++) {
        panel_columns_i16(i16_panel_at(panels, p, padded), x + p * PANEL, ldx, rows, padded, limit);
    }
}

static __attribute__((noinline)) v128_t row_max_by_pmax(const float *x, int n) { return row_max(x, n); }

/* The largest of each row in every lane. The maximum of Arm is one instruction where pmax takes two, and differs where there
 * is something that is not a number: then the rows are read again. */
static inline void rows_max(v128_t max[BLOCK], const float *const row[BLOCK], int n)
{
    v128_t turned[BLOCK];
    UNROLL
    for (int r = 0; r < BLOCK; r++) max[r] = wasm_v128_load(row[r]);
    for (int i = 0; i < n; i += LANES) {
        UNROLL
        for (int r = 0; r < BLOCK; r++) {
            max[r] = wasm_f32x4_max(max[r], wasm_v128_load(row[r] + i));
            max[r] = wasm_f32x4_max(max[r], wasm_v128_load(row[r] + i + 4));
        }
    }
    transpose4(turned, max);
    const v128_t all = wasm_f32x4_max(wasm_f32x4_max(turned[0], turned[1]), wasm_f32x4_max(turned[2], turned[3]));
    const bool numbers = !wasm_v128_any_true(wasm_f32x4_ne(all, all));
    UNROLL
    for (int r = 0; r < BLOCK; r++) max[r] = numbers ? lane_of(all, r) : row_max_by_pmax(row[r], n);
}

/* softmax_i16_fn */
static void softmax_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    expect_i16(n, limit);
    const float *row[BLOCK];
    const v128_t top = wasm_f32x4_splat((float)limit);
    v128_t max[BLOCK], sum[BLOCK], turned[BLOCK], value[BLOCK];
    rows_at(row, x, ldx, rows);
    rows_max(max, row, n);
    UNROLL
    for (int r = 0; r < BLOCK; r++) sum[r] = wasm_i32x4_splat(0);
    for (int i = 0; i < n; i += 4, codes += 4 * BLOCK) {
        UNROLL
        for (int r = 0; r < BLOCK; r++) {
            value[r] = exp2_low_codes4(wasm_f32x4_sub(wasm_v128_load(row[r] + i), max[r]), top);
            sum[r] = wasm_i32x4_add(sum[r], value[r]);
        }
        store_block_i16(codes, value);
    }
    transpose4(turned, sum);
    const v128_t all = wasm_i32x4_add(wasm_i32x4_add(turned[0], turned[1]), wasm_i32x4_add(turned[2], turned[3]));
    const v128_t rounds = wasm_i32x4_splat((int32_t)((uint32_t)n * bits_of_f32(EXP_ROUND))); /* of all values */
    wasm_v128_store(scales,
                    wasm_f32x4_div(wasm_f32x4_splat(1.0f), wasm_f32x4_convert_i32x4(wasm_i32x4_sub(all, rounds))));
}

void lanes_gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                    int m, int k, int panels, bool add)
{
    gemm_f32(y, ldy, x, ldx, b, bias, m, k, panels, add);
}

const kernel_option lanes_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = gemm_f32 };
const kernel_option lanes_q7 = { "lanes", .q7 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q8 } };
const kernel_option lanes_i16 = { "lanes",
                                  .i16 = { quantize_i16, columns_i16, softmax_i16, lanes_gemm_i16, BLOCK } };
