/* SPDX-License-Identifier: MIT */
#include "attention_map.h"

#include "attention.h"
#include "fmath.h"
#include "forward.h"

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
    const uint64_t H = (uint64_t)i->heads, inner = i->inner_norm ? 1 : 0;
    const uint64_t widest = (uint64_t)max_int(i->classes, max_int(i->embed_dim, i->mlp_hidden));
    x->view = *m;
    x->b = &m->w.blocks[i->depth - 1];
    x->n1 = arena_floats(a, T * C);
    x->x1 = arena_floats(a, T * C);
    x->sd1 = arena_floats(a, T);
    x->qkv = arena_floats(a, T * 3 * C);
    x->slopes = arena_floats(a, T * 2 * Hd);
    x->h = arena_floats(a, T * Hd * inner);
    x->sdh = arena_floats(a, T);
    x->a = arena_floats(a, H * T * keys);
    x->d_hidden = arena_floats(a, T * 2 * Hd);
    x->g = arena_floats(a, T * C);
    x->d_heads = arena_floats(a, T * C);
    x->ds = arena_floats(a, T * keys);
    x->turned = arena_floats(a, T * keys);
    x->dq = arena_floats(a, T * C / H);
    x->row = arena_floats(a, widest);
    x->sum = arena_take(a, C / H, sizeof *x->sum);
    x->mean = arena_floats(a, 3 * C);
    x->weight = arena_floats(a, C);
    x->head = columns_for(a, &m->w.head);
    x->w3 = columns_for(a, &x->b->w3);
    x->w12 = columns_for(a, &x->b->w12);
    x->proj = columns_for(a, &x->b->proj);
    x->qkv_back = columns_for(a, &x->b->qkv);
}

/* ---- what all classes share --------------------------------------------------------------------- */

/* x[n] -= its mean, /= its deviation, which is returned. Sums in double: small differences of large ones. */
static float normalise(float *x, int n)
{
    double mean = 0.0, var = 0.0;
    for (int i = 0; i < n; i++) mean += (double)x[i] / n;
    for (int i = 0; i < n; i++) var += ((double)x[i] - mean) * ((double)x[i] - mean) / n;
    const double sd = sqrt(var + (double)LN_EPS);
    for (int i = 0; i < n; i++) x[i] = (float)(((double)x[i] - mean) / sd);
    return (float)sd;
}

/* Gate and value of token t become the derivatives of silu(gate) * value by both. */
static void keep_slopes(explanation *x, int t)
{
    const int Hd = x->view.info.mlp_hidden;
    float *gate = x->slopes + (ptrdiff_t)t * 2 * Hd, *value = gate + Hd;
    float *h = x->view.info.inner_norm ? x->h + (ptrdiff_t)t * Hd : NULL;
    for (int i = 0; i < Hd; i++) {
        const float s = 1.0f / (1.0f + exp_f32(-gate[i])), silu = gate[i] * s, v = value[i];
        if (h) h[i] = silu * v;
        gate[i] = v * s * (1.0f + gate[i] * (1.0f - s));
        value[i] = silu;
    }
    if (h) x->sdh[t] = normalise(h, Hd);
}

/* y[T][8 * panels] = x[T][k] times panels of [k][8]. */
static void multiply(const explanation *x, float *y, ptrdiff_t ldy, const float *rows, ptrdiff_t ldx,
                     const float *panels, int count, int k)
{
    for (int p = 0; p < count; p++) {
        x->view.kernels->gemm_back(y + p * PANEL, ldy, rows, ldx, panels + (ptrdiff_t)p * k * PANEL, NULL,
                                   x->view.info.tokens, k, false);
    }
}

/* The attention weights of head h. */
static float *attention_of(const explanation *x, int h)
{
    const int T = x->view.info.tokens;
    return x->a + (ptrdiff_t)h * T * panels_for(T) * PANEL;
}

