/* test_kernels.c - every kernel of every table against the scalar reference, over edge shapes and hostile fills.
 * simd128 must give the same bits, and so must every table that serves quantized models; the fused
 * f32 GEMM must stay within the rounding error of its sums. The reference itself is compared with
 * double precision.
 * SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200112L /* fork */
#include "fmath.h"
#include "kernels/choice.h"
#include "linear.h"
#include "test.h"
#include "kernels/variants.h"

#include <float.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const kernels *const ref = &kernels_ref;

enum { TABLES = 5, MAX_M = 21, MAX_K = 200, MAX_PANELS = 3, LDY = MAX_PANELS * PANEL + 3, FILLS = 5 };

/* simd128 twice and relaxed three times: with the first, second and third implementation of each slot, or its last. */
static kernel_choice choices[TABLES];
static const kernels *tables[TABLES];

static void choose(kernel_choice *c, evx_variant variant, int option)
{
    CHECK(choice_init(c, variant));
    for (int slot = 0; slot < EVX_SLOTS; slot++) {
        int last = 0;
        while (choice_option(c, (evx_slot)slot, last + 1)) last++;
        CHECK_NOTE(choice_set(c, (evx_slot)slot, option < last ? option : last), "slot %d option %d", slot, option);
    }
    const kernel_option *codes = choice_option(c, EVX_SLOT_Q8, c->option[EVX_SLOT_Q8]);
    if (codes->q8.quantize) CHECK(choice_settle_q8(c, c->option[EVX_SLOT_Q8]));
}

TEST(every_implementation_is_exact_here)
{
    for (int t = 0; t < TABLES; t++) {
        choose(&choices[t], t < 2 ? EVX_SIMD128 : EVX_RELAXED, t < 2 ? t : t - 2);
        tables[t] = &choices[t].plain;
    }
}

static bool is_relaxed(const kernels *t) { return !strcmp(t->name, "relaxed"); }

/* The option of a table, for messages. */
static int option_of(const kernels *t)
{
    for (int i = 0; i < TABLES; i++) {
        if (t == &choices[i].plain || t == &choices[i].quantized) return i < 2 ? i : i - 2;
    }
    return 0;
}

static const float CANARY = -12345.5f;

static uint32_t seed = 1;

static float uniform(void) /* -1..1 */
{
    seed = seed * 1664525u + 1013904223u;
    return (float)(int32_t)seed / 2147483648.0f;
}

static const char *const fills[FILLS] = { "uniform", "large", "tiny", "zero", "one spike" };

static void fill(float *x, int n, int kind)
{
    for (int i = 0; i < n; i++) {
        const float u = uniform();
        const float values[FILLS] = { u, u * 1e4f, u * 1e-30f, 0.0f, i == n / 2 ? 1e5f : u * 1e-3f };
        x[i] = values[kind];
    }
}

static bool same_bits(const float *a, const float *b, int n) { return !memcmp(a, b, (size_t)n * sizeof *a); }

static void gemm_case(const kernels *t, int m, int k, int panels, int kind, bool add)
{
    static float x[MAX_M * MAX_K], b[MAX_K * MAX_PANELS * PANEL], bias[MAX_PANELS * PANEL];
    static float y[MAX_M * LDY], want[MAX_M * LDY];
    const int n = panels * PANEL;
    fill(x, m * k, kind);
    fill(b, k * n, kind == 3 ? 0 : kind);
    fill(bias, n, 0);
    for (int i = 0; i < MAX_M * LDY; i++) y[i] = want[i] = CANARY;
    const float *maybe = k % 2 ? bias : NULL;
    ref->gemm_f32(want, LDY, x, k, b, maybe, m, k, panels, add);
    t->gemm_f32(y, LDY, x, k, b, maybe, m, k, panels, add);
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            const float *column = b + j / PANEL * k * PANEL + j % PANEL;
            double sum = 0.0, size = fabs((double)CANARY) + 1.0;
            for (int l = 0; l < k; l++) {
                sum += (double)x[i * k + l] * (double)column[l * PANEL];
                size += fabs((double)x[i * k + l] * (double)column[l * PANEL]);
            }
            sum += maybe ? (double)bias[j] : 0.0;
            if (add) sum += (double)CANARY;
            const double bound = (double)FLT_EPSILON * (k + 2) * size;
            CHECK_NOTE(fabs((double)want[i * LDY + j] - sum) <= bound, "scalar %dx%d %s", m, k, fills[kind]);
            CHECK_NOTE(fabs((double)y[i * LDY + j] - sum) <= bound, "%s %d %dx%d %s", t->name, option_of(t), m, k,
                       fills[kind]);
        }
        for (int j = n; j < LDY; j++) CHECK_NOTE(y[i * LDY + j] == CANARY, "%s wrote past the panels", t->name);
    }
    for (int i = m * LDY; i < MAX_M * LDY; i++) CHECK_NOTE(y[i] == CANARY, "%s wrote past m", t->name);
    if (!is_relaxed(t) || t == t->quantized) {
        CHECK_NOTE(same_bits(y, want, MAX_M * LDY), "%s %d %dx%d %s", t->name, option_of(t), m, k, fills[kind]);
    }
}

