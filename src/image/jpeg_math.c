/* jpeg_math.c - inverse DCT, chroma upsampling and color conversion as libjpeg computes them.
 * SPDX-License-Identifier: MIT */
#include "image/jpeg_math.h"

#include <string.h>

static uint8_t clip8(int32_t value) { return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value); }

/* x / 2^shift, rounded. The sums are unsigned, so that those of a hostile file wrap without undefined behavior. */
static int32_t descale(uint32_t x, int shift) { return (int32_t)(x + (1u << (shift - 1))) >> shift; }

enum { FIRST_PASS = 13 - 2, SECOND_PASS = 13 + 2 + 3 }; /* shifts: constants have 13 bits */

/* Eight values to eight, both `step` apart: Loeffler, Ligtenberg and Moschytz, as in jidctint.c.
 * The constants are cosines and their sums, times 2^13. */
static void idct_1d(const int32_t *in, int32_t *out, int step, int shift)
{
    uint32_t v[8];
    for (int i = 0; i < 8; i++) v[i] = (uint32_t)in[i * step];

    const uint32_t c = (v[2] + v[6]) * 4433u;
    const uint32_t e2 = c - v[6] * 15137u, e3 = c + v[2] * 6270u;
    const uint32_t e0 = (v[0] + v[4]) << 13, e1 = (v[0] - v[4]) << 13;
    const uint32_t even[4] = { e0 + e3, e1 + e2, e1 - e2, e0 - e3 };

    const uint32_t z5 = (v[7] + v[3] + v[5] + v[1]) * 9633u;
    const uint32_t z1 = (v[7] + v[1]) * 7373u, z2 = (v[5] + v[3]) * 20995u;
    const uint32_t z3 = z5 - (v[7] + v[3]) * 16069u, z4 = z5 - (v[5] + v[1]) * 3196u;
    const uint32_t odd[4] = { v[1] * 12299u - z1 + z4, v[3] * 25172u - z2 + z3, v[5] * 16819u - z2 + z4,
                              v[7] * 2446u - z1 + z3 };

    for (int i = 0; i < 4; i++) {
        out[i * step] = descale(even[i] + odd[i], shift);
        out[(7 - i) * step] = descale(even[i] - odd[i], shift);
    }
}

void jpeg_idct(uint8_t *out, int stride, short coefficients[64])
{
    int32_t v[64];
    for (int i = 0; i < 64; i++) v[i] = coefficients[i];
    for (int x = 0; x < 8; x++) idct_1d(v + x, v + x, 8, FIRST_PASS);
    for (int y = 0; y < 8; y++, out += stride) {
        idct_1d(v + 8 * y, v + 8 * y, 1, SECOND_PASS);
        for (int x = 0; x < 8; x++) out[x] = clip8(v[8 * y + x] + 128);
    }
}

static void repeat(uint8_t *out, const uint8_t *in, int count, int times)
{
    for (int i = 0; i < count; i++, out += times) memset(out, in[i], (size_t)times);
}

static void upsample_2x1(uint8_t *out, const uint8_t *row, int count)
{
    for (int i = 0; i < count; i++) {
        const int here = row[i], before = row[i ? i - 1 : 0];
        const int after = row[i + 1 < count ? i + 1 : i];
        out[2 * i] = (uint8_t)((3 * here + before + 1) >> 2);
        out[2 * i + 1] = (uint8_t)((3 * here + after + 2) >> 2);
    }
}

/* Halves are rounded down in the upper row of a sample and up in the lower, which favors neither. */
static void upsample_1x2(uint8_t *out, const uint8_t *near, const uint8_t *far, int count, bool below)
{
    for (int i = 0; i < count; i++) out[i] = (uint8_t)((3 * near[i] + far[i] + 1 + below) >> 2);
}

static void upsample_2x2(uint8_t *out, const uint8_t *near, const uint8_t *far, int count)
{
    int before = 3 * near[0] + far[0], here = before;
    for (int i = 0; i < count; i++) {
        const int after = i + 1 < count ? 3 * near[i + 1] + far[i + 1] : here;
        out[2 * i] = (uint8_t)((3 * here + before + 8) >> 4);
        out[2 * i + 1] = (uint8_t)((3 * here + after + 7) >> 4);
        before = here;
        here = after;
    }
}

void jpeg_upsample(uint8_t *out, const uint8_t *near, const uint8_t *far, int count, int h, int v, bool below)
{
    const bool wide = count > 2; /* libjpeg repeats samples in rows of one or two */
    if (h == 1 && v == 2) upsample_1x2(out, near, far, count, below);
    else if (h == 2 && v == 1 && wide) upsample_2x1(out, near, count);
    else if (h == 2 && v == 2 && wide) upsample_2x2(out, near, far, count);
    else repeat(out, near, count, h);
}

void jpeg_to_rgb(uint8_t *out, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count)
{
    enum { HALF = 1 << 15 }; /* factors are times 2^16 */
    for (int i = 0; i < count; i++, out += 3) {
        const int blue = cb[i] - 128, red = cr[i] - 128;
        out[0] = clip8(y[i] + ((91881 * red + HALF) >> 16));
        out[1] = clip8(y[i] + ((-22554 * blue - 46802 * red + HALF) >> 16));
        out[2] = clip8(y[i] + ((116130 * blue + HALF) >> 16));
    }
}
