/* heap.c - blocks with a header that knows their size.
 * SPDX-License-Identifier: MIT */
#include "image/heap.h"

#include <string.h>

enum { ALIGN = 16 };

/* In front of every block. The caller's alloc may align to less than 16, so its address is kept. */
typedef struct header {
    void *origin;
    size_t bytes;
} header;

static header *header_of(void *block) { return (header *)block - 1; }

void heap_init(heap *h, const evx_memory *memory, size_t limit)
{
    *h = (heap){ .memory = *memory, .limit = limit, .refused = EVX_OK };
}

static void *refuse(heap *h, evx_status why)
{
    h->refused = why;
    return NULL;
}

void *heap_alloc(heap *h, size_t bytes)
{
    const size_t extra = sizeof(header) + ALIGN - 1;
    if (bytes > h->limit - h->used || bytes > SIZE_MAX - extra) return refuse(h, EVX_E_IMAGE_HEAP);
    void *origin = h->memory.alloc(h->memory.context, bytes + extra);
    if (!origin) return refuse(h, EVX_E_MEMORY);
    const size_t skip = -((uintptr_t)origin + sizeof(header)) % ALIGN;
    void *block = (char *)origin + skip + sizeof(header);
    *header_of(block) = (header){ origin, bytes };
    h->used += bytes;
    if (h->used > h->peak) h->peak = h->used;
    return memset(block, 0, bytes);
}

void *heap_resize(heap *h, void *block, size_t bytes)
{
    void *moved = heap_alloc(h, bytes);
    if (!moved || !block) return moved;
    const size_t old = header_of(block)->bytes;
    memcpy(moved, block, old < bytes ? old : bytes);
    heap_free(h, block);
    return moved;
}

void heap_free(heap *h, void *block)
{
    if (!block) return;
    h->used -= header_of(block)->bytes;
    h->memory.free(h->memory.context, header_of(block)->origin);
}
