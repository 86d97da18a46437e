/* shared.h - kernels that tables of other files take over where they are as good: most of simd128.c, some of the others.
 * Contracts in kernels.h.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_KERNELS_SHARED_H
#define EVAX_KERNELS_SHARED_H

#include "kernels/kernels.h"

/* Those of lanes.c and relaxed.c that other files take over. */
void lanes_gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                    int m, int k, int panels, bool add);
range lanes_row_range(const float *x, int n, int levels); /* simd128_row_range, faster on Arm */
int relaxed_q7_place(int i, int j);

void simd128_gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                      int m, int k, int panels, bool add);
range simd128_row_range(const float *x, int n, int levels); /* what a quantize_fn returns */
int simd128_q8_place(int i, int j);
void simd128_quantize(void *codes, range *ranges, const float *x, ptrdiff_t ldx, int rows, int n, int padded,
                      int levels);
void simd128_gemm_q8(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                     const q8_panel *b, const float *bias, int m, int groups, int panels, bool add);
void simd128_quantize_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit);
void simd128_columns_i16(void *panels, const float *x, ptrdiff_t ldx, int rows, int padded, int cols, int limit);
void simd128_gemm_i16(float *y, ptrdiff_t ldy, const int16_t *x, ptrdiff_t ldx, const float *scales,
                      const i16_panel *b, int m, int k, int panels);
void simd128_softmax_i16(int16_t *codes, float *scales, const float *x, ptrdiff_t ldx, int rows, int n, int limit);
void simd128_layer_norm(float *y, const float *x, const float *weight, const float *bias, int n, float eps);
void simd128_softmax(float *x, int n);
void simd128_swiglu(float *h, const float *gate, const float *value, int n);
void simd128_rope(float *x, const float *cos, const float *sin, int heads, int pairs);

#endif
