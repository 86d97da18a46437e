/* kern_lanes_relaxed.c - what kern_lanes.c is for 64-bit Arm, with the fused multiply-add and the dot product of
 * relaxed SIMD. The packed weights are those of kern_relaxed.c.
 * SPDX-License-Identifier: MIT */
#include "contracts.h"
#include "kern_simd128.h"
#include "simd.h"
#include "variants.h"

#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(b, a, c)
#include "tile_f32_lanes.h"

enum { ROWS = 4, SIXTEEN = 16 };

/* Four inputs are a lane of u. */
static inline __attribute__((always_inline)) void add_four(v128_t dot[ROWS][4], const v128_t u[ROWS],
                                                           const int four, const int8_t *const w[2], const int rows,
                                                           const int panels)
{
    v128_t b[4];
    UNROLL
    for (int j = 0; j < 2 * panels; j++) b[j] = wasm_v128_load(w[j / 2] + four * 32 + j % 2 * 16);
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t a = lane_f32(u[i], four);
        UNROLL
        for (int j = 0; j < 2 * panels; j++) {
            dot[i][j] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(b[j], a, dot[i][j]);
        }
    }
}

#include "tile_q8_lanes.h"

const kernel_option lanes_relaxed_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = lanes_gemm_f32 };
const kernel_option lanes_relaxed_q7 = { "lanes", .q7 = { sizeof(uint8_t), relaxed_q7_quantize, lanes_gemm_q8 } };