static void keep_attention(explanation *x, int h)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const int panels = panels_for(T), ld = panels * PANEL;
    const float *q = x->qkv + h * d;
    float *a = attention_of(x, h);
    attention_pack_keys(m->ws.keys, q + C, 3 * C, T, d, 1.0f / sqrtf((float)d));
    multiply(x, a, ld, q, 3 * C, m->ws.keys, panels, d);
    for (int t = 0; t < T; t++, a += ld) {
        for (int i = T; i < ld; i++) a[i] = -FLT_MAX;
        m->kernels->softmax(a, ld);
    }
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
    forward_attention(&x->view, x->b);
    x->view.ws.wide = x->slopes;
    forward_mlp_in(&x->view, x->b);
    for (int h = 0; h < m->info.heads; h++) keep_attention(x, h);
    for (int t = 0; t < T; t++) {
        keep_slopes(x, t);
        x->sd1[t] = normalise(x->x1 + (ptrdiff_t)t * C, C);
    }
    linear_columns(m->kernels, &m->w.head, x->head);
    linear_columns(m->kernels, &x->b->w3, x->w3);
    linear_columns(m->kernels, &x->b->w12, x->w12);
    linear_columns(m->kernels, &x->b->proj, x->proj);
    linear_columns(m->kernels, &x->b->qkv, x->qkv_back);
}

/* ---- one class ---------------------------------------------------------------------------------- */

/* g[n] = gradient at the input of a LayerNorm with these weights whose output has gradient gy; xh and sd as
 * normalise leaves them. g may be gy. */
static void layer_norm_back(float *g, const float *xh, float sd, const float *weight, const float *gy, int n)
{
    double mean_u = 0.0, mean_ux = 0.0;
    for (int i = 0; i < n; i++) {
        const double u = (double)gy[i] * (double)weight[i];
        mean_u += u;
        mean_ux += u * (double)xh[i];
    }
    mean_u /= n;
    mean_ux /= n;
    for (int i = 0; i < n; i++) {
        const double u = (double)gy[i] * (double)weight[i];
        g[i] = (float)((u - mean_u - (double)xh[i] * mean_ux) / (double)sd);
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
    memcpy(x->row, m->ws.pooled, (size_t)C * sizeof *x->row);
    const float sd = normalise(x->row, C);
    layer_norm_back(x->weight, x->row, sd, m->w.fc_norm.weight, x->weight, C);
    for (int i = 0; i < C && !m->info.cls_pooling; i++) x->weight[i] /= (float)(m->info.tokens - 1);
}

/* Gradients at gate and value of token t, from dh[Hd], the gradient at the input of w3. */
static void swiglu_back(const explanation *x, int t, const float *dh)
{
    const int Hd = x->view.info.mlp_hidden;
    const float *slopes = x->slopes + (ptrdiff_t)t * 2 * Hd;
    float *d = x->d_hidden + (ptrdiff_t)t * 2 * Hd;
    if (x->view.info.inner_norm) {
        layer_norm_back(d + Hd, x->h + (ptrdiff_t)t * Hd, x->sdh[t], x->b->ffn_ln.weight, dh, Hd);
        dh = d + Hd;
    }
    for (int i = 0; i < Hd; i++) {
        const float from = dh[i];
        d[i] = from * slopes[i];
        d[Hd + i] = from * slopes[Hd + i];
    }
}

/* g[T][C] = gradient at x1: through the MLP, and past it. */
static void mlp_back(explanation *x)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, Hd = m->info.mlp_hidden, T = m->info.tokens;
    linear_back(m->kernels, &x->b->w3, x->w3, x->row, Hd, x->weight, C, 1);
    for (int t = 0; t < T; t++) {
        if (is_pooled(&m->info, t)) swiglu_back(x, t, x->row);
        else memset(x->d_hidden + (ptrdiff_t)t * 2 * Hd, 0, 2 * (size_t)Hd * sizeof *x->d_hidden);
    }
    linear_back(m->kernels, &x->b->w12, x->w12, x->g, C, x->d_hidden, 2 * Hd, T);
    for (int t = 0; t < T; t++) {
        float *g = x->g + (ptrdiff_t)t * C;
        layer_norm_back(g, x->x1 + (ptrdiff_t)t * C, x->sd1[t], x->b->norm2.weight, g, C);
        for (int i = 0; i < C && is_pooled(&m->info, t); i++) g[i] += x->weight[i];
    }
}

/* ds[T][T] = gradient at head h's scores. */
static void scores_back(explanation *x, int h)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const int panels = panels_for(T), ld = panels * PANEL;
    const float *a = attention_of(x, h), *v = x->qkv + 2 * C + h * d;
    attention_pack_keys(m->ws.keys, v, 3 * C, T, d, 1.0f);
    multiply(x, x->ds, ld, x->d_heads + h * d, C, m->ws.keys, panels, d);
    for (int t = 0; t < T; t++, a += ld) {
        float *ds = x->ds + (ptrdiff_t)t * ld;
        double sum = 0.0;
        for (int i = 0; i < T; i++) sum += (double)(a[i] * ds[i]);
        for (int i = 0; i < T; i++) ds[i] = a[i] * (ds[i] - (float)sum);
    }
}

