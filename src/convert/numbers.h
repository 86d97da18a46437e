/* numbers.h - the kinds of numbers that checkpoints store, as floats and back.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_NUMBERS_H
#define EVAX_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* How a checkpoint stores a number; little-endian. bfloat16 is the upper half of a float. */
typedef enum stored { STORED_F64, STORED_F32, STORED_F16, STORED_BF16, STORED_KINDS } stored;

size_t stored_bytes(stored kind);

/* out[count] = the numbers at bytes, unaligned, each rounded to the nearest float, ties to even. Returns how
 * many are not finite as floats, and in *first where the first of these is (untouched if there is none). */
size_t numbers_read(float *out, const void *bytes, size_t count, stored kind, size_t *first);

/* x after a round trip through a kind, as a file of that kind has it. */
float number_rounded(float x, stored kind);

#endif
