/* test_convert.c - the converter: each step against a plain loop in double precision, what a block computes before
 * and after, streams that the engine reads, memory that runs out at every single request.
 * SPDX-License-Identifier: MIT */
#include "memory.h" /* before model.h: it has parameters of the name `block` */

#include "convert/calibration.h"
#include "convert/converter.h"
#include "convert/layer_error.h"
#include "convert/pos_embed.h"
#include "convert/real_math.h"
#include "convert/rope_table.h"
#include "half.h"
#include "test.h"
#include "tiny_stream.h"
#include "kernels/variants.h"

static uint32_t state = 1;

/* -1 .. 1 */
static float random_float(void)
{
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / 8388608.0f - 1.0f;
}

static void *room(size_t count) { return calloc(count + 16, sizeof(float)); }

static float *random_floats(size_t count)
{
    float *values = room(count);
    for (size_t i = 0; i < count; i++) values[i] = random_float();
    return values;
}

/* ---- numbers ------------------------------------------------------------------------------------ */

TEST(real_math_agrees_with_libm)
{
    for (int i = 1; i < 20000; i++) {
        const double x = i * 0.0031, y = x * exp((double)random_float() * 60.0);
        CHECK_NEAR(real_log(y), log(y), 1e-14 * fabs(log(y)) + 1e-15);
        CHECK_NEAR(real_exp(x - 30.0) / exp(x - 30.0), 1.0, 1e-14);
        CHECK_NEAR(real_cos(x), cos(x), 1e-14);
        CHECK_NEAR(real_sin(-x), sin(-x), 1e-14);
    }
}

/* The binary16 nearest to x by trying both neighbors. */
static uint16_t half_by_search(float x)
{
    int low = 0, high = 0x7c00; /* magnitudes: low <= |x| < high, where 0x7c00 stands for 65536 */
    const double size = fabs((double)x);
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if ((double)half_to_f32((uint16_t)middle) <= size) low = middle;
        else high = middle;
    }
    const double below = (double)half_to_f32((uint16_t)low),
                 above = high == 0x7c00 ? 65536.0 : (double)half_to_f32((uint16_t)high);
    const double down = size - below, up = above - size;
    const int nearest_half = down < up || (down == up && low % 2 == 0) ? low : high;
    return (uint16_t)(nearest_half | (signbit(x) ? 0x8000 : 0));
}

TEST(floats_round_to_the_nearest_half_ties_to_even)
{
    for (uint32_t bits = 0; bits < 0x47900000u; bits += 4093) {
        float x;
        memcpy(&x, &bits, sizeof x);
        CHECK_NOTE(f32_to_half(x) == half_by_search(x), "%.9g", (double)x);
        CHECK_NOTE(f32_to_half(-x) == half_by_search(-x), "%.9g", (double)-x);
    }
    for (int h = 0; h < 0x7bff; h++) { /* half way between neighbors */
        const float a = half_to_f32((uint16_t)h), b = half_to_f32((uint16_t)(h + 1)), x = (a + b) / 2.0f;
        CHECK_NOTE(f32_to_half(x) == (h % 2 ? h + 1 : h), "%.9g", (double)x);
        CHECK_INT(f32_to_half(a), h);
    }
    CHECK_INT(f32_to_half(65519.996f), 0x7bff);
    CHECK_INT(f32_to_half(65520.0f), 0x7c00);
    CHECK_INT(f32_to_half(-INFINITY), 0xfc00);
    CHECK(isnan(half_to_f32(f32_to_half(NAN))));
}

TEST(every_stored_kind_reads_to_the_nearest_float)
{
    const double doubles[] = {
        1.0 + ldexp(1, -24), 1.0 + ldexp(3, -25), -ldexp(1, -149), ldexp(1, -151), 1e300, 3.4028235e38, -1.0 / 3
    };
    const uint16_t bfloats[] = { 0x3f80, 0xc049, 0x0001, 0x7f80, 0x7fc1 },
                   halves[] = { 0x3c00, 0xfbff, 0x0001, 0xfc00 };
    uint8_t bytes[1 + sizeof doubles];
    float got[8];
    size_t first = 99;
    memcpy(bytes + 1, doubles, sizeof doubles); /* unaligned */
    CHECK_INT(numbers_read(got, bytes + 1, 7, STORED_F64, &first), 1);
    CHECK_INT(first, 4);
    for (int i = 0; i < 7; i++) CHECK(i == 4 ? isinf(got[i]) : got[i] == (float)doubles[i]);
    CHECK_INT(numbers_read(got, bfloats, 5, STORED_BF16, &first), 2);
    CHECK_INT(first, 3);
    CHECK(got[0] == 1.0f && got[1] == -3.140625f && got[2] == ldexpf(1, -133));
    CHECK_INT(numbers_read(got, halves, 4, STORED_F16, &first), 1);
    CHECK(got[0] == 1.0f && got[1] == -65504.0f && got[2] == ldexpf(1, -24));
    CHECK(number_rounded(1.00390625f, STORED_BF16) == 1.0f &&
          number_rounded(1.01171875f, STORED_BF16) == 1.015625f);
    CHECK(number_rounded(1.0009765f, STORED_F16) == 1.0009766f && number_rounded(0.1f, STORED_F32) == 0.1f);
}

