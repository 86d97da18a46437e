/* tiny_stream.h - a valid weight stream of a tiny model with random weights, written from
 * model/FORMAT.md and not from src/weights.c, so that each checks the other.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_TINY_STREAM_H
#define EVAX_TINY_STREAM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TINY_TENSORS = 80 };

typedef struct tiny_stream {
    uint8_t *bytes;
    size_t size;
    int tensors;
    size_t start[TINY_TENSORS], end[TINY_TENSORS]; /* of each tensor's data */
    uint32_t random;
} tiny_stream;

typedef struct tiny_config {
    uint32_t embed_dim, depth, heads, mlp_hidden, grid, classes, pooling, inner_norm, scoring;
    uint32_t matrix_dtype, act_bits; /* of the block matrices: 0 f32, 1 f16, 2 q8 */
} tiny_config;

/* 2 blocks of 16 channels on a 2 x 2 grid (32 x 32 pixels), 5 classes. */
static const tiny_config tiny_f32 = { 16, 2, 2, 24, 2, 5, 0, 1, 1, 0, 0 };
static const tiny_config tiny_q8 = { 16, 2, 2, 24, 2, 5, 0, 1, 1, 2, 8 };

static inline void tiny_u32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)(v >> 8 * i);
}

static inline uint32_t tiny_random(tiny_stream *s)
{
    s->random = s->random * 1664525u + 1013904223u;
    return s->random >> 8;
}

/* Appends n random weights of a dtype, rows of cols; small enough that nothing overflows. */
static inline void tiny_data(tiny_stream *s, uint32_t dtype, uint32_t rows, uint32_t cols)
{
    for (uint32_t r = 0; r < rows; r++) {
        for (uint32_t g = 0; dtype == 2 && g < (cols + 63) / 64; g++) {
            s->bytes[s->size++] = (uint8_t)tiny_random(s);
            s->bytes[s->size++] = 0x18; /* about 0.002 */
        }
        for (uint32_t c = 0; c < cols; c++) {
            const float value = (float)((int)(tiny_random(s) % 2001) - 1000) / 4000.0f;
            if (dtype == 0) {
                memcpy(s->bytes + s->size, &value, 4);
                s->size += 4;
            } else if (dtype == 1) { /* +-0.125..0.25 */
                s->bytes[s->size++] = (uint8_t)tiny_random(s);
                s->bytes[s->size++] = (uint8_t)(0x30 | (tiny_random(s) & 0x83));
            } else {
                s->bytes[s->size++] = (uint8_t)(int8_t)((int)(tiny_random(s) % 255) - 127);
            }
        }
    }
}

typedef struct tiny_entry {
    char name[40];
    uint32_t rows, cols, dtype, bits;
} tiny_entry;

static inline int tiny_list(tiny_entry *e, const tiny_config *k)
{
    const uint32_t C = k->embed_dim, Hd = k->mlp_hidden, gg = k->grid * k->grid, d = k->matrix_dtype;
    const uint32_t flat = d ? 1 : 0, bits = k->act_bits;
    int n = 0;
#define ADD(rows, cols, dtype, bits, ...) \
    do { \
        e[n] = (tiny_entry){ { 0 }, rows, cols, dtype, bits }; \
        snprintf(e[n++].name, 40, __VA_ARGS__); \
    } while (0)
    ADD(C, 768, flat, 0, "patch_embed.weight");
    ADD(1, C, 0, 0, "patch_embed.bias");
    ADD(1, C, 0, 0, "cls_token");
    ADD(1 + gg, C, 0, 0, "pos_embed");
    ADD(gg, C / k->heads / 2, 0, 0, "rope.cos");
    ADD(gg, C / k->heads / 2, 0, 0, "rope.sin");
    for (uint32_t i = 0; i < k->depth; i++) {
        ADD(1, C, 0, 0, "blocks.%u.norm1.weight", i);
        ADD(1, C, 0, 0, "blocks.%u.norm1.bias", i);
        ADD(3 * C, C, d, bits, "blocks.%u.qkv.weight", i);
        ADD(1, 3 * C, 0, 0, "blocks.%u.qkv.bias", i);
        ADD(C, C, d, bits, "blocks.%u.proj.weight", i);
        ADD(1, C, 0, 0, "blocks.%u.proj.bias", i);
        ADD(1, C, 0, 0, "blocks.%u.norm2.weight", i);
        ADD(1, C, 0, 0, "blocks.%u.norm2.bias", i);
        ADD(2 * Hd, C, d, bits, "blocks.%u.w12.weight", i);
        ADD(1, 2 * Hd, 0, 0, "blocks.%u.w12.bias", i);
        if (k->inner_norm) {
            ADD(1, Hd, 0, 0, "blocks.%u.ffn_ln.weight", i);
            ADD(1, Hd, 0, 0, "blocks.%u.ffn_ln.bias", i);
        }
        ADD(C, Hd, d, bits, "blocks.%u.w3.weight", i);
        ADD(1, C, 0, 0, "blocks.%u.w3.bias", i);
    }
    ADD(1, C, 0, 0, "fc_norm.weight");
    ADD(1, C, 0, 0, "fc_norm.bias");
    if (k->classes) {
        ADD(k->classes, C, 0, 0, "head.weight");
        ADD(1, k->classes, 0, 0, "head.bias");
    }
#undef ADD
    return n;
}

static inline void tiny_header(tiny_stream *s, const tiny_config *k)
{
    const uint32_t fields[] = {
        1,          (uint32_t)s->tensors, k->embed_dim,  k->depth,   k->heads, k->mlp_hidden, 16, k->grid,
        k->classes, k->pooling,           k->inner_norm, k->scoring, 0
    };
    memcpy(s->bytes, "EVAX", 4);
    for (int i = 0; i < 13; i++) tiny_u32(s->bytes + 4 + 4 * i, fields[i]);
    tiny_u32(s->bytes + 56, (uint32_t)s->size);
}

/* Makes the stream; tiny_free frees it. */
static inline tiny_stream tiny_make(const tiny_config *k)
{
    tiny_entry entries[TINY_TENSORS];
    tiny_stream s = { .bytes = calloc(1, 1 << 20), .random = 7 };
    s.tensors = tiny_list(entries, k);
    s.size = 64 + 64 * (size_t)s.tensors;
    for (int i = 0; i < s.tensors; i++) {
        const tiny_entry *e = &entries[i];
        uint8_t *at = s.bytes + 64 + 64 * i;
        s.size = (s.size + 63) / 64 * 64;
        memcpy(at, e->name, 40);
        tiny_u32(at + 40, e->dtype);
        tiny_u32(at + 44, e->rows);
        tiny_u32(at + 48, e->cols);
        tiny_u32(at + 52, e->bits);
        tiny_u32(at + 56, (uint32_t)s.size);
        s.start[i] = s.size;
        tiny_data(&s, e->dtype, e->rows, e->cols);
        s.end[i] = s.size;
    }
    tiny_header(&s, k);
    return s;
}

static inline void tiny_free(tiny_stream *s) { free(s->bytes); }

#endif
