/* tile_q8.h - the quantized matrix kernel around one group of inputs. The file that includes it has
 *
 *     dot_group(dot[][2], codes, ldc, group, rows)   exact integer dot products, rows x 8 outputs
 *     #define TILE_Q8_ROWS 4                         tokens in a full tile
 *     #define TILE_Q8_CODE int16_t                   type of an activation code
 *
 * SPDX-License-Identifier: MIT */

/* sum += scale * dot, over rows x 8 outputs. */
static inline __attribute__((always_inline)) void add_group(v128_t sum[TILE_Q8_ROWS][2], const TILE_Q8_CODE *codes,
                                                            ptrdiff_t ldc, const q8_group *g, const int rows)
{
    v128_t dot[TILE_Q8_ROWS][2];
    dot_group(dot, codes, ldc, g, rows);
    for (int h = 0; h < 2; h++) {
        const v128_t scale = wasm_v128_load(g->scale + 4 * h);
        for (int i = 0; i < rows; i++) {
            const v128_t exact = wasm_f32x4_convert_i32x4(dot[i][h]);
            sum[i][h] = wasm_f32x4_add(sum[i][h], wasm_f32x4_mul(scale, exact));
        }
    }
}

/* rows is a constant at every call, so the loops over it disappear. */
static inline __attribute__((always_inline)) void tile_q8(float *y, ptrdiff_t ldy, const TILE_Q8_CODE *codes,
                                                          ptrdiff_t ldc, const range *ranges, const q8_panel *b,
                                                          const float *bias, const int rows, int groups, bool add)
{
    v128_t sum[TILE_Q8_ROWS][2];
    for (int i = 0; i < rows; i++) sum[i][0] = sum[i][1] = wasm_f32x4_splat(0.0f);
    for (int g = 0; g < groups; g++) add_group(sum, codes + g * GROUP, ldc, &b->group[g], rows);
    const v128_t zero = wasm_f32x4_splat(0.0f);
    const v128_t offset[] = { bias ? wasm_v128_load(bias) : zero, bias ? wasm_v128_load(bias + 4) : zero };
    const v128_t total[] = { wasm_v128_load(b->sum), wasm_v128_load(b->sum + 4) };
    for (int i = 0; i < rows; i++) {
        const v128_t lo = wasm_f32x4_splat(ranges[i].lo), step = wasm_f32x4_splat(ranges[i].step);
        for (int h = 0; h < 2; h++) {
            v128_t v = wasm_f32x4_add(offset[h], wasm_f32x4_mul(lo, total[h]));
            v = wasm_f32x4_add(v, wasm_f32x4_mul(step, sum[i][h]));
            float *out = y + i * ldy + 4 * h;
            wasm_v128_store(out, add ? wasm_f32x4_add(wasm_v128_load(out), v) : v);
        }
    }
}

/* gemm_q8_fn: full tiles, then what is left by halves. */
static void gemm_q8(float *y, ptrdiff_t ldy, const void *codes, ptrdiff_t ldc, const range *ranges,
                    const q8_panel *b, const float *bias, int m, int groups, bool add)
{
    expect_gemm(ldy, ldc, m, groups * GROUP);
    const TILE_Q8_CODE *u = codes;
    int i = 0;
    for (; m - i >= TILE_Q8_ROWS; i += TILE_Q8_ROWS) {
        tile_q8(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, TILE_Q8_ROWS, groups, add);
    }
    for (; m - i >= 2; i += 2) {
        tile_q8(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, 2, groups, add);
    }
    if (i < m) tile_q8(y + i * ldy, ldy, u + i * ldc, ldc, ranges + i, b, bias, 1, groups, add);
}
