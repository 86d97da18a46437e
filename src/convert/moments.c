/* moments.c - x^T x of a layer's input in tiles, and its Cholesky factor in blocks of columns.
 * SPDX-License-Identifier: MIT */
#include "convert/moments.h"

#include "linear.h"
#include "kernels/simd.h"

enum {
    CHUNK = 512
}; /* tokens whose two panels stay in the first cache, and whose products are summed by themselves */

/* ---- moments -------------------------------------------------------------------------------- */

/* out[4][8], rows ldo apart, = or += the sums over tokens of a[t][0..3] b[t][0..7]. */
static void tile(float *out, ptrdiff_t ldo, const float *a, const float *b, int tokens, bool add)
{
    v128_t sum[4][2];
    for (int i = 0; i < 4; i++) sum[i][0] = sum[i][1] = wasm_f32x4_splat(0.0f);
    for (int t = 0; t < tokens; t++, a += PANEL, b += PANEL) {
        const v128_t b0 = wasm_v128_load(b), b1 = wasm_v128_load(b + 4);
        for (int i = 0; i < 4; i++) {
            const v128_t v = wasm_v128_load32_splat(a + i);
            sum[i][0] = wasm_f32x4_add(sum[i][0], wasm_f32x4_mul(v, b0));
            sum[i][1] = wasm_f32x4_add(sum[i][1], wasm_f32x4_mul(v, b1));
        }
    }
    for (int i = 0; i < 4; i++, out += ldo) {
        for (int h = 0; h < 2; h++) {
            const v128_t before = add ? wasm_v128_load(out + 4 * h) : wasm_f32x4_splat(0.0f);
            wasm_v128_store(out + 4 * h, wasm_f32x4_add(before, sum[i][h]));
        }
    }
}

typedef struct moments_job {
    float *m;
    const samples *x;
    int last;
} moments_job;

/* Item i is the row of panels that is the i-th from the end: the longest first. */
static void run_rows(void *job, int first, int last, int thread)
{
    (void)thread;
    const moments_job *j = job;
    const ptrdiff_t n = j->x->channels, tokens = j->x->tokens;
    for (int i = first; i < last; i++) {
        const int row = j->last - 1 - i;
        for (int t = 0; t < tokens; t += CHUNK) {
            const int count = tokens - t < CHUNK ? (int)tokens - t : CHUNK;
            const float *a = j->x->panels + (row * tokens + t) * PANEL;
            for (int col = 0; col <= row; col++) {
                const float *b = j->x->panels + (col * tokens + t) * PANEL;
                float *out = j->m + row * PANEL * n + col * PANEL;
                tile(out, n, a, b, count, t > 0);
                tile(out + 4 * n, n, a + 4, b, count, t > 0);
            }
        }
    }
}

void moments_rows(thread_pool *pool, float *m, const samples *x, int first, int last)
{
    moments_job j = { m, x, last };
    parallel_for(pool, last - first, 1, run_rows, &j);
}

/* ---- the factor ----------------------------------------------------------------------------- */

void factor_begin(const factor *f, float damping)
{
    const ptrdiff_t n = f->n;
    double trace = 0.0;
    for (ptrdiff_t i = 0; i < n; i++) trace += (double)f->moments[i * n + i];
    float extra = damping * (float)(trace / (double)n);
    if (extra == 0.0f) extra = 1.0f; /* a layer that is fed zeros only: any rounding is right */
    for (ptrdiff_t i = 0; i < n; i++) {
        const float *column = f->moments + n - 1 - i;
        for (ptrdiff_t j = 0; j <= i; j++) f->lower[i * n + j] = column[(n - 1 - j) * n];
        f->lower[i * n + i] += extra;
    }
}

typedef struct column_job {
    const factor *f;
    int column, width;
} column_job;

static float *packed_of(const factor *f) { return f->room; }
static float *inverse_of(const factor *f) { return f->room + (ptrdiff_t)FACTOR_BLOCK * f->n; }
static float *copy_of(const factor *f, int thread)
{
    return inverse_of(f) + (ptrdiff_t)FACTOR_BLOCK * FACTOR_BLOCK * (1 + thread);
}

/* packed: panels [column][8] of minus the rows column .. column + width - 1 of what there is of L. */
static void pack_rows(const factor *f, int column, int width)
{
    float *out = packed_of(f);
    for (int p = 0; p < width; p += PANEL) {
        const float *rows = f->lower + (ptrdiff_t)(column + p) * f->n;
        for (int l = 0; l < column; l++) {
            for (int j = 0; j < PANEL; j++) *out++ = -rows[(ptrdiff_t)j * f->n + l];
        }
    }
}

