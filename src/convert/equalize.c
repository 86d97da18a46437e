/* equalize.c - how much to scale and shift each channel, from the values in it and the columns that read it.
 * SPDX-License-Identifier: MIT */
#include "convert/equalize.h"

#include "convert/real_math.h"

#include <string.h>

static const double LOUDNESS = 0.6; /* of a channel: how much of it is divided out; the rest stays in the weights */
static const double LOUDEST = 0.999; /* the loudness is the quantile of the magnitudes that few tokens exceed */
static const double WIDEST = 64.0;   /* scales stay within 1 / WIDEST .. WIDEST of their geometric mean */

enum { TOP = 32 }; /* magnitudes that reach down to the quantile, for up to 30,000 tokens */

typedef struct job {
    matrix *reader;
    const maker *maker;
    samples *x;
    const channel_stats *c;
} job;

/* ---- what channels are like --------------------------------------------------------------------- */

static void mean_of(float mean[PANEL], const float *panel, int tokens)
{
    double sum[PANEL] = { 0 };
    for (int t = 0; t < tokens; t++) {
        for (int j = 0; j < PANEL; j++) sum[j] += (double)panel[t * PANEL + j];
    }
    for (int j = 0; j < PANEL; j++) mean[j] = (float)(sum[j] / tokens);
}

/* The quantile LOUDEST of |x - shift| of a channel, between two values in proportion. */
static float loudness_of(const float *x, int tokens, float shift)
{
    const double place = LOUDEST * (tokens - 1);
    const int below = (int)place, kept = tokens - below;
    float top[TOP] = { 0 }; /* the largest, in falling order */
    for (int t = 0; t < tokens; t++) {
        const float size = fabsf(x[t * PANEL] - shift);
        if (!(size > top[kept - 1])) continue;
        int i = kept - 1;
        for (; i > 0 && top[i - 1] < size; i--) top[i] = top[i - 1];
        top[i] = size;
    }
    const float low = top[kept - 1], high = kept > 1 ? top[kept - 2] : low;
    return low + (high - low) * (float)(place - below);
}

static void measure_inputs(void *context, int first, int last, int thread)
{
    (void)thread;
    const job *j = context;
    const int tokens = j->x->tokens;
    for (int p = first; p < last; p++) {
        const float *panel = j->x->panels + (ptrdiff_t)p * tokens * PANEL;
        float *mean = j->c->mean + p * PANEL, *shift = j->c->shift + p * PANEL, *loudness = j->c->scale + p * PANEL;
        mean_of(mean, panel, tokens);
        for (int i = 0; i < PANEL; i++) {
            shift[i] = j->maker->can_shift ? mean[i] : 0.0f;
            loudness[i] = loudness_of(panel + i, tokens, shift[i]);
        }
    }
}

static float *weights_at(const matrix *w, int panel, int channel)
{
    return (float *)w->panels + ((ptrdiff_t)panel * w->in + channel) * PANEL;
}

/* room = root mean square of the weights that read each channel. Items are panels of channels. */
static void measure_weights(void *context, int first, int last, int thread)
{
    (void)thread;
    const job *j = context;
    const matrix *w = j->reader;
    for (int c = first * PANEL; c < last * PANEL; c++) {
        double sum = 0.0;
        for (int p = 0; p < w->out / PANEL; p++) {
            const float *at = weights_at(w, p, c);
            for (int i = 0; i < PANEL; i++) sum += (double)at[i] * (double)at[i];
        }
        j->c->room[c] = (float)sqrt(sum / w->out);
    }
}

/* ---- scales ------------------------------------------------------------------------------------ */

/* values[n] become logarithms; those of zeros the mean of the others: channels that are silent or that nobody
 * reads count as average. */
static void take_logs(float *values, int n)
{
    double sum = 0.0;
    int positive = 0;
    for (int i = 0; i < n; i++) {
        if (!(values[i] > 0.0f)) continue;
        sum += real_log((double)values[i]);
        positive++;
    }
    const double mean = positive ? sum / positive : 0.0;
    for (int i = 0; i < n; i++) values[i] = (float)(values[i] > 0.0f ? real_log((double)values[i]) : mean);
}

/* scale = loudness^a / weight^(1-a), with the geometric mean 1. */
static void choose_scales(const channel_stats *c, int n)
{
    const double limit = real_log(WIDEST);
    double sum = 0.0;
    take_logs(c->scale, n);
    take_logs(c->room, n);
    for (int i = 0; i < n; i++) {
        c->scale[i] = (float)(LOUDNESS * (double)c->scale[i] - (1.0 - LOUDNESS) * (double)c->room[i]);
        sum += (double)c->scale[i];
    }
    for (int i = 0; i < n; i++) {
        const double wanted = (double)c->scale[i] - sum / n;
        c->scale[i] = (float)real_exp(wanted > limit ? limit : wanted < -limit ? -limit : wanted);
    }
}

/* ---- the changes ------------------------------------------------------------------------------- */

/* The reader takes the shift into its bias and the scale into its columns. Items are panels of outputs. */
static void change_reader(void *context, int first, int last, int thread)
{
    (void)thread;
    const job *j = context;
    float *bias = (float *)(uintptr_t)j->reader->bias;
    for (int p = first; p < last; p++) {
        double sum[PANEL] = { 0 };
        float *at = weights_at(j->reader, p, 0);
        for (int c = 0; c < j->reader->in; c++, at += PANEL) {
            for (int i = 0; i < PANEL; i++) {
                sum[i] += (double)at[i] * (double)j->c->shift[c];
                at[i] *= j->c->scale[c];
            }
        }
        for (int i = 0; i < PANEL; i++) bias[p * PANEL + i] += (float)sum[i];
    }
}

/* Items are panels of channels. */
static void change_maker(void *context, int first, int last, int thread)
{
    (void)thread;
    const job *j = context;
    const maker *m = j->maker;
    for (int c = first * PANEL; c < last * PANEL; c++) {
        const float scale = j->c->scale[c];
        m->bias[c] = (m->bias[c] - j->c->shift[c]) / scale;
        if (!m->matrix) {
            m->weight[c] /= scale;
            continue;
        }
        float *at = weights_at(m->matrix, (m->first + c) / PANEL, 0) + c % PANEL;
        for (int i = 0; i < m->matrix->in; i++) at[i * PANEL] /= scale;
    }
}

/* Items are panels of channels. */
static void change_samples(void *context, int first, int last, int thread)
{
    (void)thread;
    const job *j = context;
    float *at = j->x->panels + (ptrdiff_t)first * j->x->tokens * PANEL;
    for (int p = first; p < last; p++) {
        const float *shift = j->c->shift + p * PANEL;
        float inverse[PANEL];
        for (int i = 0; i < PANEL; i++) inverse[i] = 1.0f / j->c->scale[p * PANEL + i];
        for (int t = 0; t < j->x->tokens; t++, at += PANEL) {
            for (int i = 0; i < PANEL; i++) at[i] = (at[i] - shift[i]) * inverse[i];
        }
    }
}

void equalize(thread_pool *pool, matrix *reader, const maker *m, samples *x, const channel_stats *c)
{
    job j = { reader, m, x, c };
    const int panels = x->channels / PANEL;
    parallel_for(pool, panels, 1, measure_inputs, &j);
    parallel_for(pool, panels, 1, measure_weights, &j);
    choose_scales(c, x->channels);
    parallel_for(pool, reader->out / PANEL, 1, change_reader, &j);
    parallel_for(pool, panels, 1, change_maker, &j);
    parallel_for(pool, panels, 1, change_samples, &j);
}
