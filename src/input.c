/* input.c - the values of the input tensor: one table, from 8 bits to the normalized value.
 * SPDX-License-Identifier: MIT */
#include "input.h"

#include <string.h>

/* normal[v]: the input value of the 8-bit sample v. Each step is rounded to float, as in the official code. */
static void fill_normal(float normal[256], evx_preprocessing p)
{
    for (int v = 0; v < 256; v++) {
        const float unit = (float)v / 255.0f;
        normal[v] = (unit - p.mean) / p.std;
    }
}

void input_from_crop(float *chw, const uint8_t *crop, int channels, int side, evx_preprocessing p)
{
    const size_t plane = (size_t)side * (size_t)side, stride = (size_t)channels;
    float normal[256];
    fill_normal(normal, p);
    for (size_t c = 0; c < stride; c++) {
        for (size_t i = 0; i < plane; i++) chw[c * plane + i] = normal[crop[i * stride + c]];
    }
    for (size_t c = stride; c < 3; c++) memcpy(chw + c * plane, chw, plane * sizeof *chw);
}

bool input_is_gray(const float *chw, int side)
{
    const size_t plane = (size_t)side * (size_t)side;
    return !memcmp(chw, chw + plane, plane * sizeof *chw) && !memcmp(chw, chw + 2 * plane, plane * sizeof *chw);
}
