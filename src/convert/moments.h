/* moments.h - the second moments of a layer's input, and the factor that error-aware rounding takes from them.
 *
 *     x, panels of 8 channels ── moments_row* ── lower triangle of x^T x ── factor_begin ── factor_column* ── factor_end
 *
 * Rows and blocks of columns are small pieces of work; threads share each. SPDX-License-Identifier: MIT */
#ifndef EVAX_MOMENTS_H
#define EVAX_MOMENTS_H

#include "kernels/kernels.h"
#include "thread_pool.h"

enum { FACTOR_BLOCK = 64 }; /* columns of a triangular matrix that are made at a time */

/* What a layer is fed on the calibration pictures. */
typedef struct samples {
    float *panels; /* [channels / 8][tokens][8] */
    int channels, tokens;
} samples;

/* m[channels][channels], rows 8 * first .. 8 * last - 1, columns up to the diagonal's panel: sums over tokens of x_i x_j. */
void moments_rows(thread_pool *pool, float *m, const samples *x, int first, int last);

/* Of n channels: moments [n][n], the factor that grows in `lower` [n][n], and room of FACTOR_BLOCK * n +
 * FACTOR_BLOCK * FACTOR_BLOCK * (1 + threads) floats. n is a multiple of 8. */
typedef struct factor {
    thread_pool *pool;
    const kernels *kernels;
    int n;
    float *moments, *lower, *room;
} factor;

/* lower = the moments, damped by `damping` of their mean, from the last channel to the first. */
void factor_begin(const factor *f, float damping);

/* Columns column .. column + FACTOR_BLOCK - 1 of the Cholesky factor L of that; column is a multiple of FACTOR_BLOCK.
 * False if it has none: a moment is not finite, or damping is too small for floats. */
bool factor_column(const factor *f, int column);

/* feedback[n][n], in place of the moments, and weights[n]: if channel j < k of a row of weights is rounded by
 * an error e, adding feedback[k][j] * e to channel k makes good what can be made good; and what channel k is then
 * rounded by, squared, times weights[k] is what it adds to the squared error of the output. */
void factor_end(const factor *f, float *weights);

#endif
