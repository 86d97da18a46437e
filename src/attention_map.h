/* attention_map.h - how much each patch of the film moved one logit, in two ways (model/ARCHITECTURE.md
 * section 7).
 *
 * Grad-CAM, by the exact gradient at the output of norm1 of the last block:
 *
 *     input of the last block ── the block once more, kept whole ── shared by all classes
 *     logit of a class ── head, pooling, MLP, attention, backwards ── dlogit / dnorm1 ── map [g*g]
 *
 * The gradient is taken in f32, through the weights as the model holds them. And the contribution of
 * each patch's last token to the logit, which is a sum over patches: no gradient, and nothing kept.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ATTENTION_MAP_H
#define EVAX_ATTENTION_MAP_H

#include "model.h"

typedef struct explanation {
    model view;          /* the model, with x, y and scratch in memory of its own: results stay as they are */
    const block *last;   /* the last block */
    float *norm1;        /* [T][C] output of norm1 */
    float *x1;           /* [T][C] x after attention; then without mean, over its standard deviation */
    float *x1_sd;        /* [T] these deviations */
    float *qkv;          /* [T][3C] q and k, rotated, and v */
    float *derivatives;  /* [T][2Hd] gate, value; then the derivatives of silu(gate) * value by both */
    float *hidden;       /* [T][Hd] only with inner_norm: silu(gate) * value, normalized as x1 */
    float *hidden_sd;    /* [T] its deviations */
    float *attention;    /* [H][T][T in panels] attention weights */
    float *d_gate_value; /* [T][2Hd] gradient at gate and value */
    float *d_x1;         /* [T][C] gradient at x1 */
    float *d_heads;      /* [T][C] gradient at the heads' outputs, side by side */
    float *d_scores;     /* [T][T in panels] gradient at the scores of one head */
    float *d_scores_t;   /* [T][T in panels] its transpose */
    float *d_rotated;    /* [T][C/H] gradient at rotated q or k of one head */
    float *token;        /* [max(C, Hd, K)] one token's vector */
    float *classifier, *w3, *w12, *proj, *qkv_columns; /* weights as linear_columns packs them */
    double *sum;                                       /* [C/H] a sum over tokens */
    float *mean;                                       /* [3C] mean gradient at q, k, v over the patch tokens */
    float *channel_weight;                             /* [C] mean gradient at norm1: the weight of each channel */
} explanation;

/* Takes the memory of an explanation from the arena. */
void explain_layout(explanation *x, model *m, arena *a);

/* Runs the last block again over ws.last_input, and keeps what explain_class needs. */
void explain_begin(explanation *x, model *m);

/* map[g*g], row by row: max(0, sum over channels of weight * norm1), for class c. */
void explain_class(explanation *x, int c, float *map);

/* map[g*g], row by row: what the last token of each patch adds to logit c of the last pass. Only for
 * mean pooling. Overwrites ws.y. */
void explain_contribution(model *m, int c, float *map);

#endif