/* ---- tables -------------------------------------------------------------------------------------- */

TEST(the_rope_table_is_the_formula_and_is_recognized)
{
    enum { GRID = 7, PAIRS = 8, COUNT = GRID * GRID * PAIRS };
    float cosine[COUNT], sine[COUNT], scratch[2 * COUNT], stored_twice[2 * COUNT], error;
    rope_table(cosine, sine, GRID, 16, PAIRS);
    for (int t = 0; t < GRID * GRID; t++) {
        for (int j = 0; j < PAIRS; j++) {
            const int place = j < PAIRS / 2 ? t / GRID : t % GRID;
            const double angle = (double)place / GRID * 16 * pow(10000.0, -(double)(j % (PAIRS / 2)) / (PAIRS / 2));
            CHECK_NEAR(cosine[t * PAIRS + j], cos(angle), 2e-6);
            CHECK_NEAR(sine[t * PAIRS + j], sin(angle), 2e-6);
        }
    }
    CHECK_INT(rope_pitch(cosine, sine, GRID, PAIRS, scratch, &error), 16);
    CHECK(error == 0.0f);
    cosine[5] += 0.25f;
    CHECK_INT(rope_pitch(cosine, sine, GRID, PAIRS, scratch, &error), 16);
    CHECK_NEAR(error, 0.25, 1e-6);
    for (int i = 0; i < 2 * COUNT; i++) stored_twice[i] = sine[i / 2];
    CHECK(rope_halve(scratch, stored_twice, COUNT) && !memcmp(scratch, sine, sizeof sine));
    stored_twice[3] += 1.0f;
    CHECK(!rope_halve(scratch, stored_twice, COUNT));
}

TEST(the_position_embedding_keeps_constants_lines_and_its_own_grid)
{
    enum { OLD = 6, GRID = 15, CHANNELS = 3 };
    float pos[(1 + OLD * OLD) * CHANNELS], out[(1 + GRID * GRID) * CHANNELS];
    for (int i = 0; i < (1 + OLD * OLD); i++) {
        const int y = (i - 1) / OLD, x = (i - 1) % OLD;
        pos[i * CHANNELS] = 2.5f;
        pos[i * CHANNELS + 1] = (float)(2 * y - x);
        pos[i * CHANNELS + 2] = i ? random_float() : 7.0f;
    }
    pos_embed_resize(out, OLD, pos, OLD, CHANNELS);
    CHECK(!memcmp(out, pos, sizeof pos));
    pos_embed_resize(out, GRID, pos, OLD, CHANNELS);
    CHECK(out[2] == 7.0f);
    for (int n = 0; n < GRID * GRID; n++) {
        const int y = n / GRID, x = n % GRID;
        CHECK_NEAR(out[(1 + n) * CHANNELS], 2.5, 1e-6);
        if (y < 5 || y > 9 || x < 5 || x > 9) continue; /* edges are clamped, so lines bend there */
        const double sy = (y + 0.5) * OLD / GRID - 0.5, sx = (x + 0.5) * OLD / GRID - 0.5;
        CHECK_NEAR(out[(1 + n) * CHANNELS + 1], 2 * sy - sx, 0.15); /* a = -0.75 is not exact on lines */
    }
}

/* ---- moments, factor, rounding ------------------------------------------------------------------- */

/* Channel c of token t. */
static float sample(const samples *x, int t, int c)
{
    return x->panels[((ptrdiff_t)(c / PANEL) * x->tokens + t) * PANEL + c % PANEL];
}

static samples random_samples(int channels, int tokens)
{
    samples x = { room((size_t)channels * (size_t)tokens), channels, tokens };
    for (int t = 0; t < tokens; t++) {
        const float common = random_float();
        for (int c = 0; c < channels; c++) {
            x.panels[((ptrdiff_t)(c / PANEL) * tokens + t) * PANEL + c % PANEL] =
                (common * (float)(c % 5) + random_float()) * (c % 7 == 3 ? 4.0f : 1.0f);
        }
    }
    return x;
}

typedef struct factored {
    samples x;
    float *exact; /* [n][n] the moments */
    float *feedback, *weights;
    float damping;
} factored;

