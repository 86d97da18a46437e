/* test_forward.c - the steps of a pass against plain loops in double precision: which row of the rotary table
 * a token meets, which half of w12 is the gate, which tokens are pooled.
 *
 * The model is tiny_stream.h's, read by the loader; weights are taken from where the loader put them.
 * SPDX-License-Identifier: MIT */
#include "attention.h"
#include "forward.h"
#include "memory.h"
#include "test.h"
#include "tiny_stream.h"
#include "kernels/variants.h"
#include "weights.h"

enum { C = 16, HIDDEN = 24, T = 5, CLASSES = 5 }; /* of tiny_f32 */

typedef struct loaded {
    model model;
    thread_pool pool;
    loader loader;
    counted memory;
} loaded;

static void load_over(loaded *l, const tiny_config *config, int fill)
{
    error_message err = { "" };
    tiny_stream s = tiny_make(config);
    *l = (loaded){ .model.kernels = kernels_get(EVX_SIMD128), .model.pool = &l->pool, .memory.fill = fill };
    thread_pool_init(&l->pool);
    const evx_memory memory = counted_memory(&l->memory);
    loader_init(&l->loader, &memory, &l->model);
    CHECK_INT(loader_feed(&l->loader, s.bytes, s.size, &err), EVX_OK);
    CHECK_INT(l->loader.state, COMPLETE);
    tiny_free(&s);
}

static void load(loaded *l, const tiny_config *config) { load_over(l, config, 0xa5); }

static void unload(loaded *l)
{
    loader_free(&l->loader);
    CHECK_INT(l->memory.held, 0);
}

/* Values in -1..1 that repeat late. */
static void fill(float *values, int count, int seed)
{
    for (int i = 0; i < count; i++) values[i] = (float)((i * 37 + seed * 11) % 101) / 50.0f - 1.0f;
}

/* out[n] = LayerNorm of x[n] */
static void plain_norm(double *out, const double *x, int n, const layer_norm_weights *w)
{
    double mean = 0.0, var = 0.0;
    for (int i = 0; i < n; i++) mean += x[i] / n;
    for (int i = 0; i < n; i++) var += (x[i] - mean) * (x[i] - mean) / n;
    for (int i = 0; i < n; i++) {
        out[i] = (x[i] - mean) / sqrt(var + 1e-6) * (double)w->weight[i] + (double)w->bias[i];
    }
}

/* Row `row` of W x + b. */
static double plain_linear(const matrix *w, const double *x, int row)
{
    double sum = (double)w->bias[row];
    for (int i = 0; i < w->in; i++) sum += (double)matrix_at(w, row, i) * x[i];
    return sum;
}

TEST(rope_rotates_every_patch_by_the_table_row_of_its_own_position_and_leaves_cls)
{
    loaded l;
    float qkv[T * 3 * C], want[T * 3 * C];
    load(&l, &tiny_f32);
    const int H = l.model.info.heads, d = C / H;
    fill(l.model.w.rope_cos, (T - 1) * d / 2, 1); /* no two rows alike */
    fill(l.model.w.rope_sin, (T - 1) * d / 2, 2);
    fill(qkv, T * 3 * C, 3);
    memcpy(want, qkv, sizeof want);
    for (int t = 1; t < T; t++) {
        for (int c = 0; c < 2 * C; c += 2) { /* the channel pairs of q, then of k */
            float *pair = want + t * 3 * C + c;
            const int at = (t - 1) * (d / 2) + c % d / 2;
            const float even = pair[0], odd = pair[1];
            pair[0] = even * l.model.w.rope_cos[at] - odd * l.model.w.rope_sin[at];
            pair[1] = odd * l.model.w.rope_cos[at] + even * l.model.w.rope_sin[at];
        }
    }
    attention_rope(&l.model, qkv, 0, 2); /* ranges, as threads take them */
    attention_rope(&l.model, qkv, 2, T);
    for (int i = 0; i < T * 3 * C; i++) CHECK_NEAR(qkv[i], want[i], 1e-6);
    unload(&l);
}

