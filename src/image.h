/* image.h - from a film's bytes to the network's input.
 *
 *     file bytes ── sniff.c ── decode.c ──┐
 *                                         image: 1 or 3 interleaved channels of 8 bits
 *     raw pixels ─────────────────────────┘        │
 *                                         resample.c: Pillow bicubic, centre crop, normalise
 *                                                  │
 *                                         float [3][R][R]
 *
 * Everything that an image allocates comes from a heap that holds at most EVX_IMAGE_HEAP bytes and
 * is empty again after image_free.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_IMAGE_H
#define EVAX_IMAGE_H

#include "detail.h"
#include "heap.h"

typedef struct image {
    heap heap;        /* owns pixels */
    uint8_t *pixels;  /* [height][width][channels]; NULL when there is no image */
    int channels;     /* 1 (gray) or 3 (RGB) */
    evx_image_info info;
} image;

/* An image without pixels whose heap draws from memory. */
void image_init(image *im, const evx_memory *memory);

/* Frees the pixels; info stays. */
void image_free(image *im);

/* Decodes PNG or JPEG bytes. On failure there are no pixels and nothing stays allocated. */
evx_status image_decode(image *im, const uint8_t *file, size_t bytes, detail *d);

/* Copies raw pixels. On failure as image_decode. */
evx_status image_take(image *im, const void *pixels, evx_layout layout, int width, int height,
                      detail *d);

/* Writes the R x R centre crop of the resized image to chw[3][R][R], normalised by the recipe.
 * recipe.resize >= side = R. The pixels are kept. Errors: EVX_E_MEMORY, EVX_E_IMAGE_HEAP, EVX_E_STATE. */
evx_status image_to_input(image *im, evx_recipe recipe, int side, float *chw, detail *d);

#endif
