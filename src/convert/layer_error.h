/* layer_error.h - how far quantization moves a layer's output, as part of the output's own spread.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_LAYER_ERROR_H
#define EVAX_LAYER_ERROR_H

#include "convert/moments.h"
#include "linear.h"

enum { PROBES = 128 }; /* tokens on which the output's spread is measured */

/* Mean over tokens of (largest - smallest channel)^2, of which a quantization step is a part. room: 2 * tokens floats. */
double mean_square_range(const samples *x, float *room);

/* Variance over tokens of an f32 layer's outputs, summed over outputs. room: PROBES * (in + out) floats. */
double output_variance(thread_pool *pool, const kernels *k, const matrix *w, const samples *x, float *room);

/* Root mean square error of the output over its standard deviation. loss: squared error by rounded weights,
 * summed over samples (rounding.h); square_range: mean_square_range; variance: output_variance. */
double layer_error(const matrix *w, int act_bits, double loss, const samples *x, double square_range,
                   double variance);

#endif
