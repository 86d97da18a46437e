/* kernels.h - the arithmetic behind the model, one table for each instruction set.
 *
 * The model calls through a table; variants.h has the tables of a build. Kernels allocate nothing, keep no
 * state, and assume that outputs do not overlap inputs unless a contract says otherwise.
 *
 * Matrices reach the kernels as panels of 8 outputs (linear.h packs them), activations as rows.
 * Strides are in elements. Source: ARCHITECTURE.md section 3; quantization: FORMAT.md section 3 (both in model/).
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_KERNELS_H
#define EVAX_KERNELS_H

#include "evax.h"

#include <stdbool.h>

enum {
    PANEL = 8,            /* outputs in a panel; every row that a GEMM writes is padded to a multiple of it */
    GROUP = EVX_Q8_GROUP, /* inputs that share a weight scale */
    LANES = 8             /* row lengths of layer_norm, softmax, swiglu are multiples of it */
};

/* y[m][8] = bias[8] + x[m][k] b[k][8], or y += that when add; so for each of `panels` panels, which lie one after
 * the other in b, bias and the columns of y. Products are added in order of k, each product and each sum rounded
 * on its own. bias NULL: zeros. m, k, panels >= 1. */
typedef void gemm_f32_fn(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                         int m, int k, int panels, bool add);

/* How one token was quantized: a = lo + step * code. */
typedef struct range {
    float lo, step;
} range;

/* Of numbers from lo to hi, in so many steps. */
static inline range range_between(float lo, float hi, int levels)
{
    const float step = (hi - lo) / (float)levels;
    return (range){ lo, step > 1e-30f ? step : 0.0f };
}

/* Quantizes rows of x[n], ldx apart, to codes 0..levels; code = (x - lo) / step rounded half up: 1, or up to the rows that lie
 * in one another, whose place is written whole, and as many ranges; those of rows that are none have no meaning.
 * A row that is (nearly) constant gets step 0 and codes 0. What is not a number gets code 0 and has no part in
 * the range; a row of nothing else gets an infinite lo. Codes n..padded-1 become 0.
 * n is a multiple of LANES. */
typedef void quantize_fn(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                         int levels);

/* A panel of 8 quantized outputs, `groups` groups of 64 inputs. sum[j] is the sum of the dequantized
 * weights of output j, which turns lo into lo * sum. */
typedef struct q8_group {
    float scale[PANEL];
    int8_t code[GROUP * PANEL];
} q8_group;
typedef struct q8_panel {
    float sum[PANEL];
    q8_group group[];
} q8_panel;

/* Where in q8_group.code the weight of output j (0..7) for input i (0..63) lies. Those of inputs 2n and 2n+1 are
 * neighbors. */
typedef int q8_place_fn(int i, int j);

/* The panel after b, of as many groups. */
static inline const q8_panel *q8_panel_next(const q8_panel *b, int groups)
{
    return (const q8_panel *)(const void *)&b->group[groups];
}

/* y[m][8] = bias + lo * sum + step * acc, acc = sum over groups of scale * (integer dot product), or
 * y += that when add; so for each of `panels` panels, as in gemm_f32_fn. codes has rows of ldc codes, groups * 64
 * of them used. Integer sums are exact; groups are added in order. */
typedef void gemm_q8_fn(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                        const q8_panel *b, const float *bias, int m, int groups, int panels, bool add);

/* The kernels that must agree on a layout of activation codes. */
typedef struct q8_kernels {
    size_t code_bytes; /* bytes of one activation code */
    quantize_fn *quantize;
    gemm_q8_fn *gemm;
    int interleaved; /* so many rows lie in one another, four codes of each in turn; 0: each lies by itself */
} q8_kernels;

/* Rows for which there must be memory past the last, because gemm_q8_fn may read whole tiles of codes, and quantize_fn
 * write whole blocks. */
enum { Q8_SPARE_ROWS = 7 };

/* Rows that are quantized at a time. */
static inline int q8_block(const q8_kernels *q) { return q->interleaved ? q->interleaved : 1; }

/* Where quantize_fn writes rows from i on, the first of a block, of codes that have ldc to a row. */
static inline void *q8_row(const q8_kernels *q, void *codes, int i, ptrdiff_t ldc)
{
    return (uint8_t *)codes + i * ldc * (ptrdiff_t)q->code_bytes;
}

/* y[n] = (x - mean) / sqrt(var + eps) * weight + bias, biased variance. y may be x. */
typedef void layer_norm_fn(float *y, const float *x, const float *weight, const float *bias, int n, float eps);

/* x[n] = exp(x - max x) / sum, in place. Entries of -FLT_MAX become about 1e-38 and weigh nothing. */
typedef void softmax_fn(float *x, int n);

/* h[n] = silu(gate) * value. h may be gate. */
typedef void swiglu_fn(float *h, const float *gate, const float *value, int n);

/* ---- attention of a quantized model: 16-bit integers, so that every table gives the same bits ---- */

/* Eight columns of a matrix with k rows: column j is scale[j] * code[i16_place()]. */
typedef struct i16_panel {
    float scale[PANEL];
    int16_t code[];
} i16_panel;

