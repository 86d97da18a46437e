/* attention_map.c - Grad-CAM by hand-written derivatives of the last block, and contributions.
 *
 * Names: x1 the residual stream after attention, hidden = silu(gate) * value; d_name the gradient of the
 * class's logit at name.
 * SPDX-License-Identifier: MIT */
#include "attention_map.h"

#include "attention.h"
#include "fmath.h"
#include "forward.h"

#include <float.h>

static int max_int(int a, int b) { return a > b ? a : b; }

static float *columns_for(arena *a, const matrix *w) { return arena_floats(a, (uint64_t)w->in * (uint64_t)w->out); }

void explain_layout(explanation *x, model *m, arena *a)
{
    const evx_info *i = &m->info;
    const uint64_t T = (uint64_t)i->tokens, C = (uint64_t)i->embed_dim, Hd = (uint64_t)i->mlp_hidden;
    const uint64_t keys = (uint64_t)panels_for(i->tokens) * PANEL;
    const uint64_t H = (uint64_t)i->heads, inner = i->inner_norm ? 1 : 0;
    const uint64_t widest = (uint64_t)max_int(i->classes, max_int(i->embed_dim, i->mlp_hidden));
    x->view = *m;
    x->last = &m->w.blocks[i->depth - 1];
    x->norm1 = arena_floats(a, T * C);
    x->x1 = arena_floats(a, T * C);
    x->x1_sd = arena_floats(a, T);
    x->qkv = arena_floats(a, T * 3 * C);
    x->derivatives = arena_floats(a, T * 2 * Hd);
    x->hidden = arena_floats(a, T * Hd * inner);
    x->hidden_sd = arena_floats(a, T);
    x->attention = arena_floats(a, H * T * keys);
    x->d_gate_value = arena_floats(a, T * 2 * Hd);
    x->d_x1 = arena_floats(a, T * C);
    x->d_heads = arena_floats(a, T * C);
    x->d_scores = arena_floats(a, T * keys);
    x->d_scores_t = arena_floats(a, T * keys);
    x->d_rotated = arena_floats(a, T * C / H);
    x->token = arena_floats(a, widest);
    x->sum = arena_take(a, C / H, sizeof *x->sum);
    x->mean = arena_floats(a, 3 * C);
    x->channel_weight = arena_floats(a, C);
    x->classifier = columns_for(a, &m->w.classifier);
    x->w3 = columns_for(a, &x->last->w3);
    x->w12 = columns_for(a, &x->last->w12);
    x->proj = columns_for(a, &x->last->proj);
    x->qkv_columns = columns_for(a, &x->last->qkv);
}

/* ---- what all classes share --------------------------------------------------------------------- */

/* x[n] -= its mean, /= its standard deviation, which is returned. Sums in double, because of cancellation. */
static float normalize(float *x, int n)
{
    double mean = 0.0, var = 0.0;
    for (int i = 0; i < n; i++) mean += (double)x[i] / n;
    for (int i = 0; i < n; i++) var += ((double)x[i] - mean) * ((double)x[i] - mean) / n;
    const double sd = sqrt(var + (double)LN_EPS);
    for (int i = 0; i < n; i++) x[i] = (float)(((double)x[i] - mean) / sd);
    return (float)sd;
}

/* Gate and value of token t become the derivatives of silu(gate) * value by both. */
static void keep_derivatives(explanation *x, int t)
{
    const int Hd = x->view.info.mlp_hidden;
    float *gate = x->derivatives + (ptrdiff_t)t * 2 * Hd, *value = gate + Hd;
    float *h = x->view.info.inner_norm ? x->hidden + (ptrdiff_t)t * Hd : NULL;
    for (int i = 0; i < Hd; i++) {
        const float s = 1.0f / (1.0f + exp_f32(-gate[i])), silu = gate[i] * s, v = value[i];
        if (h) h[i] = silu * v;
        gate[i] = v * s * (1.0f + gate[i] * (1.0f - s));
        value[i] = silu;
    }
    if (h) x->hidden_sd[t] = normalize(h, Hd);
}

/* y[T][8 * panels] = x[T][k] times panels of [k][8]. */
static void multiply(const explanation *x, float *y, ptrdiff_t ldy, const float *rows, ptrdiff_t ldx,
                     const float *panels, int count, int k)
{
    x->view.kernels->gemm_backward(y, ldy, rows, ldx, panels, NULL, x->view.info.tokens, k, count, false);
}

/* The attention weights of head h. */
static float *attention_of(const explanation *x, int h)
{
    const int T = x->view.info.tokens;
    return x->attention + (ptrdiff_t)h * T * panels_for(T) * PANEL;
}

