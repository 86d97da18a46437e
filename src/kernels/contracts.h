/* contracts.h - what kernels.h asks of the callers of a kernel, as asserts. They hold in the native builds of
 * the tests; the WebAssembly modules define NDEBUG.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_CONTRACTS_H
#define EVAX_CONTRACTS_H

#include "kernels/kernels.h"

#include <assert.h>

enum { I16_MAX = 32767, U8_MAX = 255 };

/* A row that is read in whole vectors. */
static inline void expect_row(int n)
{
    (void)n;
    assert(n > 0 && n % LANES == 0);
}

/* m rows of x with k values each, panels of 8 columns of y; strides matter from the second row on. */
static inline void expect_gemm(ptrdiff_t ldy, ptrdiff_t ldx, int m, int k, int panels)
{
    (void)ldy, (void)ldx, (void)m, (void)k, (void)panels;
    assert(m >= 1 && k >= 1 && panels >= 1);
    assert(m == 1 || (ldy >= (ptrdiff_t)panels * PANEL && ldx >= k));
}

static inline void expect_gemm_i16(ptrdiff_t ldy, ptrdiff_t ldx, int m, int k, int panels)
{
    expect_gemm(ldy, ldx, m, k, panels);
    assert(k % LANES == 0);
}

static inline void expect_quantize(int n, int padded, int levels)
{
    (void)padded, (void)levels;
    expect_row(n);
    assert(padded >= n && padded % GROUP == 0);
    assert(levels >= 1 && levels <= U8_MAX);
}

static inline void expect_i16(int n, int limit)
{
    (void)limit;
    expect_row(n);
    assert(limit >= 1 && limit <= I16_MAX);
}

static inline void expect_columns(ptrdiff_t ldx, int rows, int padded, int cols, int limit)
{
    (void)ldx, (void)rows, (void)cols;
    expect_i16(padded, limit);
    assert(rows >= 1 && rows <= padded);
    assert(cols >= PANEL && cols % PANEL == 0 && ldx >= cols);
}

static inline void expect_rope(int heads, int pairs)
{
    (void)heads, (void)pairs;
    assert(heads >= 1 && pairs >= 4 && pairs % 4 == 0);
}

#endif
