/* simd128.c - the kernels in 128-bit SIMD, bit for bit those of ref.c.
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "kernels/rows_by_exp.h"
#include "kernels/shared.h"
#include "kernels/variants.h"

#include <string.h>

/* Two roundings, as the reference: this build must not fuse. 4 x 8 because older engines spill 6 x 8. */
#define TILE_ROWS 4
#define TILE_MADD(a, b, c) wasm_f32x4_add(c, wasm_f32x4_mul(a, b))
#include "kernels/tile_f32.h"

void simd128_gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                      int m, int k, int panels, bool add)
{
    gemm_f32(y, ldy, x, ldx, b, bias, m, k, panels, add);
}

enum { Q8_ROWS = 4 };

int simd128_q8_place(int i, int j) { return (i / 2 * PANEL + j) * 2 + i % 2; }

/* dot[rows][2] = the products of one group of 64 inputs with 8 outputs. Codes are 16 bits wide, so that one
 * instruction multiplies and adds a pair of inputs for four outputs, exactly. */
static inline __attribute__((always_inline)) void wide_dot(v128_t dot[Q8_ROWS][2], const int16_t *codes,
                                                           ptrdiff_t ldc, const q8_group *const g[1],
                                                           const int rows, const int panels)
{
    (void)panels;
    for (int i = 0; i < rows; i++) dot[i][0] = dot[i][1] = wasm_i32x4_splat(0);
    for (int l = 0; l < GROUP; l += 2) {
        const v128_t w = wasm_v128_load(g[0]->code + l * PANEL);
        const v128_t w0 = wasm_i16x8_extend_low_i8x16(w), w1 = wasm_i16x8_extend_high_i8x16(w);
        for (int i = 0; i < rows; i++) {
            const v128_t u = wasm_v128_load32_splat(codes + i * ldc + l);
            dot[i][0] = wasm_i32x4_add(dot[i][0], wasm_i32x4_dot_i16x8(u, w0));
            dot[i][1] = wasm_i32x4_add(dot[i][1], wasm_i32x4_dot_i16x8(u, w1));
        }
    }
}

#define TILE_Q8(name) wide_##name
#define TILE_Q8_ROWS Q8_ROWS
#define TILE_Q8_PANELS 1
#define TILE_Q8_BY_LANE false
#define TILE_Q8_STORED false
#define TILE_Q8_CODE int16_t
#include "kernels/tile_q8.h"

void simd128_gemm_q8(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                     const q8_panel *b, const float *bias, int m, int groups, int panels, bool add)
{
    wide_gemm_q8(y, ldy, codes, ldc, ranges, b, bias, m, groups, panels, add);
}

range simd128_row_range(const float *x, int n, int levels)
{
    v128_t lo = wasm_f32x4_splat(INFINITY), hi = wasm_f32x4_splat(-INFINITY), lo1 = lo, hi1 = hi;
    for (int i = 0; i < n; i += LANES) {
        const v128_t a = wasm_v128_load(x + i), b = wasm_v128_load(x + i + 4);
        lo = wasm_f32x4_pmin(lo, a);
        hi = wasm_f32x4_pmax(hi, a);
        lo1 = wasm_f32x4_pmin(lo1, b);
        hi1 = wasm_f32x4_pmax(hi1, b);
    }
    lo = wasm_f32x4_pmin(lo, lo1);
    hi = wasm_f32x4_pmax(hi, hi1);
    return range_between(wasm_f32x4_extract_lane(LANES_BY(wasm_f32x4_pmin, lo), 0),
                         wasm_f32x4_extract_lane(LANES_BY(wasm_f32x4_pmax, hi), 0), levels);
}