static void every_gemm_shape(const kernels *t)
{
    static const int ks[] = { 1, 2, 3, 4, 5, 16, 63, 64, 65, 192, 197 };
    for (int m = 1; m <= MAX_M; m++) {
        for (int i = 0; i < (int)(sizeof ks / sizeof *ks); i++) {
            for (int kind = 0; kind < FILLS; kind++) {
                gemm_case(t, m, ks[i], 1 + (m + i + kind) % MAX_PANELS, kind, (m + i) % 2);
            }
        }
    }
}

TEST(gemm_f32_is_within_rounding_of_double_and_simd128_equals_scalar)
{
    for (int t = 0; t < TABLES; t++) every_gemm_shape(tables[t]);
}

TEST(gemm_f32_for_quantized_models_equals_scalar)
{
    for (int t = 2; t < TABLES; t++) every_gemm_shape(tables[t]->quantized);
}

/* One q8 layer through pack, quantize and GEMM; y must have room for whole panels. */
static void run_layer(const kernels *t, float *y, ptrdiff_t ldy, const uint8_t *records, size_t record,
                      const float *x, int m, int out, int in, int bits, float *bias)
{
    matrix w = { .out = out, .in = in, .act_bits = bits, .bias = bias };
    arena a = { 0 };
    matrix_layout(&w, &a);
    w.panels = calloc(1, (size_t)a.used);
    void *codes = malloc((size_t)(m + Q8_SPARE_ROWS) * (size_t)groups_for(in) * GROUP * sizeof(int16_t));
    range *ranges = malloc((size_t)(m + Q8_SPARE_ROWS) * sizeof *ranges);
    q8_places places;
    q8_places_for(&places, t, bits);
    for (int i = 0; i < out; i++) matrix_pack_q8(&w, &places, i, records + (size_t)i * record);
    activations input = { x, in, m, codes, ranges };
    thread_pool single;
    thread_pool_init(&single);
    linear_prepare(t, &w, &input, 0, m);
    linear_panels(&single, t, &w, y, ldy, &input, false);
    free(ranges);
    free(codes);
    free(w.panels);
}

/* Records of FORMAT.md section 3; extreme: the largest codes that act_bits allows. */
static void fill_records(uint8_t *at, int out, int in, int bits, bool extreme)
{
    for (int r = 0; r < out; r++) {
        for (int g = 0; g < groups_for(in); g++, at += 2) {
            at[0] = (uint8_t)(seed >> 8);
            at[1] = (uint8_t)(0x20 + (seed >> 20) % 8); /* about 0.01 */
            uniform();
        }
        for (int i = 0; i < in; i++, at++) {
            const float u = uniform();
            const int limit = bits == 8 || i % 4 < 2 ? 127 : 2; /* fours of 127 127 2 2 */
            *at = (uint8_t)(int8_t)(extreme ? (u < 0.0f ? -limit : limit) : (int)(u * (bits == 8 ? 127 : 64)));
        }
    }
}

