/* model.c - the forward pass, step by step as in model/ARCHITECTURE.md section 3.
 * SPDX-License-Identifier: MIT */
#include "model.h"

#include "attention.h"
#include "fmath.h"

#include <string.h>


static int max_int(int a, int b) { return a > b ? a : b; }

/* Columns of workspace.wide. */
static int wide_columns(const evx_info *i)
{
    return max_int(PATCH_RGB, max_int(3 * i->embed_dim, 2 * i->mlp_hidden));
}

void model_layout(model *m, arena *a)
{
    const evx_info *i = &m->info;
    workspace *ws = &m->ws;
    const uint64_t C = (uint64_t)i->embed_dim, T = (uint64_t)i->tokens, R = (uint64_t)i->input_size;
    const uint64_t d = C / (uint64_t)i->heads, keys = (uint64_t)panels_for(i->tokens) * PANEL;
    const uint64_t inputs = (uint64_t)groups_for(max_int(i->embed_dim, i->mlp_hidden)) * GROUP;
    ws->input = arena_floats(a, 3 * R * R);
    ws->x = arena_floats(a, T * C);
    ws->y = arena_floats(a, T * C);
    ws->wide = arena_floats(a, T * (uint64_t)wide_columns(i));
    ws->codes = arena_take(a, T * inputs, sizeof(int16_t)); /* the widest code */
    ws->ranges = arena_take(a, T, sizeof(range));
    ws->keys = arena_floats(a, keys * d);
    ws->values = arena_floats(a, T * d);
    ws->scores = arena_floats(a, QUERIES * keys);
    ws->last = arena_floats(a, T * C);
    ws->pooled = arena_floats(a, C);
    ws->embedding = arena_floats(a, C);
    ws->logits = arena_floats(a, (uint64_t)panels_for(i->classes) * PANEL);
    ws->class_scores = arena_floats(a, (uint64_t)i->classes);
}

static activations rows(const workspace *ws, const float *x, int ldx, int m)
{
    return (activations){ x, ldx, m, ws->codes, ws->ranges };
}

static void layer_norm_rows(const model *m, float *y, int ldy, const float *x, int ldx,
                            const layer_norm_weights *w, int n)
{
    for (int t = 0; t < m->info.tokens; t++) {
        m->kernels->layer_norm(y + (ptrdiff_t)t * ldy, x + (ptrdiff_t)t * ldx, w->weight, w->bias, n,
                               LN_EPS);
    }
}

/* Patch (py, px) of each plane becomes row py * g + px: planes * 16 * 16 values, channel, y, x. */
static void cut_patches(float *patches, const float *input, int g, int planes)
{
    const ptrdiff_t R = (ptrdiff_t)g * PATCH;
    for (int py = 0; py < g; py++) {
        for (int px = 0; px < g; px++) {
            for (int row = 0; row < planes * PATCH; row++, patches += PATCH) {
                const ptrdiff_t plane = row / PATCH, y = py * PATCH + row % PATCH;
                memcpy(patches, input + (plane * R + y) * R + px * PATCH, PATCH * sizeof *patches);
            }
        }
    }
}

/* Three equal planes need only a third of the work: the channels' weights are summed (ARCHITECTURE.md section 3). */
static bool is_gray(const float *input, int R)
{
    const size_t plane = (size_t)R * (size_t)R;
    return !memcmp(input, input + plane, plane * sizeof *input) &&
           !memcmp(input, input + 2 * plane, plane * sizeof *input);
}

void model_embed(model *m)
{
    const int C = m->info.embed_dim, g = m->info.grid;
    const bool gray = is_gray(m->ws.input, m->info.input_size);
    const matrix *patch = gray ? &m->w.patch_gray : &m->w.patch;
    float *x = m->ws.x;
    cut_patches(m->ws.wide, m->ws.input, g, gray ? 1 : 3);
    memcpy(x, m->w.cls_token, (size_t)C * sizeof *x);
    activations in = rows(&m->ws, m->ws.wide, patch->in, g * g);
    linear(m->kernels, patch, x + C, C, &in, false);
    for (ptrdiff_t i = 0; i < (ptrdiff_t)m->info.tokens * C; i++) x[i] += m->w.pos_embed[i];
}

void model_attention(model *m, const block *b)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    workspace *ws = &m->ws;
    float *qkv = ws->wide;
    layer_norm_rows(m, ws->y, C, ws->x, C, &b->norm1, C);
    activations in = rows(ws, ws->y, C, T);
    linear(m->kernels, &b->qkv, qkv, 3 * C, &in, false);
    attention_rope(m, qkv);
    for (int h = 0; h < m->info.heads; h++) attention_head(m, qkv, h);
    linear(m->kernels, &b->proj, ws->x, C, &in, true);
}

void model_mlp_in(model *m, const block *b)
{
    const int C = m->info.embed_dim;
    workspace *ws = &m->ws;
    layer_norm_rows(m, ws->y, C, ws->x, C, &b->norm2, C);
    activations in = rows(ws, ws->y, C, m->info.tokens);
    linear(m->kernels, &b->w12, ws->wide, 2 * m->info.mlp_hidden, &in, false);
}

/* x += w3(LN(silu(gate) * value)), the inner LN in EVA-X-B only */
static void mlp_out(model *m, const block *b)
{
    const int C = m->info.embed_dim, Hd = m->info.mlp_hidden, T = m->info.tokens;
    workspace *ws = &m->ws;
    float *h = ws->wide; /* [T][2Hd]: gate, which becomes h, and value */
    for (int t = 0; t < T; t++) {
        float *gate = h + (ptrdiff_t)t * 2 * Hd;
        m->kernels->swiglu(gate, gate, gate + Hd, Hd);
    }
    if (m->info.inner_norm) layer_norm_rows(m, h, 2 * Hd, h, 2 * Hd, &b->ffn_ln, Hd);
    activations in = rows(ws, h, 2 * Hd, T);
    linear(m->kernels, &b->w3, ws->x, C, &in, true);
}

void model_block(model *m, int i)
{
    const block *b = &m->w.blocks[i];
    const size_t tokens = (size_t)m->info.tokens * (size_t)m->info.embed_dim;
    if (i == m->info.depth - 1) memcpy(m->ws.last, m->ws.x, tokens * sizeof *m->ws.x);
    model_attention(m, b);
    model_mlp_in(m, b);
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

static void score(const model *m)
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

void model_head(model *m)
{
    const int C = m->info.embed_dim;
    workspace *ws = &m->ws;
    pool(m, ws->pooled);
    m->kernels->layer_norm(ws->embedding, ws->pooled, m->w.fc_norm.weight, m->w.fc_norm.bias, C,
                           LN_EPS);
    if (!m->info.classes) return;
    activations in = rows(ws, ws->embedding, C, 1);
    linear(m->kernels, &m->w.head, ws->logits, panels_for(m->info.classes) * PANEL, &in, false);
    score(m);
}