void simd128_quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                      int levels)
{
    (void)ldx, (void)rows;
    expect_quantize(n, padded, levels);
    int16_t *u = codes;
    const range r = simd128_row_range(x, n, levels);
    const v128_t lo = wasm_f32x4_splat(r.lo);
    const v128_t inverse = wasm_f32x4_splat(r.step > 0.0f ? 1.0f / r.step : 0.0f);
    for (int i = 0; i < n; i += 8) {
        const v128_t a = codes4(x + i, lo, inverse), b = codes4(x + i + 4, lo, inverse);
        wasm_v128_store(u + i, wasm_i16x8_narrow_i32x4(a, b));
    }
    for (int i = n; i < padded; i++) u[i] = 0;
    *ranges = r;
}

void simd128_layer_norm(float *y, const float *x, const float *weight, const float *bias, int n, float eps)
{
    expect_row(n);
    v128_t s0 = wasm_f32x4_splat(0.0f), s1 = s0, q0 = s0, q1 = s0;
    for (int i = 0; i < n; i += LANES) {
        s0 = wasm_f32x4_add(s0, wasm_v128_load(x + i));
        s1 = wasm_f32x4_add(s1, wasm_v128_load(x + i + 4));
    }
    const v128_t mean = wasm_f32x4_splat(sum8_lanes(s0, s1) / (float)n);
    for (int i = 0; i < n; i += LANES) {
        const v128_t d0 = wasm_f32x4_sub(wasm_v128_load(x + i), mean);
        const v128_t d1 = wasm_f32x4_sub(wasm_v128_load(x + i + 4), mean);
        q0 = wasm_f32x4_add(q0, wasm_f32x4_mul(d0, d0));
        q1 = wasm_f32x4_add(q1, wasm_f32x4_mul(d1, d1));
    }
    const v128_t scale = wasm_f32x4_splat(1.0f / sqrtf(sum8_lanes(q0, q1) / (float)n + eps));
    for (int i = 0; i < n; i += LANES) {
        const v128_t d0 = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(x + i), mean), scale);
        const v128_t d1 = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(x + i + 4), mean), scale);
        const v128_t w0 = wasm_f32x4_mul(d0, wasm_v128_load(weight + i));
        const v128_t w1 = wasm_f32x4_mul(d1, wasm_v128_load(weight + i + 4));
        const v128_t y1 = wasm_f32x4_add(w1, wasm_v128_load(bias + i + 4));
        wasm_v128_store(y + i, wasm_f32x4_add(w0, wasm_v128_load(bias + i)));
        wasm_v128_store(y + i + 4, y1);
    }
}

void simd128_softmax(float *x, int n) { softmax_by(exp_f32x4, x, n); }

void simd128_quantize_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    (void)ldx, (void)rows;
    expect_i16(n, limit);
    v128_t bits = wasm_i32x4_splat(0);
    for (int i = 0; i < n; i += LANES) {
        bits = max_bits4(max_bits4(bits, wasm_v128_load(x + i)), wasm_v128_load(x + i + 4));
    }
    bits = wasm_i32x4_max(bits, wasm_i32x4_shuffle(bits, bits, 2, 3, 0, 1));
    bits = wasm_i32x4_max(bits, wasm_i32x4_shuffle(bits, bits, 1, 0, 3, 2));
    const float size = wasm_f32x4_extract_lane(bits, 0), top = (float)limit;
    *scales = size / top;
    if (!has_codes(size)) {
        memset(codes, 0, (size_t)n * sizeof *codes);
        return;
    }
    const v128_t inverse = wasm_f32x4_splat(top / size);
    for (int i = 0; i < n; i += LANES) {
        const v128_t a = codes_i16x4(wasm_v128_load(x + i), inverse);
        const v128_t b = codes_i16x4(wasm_v128_load(x + i + 4), inverse);
        wasm_v128_store(codes + i, wasm_i16x8_narrow_i32x4(a, b));
    }
}

/* Codes of a pair of rows of four columns, side by side. usable: lanes of ones where a column has codes. */
static v128_t pair_codes(v128_t even, v128_t odd, v128_t inverse, v128_t usable)
{
    const v128_t low = wasm_v128_and(codes_i16x4(even, inverse), const_i32x4(0xffff));
    return wasm_v128_and(wasm_v128_or(low, wasm_i32x4_shl(codes_i16x4(odd, inverse), 16)), usable);
}

