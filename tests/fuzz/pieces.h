/* pieces.h - mutation of files that are made of pieces: PNG chunks, JPEG segments.
 *
 *     split by the format's mutator ── pieces left out, doubled, exchanged, mutated inside ── joined
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FUZZ_PIECES_H
#define EVAX_FUZZ_PIECES_H

#include "fuzz.h"

enum { PIECES = 64, FILE_MAX = 1 << 16 };

/* Where a piece lies in the file; its first `head` and last `tail` bytes frame what it carries. */
typedef struct piece {
    size_t at, size, head, tail;
} piece;

/* Makes right what the format keeps about a piece: lengths, checksums. small: a picture's sides,
 * too, become 1..96 pixels. */
typedef void repair_fn(uint8_t *piece, size_t size, bool small);

typedef struct pieces {
    uint8_t file[FILE_MAX];
    piece piece[PIECES + 1]; /* room to double one */
    int count;
    repair_fn *repair; /* NULL: nothing is repaired */
    bool small;
} pieces;

static inline void add_piece(pieces *p, size_t at, size_t size, size_t head, size_t tail)
{
    if (p->count < PIECES) p->piece[p->count++] = (piece){ at, size, head, tail };
}

/* Appends a piece to out[*size]; its content is mutated if wanted. */
static inline void put_piece(const pieces *p, const piece *q, bool mutate, uint8_t *out, size_t *size, size_t max)
{
    const size_t framed = q->head + q->tail, room = max - *size;
    if (q->size > room) return;
    uint8_t *at = out + *size;
    size_t length = q->size - framed;
    memcpy(at, p->file + q->at, q->size);
    if (mutate && room > framed) length = LLVMFuzzerMutate(at + q->head, length, room - framed);
    memcpy(at + q->head + length, p->file + q->at + q->size - q->tail, q->tail);
    if (p->repair && framed) p->repair(at, length + framed, p->small);
    *size += length + framed;
}

static inline void change_order(pieces *p, uint32_t *random)
{
    const int at = (int)(fuzz_random(random) % (unsigned)p->count);
    const int other = (int)(fuzz_random(random) % (unsigned)p->count);
    const piece kept = p->piece[at];
    switch (fuzz_random(random) % 3) {
    case 0:
        p->count--;
        memmove(p->piece + at, p->piece + at + 1, (size_t)(p->count - at) * sizeof kept);
        break;
    case 1:
        p->piece[at] = p->piece[other];
        p->piece[other] = kept;
        break;
    default:
        memmove(p->piece + other + 1, p->piece + other, (size_t)(p->count - other) * sizeof kept);
        p->piece[other] = kept;
        p->count++;
        break;
    }
}

/* Adds the pieces of data[size] to p. */
typedef void split_fn(pieces *p, const uint8_t *data, size_t size);

/* One change of a file, in place and mostly repaired; returns the size, at most max. Now and then the
 * change is made to the file as a whole. */
static inline size_t mutate_file(uint8_t *file, size_t size, size_t max, split_fn *split, repair_fn *repair,
                                 uint32_t random)
{
    static pieces p;
    const uint32_t what = fuzz_random(&random) % 16;
    int victim = -1;
    if (what == 0 || !size || size > FILE_MAX) return LLVMFuzzerMutate(file, size, max);
    p.count = 0;
    p.repair = fuzz_random(&random) % 16 ? repair : NULL;
    p.small = fuzz_random(&random) % 256;
    memcpy(p.file, file, size);
    split(&p, p.file, size);
    if (!p.count) return LLVMFuzzerMutate(file, size, max);
    if (what < 4) {
        change_order(&p, &random);
    } else {
        victim = (int)(fuzz_random(&random) % (unsigned)p.count);
    }
    size = 0;
    for (int i = 0; i < p.count; i++) put_piece(&p, &p.piece[i], i == victim, file, &size, max);
    return size;
}

/* Most pictures are small: bytes at[0..1], big endian, become 1..96. */
static inline void shrink_side(uint8_t *at)
{
    const unsigned side = (unsigned)(at[0] << 8 | at[1]);
    at[0] = 0;
    at[1] = (uint8_t)(side % 96 + 1);
}

#endif
