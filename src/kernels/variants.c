/* variants.c - from the name of a variant to its table, and to the implementations of its slots.
 * SPDX-License-Identifier: MIT */
#include "kernels/variants.h"

#if defined EVAX_RELAXED
enum { BEST = EVX_RELAXED };
#elif defined EVAX_SIMD128
enum { BEST = EVX_SIMD128 };
#else
enum { BEST = EVX_SCALAR };
#endif

typedef const kernel_option *option_list[4];

static const struct variant {
    const kernels *table;
    option_list options[EVX_SLOTS];
} variants[] = {
#ifdef EVAX_SCALAR
    [EVX_SCALAR] = { .table = &kernels_ref },
#endif
#ifdef EVAX_SIMD128
    [EVX_SIMD128] = { .table = &kernels_simd128,
                      .options = { [EVX_SLOT_F32] = { &simd128_f32, &lanes_f32 },
                                   [EVX_SLOT_Q8] = { &simd128_wide_dot, &lanes_q7 },
                                   [EVX_SLOT_ATTENTION] = { &simd128_pair_i16, &lanes_i16 } } },
#endif
#ifdef EVAX_RELAXED
    [EVX_RELAXED] = { .table = &kernels_relaxed,
                      .options = { [EVX_SLOT_F32] = { &relaxed_f32, &lanes_relaxed_f32 },
                                   [EVX_SLOT_Q8] = { &relaxed_pair_dot, &relaxed_dot_add, &lanes_relaxed_q7 },
                                   [EVX_SLOT_ATTENTION] = { &simd128_pair_i16, &lanes_i16 } } },
#endif
    [EVX_BEST] = { .table = NULL },
};

static const struct variant *variant_at(evx_variant variant)
{
    const unsigned at = variant == EVX_BEST ? BEST : (unsigned)variant;
    return at < sizeof variants / sizeof *variants ? &variants[at] : &variants[EVX_BEST];
}

const kernels *kernels_get(evx_variant variant) { return variant_at(variant)->table; }

const kernel_option *const *kernels_options(evx_variant variant, evx_slot slot)
{
    return variant_at(variant)->options[slot];
}