/* Everything up to what rounding needs, for n channels. */
static factored make_factor(thread_pool *pool, int n, int tokens)
{
    factored f = { .x = random_samples(n, tokens), .damping = 0.01f };
    const size_t square = (size_t)n * (size_t)n;
    float *lower = room(square), *extra = room((size_t)(FACTOR_BLOCK * (n + FACTOR_BLOCK * (1 + pool->capacity))));
    f.feedback = room(square);
    f.exact = room(square);
    f.weights = room((size_t)n);
    for (int p = 0; p < n / PANEL; p += 3) {
        moments_rows(pool, f.feedback, &f.x, p, p + 3 < n / PANEL ? p + 3 : n / PANEL);
    }
    memcpy(f.exact, f.feedback, square * sizeof(float));
    const factor job = { pool, kernels_get(EVX_SIMD128), n, f.feedback, lower, extra };
    factor_begin(&job, f.damping);
    for (int k = 0; k < n; k += FACTOR_BLOCK) CHECK(factor_column(&job, k));
    factor_end(&job, f.weights);
    free(lower);
    free(extra);
    return f;
}

static void free_factor(factored *f)
{
    free(f->x.panels);
    free(f->exact);
    free(f->feedback);
    free(f->weights);
}

static double moment(const samples *x, int i, int j)
{
    double sum = 0.0;
    for (int t = 0; t < x->tokens; t++) sum += (double)sample(x, t, i) * (double)sample(x, t, j);
    return sum;
}

/* The damped moments are V^T D V, of which feedback is V - 1: checked entry by entry. */
static void check_factor(thread_pool *pool, int n, int tokens)
{
    factored f = make_factor(pool, n, tokens);
    double trace = 0.0;
    for (int i = 0; i < n; i++) trace += moment(&f.x, i, i);
    for (int i = 0; i < n; i += 5) {
        for (int j = 0; j <= i; j += 3) {
            const double want = moment(&f.x, i, j);
            CHECK_NEAR(f.exact[i * n + j], want, 1e-5 * trace / n);
            double got = 0.0;
            for (int k = 0; k < n; k++) {
                const double a = k == i ? 1.0 : k > i ? (double)f.feedback[k * n + i] : 0.0;
                const double b = k == j ? 1.0 : k > j ? (double)f.feedback[k * n + j] : 0.0;
                got += a * b * (double)f.weights[k];
            }
            CHECK_NEAR(got, want + (i == j ? 0.01 * trace / n : 0.0), 2e-4 * trace / n);
        }
    }
    free_factor(&f);
}

static thread_pool one_thread(void)
{
    thread_pool pool;
    thread_pool_init(&pool);
    return pool;
}

TEST(feedback_is_the_factor_of_the_damped_moments)
{
    thread_pool pool = one_thread();
    check_factor(&pool, 8, 5);
    check_factor(&pool, 64, 700);
    check_factor(&pool, 72, 40);
    check_factor(&pool, 200, 1200);
}

static matrix random_matrix(int out, int in)
{
    return (matrix){
        .out = out, .in = in, .panels = random_floats((size_t)out * (size_t)in), .bias = room((size_t)out)
    };
}

static void free_matrix(matrix *w)
{
    free(w->panels);
    free((void *)(uintptr_t)w->bias);
}

/* Row `row` of a stored matrix, as numbers. */
static void read_row(double *out, const uint8_t *records, int row, int in)
{
    const uint8_t *record = records + (size_t)row * q8_row_bytes(in);
    for (int i = 0; i < in; i++) {
        const uint8_t *scale = record + 2 * (i / GROUP);
        out[i] = (double)half_to_f32((uint16_t)(scale[0] | scale[1] << 8)) *
                 ((const int8_t *)record)[2 * groups_for(in) + i];
    }
}

/* Squared error of the outputs over the samples, and its damping. */
static double squared_error(const matrix *w, const uint8_t *records, const factored *f)
{
    double sum = 0.0, trace = 0.0, *read = calloc((size_t)w->in, sizeof *read);
    for (int i = 0; i < w->in; i++) trace += moment(&f->x, i, i);
    for (int row = 0; row < w->out; row++) {
        read_row(read, records, row, w->in);
        for (int i = 0; i < w->in; i++) read[i] = (double)matrix_at(w, row, i) - read[i];
        for (int t = 0; t < f->x.tokens; t++) {
            double off = 0.0;
            for (int i = 0; i < w->in; i++) off += read[i] * (double)sample(&f->x, t, i);
            sum += off * off;
        }
        for (int i = 0; i < w->in; i++) sum += read[i] * read[i] * (double)f->damping * trace / w->in;
    }
    free(read);
    return sum;
}

