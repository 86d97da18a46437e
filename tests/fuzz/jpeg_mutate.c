/* jpeg_mutate.c - mutates a JPEG segment by segment, and then mostly makes their lengths right, so
 * that what lies behind them is reached.
 * SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "bytes.h"

enum { HEAD = 4, SOI = 2 };

static bool has_length(const uint8_t *at)
{
    return at[0] == 0xff && at[1] >= 0xc0 && (at[1] < 0xd0 || at[1] > 0xd9) && at[1] != 0xff;
}

/* Bytes from `at` to the next marker that is no restart: a scan's coded data. */
static size_t coded(const uint8_t *data, size_t at, size_t size)
{
    size_t end = at;
    for (; end + 1 < size && !has_length(data + end); end++) {
        if (data[end] == 0xff && data[end + 1] == 0xd9) break;
    }
    return (end + 1 < size ? end : size) - at;
}

static void split(pieces *p, const uint8_t *data, size_t size)
{
    if (size < SOI) return;
    add_piece(p, 0, SOI, 0, 0);
    for (size_t at = SOI; at < size;) {
        if (size - at >= HEAD && has_length(data + at)) {
            size_t length = 2 + (size_t)be16(data + at + 2);
            if (length < HEAD) length = HEAD;
            if (length > size - at) length = size - at;
            add_piece(p, at, length, HEAD, 0);
            at += length;
        } else {
            size_t length = coded(data, at, size);
            if (!length) length = size - at < 2 ? size - at : 2; /* the end marker */
            add_piece(p, at, length, 0, 0);
            at += length;
        }
    }
}

static void repair(uint8_t *segment, size_t size, bool small)
{
    const size_t length = size - 2;
    const int marker = segment[1];
    segment[2] = (uint8_t)(length >> 8);
    segment[3] = (uint8_t)length;
    if (small && marker >= 0xc0 && marker <= 0xc2 && size >= 9) {
        shrink_side(segment + 5);
        shrink_side(segment + 7);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return mutate_file(data, size, max_size, split, repair, seed);
}
