/* convert_wasm.c - what a WebAssembly host sees of the converter: the calls of converter.h with numbers and addresses
 * only. No logic lives here; structs are read field by field. Counts that may pass 32 bits travel as doubles.
 * The host's side of this file is web/convert/convert-module.js.
 * SPDX-License-Identifier: MIT */
#include "convert/converter.h"

#include "convert/pos_embed.h"
#include "convert/rope_table.h"

#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

/* Memory for the host's bytes, tables and thread stacks; 0 when there is none left. */
void *EXPORT(evax_alloc)(size_t bytes) { return malloc(bytes); }
void EXPORT(evax_free)(void *block) { free(block); }

/* A new converter; 0 when out of memory. */
evx_converter *EXPORT(evax_converter_create)(void)
{
    evx_converter *c;
    evx_converter_create(&c, NULL);
    return c;
}

int EXPORT(evax_converter_set_threads)(evx_converter *c, int threads)
{
    return evx_converter_set_threads(c, threads);
}
void EXPORT(evax_worker_loop)(evx_converter *c, int thread) { evx_converter_worker_loop(c, thread); }

int EXPORT(evax_converter_plan)(evx_converter *c, int embed_dim, int depth, int heads, int mlp_hidden, int grid,
                                int classes, int cls_pooling, int inner_norm, int scoring, int target, float mean,
                                float std)
{
    const evx_info info = { .embed_dim = embed_dim,
                            .depth = depth,
                            .heads = heads,
                            .mlp_hidden = mlp_hidden,
                            .grid = grid,
                            .classes = classes,
                            .cls_pooling = cls_pooling,
                            .inner_norm = inner_norm,
                            .scoring = (evx_scoring)scoring };
    return evx_converter_plan(c, &info, (evx_target)target, (normalization){ mean, std });
}

void *EXPORT(evax_converter_films)(evx_converter *c) { return evx_converter_films(c); }
double EXPORT(evax_converter_stream_bytes)(const evx_converter *c) { return (double)evx_converter_stream_bytes(c); }

/* Field `field` of evx_stream_tensor, in the order of its declaration, addresses as numbers; -1 without such a tensor. */
double EXPORT(evax_converter_tensor)(const evx_converter *c, int i, int field)
{
    evx_stream_tensor t;
    if (!evx_converter_tensor(c, i, &t)) return -1;
    const double fields[] = { (double)(uintptr_t)t.name,
                              t.rows,
                              t.cols,
                              (double)t.target,
                              t.act_bits,
                              (double)t.offset,
                              (double)t.bytes,
                              (double)(uintptr_t)t.data,
                              t.signal,
                              t.noise,
                              (double)t.largest,
                              (double)t.worst };
    const int count = (int)(sizeof fields / sizeof *fields);
    return field >= 0 && field < count ? fields[field] : -1;
}

int EXPORT(evax_converter_next_part)(evx_converter *c, int *first, int *last)
{
    return evx_converter_next_part(c, first, last);
}

double EXPORT(evax_converter_give)(evx_converter *c, int i, double first, const void *bytes, size_t count, int kind,
                                   size_t *wrong)
{
    return (double)evx_converter_give(c, i, (uint64_t)first, bytes, count, (stored)kind, wrong);
}

int EXPORT(evax_converter_step)(evx_converter *c) { return evx_converter_step(c); }

const void *EXPORT(evax_converter_header)(evx_converter *c, size_t *bytes)
{
    return evx_converter_header(c, bytes);
}
const float *EXPORT(evax_converter_logits)(const evx_converter *c) { return evx_converter_logits(c); }
const float *EXPORT(evax_converter_embedding)(const evx_converter *c) { return evx_converter_embedding(c); }
const char *EXPORT(evax_converter_error)(const evx_converter *c) { return evx_converter_error(c); }

/* ---- tables ------------------------------------------------------------------------------------ */

/* Returns how many of the numbers are not finite; *first: where the first of those is. */
int EXPORT(evax_numbers_read)(float *out, const void *bytes, size_t count, int kind, size_t *first)
{
    return (int)numbers_read(out, bytes, count, (stored)kind, first);
}

void EXPORT(evax_numbers_round)(float *values, size_t count, int kind)
{
    for (size_t i = 0; i < count; i++) values[i] = number_rounded(values[i], (stored)kind);
}

void EXPORT(evax_rope_table)(float *cos, float *sin, int grid, int pitch, int pairs)
{
    rope_table(cos, sin, grid, pitch, pairs);
}

int EXPORT(evax_rope_halve)(float *pairs, const float *stored, int count)
{
    return rope_halve(pairs, stored, count);
}

int EXPORT(evax_rope_pitch)(const float *cos, const float *sin, int grid, int pairs, float *scratch, float *error)
{
    return rope_pitch(cos, sin, grid, pairs, scratch, error);
}

void EXPORT(evax_pos_embed_resize)(float *out, int grid, const float *pos, int old, int channels)
{
    pos_embed_resize(out, grid, pos, old, channels);
}

const char *EXPORT(evax_version)(void) { return EVX_VERSION; }
