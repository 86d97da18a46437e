/* model.c - where the activations of a pass lie in memory.
 * SPDX-License-Identifier: MIT */
#include "model.h"

static int max_int(int a, int b) { return a > b ? a : b; }

/* Columns of workspace.scratch. */
static int scratch_columns(const evx_info *i)
{
    return max_int(PATCH_RGB, max_int(3 * i->embed_dim, 2 * i->mlp_hidden));
}

void model_layout(model *m, arena *a)
{
    const evx_info *i = &m->info;
    workspace *ws = &m->ws;
    const uint64_t C = (uint64_t)i->embed_dim, T = (uint64_t)i->tokens, R = (uint64_t)i->input_size;
    const uint64_t d = C / (uint64_t)i->heads, keys = (uint64_t)panels_for(i->tokens) * PANEL;
    const uint64_t inputs = (uint64_t)groups_for(max_int(i->embed_dim, i->mlp_hidden)) * GROUP;
    const uint64_t threads = (uint64_t)m->pool->capacity, H = (uint64_t)i->heads;
    const uint64_t f32_heads = model_is_quantized(m) ? 1 : H, i16_heads = model_is_quantized(m) ? H : 0;
    ws->crop = arena_take(a, 3 * R * R, sizeof *ws->crop);
    ws->input = arena_floats(a, 3 * R * R);
    ws->x = arena_floats(a, T * C);
    ws->y = arena_floats(a, T * C);
    ws->scratch = arena_floats(a, T * (uint64_t)scratch_columns(i));
    ws->codes = arena_take(a, (T + Q8_SPARE_ROWS) * inputs, sizeof(int16_t)); /* the widest code */
    ws->ranges = arena_take(a, T + Q8_SPARE_ROWS, sizeof(range));
    ws->keys = arena_floats(a, f32_heads * keys * d);
    ws->values = arena_floats(a, f32_heads * T * d);
    ws->keys16 = arena_take(a, i16_heads * (keys / PANEL), i16_panel_bytes((int)d));
    ws->values16 = arena_take(a, i16_heads * (d / PANEL), i16_panel_bytes((int)keys));
    ws->scores = arena_floats(a, threads * (QUERY_TILE + SPARE_SCORES) * keys);
    ws->queries16 = arena_take(a, threads * QUERY_TILE * d, sizeof *ws->queries16);
    ws->score_scales = arena_floats(a, threads * QUERY_TILE);
    ws->last_input = arena_floats(a, T * C);
    ws->pooled = arena_floats(a, C);
    ws->embedding = arena_floats(a, C);
    ws->logits = arena_floats(a, (uint64_t)panels_for(i->classes) * PANEL);
    ws->class_scores = arena_floats(a, (uint64_t)i->classes);
}
