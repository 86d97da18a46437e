/* fuzz.h - what the fuzz targets share: claims that end the program, and memory that is counted.
 *
 *     container.c  png.c  jpeg.c  api.c  convert.c     LLVMFuzzerTestOneInput: the property of each is at its top
 *     png_mutate.c  jpeg_mutate.c           mutators that keep checksums and lengths right, most times
 *     replay.c                              main without libFuzzer: runs a corpus (make test)
 *
 * make fuzz runs them under libFuzzer with address and undefined-behavior sanitizers.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FUZZ_H
#define EVAX_FUZZ_H

#include "evax.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs one input; 0, as libFuzzer wants it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer's own mutation of data[size], in place; returns the new size, at most max_size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* The mutator that libFuzzer calls instead, where a target has one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Ends the program if a property does not hold: that is a finding. */
#define CLAIM(condition) ((condition) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #condition))

static inline void fuzz_broken(const char *file, int line, const char *claim)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, claim);
    abort();
}

/* malloc, counted, with one request that fails if wanted. Blocks are aligned to 64 bytes, so that
 * two runs lay out what is in them alike. */
typedef struct counted {
    int held;           /* blocks that were not freed */
    size_t bytes, peak; /* in them, now and at most */
    int fail_in;        /* the request, from 1, that gets NULL; 0 = none */
    size_t most;        /* bytes of the largest block so far */
    uint8_t *largest;   /* that block; only valid while it is held */
} counted;

static inline void *counted_alloc(void *context, size_t bytes)
{
    counted *c = context;
    if (c->fail_in && !--c->fail_in) return NULL;
    uint8_t *block = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!block) return NULL;
    c->held++;
    c->bytes += malloc_usable_size(block);
    if (c->bytes > c->peak) c->peak = c->bytes;
    if (bytes > c->most) {
        c->most = bytes;
        c->largest = block;
    }
    return block;
}

static inline void counted_free(void *context, void *block)
{
    counted *c = context;
    c->held--;
    c->bytes -= malloc_usable_size(block);
    free(block);
}

static inline evx_memory counted_memory(counted *c) { return (evx_memory){ counted_alloc, counted_free, c }; }

/* A failure has a name and a line of text. */
static inline void claim_explained(const evx_engine *e, int status)
{
    CLAIM(status < 0);
    CLAIM(strcmp(evx_status_name(status), "UNKNOWN"));
    CLAIM(evx_error_message(e)[0] && strlen(evx_error_message(e)) < 160);
}

/* Random numbers, 24 bits each, that follow from their state. */
static inline uint32_t fuzz_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

#endif
