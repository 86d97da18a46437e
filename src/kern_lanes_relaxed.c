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

/* dot += the products of the four inputs of one lane of u; w: the panels' weights for them. */
static inline __attribute__((always_inline)) void add_lane(v128_t dot[ROWS][4], const v128_t u[ROWS],
                                                           const int lane, const int8_t *const w[2], const int rows,
                                                           const int panels)
{
    v128_t b[4];
    UNROLL
    for (int j = 0; j < 2 * panels; j++) b[j] = wasm_v128_load(w[j / 2] + lane * 32 + j % 2 * 16);
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t a = lane_f32(u[i], lane);
        UNROLL
        for (int j = 0; j < 2 * panels; j++) {
            dot[i][j] = wasm_i32x4_relaxed_dot_i8x16_i7x16_add(b[j], a, dot[i][j]);
        }
    }
}

static inline __attribute__((always_inline)) void lanes_dot(v128_t dot[ROWS][4], const uint8_t *codes,
                                                            ptrdiff_t ldc, const q8_group *const g[2],
                                                            const int rows, const int panels)
{
    int zero = 0;
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < 2 * panels; j++) dot[i][j] = wasm_i32x4_splat(0);
    }
    UNROLL
    for (int l = 0; l < GROUP; l += SIXTEEN) {
        v128_t u[ROWS];
        const int8_t *w[2];
        UNROLL
        for (int p = 0; p < panels; p++) w[p] = g[p]->code + l * PANEL;
        UNROLL
        for (int i = 0; i < rows; i++) u[i] = wasm_v128_load(codes + i * ldc + l);
        add_lane(dot, u, 0, w, rows, panels);
        KEEP_ORDER(zero);
        add_lane(dot, u, 1, w, rows, panels);
        KEEP_ORDER(zero);
        add_lane(dot, u, 2, w, rows, panels);
        KEEP_ORDER(zero);
        add_lane(dot, u, 3, w, rows, panels);
        KEEP_ORDER(zero);
    }
}

#define TILE_Q8(name) lanes_##name
#define TILE_Q8_ROWS ROWS
#define TILE_Q8_PANELS 2
#define TILE_Q8_CODE uint8_t
#include "tile_q8.h"

const kernel_option lanes_relaxed_f32 = { "lanes", .gemm_f32 = gemm_f32, .exact_f32 = lanes_gemm_f32 };
const kernel_option lanes_relaxed_q7 = { "lanes", .q7 = { sizeof(uint8_t), relaxed_q7_quantize, lanes_gemm_q8 } };
