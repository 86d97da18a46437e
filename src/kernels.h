/* kernels.h - the arithmetic behind the model, one table for each instruction set.
 *
 * kern_ref.c defines what is correct and every bit of it; kern_simd128.c gives the same bits faster;
 * kern_relaxed.c replaces the slots that fused or relaxed instructions make faster still. The model
 * calls through the table and knows none of them. Kernels allocate nothing, keep no state, and
 * assume that outputs do not overlap inputs unless a contract says otherwise.
 *
 * Matrices reach the kernels as panels of 8 outputs (linear.h packs them), activations as rows.
 * Strides are in elements. Source: ARCHITECTURE.md section 3; quantisation: FORMAT.md section 3 (both in model/).
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_KERNELS_H
#define EVAX_KERNELS_H

#include "evax.h"

#include <stdbool.h>

enum {
    PANEL = 8,  /* outputs in a panel; every row that a GEMM writes is padded to a multiple of it */
    GROUP = 64, /* inputs that share a weight scale */
    LANES = 8   /* row lengths of layer_norm, softmax, swiglu are multiples of it */
};

/* y[m][8] = bias[8] + x[m][k] b[k][8], or y += that when add. Products are added in order of k, each
 * product and each sum rounded on its own. bias NULL: zeros. m, k >= 1. */
typedef void gemm_f32_fn(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b,
                         const float *bias, int m, int k, bool add);

/* How one token was quantised: a = lo + step * code. */
typedef struct range { float lo, step; } range;

/* Quantises x[n] to codes 0..levels and returns their range; code = (x - lo) / step rounded half up.
 * A row that is (nearly) constant gets step 0 and codes 0. Codes n..padded-1 become 0.
 * n is a multiple of LANES. */
typedef range quantise_fn(void *codes, const float *x, int n, int padded, int levels);

/* A panel of 8 quantised outputs, `groups` groups of 64 inputs. sum[j] is the sum of the dequantised
 * weights of output j, which turns lo into lo * sum. */
typedef struct q8_group { float scale[PANEL]; int8_t code[GROUP * PANEL]; } q8_group;
typedef struct q8_panel { float sum[PANEL]; q8_group group[]; } q8_panel;

/* Where in q8_group.code the weight of output j (0..7) for input i (0..63) lies. */
typedef int q8_place_fn(int i, int j);

/* y[m][8] = bias + lo * sum + step * acc, acc = sum over groups of scale * (integer dot product), or
 * y += that when add. codes has rows of ldc codes, groups * 64 of them used. Integer sums are exact;
 * groups are added in order. */
typedef void gemm_q8_fn(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                        const q8_panel *b, const float *bias, int m, int groups, bool add);

/* The pieces that must agree on a layout of codes. */
typedef struct q8_kernels {
    q8_place_fn *place;
    size_t code_bytes; /* bytes of one activation code */
    quantise_fn *quantise;
    gemm_q8_fn *gemm;
} q8_kernels;

/* y[n] = (x - mean) / sqrt(var + eps) * weight + bias, biased variance. y may be x. */
typedef void layer_norm_fn(float *y, const float *x, const float *weight, const float *bias, int n,
                           float eps);

/* x[n] = exp(x - max x) / sum, in place. Entries of -FLT_MAX become about 1e-38 and weigh nothing. */
typedef void softmax_fn(float *x, int n);

/* h[n] = silu(gate) * value. h may be gate. */
typedef void swiglu_fn(float *h, const float *gate, const float *value, int n);

/* Turns the pairs (2j, 2j+1) of every head of x[heads][2 * pairs] by cos[pairs], sin[pairs]; pairs is
 * a multiple of 4. ARCHITECTURE.md section 4. */
typedef void rope_fn(float *x, const float *cos, const float *sin, int heads, int pairs);

/* In a quantised model a difference in the last bit of an f32 sum can flip a code, and a code can move
 * a logit by 0.01. So a table names another one for such models, in which every kernel gives the
 * reference's bits: q8 results are the same on every machine, whatever the variant. */
typedef struct kernels {
    const char *name;
    const struct kernels *quantised; /* the table for a model with q8 matrices */
    gemm_f32_fn *gemm_f32;
    q8_kernels q7, q8; /* for activations of 7 and of 8 bits */
    layer_norm_fn *layer_norm;
    softmax_fn *softmax;
    swiglu_fn *swiglu;
    rope_fn *rope;
} kernels;

/* The table for a variant, EVX_BEST being the fastest in this build; NULL if it is not in this build. */
const kernels *kernels_get(evx_variant variant);

/* A build defines EVAX_SCALAR, EVAX_SIMD128, EVAX_RELAXED for the tables that it links. */
#ifdef EVAX_SCALAR
extern const kernels kernels_ref;
#endif
#ifdef EVAX_SIMD128
extern const kernels kernels_simd128;
#endif
#ifdef EVAX_RELAXED
extern const kernels kernels_relaxed;
#endif

#endif