/* Eight columns. */
static void panel_columns(i16_panel *b, const float *x, ptrdiff_t ldx, int rows, int padded, v128_t top)
{
    const v128_t zero = wasm_i32x4_splat(0);
    v128_t size[2] = { zero, zero }, inverse[2], usable[2];
    int16_t *code = b->code;
    for (int i = 0; i < rows; i++) {
        for (int h = 0; h < 2; h++) size[h] = max_bits4(size[h], wasm_v128_load(x + i * ldx + 4 * h));
    }
    for (int h = 0; h < 2; h++) {
        usable[h] = wasm_v128_and(wasm_f32x4_gt(size[h], const_f32x4(1e-30f)),
                                  wasm_f32x4_lt(size[h], const_f32x4(INFINITY)));
        inverse[h] = wasm_f32x4_div(top, size[h]);
        wasm_v128_store(b->scale + 4 * h, wasm_f32x4_div(size[h], top));
    }
    for (int i = 0; i < padded; i += 2, x += 2 * ldx, code += 2 * PANEL) {
        for (int h = 0; h < 2; h++) {
            const v128_t even = i < rows ? wasm_v128_load(x + 4 * h) : zero;
            const v128_t odd = i + 1 < rows ? wasm_v128_load(x + ldx + 4 * h) : zero;
            wasm_v128_store(code + 8 * h, pair_codes(even, odd, inverse[h], usable[h]));
        }
    }
}

void simd128_columns_i16(void *panels, const float *x, ptrdiff_t ldx, int rows, int padded, int cols, int limit)
{
    expect_columns(ldx, rows, padded, cols, limit);
    const v128_t top = wasm_f32x4_splat((float)limit);
    for (int p = 0; p < cols / PANEL; p++) {
        panel_columns(i16_panel_at(panels, p, padded), x + p * PANEL, ldx, rows, padded, top);
    }
}

/* rows is a constant at every call. */
static inline __attribute__((always_inline)) void tile_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx,
                                                           const float *scales, const i16_panel *b, const int rows,
                                                           int k)
{
    v128_t dot[Q8_ROWS][2];
    for (int i = 0; i < rows; i++) dot[i][0] = dot[i][1] = wasm_i32x4_splat(0);
    for (int l = 0; l < k; l += 2) {
        const v128_t w0 = wasm_v128_load(b->code + l * PANEL), w1 = wasm_v128_load(b->code + l * PANEL + 8);
        for (int i = 0; i < rows; i++) {
            const v128_t u = wasm_v128_load32_splat(x + i * ldx + l);
            dot[i][0] = wasm_i32x4_add(dot[i][0], wasm_i32x4_dot_i16x8(u, w0));
            dot[i][1] = wasm_i32x4_add(dot[i][1], wasm_i32x4_dot_i16x8(u, w1));
        }
    }
    for (int h = 0; h < 2; h++) {
        const v128_t scale = wasm_v128_load(b->scale + 4 * h);
        for (int i = 0; i < rows; i++) {
            const v128_t sum = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(dot[i][h]), scale);
            wasm_v128_store(y + i * ldy + 4 * h, wasm_f32x4_mul(sum, wasm_f32x4_splat(scales[i])));
        }
    }
}

static void panel_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                      const i16_panel *b, int m, int k)
{
    int i = 0;
    for (; m - i >= Q8_ROWS; i += Q8_ROWS) {
        tile_i16(y + i * ldy, ldy, x + i * ldx, ldx, scales + i, b, Q8_ROWS, k);
    }
    for (; i < m; i++) tile_i16(y + i * ldy, ldy, x + i * ldx, ldx, scales + i, b, 1, k);
}

void simd128_gemm_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                      const i16_panel *b, int m, int k, int panels)
{
    expect_gemm_i16(ldy, ldx, m, k, panels);
    for (int p = 0; p < panels; p++, b = i16_panel_next(b, k)) {
        panel_i16(y + p * PANEL, ldy, x, ldx, scales, b, m, k);
    }
}

