/* variants.h - the kernel tables that this build has.
 *
 * kern_ref.c defines what is correct and every bit of it; kern_simd128.c gives the same bits faster;
 * kern_relaxed.c replaces the slots that fused or relaxed instructions make faster still.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_VARIANTS_H
#define EVAX_VARIANTS_H

#include "kernels.h"

/* The table for a variant, EVX_BEST being the fastest in this build; NULL if it is not in this build. */
const kernels *kernels_get(evx_variant variant);

/* Whether this host's instructions give what the tables of this build promise: the relaxed dot products of
 * extreme operands against plain integers. A host on which it fails must use another build. */
bool kernels_check(void);

/* A build defines EVAX_SCALAR, EVAX_SIMD128, EVAX_RELAXED for the tables that it links. */
#ifdef EVAX_SCALAR
extern const kernels kernels_ref;
#endif
#ifdef EVAX_SIMD128
extern const kernels kernels_simd128;
#endif
#ifdef EVAX_RELAXED
bool relaxed_check(void); /* kern_relaxed.c's part of kernels_check */
extern const kernels kernels_relaxed;
#endif

#endif
