/* check_size.c - the limits on the size of an image, files and raw pixels alike, and on what a file unfolds into.
 * SPDX-License-Identifier: MIT */
#include "image/check.h"

evx_status check_size(uint32_t width, uint32_t height, error_message *err)
{
    const size_t w = width, h = height;
    if (!w || !h) return fail(err, EVX_E_IMAGE_EMPTY, "the image has no pixels: it is %zu x %zu", w, h);
    if (w > EVX_MAX_SIDE || h > EVX_MAX_SIDE) {
        return fail(err, EVX_E_IMAGE_SIZE, "the image is %zu x %zu pixels; a side may have %d: make it smaller", w,
                    h, EVX_MAX_SIDE);
    }
    if (w * h > EVX_MAX_PIXELS) {
        return fail(err, EVX_E_IMAGE_SIZE, "the image has %zu pixels; at most %d are read: make it smaller", w * h,
                    EVX_MAX_PIXELS);
    }
    return EVX_OK;
}

/* A file of less than a megabyte is no film of 40 megapixels in color: it may unfold into less than others, with
 * the copy of its pixels that people look at. */
enum { SMALL_FILE = 1 << 20, SMALL_FILE_MEMORY = 192 << 20 };

evx_status check_memory(size_t decoding, int channels, size_t file, const evx_image_info *i, error_message *err)
{
    const size_t copy = (size_t)i->width * (size_t)i->height * (size_t)channels;
    if (file < SMALL_FILE && decoding + copy > SMALL_FILE_MEMORY) return fail_heap(SMALL_FILE_MEMORY, i, err);
    return decoding > EVX_IMAGE_HEAP ? fail_heap(EVX_IMAGE_HEAP, i, err) : EVX_OK;
}

evx_status fail_heap(size_t most, const evx_image_info *i, error_message *err)
{
    return fail(err, EVX_E_IMAGE_HEAP,
                "decoding %d x %d pixels would take more than %d MiB: make the image smaller", i->width, i->height,
                (int)(most >> 20));
}
