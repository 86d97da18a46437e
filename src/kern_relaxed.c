/* kern_relaxed.c - the slots that relaxed SIMD makes faster. A relaxed multiply-add may round once or
 * twice, as the host likes, so f32 results are close to the reference rather than equal to it.
 * SPDX-License-Identifier: MIT */
#include "kern_simd128.h"
#include "simd.h"

#define TILE_ROWS 6
#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(a, b, c)
#include "tile_f32.h"

/* The integer kernel and its neighbours, all of them exact. */
static const kernels kernels_relaxed_q8 = {
    .name = "relaxed",
    .quantised = &kernels_relaxed_q8,
    .gemm_f32 = simd128_gemm_f32,
    .q8 = { 2, sizeof(int16_t), simd128_quantise, simd128_gemm_q8 },
    .layer_norm = simd128_layer_norm,
    .softmax = simd128_softmax,
    .swiglu = simd128_swiglu,
    .rope = simd128_rope,
};

const kernels kernels_relaxed = {
    .name = "relaxed",
    .quantised = &kernels_relaxed_q8,
    .gemm_f32 = gemm_f32,
    .q8 = { 2, sizeof(int16_t), simd128_quantise, simd128_gemm_q8 },
    .layer_norm = simd128_layer_norm,
    .softmax = simd128_softmax,
    .swiglu = simd128_swiglu,
    .rope = simd128_rope,
};
