/* allocator.h - memory from the caller's evx_memory, for sizes that are computed in 64 bits.
 *
 * On wasm32 a size_t has 32 bits: a size of 4 GiB and more, cast to it, would become a small block and
 * every access behind it a trap. So whatever the architecture decides is asked for through allocate().
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ALLOCATOR_H
#define EVAX_ALLOCATOR_H

#include "evax.h"

#include <stdlib.h>

static inline void *libc_alloc(void *context, size_t bytes)
{
    (void)context;
    return malloc(bytes);
}

static inline void libc_free(void *context, void *address)
{
    (void)context;
    free(address);
}

/* malloc and free, for a caller that brings no memory of its own. */
static inline const evx_memory *default_memory(void)
{
    static const evx_memory memory = { libc_alloc, libc_free, NULL };
    return &memory;
}

/* A block of so many bytes; NULL if there is none, and if no object can be so large. */
static inline void *allocate(const evx_memory *m, uint64_t bytes)
{
    return bytes <= SIZE_MAX / 2 ? m->alloc(m->context, (size_t)bytes) : NULL;
}

/* Frees what allocate returned; NULL is allowed. */
static inline void release(const evx_memory *m, void *address)
{
    if (address) m->free(m->context, address);
}

#endif
