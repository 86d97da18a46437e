/* relaxed.c - the slots that relaxed SIMD makes faster. A relaxed multiply-add may round once or
 * twice, as the host chooses, so f32 results are close to the reference rather than equal to it.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/rows_by_exp.h"
#include "kernels/shared.h"
#include "kernels/variants.h"

#include <string.h>

#define TILE_ROWS 6
#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)
#include "kernels/tile_f32.h"

/* ---- rows of a model without q8 matrices ---------------------------------------------------------------- */

/* exp_f32x4 with fused products. */
static inline v128_t fused_exp(v128_t x)
{
    x = wasm_f32x4_pmin(wasm_f32x4_pmax(const_f32x4(EXP_LO), x), const_f32x4(EXP_HI));
    const v128_t round = const_f32x4(EXP_ROUND);
    const v128_t rounded = wasm_f32x4_relaxed_madd(x, const_f32x4(EXP_LOG2E), round);
    const v128_t n = wasm_f32x4_sub(rounded, round);
    v128_t r = wasm_f32x4_relaxed_madd(n, const_f32x4(-EXP_LN2_HI), x);
    r = wasm_f32x4_relaxed_madd(n, const_f32x4(-EXP_LN2_LO), r);
    v128_t p = const_f32x4(EXP_P0);
    p = wasm_f32x4_relaxed_madd(p, r, const_f32x4(EXP_P1));
    p = wasm_f32x4_relaxed_madd(p, r, const_f32x4(EXP_P2));
    p = wasm_f32x4_relaxed_madd(p, r, const_f32x4(EXP_P3));
    p = wasm_f32x4_relaxed_madd(p, r, const_f32x4(EXP_P4));
    p = wasm_f32x4_relaxed_madd(p, r, const_f32x4(EXP_P5));
    p = wasm_f32x4_relaxed_madd(p, wasm_f32x4_mul(r, r), r);
    p = wasm_f32x4_add(p, const_f32x4(1.0f));
    return wasm_i32x4_add(p, wasm_i32x4_shl(rounded, 23));
}

static void softmax(float *x, int n) { softmax_by(fused_exp, x, n); }

static void swiglu(float *h, const float *gate, const float *value, int n)
{
    swiglu_by(fused_exp, h, gate, value, n);
}

/* ---- 7-bit activations ------------------------------------------------------------------------
 * One instruction multiplies 16 signed weights by 16 codes of 0..127 and adds adjacent products in 16
 * bits. Two of these may be added before they are widened, because the format promises that four
 * neighboring weights sum to at most 258 in magnitude: 127 * 258 < 2^15. So inputs are handled by
 * eight: the first instruction takes inputs 0 1 4 5 of four outputs, the second 2 3 6 7, and their
 * sum holds inputs 0..3 and 4..7 in adjacent lanes. */

enum { PAIR_ROWS = 5, ADD_ROWS = 6, EIGHT = 8 };

/* Weights of a group: [8 eights][2 instructions][8 outputs][4 inputs]. */
int relaxed_q7_place(int i, int j)
{
    const int eight = i / EIGHT, second = i / 2 % 2, at = i % EIGHT / 4 * 2 + i % 2;
    return ((eight * 2 + second) * PANEL + j) * 4 + at;
}

/* codes4 in one conversion: of what is not a number it makes 0 or less, which becomes 0 when it is narrowed. */
static inline v128_t relaxed_codes4(const float *x, v128_t lo, v128_t inverse)
{
    const v128_t v = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(x), lo), inverse);
    return wasm_i32x4_relaxed_trunc_f32x4(wasm_f32x4_add(v, const_f32x4(0.5f)));
}

/* Codes are bytes, in the order in which the two instructions read them: 0 1 4 5 2 3 6 7. */
static void q7_quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                        int levels)
{
    (void)ldx, (void)rows;
    expect_quantize(n, padded, levels);
    uint8_t *u = codes;
    const range r = simd128_row_range(x, n, levels);
    const v128_t lo = wasm_f32x4_splat(r.lo);
    const v128_t inverse = wasm_f32x4_splat(r.step > 0.0f ? 1.0f / r.step : 0.0f);
    for (int i = 0; i < n; i += EIGHT) {
        const v128_t a = relaxed_codes4(x + i, lo, inverse), b = relaxed_codes4(x + i + 4, lo, inverse);
        const v128_t ordered =
            wasm_i16x8_narrow_i32x4(wasm_i64x2_shuffle(a, b, 0, 2), wasm_i64x2_shuffle(a, b, 1, 3));
        wasm_v128_store64_lane(u + i, wasm_u8x16_narrow_i16x8(ordered, ordered), 0);
    }
    memset(u + n, 0, (size_t)(padded - n));
    *ranges = r;
}

