/* image.h - from the bytes of a film to the input of the network.
 *
 *     file bytes ── sniff.c ── check_png.c, check_jpeg.c ── decode*.c ─┐
 *                                                    image.c: 1 or 3 interleaved channels of 8 bits
 *     raw pixels ──────────────────────────────────────────────────────┘    │
 *                              resample.c: Pillow bicubic, center crop: 8 bits [R][R][1 or 3]
 *                                                                           │
 *                                                  input.c: normalized: float [3][R][R]
 *
 * The pixels are those of PIL's convert('RGB'), with one exception: 16-bit gray that goes above
 * 255, which PIL would clip to white, is windowed. Its lowest and highest sample become 0 and 255,
 * those between are rounded to nearest; if all are the same, all become 0. EVX_CONVERSION_WINDOW says so.
 *
 * Everything that an image allocates comes from a heap that holds at most EVX_IMAGE_HEAP bytes and
 * is empty again after image_free.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_IMAGE_H
#define EVAX_IMAGE_H

#include "error_message.h"
#include "image/heap.h"

typedef struct image {
    heap heap;       /* owns pixels */
    uint8_t *pixels; /* [height][width][channels]; NULL when there is no image */
    int channels;    /* 1 (gray) or 3 (RGB) */
    evx_image_info info;
} image;

/* An image without pixels whose heap draws from memory. */
void image_init(image *im, const evx_memory *memory);

/* Frees the pixels; info stays. */
void image_free(image *im);

/* Decodes PNG or JPEG bytes. On failure there are no pixels and nothing stays allocated. */
evx_status image_decode(image *im, const uint8_t *file, size_t bytes, error_message *err);

/* Copies raw pixels. On failure as image_decode. */
evx_status image_take(image *im, const void *pixels, evx_layout layout, int width, int height, error_message *err);

/* Takes over `samples`, a block of im's heap: info.width x info.height pixels of `channels` (1: gray, 3: RGB)
 * interleaved samples of 8 bits, or gray of 16, native order. Brings it to 8 bits in place, and adds to
 * info.conversions what that took. RGB that is gray everywhere becomes 1 channel: the same input for the network
 * for a third of the work. */
void image_adopt(image *im, void *samples, int channels, int bits);

/* The channels that interleaved samples need: RGB that is gray everywhere becomes 1 channel, in place. */
int image_drop_equal_channels(uint8_t *samples, size_t pixels, int channels);

/* Writes the R x R center crop of the image, its shorter side resized to `resize` >= side = R pixels, to
 * crop[R][R][*channels], 1 (gray) or 3 (RGB); there is room for 3. The pixels are kept.
 * Errors, which leave crop and *channels as they were: EVX_E_MEMORY, EVX_E_IMAGE_HEAP, EVX_E_STATE without pixels. */
evx_status image_crop(image *im, int resize, int side, uint8_t *crop, int *channels, error_message *err);

#endif
