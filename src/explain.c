/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include "attention.h"
#include "fmath.h"

#include <float.h>

static int max_int(int a, int b) { return a > b ? a : b; }

static float *columns_for(arena *a, const matrix *w)
{
    return arena_floats(a, (uint64_t)w->in * (uint64_t)w->out);
}

void explain_layout(explanation *x, const model *m, arena *a)
{
    const evx_info *i = &m->info;
    const uint64_t T = (uint64_t)i->tokens, C = (uint64_t)i->embed_dim, Hd = (uint64_t)i->mlp_hidden;
    const uint64_t keys = (uint64_t)panels_for(i->tokens) * PANEL;
    const uint64_t widest = (uint64_t)max_int(i->classes, max_int(3 * i->embed_dim, 2 * i->mlp_hidden));
    x->view = *m;
    x->b = &m->w.blocks[i->depth - 1];
    x->n1 = arena_floats(a, T * C);
    x->x1 = arena_floats(a, T * C);
    x->qkv = arena_floats(a, T * 3 * C);
    x->hidden = arena_floats(a, T * 2 * Hd);
    x->d_hidden = arena_floats(a, T * 2 * Hd);
    x->g = arena_floats(a, T * C);
    x->d_heads = arena_floats(a, T * C);
    x->a = arena_floats(a, T * keys);
    x->ds = arena_floats(a, T * keys);
    x->turned = arena_floats(a, T * keys);
    x->dq = arena_floats(a, T * C / (uint64_t)i->heads);
    x->row = arena_floats(a, widest);
    x->mean = arena_floats(a, 3 * C);
    x->weight = arena_floats(a, C);
    x->head = columns_for(a, &m->w.head);
    x->w3 = columns_for(a, &x->b->w3);
    x->w12 = columns_for(a, &x->b->w12);
    x->proj = columns_for(a, &x->b->proj);
    x->qkv_back = columns_for(a, &x->b->qkv);
}

void explain_begin(explanation *x, const model *m)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    memcpy(x->x1, m->ws.last, (size_t)T * (size_t)C * sizeof *x->x1);
    for (int t = 0; t < T; t++) {
        const ptrdiff_t at = (ptrdiff_t)t * C;
        m->kernels->layer_norm(x->n1 + at, x->x1 + at, x->b->norm1.weight, x->b->norm1.bias, C, LN_EPS);
    }
    x->view.ws.x = x->x1;
    x->view.ws.y = x->g;
    x->view.ws.wide = x->qkv;
    model_attention(&x->view, x->b);
    x->view.ws.wide = x->hidden;
    model_mlp_in(&x->view, x->b);
    linear_columns(m->kernels, &m->w.head, x->head);
    linear_columns(m->kernels, &x->b->w3, x->w3);
    linear_columns(m->kernels, &x->b->w12, x->w12);
    linear_columns(m->kernels, &x->b->proj, x->proj);
    linear_columns(m->kernels, &x->b->qkv, x->qkv_back);
}

/* g[n] = gradient at x of layer_norm(x; weight, ...) whose output has gradient gy. g may be gy. */
static void layer_norm_back(float *g, const float *x, const float *weight, const float *gy, int n)
{
    double mean = 0.0, var = 0.0, mean_u = 0.0, mean_ux = 0.0; /* small differences of large sums */
    for (int i = 0; i < n; i++) mean += (double)x[i] / n;
    for (int i = 0; i < n; i++) var += ((double)x[i] - mean) * ((double)x[i] - mean) / n;
    const double scale = 1.0 / sqrt(var + (double)LN_EPS);
    for (int i = 0; i < n; i++) {
        const double u = (double)gy[i] * (double)weight[i];
        mean_u += u / n;
        mean_ux += u * ((double)x[i] - mean) * scale / n;
    }
    for (int i = 0; i < n; i++) {
        const double u = (double)gy[i] * (double)weight[i];
        g[i] = (float)(scale * (u - mean_u - ((double)x[i] - mean) * scale * mean_ux));
    }
}

/* Whether the head's input is made of token t. */
static bool is_pooled(const evx_info *i, int t) { return i->cls_pooling ? t == 0 : t > 0; }

/* weight[C] = gradient of logit c at each pooled token: the same for all of them. */
static void head_back(explanation *x, int c)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, K = m->info.classes;
    memset(x->row, 0, (size_t)K * sizeof *x->row);
    x->row[c] = 1.0f;
    linear_back(m->kernels, &m->w.head, x->head, x->weight, C, x->row, K, 1);
    layer_norm_back(x->weight, m->ws.pooled, m->w.fc_norm.weight, x->weight, C);
    for (int i = 0; i < C && !m->info.cls_pooling; i++) x->weight[i] /= (float)(m->info.tokens - 1);
}

/* Gradients at gate and value of one token, from dh[Hd], the gradient at the input of w3. */
static void swiglu_back(const explanation *x, float *d, const float *gate, const float *dh)
{
    const int Hd = x->view.info.mlp_hidden;
    const float *value = gate + Hd;
    if (x->view.info.inner_norm) {
        for (int i = 0; i < Hd; i++) d[i] = silu_f32(gate[i]) * value[i];
        layer_norm_back(d + Hd, d, x->b->ffn_ln.weight, dh, Hd);
        dh = d + Hd;
    }
    for (int i = 0; i < Hd; i++) {
        const float s = 1.0f / (1.0f + exp_f32(-gate[i])), from = dh[i];
        d[i] = from * value[i] * s * (1.0f + gate[i] * (1.0f - s));
        d[Hd + i] = from * gate[i] * s;
    }
}

