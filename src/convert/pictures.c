/* pictures.c - films enlarged to the input's size, and textures of seeded waves and squares.
 * SPDX-License-Identifier: MIT */
#include "convert/pictures.h"

#include "convert/real_math.h"

#include <stddef.h>

enum { WAVES = 6, SQUARES = 56, MAX_SIDE = 1024 }; /* of a texture, along a side; of an input: 16 * 64 pixels */

static const double PI = 3.14159265358979323846;

static float level(int v, normalization n) { return ((float)v / 255.0f - n.mean) / n.std; }

/* The pixel of `size` that is nearest to pixel i of `side`. */
static int nearest_pixel(int i, int side, int size) { return (2 * i + 1) * size / (2 * side); }

static void enlarge(float *plane, int side, const uint8_t *pixels, int size, normalization n)
{
    for (int y = 0; y < side; y++) {
        const uint8_t *row = pixels + (ptrdiff_t)nearest_pixel(y, side, size) * size;
        for (int x = 0; x < side; x++) *plane++ = level(row[nearest_pixel(x, side, size)], n);
    }
}

/* ---- textures ------------------------------------------------------------------------------- */

/* Uniform in 0..1. A linear congruential generator: the upper bits of its state. */
static double draw(uint64_t *state)
{
    *state = *state * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(*state >> 11) / 9007199254740992.0;
}

/* About normal: a sum of twelve, less its mean. */
static double draw_normal(uint64_t *state)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) sum += draw(state);
    return sum;
}

/* plane += size * cos(i y + j x + phase), with x and y from 0 to pi. */
static void add_wave(float *plane, int side, int i, int j, double size, double phase)
{
    float cosine[MAX_SIDE], sine[MAX_SIDE]; /* of j x */
    for (int x = 0; x < side; x++) {
        cosine[x] = (float)real_cos(PI * j * x / side);
        sine[x] = (float)real_sin(PI * j * x / side);
    }
    for (int y = 0; y < side; y++) {
        const double angle = PI * i * y / side + phase;
        const float c = (float)(size * real_cos(angle)), s = (float)(size * real_sin(angle));
        for (int x = 0; x < side; x++) *plane++ += c * cosine[x] - s * sine[x];
    }
}

/* Waves of all directions, the long ones stronger, stretched to the levels 0..255. */
static void draw_waves(float *plane, int side, uint64_t *state, normalization n)
{
    const int pixels = side * side;
    for (int p = 0; p < pixels; p++) plane[p] = 0.0f;
    for (int w = 0; w < WAVES * WAVES; w++) {
        const int i = w / WAVES, j = w % WAVES;
        const double phase = 2.0 * PI * draw(state);
        add_wave(plane, side, i, j, draw_normal(state) / (1 + i + j), phase);
    }
    float low = plane[0], high = plane[0];
    for (int p = 1; p < pixels; p++) {
        low = plane[p] < low ? plane[p] : low;
        high = plane[p] > high ? plane[p] : high;
    }
    for (int p = 0; p < pixels; p++) plane[p] = level((int)((plane[p] - low) / (high - low) * 255.0f), n);
}

static void draw_squares(float *plane, int side, uint64_t *state, normalization n)
{
    uint8_t pixels[SQUARES * SQUARES];
    for (int p = 0; p < SQUARES * SQUARES; p++) pixels[p] = (uint8_t)(draw(state) * 256.0);
    enlarge(plane, side, pixels, SQUARES, n);
}

static void copy_planes(float *input, int side)
{
    const size_t pixels = (size_t)side * (size_t)side;
    memcpy(input + pixels, input, pixels * sizeof *input);
    memcpy(input + 2 * pixels, input, pixels * sizeof *input);
}

/* Waves and squares in turn; every third in color. */
static void draw_texture(float *input, int i, int side, normalization n)
{
    uint64_t state = 20261123u + (uint64_t)i;
    const int planes = i % 3 == 2 ? 3 : 1;
    for (int p = 0; p < planes; p++) {
        float *plane = input + (ptrdiff_t)p * side * side;
        if (i % 2) draw_squares(plane, side, &state, n);
        else draw_waves(plane, side, &state, n);
    }
    if (planes == 1) copy_planes(input, side);
}

void picture_calibration(float *input, int i, int side, const uint8_t *films, normalization n)
{
    if (i >= FILMS) {
        draw_texture(input, i - FILMS, side, n);
        return;
    }
    enlarge(input, side, films + (ptrdiff_t)i * FILM_SIDE * FILM_SIDE, FILM_SIDE, n);
    copy_planes(input, side);
}

void picture_self_test(float *input, int side, normalization n)
{
    float *plane = input;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) *plane++ = level(((7 * x + 13 * y) ^ (x * y >> 4)) & 255, n);
    }
    copy_planes(input, side);
}
