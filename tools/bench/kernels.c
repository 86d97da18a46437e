/* kernels.c - the kernels of this build at the shapes of the real models: every step of a block,
 * what it costs, and how near its matrix kernel comes to the limit of its own instructions.
 *
 *     limits ── one line each                    {"limit", "gops"}
 *     for each model, for f32, q7 and q8 activations
 *         each step of a block ── a line         {"model", "dtype", "step", "ms", "gops", "of_limit"}
 *
 * Prints JSON lines. The same program runs natively and, as a WASI command, in a wasm engine. A
 * step's ms are those of all blocks of the model. Weights are noise: the kernels take as long for any.
 * SPDX-License-Identifier: MIT */
#include "attention.h"
#include "clock.h"
#include "peak.h"
#include "kernels/variants.h"

#include <stdio.h>
#include <stdlib.h>

static const struct shape {
    const char *name;
    int C, H, Hd, g;
    bool inner_norm;
} shapes[] = {
    { "Ti 224", 192, 3, 512, 14, false },
    { "S 224", 384, 6, 1024, 14, false },
    { "B 224", 768, 12, 2048, 14, true },
    { "S 480", 384, 6, 1024, 30, false },
};
enum { BLOCKS = 12, SHAPES = sizeof shapes / sizeof *shapes };

static const struct dtype {
    const char *name;
    int act_bits;
    const peak *peak;
} dtypes[] = {
    { "f32", 0, &peak_f32 },
    { "q7", 7, &peak_q7 },
    { "q8", 8, &peak_q8 },
};
enum { DTYPES = sizeof dtypes / sizeof *dtypes };

/* A model of one block, and the step of it to run. */
typedef struct bench {
    model model;
    thread_pool pool; /* of one */
    block block;
    const matrix *w;  /* of a linear step */
    int columns;      /* of a norm or quantize step */
    float *cos, *sin; /* model.w's, to be written */
    float *vector;    /* weight and bias of every norm */
    float *out;       /* [T][max(3C, 2Hd)]; no step reads it, so every run is the same */
} bench;

static activations input_of(const bench *b, int in)
{
    const workspace *ws = &b->model.ws;
    return (activations){ ws->scratch, in, b->model.info.tokens, ws->codes, ws->ranges };
}

static void run_linear(void *on)
{
    const bench *b = on;
    const activations in = input_of(b, b->w->in);
    linear_run(b->model.kernels, b->w, b->out, b->w->out, &in, false, 0, panels_for(b->w->out));
}

static void run_quantize(void *on)
{
    const bench *b = on;
    activations in = input_of(b, b->w->in);
    linear_prepare(b->model.kernels, b->w, &in, 0, in.m);
}

static void run_norm(void *on)
{
    const bench *b = on;
    const int n = b->columns;
    for (int t = 0; t < b->model.info.tokens; t++) {
        const ptrdiff_t row = (ptrdiff_t)t * n;
        b->model.kernels->layer_norm(b->out + row, b->model.ws.scratch + row, b->vector, b->vector, n, LN_EPS);
    }
}

static void run_swiglu(void *on)
{
    const bench *b = on;
    const int Hd = b->model.info.mlp_hidden;
    for (int t = 0; t < b->model.info.tokens; t++) {
        const float *gate = b->model.ws.scratch + (ptrdiff_t)t * 2 * Hd;
        b->model.kernels->swiglu(b->out + (ptrdiff_t)t * Hd, gate, gate + Hd, Hd);
    }
}

/* Turns its own result: the angle is a true one, so nothing grows. */
static void run_prepare(void *on)
{
    bench *b = on;
    attention_prepare(&b->model, b->model.ws.scratch);
}

static void run_heads(void *on)
{
    bench *b = on;
    attention_heads(&b->model, b->model.ws.scratch);
}

/* Multiply-adds a second, in units of 1e9 operations: a multiply-add counts two. */
static double gops(double macs, double seconds) { return 2e-9 * macs / seconds; }

static double peak_gops(const peak *p) { return gops(p->macs, measure(p->run, NULL)); }

typedef struct report {
    const char *model, *dtype;
    double limit;
} report;

/* macs 0: a step without a matrix kernel. */
static void step(const report *r, bench *b, const char *name, void (*run)(void *), double macs)
{
    const double seconds = measure(run, b);
    printf("{\"model\":\"%s\",\"dtype\":\"%s\",\"step\":\"%s\",\"ms\":%.3f", r->model, r->dtype, name,
           BLOCKS * 1e3 * seconds);
    if (macs > 0) {
        const double speed = gops(macs, seconds);
        printf(",\"gops\":%.1f,\"of_limit\":%.3f", speed, speed / r->limit);
    }
    printf("}\n");
    fflush(stdout);
}

static void linear_step(const report *r, bench *b, const char *name, const matrix *w)
{
    b->w = w;
    step(r, b, name, run_linear, (double)b->model.info.tokens * w->in * w->out);
}

static void norm_steps(const report *r, bench *b)
{
    b->columns = b->model.info.embed_dim;
    step(r, b, "norm1", run_norm, 0);
    step(r, b, "norm2", run_norm, 0);
    if (!b->model.info.inner_norm) return;
    b->columns = b->model.info.mlp_hidden;
    step(r, b, "ffn_ln", run_norm, 0);
}

