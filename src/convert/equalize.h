/* equalize.h - makes the inputs of a block's matrix layers easier to quantize, without changing what the block
 * computes and at no cost when it runs.
 *
 * Activations are quantized per token with one step for all channels (model/FORMAT.md section 3), so that one loud
 * channel makes the step coarse for all. What makes a channel can make it smaller: the channel is divided by a
 * scale, and the columns that read it are multiplied by the same (SmoothQuant, Xiao et al. 2022,
 * arXiv:2211.10438). Where what makes it has a bias, the channel's mean is taken off, too, and the reading
 * layer's bias makes it good.
 *
 *     reader    maker
 *     qkv       norm1
 *     proj      the v rows of qkv: every row of an attention sums to 1, so that a shift of v passes
 *     w12       norm2
 *     w3        ffn_ln; without it the value rows of w12, which can be scaled but not shifted
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_EQUALIZE_H
#define EVAX_EQUALIZE_H

#include "convert/moments.h"
#include "model.h"

/* What makes the channels of a reader: rows first .. of a matrix and of its bias, or a LayerNorm. */
typedef struct maker {
    matrix *matrix; /* NULL: a LayerNorm */
    int first;      /* row; a multiple of 8 */
    float *weight;  /* of the LayerNorm, [channels] */
    float *bias;    /* [channels], those of the maker's rows */
    bool can_shift;
} maker;

/* For each channel of a layer's input. */
typedef struct channel_stats {
    float *mean;  /* [n] on the samples, before anything was changed */
    float *shift; /* [n] what was taken off: the mean, or 0 */
    float *scale; /* [n] what it was divided by after that */
    float *room;  /* [n] */
} channel_stats;

/* Changes reader (its bias is writable), maker and samples; fills c. */
void equalize(thread_pool *pool, matrix *reader, const maker *m, samples *x, const channel_stats *c);

#endif
