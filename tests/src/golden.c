/* golden.c - the engine against the official code's results.
 *
 *     golden FIXTURES OUT CONFIG...
 *
 * For every dtype and variant of each config: runs the cases that tests/fixtures.py wrote, prints the
 * largest errors, and fails where one is over its bound; then it prints the error after every step, and
 * names the first that is too large. The logits of the simd128 variant are left
 * in OUT/<config>-<dtype>.f32, for the WebAssembly tests to find the same bits.
 * SPDX-License-Identifier: MIT */
#include "folder.h"
#include "test.h"

#include <string.h>

typedef struct place {
    const char *fixtures, *out, *config, *dtype;
} place;

static floats read_case(const place *p, int input, const char *what)
{
    char path[512];
    snprintf(path, sizeof path, "%s/cases/%s/in%d.%s.f32", p->fixtures, p->config, input, what);
    return read_file(path);
}

enum { MAX_STEPS = 1 + 24 }; /* with tokens after them: embedding and blocks */

/* Largest errors over the cases of one model; cosine of the logits, or of a feature extractor's features. */
typedef struct errors {
    double step[MAX_STEPS]; /* of the tokens after the embedding, block 0, block 1, ... */
    int steps;
    double pooled, logit, score, cosine;
} errors;

/* The larger of two; not a number once one of them is not, so that it is within no bound. */
static double larger(double a, double b) { return b > a || isnan(b) ? b : a; }

/* max |got - want| / max |want| */
static double relative(const float *got, const float *want, size_t n)
{
    double error = 0.0, size = 0.0;
    for (size_t i = 0; i < n; i++) {
        error = larger(error, fabs((double)got[i] - (double)want[i]));
        size = larger(size, fabs((double)want[i]));
    }
    return error / size;
}

/* Tokens after one step of the pass: all of them [T][C], or tokens 0, 1, last x channels 0..15. */
static double step_error(const evx_engine *e, const float *want, size_t size)
{
    const evx_info *i = evx_get_info(e);
    const size_t T = (size_t)i->tokens, C = (size_t)i->embed_dim;
    const float *x = evx_tokens(e);
    if (size == T * C) return relative(x, want, size);
    float sample[3 * 16];
    const size_t tokens[3] = { 0, 1, T - 1 };
    for (size_t t = 0; t < 3; t++) memcpy(sample + 16 * t, x + tokens[t] * C, 16 * sizeof *x);
    return relative(sample, want, size);
}

static void run_steps(evx_engine *e, floats tokens, errors *worst)
{
    const int steps = worst->steps = evx_get_info(e)->depth + 1;
    const size_t size = tokens.count / (size_t)steps;
    must(steps <= MAX_STEPS, "too many blocks for", "MAX_STEPS");
    CHECK_INT(evx_begin(e), EVX_OK);
    for (int i = 0; i < steps; i++) {
        CHECK(evx_step(e) > 0);
        worst->step[i] = larger(worst->step[i], step_error(e, tokens.at + (size_t)i * size, size));
    }
    CHECK_INT(evx_step(e), EVX_OK);
}

static double largest_step(const errors *e)
{
    double largest = 0.0;
    for (int i = 0; i < e->steps; i++) largest = larger(largest, e->step[i]);
    return largest;
}

/* Prints the error after every step of a model, and names the first over `bound`; NaN is over it. */
static void print_steps(const errors *e, double bound)
{
    int first = 0;
    while (first < e->steps && e->step[first] <= bound) first++;
    for (int i = 0; i < e->steps; i++) {
        if (i == 0) fprintf(stderr, "    embedding %.1e", e->step[i]);
        else fprintf(stderr, "  block %d %.1e", i - 1, e->step[i]);
    }
    fprintf(stderr, "  pooled %.1e  logits %.1e\n", e->pooled, e->logit);
    if (first == e->steps) fprintf(stderr, "    no block is over %.0e: look at pooling and classifier\n", bound);
    else if (first == 0) fprintf(stderr, "    the embedding is the first step over %.0e\n", bound);
    else fprintf(stderr, "    block %d is the first step over %.0e\n", first - 1, bound);
}

