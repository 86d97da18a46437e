/* tile_q8_lanes.h - the 8-bit matrix kernel for processors of 32 registers: four rows, two panels, and the inputs of a
 * group 16 at a time, by fours; and the quantizing of its activations. The file that includes it has
 *
 *     enum { ROWS, SIXTEEN, EIGHT };
 *     codes_in_order(a, b, c, d)                  16 codes, a lane each, as bytes in the order that add_four reads; the
 *                                                 first eight depend on a and b only
 *     add_four(dot, u, four, w, rows, panels)     dot += the products of inputs 4 four .. 4 four + 3 of the 16 in u;
 *                                                 w: the panels' weights of these 16
 *
 * SPDX-License-Identifier: MIT */

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