/* Takes from the columns what the earlier ones account for. Items are FACTOR_BLOCK rows. */
static void update_rows(void *job, int first, int last, int thread)
{
    (void)thread;
    const column_job *j = job;
    const factor *f = j->f;
    const int from = j->column + first * FACTOR_BLOCK, to = j->column + last * FACTOR_BLOCK;
    const int rows = (to < f->n ? to : f->n) - from;
    float *row = f->lower + (ptrdiff_t)from * f->n;
    f->kernels->gemm_f32(row + j->column, f->n, row, f->n, packed_of(f), NULL, rows, j->column,
                         panels_for(j->width), true);
}

/* The block on the diagonal becomes its own factor. */
static bool factor_diagonal(const factor *f, int column, int width)
{
    float *a = f->lower + (ptrdiff_t)column * f->n + column;
    for (int k = 0; k < width; k++) {
        float *row = a + (ptrdiff_t)k * f->n;
        for (int c = 0; c <= k; c++) {
            const float *other = a + (ptrdiff_t)c * f->n;
            double sum = (double)row[c];
            for (int l = 0; l < c; l++) sum -= (double)row[l] * (double)other[l];
            if (c == k && !(sum > 0.0 && sum < 1e38)) return false;
            row[c] = (float)(c == k ? sqrt(sum) : sum / (double)other[c]);
        }
    }
    return true;
}

/* inverse: panels [width][8] of the inverse of the diagonal block, transposed: what rows below are multiplied by. */
static void invert_diagonal(const factor *f, int column, int width)
{
    const float *a = f->lower + (ptrdiff_t)column * f->n + column;
    float *inverse = inverse_of(f);
    for (int c = 0; c < width; c++) {
        /* Column c of the inverse, which is row c of its transpose. */
        double x[FACTOR_BLOCK];
        for (int r = 0; r < width; r++) {
            double sum = r == c ? 1.0 : 0.0;
            for (int l = c; l < r; l++) sum -= (double)a[(ptrdiff_t)r * f->n + l] * x[l];
            x[r] = r < c ? 0.0 : sum / (double)a[(ptrdiff_t)r * f->n + r];
            inverse[(r / PANEL * width + c) * PANEL + r % PANEL] = (float)x[r];
        }
    }
}

/* The rows below the diagonal block. Items are FACTOR_BLOCK rows. */
static void solve_rows(void *job, int first, int last, int thread)
{
    const column_job *j = job;
    const factor *f = j->f;
    float *copy = copy_of(f, thread);
    for (int i = first; i < last; i++) {
        const int from = j->column + j->width + i * FACTOR_BLOCK;
        const int rows = f->n - from < FACTOR_BLOCK ? f->n - from : FACTOR_BLOCK;
        float *row = f->lower + (ptrdiff_t)from * f->n + j->column;
        for (int r = 0; r < rows; r++) {
            memcpy(copy + r * j->width, row + (ptrdiff_t)r * f->n, (size_t)j->width * sizeof *copy);
        }
        f->kernels->gemm_f32(row, f->n, copy, j->width, inverse_of(f), NULL, rows, j->width, panels_for(j->width),
                             false);
    }
}

static int blocks_of(int rows) { return (rows + FACTOR_BLOCK - 1) / FACTOR_BLOCK; }

bool factor_column(const factor *f, int column)
{
    const int width = f->n - column < FACTOR_BLOCK ? f->n - column : FACTOR_BLOCK;
    column_job j = { f, column, width };
    if (column) {
        pack_rows(f, column, width);
        parallel_for(f->pool, blocks_of(f->n - column), 1, update_rows, &j);
    }
    if (!factor_diagonal(f, column, width)) return false;
    invert_diagonal(f, column, width);
    if (column + width < f->n) parallel_for(f->pool, blocks_of(f->n - column - width), 1, solve_rows, &j);
    return true;
}

void factor_end(const factor *f, float *weights)
{
    const ptrdiff_t n = f->n;
    for (ptrdiff_t k = 0; k < n; k++) {
        const float *column = f->lower + n - 1 - k;
        const float pivot = column[(n - 1 - k) * n];
        float *out = f->moments + k * n;
        for (ptrdiff_t j = 0; j < k; j++) out[j] = column[(n - 1 - j) * n] / pivot;
        weights[k] = pivot * pivot;
    }
}
