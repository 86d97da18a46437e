/* tile_f32_lanes.h - the f32 matrix kernel for processors of 32 registers, which multiply by a lane of a register:
 * x is loaded by fours, and a tile takes two panels. The file that includes it has
 *
 *     #define TILE_MADD(a, b, c) ...          a * b + c on four lanes
 *
 * SPDX-License-Identifier: MIT */

enum { F32_ROWS = 4, F32_COLUMNS = 4 };

/* sum += x[][lane] b[8 * panels]; panel q of b lies `apart` floats after the first. */
static inline __attribute__((always_inline)) void add_lane_f32(v128_t sum[F32_ROWS][F32_COLUMNS],
                                                               const v128_t x[F32_ROWS], const int lane,
                                                               const float *b, ptrdiff_t apart, const int rows,
                                                               const int panels)
{
    v128_t w[F32_COLUMNS];
    UNROLL
    for (int j = 0; j < 2 * panels; j++) w[j] = wasm_v128_load(b + j / 2 * apart + j % 2 * 4);
    UNROLL
    for (int i = 0; i < rows; i++) {
        const v128_t a = lane_of(x[i], lane);
        UNROLL
        for (int j = 0; j < 2 * panels; j++) sum[i][j] = TILE_MADD(a, w[j], sum[i][j]);
    }
}

/* rows and panels are constants at every call, so the loops over them disappear. */
static inline __attribute__((always_inline)) void tile_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx,
                                                           const float *b, const float *bias, const int rows, int k,
                                                           const int panels, bool add)
{
    const ptrdiff_t apart = (ptrdiff_t)k * PANEL;
    v128_t sum[F32_ROWS][F32_COLUMNS], a[F32_ROWS];
    UNROLL
    for (int j = 0; j < 2 * panels; j++) {
        const v128_t from = bias ? wasm_v128_load(bias + 4 * j) : wasm_f32x4_splat(0.0f);
        UNROLL
        for (int i = 0; i < rows; i++) sum[i][j] = from;
    }
    int l = 0, zero = 0;
    for (; k - l >= 4; l += 4, b += 4 * PANEL) {
        UNROLL
        for (int i = 0; i < rows; i++) a[i] = wasm_v128_load(x + i * ldx + l);
        add_lane_f32(sum, a, 0, b, apart, rows, panels);
        KEEP_ORDER(zero);
        add_lane_f32(sum, a, 1, b + PANEL, apart, rows, panels);
        KEEP_ORDER(zero);
        add_lane_f32(sum, a, 2, b + 2 * PANEL, apart, rows, panels);
        KEEP_ORDER(zero);
        add_lane_f32(sum, a, 3, b + 3 * PANEL, apart, rows, panels);
        KEEP_ORDER(zero);
    }
    for (; l < k; l++, b += PANEL) {
        UNROLL
        for (int i = 0; i < rows; i++) a[i] = wasm_v128_load32_splat(x + i * ldx + l);
        add_lane_f32(sum, a, 0, b, apart, rows, panels);
        KEEP_ORDER(zero);
    }
    UNROLL
    for (int i = 0; i < rows; i++) {
        UNROLL
        for (int j = 0; j < 2 * panels; j++) {
            float *out = y + i * ldy + 4 * j;
            wasm_v128_store(out, add ? wasm_f32x4_add(wasm_v128_load(out), sum[i][j]) : sum[i][j]);
        }
    }
}

/* All rows of one tile's panels. An odd last panel is rare, and goes row by row. */
static inline __attribute__((always_inline)) void rows_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx,
                                                           const float *b, const float *bias, int m, int k,
                                                           const int panels, bool add)
{
    int i = 0;
    for (; panels == 2 && m - i >= F32_ROWS; i += F32_ROWS) {
        tile_f32(y + i * ldy, ldy, x + i * ldx, ldx, b, bias, F32_ROWS, k, panels, add);
    }
    for (; i < m; i++) tile_f32(y + i * ldy, ldy, x + i * ldx, ldx, b, bias, 1, k, panels, add);
}

/* gemm_f32_fn */
static void gemm_f32(float *y, ptrdiff_t ldy, const float *x, ptrdiff_t ldx, const float *b, const float *bias,
                     int m, int k, int panels, bool add)
{
    expect_gemm(ldy, ldx, m, k, panels);
    for (; panels >= 2; panels -= 2, y += 2 * PANEL, b += 2 * (ptrdiff_t)k * PANEL) {
        rows_f32(y, ldy, x, ldx, b, bias, m, k, 2, add);
        if (bias) bias += 2 * PANEL;
    }
    if (panels) rows_f32(y, ldy, x, ldx, b, bias, m, k, 1, add);
}