/* Codes within what FORMAT.md section 3 allows. */
static void check_codes(const matrix *w, const uint8_t *records, int act_bits)
{
    for (int row = 0; row < w->out; row++) {
        const int8_t *codes = (const int8_t *)records + (size_t)row * q8_row_bytes(w->in) + 2 * groups_for(w->in);
        for (int i = 0; i < w->in; i += 4) {
            int sum = 0;
            for (int k = i; k < i + 4; k++) {
                CHECK(codes[k] != -128);
                sum += abs(codes[k]);
            }
            CHECK(act_bits == 8 || sum <= 258);
        }
    }
}

/* To the nearest, each weight by itself, with the scales of the records. */
static void round_plainly(uint8_t *records, const matrix *w)
{
    for (int row = 0; row < w->out; row++) {
        uint8_t *record = records + (size_t)row * q8_row_bytes(w->in);
        for (int i = 0; i < w->in; i++) {
            const uint8_t *at = record + 2 * (i / GROUP);
            const float scale = half_to_f32((uint16_t)(at[0] | at[1] << 8));
            const double code = scale > 0.0f ? rint((double)matrix_at(w, row, i) / (double)scale) : 0.0;
            record[2 * groups_for(w->in) + i] = (uint8_t)(int8_t)(code > 127 ? 127 : code < -127 ? -127 : code);
        }
    }
}

static void check_rounding(int out, int in, int act_bits)
{
    thread_pool pool = one_thread();
    factored f = make_factor(&pool, in, 300);
    matrix w = random_matrix(out, in);
    uint8_t *records = calloc((size_t)out, q8_row_bytes(in)), *plain = calloc((size_t)out, q8_row_bytes(in));
    double losses[64], loss = 0.0;
    float drift[512], *extra = room(rounding_room(in));
    for (int i = 0; i < in; i++) ((float *)w.panels)[i * PANEL + 3] = 0.0f; /* a row of zeros */
    const rounding r = { .pool = &pool,
                         .kernels = kernels_get(EVX_SIMD128),
                         .w = &w,
                         .feedback = f.feedback,
                         .weights = f.weights,
                         .act_bits = act_bits,
                         .records = records,
                         .losses = losses,
                         .drift = drift,
                         .room = extra };
    round_panels(&r, 0, out / PANEL);
    for (int p = 0; p < out / PANEL; p++) loss += losses[p];
    const double error = squared_error(&w, records, &f);
    CHECK_NEAR(loss / error, 1.0, 1e-3);
    check_codes(&w, records, act_bits);
    memcpy(plain, records, (size_t)out * q8_row_bytes(in));
    round_plainly(plain, &w);
    CHECK_NOTE(error < 0.6 * squared_error(&w, plain, &f), "no better than rounding each weight by itself");
    free(records);
    free(plain);
    free(extra);
    free_matrix(&w);
    free_factor(&f);
}

TEST(rounding_keeps_the_output_and_says_by_how_much_not)
{
    check_rounding(8, 64, 8);
    check_rounding(40, 136, 7); /* a panel past the four, a group of 8 */
    check_rounding(72, 200, 8);
}

TEST(rounding_that_moves_the_mean_says_so)
{
    thread_pool pool = one_thread();
    enum { OUT = 16, IN = 72 };
    factored f = make_factor(&pool, IN, 100);
    matrix w = random_matrix(OUT, IN);
    float *means = random_floats(IN), *extra = room(rounding_room(IN)), drift[OUT];
    uint8_t records[OUT * (2 * 2 + IN)];
    double losses[2], read[IN];
    const rounding r = { .pool = &pool,
                         .kernels = kernels_get(EVX_SIMD128),
                         .w = &w,
                         .feedback = f.feedback,
                         .weights = f.weights,
                         .means = means,
                         .act_bits = 8,
                         .records = records,
                         .losses = losses,
                         .drift = drift,
                         .room = extra };
    round_panels(&r, 0, OUT / PANEL);
    for (int row = 0; row < OUT; row++) {
        double want = 0.0;
        read_row(read, records, row, IN);
        for (int i = 0; i < IN; i++) want += ((double)matrix_at(&w, row, i) - read[i]) * (double)means[i];
        CHECK_NEAR(drift[row], want, 1e-5);
    }
    free(means);
    free(extra);
    free_matrix(&w);
    free_factor(&f);
}

/* ---- equalizing --------------------------------------------------------------------------------- */

/* Output o of the layer on token t. */
static double output(const matrix *w, const samples *x, int t, int o)
{
    double sum = (double)w->bias[o];
    for (int i = 0; i < w->in; i++) sum += (double)matrix_at(w, o, i) * (double)sample(x, t, i);
    return sum;
}

static double range_of(const samples *x, int t)
{
    float low = sample(x, t, 0), high = low;
    for (int c = 1; c < x->channels; c++) {
        low = fminf(low, sample(x, t, c));
        high = fmaxf(high, sample(x, t, c));
    }
    return (double)(high - low);
}

