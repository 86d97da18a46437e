/* kern_lanes_relaxed.c - what kern_lanes.c is for 64-bit Arm, with the fused multiply-add and the dot product of
 * relaxed SIMD. The packed weights are those of kern_relaxed.c.
 * SPDX-License-Identifier: MIT */
#include "contracts.h"
#include "kern_simd128.h"
#include "simd.h"
#include "variants.h"

#include <string.h>

#define TILE_MADD(a, b, c) wasm_f32x4_relaxed_madd(b, a, c)
#include "tile_f32_lanes.h"

enum { ROWS = 4, SIXTEEN = 16, EIGHT = 8 };

/* The low bytes of what four times four lanes hold, each eight as relaxed_q7_quantize orders them. */
static inline v128_t codes_in_order(v128_t a, v128_t b, v128_t c, v128_t d)
{
    const v128_t ac = wasm_i16x8_shuffle(a, c, 0, 2, 4, 6, 8, 10, 12, 14);
    const v128_t bd = wasm_i16x8_shuffle(b, d, 0, 2, 4, 6, 8, 10, 12, 14);
    const v128_t first = wasm_i32x4_shuffle(ac, bd, 0, 4, 1, 5), second = wasm_i32x4_shuffle(ac, bd, 2, 6, 3, 7);
    return wasm_i8x16_shuffle(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}

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
        const v128_t a = lane_of(u[i], four);
        UNROLL
        for (int j = 0; j < 2 * panels; j++) {
            dot[i][j] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(b[j], a, dot[i][j]);
        }
    }
}

#include "tile_q8_lanes.h"

const kernel_option lanes_relaxed_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = lanes_gemm_f32 };
const kernel_option lanes_relaxed_q7 = { "lanes", .q7 = { sizeof(uint8_t), lanes_quantize, lanes_gemm_q8 } };
