/* tile_q8_lanes.h - the 8-bit matrix kernel for processors of 32 registers: four rows, two panels, and the inputs of a
 * group 16 at a time, by fours. The file that includes it has
 *
 *     enum { ROWS, SIXTEEN };
 *     add_four(dot, u, four, w, rows, panels)     dot += the products of inputs 4 four .. 4 four + 3 of the 16 in u;
 *                                                 w: the panels' weights of these 16
 *
 * SPDX-License-Identifier: MIT */

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
        add_four(dot, u, 0, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 1, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 2, w, rows, panels);
        KEEP_ORDER(zero);
        add_four(dot, u, 3, w, rows, panels);
        KEEP_ORDER(zero);
    }
}

#define TILE_Q8(name) lanes_##name
#define TILE_Q8_ROWS ROWS
#define TILE_Q8_PANELS 2
#define TILE_Q8_CODE uint8_t
#include "tile_q8.h"
