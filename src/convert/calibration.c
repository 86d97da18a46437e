/* calibration.c - the layers of a block to q8, step by step: inputs, equalizing, moments, rounding, error.
 * SPDX-License-Identifier: MIT */
#include "convert/calibration.h"

#include "convert/layer_error.h"

#include <string.h>

enum {
    NARROW = 128,       /* fewer inputs than this are few */
    MOST_TOKENS = 4096, /* for the moments of a layer; more add time, not knowledge */
    MOMENT_PANELS = 8,  /* rows of panels of a step */
    ROUND_PANELS = 64   /* panels of a step */
};

/* Seven bits run faster than eight. A layer takes them unless its output is then off by more than this part of its own
 * spread, on the calibration pictures. Layers with few inputs keep eight: they take little time, and models
 * so narrow have few channels over which noise could average out. */
static const double BUDGET = 0.035;

/* What the first blocks do wrong passes through all others: there, a smaller part. With eight bits for all layers of the
 * first two blocks the largest difference of a score of EVA-X-B fell from 0.014 to 0.011. */
enum { EARLY_BLOCKS = 2 };
static const double EARLY_BUDGET = 0.0125;

/* Of the mean second moment, added to each: keeps the factor well conditioned. */
static const float DAMPING = 0.01f, MOST_DAMPING = 10.0f;

/* ---- memory ------------------------------------------------------------------------------------ */

static int most(int a, int b) { return a > b ? a : b; }

static void layout_reader(reader *r, const matrix *w, int tokens, arena *a)
{
    const uint64_t in = (uint64_t)w->in;
    r->x = (samples){ arena_floats(a, in * (uint64_t)tokens), w->in, tokens };
    r->stats.mean = arena_floats(a, in);
    r->stats.shift = arena_floats(a, in);
    r->stats.scale = arena_floats(a, in);
    r->stats.room = arena_floats(a, in);
    r->records = arena_take(a, (uint64_t)w->out, q8_row_bytes(w->in));
}

void calibration_layout(calibration *c, model *m, int pictures, arena *a)
{
    block *b = m->w.blocks;
    matrix *const layers[READERS] = { &b->qkv, &b->proj, &b->w12, &b->w3 };
    const int all = pictures * m->info.tokens, stride = most(1, all / MOST_TOKENS),
              tokens = (all + stride - 1) / stride;
    int n = 0, out = 0;
    c->model = m;
    c->pictures = pictures;
    c->stride = stride;
    for (int i = 0; i < READERS; i++) {
        layout_reader(&c->readers[i], layers[i], tokens, a);
        n = most(n, layers[i]->in);
        out = most(out, layers[i]->out);
    }
    const uint64_t N = (uint64_t)n, threads = (uint64_t)m->pool->capacity;
    c->moments = arena_floats(a, N * N);
    c->lower = arena_floats(a, N * N);
    c->weights = arena_floats(a, N);
    c->factor_room = arena_floats(a, FACTOR_BLOCK * N + FACTOR_BLOCK * FACTOR_BLOCK * (1 + threads));
    c->rounding_room = arena_floats(a, threads * rounding_room(n));
    c->probe_room = arena_floats(a, PROBES * (N + (uint64_t)out) + 2 * (uint64_t)tokens);
    c->drift = arena_floats(a, (uint64_t)out);
    c->losses = arena_take(a, (uint64_t)panels_for(out), sizeof *c->losses);
}

/* ---- recording --------------------------------------------------------------------------------- */

/* Token t of the picture goes to panels [in / 8][tokens][8] as the (picture * T + t) / stride-th. */
static void record(samples *x, const activations *in, int before, int stride)
{
    for (int t = 0; t < in->m; t++) {
        if ((before + t) % stride) continue;
        const float *row = in->x + t * in->ldx;
        float *at = x->panels + (ptrdiff_t)((before + t) / stride) * PANEL;
        for (int p = 0; p < x->channels / PANEL; p++, row += PANEL, at += (ptrdiff_t)x->tokens * PANEL) {
            memcpy(at, row, PANEL * sizeof *at);
        }
    }
}

void calibration_see(void *context, const matrix *w, const activations *in)
{
    calibration *c = context;
    if (c->picture >= c->pictures) return;
    for (int i = 0; i < READERS; i++) {
        reader *r = &c->readers[i];
        if (r->w == w) record(&r->x, in, c->picture * c->model->info.tokens, c->stride);
    }
}

static double work_of(const reader *r)
{
    const double n = r->w->in;
    return n * n / 2 * r->x.tokens + n * n * n / 3 + n * n / 2 * r->w->out + n * PROBES * r->w->out;
}

void calibration_begin_block(calibration *c, int index)
{
    block *b = &c->model->w.blocks[index];
    matrix *const layers[READERS] = { &b->qkv, &b->proj, &b->w12, &b->w3 };
    c->block = b;
    c->early = index < EARLY_BLOCKS;
    c->last = index == c->model->info.depth - 1;
    c->stage = EQUALIZE;
    c->reader = c->position = 0;
    c->done = c->work = 0.0;
    for (int i = 0; i < READERS; i++) {
        c->readers[i].w = layers[i];
        c->work += work_of(&c->readers[i]);
    }
}

/* ---- steps -------------------------------------------------------------------------------------- */

static float *writable(const float *p) { return (float *)(uintptr_t)p; }

