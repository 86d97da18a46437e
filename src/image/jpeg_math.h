/* jpeg_math.h - the arithmetic of libjpeg's default decoding, so that a JPEG gives exactly the
 * pixels of PIL. stb_image's own arithmetic differs by a level in some pixels.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_JPEG_MATH_H
#define EVAX_JPEG_MATH_H

#include <stdbool.h>
#include <stdint.h>

/* Of the shape of stb_image's: inverse DCT of one block, coefficients[8][8] in row order, dequantized, to 8 x 8 samples whose
 * rows lie stride bytes apart. libjpeg's slow-but-accurate integer method. */
void jpeg_idct(uint8_t *out, int stride, short coefficients[64]);

/* A row of h * count samples of a component whose samples are h pixels wide and v high (1..4), from a row of
 * count. near is the row that the pixels lie in; far is its neighbor on the side that they lie on, below it
 * or above, and near itself at the edge of the image. libjpeg's fancy upsampling for factors up to 2, else
 * each sample as often as it takes. */
void jpeg_upsample(uint8_t *out, const uint8_t *near, const uint8_t *far, int count, int h, int v, bool below);

/* count pixels of JFIF YCbCr to R, G, B, interleaved. */
void jpeg_to_rgb(uint8_t *out, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count);

#endif