static void q8_case(const kernels *t, int m, int out, int in, int bits, int kind)
{
    enum { OUT = 24, IN = 192 };
    static uint8_t records[OUT * (IN + 2 * IN / GROUP)];
    static float x[MAX_M * IN], y[MAX_M * OUT], want[MAX_M * OUT], bias[OUT];
    const size_t record = (size_t)(in + 2 * groups_for(in));
    fill_records(records, out, in, bits, kind == 1);
    fill(x, m * in, kind);
    fill(bias, OUT, 0);
    for (int i = 0; i < MAX_M * OUT; i++) y[i] = want[i] = CANARY;
    run_layer(ref->quantized, want, OUT, records, record, x, m, out, in, bits, bias);
    run_layer(t->quantized, y, OUT, records, record, x, m, out, in, bits, bias);
    CHECK_NOTE(same_bits(y, want, MAX_M * OUT), "%s %d m %d out %d in %d bits %d %s", t->name, option_of(t), m, out,
               in, bits, fills[kind]);
}

TEST(q8_layers_give_the_same_bits_in_every_table)
{
    static const int outs[] = { 8, 14, 24 }, ins[] = { 8, 48, 64, 72, 128, 192 };
    for (int t = 0; t < TABLES; t++) {
        for (int m = 1; m <= MAX_M; m++) {
            for (int i = 0; i < 6; i++) {
                for (int kind = 0; kind < FILLS; kind++) {
                    q8_case(tables[t], m, outs[i % 3], ins[i], 7 + (m + i) % 2, kind);
                }
            }
        }
    }
}

TEST(q8_layer_equals_its_dequantized_product_in_double)
{
    enum { IN = 72, OUT = 8 };
    static uint8_t records[OUT * (IN + 4)];
    float x[IN], y[OUT];
    fill_records(records, OUT, IN, 8, false);
    fill(x, IN, 0);
    run_layer(ref->quantized, y, OUT, records, IN + 4, x, 1, OUT, IN, 8, NULL);
    int16_t codes[2 * GROUP];
    range r;
    ref->quantized->q8.quantize(codes, &r, x, IN, 1, IN, 2 * GROUP, 255);
    for (int j = 0; j < OUT; j++) {
        const uint8_t *row = records + j * (IN + 4);
        double sum = 0.0;
        for (int i = 0; i < IN; i++) {
            const double scale = ldexp(1024 + (row[2 * (i / GROUP)] | (row[2 * (i / GROUP) + 1] & 3) << 8),
                                       (row[2 * (i / GROUP) + 1] >> 2) - 25);
            sum += scale * (int8_t)row[4 + i] * ((double)r.lo + (double)r.step * codes[i]);
        }
        CHECK_NEAR(y[j], sum, 1e-5 * (1.0 + fabs(sum)));
    }
}

TEST(quantize_keeps_every_value_within_half_a_step_and_pads_with_zeros)
{
    for (int kind = 0; kind < FILLS; kind++) {
        float x[72];
        int16_t u[128];
        fill(x, 72, kind);
        range r;
        ref->quantized->q8.quantize(u, &r, x, 72, 1, 72, 128, 255);
        for (int i = 0; i < 72; i++) {
            CHECK(u[i] >= 0 && u[i] <= 255);
            const float slack = r.step > 0.0f ? 0.501f * r.step : 1e-27f;
            CHECK_NOTE(fabsf(r.lo + r.step * u[i] - x[i]) <= slack + 1e-6f * fabsf(x[i]), "%s", fills[kind]);
        }
        for (int i = 72; i < 128; i++) CHECK(u[i] == 0);
    }
}

