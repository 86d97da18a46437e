/* arena.h - many arrays in one block of memory. The same layout function runs twice: over an arena
 * without a block it counts the bytes, over a block of that size it hands out the addresses.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ARENA_H
#define EVAX_ARENA_H

#include <stddef.h>
#include <stdint.h>

enum { ARENA_ALIGN = 64 };

typedef struct arena {
    uint8_t *block; /* NULL while counting; aligned to ARENA_ALIGN */
    uint64_t used;  /* bytes; 64 bits wide so that counting cannot overflow */
} arena;

/* An arena over a block that is ARENA_ALIGN bytes longer than the layout. */
static inline arena arena_over(void *block)
{
    uint8_t *at = block;
    return (arena){ .block = at + (ARENA_ALIGN - (uintptr_t)at % ARENA_ALIGN) };
}

/* The next `count` items of `size` bytes, aligned to ARENA_ALIGN; NULL while counting. */
static inline void *arena_take(arena *a, uint64_t count, uint64_t size)
{
    void *at = a->block ? a->block + a->used : NULL;
    a->used += (count * size + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
    return at;
}

static inline float *arena_floats(arena *a, uint64_t count) { return arena_take(a, count, sizeof(float)); }

#endif
