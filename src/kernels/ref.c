/* ref.c - the scalar kernels: what the others are compared with. Written to be read; the order
 * of every sum is part of the definition (kernels.h).
 * SPDX-License-Identifier: MIT */
#include "kernels/contracts.h"
#include "fmath.h"
#include "kernels/variants.h"

static void gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                     int m, int k, int panels, bool add)
{
    expect_gemm(ldy, ldx, m, k, panels);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < panels * PANEL; j++) {
            const float *column = b + (ptrdiff_t)(j / PANEL) * k * PANEL + j % PANEL;
            float sum = bias ? bias[j] : 0.0f;
            for (int l = 0; l < k; l++) sum += x[i * ldx + l] * column[l * PANEL];
            y[i * ldy + j] = add ? y[i * ldy + j] + sum : sum;
        }
    }
}

static range row_range(const float *x, int n, int levels)
{
    float lo = INFINITY, hi = -INFINITY;
    for (int i = 0; i < n; i++) {
        lo = x[i] < lo ? x[i] : lo;
        hi = hi < x[i] ? x[i] : hi;
    }
    return range_between(lo, hi, levels);
}

/* v rounded down to 0..levels; not a number becomes 0, as in the SIMD conversion. */
static int16_t code_of(float v, int levels)
{
    if (!(v > 0.0f)) return 0;
    return (int16_t)(v < (float)levels ? (int)v : levels);
}

static void quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                     int levels)
{
    (void)ldx, (void)rows;
    expect_quantize(n, padded, levels);
    int16_t *u = codes;
    const range r = row_range(x, n, levels);
    const float inverse = r.step > 0.0f ? 1.0f / r.step : 0.0f;
    for (int i = 0; i < n; i++) u[i] = code_of((x[i] - r.lo) * inverse + 0.5f, levels);
    for (int i = n; i < padded; i++) u[i] = 0;
    *ranges = r;
}

/* Pairs of inputs side by side, as the 16-bit multiply-add of simd128.c wants them. */
static int place(int i, int j) { return (i / 2 * PANEL + j) * 2 + i % 2; }

/* Dot product of one token's 64 codes with output j of a group; below 2^24, so exact as a float. */
static int32_t dot_group(const int16_t *u, const q8_group *g, int j)
{
    int32_t sum = 0;
    for (int i = 0; i < GROUP; i++) sum += u[i] * g->code[place(i, j)];
    return sum;
}

static void gemm_q8(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                    const q8_panel *b, const float *bias, int m, int groups, int panels, bool add)
{
    expect_gemm(ldy, ldc, m, groups * GROUP, panels);
    for (int at = 0; at < panels * PANEL; at++) {
        const int j = at % PANEL;
        if (at && !j) b = q8_panel_next(b, groups);
        for (int i = 0; i < m; i++) {
            const int16_t *u = (const int16_t *)codes + i * ldc;
            float acc = 0.0f;
            for (int g = 0; g < groups; g++) {
                acc += b->group[g].scale[j] * (float)dot_group(u + g * GROUP, &b->group[g], j);
            }
            const float offset = (bias ? bias[at] : 0.0f) + ranges[i].lo * b->sum[j];
            const float sum = offset + ranges[i].step * acc;
            y[i * ldy + at] = add ? y[i * ldy + at] + sum : sum;
        }
    }
}

static void layer_norm(float *y, const float *x, const float *weight, const float *bias, int n, float eps)
{
    expect_row(n);
    float s[LANES] = { 0 }, q[LANES] = { 0 };
    for (int i = 0; i < n; i++) s[i % LANES] += x[i];
    const float mean = sum8(s) / (float)n;
    for (int i = 0; i < n; i++) q[i % LANES] += (x[i] - mean) * (x[i] - mean);
    const float scale = 1.0f / sqrtf(sum8(q) / (float)n + eps);
    for (int i = 0; i < n; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
}

static void softmax(float *x, int n)
{
    expect_row(n);
    float max = x[0], s[LANES] = { 0 };
    for (int i = 1; i < n; i++) max = max < x[i] ? x[i] : max;
    for (int i = 0; i < n; i++) {
        x[i] = exp_f32(x[i] - max);
        s[i % LANES] += x[i];
    }
    const float scale = 1.0f / sum8(s);
    for (int i = 0; i < n; i++) x[i] *= scale;
}

static void quantize_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    (void)ldx, (void)rows;
    expect_i16(n, limit);
    uint32_t largest = 0; /* magnitudes order as their bits do, infinities and NaN on top */
    for (int i = 0; i < n; i++) largest = max_bits(largest, x[i]);
    const float size = f32_of_bits(largest), top = (float)limit;
    for (int i = 0; i < n; i++) codes[i] = (int16_t)(has_codes(size) ? code_i16(x[i], top / size) : 0);
    *scales = size / top;
}