/* A LayerNorm makes n channels of which one is silent and one loud; what comes out of the layer that reads them,
 * and what the LayerNorm makes, must fit together as before. */
static void check_equalizing(bool can_shift)
{
    enum { N = 24, OUT = 16, TOKENS = 60 };
    thread_pool pool = one_thread();
    samples z = random_samples(N, TOKENS), x = random_samples(N, TOKENS);
    matrix w = random_matrix(OUT, N);
    float weight[N], bias[N], mean[N], shift[N], scale[N], extra[N];
    double before[TOKENS][OUT], ranges = 0.0, after = 0.0;
    for (int c = 0; c < N; c++) {
        weight[c] = c == 5 ? 0.0f : c == 7 ? 20.0f : random_float();
        bias[c] = c == 5 ? 0.0f : random_float();
    }
    for (int t = 0; t < TOKENS; t++) {
        for (int c = 0; c < N; c++) {
            x.panels[((ptrdiff_t)(c / PANEL) * TOKENS + t) * PANEL + c % PANEL] =
                weight[c] * sample(&z, t, c) + bias[c];
        }
        for (int o = 0; o < OUT; o++) before[t][o] = output(&w, &x, t, o);
        ranges += range_of(&x, t);
    }
    const maker m = { .weight = weight, .bias = bias, .can_shift = can_shift };
    const channel_stats stats = { mean, shift, scale, extra };
    equalize(&pool, &w, &m, &x, &stats);
    for (int t = 0; t < TOKENS; t++) {
        for (int c = 0; c < N; c++) CHECK_NEAR(sample(&x, t, c), weight[c] * sample(&z, t, c) + bias[c], 2e-5);
        for (int o = 0; o < OUT; o++) CHECK_NEAR(output(&w, &x, t, o), before[t][o], 2e-4);
        after += range_of(&x, t);
    }
    CHECK_NOTE(after < 0.5 * ranges, "ranges fell from %g to %g only", ranges, after);
    for (int c = 0; c < N; c++) {
        double sum = 0.0;
        for (int t = 0; t < TOKENS; t++) sum += (double)sample(&x, t, c);
        if (can_shift) CHECK_NEAR(sum / TOKENS, 0.0, 1e-5);
        CHECK(can_shift ? shift[c] == mean[c] : shift[c] == 0.0f);
        CHECK(scale[c] > 0.0f && isfinite(scale[c]));
    }
    free(z.panels);
    free(x.panels);
    free_matrix(&w);
}

TEST(equalizing_changes_channels_and_nothing_that_comes_out)
{
    check_equalizing(true);
    check_equalizing(false);
}

TEST(the_error_of_a_layer_is_that_of_quantizing_its_input)
{
    enum { N = 64, OUT = 24, TOKENS = 400, LEVELS = 127 };
    thread_pool pool = one_thread();
    samples x = random_samples(N, TOKENS);
    matrix w = random_matrix(OUT, N);
    float *extra = room((size_t)(PROBES * (N + OUT)) + 2 * TOKENS);
    double noise = 0.0, spread = 0.0;
    for (int t = 0; t < TOKENS; t++) {
        double low = 1e9, step = range_of(&x, t) / LEVELS;
        for (int c = 0; c < N; c++) low = fmin(low, (double)sample(&x, t, c));
        for (int o = 0; o < OUT; o++) {
            double off = 0.0;
            for (int c = 0; c < N; c++) {
                const double value = (double)sample(&x, t, c),
                             read = low + step * floor((value - low) / step + 0.5);
                off += (double)matrix_at(&w, o, c) * (read - value);
            }
            noise += off * off;
        }
    }
    for (int o = 0; o < OUT; o++) {
        double sum = 0.0, squares = 0.0;
        for (int t = 0; t < TOKENS; t++) sum += output(&w, &x, t, o);
        for (int t = 0; t < TOKENS; t++) squares += pow(output(&w, &x, t, o) - sum / TOKENS, 2);
        spread += squares;
    }
    const double square = mean_square_range(&x, extra);
    const double variance = output_variance(&pool, kernels_get(EVX_SIMD128), &w, &x, extra);
    CHECK_NEAR(variance / (spread / TOKENS), 1.0, 0.15); /* on some tokens only */
    CHECK_NEAR(layer_error(&w, 7, 0.0, &x, square, spread / TOKENS) / sqrt(noise / spread), 1.0, 0.1);
    CHECK_NEAR(layer_error(&w, 7, 25.0 * noise, &x, square, spread / TOKENS) / sqrt(26.0 * noise / spread), 1.0,
               0.02);
    free(extra);
    free(x.panels);
    free_matrix(&w);
}

/* ---- whole conversions -------------------------------------------------------------------------- */