static maker norm_maker(const layer_norm_weights *norm, bool can_shift)
{
    return (maker){ .weight = writable(norm->weight), .bias = writable(norm->bias), .can_shift = can_shift };
}

static maker rows_maker(matrix *w, int first, bool can_shift)
{
    return (maker){ .matrix = w, .first = first, .bias = writable(w->bias) + first, .can_shift = can_shift };
}

/* What makes the input of reader i. */
static maker maker_of(const calibration *c, int i)
{
    block *b = c->block;
    switch (i) {
    case 0: return norm_maker(&b->norm1, !c->last);
    case 1: return rows_maker(&b->qkv, 2 * b->proj.in, true);
    case 2: return norm_maker(&b->norm2, true);
    default: return c->model->info.inner_norm ? norm_maker(&b->ffn_ln, true) : rows_maker(&b->w12, b->w3.in, false);
    }
}

/* Takes the mean off the samples where it was not shifted away: means = what was taken off. What rounding does to
 * it is made good by the bias. */
static void center(reader *r)
{
    float *means = r->stats.room, *at = r->x.panels;
    for (int i = 0; i < r->x.channels; i++) means[i] = (r->stats.mean[i] - r->stats.shift[i]) / r->stats.scale[i];
    for (int p = 0; p < r->x.channels / PANEL; p++) {
        for (int t = 0; t < r->x.tokens; t++) {
            for (int i = 0; i < PANEL; i++) *at++ -= means[p * PANEL + i];
        }
    }
}

static void equalize_reader(calibration *c)
{
    reader *r = &c->readers[c->reader];
    const maker m = maker_of(c, c->reader);
    equalize(c->model->pool, r->w, &m, &r->x, &r->stats);
    r->square_range = mean_square_range(&r->x, c->probe_room);
    center(r);
    if (++c->reader < READERS) return;
    c->reader = 0;
    c->stage = MOMENTS;
}

static void add_moments(calibration *c)
{
    reader *r = &c->readers[c->reader];
    const int panels = r->x.channels / PANEL, left = panels - c->position;
    const int last = c->position + (left < MOMENT_PANELS ? left : MOMENT_PANELS);
    moments_rows(c->model->pool, c->moments, &r->x, c->position, last);
    c->done += (double)(last - c->position) * PANEL * (double)(last + c->position) * PANEL / 2 * r->x.tokens;
    c->position = last;
    if (last < panels) return;
    r->variance = output_variance(c->model->pool, c->model->kernels, r->w, &r->x, c->probe_room);
    c->position = 0;
    c->damping = DAMPING;
    c->stage = FACTOR;
}

static evx_status factor_some(calibration *c)
{
    const reader *r = &c->readers[c->reader];
    const int n = r->w->in;
    const factor f = { c->model->pool, c->model->kernels, n, c->moments, c->lower, c->factor_room };
    if (c->position == 0) factor_begin(&f, c->damping);
    if (!factor_column(&f, c->position)) {
        c->position = 0;
        c->damping *= 10.0f;
        return c->damping > MOST_DAMPING ? EVX_E_NUMERIC : EVX_OK;
    }
    c->position += FACTOR_BLOCK;
    c->done += (double)n * n / 3 * FACTOR_BLOCK;
    if (c->position < n) return EVX_OK;
    factor_end(&f, c->weights);
    c->position = 0;
    c->readers[c->reader].act_bits = n < NARROW ? 8 : 7;
    c->stage = ROUND;
    return EVX_OK;
}

/* All panels are rounded: whether it stays at that. */
static evx_status judge(calibration *c)
{
    reader *r = &c->readers[c->reader];
    float *bias = writable(r->w->bias);
    double loss = 0.0;
    for (int p = 0; p < r->w->out / PANEL; p++) loss += c->losses[p];
    if (!(loss < 1e300)) return EVX_E_WEIGHTS_VALUE;
    c->position = 0;
    const double budget = c->early ? EARLY_BUDGET : BUDGET;
    if (r->act_bits == 7 && layer_error(r->w, 7, loss, &r->x, r->square_range, r->variance) > budget) {
        r->act_bits = 8;
        return EVX_OK;
    }
    for (int o = 0; o < r->w->out; o++) bias[o] += c->drift[o];
    c->stage = ++c->reader < READERS ? MOMENTS : DONE;
    return EVX_OK;
}

static evx_status round_some(calibration *c)
{
    reader *r = &c->readers[c->reader];
    const int panels = r->w->out / PANEL, left = panels - c->position;
    const int last = c->position + (left < ROUND_PANELS ? left : ROUND_PANELS);
    const rounding job = {
        .pool = c->model->pool,
        .kernels = c->model->kernels,
        .w = r->w,
        .feedback = c->moments,
        .weights = c->weights,
        .means = r->stats.room,
        .act_bits = r->act_bits,
        .records = r->records,
        .losses = c->losses,
        .drift = c->drift,
        .room = c->rounding_room,
    };
    round_panels(&job, c->position, last);
    c->done += (double)(last - c->position) * PANEL * r->w->in * r->w->in / 2;
    c->position = last;
    return last < panels ? EVX_OK : judge(c);
}

evx_status calibration_step(calibration *c)
{
    switch (c->stage) {
    case EQUALIZE: equalize_reader(c); return EVX_OK;
    case MOMENTS: add_moments(c); return EVX_OK;
    case FACTOR: return factor_some(c);
    case ROUND: return round_some(c);
    case DONE: break;
    }
    return EVX_OK;
}
