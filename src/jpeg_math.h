/* jpeg_math.h - the arithmetic of libjpeg's default decoding, so that a JPEG gives exactly the
 * pixels of PIL. stb_image's own arithmetic differs by a level in some pixels.
 *
 * The shapes are those of stb_image's kernel pointers.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_JPEG_MATH_H
#define EVAX_JPEG_MATH_H

#include <stdint.h>

/* Inverse DCT of one block, coefficients[8][8] in row order, dequantized, to 8 x 8 samples whose
 * rows lie stride bytes apart. libjpeg's slow-but-accurate integer method. */
void jpeg_idct(uint8_t *out, int stride, short coefficients[64]);

/* A row of 2 * count chroma samples from the two rows of count samples that are nearest to it:
 * libjpeg's fancy upsampling, along x only or along both axes. Return out; factor is not used. */
uint8_t *jpeg_upsample_2x1(uint8_t *out, uint8_t *near, uint8_t *far, int count, int factor);
uint8_t *jpeg_upsample_2x2(uint8_t *out, uint8_t *near, uint8_t *far, int count, int factor);

/* count pixels of JFIF YCbCr to R, G, B, each pixel step >= 3 bytes after the last. */
void jpeg_to_rgb(uint8_t *out, const uint8_t *y, const uint8_t *cb, const uint8_t *cr, int count, int step);

#endif
