/* png_mutate.c - mutates a PNG chunk by chunk, and then mostly makes lengths and checksums right,
 * so that what lies behind them is reached.
 * SPDX-License-Identifier: MIT */
#include "pieces.h"

#include "../src/pictures.h"
#include "bytes.h"

enum { START = 8, FRAMING = 12, HEAD = 8, TAIL = 4 };

static void split(pieces *p, const uint8_t *data, size_t size)
{
    if (size < START) return;
    add_piece(p, 0, START, 0, 0);
    for (size_t at = START; size - at >= FRAMING;) {
        size_t length = be32(data + at);
        if (length > size - at - FRAMING) length = size - at - FRAMING;
        add_piece(p, at, length + FRAMING, HEAD, TAIL);
        at += length + FRAMING;
    }
}

static void set_be32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void repair(uint8_t *chunk, size_t size, bool small)
{
    const size_t length = size - FRAMING;
    set_be32(chunk, (uint32_t)length);
    if (small && length == 13 && !memcmp(chunk + 4, "IHDR", 4)) {
        chunk[8] = chunk[9] = chunk[12] = chunk[13] = 0;
        shrink_side(chunk + 10);
        shrink_side(chunk + 14);
    }
    set_be32(chunk + size - TAIL, png_crc(chunk + 4, length + 4));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    return mutate_file(data, size, max_size, split, repair, seed);
}
