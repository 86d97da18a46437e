/* input.h - the input tensor of the network: made of the 8-bit crop of a film, or written by a caller.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_INPUT_H
#define EVAX_INPUT_H

#include "evax.h"

#include <stdbool.h>

/* chw[3][R][R] = (crop / 255 - mean) / std of crop[R][R][channels], 1 (gray, the same in all planes) or 3 (RGB). */
void input_from_crop(float *chw, const uint8_t *crop, int channels, int side, evx_preprocessing p);

/* Whether the three planes of chw[3][R][R] are equal, bit for bit. */
bool input_is_gray(const float *chw, int side);

#endif