static const evx_info tiny = { .embed_dim = 16,
                               .depth = 2,
                               .heads = 2,
                               .mlp_hidden = 24,
                               .grid = 2,
                               .classes = 5,
                               .inner_norm = 1,
                               .scoring = EVX_SCORE_SIGMOID };
/* Wide enough for 7-bit activations and for two blocks of the factor; without an inner norm; pools CLS. */
static const evx_info wide = { .embed_dim = 128,
                               .depth = 1,
                               .heads = 2,
                               .mlp_hidden = 136,
                               .grid = 2,
                               .classes = 3,
                               .cls_pooling = 1,
                               .scoring = EVX_SCORE_SOFTMAX };
static const normalization ordinary = { 0.5f, 0.28f };

/* Number `at` of tensor i of a made-up checkpoint: norms near 1, weights of about 1 / sqrt(cols). */
static float made_up(const evx_stream_tensor *t, int i, uint64_t at)
{
    uint32_t hash = (uint32_t)i * 2654435761u ^ (uint32_t)at * 40503u;
    hash = (hash ^ hash >> 15) * 2246822519u;
    const float value = (float)((hash ^ hash >> 13) >> 8) / 8388608.0f - 1.0f;
    if (strstr(t->name, "norm") && strstr(t->name, "weight")) return 1.0f + 0.2f * value;
    if (strstr(t->name, "rope.cos")) return cosf(value);
    if (strstr(t->name, "rope.sin")) return sinf(value);
    return t->rows > 1 ? 1.5f * value / sqrtf((float)t->cols) : 0.2f * value;
}

typedef struct converted {
    uint8_t *stream;
    size_t bytes;
    float logits[8], embedding[128];
} converted;

static int give_made_up(evx_converter *c, int i, size_t piece)
{
    evx_stream_tensor t;
    CHECK(evx_converter_tensor(c, i, &t));
    const size_t count = (size_t)t.rows * (size_t)t.cols;
    float *values = room(piece);
    int64_t status = 0;
    for (size_t at = 0; at < count && !status; at += piece) {
        const size_t n = count - at < piece ? count - at : piece;
        size_t wrong;
        for (size_t k = 0; k < n; k++) values[k] = made_up(&t, i, at + k);
        status = evx_converter_give(c, i, at, values, n, STORED_F32, &wrong);
    }
    free(values);
    return (int)status;
}

static void keep_part(evx_converter *c, converted *out, int first, int last)
{
    for (int i = first; i < last; i++) {
        evx_stream_tensor t;
        CHECK(evx_converter_tensor(c, i, &t) && t.data);
        if (t.data) memcpy(out->stream + t.offset, t.data, t.bytes);
    }
}

static void finish(evx_converter *c, converted *out, const evx_info *info)
{
    size_t bytes;
    const void *header = evx_converter_header(c, &bytes);
    CHECK(header && evx_converter_logits(c) && evx_converter_embedding(c));
    if (!header) return;
    memcpy(out->stream, header, bytes);
    memcpy(out->logits, evx_converter_logits(c), (size_t)info->classes * sizeof(float));
    memcpy(out->embedding, evx_converter_embedding(c), (size_t)info->embed_dim * sizeof(float));
}

/* The made-up model, given in pieces. */
static int convert(converted *out, const evx_info *info, evx_target target, size_t piece, const evx_memory *memory)
{
    evx_converter *c;
    *out = (converted){ 0 };
    int status = evx_converter_create(&c, memory);
    if (!status) status = evx_converter_set_threads(c, 1);
    if (!status) status = evx_converter_plan(c, info, target, ordinary);
    if (!status) {
        out->bytes = (size_t)evx_converter_stream_bytes(c);
        out->stream = calloc(1, out->bytes);
        uint8_t *films = evx_converter_films(c);
        CHECK_INT(films != NULL, target == EVX_Q8);
        for (int i = 0; films && i < FILMS * FILM_SIDE * FILM_SIDE; i++)
            films[i] = (uint8_t)((i % 224) * (i / 224 % 97) / 64 ^ i / 5000);
    }
    for (int part = 0; !status && part <= info->depth + 1; part++) {
        int first, last;
        CHECK_INT(evx_converter_next_part(c, &first, &last), part);
        for (int i = first; i < last && !status; i++) status = give_made_up(c, i, piece);
        if (status) break;
        while ((status = evx_converter_step(c)) > 0) continue;
        if (!status) keep_part(c, out, first, last);
    }
    if (!status) finish(c, out, info);
    if (c) evx_converter_destroy(c);
    return status;
}

