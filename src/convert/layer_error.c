/* layer_error.c - the error of 8-bit weights and activations in a layer's output, over the output's spread.
 * SPDX-License-Identifier: MIT */
#include "convert/layer_error.h"

#include <math.h>

double mean_square_range(const samples *x, float *room)
{
    float *low = room, *high = room + x->tokens;
    const float *at = x->panels;
    for (int t = 0; t < x->tokens; t++) low[t] = high[t] = at[t * PANEL];
    for (int p = 0; p < x->channels / PANEL; p++) {
        for (int t = 0; t < x->tokens; t++) {
            for (int i = 0; i < PANEL; i++, at++) {
                low[t] = *at < low[t] ? *at : low[t];
                high[t] = *at > high[t] ? *at : high[t];
            }
        }
    }
    double sum = 0.0;
    for (int t = 0; t < x->tokens; t++) sum += (double)(high[t] - low[t]) * (double)(high[t] - low[t]);
    return sum / x->tokens;
}

typedef struct probe {
    const kernels *kernels;
    const matrix *w;
    activations in;
    float *y; /* [probes][out] */
} probe;

static void run_panels(void *job, int first, int last, int thread)
{
    (void)thread;
    const probe *p = job;
    linear_run(p->kernels, p->w, p->y, p->w->out, &p->in, false, first, last);
}

/* rows[probes][channels] of samples spread evenly. */
static void take_probes(float *rows, int probes, const samples *x)
{
    for (int i = 0; i < probes; i++) {
        const int t = (int)((int64_t)i * x->tokens / probes);
        for (int c = 0; c < x->channels; c++) {
            *rows++ = x->panels[((ptrdiff_t)(c / PANEL) * x->tokens + t) * PANEL + c % PANEL];
        }
    }
}

static double variance_of(const float *y, ptrdiff_t ldy, int n)
{
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < n; i++) sum += (double)y[i * ldy];
    for (int i = 0; i < n; i++) squares += ((double)y[i * ldy] - sum / n) * ((double)y[i * ldy] - sum / n);
    return squares / n;
}

double output_variance(thread_pool *pool, const kernels *k, const matrix *w, const samples *x, float *room)
{
    const int probes = x->tokens < PROBES ? x->tokens : PROBES;
    probe p = { k, w, { .x = room, .ldx = w->in, .m = probes }, room + (ptrdiff_t)probes * w->in };
    take_probes(room, probes, x);
    parallel_for(pool, w->out / PANEL, 1, run_panels, &p);
    double sum = 0.0;
    for (int o = 0; o < w->out; o++) sum += variance_of(p.y + o, w->out, probes);
    return sum;
}

static double square_sum(const matrix *w)
{
    const float *at = w->panels;
    const ptrdiff_t count = (ptrdiff_t)w->out * w->in;
    double sum = 0.0;
    for (ptrdiff_t i = 0; i < count; i++) sum += (double)at[i] * (double)at[i];
    return sum;
}

double layer_error(const matrix *w, int act_bits, double loss, const samples *x, double square_range,
                   double variance)
{
    const double levels = (1 << act_bits) - 1, noise = square_sum(w) * square_range / (levels * levels) / 12.0;
    return variance > 0.0 ? sqrt((loss / x->tokens + noise) / variance) : 0.0;
}
