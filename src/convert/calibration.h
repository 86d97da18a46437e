/* calibration.h - the q8 layers of a block: what they are fed is recorded while the block runs, then they are equalized
 * and rounded, in small steps.
 *
 *     calibration_begin_block ── calibration_see (an observer), picture by picture ── calibration_step*
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_CALIBRATION_H
#define EVAX_CALIBRATION_H

#include "convert/equalize.h"
#include "convert/rounding.h"

enum { READERS = 4 }; /* qkv, proj, w12, w3 */

/* One of the layers of a block that become q8. */
typedef struct reader {
    matrix *w; /* of the block */
    samples x; /* its input */
    channel_stats stats;
    uint8_t *records;              /* [out] rows as they are stored */
    int act_bits;                  /* result */
    double square_range, variance; /* layer_error.h */
} reader;

typedef enum calibration_stage { EQUALIZE, MOMENTS, FACTOR, ROUND, DONE } calibration_stage;

typedef struct calibration {
    model *model;
    int pictures, picture; /* how many are recorded, and which is running; others are not recorded */
    int stride;            /* every so many-th token is recorded */
    reader readers[READERS];
    float *moments, *lower;                          /* [n][n] for the layer with the most inputs, n */
    float *weights;                                  /* [n] of factor_end */
    float *factor_room, *rounding_room, *probe_room; /* moments.h, rounding.h, layer_error.h */
    float *drift;                                    /* [most outputs] */
    double *losses;                                  /* [most panels] */

    block *block; /* that is worked on */
    bool early;   /* it is one of the first: its errors pass through all others */
    bool last;    /* it is the last: attention maps want norm1's zero where it is */
    calibration_stage stage;
    int reader, position;
    float damping;
    double done, work; /* multiply-accumulates of the steps of a block, about */
} calibration;

/* Takes everything from the arena, for a model whose info, pool and first block's matrices are set. */
void calibration_layout(calibration *c, model *m, int pictures, arena *a);

/* Block `index` of the model comes next. */
void calibration_begin_block(calibration *c, int index);

/* Records the input of a layer of the block; context is the calibration. */
void calibration_see(void *context, const matrix *w, const activations *in);

/* Does a little; stage is DONE after the last. EVX_E_NUMERIC: readers[reader] is fed numbers that are too large;
 * EVX_E_WEIGHTS_VALUE: its weights are too large for q8. */
evx_status calibration_step(calibration *c);

#endif
