/* check_size.c - the limits on the size of an image, files and raw pixels alike.
 * SPDX-License-Identifier: MIT */
#include "check.h"

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

evx_status check_heap(size_t bytes, size_t most, const evx_image_info *i, error_message *err)
{
    if (bytes <= most) return EVX_OK;
    return fail(err, EVX_E_IMAGE_HEAP,
                "decoding %d x %d pixels would take more than %d MiB: make the image smaller", i->width, i->height,
                (int)(most >> 20));
}