static void keep_attention(explanation *x, int h)
{
    model *m = &x->view;
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

void explain_begin(explanation *x, model *m)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    memcpy(x->x1, m->ws.last_input, (size_t)T * (size_t)C * sizeof *x->x1);
    for (int t = 0; t < T; t++) {
        const ptrdiff_t at = (ptrdiff_t)t * C;
        m->kernels->layer_norm(x->norm1 + at, x->x1 + at, x->last->norm1.weight, x->last->norm1.bias, C, LN_EPS);
    }
    x->view.ws.x = x->x1;
    x->view.ws.y = x->d_x1;
    x->view.ws.scratch = x->qkv;
    forward_attention(&x->view, x->last);
    x->view.ws.scratch = x->derivatives;
    forward_mlp_in(&x->view, x->last);
    for (int h = 0; h < m->info.heads; h++) keep_attention(x, h);
    for (int t = 0; t < T; t++) {
        keep_derivatives(x, t);
        x->x1_sd[t] = normalize(x->x1 + (ptrdiff_t)t * C, C);
    }
    linear_columns(m->kernels, &m->w.classifier, x->classifier);
    linear_columns(m->kernels, &x->last->w3, x->w3);
    linear_columns(m->kernels, &x->last->w12, x->w12);
    linear_columns(m->kernels, &x->last->proj, x->proj);
    linear_columns(m->kernels, &x->last->qkv, x->qkv_columns);
}

/* ---- one class ---------------------------------------------------------------------------------- */

/* g[n] = gradient at the input of a LayerNorm with these weights whose output has gradient gy; xh and sd as
 * normalize leaves them. g may be gy. */
static void layer_norm_backward(float *g, const float *xh, float sd, const float *weight, const float *gy, int n)
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

/* Whether pooling uses token t. */
static bool is_pooled(const evx_info *i, int t) { return i->cls_pooling ? t == 0 : t > 0; }

/* channel_weight[C] = gradient of logit c at each pooled token: the same for all of them. */
static void classifier_backward(explanation *x, int c)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, K = m->info.classes;
    memset(x->token, 0, (size_t)K * sizeof *x->token);
    x->token[c] = 1.0f;
    linear_backward(m->kernels, &m->w.classifier, x->classifier, x->channel_weight, C, x->token, K, 1);
    memcpy(x->token, m->ws.pooled, (size_t)C * sizeof *x->token);
    const float sd = normalize(x->token, C);
    layer_norm_backward(x->channel_weight, x->token, sd, m->w.fc_norm.weight, x->channel_weight, C);
    for (int i = 0; i < C && !m->info.cls_pooling; i++) x->channel_weight[i] /= (float)(m->info.tokens - 1);
}

/* Gradients at gate and value of token t, from dh[Hd], the gradient at the input of w3. */
static void swiglu_backward(const explanation *x, int t, const float *dh)
{
    const int Hd = x->view.info.mlp_hidden;
    const float *derivatives = x->derivatives + (ptrdiff_t)t * 2 * Hd;
    float *d = x->d_gate_value + (ptrdiff_t)t * 2 * Hd;
    if (x->view.info.inner_norm) {
        layer_norm_backward(d + Hd, x->hidden + (ptrdiff_t)t * Hd, x->hidden_sd[t], x->last->ffn_ln.weight, dh, Hd);
        dh = d + Hd;
    }
    for (int i = 0; i < Hd; i++) {
        const float from = dh[i];
        d[i] = from * derivatives[i];
        d[Hd + i] = from * derivatives[Hd + i];
    }
}

/* d_x1[T][C] = gradient at x1: through the MLP and along the residual connection. */
static void mlp_backward(explanation *x)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, Hd = m->info.mlp_hidden, T = m->info.tokens;
    linear_backward(m->kernels, &x->last->w3, x->w3, x->token, Hd, x->channel_weight, C, 1);
    for (int t = 0; t < T; t++) {
        if (is_pooled(&m->info, t)) {
            swiglu_backward(x, t, x->token);
        } else {
            memset(x->d_gate_value + (ptrdiff_t)t * 2 * Hd, 0, 2 * (size_t)Hd * sizeof *x->d_gate_value);
        }
    }
    linear_backward(m->kernels, &x->last->w12, x->w12, x->d_x1, C, x->d_gate_value, 2 * Hd, T);
    for (int t = 0; t < T; t++) {
        float *g = x->d_x1 + (ptrdiff_t)t * C;
        layer_norm_backward(g, x->x1 + (ptrdiff_t)t * C, x->x1_sd[t], x->last->norm2.weight, g, C);
        for (int i = 0; i < C && is_pooled(&m->info, t); i++) g[i] += x->channel_weight[i];
    }
}

