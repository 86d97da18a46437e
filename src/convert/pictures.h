/* pictures.h - the inputs that a conversion computes on: calibration pictures, and the one of the self-test.
 *
 * Calibration: films, and drawn textures, some in color, so that a model also keeps its results on pictures
 * unlike any film. Which films: web/convert/calibration/README.md.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_PICTURES_H
#define EVAX_PICTURES_H

#include <stdint.h>

enum {
    FILMS = 10, /* given by the caller, u8 [FILMS][FILM_SIDE][FILM_SIDE], gray */
    FILM_SIDE = 224,
    TEXTURES = 6, /* drawn */
    PICTURES = FILMS + TEXTURES
};

/* What the recipe does to a gray level: (v / 255 - mean) / std, each step in float. */
typedef struct normalization {
    float mean, std;
} normalization;

/* Picture i of PICTURES as an input [3][side][side]. Films reach other sides by the nearest pixel, which is
 * good enough for statistics. */
void picture_calibration(float *input, int i, int side, const uint8_t *films, normalization n);

/* The picture of the self-test (model/FORMAT.md section 4). */
void picture_self_test(float *input, int side, normalization n);

#endif
