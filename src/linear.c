/* linear.c - weights packed into panels, and the loops over them.
 * SPDX-License-Identifier: MIT */
#include "linear.h"

#include "bytes.h"
#include "half.h"

#include <string.h>

/* What a thread takes at a time, at most: two panels of 8 floats fill a cache line. */
enum { PANEL_GRAIN = 2 };

static const q8_kernels *q8_for(const kernels *k, const matrix *w) { return w->act_bits == 7 ? &k->q7 : &k->q8; }

static q8_place_fn *place_for(const kernels *k, int act_bits) { return act_bits == 7 ? k->q7_place : k->q8_place; }

static size_t q8_panel_bytes(const matrix *w)
{
    return sizeof(q8_panel) + (size_t)groups_for(w->in) * sizeof(q8_group);
}

static q8_panel *q8_panel_at(const matrix *w, int panel)
{
    return (q8_panel *)((uint8_t *)w->panels + (size_t)panel * q8_panel_bytes(w));
}

static float *f32_panel_at(const matrix *w, int panel)
{
    return (float *)w->panels + (size_t)panel * (size_t)w->in * PANEL;
}

void matrix_layout(matrix *w, arena *a)
{
    const size_t f32_bytes = (size_t)w->in * PANEL * sizeof(float);
    w->panels = arena_take(a, (uint64_t)panels_for(w->out), w->act_bits ? q8_panel_bytes(w) : f32_bytes);
}

void matrix_pack_f32(matrix *w, int row, const float *values)
{
    float *at = f32_panel_at(w, row / PANEL) + row % PANEL;
    for (int i = 0; i < w->in; i++) at[i * PANEL] = values[i];
}

void q8_places_for(q8_places *p, const kernels *k, int act_bits)
{
    for (int j = 0; j < PANEL; j++) {
        for (int i = 0; i < GROUP; i += 2) p->of[j][i / 2] = (uint16_t)place_for(k, act_bits)(i, j);
    }
}

static inline void place_pair(q8_group *group, int where, const int8_t *codes)
{
    memcpy(group->code + where, codes, 2);
}

/* Puts `count` codes of one output, a multiple of 8, at their places; returns their sum. */
static inline int32_t place_codes(q8_group *group, const uint16_t *where, const int8_t *codes, int count)
{
    int32_t total = 0;
    for (int i = 0; i < count; i += 8, where += 4) {
        place_pair(group, where[0], codes + i);
        place_pair(group, where[1], codes + i + 2);
        place_pair(group, where[2], codes + i + 4);
        place_pair(group, where[3], codes + i + 6);
    }
    for (int i = 0; i < count; i++) total += codes[i];
    return total;
}

void matrix_pack_q8(matrix *w, const q8_places *places, int row, const uint8_t *record)
{
    const int groups = groups_for(w->in), lane = row % PANEL;
    const int8_t *codes = (const int8_t *)record + 2 * groups;
    q8_panel *panel = q8_panel_at(w, row / PANEL);
    const uint16_t *where = places->of[lane];
    float sum = 0.0f;
    for (int g = 0; g < groups; g++, codes += GROUP) {
        q8_group *group = &panel->group[g];
        const int left = w->in - g * GROUP;
        const int32_t total = place_codes(group, where, codes, left < GROUP ? left : GROUP);
        group->scale[lane] = half_to_f32(le16(record + 2 * g));
        sum += group->scale[lane] * (float)total;
    }
    panel->sum[lane] = sum;
}

void linear_prepare(const kernels *k, const matrix *w, activations *in, int first, int last)
{
    if (!w->act_bits) return;
    const q8_kernels *q = q8_for(k, w);
    const int padded = groups_for(w->in) * GROUP, levels = (1 << w->act_bits) - 1, block = q8_block(q);
    for (int i = first; i < last; i += block) {
        const int rows = last - i < block ? last - i : block;
        q->quantize(q8_row(q, in->codes, i, padded), in->ranges + i, in->x + i * in->ldx, in->ldx, rows, w->in,
                    padded, levels);
    }
}

void linear_run(const kernels *k, const matrix *w, float *y, ptrdiff_t ldy, const activations *in, bool add,
                int first, int last)
{
    const int groups = groups_for(w->in);
    const float *bias = w->bias ? w->bias + first * PANEL : NULL;
    float *out = y + first * PANEL;
    if (w->act_bits) {
        q8_for(k, w)->gemm(out, ldy, in->codes, groups * GROUP, in->ranges, q8_panel_at(w, first), bias, in->m,
                           groups, last - first, add);
    } else {
        k->gemm_f32(out, ldy, in->x, in->ldx, f32_panel_at(w, first), bias, in->m, w->in, last - first, add);
    }
}

typedef struct layer {
    const kernels *k;
    const matrix *w;
    float *y;
    ptrdiff_t ldy;
    const activations *in;
    bool add;
} layer;

static void run_panels(void *job, int first, int last, int thread)
{
    (void)thread;
    const layer *l = job;
    linear_run(l->k, l->w, l->y, l->ldy, l->in, l->add, first, last);
}

void linear_panels(thread_pool *pool, const kernels *k, const matrix *w, float *y, ptrdiff_t ldy,
                   const activations *in, bool add)
{
    layer l = { k, w, y, ldy, in, add };
    parallel_for(pool, panels_for(w->out), PANEL_GRAIN, run_panels, &l);
}

float matrix_at(const matrix *w, int out, int in) { return f32_panel_at(w, out / PANEL)[in * PANEL + out % PANEL]; }

/* linear_columns of a q8 layer. The place of a code in its group is looked up once, not for every weight. */
static void q8_columns(const kernels *k, const matrix *w, float *columns)
{
    int where[PANEL][GROUP];
    for (int lane = 0; lane < PANEL; lane++) {
        for (int i = 0; i < GROUP; i++) where[lane][i] = place_for(k, w->act_bits)(i, lane);
    }
    for (int o = 0; o < w->out; o++) {
        const int lane = o % PANEL;
        const q8_panel *panel = q8_panel_at(w, o / PANEL);
        for (int i = 0; i < w->in; i++) {
            const q8_group *g = &panel->group[i / GROUP];
            float *at = columns + ((ptrdiff_t)(i / PANEL) * w->out + o) * PANEL + i % PANEL;
            *at = g->scale[lane] * (float)g->code[where[lane][i % GROUP]];
        }
    }
}

void linear_columns(const kernels *k, const matrix *w, float *columns)
{
    if (w->act_bits) {
        q8_columns(k, w, columns);
        return;
    }
    for (int p = 0; p < w->in / PANEL; p++) {
        for (int o = 0; o < w->out; o++) {
            for (int i = 0; i < PANEL; i++) *columns++ = matrix_at(w, o, p * PANEL + i);
        }
    }
}

void linear_backward(const kernels *k, const matrix *w, const float *columns, float *dx, ptrdiff_t lddx,
                     const float *dy, ptrdiff_t lddy, int m)
{
    k->gemm_backward(dx, lddx, dy, lddy, columns, NULL, m, w->out, w->in / PANEL, false);
}