void simd128_softmax_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    (void)ldx, (void)rows;
    expect_i16(n, limit);
    const v128_t max = row_max(x, n), top = wasm_f32x4_splat((float)limit);
    v128_t sum = wasm_i32x4_splat(0);
    for (int i = 0; i < n; i += LANES) {
        const v128_t a = exp2_codes4(wasm_f32x4_sub(wasm_v128_load(x + i), max), top);
        const v128_t b = exp2_codes4(wasm_f32x4_sub(wasm_v128_load(x + i + 4), max), top);
        wasm_v128_store(codes + i, wasm_i16x8_narrow_i32x4(a, b));
        sum = wasm_i32x4_add(sum, wasm_i32x4_add(a, b));
    }
    *scales = 1.0f / (float)(wasm_i32x4_extract_lane(sum, 0) + wasm_i32x4_extract_lane(sum, 1) +
                             wasm_i32x4_extract_lane(sum, 2) + wasm_i32x4_extract_lane(sum, 3));
}

void simd128_swiglu(float *h, const float *gate, const float *value, int n)
{
    swiglu_by(exp_f32x4, h, gate, value, n);
}

void simd128_rope(float *x, const float *cos, const float *sin, int heads, int pairs)
{
    expect_rope(heads, pairs);
    for (int j = 0; j < pairs; j += 4) {
        const v128_t c = wasm_v128_load(cos + j), s = wasm_v128_load(sin + j);
        float *at = x + 2 * j;
        for (int h = 0; h < heads; h++, at += 2 * pairs) {
            const v128_t a = wasm_v128_load(at), b = wasm_v128_load(at + 4);
            const v128_t even = wasm_i32x4_shuffle(a, b, 0, 2, 4, 6);
            const v128_t odd = wasm_i32x4_shuffle(a, b, 1, 3, 5, 7);
            const v128_t e = wasm_f32x4_sub(wasm_f32x4_mul(even, c), wasm_f32x4_mul(odd, s));
            const v128_t o = wasm_f32x4_add(wasm_f32x4_mul(odd, c), wasm_f32x4_mul(even, s));
            wasm_v128_store(at, wasm_i32x4_shuffle(e, o, 0, 4, 1, 5));
            wasm_v128_store(at + 4, wasm_i32x4_shuffle(e, o, 2, 6, 3, 7));
        }
    }
}

static const kernels kernels_simd128_q8 = {
    .name = "simd128",
    .quantized = &kernels_simd128_q8,
    .gemm_f32 = simd128_gemm_f32,
    .gemm_backward = simd128_gemm_f32,
    .q7_place = simd128_q8_place,
    .q8_place = simd128_q8_place,
    .q7 = { sizeof(int16_t), simd128_quantize, simd128_gemm_q8 },
    .q8 = { sizeof(int16_t), simd128_quantize, simd128_gemm_q8 },
    .i16 = { simd128_quantize_i16, simd128_columns_i16, simd128_softmax_i16, simd128_gemm_i16 },
    .layer_norm = simd128_layer_norm,
    .softmax = simd128_softmax,
    .swiglu = simd128_swiglu,
    .rope = simd128_rope,
};

const kernels kernels_simd128 = {
    .name = "simd128",
    .quantized = &kernels_simd128_q8,
    .gemm_f32 = simd128_gemm_f32,
    .gemm_backward = simd128_gemm_f32,
    .layer_norm = simd128_layer_norm,
    .softmax = simd128_softmax,
    .swiglu = simd128_swiglu,
    .rope = simd128_rope,
};

const kernel_option simd128_f32 = { "4 rows", .gemm_f32 = gemm_f32, .exact_f32 = gemm_f32 };
const kernel_option simd128_wide_dot = { "wide dot", .q7 = { sizeof(int16_t), simd128_quantize, wide_gemm_q8 } };
const kernel_option simd128_pair_i16 = { "pair dot", .i16 = { simd128_quantize_i16, simd128_columns_i16,
                                                              simd128_softmax_i16, simd128_gemm_i16 } };
