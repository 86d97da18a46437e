/* image.c - samples of any layout brought to 8 bits and 1 or 3 channels.
 * SPDX-License-Identifier: MIT */
#include "image/image.h"

#include "image/check.h"

#include <string.h>

void image_init(image *im, const evx_memory *memory)
{
    *im = (image){ 0 };
    heap_init(&im->heap, memory, EVX_IMAGE_HEAP);
}

void image_free(image *im)
{
    heap_free(&im->heap, im->pixels);
    im->pixels = NULL;
}

/* Keeps R, G and B; true if alpha was ever not opaque. */
static bool drop_alpha(const uint8_t *rgba, uint8_t *rgb, size_t pixels)
{
    bool seen = false;
    for (size_t i = 0; i < pixels; i++, rgba += 4, rgb += 3) {
        seen |= rgba[3] != 0xff;
        memcpy(rgb, rgba, 3);
    }
    return seen;
}

/* The functions below work in place, front to back: no result is written past the sample it is made of. */

/* 16-bit gray to 8 bits: as it is if it fits, else its range onto 0..255. */
static void window(evx_image_info *info, const uint16_t *samples, uint8_t *out, size_t pixels)
{
    uint32_t lo = samples[0], hi = samples[0];
    for (size_t i = 1; i < pixels; i++) {
        if (samples[i] < lo) lo = samples[i];
        if (samples[i] > hi) hi = samples[i];
    }
    if (hi <= 255) {
        for (size_t i = 0; i < pixels; i++) out[i] = (uint8_t)samples[i];
        return;
    }
    info->conversions |= EVX_CONVERSION_WINDOW;
    info->window_lo = (int)lo;
    info->window_hi = (int)hi;
    const uint32_t range = hi > lo ? hi - lo : 1;
    for (size_t i = 0; i < pixels; i++) {
        out[i] = (uint8_t)(((samples[i] - lo) * 510 + range) / (2 * range)); /* < 2^26 */
    }
}

static bool is_gray(const uint8_t *rgb, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++, rgb += 3) {
        if (rgb[0] != rgb[1] || rgb[0] != rgb[2]) return false;
    }
    return true;
}

int image_drop_equal_channels(uint8_t *samples, size_t pixels, int channels)
{
    if (channels != 3 || !is_gray(samples, pixels)) return channels;
    for (size_t i = 0; i < pixels; i++) samples[i] = samples[3 * i];
    return 1;
}

void image_adopt(image *im, void *samples, int channels, int bits)
{
    const size_t pixels = (size_t)im->info.width * (size_t)im->info.height;
    if (bits == 16) window(&im->info, samples, samples, pixels);
    im->pixels = samples;
    im->channels = image_drop_equal_channels(samples, pixels, channels);
}

static evx_status check_raw(const void *pixels, evx_layout layout, int width, int height, error_message *err)
{
    if (layout != EVX_GRAY8 && layout != EVX_GRAY16 && layout != EVX_RGBA8) {
        return fail(err, EVX_E_ARGUMENT, "pixel layout %d is not GRAY8, GRAY16 or RGBA8", (int)layout);
    }
    if (width < 0 || height < 0) {
        return fail(err, EVX_E_ARGUMENT, "an image cannot be %d x %d pixels", width, height);
    }
    const evx_status size = check_size((uint32_t)width, (uint32_t)height, err);
    if (size) return size;
    return pixels ? EVX_OK : fail(err, EVX_E_ARGUMENT, "there are no pixels at address 0");
}

evx_status image_take(image *im, const void *pixels, evx_layout layout, int width, int height, error_message *err)
{
    image_free(im);
    const evx_status status = check_raw(pixels, layout, width, height, err);
    if (status) return status;
    const bool color = layout == EVX_RGBA8;
    const int kept = color ? 3 : 1, bits = layout == EVX_GRAY16 ? 16 : 8;
    const size_t count = (size_t)width * (size_t)height, bytes = count * (size_t)(kept * bits / 8);
    void *block = heap_alloc(&im->heap, bytes);
    if (!block) return fail(err, im->heap.refused, "no memory for %zu bytes of pixels", bytes);
    im->info = (evx_image_info){
        .format = EVX_RAW, .width = width, .height = height, .bit_depth = bits, .channels = color ? 4 : 1
    };
    if (!color) memcpy(block, pixels, bytes);
    else if (drop_alpha(pixels, block, count)) im->info.conversions |= EVX_CONVERSION_DROP_ALPHA;
    image_adopt(im, block, kept, bits);
    return EVX_OK;
}
