/* tile_f32.h - the f32 matrix kernel, for a number of rows in registers and a multiply-add given by the file that
 * includes it:
 *
 *     #define TILE_ROWS 4                     rows of x in a full tile
 *     #define TILE_MADD(a, b, c) ...          a * b + c on four lanes
 *
 * A tile keeps rows x 8 sums in registers; with 15 usable registers 6 x 8 is the largest that fits.
 * SPDX-License-Identifier: MIT */

/* rows is a constant at every call, so the loops over it disappear. */
static inline __attribute__((always_inline)) void tile_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx,
                                                           const float *b, const float *bias, const int rows, int k,
                                                           bool add)
{
    v128_t sum[TILE_ROWS][2];
    const v128_t zero = wasm_f32x4_splat(0.0f);
    for (int i = 0; i < rows; i++) {
        sum[i][0] = bias ? wasm_v128_load(bias) : zero;
        sum[i][1] = bias ? wasm_v128_load(bias + 4) : zero;
    }
    for (int l = 0; l < k; l++, b += PANEL) {
        const v128_t b0 = wasm_v128_load(b), b1 = wasm_v128_load(b + 4);
        for (int i = 0; i < rows; i++) {
            const v128_t a = wasm_v128_load32_splat(x + i * ldx + l);
            sum[i][0] = TILE_MADD(a, b0, sum[i][0]);
            sum[i][1] = TILE_MADD(a, b1, sum[i][1]);
        }
    }
    for (int i = 0; i < rows; i++) {
        float *out = y + i * ldy;
        if (add) {
            sum[i][0] = wasm_f32x4_add(wasm_v128_load(out), sum[i][0]);
            sum[i][1] = wasm_f32x4_add(wasm_v128_load(out + 4), sum[i][1]);
        }
        wasm_v128_store(out, sum[i][0]);
        wasm_v128_store(out + 4, sum[i][1]);
    }
}

/* One panel: full tiles; tiles of one row less, so that none is left over where there are enough; ones. */
static inline void panel_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b,
                             const float *bias, int m, int k, bool add)
{
    enum { LESS = TILE_ROWS - 1 };
    const int less = LESS * smaller_tiles(m, TILE_ROWS);
    int i = 0;
    for (; m - less - i >= TILE_ROWS; i += TILE_ROWS) {
        tile_f32(y + i * ldy, ldy, x + i * ldx, ldx, b, bias, TILE_ROWS, k, add);
    }
    for (; less && i < m; i += LESS) tile_f32(y + i * ldy, ldy, x + i * ldx, ldx, b, bias, LESS, k, add);
    for (; i < m; i++) tile_f32(y + i * ldy, ldy, x + i * ldx, ldx, b, bias, 1, k, add);
}

/* gemm_f32_fn */
static void gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                     int m, int k, int panels, bool add)
{
    expect_gemm(ldy, ldx, m, k, panels);
    for (int p = 0; p < panels; p++, y += PANEL, b += (ptrdiff_t)k * PANEL) {
        panel_f32(y, ldy, x, ldx, b, bias ? bias + p * PANEL : NULL, m, k, add);
    }
}