/* d_scores[T][T] = gradient at head h's scores. */
static void scores_backward(explanation *x, int h)
{
    model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const int panels = panels_for(T), ld = panels * PANEL;
    const float *a = attention_of(x, h), *v = x->qkv + 2 * C + h * d;
    attention_pack_keys(m->ws.keys, v, 3 * C, T, d, 1.0f);
    multiply(x, x->d_scores, ld, x->d_heads + h * d, C, m->ws.keys, panels, d);
    for (int t = 0; t < T; t++, a += ld) {
        float *ds = x->d_scores + (ptrdiff_t)t * ld;
        double sum = 0.0;
        for (int i = 0; i < T; i++) sum += (double)(a[i] * ds[i]);
        for (int i = 0; i < T; i++) ds[i] = a[i] * (ds[i] - (float)sum);
    }
}

/* mean[d] = the mean over the patch tokens of scores[T][T] times rows[T][d], rotated back by position. */
static void rotated_mean_backward(explanation *x, float *mean, const float *scores, const float *rows)
{
    model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    attention_pack_values(m->ws.values, rows, 3 * C, T, d);
    multiply(x, x->d_rotated, d, scores, panels_for(T) * PANEL, m->ws.values, d / PANEL, T);
    memset(x->sum, 0, (size_t)d * sizeof *x->sum);
    for (int t = 1; t < T; t++) {
        const ptrdiff_t at = (ptrdiff_t)(t - 1) * (d / 2);
        const float *dq = x->d_rotated + (ptrdiff_t)t * d;
        for (int j = 0; j < d / 2; j++) {
            const float cos = m->w.rope_cos[at + j], sin = m->w.rope_sin[at + j];
            x->sum[2 * j] += (double)(dq[2 * j] * cos + dq[2 * j + 1] * sin);
            x->sum[2 * j + 1] += (double)(dq[2 * j + 1] * cos - dq[2 * j] * sin);
        }
    }
    for (int i = 0; i < d; i++) mean[i] = (float)(x->sum[i] / (sqrt((double)d) * (T - 1)));
}

/* Head h's part of mean[3C]. The gradient at v of CLS is left out: CLS is no patch. */
static void attention_head_backward(explanation *x, int h)
{
    const int C = x->view.info.embed_dim, T = x->view.info.tokens, d = C / x->view.info.heads;
    const int ld = panels_for(T) * PANEL;
    const float *a = attention_of(x, h);
    scores_backward(x, h);
    memset(x->sum, 0, (size_t)d * sizeof *x->sum);
    for (int t = 0; t < T; t++) {
        const double patches = 1.0 - (double)a[(ptrdiff_t)t * ld];
        for (int i = 0; i < d; i++) x->sum[i] += patches * (double)x->d_heads[(ptrdiff_t)t * C + h * d + i];
        for (int i = 0; i < T; i++) x->d_scores_t[(ptrdiff_t)i * ld + t] = x->d_scores[(ptrdiff_t)t * ld + i];
    }
    for (int i = 0; i < d; i++) x->mean[2 * C + h * d + i] = (float)(x->sum[i] / (T - 1));
    rotated_mean_backward(x, x->mean + h * d, x->d_scores, x->qkv + C + h * d);
    rotated_mean_backward(x, x->mean + C + h * d, x->d_scores_t, x->qkv + h * d);
}

void explain_class(explanation *x, int c, float *map)
{
    const model *m = &x->view;
    const int C = m->info.embed_dim, T = m->info.tokens;
    classifier_backward(x, c);
    mlp_backward(x);
    linear_backward(m->kernels, &x->last->proj, x->proj, x->d_heads, C, x->d_x1, C, T);
    for (int h = 0; h < m->info.heads; h++) attention_head_backward(x, h);
    /* The mean gradient at norm1 is the mean gradient at q, k, v through one layer: one row is enough. */
    linear_backward(m->kernels, &x->last->qkv, x->qkv_columns, x->channel_weight, C, x->mean, 3 * C, 1);
    for (int t = 1; t < T; t++) {
        double sum = 0.0;
        for (int i = 0; i < C; i++) sum += (double)x->channel_weight[i] * (double)x->norm1[(ptrdiff_t)t * C + i];
        map[t - 1] = sum > 0.0 ? (float)sum : 0.0f;
    }
}

void explain_contribution(model *m, int c, float *map)
{
    const int C = m->info.embed_dim, T = m->info.tokens;
    float *row = m->ws.y; /* [C] what one channel of one patch adds to the logit, per unit */
    memcpy(row, m->ws.pooled, (size_t)C * sizeof *row);
    const double scale = 1.0 / ((double)normalize(row, C) * (T - 1));
    double mean = 0.0; /* of the channels, which the LayerNorm subtracts */
    for (int i = 0; i < C; i++) {
        row[i] = matrix_at(&m->w.classifier, c, i) * m->w.fc_norm.weight[i];
        mean += (double)row[i] / C;
    }
    for (int t = 1; t < T; t++) {
        const float *x = m->ws.x + (ptrdiff_t)t * C;
        double sum = 0.0;
        for (int i = 0; i < C; i++) sum += ((double)row[i] - mean) * (double)x[i];
        map[t - 1] = (float)(sum * scale);
    }
}
