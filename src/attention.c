/* attention.c - model/ARCHITECTURE.md section 3, step 4. Scores are computed for QUERY_TILE queries at a
 * time, so that they stay in the cache and memory does not grow with the square of the tokens.
 * SPDX-License-Identifier: MIT */
#include "attention.h"

#include <float.h>
#include <math.h>
#include <string.h>

void attention_rope(const model *m, float *qkv, int first, int last)
{
    const int C = m->info.embed_dim, H = m->info.heads, pairs = C / H / 2;
    for (int t = first > 0 ? first : 1; t < last; t++) {
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

/* A thread's own part of the workspace: one head, and scores of some of its queries. */
typedef struct attention_scratch {
    float *keys, *values, *scores, *scales;
    int16_t *queries;
    uint8_t *keys16, *values16;
    int *head;
} attention_scratch;

static attention_scratch scratch_of(model *m, int thread)
{
    workspace *ws = &m->ws;
    const ptrdiff_t T = m->info.tokens, d = m->info.embed_dim / m->info.heads;
    const ptrdiff_t keys = (ptrdiff_t)panels_for(m->info.tokens) * PANEL;
    return (attention_scratch){
        .keys = ws->keys + thread * keys * d,
        .values = ws->values + thread * T * d,
        .scores = ws->scores + thread * QUERY_TILE * keys,
        .scales = ws->score_scales + thread * QUERY_TILE,
        .queries = ws->queries16 + thread * QUERY_TILE * d,
        .keys16 = (uint8_t *)ws->keys16 + (size_t)(thread * keys / PANEL) * i16_panel_bytes((int)d),
        .values16 = (uint8_t *)ws->values16 + (size_t)(thread * d / PANEL) * i16_panel_bytes((int)keys),
        .head = ws->loaded_head + thread,
    };
}

/* out[n][d] of n queries. The last panel of keys is zero past T; those scores must weigh nothing. */
static void attend(const model *m, const attention_scratch *at, float *out, ptrdiff_t ldo, const float *q,
                   ptrdiff_t ldq, int n)
{
    const kernels *k = m->kernels;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads;
    const int panels = panels_for(T), lds = panels * PANEL;
    for (int p = 0; p < panels; p++) {
        const float *keys = at->keys + (ptrdiff_t)p * d * PANEL;
        k->gemm_f32(at->scores + p * PANEL, lds, q, ldq, keys, NULL, n, d, false);
    }
    for (int i = 0; i < n; i++) {
        float *row = at->scores + (ptrdiff_t)i * lds;
        for (int t = T; t < lds; t++) row[t] = -FLT_MAX;
        k->softmax(row, lds);
    }
    for (int p = 0; p < d / PANEL; p++) {
        const float *values = at->values + (ptrdiff_t)p * T * PANEL;
        k->gemm_f32(out + p * PANEL, ldo, at->scores, lds, values, NULL, n, T, false);
    }
}

/* ---- the same in 16-bit integers, for quantized models: exact, and twice as fast as f32 without FMA ---- */

/* Largest codes such that n products of two, or of one and VALUE_LIMIT, sum to less than 2^31. Values need no
 * more: they are quantized to 8 bits next. */
enum { CODE_MAX = 32767, VALUE_LIMIT = 511 };

static int score_limit(int n) { return (int)sqrt(2147483647.0 / n); }
static int weight_limit(int n)
{
    const int limit = 2147483647 / VALUE_LIMIT / n;
    return limit < CODE_MAX ? limit : CODE_MAX;
}

static void pack_i16(const model *m, const attention_scratch *at, const float *k, const float *v, ptrdiff_t ld)
{
    const i16_kernels *i16 = &m->kernels->i16;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads, padded = panels_for(T) * PANEL;
    for (int t = 0; t < T; t++, k += ld) {
        i16_panel *panel = i16_panel_at(at->keys16, t / PANEL, d);
        panel->scale[t % PANEL] = i16->quantize(at->queries, k, d, score_limit(d));
        for (int i = 0; i < d; i += 2) {
            memcpy(panel->code + i * PANEL + t % PANEL * 2, at->queries + i, 2 * sizeof(int16_t));
        }
    }
    i16->columns(at->values16, v, ld, T, padded, d, VALUE_LIMIT);
}

/* out[n][d] of n queries. Scores are in units of ln 2, for powers of 2; their codes replace them, row by row. */
static void attend_i16(const model *m, const attention_scratch *at, float *out, ptrdiff_t ldo, const float *q,
                       ptrdiff_t ldq, int n)
{
    const i16_kernels *i16 = &m->kernels->i16;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads;
    const int panels = panels_for(T), lds = panels * PANEL;
    const float unit = 1.44269504f / sqrtf((float)d);
    int16_t *codes = (int16_t *)(void *)at->scores;
    for (int i = 0; i < n; i++) {
        at->scales[i] = unit * i16->quantize(at->queries + i * d, q + i * ldq, d, score_limit(d));
    }
    for (int p = 0; p < panels; p++) {
        i16->gemm(at->scores + p * PANEL, lds, at->queries, d, at->scales, i16_panel_at(at->keys16, p, d), n, d);
    }
    for (int i = 0; i < n; i++) {
        float *row = at->scores + (ptrdiff_t)i * lds;
        for (int t = T; t < lds; t++) row[t] = -FLT_MAX;
        at->scales[i] = i16->softmax(codes + 2 * i * lds, row, lds, weight_limit(T));
    }
    for (int p = 0; p < d / PANEL; p++) {
        i16->gemm(out + p * PANEL, ldo, codes, 2 * lds, at->scales, i16_panel_at(at->values16, p, lds), n, lds);
    }
}

/* Packs keys and values of head h, unless they are loaded already. */
static void load_head(const model *m, const attention_scratch *at, const float *qkv, int h)
{
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const float *q = qkv + h * d;
    if (*at->head == h) return;
    *at->head = h;
    if (m->kernels->i16.gemm) {
        pack_i16(m, at, q + C, q + 2 * C, 3 * C);
        return;
    }
    attention_pack_keys(at->keys, q + C, 3 * C, T, d, 1.0f / sqrtf((float)d));
    attention_pack_values(at->values, q + 2 * C, 3 * C, T, d);
}

typedef struct attention_job {
    model *m;
    const float *qkv;
    int tiles;
} attention_job;

/* Item h * tiles + i: tile i of the queries of head h. */
static void run_tiles(void *job, int first, int last, int thread)
{
    const attention_job *j = job;
    model *m = j->m;
    const int C = m->info.embed_dim, T = m->info.tokens, d = C / m->info.heads;
    const attention_scratch at = scratch_of(m, thread);
    void (*const attend_one)(const model *, const attention_scratch *, float *, ptrdiff_t, const float *, ptrdiff_t,
                             int) = m->kernels->i16.gemm ? attend_i16 : attend;
    for (int i = first; i < last; i++) {
        const int h = i / j->tiles, t = i % j->tiles * QUERY_TILE, n = T - t < QUERY_TILE ? T - t : QUERY_TILE;
        load_head(m, &at, j->qkv, h);
        attend_one(m, &at, m->ws.y + (ptrdiff_t)t * C + h * d, C, j->qkv + (ptrdiff_t)t * 3 * C + h * d, 3 * C, n);
    }
}

void attention_heads(model *m, const float *qkv)
{
    attention_job j = { m, qkv, (m->info.tokens + QUERY_TILE - 1) / QUERY_TILE };
    for (int i = 0; i < m->pool->capacity; i++) m->ws.loaded_head[i] = -1;
    parallel_for(m->pool, m->info.heads * j.tiles, 1, run_tiles, &j);
}