static double cosine(const float *a, const float *b, int n)
{
    double ab = 0.0, aa = 0.0, bb = 0.0;
    for (int i = 0; i < n; i++) {
        ab += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return ab / sqrt(aa * bb);
}

/* want: the official code in float32; exact: in float64. */
static void compare_logits(const evx_engine *e, const float *want, const float *exact, errors *worst)
{
    const evx_info *info = evx_get_info(e);
    for (int i = 0; i < info->classes; i++) {
        worst->logit = larger(worst->logit, fabs((double)evx_logits(e)[i] - (double)want[i]));
        if (info->scoring != EVX_SCORE_SIGMOID) continue;
        const double score = 1.0 / (1.0 + exp(-(double)exact[i]));
        worst->score = larger(worst->score, fabs((double)evx_scores(e)[i] - score));
    }
}

static bool run_case(evx_engine *e, const place *p, int i, FILE *log, errors *worst)
{
    floats input = read_case(p, i, "input");
    if (!input.at) return false;
    floats tokens = read_case(p, i, "stages"), pooled = read_case(p, i, "pooled");
    floats logits = read_case(p, i, "logits"), exact = read_case(p, i, "logits64");
    const evx_info *info = evx_get_info(e);
    const size_t side = (size_t)info->input_size, K = (size_t)info->classes, C = (size_t)info->embed_dim;
    must(input.count == 3 * side * side && pooled.count == C && exact.count == K && logits.count == K &&
             tokens.count % ((size_t)info->depth + 1) == 0,
         "unexpected case of", p->config);
    memcpy(evx_write_input(e), input.at, input.count * sizeof(float));
    run_steps(e, tokens, worst);
    worst->pooled = larger(worst->pooled, relative(evx_embedding(e), pooled.at, C));
    compare_logits(e, logits.at, exact.at, worst);
    worst->cosine = fmin(worst->cosine,
                         K ? cosine(evx_logits(e), exact.at, (int)K) : cosine(evx_embedding(e), pooled.at, (int)C));
    if (log) fwrite(K ? evx_logits(e) : evx_embedding(e), sizeof(float), K ? K : C, log);
    free(input.at);
    free(tokens.at);
    free(pooled.at);
    free(logits.at);
    free(exact.at);
    return true;
}

/* The bounds that the project promises (model/FIDELITY.md). */
static void check_bounds(const place *p, evx_variant variant, const errors *e)
{
    const int failures = test_now.failures;
    const double steps = largest_step(e), step_bound = !strcmp(p->dtype, "f32") ? 1e-4 : 0.1;
    if (!strcmp(p->dtype, "f32")) {
        CHECK_NOTE(e->logit <= (variant == EVX_RELAXED ? 1e-4 : 2e-5), "%s %g", p->config, e->logit);
        CHECK_NOTE(steps <= step_bound && e->pooled <= step_bound, "%s %g %g", p->config, steps, e->pooled);
    } else if (!strcmp(p->dtype, "q8")) {
        CHECK_NOTE(e->cosine >= 0.9995, "%s %.6f", p->config, e->cosine);
        CHECK_NOTE(e->score <= 0.02, "%s %g", p->config, e->score);
    } else {
        CHECK_NOTE(e->cosine >= 0.99999, "%s %.7f", p->config, e->cosine);
    }
    if (test_now.failures > failures) print_steps(e, step_bound);
}

static void run_model(const place *p, evx_variant variant)
{
    evx_engine *e;
    errors worst = { .cosine = 1.0 };
    CHECK_INT(evx_create(&e, NULL, variant), EVX_OK);
    char path[512];
    snprintf(path, sizeof path, "%s/models/%s-%s", p->fixtures, p->config, p->dtype);
    if (feed_folder(e, path)) {
        snprintf(path, sizeof path, "%s/%s-%s.f32", p->out, p->config, p->dtype);
        FILE *log = variant == EVX_SIMD128 ? fopen(path, "wb") : NULL;
        int cases = 0;
        while (run_case(e, p, cases, log, &worst)) cases++;
        if (log) fclose(log);
        must(cases > 0, "no cases of", p->config);
        check_bounds(p, variant, &worst);
        printf("%-11s %-3s %-7s  stages %.1e  pooled %.1e  logits %.1e  scores %.1e  cosine %.7f\n", p->config,
               p->dtype, evx_variant_name(e), largest_step(&worst), worst.pooled, worst.logit, worst.score,
               worst.cosine);
    }
    evx_destroy(e);
}

static place current; /* of the test that runs */

/* Small models only by the scalar kernels, which are slow, and by the relaxed ones, whose instructions are
 * emulated here and are the processor's in the WebAssembly tests; the unit tests compare them kernel by kernel. */
TEST(results_equal_the_official_code)
{
    static const char *const dtypes[] = { "f32", "f16", "q8" };
    for (int d = 0; d < 3; d++) {
        current.dtype = dtypes[d];
        run_model(&current, EVX_SIMD128);
        if (strncmp(current.config, "nano", 4)) continue;
        run_model(&current, EVX_SCALAR);
        run_model(&current, EVX_RELAXED);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: golden FIXTURES OUT CONFIG...\n");
        return 2;
    }
    for (int c = 3; c < argc; c++) {
        current = (place){ .fixtures = argv[1], .out = argv[2], .config = argv[c] };
        test_run(results_equal_the_official_code, argv[c]);
    }
    return test_report();
}