static int by_size(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* Codes of a row, sorted: each kernel has an order of its own. */
static void sorted_codes(int *sorted, const q8_kernels *q, range *r, const float *x, int n, int levels)
{
    int16_t codes[4 * GROUP] = { 0 }; /* as much as four rows in one another take */
    range ranges[4];
    q->quantize(codes, ranges, x, n, 1, n, GROUP, levels);
    *r = ranges[0];
    for (int k = 0; k < GROUP; k++) {
        const int at = q->interleaved ? k / 4 * 4 * q->interleaved + k % 4 : k;
        sorted[k] = q->code_bytes == 1 ? ((uint8_t *)codes)[at] : codes[at];
    }
    qsort(sorted, GROUP, sizeof *sorted, by_size);
}

/* Zeros of both signs, too: every way of finding a row's ends must agree. */
TEST(ranges_and_codes_of_what_is_not_finite_equal_scalar_and_stay_in_range)
{
    static const float bad[] = { NAN, INFINITY, -INFINITY, FLT_MAX, -FLT_MAX, 0.0f };
    for (int at = 0; at < 6 * 6 * 24; at++) {
        float x[40];
        int u[GROUP], v[GROUP];
        range want, got;
        const int n = at % 2 ? 24 : 40;
        fill(x, n, 0);
        x[at / 36] = bad[at % 6];
        x[(at / 36 * 7 + 5) % n] = bad[at / 6 % 6];
        sorted_codes(u, &ref->quantized->q7, &want, x, n, 127);
        CHECK(u[0] == 0 && u[GROUP - 1] <= 127);
        for (int t = 0; t < TABLES; t++) {
            sorted_codes(v, &tables[t]->quantized->q7, &got, x, n, 127);
            CHECK_NOTE(same_bits(&got.lo, &want.lo, 1) && same_bits(&got.step, &want.step, 1) &&
                           !memcmp(u, v, sizeof u),
                       "%s %d: %g and %g", tables[t]->name, option_of(tables[t]), bad[at % 6], bad[at / 6 % 6]);
        }
    }
}

TEST(layer_norm_equals_scalar_and_double)
{
    enum { N = 192 };
    float x[N], w[N], b[N], y[N], want[N];
    for (int kind = 0; kind < FILLS; kind++) {
        for (int n = 8; n <= N; n += 8) {
            fill(x, n, kind);
            fill(w, n, 0);
            fill(b, n, 0);
            ref->layer_norm(want, x, w, b, n, 1e-6f);
            double mean = 0.0, var = 0.0;
            for (int i = 0; i < n; i++) mean += (double)x[i] / n;
            for (int i = 0; i < n; i++) var += ((double)x[i] - mean) * ((double)x[i] - mean) / n;
            for (int i = 0; i < n; i++) {
                const double exact = ((double)x[i] - mean) / sqrt(var + 1e-6) * (double)w[i] + (double)b[i];
                CHECK_NEAR(want[i], exact, 2e-5);
            }
            for (int t = 0; t < TABLES; t++) {
                memcpy(y, x, sizeof y);
                tables[t]->layer_norm(y, y, w, b, n, 1e-6f);
                CHECK_NOTE(same_bits(y, want, n), "%s n %d %s", tables[t]->name, n, fills[kind]);
            }
        }
    }
}

TEST(softmax_equals_scalar_sums_to_one_and_ignores_masked_entries)
{
    enum { N = 200 };
    float y[N], want[N];
    for (int kind = 0; kind < FILLS; kind++) {
        for (int n = 8; n <= N; n += 8) {
            fill(want, n, kind);
            for (int i = n - 3; i < n; i++) want[i] = -FLT_MAX;
            memcpy(y, want, sizeof y);
            ref->softmax(want, n);
            double sum = 0.0;
            for (int i = 0; i < n; i++) sum += (double)want[i];
            CHECK_NEAR(sum, 1.0, 1e-5);
            CHECK(want[n - 1] < 1e-37f);
            for (int t = 0; t < TABLES; t++) {
                float got[N];
                memcpy(got, y, sizeof got);
                tables[t]->softmax(got, n);
                CHECK_NOTE(same_bits(got, want, n), "%s n %d %s", tables[t]->name, n, fills[kind]);
            }
        }
    }
}

enum { I16_ROWS = 7, I16_COLS = 16, I16_PADDED = 8, ROWS_MAX = I16_ROWS + 1, ROW_MAX = 200 };

/* What quantizes rows of n, by one table's kernel, and the codes in their own order: codes[rows][n], scales[rows]. */
static void rows_by(const i16_kernels *k, quantize_i16_fn *quantize, int16_t *codes, float *scales, const float *x,
                    int rows, int n, int limit)
{
    static int16_t placed[ROWS_MAX * ROW_MAX];
    float own[ROWS_MAX];
    for (int i = 0; i < rows; i += i16_block(k)) {
        const int some = rows - i < i16_block(k) ? rows - i : i16_block(k);
        quantize(placed + i * n, own + i, x + i * n, n, some, n, limit);
    }
    memcpy(scales, own, (size_t)rows * sizeof *own);
    for (int i = 0; i < rows; i++) {
        for (int l = 0; l < n; l++) codes[i * n + l] = placed[i16_at(k, i, l, n)];
    }
}

/* Columns by one table's kernel, and their codes in the order of the rows: codes[padded][cols], scales[cols]. */
static void columns_by(const i16_kernels *k, int16_t *codes, float *scales, const float *x, int limit)
{
    static _Alignas(16) uint8_t panels[I16_COLS / PANEL * (32 + 2 * PANEL * I16_PADDED)];
    memset(panels, 0x55, sizeof panels);
    k->columns(panels, x, I16_COLS, I16_ROWS, I16_PADDED, I16_COLS, limit);
    for (int j = 0; j < I16_COLS; j++) {
        const i16_panel *b = i16_panel_at(panels, j / PANEL, I16_PADDED);
        scales[j] = b->scale[j % PANEL];
        for (int l = 0; l < I16_PADDED; l++)
            codes[l * I16_COLS + j] = b->code[i16_place(k, I16_PADDED, l, j % PANEL)];
    }
}

/* Rows and columns of one x, in every table as in the reference. */
static void same_i16_codes(const float *x, const char *what)
{
    enum { N = I16_PADDED * I16_COLS };
    int16_t got[N], want[N], got_columns[N], want_columns[N];
    float its[I16_COLS], scales[I16_COLS], its_columns[I16_COLS], column_scales[I16_COLS];
    const i16_kernels *r = &ref->quantized->i16;
    rows_by(r, r->quantize, want, scales, x, I16_ROWS, I16_COLS, 5792);
    columns_by(r, want_columns, column_scales, x, 511);
    for (int i = 0; i < I16_ROWS; i++) {
        for (int l = 0; l < I16_COLS && scales[i] > 1e-20f && isfinite(scales[i]); l++) {
            const float error = fabsf(x[i * I16_COLS + l] - scales[i] * want[i * I16_COLS + l]);
            CHECK_NOTE(error <= 0.501f * scales[i], "%s", what);
        }
    }
    for (int t = 0; t < TABLES; t++) {
        const i16_kernels *k = &tables[t]->quantized->i16;
        rows_by(k, k->quantize, got, its, x, I16_ROWS, I16_COLS, 5792);
        columns_by(k, got_columns, its_columns, x, 511);
        CHECK_NOTE(!memcmp(got, want, I16_ROWS * I16_COLS * sizeof *got), "%s %s", tables[t]->name, what);
        CHECK_NOTE(!memcmp(got_columns, want_columns, sizeof got_columns), "%s %s", tables[t]->name, what);
        for (int i = 0; i < I16_COLS; i++) {
            CHECK_NOTE(i >= I16_ROWS || its[i] == scales[i] || isnan(scales[i]), "%s %s", tables[t]->name, what);
            CHECK_NOTE(its_columns[i] == column_scales[i] || isnan(column_scales[i]), "%s %s", tables[t]->name,
                       what);
        }
    }
}

TEST(codes_of_16_bits_equal_scalar_and_keep_values_within_half_a_step)
{
    float x[I16_ROWS * I16_COLS];
    for (int kind = 0; kind < FILLS; kind++) {
        fill(x, I16_ROWS * I16_COLS, kind);
        same_i16_codes(x, fills[kind]);
    }
}

/* And rows beside it keep their codes. */
TEST(a_number_that_is_not_finite_makes_the_scale_of_its_codes_not_finite)
{
    const float bad[] = { INFINITY, -INFINITY, NAN };
    for (int at = 0; at < 3 * I16_ROWS * I16_COLS; at++) {
        float x[I16_ROWS * I16_COLS], scales[I16_ROWS];
        int16_t codes[I16_ROWS * I16_COLS];
        fill(x, I16_ROWS * I16_COLS, 0);
        x[at / 3] = bad[at % 3];
        same_i16_codes(x, "not finite");
        for (int t = 0; t < TABLES; t++) {
            const i16_kernels *k = &tables[t]->quantized->i16;
            rows_by(k, k->quantize, codes, scales, x, I16_ROWS, I16_COLS, 5792);
            CHECK(!isfinite(scales[at / 3 / I16_COLS]));
        }
    }
}

TEST(gemm_i16_equals_scalar_up_to_the_largest_sums)
{
    enum { K = 64, LIMIT = 5792, BYTES = 32 + 2 * PANEL * K }; /* 64 * 5792^2 < 2^31 */
    static _Alignas(16) uint8_t memory[MAX_PANELS * BYTES];
    static int16_t x[MAX_M * K], placed[(MAX_M + I16_SPARE_ROWS) * K], w[K * MAX_PANELS * PANEL];
    float scales[MAX_M + I16_SPARE_ROWS], of_columns[MAX_PANELS * PANEL], y[MAX_M * LDY], want[MAX_M * LDY];
    static const int ks[] = { 8, 16, 24, 40, 64 };
    for (int at = 0; at < 2 * 5 * MAX_M; at++) {
        const bool extreme = at % 2;
        const int k = ks[at / 2 % 5], m = 1 + at / 10, panels = 1 + at % MAX_PANELS;
        for (int i = 0; i < MAX_M * K; i++) x[i] = (int16_t)(extreme ? LIMIT : (int)(uniform() * LIMIT));
        for (int i = 0; i < K * MAX_PANELS * PANEL; i++)
            w[i] = (int16_t)(extreme ? -LIMIT : (int)(uniform() * LIMIT));
        fill(of_columns, MAX_PANELS * PANEL, 0);
        fill(scales, MAX_M + I16_SPARE_ROWS, 0);
        for (int t = -1; t < TABLES; t++) {
            const i16_kernels *i16 = &(t < 0 ? ref : tables[t])->quantized->i16;
            float *out = t < 0 ? want : y;
            for (int i = 0; i < m; i++) {
                for (int l = 0; l < k; l++) placed[i16_at(i16, i, l, K)] = x[i * K + l];
            }
            for (int j = 0; j < panels * PANEL; j++) {
                i16_panel *b = i16_panel_at(memory, j / PANEL, k);
                b->scale[j % PANEL] = of_columns[j];
                for (int l = 0; l < k; l++)
                    b->code[i16_place(i16, k, l, j % PANEL)] = w[l * MAX_PANELS * PANEL + j];
            }
            for (int i = 0; i < MAX_M * LDY; i++) out[i] = CANARY;
            i16->gemm(out, LDY, placed, K, scales, i16_panel_at(memory, 0, k), m, k, panels);
            if (t >= 0)
                CHECK_NOTE(same_bits(y, want, MAX_M * LDY), "%s %d m %d k %d", tables[t]->name,
                           option_of(tables[t]), m, k);
        }
    }
}

/* Codes of rows begin two rows before the scores, as attention.c lays them. */
TEST(softmax_i16_equals_scalar_and_softmax_and_may_lie_before_its_scores)
{
    enum { N = 200, LIMIT = 21332 };
    static float x[I16_ROWS * N], own[(2 + ROWS_MAX) * N];
    static int16_t want[I16_ROWS * N], got[I16_ROWS * N];
    float inverse[I16_ROWS], its[ROWS_MAX];
    for (int kind = 0; kind < FILLS; kind++) {
        const i16_kernels *r = &ref->quantized->i16;
        fill(x, I16_ROWS * N, kind);
        for (int i = 0; i < I16_ROWS; i++) {
            for (int l = N - 3; l < N; l++) x[i * N + l] = -FLT_MAX;
        }
        rows_by(r, r->softmax, want, inverse, x, I16_ROWS, N, LIMIT);
        for (int i = 0; i < I16_ROWS; i++) {
            double sum = 0.0, max = -1e30;
            for (int l = 0; l < N; l++) max = fmax(max, (double)x[i * N + l]);
            for (int l = 0; l < N; l++) sum += exp2((double)x[i * N + l] - max);
            for (int l = 0; l < N; l++)
                CHECK_NEAR(want[i * N + l] * (double)inverse[i], exp2((double)x[i * N + l] - max) / sum, 1e-4);
            CHECK(want[i * N + N - 1] == 0);
        }
        for (int t = 0; t < TABLES; t++) {
            const i16_kernels *k = &tables[t]->quantized->i16;
            int16_t *codes = (int16_t *)(void *)own;
            memcpy(own + 2 * N, x, sizeof x);
            for (int i = 0; i < I16_ROWS; i += i16_block(k)) {
                const int some = I16_ROWS - i < i16_block(k) ? I16_ROWS - i : i16_block(k);
                k->softmax(codes + i * N, its + i, own + (2 + i) * N, N, some, N, LIMIT);
            }
            for (int i = 0; i < I16_ROWS; i++) {
                for (int l = 0; l < N; l++) got[i * N + l] = codes[i16_at(k, i, l, N)];
            }
            CHECK_NOTE(same_bits(its, inverse, I16_ROWS) && !memcmp(got, want, sizeof want), "%s %s",
                       tables[t]->name, fills[kind]);
        }
    }
}

TEST(swiglu_equals_scalar_and_double_and_may_overwrite_its_gate)
{
    enum { N = 64 };
    float g[N], v[N], want[N], y[N];
    for (int kind = 0; kind < FILLS; kind++) {
        fill(g, N, kind);
        fill(v, N, 0);
        ref->swiglu(want, g, v, N);
        for (int i = 0; i < N; i++) {
            const double exact = (double)g[i] / (1.0 + exp(-(double)g[i])) * (double)v[i];
            CHECK_NEAR(want[i], exact, 1e-6 * fabs(exact) + 1e-30);
        }
        for (int t = 0; t < TABLES; t++) {
            memcpy(y, g, sizeof y);
            tables[t]->swiglu(y, y, v, N);
            CHECK_NOTE(same_bits(y, want, N), "%s %s", tables[t]->name, fills[kind]);
        }
    }
}

TEST(rope_equals_scalar_and_keeps_the_length_of_every_pair)
{
    enum { HEADS = 3, PAIRS = 32, N = HEADS * 2 * PAIRS };
    float x[N], want[N], y[N], c[PAIRS], s[PAIRS];
    for (int pairs = 4; pairs <= PAIRS; pairs += 4) {
        const int n = HEADS * 2 * pairs;
        fill(x, n, 0);
        for (int j = 0; j < pairs; j++) {
            c[j] = (float)cos(0.1 * j);
            s[j] = (float)sin(0.1 * j);
        }
        memcpy(want, x, sizeof want);
        ref->rope(want, c, s, HEADS, pairs);
        for (int j = 0; j < n; j += 2) {
            CHECK_NEAR(hypot((double)want[j], (double)want[j + 1]), hypot((double)x[j], (double)x[j + 1]), 1e-6);
        }
        for (int t = 0; t < TABLES; t++) {
            memcpy(y, x, sizeof y);
            tables[t]->rope(y, c, s, HEADS, pairs);
            CHECK_NOTE(same_bits(y, want, n), "%s pairs %d", tables[t]->name, pairs);
        }
    }
}

TEST(exp_f32_is_within_2e_7_of_double)
{
    for (float x = -86.9f; x < 87.9f; x += 0.0137f) {
        const double exact = exp((double)x);
        CHECK_NEAR(exp_f32(x), exact, 2e-7 * exact);
    }
    CHECK(exp_f32(-1e30f) > 0.0f && exp_f32(-1e30f) < 1e-37f);
    CHECK(exp_f32(1e30f) > 1e38f);
}

/* ---- contracts: calls that break one, one each ----------------------------------------------------- */

static float broken[256]; /* more than any of the calls touches */

static void gemm_of_no_inputs(const kernels *t)
{
    t->gemm_f32(broken, 8, broken, 8, broken + 128, NULL, 1, 0, 1, false);
}
static void gemm_of_rows_that_overlap(const kernels *t)
{
    t->gemm_f32(broken, 4, broken, 8, broken + 128, NULL, 2, 8, 1, false);
}
static void norm_of_half_a_vector(const kernels *t) { t->layer_norm(broken, broken, broken, broken, 12, 1e-6f); }
static void softmax_of_half_a_vector(const kernels *t) { t->softmax(broken, 4); }
static void swiglu_of_nothing(const kernels *t) { t->swiglu(broken, broken, broken, 0); }
static void rope_of_three_pairs(const kernels *t) { t->rope(broken, broken, broken, 1, 3); }
static void codes_without_padding(const kernels *t)
{
    t->quantized->q7.quantize(broken, (range *)(void *)broken, broken, 8, 1, 8, 8, 127);
}
static void codes_that_overflow(const kernels *t)
{
    t->quantized->i16.quantize((int16_t *)(void *)broken, broken + 128, broken + 64, 8, 1, 8, 32768);
}
static void columns_of_half_a_panel(const kernels *t)
{
    t->quantized->i16.columns(broken, broken + 128, 8, 8, 8, 4, 100);
}
static void products_of_half_a_vector(const kernels *t)
{
    t->quantized->i16.gemm(broken, 8, (const int16_t *)(void *)(broken + 64), 8, broken + 96,
                           (const i16_panel *)(void *)(broken + 128), 1, 4, 1);
}
static void powers_of_half_a_vector(const kernels *t)
{
    t->quantized->i16.softmax((int16_t *)(void *)broken, broken + 128, broken + 64, 9, 1, 9, 100);
}

/* Whether the call ends its process by an assert; in a process of its own. */
static bool aborts(void (*call)(const kernels *), const kernels *t)
{
    int status = 0;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);
        call(t);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(a_call_that_breaks_a_contract_is_stopped_in_checked_builds)
{
    static void (*const calls[])(const kernels *) = {
        gemm_of_no_inputs,       gemm_of_rows_that_overlap, norm_of_half_a_vector,   softmax_of_half_a_vector,
        swiglu_of_nothing,       rope_of_three_pairs,       codes_without_padding,   codes_that_overflow,
        columns_of_half_a_panel, products_of_half_a_vector, powers_of_half_a_vector,
    };
    for (int t = -1; t < TABLES; t++) {
        const kernels *table = t < 0 ? ref : tables[t];
        for (int c = 0; c < (int)(sizeof calls / sizeof *calls); c++) {
            CHECK_NOTE(aborts(calls[c], table), "%s, call %d", table->name, c);
        }
    }
}

int main(void)
{
    RUN(every_implementation_is_exact_here);
    RUN(gemm_f32_is_within_rounding_of_double_and_simd128_equals_scalar);
    RUN(gemm_f32_for_quantized_models_equals_scalar);
    RUN(q8_layers_give_the_same_bits_in_every_table);
    RUN(q8_layer_equals_its_dequantized_product_in_double);
    RUN(quantize_keeps_every_value_within_half_a_step_and_pads_with_zeros);
    RUN(ranges_and_codes_of_what_is_not_finite_equal_scalar_and_stay_in_range);
    RUN(layer_norm_equals_scalar_and_double);
    RUN(softmax_equals_scalar_sums_to_one_and_ignores_masked_entries);
    RUN(codes_of_16_bits_equal_scalar_and_keep_values_within_half_a_step);
    RUN(a_number_that_is_not_finite_makes_the_scale_of_its_codes_not_finite);
    RUN(gemm_i16_equals_scalar_up_to_the_largest_sums);
    RUN(softmax_i16_equals_scalar_and_softmax_and_may_lie_before_its_scores);
    RUN(swiglu_equals_scalar_and_double_and_may_overwrite_its_gate);
    RUN(rope_equals_scalar_and_keeps_the_length_of_every_pair);
    RUN(exp_f32_is_within_2e_7_of_double);
    RUN(a_call_that_breaks_a_contract_is_stopped_in_checked_builds);
    return test_report();
}