/* Largest difference of the engine's logits on the picture of the self-test from the converter's. */
static float engine_differs(const converted *made, const evx_info *info)
{
    evx_engine *e;
    CHECK_INT(evx_create(&e, NULL, EVX_SIMD128), EVX_OK);
    CHECK_INT(evx_feed(e, made->stream, made->bytes), EVX_OK);
    CHECK_INT(evx_ready(e), EVX_OK);
    float largest = 0.0f;
    float *input = evx_write_input(e);
    CHECK(input != NULL);
    if (input) {
        picture_self_test(input, evx_get_info(e)->input_size, ordinary);
        CHECK_INT(evx_begin(e), EVX_OK);
        while (evx_step(e) > 0) continue;
        for (int i = 0; i < info->classes && evx_logits(e); i++) {
            largest = fmaxf(largest, fabsf(evx_logits(e)[i] - made->logits[i]));
        }
    }
    evx_destroy(e);
    return largest;
}

TEST(converted_models_compute_what_the_checkpoint_computes)
{
    const evx_info *const infos[] = { &tiny, &wide };
    const float tolerance[] = { 0.0f, 0.004f, 0.06f };
    for (int i = 0; i < 2; i++) {
        float logits[8] = { 0 };
        for (int target = EVX_F32; target <= EVX_Q8; target++) {
            converted made;
            CHECK_INT(convert(&made, infos[i], (evx_target)target, 1000, NULL), 0);
            const float off = engine_differs(&made, infos[i]);
            CHECK_NOTE(off <= tolerance[target], "model %d as %d is off by %g", i, target, (double)off);
            if (target == EVX_F32) memcpy(logits, made.logits, sizeof logits);
            CHECK(!memcmp(logits, made.logits, sizeof logits)); /* of the checkpoint, whatever is written */
            free(made.stream);
        }
    }
}

TEST(pieces_of_any_size_give_the_same_stream)
{
    for (int target = EVX_F32; target <= EVX_Q8; target++) {
        converted whole, cut;
        CHECK_INT(convert(&whole, &tiny, (evx_target)target, 1 << 20, NULL), 0);
        CHECK_INT(convert(&cut, &tiny, (evx_target)target, 7, NULL), 0);
        CHECK(whole.bytes == cut.bytes && !memcmp(whole.stream, cut.stream, cut.bytes));
        free(whole.stream);
        free(cut.stream);
    }
}

TEST(every_allocation_may_fail_and_nothing_leaks)
{
    for (int target = EVX_F32; target <= EVX_Q8; target++) {
        int failures = 0;
        for (int n = 1;; n++) {
            counted k = { .fail_at = n };
            const evx_memory memory = counted_memory(&k);
            converted made;
            const int status = convert(&made, &tiny, (evx_target)target, 1 << 20, &memory);
            free(made.stream);
            CHECK_INT(k.held, 0);
            if (!status) break;
            CHECK_INT(status, EVX_E_MEMORY);
            failures++;
        }
        CHECK_INT(failures, 6);
    }
}

/* ---- what is refused ---------------------------------------------------------------------------- */

static evx_converter *planned(const evx_info *info, evx_target target)
{
    evx_converter *c;
    CHECK_INT(evx_converter_create(&c, NULL), EVX_OK);
    CHECK_INT(evx_converter_plan(c, info, target, ordinary), EVX_OK);
    return c;
}

TEST(architectures_and_options_out_of_range_are_refused_by_name)
{
    evx_info wrong[] = { tiny, tiny, tiny, tiny };
    wrong[0].embed_dim = 12;
    wrong[1].heads = 3;
    wrong[2].grid = 65;
    wrong[3].scoring = EVX_SCORE_NONE;
    const char *const words[] = { "embed_dim", "heads", "grid", "scoring" };
    for (int i = 0; i < 4; i++) {
        evx_converter *c;
        CHECK_INT(evx_converter_create(&c, NULL), EVX_OK);
        CHECK_INT(evx_converter_plan(c, &wrong[i], EVX_F16, ordinary), EVX_E_WEIGHTS_CONFIG);
        CHECK_NOTE(strstr(evx_converter_error(c), words[i]), "%s", evx_converter_error(c));
        CHECK_INT(evx_converter_plan(c, &tiny, EVX_F16, ordinary), EVX_E_STATE);
        CHECK_INT(evx_converter_tensors(c), 0);
        evx_converter_destroy(c);
    }
    evx_converter *c;
    CHECK_INT(evx_converter_create(&c, NULL), EVX_OK);
    CHECK_INT(evx_converter_plan(c, &tiny, EVX_F16, (normalization){ 0.5f, 0.0f }), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_plan(c, &tiny, (evx_target)3, ordinary), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_set_threads(c, 0), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_step(c), EVX_E_STATE);
    evx_converter_destroy(c);
}