static void columns_i16(void *panels, const float *x, ptrdiff_t ldx, int rows, int padded, int cols, int limit)
{
    expect_columns(ldx, rows, padded, cols, limit);
    const float top = (float)limit;
    for (int c = 0; c < cols; c++, x++) {
        i16_panel *b = i16_panel_at(panels, c / PANEL, padded);
        const int j = c % PANEL;
        uint32_t largest = 0;
        for (int i = 0; i < rows; i++) largest = max_bits(largest, x[i * ldx]);
        const float size = f32_of_bits(largest);
        for (int i = 0; i < padded; i++) {
            const int code = i < rows && has_codes(size) ? code_i16(x[i * ldx], top / size) : 0;
            b->code[(i / 2 * PANEL + j) * 2 + i % 2] = (int16_t)code;
        }
        b->scale[j] = size / top;
    }
}

static void gemm_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                     const i16_panel *b, int m, int k, int panels)
{
    expect_gemm_i16(ldy, ldx, m, k, panels);
    for (int at = 0; at < panels * PANEL; at++) {
        const int j = at % PANEL;
        if (at && !j) b = i16_panel_next(b, k);
        for (int i = 0; i < m; i++) {
            int32_t sum = 0;
            for (int l = 0; l < k; l++) sum += x[i * ldx + l] * b->code[(l / 2 * PANEL + j) * 2 + l % 2];
            y[i * ldy + at] = (float)sum * b->scale[j] * scales[i];
        }
    }
}

static void softmax_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit)
{
    (void)ldx, (void)rows;
    expect_i16(n, limit);
    float max = x[0];
    int32_t sum = 0;
    for (int i = 1; i < n; i++) max = max < x[i] ? x[i] : max;
    for (int i = 0; i < n; i++) {
        const int code = exp2_code(x[i] - max, (float)limit);
        codes[i] = (int16_t)code;
        sum += code;
    }
    *scales = 1.0f / (float)sum;
}

static void swiglu(float *h, const float *gate, const float *value, int n)
{
    expect_row(n);
    for (int i = 0; i < n; i++) h[i] = silu_f32(gate[i]) * value[i];
}

static void rope(float *x, const float *cos, const float *sin, int heads, int pairs)
{
    expect_rope(heads, pairs);
    for (int h = 0; h < heads; h++, x += 2 * pairs) {
        for (int j = 0; j < pairs; j++) {
            const float even = x[2 * j], odd = x[2 * j + 1];
            x[2 * j] = even * cos[j] - odd * sin[j];
            x[2 * j + 1] = odd * cos[j] + even * sin[j];
        }
    }
}

static const kernels kernels_ref_q8 = {
    .name = "scalar",
    .quantized = &kernels_ref_q8,
    .gemm_f32 = gemm_f32,
    .gemm_backward = gemm_f32,
    .q7_place = place,
    .q8_place = place,
    .q7 = { sizeof(int16_t), quantize, gemm_q8 },
    .q8 = { sizeof(int16_t), quantize, gemm_q8 },
    .i16 = { quantize_i16, columns_i16, softmax_i16, gemm_i16 },
    .layer_norm = layer_norm,
    .softmax = softmax,
    .swiglu = swiglu,
    .rope = rope,
};

const kernels kernels_ref = {
    .name = "scalar",
    .quantized = &kernels_ref_q8,
    .gemm_f32 = gemm_f32,
    .gemm_backward = gemm_f32,
    .layer_norm = layer_norm,
    .softmax = softmax,
    .swiglu = swiglu,
    .rope = rope,
};