static inline size_t i16_panel_bytes(int k) { return sizeof(i16_panel) + (size_t)k * PANEL * sizeof(int16_t); }

static inline const i16_panel *i16_panel_next(const i16_panel *b, int k)
{
    return (const i16_panel *)(const void *)((const uint8_t *)b + i16_panel_bytes(k));
}

static inline i16_panel *i16_panel_at(void *panels, int p, int k)
{
    return (i16_panel *)(void *)((uint8_t *)panels + (size_t)p * i16_panel_bytes(k));
}

/* x = scale * code, codes in -limit..limit, limit <= 32767, of each of `rows` rows of x[n], ldx apart: 1, or up to the rows
 * that lie in one another, whose place is written whole, and as many scales; those of rows that are none have no meaning.
 * The scale is largest |x| / limit, which is 0 for zeros and not finite if an x is not; codes are 0 in both
 * cases. Rounds half to even. n is a multiple of LANES. */
typedef void quantize_i16_fn(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n,
                             int limit);

/* Quantizes the columns of x[rows][cols], ldx apart, to cols / 8 panels of `padded` rows, a multiple of LANES;
 * those past `rows` become 0. */
typedef void columns_i16_fn(void *panels, const float *x, ptrdiff_t ldx, int rows, int padded, int cols, int limit);

/* y[m][8] = scale of x's row * scale of b's column * (x[m][k] b[k][8]), for each of `panels` panels, as in
 * gemm_f32_fn. The integer sums must fit 32 bits; k is a multiple of LANES. Rows and scales up to I16_SPARE_ROWS past
 * the last may be read. */
typedef void gemm_i16_fn(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                         const i16_panel *b, int m, int k, int panels);

/* codes[n] = limit * 2^(x - max x), rounded half to even, and 1 / their sum as the scale, of rows as in
 * quantize_i16_fn. */
typedef quantize_i16_fn softmax_i16_fn;

/* The kernels that must agree on a layout of codes. */
typedef struct i16_kernels {
    quantize_i16_fn *quantize;
    columns_i16_fn *columns;
    softmax_i16_fn *softmax;
    gemm_i16_fn *gemm;
    int interleaved; /* so many rows lie in one another, input by input, and columns of a panel; 0: each by itself */
} i16_kernels;

enum { I16_SPARE_ROWS = 11 };

/* Rows that are quantized at a time. */
static inline int i16_block(const i16_kernels *k) { return k->interleaved ? k->interleaved : 1; }

/* Where the code of row i (0..), input l lies in rows of ldx codes. */
static inline ptrdiff_t i16_at(const i16_kernels *k, int i, int l, ptrdiff_t ldx)
{
    const int block = i16_block(k);
    return i / block * block * ldx + l * block + i % block;
}

/* Where in i16_panel.code, of so many inputs, that of input l and column j (0..7) lies: columns in one another as rows,
 * or pairs of inputs side by side. */
static inline int i16_place(const i16_kernels *k, int inputs, int l, int j)
{
    const int block = k->interleaved;
    return block ? (j / block * inputs + l) * block + j % block : (l / 2 * PANEL + j) * 2 + l % 2;
}

/* Rotates the pairs (2j, 2j+1) of every head of x[heads][2 * pairs] by cos[pairs], sin[pairs]; pairs is
 * a multiple of 4. ARCHITECTURE.md section 4. */
typedef void rope_fn(float *x, const float *cos, const float *sin, int heads, int pairs);

/* In a quantized model a difference in the last bit of an f32 sum can change an activation's code, and a
 * code can move a logit by 0.01. So each table names another one for such models, in which every kernel
 * gives the reference's bits: q8 results are the same on every machine, whatever the variant. */
typedef struct kernels {
    const char *name;
    const struct kernels *quantized; /* the table for a model with q8 matrices */
    gemm_f32_fn *gemm_f32;
    gemm_f32_fn *gemm_backward; /* gradients only: no quantized activation depends on it, so it may use FMA */
    /* Only in a table for quantized models, zeros elsewhere: */
    q8_place_fn *q7_place, *q8_place; /* of the weights that meet activations of 7 and of 8 bits */
    q8_kernels q7, q8;
    i16_kernels i16; /* attention */
    layer_norm_fn *layer_norm;
    softmax_fn *softmax;
    swiglu_fn *swiglu;
    rope_fn *rope;
} kernels;

/* Which processor a kernel suits depends on its instructions and on how many registers its tile takes, so the
 * slots below have several implementations, of which one is chosen where the engine runs (evax.h). All of a slot
 * read the same packed weights and give the same bits. */
typedef struct kernel_option {
    const char *name;
    gemm_f32_fn *gemm_f32, *exact_f32; /* of EVX_SLOT_F32: for models without q8 matrices, and with them */
    q8_kernels q7;                     /* of EVX_SLOT_Q8: activations of 7 bits */
    /* Of EVX_SLOT_Q8, if quantize is not NULL: activations of 8 bits, and where their weights lie, which is settled
     * when an engine starts (choice.h). */
    q8_kernels q8;
    q8_place_fn *q8_place;
    i16_kernels i16; /* of EVX_SLOT_ATTENTION */
} kernel_option;

#endif