TEST(calls_out_of_order_are_refused)
{
    evx_converter *c = planned(&tiny, EVX_F32);
    int first, last;
    size_t wrong, bytes;
    const float zeros[400] = { 0 };
    CHECK_INT(evx_converter_give(c, 0, 0, zeros, 1, STORED_F32, &wrong), EVX_E_STATE);
    CHECK_INT(evx_converter_step(c), EVX_E_STATE);
    CHECK_INT(evx_converter_next_part(c, &first, &last), 0);
    CHECK_INT(evx_converter_next_part(c, &first, &last), EVX_E_STATE);
    CHECK_INT(evx_converter_give(c, last, 0, zeros, 1, STORED_F32, &wrong), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_give(c, -1, 0, zeros, 1, STORED_F32, &wrong), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_give(c, 2, 1, zeros, 1, STORED_F32, &wrong), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_give(c, 2, 0, zeros, 17, STORED_F32, &wrong), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_give(c, 2, 0, zeros, 1, (stored)9, &wrong), EVX_E_ARGUMENT);
    CHECK_INT(evx_converter_give(c, 2, 0, zeros, 15, STORED_F32, &wrong), 0);
    CHECK_INT(evx_converter_step(c), EVX_E_STATE);
    CHECK(strstr(evx_converter_error(c), "patch_embed.weight"));
    CHECK(!evx_converter_logits(c) && !evx_converter_header(c, &bytes));
    evx_converter_destroy(c);
}

TEST(numbers_that_are_not_finite_are_counted_and_found)
{
    evx_converter *c = planned(&tiny, EVX_F32);
    int first, last;
    size_t wrong = 0;
    static float values[16 * 768];
    values[9000] = NAN;
    values[9001] = INFINITY;
    CHECK_INT(evx_converter_next_part(c, &first, &last), 0);
    CHECK_INT(evx_converter_give(c, 0, 0, values, 16 * 768, STORED_F32, &wrong), 2);
    CHECK_INT(wrong, 9000);
    evx_converter_destroy(c);
}

/* The first part of the tiny model, with one number replaced. */
static int first_part_with(evx_converter *c, int tensor, float value)
{
    int first, last;
    size_t wrong;
    CHECK_INT(evx_converter_next_part(c, &first, &last), 0);
    for (int i = first; i < last; i++) {
        evx_stream_tensor t;
        evx_converter_tensor(c, i, &t);
        const size_t count = (size_t)t.rows * (size_t)t.cols;
        float *values = room(count);
        if (i == tensor) values[count - 1] = value;
        CHECK_INT(evx_converter_give(c, i, 0, values, count, STORED_F32, &wrong), 0);
        free(values);
    }
    int status;
    while ((status = evx_converter_step(c)) > 0) continue;
    return status;
}

TEST(numbers_too_large_for_their_target_or_for_the_network_are_refused_by_name)
{
    evx_converter *c = planned(&tiny, EVX_F16);
    CHECK_INT(first_part_with(c, 0, 65520.0f), EVX_E_WEIGHTS_VALUE);
    CHECK(strstr(evx_converter_error(c), "patch_embed.weight"));
    CHECK_INT(evx_converter_step(c), EVX_E_STATE);
    evx_converter_destroy(c);
    c = planned(&tiny, EVX_F16);
    CHECK_INT(first_part_with(c, 0, 65504.0f), 0);
    evx_converter_destroy(c);
    c = planned(&tiny, EVX_F32);
    CHECK_INT(first_part_with(c, 0, 3e38f), EVX_E_NUMERIC);
    CHECK(strstr(evx_converter_error(c), "embedding"));
    evx_converter_destroy(c);
}

int main(void)
{
    RUN(real_math_agrees_with_libm);
    RUN(floats_round_to_the_nearest_half_ties_to_even);
    RUN(every_stored_kind_reads_to_the_nearest_float);
    RUN(the_rope_table_is_the_formula_and_is_recognized);
    RUN(the_position_embedding_keeps_constants_lines_and_its_own_grid);
    RUN(feedback_is_the_factor_of_the_damped_moments);
    RUN(rounding_keeps_the_output_and_says_by_how_much_not);
    RUN(rounding_that_moves_the_mean_says_so);
    RUN(equalizing_changes_channels_and_nothing_that_comes_out);
    RUN(the_error_of_a_layer_is_that_of_quantizing_its_input);
    RUN(converted_models_compute_what_the_checkpoint_computes);
    RUN(pieces_of_any_size_give_the_same_stream);
    RUN(every_allocation_may_fail_and_nothing_leaks);
    RUN(architectures_and_options_out_of_range_are_refused_by_name);
    RUN(calls_out_of_order_are_refused);
    RUN(numbers_that_are_not_finite_are_counted_and_found);
    RUN(numbers_too_large_for_their_target_or_for_the_network_are_refused_by_name);
    return test_report();
}
