/* attention.c - model/ARCHITECTURE.md section 3, step 4, in two jobs:
 *
 *     attention_prepare   tokens by eights: q and k rotated, keys packed; channels by eights: values packed
 *     attention_heads     QUERY_TILE queries of a head at a time, so that their scores stay in the cache and memory
 *                         does not grow with the square of the tokens
 *
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

/* What a thread works with: the packed keys and values of a head, and its own part of the workspace. */
typedef struct attention_scratch {
    const float *keys, *values;
    float *scores, *scales;
    int16_t *queries;
    void *keys16, *values16; /* panels */
} attention_scratch;

static int head_dim(const model *m) { return m->info.embed_dim / m->info.heads; }

/* Tokens in whole panels. */
static int padded_tokens(const model *m) { return panels_for(m->info.tokens) * PANEL; }

/* Panel p of the keys of head h, and panel p of all values: those of a head are C/H/8 one after the other. */
static float *keys_at(const model *m, int h, int p)
{
    return m->ws.keys + ((ptrdiff_t)h * padded_tokens(m) + p * PANEL) * head_dim(m);
}

static float *values_at(const model *m, int p) { return m->ws.values + (ptrdiff_t)p * m->info.tokens * PANEL; }

static i16_panel *keys16_at(const model *m, int h, int p)
{
    return i16_panel_at(m->ws.keys16, h * panels_for(m->info.tokens) + p, head_dim(m));
}

static i16_panel *values16_at(const model *m, int p) { return i16_panel_at(m->ws.values16, p, padded_tokens(m)); }

static int16_t *queries_of(const model *m, int thread)
{
    return m->ws.queries16 + (ptrdiff_t)thread * QUERY_TILE * head_dim(m);
}

static attention_scratch scratch_of(const model *m, int h, int thread)
{
    const workspace *ws = &m->ws;
    const int panels = head_dim(m) / PANEL;
    const bool i16 = model_is_quantized(m);
    return (attention_scratch){
        .keys = i16 ? NULL : keys_at(m, h, 0),
        .values = i16 ? NULL : values_at(m, h * panels),
        .scores = ws->scores + (ptrdiff_t)thread * (QUERY_TILE + SPARE_SCORES) * padded_tokens(m),
        .scales = ws->score_scales + (ptrdiff_t)thread * QUERY_TILE,
        .queries = queries_of(m, thread),
        .keys16 = i16 ? keys16_at(m, h, 0) : NULL,
        .values16 = i16 ? values16_at(m, h * panels) : NULL,
    };
}

/* out[n][d] of n queries. The last panel of keys is zero past T; those scores must weigh nothing. */
static void attend(const model *m, const attention_scratch *at, float *out, ptrdiff_t ldo, const float *q,
                   ptrdiff_t ldq, int n)
{
    const kernels *k = m->kernels;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads;
    const int panels = panels_for(T), lds = panels * PANEL;
    k->gemm_f32(at->scores, lds, q, ldq, at->keys, NULL, n, d, panels, false);
    for (int i = 0; i < n; i++) {
        float *row = at->scores + (ptrdiff_t)i * lds;
        for (int t = T; t < lds; t++) row[t] = -FLT_MAX;
        k->softmax(row, lds);
    }
    k->gemm_f32(out, ldo, at->scores, lds, at->values, NULL, n, T, d / PANEL, false);
}

/* ---- the same in 16-bit integers, for quantized models: exact, and twice as fast as f32 without FMA ---- */

/* Largest codes such that n products of two, or of one and VALUE_LIMIT, sum to less than 2^31. Values need no
 * more: they are quantized to 8 bits next. */
enum { CODE_MAX = 32767, VALUE_LIMIT = 511, TILES_A_THREAD = 8 };

static int score_limit(int n) { return (int)sqrt(2147483647.0 / n); }
static int weight_limit(int n)
{
    const int limit = 2147483647 / VALUE_LIMIT / n;
    return limit < CODE_MAX ? limit : CODE_MAX;
}

/* Four rows, or columns, in one another: those that there are, and zeros for a block of none. */
static void pack_block(const i16_kernels *i16, i16_panel *panel, int first, const float *k, ptrdiff_t ld, int keys,
                       int d)
{
    const int together = i16->interleaved;
    int16_t *codes = panel->code + first * d;
    if (keys > first) {
        const int rows = keys - first < together ? keys - first : together;
        i16->quantize(codes, panel->scale + first, k + first * ld, ld, rows, d, score_limit(d));
    } else {
        memset(codes, 0, (size_t)(together * d) * sizeof *codes);
    }
}

/* Pairs of channels side by side. codes: room for 8 keys. */
static void pack_pairs(const i16_kernels *i16, i16_panel *panel, const float *k, ptrdiff_t ld, int keys, int d,
                       int16_t *codes)
{
    for (int t = 0; t < keys; t++) {
        i16->quantize(codes + t * d, panel->scale + t, k + t * ld, ld, 1, d, score_limit(d));
    }
    memset(codes + keys * d, 0, (size_t)((PANEL - keys) * d) * sizeof *codes);
    for (int i = 0; i < d; i += 2) {
        for (int t = 0; t < PANEL; t++)
            memcpy(panel->code + i * PANEL + t * 2, codes + t * d + i, 2 * sizeof *codes);
    }
}

/* Keys 8p..8p+7 of head h; scores of those past T have no meaning. */
static void pack_keys_i16(const model *m, const float *k, ptrdiff_t ld, int h, int p, int16_t *codes)
{
    const i16_kernels *i16 = &m->kernels->i16;
    const int d = head_dim(m), left = m->info.tokens - p * PANEL, keys = left < PANEL ? left : PANEL;
    i16_panel *panel = keys16_at(m, h, p);
    if (i16->interleaved) {
        for (int t = 0; t < PANEL; t += i16->interleaved) pack_block(i16, panel, t, k, ld, keys, d);
    } else {
        pack_pairs(i16, panel, k, ld, keys, d, codes);
    }
}

