/* variants.c - from the name of a variant to its table.
 * SPDX-License-Identifier: MIT */
#include "variants.h"

const kernels *kernels_get(evx_variant variant)
{
    switch (variant) {
    case EVX_SCALAR:
#ifdef EVAX_SCALAR
        return &kernels_ref;
#else
        return NULL;
#endif
    case EVX_SIMD128:
#ifdef EVAX_SIMD128
        return &kernels_simd128;
#else
        return NULL;
#endif
    case EVX_RELAXED:
#ifdef EVAX_RELAXED
        return &kernels_relaxed;
#else
        return NULL;
#endif
    case EVX_BEST:
#if defined EVAX_RELAXED
        return &kernels_relaxed;
#elif defined EVAX_SIMD128
        return &kernels_simd128;
#else
        return kernels_get(EVX_SCALAR);
#endif
    }
    return NULL;
}

bool kernels_check(void)
{
#ifdef EVAX_RELAXED
    return relaxed_check();
#else
    return true;
#endif
}
