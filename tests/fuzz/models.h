/* models.h - the smallest weight streams there are, one of each kind.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FUZZ_MODELS_H
#define EVAX_FUZZ_MODELS_H

#include "../src/tiny_stream.h"

enum { MODELS = 6, NANO_F16 = 1, NANO_SIDE = 16 };

/* 8 channels, 1 block, 1 patch of 16 x 16 pixels; about 14 KiB each, 26 KiB in f32. */
static const tiny_config model_configs[MODELS] = {
    { 8, 1, 1, 8, 1, 2, 0, 1, 1, 0, 0 }, /* f32, sigmoid */
    { 8, 1, 1, 8, 1, 2, 0, 1, 1, 1, 0 }, /* f16, sigmoid */
    { 8, 1, 1, 8, 1, 3, 0, 1, 2, 2, 8 }, /* q8 with 8-bit inputs, softmax */
    { 8, 1, 1, 8, 1, 2, 1, 0, 1, 2, 7 }, /* q8 with 7-bit inputs, CLS pooling, no inner norm */
    { 8, 1, 1, 8, 1, 0, 0, 1, 0, 1, 0 }, /* f16, a feature extractor */
    { 16, 2, 2, 8, 2, 2, 0, 1, 1, 1, 0 } /* f16, two blocks of two heads, four patches */
};

/* For 7-bit inputs the magnitudes of four neighboring codes may sum to at most 258. */
static inline void model_soften(tiny_stream *s)
{
    for (int i = 0; i < s->tensors; i++) {
        const bool q8 = s->bytes[64 + 64 * i + 40] == 2;
        for (size_t at = s->start[i]; q8 && at < s->end[i]; at++) s->bytes[at] &= 31;
    }
}

/* The stream of model_configs[which]; made once, then kept. */
static inline const tiny_stream *model_stream(int which)
{
    static tiny_stream made[MODELS];
    tiny_stream *s = &made[which];
    if (!s->bytes) {
        *s = tiny_make(&model_configs[which]);
        if (model_configs[which].act_bits == 7) model_soften(s);
    }
    return s;
}

#endif
