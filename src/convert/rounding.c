/* rounding.c - columns rounded one after the other, the error of each fed into those that follow.
 * SPDX-License-Identifier: MIT */
#include "convert/rounding.h"

#include "half.h"
#include "kernels/simd.h"

enum { LIMIT = 127, FOUR = 4, FOUR_SUM = 258 };

size_t q8_row_bytes(int in) { return 2 * (size_t)groups_for(in) + (size_t)in; }

/* What a thread works on: for each panel all columns as they are wanted now, and the errors of one group. */
size_t rounding_room(int in) { return (size_t)(in + GROUP) * PANEL * ROUNDING_PANELS; }

/* A panel at work. */
typedef struct worked {
    const float *w;     /* [in][8] */
    float *wanted;      /* [in][8]: w, and what makes good the rounding of earlier columns */
    float *errors;      /* [GROUP][8], of this group: w less what is stored */
    uint8_t *record;    /* of the panel's first row */
    float scale[PANEL]; /* of this group */
    v128_t used[2];     /* magnitudes of the codes of the current four, so far */
    v128_t loss[2], drift[2];
} worked;

/* The smallest binary16 scale that brings a magnitude to at most 127. The product of a binary16 and 127 is exact. */
static uint16_t scale_for(float largest)
{
    const uint16_t scale = f32_to_half(largest / (float)LIMIT);
    return half_to_f32(scale) * (float)LIMIT < largest && scale < 0x7c00 ? (uint16_t)(scale + 1) : scale;
}

/* The largest magnitude of a lane in `count` columns; with fours, also that which the sums of fours allow. */
static float largest_of(const float *lane, int count, bool fours)
{
    float largest = 0.0f;
    for (int i = 0; i < count; i += FOUR) {
        float sum = 0.0f;
        for (int l = i; l < i + FOUR; l++) {
            const float size = fabsf(lane[l * PANEL]);
            largest = size > largest ? size : largest;
            sum += size;
        }
        sum *= (float)LIMIT / (float)FOUR_SUM;
        if (fours && sum > largest) largest = sum;
    }
    return largest;
}

static void choose_scales(const rounding *r, worked *p, int start, int count)
{
    for (int lane = 0; lane < PANEL; lane++) {
        const float *column = p->wanted + (ptrdiff_t)start * PANEL + lane;
        const uint16_t scale = scale_for(largest_of(column, count, r->act_bits == 7));
        uint8_t *at = p->record + (size_t)lane * q8_row_bytes(r->w->in) + 2 * (size_t)(start / GROUP);
        at[0] = (uint8_t)scale;
        at[1] = (uint8_t)(scale >> 8);
        p->scale[lane] = half_to_f32(scale);
    }
}

static void store_codes(const rounding *r, const worked *p, ptrdiff_t column, const float codes[PANEL])
{
    const size_t row = q8_row_bytes(r->w->in), at = row - (size_t)r->w->in + (size_t)column;
    for (int lane = 0; lane < PANEL; lane++) p->record[(size_t)lane * row + at] = (uint8_t)(int8_t)codes[lane];
}

/* Rounds column `start + i`, of which wanted[2] is left to be stored. */
static void round_column(const rounding *r, worked *p, int start, int i, const v128_t wanted[2])
{
    const v128_t zero = wasm_f32x4_splat(0.0f), one = wasm_f32x4_splat(1.0f);
    const v128_t limit = wasm_f32x4_splat((float)LIMIT), sum = wasm_f32x4_splat((float)FOUR_SUM);
    const v128_t weight = wasm_f32x4_splat(r->weights[start + i]);
    const v128_t mean = wasm_f32x4_splat(r->means ? r->means[start + i] : 0.0f);
    const ptrdiff_t column = start + i;
    float codes[PANEL];
    for (int h = 0; h < 2; h++) {
        const v128_t scale = wasm_v128_load(p->scale + 4 * h);
        const v128_t inverse = wasm_v128_and(wasm_f32x4_div(one, scale), wasm_f32x4_gt(scale, zero));
        if (i % FOUR == 0) p->used[h] = zero;
        const v128_t top = r->act_bits == 7 ? wasm_f32x4_pmin(limit, wasm_f32x4_sub(sum, p->used[h])) : limit;
        v128_t code = wasm_f32x4_nearest(wasm_f32x4_mul(wanted[h], inverse));
        code = wasm_f32x4_pmax(wasm_f32x4_neg(top), wasm_f32x4_pmin(top, code));
        const v128_t stored = wasm_f32x4_mul(code, scale), off = wasm_f32x4_sub(wanted[h], stored);
        p->used[h] = wasm_f32x4_add(p->used[h], wasm_f32x4_abs(code));
        p->loss[h] = wasm_f32x4_add(p->loss[h], wasm_f32x4_mul(wasm_f32x4_mul(off, off), weight));
        const v128_t error = wasm_f32x4_sub(wasm_v128_load(p->w + column * PANEL + 4 * h), stored);
        wasm_v128_store(p->errors + i * PANEL + 4 * h, error);
        p->drift[h] = wasm_f32x4_add(p->drift[h], wasm_f32x4_mul(error, mean));
        wasm_v128_store(codes + 4 * h, code);
    }
    store_codes(r, p, column, codes);
}

