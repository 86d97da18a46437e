/* memory.h - memory for tests that is full of chosen bytes, runs out at a chosen request and knows what was not given back.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_TEST_MEMORY_H
#define EVAX_TEST_MEMORY_H

#include "evax.h"

#include <stdlib.h>
#include <string.h>

typedef struct counted {
    int fail_at;    /* the request, from 1, that gets NULL; 0 = none */
    int requests;   /* so far */
    int held;       /* blocks that were not freed */
    int fill;       /* what new blocks are full of */
    size_t largest; /* bytes of the largest block so far */
} counted;

static inline void *counted_alloc(void *context, size_t bytes)
{
    counted *c = context;
    void *address = ++c->requests == c->fail_at ? NULL : malloc(bytes);
    c->held += address != NULL;
    c->largest = bytes > c->largest ? bytes : c->largest;
    return address ? memset(address, c->fill, bytes) : NULL;
}

static inline void counted_free(void *context, void *address)
{
    ((counted *)context)->held--;
    free(address);
}

static inline evx_memory counted_memory(counted *c) { return (evx_memory){ counted_alloc, counted_free, c }; }

#endif
