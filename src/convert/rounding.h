/* rounding.h - error-aware rounding of a matrix to q8 (model/FORMAT.md section 3).
 *
 * Columns are rounded one after the other, and what the rounding of one does to the layer's output is made good,
 * as far as possible, by the columns that are still free: GPTQ (Frantar et al. 2022, arXiv:2210.17323), in the form
 * without an inverse (LDLQ of Chee et al. 2023, arXiv:2307.13304). How far is known from the second moments of
 * the layer's input: moments.h. SPDX-License-Identifier: MIT */
#ifndef EVAX_ROUNDING_H
#define EVAX_ROUNDING_H

#include "linear.h"

enum { ROUNDING_PANELS = 4 }; /* panels that are rounded together */

typedef struct rounding {
    thread_pool *pool;
    const kernels *kernels;
    const matrix *w;       /* f32 */
    const float *feedback; /* [in][in], factor_end */
    const float *weights;  /* [in] */
    const float *means;    /* [in] what each channel is on average; NULL: 0 */
    int act_bits;          /* 7 or 8 */
    uint8_t *records;      /* [out] rows as they are stored: out */
    double *losses;        /* [panels]: out, squared error of each panel's outputs, summed over the samples */
    float *drift; /* [out]: out, what the outputs lose on average by the rounding: to be added to the bias */
    float *room;  /* [threads] of rounding_room(in) */
} rounding;

/* Bytes of a stored row, and floats that a thread needs. */
size_t q8_row_bytes(int in);
size_t rounding_room(int in);

/* Rounds panels first..last-1; both are multiples of ROUNDING_PANELS, or last is the end. */
void round_panels(const rounding *r, int first, int last);

#endif
