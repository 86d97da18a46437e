/* lanes.c - matrix kernels in 128-bit SIMD for 64-bit Arm: 32 registers, multiply by a lane of a register, long
 * multiplies that add to what a register holds. Bit for bit those of ref.c, and the packed weights are those
 * of simd128.c. On other processors they are as exact, only slower.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/shared.h"
#include "kernels/simd.h"
#include "kernels/variants.h"

#include <string.h>

/* The lane becomes an operand of the multiplication; two roundings, as the reference. */
#define TILE_MADD(a, b, c) wasm_f32x4_add(c, wasm_f32x4_mul(b, a))
#include "kernels/tile_f32_lanes.h"

enum { ROWS = 4, SIXTEEN = 16, EIGHT = 8 };

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
static range lanes_quantize(void *codes, const float *x, int n, int padded, int levels)
{
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
    return r;
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

/* ---- attention ------------------------------------------------------------------------------------------ */

/* dot[][4] += products of a pair of inputs with 8 columns: lane by lane as they lie in the panel, even and odd inputs
 * apart. */
static inline __attribute__((always_inline)) void add_pair_i16(v128_t dot[ROWS][4], const v128_t x[ROWS],
                                                               const int pair, const int16_t *w, const int rows)
{
    const v128_t w0 = wasm_v128_load(w), w1 = wasm_v128_load(w + 8);
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t u = lane_of(x[i], pair);
        dot[i][0] = wasm_i32x4_add(dot[i][0], wasm_i32x4_extmul_low_i16x8(w0, u));
        dot[i][1] = wasm_i32x4_add(dot[i][1], wasm_i32x4_extmul_high_i16x8(w0, u));
        dot[i][2] = wasm_i32x4_add(dot[i][2], wasm_i32x4_extmul_low_i16x8(w1, u));
        dot[i][3] = wasm_i32x4_add(dot[i][3], wasm_i32x4_extmul_high_i16x8(w1, u));
    }
}

/* rows is a constant at every call. */
static inline __attribute__((always_inline)) void tile_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx,
                                                           const float *scales, const i16_panel *b, const int rows,
                                                           int k)
{
    const v128_t of_rows = rows == ROWS ? wasm_v128_load(scales) : wasm_v128_load32_splat(scales);
    const int16_t *w = b->code;
    const int whole = k / EIGHT * EIGHT;
    v128_t dot[ROWS][4], u[ROWS];
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < 4; j++) dot[i][j] = wasm_i32x4_splat(0);
    }
    int l = 0;
    for (; l < whole; l += EIGHT, w += EIGHT * PANEL) {
        UNROLL
        for (int i = 0; i < rows; i++) u[i] = wasm_v128_load(x + i * ldx + l);
        add_pair_i16(dot, u, 0, w, rows);
        add_pair_i16(dot, u, 1, w + 2 * PANEL, rows);
        add_pair_i16(dot, u, 2, w + 4 * PANEL, rows);
        add_pair_i16(dot, u, 3, w + 6 * PANEL, rows);
    }
    for (; l < k; l += 2, w += 2 * PANEL) {
        UNROLL
        for (int i = 0; i < rows; i++) u[i] = wasm_v128_load32_splat(x + i * ldx + l);
        add_pair_i16(dot, u, 0, w, rows);
    }
    UNROLL
    for (int h = 0; h < 2; h++) {
        const v128_t scale = wasm_v128_load(b->scale + 4 * h);
        UNROLL
        for (int i = 0; i < rows; i++) {
            const v128_t even = wasm_i32x4_shuffle(dot[i][2 * h], dot[i][2 * h + 1], 0, 2, 4, 6);
            const v128_t odd = wasm_i32x4_shuffle(dot[i][2 * h], dot[i][2 * h + 1], 1, 3, 5, 7);
            const v128_t sum = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(wasm_i32x4_add(even, odd)), scale);
            wasm_v128_store(y + i * ldy + 4 * h, wasm_f32x4_mul(sum, lane_of(of_rows, i)));
        }
    }
}

static void panel_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                      const i16_panel *b, int m, int k)
{
    int i = 0;
    for (; m - i >= ROWS; i += ROWS) tile_i16(y + i * ldy, ldy, x + i * ldx, ldx, scales + i, b, ROWS, k);
    for (; i < m; i++) tile_i16(y + i * ldy, ldy, x + i * ldx, ldx, scales + i, b, 1, k);
}

/* gemm_i16_fn */
static void gemm_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                     const i16_panel *b, int m, int k, int panels)
{
    expect_gemm_i16(ldy, ldx, m, k, panels);
    for (int p = 0; p < panels; p++, b = i16_panel_next(b, k)) {
        panel_i16(y + p * PANEL, ldy, x, ldx, scales, b, m, k);
    }
}

void lanes_gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                    int m, int k, int panels, bool add)
{
    gemm_f32(y, ldy, x, ldx, b, bias, m, k, panels, add);
}

const kernel_option lanes_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = gemm_f32 };
const kernel_option lanes_q7 = { "lanes", .q7 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q8 } };
const kernel_option lanes_i16 = { "lanes", .gemm_i16 = gemm_i16 };
