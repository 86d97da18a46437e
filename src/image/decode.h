/* decode.h - the decoders behind decode.c: a file that has been checked, to samples.
 *
 *     decode.c        which of them, and what the image is then
 *     decode_png.c    row by row: nothing but the image and two rows is held
 *     decode_jpeg.c   segment by segment, then planes to pixels
 *     stb.h           stb_image, which inflates, and decodes the blocks of a JPEG
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_DECODE_H
#define EVAX_DECODE_H

#include "image/check.h"
#include "image/heap.h"

/* Samples of a decoded image: a block of the heap, [height][width][channels], 8 or 16 bits each. */
typedef struct samples {
    void *block;
    int channels;         /* 1 or 3 */
    int bits;             /* 8; 16 for gray of 16 bits, in native byte order */
    unsigned conversions; /* EVX_CONVERSION_*, what has been done to get there */
} samples;

/* Decodes file[bytes], of which the check gave `layout`. NULL on success, else what is wrong with the
 * coded data, in a few words; "" if the heap refused, which says why. Then nothing stays allocated. */
const char *decode_png(heap *h, const uint8_t *file, const file_layout *layout, samples *out);
const char *decode_jpeg(heap *h, const uint8_t *file, const file_layout *layout, samples *out);

#endif