/* mean[d] = the mean over the patch tokens of scores[T][T] times rows of x, turned back by position. */
static void mean_back(explanation *x, float *mean, const float *scores, const float *rows)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    attention_pack_values(m->ws.values, rows, 3 * C, T, d);
    multiply(x, x->dq, d, scores, panels_for(T) * PANEL, m->ws.values, d / PANEL, T);
    memset(x->sum, 0, (size_t)d * sizeof *x->sum);
    for (int t = 1; t < T; t++) {
        const ptrdiff_t at = (ptrdiff_t)(t - 1) * (d / 2);
        const float *dq = x->dq + (ptrdiff_t)t * d;
        for (int j = 0; j < d / 2; j++) {
            const float cos = m->w.rope_cos[at + j], sin = m->w.rope_sin[at + j];
            x->sum[2 * j] += (double)(dq[2 * j] * cos + dq[2 * j + 1] * sin);
            x->sum[2 * j + 1] += (double)(dq[2 * j + 1] * cos - dq[2 * j] * sin);
        }
    }
    for (int i = 0; i < d; i++) mean[i] = (float)(x->sum[i] / (sqrt((double)d) * (T - 1)));
}

/* Head h's part of mean[3C]. The weights of CLS as a key do not count: it is no patch. */
static void head_mean(explanation *x, int h)
{
    const int C = x->view.info.embed_dim, T = x->view.info.tokens, d = C / x->view.info.heads;
    const int ld = panels_for(T) * PANEL;
    const float *a = attention_of(x, h);
    scores_back(x, h);
    memset(x->sum, 0, (size_t)d * sizeof *x->sum);
    for (int t = 0; t < T; t++) {
        const double patches = 1.0 - (double)a[(ptrdiff_t)t * ld];
        for (int i = 0; i < d; i++) x->sum[i] += patches * (double)x->d_heads[(ptrdiff_t)t * C + h * d + i];
        for (int i = 0; i < T; i++) x->turned[(ptrdiff_t)i * ld + t] = x->ds[(ptrdiff_t)t * ld + i];
    }
    for (int i = 0; i < d; i++) x->mean[2 * C + h * d + i] = (float)(x->sum[i] / (T - 1));
    mean_back(x, x->mean + h * d, x->ds, x->qkv + C + h * d);
    mean_back(x, x->mean + C + h * d, x->turned, x->qkv + h * d);
}

void explain_class(explanation *x, int c, float *map)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens;
    head_back(x, c);
    mlp_back(x);
    linear_back(m->kernels, &x->b->proj, x->proj, x->d_heads, C, x->g, C, T);
    for (int h = 0; h < m->info.heads; h++) head_mean(x, h);
    /* The mean gradient at norm1 is the mean gradient at q, k, v through one layer: one row is enough. */
    linear_back(m->kernels, &x->b->qkv, x->qkv_back, x->weight, C, x->mean, 3 * C, 1);
    for (int t = 1; t < T; t++) {
        double sum = 0.0;
        for (int i = 0; i < C; i++) sum += (double)x->weight[i] * (double)x->n1[(ptrdiff_t)t * C + i];
        map[t - 1] = sum > 0.0 ? (float)sum : 0.0f;
    }
}

void explain_contribution(const model *m, int c, float *map)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    float *row = m->ws.y; /* [C] what one channel of one patch adds to the logit, per unit */
    memcpy(row, m->ws.pooled, (size_t)C * sizeof *row);
    const double scale = 1.0 / ((double)normalise(row, C) * (T - 1));
    double mean = 0.0; /* the LayerNorm takes the mean of the channels away */
    for (int i = 0; i < C; i++) {
        row[i] = matrix_at(&m->w.head, c, i) * m->w.fc_norm.weight[i];
        mean += (double)row[i] / C;
    }
    for (int t = 1; t < T; t++) {
        const float *x = m->ws.x + (ptrdiff_t)t * C;
        double sum = 0.0;
        for (int i = 0; i < C; i++) sum += ((double)row[i] - mean) * (double)x[i];
        map[t - 1] = (float)(sum * scale);
    }
}