static void quantize_steps(const report *r, bench *b)
{
    if (!b->block.w3.act_bits) return;
    b->w = &b->block.qkv;
    step(r, b, "quantize qkv", run_quantize, 0);
    step(r, b, "quantize proj", run_quantize, 0);
    step(r, b, "quantize w12", run_quantize, 0);
    b->w = &b->block.w3;
    step(r, b, "quantize w3", run_quantize, 0);
}

static void block_steps(const report *r, bench *b, double f32_limit)
{
    const evx_info *i = &b->model.info;
    const report attention = { r->model, r->dtype, f32_limit };
    norm_steps(r, b);
    quantize_steps(r, b);
    linear_step(r, b, "qkv", &b->block.qkv);
    step(r, b, "rope, packing", run_prepare, 0);
    step(&attention, b, "attention", run_heads, 2.0 * i->tokens * i->tokens * i->embed_dim);
    linear_step(r, b, "proj", &b->block.proj);
    linear_step(r, b, "w12", &b->block.w12);
    step(r, b, "swiglu", run_swiglu, 0);
    linear_step(r, b, "w3", &b->block.w3);
}

/* ---- a model of one block --------------------------------------------------------------------- */

static matrix shaped(int out, int in, int act_bits)
{
    return (matrix){ .out = out, .in = in, .act_bits = act_bits };
}

static uint64_t angles_of(const evx_info *i)
{
    return (uint64_t)(i->grid * i->grid * (i->embed_dim / i->heads / 2));
}

static void lay_out(bench *b, arena *a)
{
    const evx_info *i = &b->model.info;
    model_layout(&b->model, a);
    b->model.w.rope_cos = b->cos = arena_floats(a, angles_of(i));
    b->model.w.rope_sin = b->sin = arena_floats(a, angles_of(i));
    b->vector = arena_floats(a, (uint64_t)i->mlp_hidden);
    b->out = arena_floats(
        a, (uint64_t)(i->tokens * (3 * i->embed_dim > 2 * i->mlp_hidden ? 3 * i->embed_dim : 2 * i->mlp_hidden)));
    matrix *matrices[] = { &b->block.qkv, &b->block.proj, &b->block.w12, &b->block.w3 };
    for (int m = 0; m < 4; m++) matrix_layout(matrices[m], a);
}

/* Floats of 0.01 to 1.01, and as bytes codes of any value: no NaN, no subnormal number. The angle
 * is a true one, since rope is repeated in place and must not grow or shrink what it turns. */
static void fill(bench *b, float *values, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) values[i] = (float)((i * 7919) % 255) / 255.0f + 0.01f;
    for (uint64_t i = 0; i < angles_of(&b->model.info); i++) {
        b->cos[i] = 0.6f;
        b->sin[i] = 0.8f;
    }
}

/* Gives the block, which the caller frees. */
static void *build(bench *b, const struct shape *s, int act_bits)
{
    const int T = 1 + s->g * s->g;
    *b = (bench){ .model.info = { .embed_dim = s->C,
                                  .depth = BLOCKS,
                                  .heads = s->H,
                                  .mlp_hidden = s->Hd,
                                  .grid = s->g,
                                  .input_size = s->g * PATCH,
                                  .tokens = T,
                                  .inner_norm = s->inner_norm } };
    thread_pool_init(&b->pool);
    b->model.pool = &b->pool;
    b->model.kernels = kernels_get(EVX_BEST);
    if (act_bits) b->model.kernels = b->model.kernels->quantized;
    b->block.qkv = shaped(3 * s->C, s->C, act_bits);
    b->block.proj = shaped(s->C, s->C, act_bits);
    b->block.w12 = shaped(2 * s->Hd, s->C, act_bits);
    b->block.w3 = shaped(s->C, s->Hd, act_bits);
    arena a = { NULL, 0 };
    lay_out(b, &a);
    a.block = aligned_alloc(ARENA_ALIGN, a.used);
    if (!a.block) {
        fprintf(stderr, "no room for %llu bytes\n", (unsigned long long)a.used);
        exit(1);
    }
    const uint64_t bytes = a.used;
    a.used = 0;
    lay_out(b, &a);
    fill(b, (float *)a.block, bytes / sizeof(float));
    return a.block;
}

static void bench_model(const struct shape *s, const struct dtype *d, double own_limit, double f32_limit)
{
    bench b;
    void *memory = build(&b, s, d->act_bits);
    block_steps(&(report){ s->name, d->name, own_limit }, &b, f32_limit);
    free(memory);
}

int main(void)
{
    double limits[DTYPES];
    for (int d = 0; d < DTYPES; d++) {
        limits[d] = peak_gops(dtypes[d].peak);
        printf("{\"dtype\":\"%s\",\"limit\":\"%s\",\"gops\":%.1f}\n", dtypes[d].name, dtypes[d].peak->name,
               limits[d]);
    }
    for (int s = 0; s < SHAPES; s++) {
        for (int d = 0; d < DTYPES; d++) bench_model(&shapes[s], &dtypes[d], limits[d], limits[0]);
    }
    return 0;
}