/* Rounds the columns of a group, each after what the earlier ones of the group leave to it. panels is a constant
 * at every call. */
static inline __attribute__((always_inline)) void round_group(const rounding *r, worked *at, int start, int count,
                                                              const int panels)
{
    v128_t wanted[ROUNDING_PANELS][2];
    for (int i = 0; i < count; i++) {
        const float *feedback = r->feedback + (ptrdiff_t)(start + i) * r->w->in + start;
        for (int p = 0; p < panels; p++) {
            wanted[p][0] = wasm_v128_load(at[p].wanted + (ptrdiff_t)(start + i) * PANEL);
            wanted[p][1] = wasm_v128_load(at[p].wanted + (ptrdiff_t)(start + i) * PANEL + 4);
        }
        for (int l = 0; l < i; l++) {
            const v128_t f = wasm_v128_load32_splat(feedback + l);
            for (int p = 0; p < panels; p++) {
                const float *errors = at[p].errors + l * PANEL;
                wanted[p][0] = wasm_f32x4_add(wanted[p][0], wasm_f32x4_mul(f, wasm_v128_load(errors)));
                wanted[p][1] = wasm_f32x4_add(wanted[p][1], wasm_f32x4_mul(f, wasm_v128_load(errors + 4)));
            }
        }
        for (int p = 0; p < panels; p++) round_column(r, &at[p], start, i, wanted[p]);
    }
}

static void begin_panel(const rounding *r, worked *p, int panel, float *room)
{
    const size_t in = (size_t)r->w->in;
    p->w = (const float *)r->w->panels + (size_t)panel * in * PANEL;
    p->wanted = room;
    p->errors = room + in * PANEL;
    p->record = r->records + (size_t)panel * PANEL * q8_row_bytes(r->w->in);
    p->loss[0] = p->loss[1] = p->drift[0] = p->drift[1] = wasm_f32x4_splat(0.0f);
    memcpy(p->wanted, p->w, in * PANEL * sizeof *room);
}

static void round_some(const rounding *r, int first, int panels, float *room)
{
    const int in = r->w->in;
    worked at[ROUNDING_PANELS];
    for (int p = 0; p < panels; p++) begin_panel(r, &at[p], first + p, room + p * (ptrdiff_t)(in + GROUP) * PANEL);
    for (int start = 0; start < in; start += GROUP) {
        const int count = in - start < GROUP ? in - start : GROUP, end = start + count;
        for (int p = 0; p < panels; p++) choose_scales(r, &at[p], start, count);
        if (panels == ROUNDING_PANELS) round_group(r, at, start, count, ROUNDING_PANELS);
        else
            for (int p = 0; p < panels; p++) round_group(r, &at[p], start, count, 1);
        for (int p = 0; p < panels && end < in; p++) {
            r->kernels->gemm_f32(at[p].wanted + (ptrdiff_t)end * PANEL, PANEL,
                                 r->feedback + (ptrdiff_t)end * in + start, in, at[p].errors, NULL, in - end, count,
                                 1, true);
        }
    }
    for (int p = 0; p < panels; p++) {
        r->losses[first + p] = (double)sum8_lanes(at[p].loss[0], at[p].loss[1]);
        wasm_v128_store(r->drift + (first + p) * PANEL, at[p].drift[0]);
        wasm_v128_store(r->drift + (first + p) * PANEL + 4, at[p].drift[1]);
    }
}

typedef struct rounding_job {
    const rounding *r;
    int first, last;
} rounding_job;

/* Items are ROUNDING_PANELS panels. */
static void run_panels(void *job, int first, int last, int thread)
{
    const rounding_job *j = job;
    float *room = j->r->room + (size_t)thread * rounding_room(j->r->w->in);
    for (int i = first; i < last; i++) {
        const int panel = j->first + i * ROUNDING_PANELS, left = j->last - panel;
        round_some(j->r, panel, left < ROUNDING_PANELS ? left : ROUNDING_PANELS, room);
    }
}

void round_panels(const rounding *r, int first, int last)
{
    rounding_job j = { r, first, last };
    parallel_for(r->pool, (last - first + ROUNDING_PANELS - 1) / ROUNDING_PANELS, 1, run_panels, &j);
}
