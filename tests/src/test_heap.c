/* test_heap.c - the ceiling, alignment, zeros and accounting of the capped heap.
 * SPDX-License-Identifier: MIT */
#include "image/heap.h"
#include "memory.h"
#include "test.h"

#include <string.h>

TEST(a_block_starts_as_zeros_and_counts_until_it_is_freed)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    heap h;
    heap_init(&h, &memory, 1000);
    uint8_t *block = heap_alloc(&h, 700);
    CHECK(block != NULL);
    for (int i = 0; i < 700; i++) CHECK_INT(block[i], 0);
    memset(block, 1, 700);
    CHECK_INT(h.used, 700);
    heap_free(&h, block);
    heap_free(&h, NULL);
    CHECK_INT(h.used, 0);
    CHECK_INT(h.peak, 700);
    CHECK_INT(c.held, 0);
}

TEST(the_limit_holds_to_the_byte_and_is_told_apart_from_missing_memory)
{
    counted c = { .fail_at = 2 };
    const evx_memory memory = counted_memory(&c);
    heap h;
    heap_init(&h, &memory, 100);
    void *block = heap_alloc(&h, 60);
    CHECK(block != NULL);
    CHECK_INT(h.refused, EVX_OK);
    CHECK(!heap_alloc(&h, 41));
    CHECK_INT(h.refused, EVX_E_IMAGE_HEAP);
    CHECK_INT(c.requests, 1);
    CHECK(!heap_alloc(&h, 40));
    CHECK_INT(h.refused, EVX_E_MEMORY);
    void *rest = heap_alloc(&h, 40);
    CHECK(rest != NULL);
    heap_free(&h, rest);
    heap_free(&h, block);
    CHECK_INT(c.held, 0);
}

TEST(absurd_sizes_are_refused_without_asking_for_them)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    heap h;
    heap_init(&h, &memory, SIZE_MAX);
    for (size_t below = 0; below < 20; below++) CHECK(!heap_alloc(&h, SIZE_MAX - below));
    CHECK_INT(h.refused, EVX_E_IMAGE_HEAP);
    CHECK_INT(c.requests, 0);
}

TEST(resizing_keeps_what_fits_adds_zeros_and_leaves_the_block_when_it_fails)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    heap h;
    heap_init(&h, &memory, 100);
    uint8_t *block = heap_resize(&h, NULL, 10);
    memset(block, 7, 10);
    block = heap_resize(&h, block, 30);
    for (int i = 0; i < 30; i++) CHECK_INT(block[i], i < 10 ? 7 : 0);
    CHECK(!heap_resize(&h, block, 71)); /* 30 are held while 71 are filled */
    CHECK_INT(block[9], 7);
    block = heap_resize(&h, block, 4);
    CHECK_INT(block[3], 7);
    CHECK_INT(h.used, 4);
    heap_free(&h, block);
    CHECK_INT(c.held, 0);
}

/* Gives addresses that are 4 above a multiple of 8, as some platforms' malloc does. */
static void *crooked_alloc(void *context, size_t bytes)
{
    char *block = malloc(bytes + 4);
    (void)context;
    return block ? block + 4 : NULL;
}

static void crooked_free(void *context, void *block)
{
    (void)context;
    free((char *)block - 4);
}

TEST(blocks_are_aligned_to_16_whatever_the_caller_gives)
{
    const evx_memory memory = { crooked_alloc, crooked_free, NULL };
    heap h;
    heap_init(&h, &memory, 4096);
    for (size_t bytes = 0; bytes < 40; bytes++) {
        uint8_t *block = heap_alloc(&h, bytes);
        CHECK((uintptr_t)block % 16 == 0);
        if (bytes) block[bytes - 1] = 1;
        heap_free(&h, block);
    }
    CHECK_INT(h.used, 0);
}

int main(void)
{
    RUN(a_block_starts_as_zeros_and_counts_until_it_is_freed);
    RUN(the_limit_holds_to_the_byte_and_is_told_apart_from_missing_memory);
    RUN(absurd_sizes_are_refused_without_asking_for_them);
    RUN(resizing_keeps_what_fits_adds_zeros_and_leaves_the_block_when_it_fails);
    RUN(blocks_are_aligned_to_16_whatever_the_caller_gives);
    return test_report();
}