/* want[C] = x1 + w3(LN(silu(gate) * value)) of one token, gate and value from the first and second half of w12. */
static void plain_mlp(double *want, const block *b, const float *x1)
{
    double x[C], norm[C], hidden[HIDDEN], normed[HIDDEN];
    for (int i = 0; i < C; i++) x[i] = (double)x1[i];
    plain_norm(norm, x, C, &b->norm2);
    for (int i = 0; i < HIDDEN; i++) {
        const double gate = plain_linear(&b->w12, norm, i), value = plain_linear(&b->w12, norm, HIDDEN + i);
        hidden[i] = gate / (1.0 + exp(-gate)) * value;
    }
    plain_norm(normed, hidden, HIDDEN, &b->ffn_ln);
    for (int i = 0; i < C; i++) want[i] = x[i] + plain_linear(&b->w3, normed, i);
}

TEST(the_mlp_is_swiglu_with_the_gate_in_the_first_half_of_w12)
{
    loaded l;
    float x1[T * C], start[T * C];
    load(&l, &tiny_f32);
    const block *b = &l.model.w.blocks[0];
    fill(start, T * C, 4);
    memcpy(l.model.ws.x, start, sizeof start);
    forward_attention(&l.model, b);
    memcpy(x1, l.model.ws.x, sizeof x1);
    memcpy(l.model.ws.x, start, sizeof start);
    forward_block(&l.model, 0);
    for (int t = 0; t < T; t++) {
        double want[C];
        plain_mlp(want, b, x1 + t * C);
        for (int i = 0; i < C; i++) CHECK_NEAR(l.model.ws.x[t * C + i], want[i], 1e-5);
    }
    unload(&l);
}

/* What pooling must have made, and the embedding and the logits of it. */
static void check_classifier(const model *m, const double *pooled)
{
    double embedding[C];
    plain_norm(embedding, pooled, C, &m->w.fc_norm);
    for (int i = 0; i < C; i++) CHECK_NEAR(m->ws.pooled[i], pooled[i], 1e-6); /* the norm would hide a factor */
    for (int i = 0; i < C; i++) CHECK_NEAR(m->ws.embedding[i], embedding[i], 1e-5);
    for (int k = 0; k < CLASSES; k++) {
        CHECK_NEAR(m->ws.logits[k], plain_linear(&m->w.classifier, embedding, k), 1e-5);
    }
}

TEST(mean_pooling_takes_every_patch_token_and_not_cls)
{
    loaded l;
    double pooled[C] = { 0.0 };
    load(&l, &tiny_f32);
    fill(l.model.ws.x, T * C, 5);
    forward_classifier(&l.model);
    for (int t = 1; t < T; t++) {
        for (int i = 0; i < C; i++) pooled[i] += (double)l.model.ws.x[t * C + i] / (T - 1);
    }
    check_classifier(&l.model, pooled);
    unload(&l);
}

TEST(cls_pooling_takes_token_0_alone)
{
    loaded l;
    double pooled[C];
    tiny_config config = tiny_f32;
    config.pooling = 1;
    load(&l, &config);
    fill(l.model.ws.x, T * C, 6);
    forward_classifier(&l.model);
    for (int i = 0; i < C; i++) pooled[i] = (double)l.model.ws.x[i];
    check_classifier(&l.model, pooled);
    unload(&l);
}

TEST(a_loaded_model_holds_nothing_of_what_its_memory_was_before)
{
    const tiny_config *configs[] = { &tiny_f32, &tiny_q8 };
    for (int c = 0; c < 2; c++) {
        loaded one, two;
        load_over(&one, configs[c], 0xa5);
        load_over(&two, configs[c], 0x5a);
        CHECK(one.memory.largest == two.memory.largest);
        CHECK_INT(memcmp(one.loader.weights, two.loader.weights, one.memory.largest - ARENA_ALIGN), 0);
        unload(&one);
        unload(&two);
    }
}

int main(void)
{
    RUN(a_loaded_model_holds_nothing_of_what_its_memory_was_before);
    RUN(rope_rotates_every_patch_by_the_table_row_of_its_own_position_and_leaves_cls);
    RUN(the_mlp_is_swiglu_with_the_gate_in_the_first_half_of_w12);
    RUN(mean_pooling_takes_every_patch_token_and_not_cls);
    RUN(cls_pooling_takes_token_0_alone);
    return test_report();
}
