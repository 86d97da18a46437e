/* attention.c - model/ARCHITECTURE.md section 3, step 4. Scores are made for QUERIES queries at a time, so that they
 * stay in the cache and 480 px input needs no more room than 224.
 * SPDX-License-Identifier: MIT */
#include "attention.h"

#include <float.h>
#include <math.h>
#include <string.h>

void attention_rope(const model *m, float *qkv)
{
    const int C = m->info.embed_dim, H = m->info.heads, pairs = C / H / 2;
    for (int t = 1; t < m->info.tokens; t++) {
        const float *cos = m->w.rope_cos + (t - 1) * pairs, *sin = m->w.rope_sin + (t - 1) * pairs;
        float *q = qkv + (ptrdiff_t)t * 3 * C;
        m->kernels->rope(q, cos, sin, H, pairs);
        m->kernels->rope(q + C, cos, sin, H, pairs);
    }
}

void attention_pack_keys(float *keys, const float *x, ptrdiff_t ldx, int T, int d, float scale)
{
    for (int t = 0; t < T; t++) {
        float *at = keys + (ptrdiff_t)(t / PANEL) * d * PANEL + t % PANEL;
        for (int i = 0; i < d; i++) at[i * PANEL] = x[t * ldx + i] * scale;
    }
}

void attention_pack_values(float *values, const float *x, ptrdiff_t ldx, int T, int d)
{
    for (int p = 0; p < d / PANEL; p++) {
        for (int t = 0; t < T; t++, values += PANEL) {
            memcpy(values, x + t * ldx + p * PANEL, PANEL * sizeof *values);
        }
    }
}

/* out[n][d] of n queries. The last panel of keys is zero past T; those scores must weigh nothing. */
static void attend(const model *m, float *out, ptrdiff_t ldo, const float *q, ptrdiff_t ldq, int n)
{
    const kernels *k = m->kernels;
    const workspace *ws = &m->ws;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads;
    const int panels = panels_for(T), lds = panels * PANEL;
    for (int p = 0; p < panels; p++) {
        const float *keys = ws->keys + (ptrdiff_t)p * d * PANEL;
        k->gemm_f32(ws->scores + p * PANEL, lds, q, ldq, keys, NULL, n, d, false);
    }
    for (int i = 0; i < n; i++) {
        float *row = ws->scores + (ptrdiff_t)i * lds;
        for (int t = T; t < lds; t++) row[t] = -FLT_MAX;
        k->softmax(row, lds);
    }
    for (int p = 0; p < d / PANEL; p++) {
        const float *values = ws->values + (ptrdiff_t)p * T * PANEL;
        k->gemm_f32(out + p * PANEL, ldo, ws->scores, lds, values, NULL, n, T, false);
    }
}

void attention_head(const model *m, const float *qkv, int h)
{
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const ptrdiff_t ld = 3 * C;
    const float *q = qkv + h * d;
    attention_pack_keys(m->ws.keys, q + C, ld, T, d, 1.0f / sqrtf((float)d));
    attention_pack_values(m->ws.values, q + 2 * C, ld, T, d);
    for (int t = 0; t < T; t += QUERIES) {
        const int n = T - t < QUERIES ? T - t : QUERIES;
        attend(m, m->ws.y + (ptrdiff_t)t * C + h * d, C, q + t * ld, ld, n);
    }
}
