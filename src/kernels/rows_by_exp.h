/* rows_by_exp.h - softmax and SwiGLU over rows in 128-bit SIMD, for an exponential that the file that includes it chooses.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ROWS_BY_EXP_H
#define EVAX_ROWS_BY_EXP_H

#include "kernels/contracts.h"
#include "kernels/simd.h"

/* e^x on four lanes; a constant at every call, so that it becomes part of the loop. */
typedef v128_t exp_fn(v128_t x);

/* Lane 0 of x, in every lane, after each other lane was compared with it: the order of a loop over four numbers. */
#define LANES_BY(compare, x) lane_of(compare(compare(compare(x, lane_of(x, 1)), lane_of(x, 2)), lane_of(x, 3)), 0)

/* The largest of x[n], in every lane. */
static inline v128_t row_max(const float *x, int n)
{
    v128_t max = wasm_v128_load(x), max1 = max;
    for (int i = 0; i < n; i += LANES) {
        max = wasm_f32x4_pmax(max, wasm_v128_load(x + i));
        max1 = wasm_f32x4_pmax(max1, wasm_v128_load(x + i + 4));
    }
    max = wasm_f32x4_pmax(max, max1);
    return LANES_BY(wasm_f32x4_pmax, max);
}

/* softmax_fn */
static inline __attribute__((always_inline)) void softmax_by(exp_fn *exp, float *x, int n)
{
    expect_row(n);
    const v128_t max = row_max(x, n);
    v128_t s0 = wasm_f32x4_splat(0.0f), s1 = s0;
    for (int i = 0; i < n; i += LANES) {
        const v128_t e0 = exp(wasm_f32x4_sub(wasm_v128_load(x + i), max));
        const v128_t e1 = exp(wasm_f32x4_sub(wasm_v128_load(x + i + 4), max));
        wasm_v128_store(x + i, e0);
        wasm_v128_store(x + i + 4, e1);
        s0 = wasm_f32x4_add(s0, e0);
        s1 = wasm_f32x4_add(s1, e1);
    }
    const v128_t scale = wasm_f32x4_splat(1.0f / sum8_lanes(s0, s1));
    for (int i = 0; i < n; i += 4) {
        wasm_v128_store(x + i, wasm_f32x4_mul(wasm_v128_load(x + i), scale));
    }
}

/* silu_f32 of fmath.h on four lanes. */
static inline __attribute__((always_inline)) v128_t silu4(exp_fn *exp, v128_t x)
{
    return wasm_f32x4_div(x, wasm_f32x4_add(const_f32x4(1.0f), exp(wasm_f32x4_neg(x))));
}

/* swiglu_fn */
static inline __attribute__((always_inline)) void swiglu_by(exp_fn *exp, float *h, const float *gate,
                                                            const float *value, int n)
{
    expect_row(n);
    for (int i = 0; i < n; i += LANES) {
        const v128_t a = silu4(exp, wasm_v128_load(gate + i)), b = silu4(exp, wasm_v128_load(gate + i + 4));
        wasm_v128_store(h + i, wasm_f32x4_mul(a, wasm_v128_load(value + i)));
        wasm_v128_store(h + i + 4, wasm_f32x4_mul(b, wasm_v128_load(value + i + 4)));
    }
}

#endif
