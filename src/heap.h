/* heap.h - an allocator with a ceiling, on top of the caller's evx_memory.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_HEAP_H
#define EVAX_HEAP_H

#include "evax.h"

#include <stdbool.h>

typedef struct heap {
    evx_memory memory;
    size_t used, peak, limit; /* bytes, without the bookkeeping */
    bool over_limit;          /* a request was refused because of the limit, not by memory.alloc */
} heap;

/* An empty heap that holds at most limit bytes. */
void heap_init(heap *h, const evx_memory *memory, size_t limit);

/* At least `bytes` bytes aligned to 16, or NULL: over the limit (over_limit is set) or out of memory. */
void *heap_alloc(heap *h, size_t bytes);

/* realloc on this heap; NULL leaves block as it was. block NULL: heap_alloc. */
void *heap_resize(heap *h, void *block, size_t bytes);

/* Frees what heap_alloc or heap_resize returned; NULL is allowed. */
void heap_free(heap *h, void *block);

#endif