/* dot[rows][2] = the products of one group of 64 inputs with 8 outputs. */
static inline __attribute__((always_inline)) void pair_dot(v128_t dot[PAIR_ROWS][2], const uint8_t *codes,
                                                           ptrdiff_t ldc, const q8_group *const g[1],
                                                           const int rows, const int panels)
{
    (void)panels;
    const v128_t ones = const_i32x4(0x00010001);
    for (int i = 0; i < rows; i++) dot[i][0] = dot[i][1] = wasm_i32x4_splat(0);
    for (int l = 0; l < GROUP; l += EIGHT) {
        const int8_t *w = g[0]->code + l * PANEL;
        const v128_t w00 = wasm_v128_load(w), w01 = wasm_v128_load(w + 16);
        const v128_t w10 = wasm_v128_load(w + 32), w11 = wasm_v128_load(w + 48);
        for (int i = 0; i < rows; i++) {
            const v128_t u0 = wasm_v128_load32_splat(codes + i * ldc + l);
            const v128_t u1 = wasm_v128_load32_splat(codes + i * ldc + l + 4);
            const v128_t d0 = wasm_i16x8_add(wasm_i16x8_relaxed_dot_i8x16_i7x16(w00, u0),
                                             wasm_i16x8_relaxed_dot_i8x16_i7x16(w10, u1));
            const v128_t d1 = wasm_i16x8_add(wasm_i16x8_relaxed_dot_i8x16_i7x16(w01, u0),
                                             wasm_i16x8_relaxed_dot_i8x16_i7x16(w11, u1));
            dot[i][0] = wasm_i32x4_add(dot[i][0], wasm_i32x4_dot_i16x8(d0, ones));
            dot[i][1] = wasm_i32x4_add(dot[i][1], wasm_i32x4_dot_i16x8(d1, ones));
        }
    }
}

#define TILE_Q8(name) pair_##name
#define TILE_Q8_ROWS PAIR_ROWS
#define TILE_Q8_PANELS 1
#define TILE_Q8_BY_LANE false
#define TILE_Q8_STORED false
#define TILE_Q8_CODE uint8_t
#include "kernels/tile_q8.h"

/* The same by the instruction that also adds to 32 bits: one where the processor has it (AVX-VNNI), four where not. */
static inline __attribute__((always_inline)) void add_dot(v128_t dot[ADD_ROWS][2], const uint8_t *codes,
                                                          ptrdiff_t ldc, const q8_group *const g[1], const int rows,
                                                          const int panels)
{
    (void)panels;
    for (int i = 0; i < rows; i++) dot[i][0] = dot[i][1] = wasm_i32x4_splat(0);
    for (int l = 0; l < GROUP; l += 4) {
        const v128_t w0 = wasm_v128_load(g[0]->code + l * PANEL), w1 = wasm_v128_load(g[0]->code + l * PANEL + 16);
        for (int i = 0; i < rows; i++) {
            const v128_t u = wasm_v128_load32_splat(codes + i * ldc + l);
            dot[i][0] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(w0, u, dot[i][0]);
            dot[i][1] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(w1, u, dot[i][1]);
        }
    }
}

#define TILE_Q8(name) add_##name
#define TILE_Q8_ROWS ADD_ROWS
#define TILE_Q8_PANELS 1
#define TILE_Q8_BY_LANE false
#define TILE_Q8_STORED true
#define TILE_Q8_CODE uint8_t
#include "kernels/tile_q8.h"

/* All kernels here are exact: a quantized model gives the reference's bits. */
static const kernels kernels_relaxed_q8 = {
    .name = "relaxed",
    .quantized = &kernels_relaxed_q8,
    .gemm_f32 = simd128_gemm_f32,
    .gemm_backward = gemm_f32,
    .q7_place = relaxed_q7_place,
    .q8_place = simd128_q8_place,
    .q7 = { sizeof(uint8_t), q7_quantize, pair_gemm_q8 },
    .q8 = { sizeof(int16_t), simd128_quantize, simd128_gemm_q8 },
    .i16 = { simd128_quantize_i16, simd128_columns_i16, simd128_softmax_i16, simd128_gemm_i16 },
    .layer_norm = simd128_layer_norm,
    .softmax = simd128_softmax,
    .swiglu = simd128_swiglu,
    .rope = simd128_rope,
};

const kernels kernels_relaxed = {
    .name = "relaxed",
    .quantized = &kernels_relaxed_q8,
    .gemm_f32 = gemm_f32,
    .gemm_backward = gemm_f32,
    .layer_norm = simd128_layer_norm,
    .softmax = softmax,
    .swiglu = swiglu,
    .rope = simd128_rope,
};

const kernel_option relaxed_f32 = { "6 rows", .gemm_f32 = gemm_f32, .exact_f32 = simd128_gemm_f32 };
const kernel_option relaxed_pair_dot = { "pair dot", .q7 = { sizeof(uint8_t), q7_quantize, pair_gemm_q8 } };
const kernel_option relaxed_dot_add = { "dot add", .q7 = { sizeof(uint8_t), q7_quantize, add_gemm_q8 } };
