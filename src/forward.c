/* forward.c - the forward pass of EVA-X (arXiv 2405.05237), in the steps of model/ARCHITECTURE.md section 3:
 *
 *     1, 2  forward_embed       x [T][C] = patches W + b, or CLS; + position
 *     3     forward_block       x += proj(attention(LN1(x))), then x += w3(SwiGLU(LN2(x))), L times
 *     4     forward_attention   RoPE, scores, softmax: attention.c
 *     5     forward_mlp_in      gate and value [T][2Hd]; mlp_out: silu(gate) * value, sub-LN in EVA-X-B, w3
 *     6     forward_classifier  mean of the patch tokens, fc_norm, logits [K]
 *
 * SPDX-License-Identifier: MIT */
#include "forward.h"

#include "attention.h"
#include "fmath.h"

#include <string.h>

enum { ROW_GRAIN = 2 }; /* times PREPARED_ROWS tokens, that a thread takes at a time, at most */

static activations rows(workspace *ws, const float *x, int ldx, int m)
{
    return (activations){ x, ldx, m, ws->codes, ws->ranges };
}

/* What is done to every token by itself before a layer reads it, and the quantizing for that layer: one job. */
typedef struct input_job {
    const model *m;
    parallel_body *make; /* NULL: nothing */
    void *job;           /* of make */
    const matrix *w;
    activations *in;
} input_job;

static void make_input(void *job, int first_rows, int last_rows, int thread)
{
    const input_job *j = job;
    const int first = first_rows * PREPARED_ROWS, end = last_rows * PREPARED_ROWS,
              last = end < j->in->m ? end : j->in->m;
    if (j->make) j->make(j->job, first, last, thread);
    linear_prepare(j->m->kernels, j->w, j->in, first, last);
}

/* y = W x + b, or y += that, where `make` makes the rows of x. */
static void apply_to(const model *m, parallel_body *make, void *job, const matrix *w, float *y, ptrdiff_t ldy,
                     activations in, bool add)
{
    input_job j = { m, make, job, w, &in };
    const int items = (in.m + PREPARED_ROWS - 1) / PREPARED_ROWS;
    if (make || w->act_bits) parallel_for(m->pool, items, ROW_GRAIN, make_input, &j);
    if (m->observer.see) m->observer.see(m->observer.context, w, &in);
    linear_panels(m->pool, m->kernels, w, y, ldy, &in, add);
}

static void apply(const model *m, const matrix *w, float *y, ptrdiff_t ldy, activations in, bool add)
{
    apply_to(m, NULL, NULL, w, y, ldy, in, add);
}

/* y = LN(x), rows of n. */
typedef struct norm_job {
    const model *m;
    float *y;
    const float *x;
    ptrdiff_t ldy, ldx;
    const layer_norm_weights *w;
    int n;
} norm_job;

static void norm_rows(void *job, int first, int last, int thread)
{
    (void)thread;
    const norm_job *j = job;
    for (int t = first; t < last; t++) {
        j->m->kernels->layer_norm(j->y + t * j->ldy, j->x + t * j->ldx, j->w->weight, j->w->bias, j->n, LN_EPS);
    }
}

/* y = W LN(ws.x) + b; LN(ws.x) is ws.y. */
static void apply_to_norm(model *m, const layer_norm_weights *norm, const matrix *w, float *y, ptrdiff_t ldy)
{
    const int C = m->info.embed_dim;
    workspace *ws = &m->ws;
    norm_job j = { m, ws->y, ws->x, C, C, norm, C };
    apply_to(m, norm_rows, &j, w, y, ldy, rows(ws, ws->y, C, m->info.tokens), false);
}

/* The patches of an image, and where their tokens start from. */
typedef struct patch_job {
    model *m;
    int planes;
} patch_job;

/* Rows `first` to `last` - 1 of patches: patch (py, px) of each plane becomes row py * g + px of scratch, planes * 16 * 16
 * values, channel, y, x; and its position is what the token is added to. */
static void cut_patches(void *job, int first, int last, int thread)
{
    (void)thread;
    const patch_job *j = job;
    const model *m = j->m;
    const int g = m->info.grid, C = m->info.embed_dim;
    const ptrdiff_t R = (ptrdiff_t)g * PATCH, token = 1 + (ptrdiff_t)first * g;
    float *patches = m->ws.scratch + (ptrdiff_t)first * g * j->planes * PATCH_GRAY;
    for (int py = first; py < last; py++) {
        for (int px = 0; px < g; px++) {
            for (int row = 0; row < j->planes * PATCH; row++, patches += PATCH) {
                const ptrdiff_t plane = row / PATCH, y = py * PATCH + row % PATCH;
                memcpy(patches, m->ws.input + (plane * R + y) * R + px * PATCH, PATCH * sizeof *patches);
            }
        }
    }
    memcpy(m->ws.x + token * C, m->w.pos_embed + token * C,
           (size_t)(last - first) * (size_t)(g * C) * sizeof(float));
}

