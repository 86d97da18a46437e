/* resample.c - Pillow's fixed-point bicubic, bit for bit, for the pixels of the center crop only.
 *
 *     rows that the crop needs ── horizontal taps ── u8 [rows][R][channels]
 *                                 vertical taps   ── u8 [R][R][channels]
 *
 * Compile with -ffp-contract=off: the order of roundings is Pillow's.
 * SPDX-License-Identifier: MIT */
#include "image/image.h"

#include <math.h>
#include <stdbool.h>

enum { PRECISION = 22, ONE = 1 << PRECISION, HALF = ONE / 2 }; /* of the integer weights */

/* One axis: where the R outputs of the crop come from. Output o is the sum of weight[o * taps + i]
 * times input first[o] + i, for i < count[o]. */
typedef struct axis {
    int *first, *count;
    int32_t *weight;
    size_t taps;
} axis;

/* Keys' cubic with a = -0.5. */
static double bicubic(double x)
{
    const double a = -0.5;
    if (x < 0.0) x = -x;
    if (x < 1.0) return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    if (x < 2.0) return (((x - 5) * x + 8) * x - 4) * a;
    return 0.0;
}

static int32_t fixed_point(double weight)
{
    return (int32_t)(weight < 0 ? -0.5 + weight * ONE : 0.5 + weight * ONE);
}

/* The taps of output `o` of `out`, from `in` samples, to slot `slot`; real[taps] is scratch. */
static void set_taps(axis *a, int slot, int o, int in, int out, double *real)
{
    const double scale = (double)in / out, filter_scale = scale < 1.0 ? 1.0 : scale;
    const double support = 2.0 * filter_scale, inverse = 1.0 / filter_scale;
    const double center = (o + 0.5) * scale;
    int first = (int)(center - support + 0.5), end = (int)(center + support + 0.5);
    if (first < 0) first = 0;
    if (end > in) end = in;
    double sum = 0.0;
    for (int i = 0; i < end - first; i++) sum += real[i] = bicubic((i + first - center + 0.5) * inverse);
    int32_t *weight = a->weight + (size_t)slot * a->taps;
    for (int i = 0; i < end - first; i++) weight[i] = fixed_point(sum != 0.0 ? real[i] / sum : real[i]);
    a->first[slot] = first;
    a->count[slot] = end - first;
}

/* Pillow skips a pass that does not change the size; here it has one tap of weight 1. */
static void set_copy(axis *a, int slot, int o)
{
    a->first[slot] = o;
    a->count[slot] = 1;
    a->weight[(size_t)slot * a->taps] = ONE;
}

static void axis_free(heap *h, axis *a)
{
    heap_free(h, a->weight);
    heap_free(h, a->count);
    heap_free(h, a->first);
}

/* The crop of `side` outputs in the middle of `out` >= side, resized from `in`. On false there was
 * no memory and nothing is held. side * taps < 4 in + 5 side: it cannot overflow. Runs twice a film: small rather than fast. */
static __attribute__((cold)) bool axis_init(heap *h, axis *a, int in, int out, int side)
{
    const double scale = in > out ? (double)in / out : 1.0;
    const size_t n = (size_t)side;
    a->taps = in == out ? 1 : (size_t)ceil(2.0 * scale) * 2 + 1;
    a->first = heap_alloc(h, n * sizeof *a->first);
    a->count = heap_alloc(h, n * sizeof *a->count);
    a->weight = heap_alloc(h, n * a->taps * sizeof *a->weight);
    double *real = heap_alloc(h, a->taps * sizeof *real);
    if (!a->first || !a->count || !a->weight || !real) {
        heap_free(h, real);
        axis_free(h, a);
        return false;
    }
    const int spare = out - side, odd = spare & 1, lower = spare / 2;
    const int offset = odd ? lower + (lower & 1) : lower; /* spare / 2, half rounded to even */
    for (int i = 0; i < side; i++) {
        if (in == out) {
            set_copy(a, i, offset + i);
        } else {
            set_taps(a, i, offset + i, in, out, real);
        }
    }
    heap_free(h, real);
    return true;
}

static uint8_t clip8(int32_t sum)
{
    sum >>= PRECISION;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* One tap-weighted sum of samples that lie `step` bytes apart. */
static uint8_t sum_taps(const uint8_t *from, size_t step, const int32_t *weight, int count)
{
    int32_t sum = HALF;
    for (int i = 0; i < count; i++, from += step) sum += *from * weight[i];
    return clip8(sum);
}

/* row[width][channels] to out[R][channels]. */
static void resample_row(const axis *x, const uint8_t *row, int channels, int side, uint8_t *out)
{
    const size_t step = (size_t)channels;
    for (int o = 0; o < side; o++) {
        const int32_t *weight = x->weight + (size_t)o * x->taps;
        const uint8_t *from = row + (size_t)x->first[o] * step;
        for (size_t c = 0; c < step; c++) *out++ = sum_taps(from + c, step, weight, x->count[o]);
    }
}

/* rows[][R][channels], the first of which is source row y->first[0], to out[R][R][channels]. */
static void resample_columns(const axis *y, const uint8_t *rows, int channels, int side, uint8_t *out)
{
    const size_t stride = (size_t)side * (size_t)channels;
    for (int o = 0; o < side; o++) {
        const int32_t *weight = y->weight + (size_t)o * y->taps;
        const uint8_t *from = rows + (size_t)(y->first[o] - y->first[0]) * stride;
        for (size_t i = 0; i < stride; i++) *out++ = sum_taps(from + i, stride, weight, y->count[o]);
    }
}

/* Both passes, once the taps of both axes are known. */
static bool resample(image *im, const axis *x, const axis *y, int side, uint8_t *out)
{
    const size_t row = (size_t)im->info.width * (size_t)im->channels;
    const size_t short_row = (size_t)side * (size_t)im->channels;
    const int first = y->first[0], end = y->first[side - 1] + y->count[side - 1];
    uint8_t *rows = heap_alloc(&im->heap, (size_t)(end - first) * short_row);
    if (!rows) return false;
    for (int i = first; i < end; i++) {
        resample_row(x, im->pixels + (size_t)i * row, im->channels, side, rows + (size_t)(i - first) * short_row);
    }
    resample_columns(y, rows, im->channels, side, out);
    heap_free(&im->heap, rows);
    return true;
}

/* The other side when the shorter one becomes `resize`: rounded down, as torchvision does. */
static int resized(int side, int shorter, int resize) { return (int)((int64_t)side * resize / shorter); }

evx_status image_crop(image *im, int resize, int side, uint8_t *crop, int *channels, error_message *err)
{
    if (!im->pixels) return fail(err, EVX_E_STATE, "there is no image to prepare");
    const int width = im->info.width, height = im->info.height;
    const int shorter = width < height ? width : height;
    axis x, y;
    bool ok = axis_init(&im->heap, &x, width, resized(width, shorter, resize), side);
    if (ok) {
        ok = axis_init(&im->heap, &y, height, resized(height, shorter, resize), side);
        if (ok) {
            ok = resample(im, &x, &y, side, crop);
            axis_free(&im->heap, &y);
        }
        axis_free(&im->heap, &x);
    }
    if (!ok) return fail(err, im->heap.refused, "no memory to resize %d x %d pixels", width, height);
    *channels = image_drop_equal_channels(crop, (size_t)side * (size_t)side, im->channels);
    return EVX_OK;
}
