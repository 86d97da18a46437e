/* tile_q8.h - the quantized matrix kernel around one group of inputs. The file that includes it, once for each such
 * kernel, has
 *
 *     #define TILE_Q8(name) pair_##name             gives the functions names of their own
 *     #define TILE_Q8_CODE int16_t                  type of an activation code
 *     #define TILE_Q8_ROWS 4                        tokens in a full tile
 *     #define TILE_Q8_PANELS 1                      panels in a full tile, 1 or 2
 *     #define TILE_Q8_BY_LANE false                 whether the processor multiplies by a lane as it lies
 *     #define TILE_Q8_STORED false                  whether the sums over groups lie in memory meanwhile, so that the
 *                                                   dot products of a group have all registers
 *     TILE_Q8(dot)(dot[][TILE_Q8_COLUMNS], codes, ldc, groups[], rows, panels)
 *                                                   exact integer dot products, rows x 8 outputs of each panel
 *
 * SPDX-License-Identifier: MIT */

/* sum += scale * dot, over rows x 8 outputs of each panel. */
static inline __attribute__((always_inline)) void TILE_Q8(add_group)(v128_t sum[TILE_Q8_ROWS][2 * TILE_Q8_PANELS],
                                                                     const TILE_Q8_CODE *codes, ptrdiff_t ldc,
                                                                     const q8_group *const g[TILE_Q8_PANELS],
                                                                     const int rows, const int panels)
{
    v128_t dot[TILE_Q8_ROWS][2 * TILE_Q8_PANELS];
    TILE_Q8(dot)(dot, codes, ldc, g, rows, panels);
    UNROLL
    for (int j = 0; j < 2 * panels; j++) {
        const v128_t scale = wasm_v128_load(g[j / 2]->scale + j % 2 * 4);
        UNROLL
        for (int i = 0; i < rows; i++) {
            const v128_t exact = wasm_f32x4_convert_i32x4(dot[i][j]);
            sum[i][j] = wasm_f32x4_add(sum[i][j], wasm_f32x4_mul(scale, exact));
        }
    }
}

/* rows and panels are constants at every call, so the loops over them disappear. */
static inline __attribute__((always_inline)) void TILE_Q8(tile)(float *y, ptrdiff_t ldy, const TILE_Q8_CODE *codes,
                                                                ptrdiff_t ldc, const range *ranges,
                                                                const q8_panel *const b[TILE_Q8_PANELS],
                                                                const float *bias, const int rows, int groups,
                                                                const int panels, bool add)
{
    v128_t sum[TILE_Q8_ROWS][2 * TILE_Q8_PANELS], lo[TILE_Q8_ROWS], step[TILE_Q8_ROWS];
    /* Hidden where sums lie in memory, which would be filled by a call. */
    const v128_t zero = TILE_Q8_STORED ? const_f32x4(0.0f) : wasm_f32x4_splat(0.0f);
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < 2 * panels; j++) sum[i][j] = zero;
    }
    for (int g = 0; g < groups; g++) {
        const q8_group *at[TILE_Q8_PANELS];
        UNROLL
        for (int p = 0; p < panels; p++) at[p] = &b[p]->group[g];
        TILE_Q8(add_group)(sum, codes + g * GROUP, ldc, at, rows, panels);
        if (TILE_Q8_STORED) IN_MEMORY(sum);
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t own = TILE_Q8_BY_LANE ? wasm_v128_load64_zero(ranges + i) : zero;
        lo[i] = TILE_Q8_BY_LANE ? lane_of(own, 0) : wasm_f32x4_splat(ranges[i].lo);
        step[i] = TILE_Q8_BY_LANE ? lane_of(own, 1) : wasm_f32x4_splat(ranges[i].step);
    }
    UNROLL
    for (int j = 0; j < 2 * panels; j++) {
        const v128_t offset = bias ? wasm_v128_load(bias + 4 * j) : zero;
        const v128_t total = wasm_v128_load(b[j / 2]->sum + j % 2 * 4);
        UNROLL
        for (int i = 0; i < rows; i++) {
            v128_t v = wasm_f32x4_add(offset, wasm_f32x4_mul(total, lo[i]));
            v = wasm_f32x4_add(v, wasm_f32x4_mul(sum[i][j], step[i]));
            float *out = y + i * ldy + 4 * j;
            wasm_v128_store(out, add ? wasm_f32x4_add(wasm_v128_load(out), v) : v);
        }
    }
}

/* All rows of one tile's panels: full tiles; in a kernel of one panel and more than four rows tiles of one row less, so
 * that none is left over where there are enough; ones. */
static inline __attribute__((always_inline)) void TILE_Q8(rows)(float *y, ptrdiff_t ldy, const TILE_Q8_CODE *u,
                                                                ptrdiff_t ldc, const range *ranges,
                                                                const q8_panel *const b[TILE_Q8_PANELS],
                                                                const float *bias, int m, int groups,
                                                                const int panels, bool add)
{
    enum { FULL = TILE_Q8_ROWS, LESS = FULL - 1, HAS_LESS = TILE_Q8_PANELS == 1 && FULL > 4 };
    const int less = HAS_LESS ? LESS * smaller_tiles(m, FULL) : 0;
    int i = 0;
    for (; panels == TILE_Q8_PANELS && m - less - i >= FULL; i += FULL) {
        TILE_Q8(tile)(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, FULL, groups, panels, add);
    }
    for (; HAS_LESS && less && i < m; i += LESS) {
        TILE_Q8(tile)(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, LESS, groups, panels, add);
    }
    for (; i < m; i++) {
        TILE_Q8(tile)(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, 1, groups, panels, add);
    }
}

/* gemm_q8_fn */
static void TILE_Q8(gemm_q8)(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                             const q8_panel *b, const float *bias, int m, int groups, int panels, bool add)
{
    expect_gemm(ldy, ldc, m, groups * GROUP, panels);
    for (int p = 0; p < panels; p += TILE_Q8_PANELS) {
        const q8_panel *at[TILE_Q8_PANELS] = { b };
        if (TILE_Q8_PANELS == 2 && p + 1 < panels) {
            at[TILE_Q8_PANELS - 1] = q8_panel_next(b, groups);
            TILE_Q8(rows)(y, ldy, codes, ldc, ranges, at, bias, m, groups, TILE_Q8_PANELS, add);
            b = at[TILE_Q8_PANELS - 1];
        } else {
            TILE_Q8(rows)(y, ldy, codes, ldc, ranges, at, bias, m, groups, 1, add);
        }
        b = q8_panel_next(b, groups);
        y += TILE_Q8_PANELS * PANEL;
        if (bias) bias += TILE_Q8_PANELS * PANEL;
    }
}

#undef TILE_Q8
#undef TILE_Q8_CODE
#undef TILE_Q8_ROWS
#undef TILE_Q8_PANELS
#undef TILE_Q8_BY_LANE
#undef TILE_Q8_STORED