/* out[n][d] of n queries. Scores are in units of ln 2, for powers of 2; the codes of those lie before them, and have
 * reached none that is still to be read. */
static void attend_i16(const model *m, const attention_scratch *at, float *out, ptrdiff_t ldo, const float *q,
                       ptrdiff_t ldq, int n)
{
    const i16_kernels *i16 = &m->kernels->i16;
    const int T = m->info.tokens, d = m->info.embed_dim / m->info.heads, together = i16_block(i16);
    const int panels = panels_for(T), lds = panels * PANEL;
    const float unit = 1.44269504f / sqrtf((float)d);
    int16_t *codes = (int16_t *)(void *)at->scores;
    float *scores = at->scores + SPARE_SCORES * lds;
    for (int i = 0; i < n; i += together) {
        const int rows = n - i < together ? n - i : together;
        i16->quantize(at->queries + i * d, at->scales + i, q + i * ldq, ldq, rows, d, score_limit(d));
    }
    for (int i = 0; i < n; i++) at->scales[i] *= unit;
    i16->gemm(scores, lds, at->queries, d, at->scales, i16_panel_at(at->keys16, 0, d), n, d, panels);
    for (int i = 0; i < n; i++) {
        for (int t = T; t < lds; t++) scores[(ptrdiff_t)i * lds + t] = -FLT_MAX;
    }
    for (int i = 0; i < n; i += together) {
        const int rows = n - i < together ? n - i : together;
        i16->softmax(codes + i * lds, at->scales + i, scores + (ptrdiff_t)i * lds, lds, rows, lds, weight_limit(T));
    }
    i16->gemm(out, ldo, codes, lds, at->scales, i16_panel_at(at->values16, 0, lds), n, lds, d / PANEL);
}

/* ---- the two jobs ------------------------------------------------------------------------------ */

typedef struct attention_job {
    model *m;
    float *qkv;
    int tile, tiles; /* queries of an item, and items of a head */
} attention_job;

static void prepare_tokens(const attention_job *j, int p, int thread)
{
    const model *m = j->m;
    const int C = m->info.embed_dim, T = m->info.tokens, d = head_dim(m), first = p * PANEL;
    const int last = T - first < PANEL ? T : first + PANEL;
    attention_rope(m, j->qkv, first, last);
    for (int h = 0; h < m->info.heads; h++) {
        const float *k = j->qkv + (ptrdiff_t)first * 3 * C + C + h * d;
        if (model_is_quantized(m)) {
            pack_keys_i16(m, k, 3 * C, h, p, queries_of(m, thread));
        } else {
            attention_pack_keys(keys_at(m, h, p), k, 3 * C, last - first, d, 1.0f / sqrtf((float)d));
        }
    }
}

static void prepare_channels(const attention_job *j, int p)
{
    const model *m = j->m;
    const int C = m->info.embed_dim, T = m->info.tokens;
    const float *v = j->qkv + 2 * C + p * PANEL;
    if (model_is_quantized(m)) {
        m->kernels->i16.columns(values16_at(m, p), v, 3 * C, T, padded_tokens(m), PANEL, VALUE_LIMIT);
    } else {
        attention_pack_values(values_at(m, p), v, 3 * C, T, PANEL);
    }
}

/* Item i: panel i of the tokens, then those of the channels. */
static void prepare(void *job, int first, int last, int thread)
{
    const attention_job *j = job;
    const int panels = panels_for(j->m->info.tokens);
    for (int i = first; i < last; i++) {
        if (i < panels) prepare_tokens(j, i, thread);
        else prepare_channels(j, i - panels);
    }
}

void attention_prepare(model *m, float *qkv)
{
    attention_job j = { .m = m, .qkv = qkv };
    parallel_for(m->pool, panels_for(m->info.tokens) + m->info.embed_dim / PANEL, 1, prepare, &j);
}

/* Item h * tiles + i: tile i of the queries of head h. */
static void run_tiles(void *job, int first, int last, int thread)
{
    const attention_job *j = job;
    model *m = j->m;
    const int C = m->info.embed_dim, T = m->info.tokens, d = head_dim(m);
    void (*const attend_one)(const model *, const attention_scratch *, float *, ptrdiff_t, const float *, ptrdiff_t,
                             int) = model_is_quantized(m) ? attend_i16 : attend;
    for (int i = first; i < last; i++) {
        const int h = i / j->tiles, t = i % j->tiles * j->tile, n = T - t < j->tile ? T - t : j->tile;
        const attention_scratch at = scratch_of(m, h, thread);
        attend_one(m, &at, m->ws.y + (ptrdiff_t)t * C + h * d, C, j->qkv + (ptrdiff_t)t * 3 * C + h * d, 3 * C, n);
    }
}

static int tiles_of(int tokens, int tile) { return (tokens + tile - 1) / tile; }

/* Smaller tiles where there would be few for each thread: those that get one more make the others wait. */
static int tile_for(const model *m)
{
    const int tiles = m->info.heads * tiles_of(m->info.tokens, QUERY_TILE);
    return tiles < TILES_A_THREAD * (int)m->pool->active ? QUERY_TILE / 2 : QUERY_TILE;
}

void attention_heads(model *m, float *qkv)
{
    const int tile = tile_for(m), tiles = tiles_of(m->info.tokens, tile);
    attention_job j = { m, qkv, tile, tiles };
    parallel_for(m->pool, m->info.heads * tiles, 1, run_tiles, &j);
}