/* Steps 1 and 2. A convolution of 16 x 16 pixels with stride 16 is a linear layer on patches that do not overlap; its
 * output is added to the positions that cut_patches has put into x. */
void forward_embed(model *m, bool gray)
{
    const int C = m->info.embed_dim, g = m->info.grid;
    const matrix *patch = gray ? &m->w.patch_gray : &m->w.patch;
    float *x = m->ws.x;
    patch_job j = { m, gray ? 1 : 3 };
    parallel_for(m->pool, g, 1, cut_patches, &j);
    for (int i = 0; i < C; i++) x[i] = m->w.cls_token[i] + m->w.pos_embed[i];
    apply(m, patch, x + C, C, rows(&m->ws, m->ws.scratch, patch->in, g * g), true);
}

/* Step 4, with the residual: q, k, v side by side in qkv [T][3C]; the heads' outputs side by side in y [T][C]. */
void forward_attention(model *m, const block *b)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    workspace *ws = &m->ws;
    float *qkv = ws->scratch;
    apply_to_norm(m, &b->norm1, &b->qkv, qkv, 3 * C);
    attention_prepare(m, qkv);
    attention_heads(m, qkv);
    apply(m, &b->proj, ws->x, C, rows(ws, ws->y, C, T), true);
}

/* Step 5 up to the two linear layers, which are one matrix here: scratch [T][2Hd] holds gate, then value. */
void forward_mlp_in(model *m, const block *b)
{
    apply_to_norm(m, &b->norm2, &b->w12, m->ws.scratch, 2 * m->info.mlp_hidden);
}

/* LN(silu(gate) * value) of tokens first..last-1, [Hd] each, in the place of gate. The LN over Hd (ffn_ln, "sub-LN") is in
 * EVA-X-B only. */
static void swiglu_rows(void *job, int first, int last, int thread)
{
    norm_job *j = job;
    const model *m = j->m;
    for (int t = first; t < last; t++) {
        float *gate = j->y + t * j->ldy;
        m->kernels->swiglu(gate, gate, gate + j->n, j->n);
    }
    if (m->info.inner_norm) norm_rows(job, first, last, thread);
}

/* The rest of step 5, with the residual: x += w3(LN(silu(gate) * value)). */
static void mlp_out(model *m, const block *b)
{
    const int C = m->info.embed_dim, Hd = m->info.mlp_hidden, T = m->info.tokens;
    float *h = m->ws.scratch; /* [T][2Hd]: gate, which becomes h, and value */
    norm_job j = { m, h, h, 2 * Hd, 2 * Hd, &b->ffn_ln, Hd };
    apply_to(m, swiglu_rows, &j, &b->w3, m->ws.x, C, rows(&m->ws, h, 2 * Hd, T), true);
}

void forward_block(model *m, int i)
{
    const block *b = &m->w.blocks[i];
    const size_t tokens = (size_t)m->info.tokens * (size_t)m->info.embed_dim;
    if (i == m->info.depth - 1) memcpy(m->ws.last_input, m->ws.x, tokens * sizeof *m->ws.x);
    forward_attention(m, b);
    forward_mlp_in(m, b);
    mlp_out(m, b);
}

/* The mean of the patch tokens, or the CLS token. */
static void pool(const model *m, float *out)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    const float *x = m->ws.x;
    memcpy(out, m->info.cls_pooling ? x : x + C, (size_t)C * sizeof *out);
    if (m->info.cls_pooling) return;
    for (int t = 2; t < T; t++) {
        for (int c = 0; c < C; c++) out[c] += x[(ptrdiff_t)t * C + c];
    }
    for (int c = 0; c < C; c++) out[c] /= (float)(T - 1);
}

/* class_scores [K] of the logits: a sigmoid each, or one softmax, as the classifier was trained. */
static void score(model *m)
{
    const int K = m->info.classes;
    const float *logits = m->ws.logits;
    float *scores = m->ws.class_scores, max = logits[0], sum = 0.0f;
    for (int i = 0; i < K; i++) max = max < logits[i] ? logits[i] : max;
    for (int i = 0; i < K; i++) {
        const bool softmax = m->info.scoring == EVX_SCORE_SOFTMAX;
        scores[i] = softmax ? exp_f32(logits[i] - max) : 1.0f / (1.0f + exp_f32(-logits[i]));
        sum += scores[i];
    }
    for (int i = 0; i < K && m->info.scoring == EVX_SCORE_SOFTMAX; i++) scores[i] /= sum;
}

void forward_classifier(model *m)
{
    const int C = m->info.embed_dim;
    workspace *ws = &m->ws;
    pool(m, ws->pooled);
    m->kernels->layer_norm(ws->embedding, ws->pooled, m->w.fc_norm.weight, m->w.fc_norm.bias, C, LN_EPS);
    if (!m->info.classes) return;
    apply(m, &m->w.classifier, ws->logits, panels_for(m->info.classes) * PANEL, rows(ws, ws->embedding, C, 1),
          false);
    score(m);
}
