/* heap.h - an allocator with a ceiling, on top of the caller's evx_memory.
 *
 * Every block starts as zeros. The picture decoder reads bytes that a damaged file left unwritten;
 * zeros make the result depend on the file alone.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_HEAP_H
#define EVAX_HEAP_H

#include "evax.h"

typedef struct heap {
    evx_memory memory;
    size_t used, peak, limit; /* bytes, without the bookkeeping */
    evx_status refused;       /* why the latest refused request got NULL: EVX_E_MEMORY, or
                                 EVX_E_IMAGE_HEAP over the limit; EVX_OK after heap_init */
} heap;

/* An empty heap that holds at most limit bytes. */
void heap_init(heap *h, const evx_memory *memory, size_t limit);

/* At least `bytes` zero bytes aligned to 16, or NULL, and h->refused says why. */
void *heap_alloc(heap *h, size_t bytes);

/* realloc on this heap; growth is zeros. NULL leaves block as it was. block NULL: heap_alloc.
 * While it copies, both blocks count. */
void *heap_resize(heap *h, void *block, size_t bytes);

/* Frees what heap_alloc or heap_resize returned; NULL is allowed. */
void heap_free(heap *h, void *block);

#endif
