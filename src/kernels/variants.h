/* variants.h - the kernel tables that this build has, and the implementations of their slots.
 *
 * ref.c defines what is correct and every bit of it; simd128.c gives the same bits faster;
 * relaxed.c replaces the slots that fused or relaxed instructions make faster still. The files that have
 * "lanes" in their names do the same for processors of 32 registers.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_VARIANTS_H
#define EVAX_VARIANTS_H

#include "kernels/kernels.h"

/* The table for a variant, EVX_BEST being the fastest in this build; NULL if it is not in this build. */
const kernels *kernels_get(evx_variant variant);

/* The implementations of a slot, ended by NULL; the first is the table's own. None for EVX_SCALAR. */
const kernel_option *const *kernels_options(evx_variant variant, evx_slot slot);

/* A build defines EVAX_SCALAR, EVAX_SIMD128, EVAX_RELAXED for the variants that it has. */
extern const kernels kernels_ref, kernels_simd128, kernels_relaxed;

/* Of simd128.c, lanes.c, relaxed.c, lanes_relaxed.c. */
extern const kernel_option simd128_f32, simd128_wide_dot, simd128_pair_i16;
extern const kernel_option lanes_f32, lanes_q7, lanes_i16;
extern const kernel_option relaxed_f32, relaxed_pair_dot, relaxed_dot_add;
extern const kernel_option lanes_relaxed_f32, lanes_relaxed_q7;

#endif