/* g[T][C] = gradient at x1: through the MLP, and past it. */
static void mlp_back(explanation *x)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, Hd = m->info.mlp_hidden, T = m->info.tokens;
    float *dh = x->row;
    linear_back(m->kernels, &x->b->w3, x->w3, dh, Hd, x->weight, C, 1);
    for (int t = 0; t < T; t++) {
        float *d = x->d_hidden + (ptrdiff_t)t * 2 * Hd;
        if (is_pooled(&m->info, t)) swiglu_back(x, d, x->hidden + (ptrdiff_t)t * 2 * Hd, dh);
        else memset(d, 0, 2 * (size_t)Hd * sizeof *d);
    }
    linear_back(m->kernels, &x->b->w12, x->w12, x->g, C, x->d_hidden, 2 * Hd, T);
    for (int t = 0; t < T; t++) {
        float *g = x->g + (ptrdiff_t)t * C;
        layer_norm_back(g, x->x1 + (ptrdiff_t)t * C, x->b->norm2.weight, g, C);
        for (int i = 0; i < C && is_pooled(&m->info, t); i++) g[i] += x->weight[i];
    }
}

/* y[T][8 * panels] = x[T][k] times panels of [k][8]. */
static void multiply(const explanation *x, float *y, ptrdiff_t ldy, const float *rows, ptrdiff_t ldx,
                     const float *panels, int count, int k)
{
    for (int p = 0; p < count; p++) {
        x->view.kernels->gemm_f32(y + p * PANEL, ldy, rows, ldx, panels + (ptrdiff_t)p * k * PANEL, NULL,
                                  x->view.info.tokens, k, false);
    }
}

/* ds[T][T] = gradient at head h's scores; a = its attention weights. */
static void scores_back(explanation *x, int h)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const int panels = panels_for(T), ld = panels * PANEL;
    const float *q = x->qkv + h * d, *k = q + C, *v = q + 2 * C;
    attention_pack_keys(m->ws.keys, k, 3 * C, T, d, 1.0f / sqrtf((float)d));
    multiply(x, x->a, ld, q, 3 * C, m->ws.keys, panels, d);
    attention_pack_keys(m->ws.keys, v, 3 * C, T, d, 1.0f);
    multiply(x, x->ds, ld, x->d_heads + h * d, C, m->ws.keys, panels, d);
    for (int t = 0; t < T; t++) {
        float *a = x->a + (ptrdiff_t)t * ld, *ds = x->ds + (ptrdiff_t)t * ld, sum = 0.0f;
        for (int i = T; i < ld; i++) a[i] = -FLT_MAX;
        m->kernels->softmax(a, ld);
        for (int i = 0; i < T; i++) sum += a[i] * ds[i];
        for (int i = 0; i < T; i++) ds[i] = a[i] * (ds[i] - sum);
    }
}

/* mean[d] += the mean over the patch tokens of scores[T][T] times rows of x, turned back by position. */
static void add_mean(explanation *x, float *mean, const float *scores, const float *rows)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const float scale = 1.0f / (sqrtf((float)d) * (float)(T - 1));
    attention_pack_values(m->ws.values, rows, 3 * C, T, d);
    multiply(x, x->dq, d, scores, panels_for(T) * PANEL, m->ws.values, d / PANEL, T);
    for (int t = 1; t < T; t++) {
        const ptrdiff_t at = (ptrdiff_t)(t - 1) * (d / 2);
        const float *dq = x->dq + (ptrdiff_t)t * d;
        for (int j = 0; j < d / 2; j++) {
            const float cos = m->w.rope_cos[at + j], sin = m->w.rope_sin[at + j];
            mean[2 * j] += (dq[2 * j] * cos + dq[2 * j + 1] * sin) * scale;
            mean[2 * j + 1] += (dq[2 * j + 1] * cos - dq[2 * j] * sin) * scale;
        }
    }
}

/* Head h's part of mean[3C]. The weights of CLS as a key do not count: it is no patch. */
static void head_mean(explanation *x, int h)
{
    const int C = x->view.info.embed_dim, T = x->view.info.tokens, d = C / x->view.info.heads;
    const int ld = panels_for(T) * PANEL;
    scores_back(x, h);
    for (int t = 0; t < T; t++) {
        const float patches = (1.0f - x->a[(ptrdiff_t)t * ld]) / (float)(T - 1);
        for (int i = 0; i < d; i++) x->mean[2 * C + h * d + i] += patches * x->d_heads[(ptrdiff_t)t * C + h * d + i];
        for (int i = 0; i < T; i++) x->turned[(ptrdiff_t)i * ld + t] = x->ds[(ptrdiff_t)t * ld + i];
    }
    add_mean(x, x->mean + h * d, x->ds, x->qkv + C + h * d);
    add_mean(x, x->mean + C + h * d, x->turned, x->qkv + h * d);
}

void explain_class(explanation *x, int c, float *map)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens;
    head_back(x, c);
    mlp_back(x);
    linear_back(m->kernels, &x->b->proj, x->proj, x->d_heads, C, x->g, C, T);
    memset(x->mean, 0, 3 * (size_t)C * sizeof *x->mean);
    for (int h = 0; h < m->info.heads; h++) head_mean(x, h);
    /* The mean gradient at norm1 is the mean gradient at q, k, v through one layer: one row is enough. */
    linear_back(m->kernels, &x->b->qkv, x->qkv_back, x->weight, C, x->mean, 3 * C, 1);
    for (int t = 1; t < T; t++) {
        double sum = 0.0;
        for (int i = 0; i < C; i++) sum += (double)x->weight[i] * (double)x->n1[(ptrdiff_t)t * C + i];
        map[t - 1] = sum > 0.0 ? (float)sum : 0.0f;
    }
}
