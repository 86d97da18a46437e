/* model.h - the network's data: its weights and its activations.
 *
 * Notation, here and everywhere: C embed_dim, L depth, H heads, Hd mlp_hidden, g grid, R = 16 g input
 * side, T = 1 + g*g tokens (token 0 is CLS), K classes. All arrays are row-major floats.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_MODEL_H
#define EVAX_MODEL_H

#include "linear.h"

static const float LN_EPS = 1e-6f;

/* Queries whose attention scores exist at one time: whole kernel tiles of 4, 6 and 12 rows; and rows of scores before
 * them, in which the codes of the first begin. */
enum { QUERY_TILE = 24, SPARE_SCORES = 2 };

enum { PATCH = EVX_PATCH_SIZE, PATCH_GRAY = PATCH * PATCH, PATCH_RGB = 3 * PATCH_GRAY };

typedef struct layer_norm_weights {
    float *weight, *bias; /* [C] or [Hd] */
} layer_norm_weights;

typedef struct block {
    layer_norm_weights norm1;
    matrix qkv;  /* [3C][C], rows q, k, v; the k part of its bias is zero */
    matrix proj; /* [C][C] */
    layer_norm_weights norm2;
    matrix w12;                /* [2Hd][C], rows gate, value */
    layer_norm_weights ffn_ln; /* [Hd], only with info.inner_norm */
    matrix w3;                 /* [C][Hd] */
} block;

typedef struct weights {
    matrix patch;               /* [C][3*16*16] */
    matrix patch_gray;          /* [C][16*16], patch summed over its channels */
    float *cls_token;           /* [C] */
    float *pos_embed;           /* [T][C] */
    float *rope_cos, *rope_sin; /* [g*g][C/H/2] */
    block *blocks;              /* [L] */
    layer_norm_weights fc_norm;
    matrix classifier; /* [K][C], only with K > 0 */
} weights;

/* The activations of one image. Keys and values of every head are packed as f32 in a model of f32 and f16 matrices, as
 * 16-bit integers in one with q8 matrices; the scores of some queries are each thread's own. */
typedef struct workspace {
    uint8_t *crop;  /* [R][R][3] the input in 8 bits, as far as it was made of a film */
    float *input;   /* [3][R][R] */
    float *x;       /* [T][C] the residual stream */
    float *y;       /* [T][C] output of a LayerNorm, or of the heads */
    float *scratch; /* [T][max(3C, 2Hd, 3*16*16)] patches; then in each block q k v, then gate value */
    void *codes;    /* [T + Q8_SPARE_ROWS][max(C, Hd) in whole groups] quantized inputs of a q8 layer */
    range *ranges;  /* [T + Q8_SPARE_ROWS] */

    float *keys;         /* [H][T in panels][C/H][8]; one head of it with q8 matrices, for attention_map.c */
    float *values;       /* [H][C/H/8][T][8]; one head of it as well */
    void *keys16;        /* [H][T in panels] i16_panel of C/H: 8 keys each; only with q8 matrices */
    void *values16;      /* [C/8] i16_panel of T in panels: 8 channels each; only with q8 matrices */
    float *scores;       /* [threads][SPARE_SCORES + QUERY_TILE][T in panels] of some queries */
    int16_t *queries16;  /* [threads][QUERY_TILE][C/H] */
    float *score_scales; /* [threads][QUERY_TILE] */

    float *last_input;   /* [T][C] input of the last block, kept for attention_map.c */
    float *pooled;       /* [C] before fc_norm */
    float *embedding;    /* [C] */
    float *logits;       /* [K], padded to panels */
    float *class_scores; /* [K] */
} workspace;

/* Is shown the input of every linear layer before the layer runs, unless see is NULL. */
typedef struct observer {
    void (*see)(void *context, const matrix *w, const activations *in);
    void *context;
} observer;

typedef struct model {
    evx_info info;
    const kernels *kernels;
    thread_pool *pool; /* the threads that share a pass */
    observer observer;
    weights w;
    workspace ws;
} model;

/* Whether it has q8 matrices: then attention computes in 16-bit integers. */
static inline bool model_is_quantized(const model *m) { return m->kernels->i16.quantize != NULL; }

/* Takes the workspace from the arena, for as many threads as the pool has capacity. Weights are laid out
 * by weights.c, which knows their order. */
void model_layout(model *m, arena *a);

#endif
