/* decode.c - a PNG or JPEG file to pixels: looked at, checked from end to end, decoded.
 * SPDX-License-Identifier: MIT */
#include "image/decode.h"

#include "image/image.h"
#include "image/sniff.h"

static evx_status decode_failure(const heap *h, const file_layout *s, const char *what, error_message *err)
{
    if (*what) {
        return fail(err, EVX_E_IMAGE_CORRUPT, "the %s is damaged: %s", s->info.format == EVX_PNG ? "PNG" : "JPEG",
                    what);
    }
    if (h->refused == EVX_E_IMAGE_HEAP) return fail_heap(EVX_IMAGE_HEAP, &s->info, err);
    return fail(err, EVX_E_MEMORY, "no memory to decode %d x %d pixels", s->info.width, s->info.height);
}

evx_status image_decode(image *im, const uint8_t *file, size_t bytes, error_message *err)
{
    file_layout s = { 0 };
    evx_format format = EVX_PNG;
    image_free(im);
    evx_status status = sniff(file, bytes, &format, err);
    if (!status) status = format == EVX_PNG ? check_png(file, bytes, &s, err) : check_jpeg(file, bytes, &s, err);
    if (status) return status;
    samples out = { 0 };
    im->heap.refused = EVX_OK;
    const char *wrong =
        format == EVX_PNG ? decode_png(&im->heap, file, &s, &out) : decode_jpeg(&im->heap, file, &s, &out);
    if (wrong) return decode_failure(&im->heap, &s, wrong, err);
    im->info = s.info;
    im->info.conversions |= out.conversions;
    image_adopt(im, out.block, out.channels, out.bits);
    return EVX_OK;
}
