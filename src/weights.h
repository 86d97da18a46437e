/* weights.h - the weight stream (model/FORMAT.md) into a model, row by row.
 *
 *     header ── table ── memory for the whole model ── row, row, row, ... ── complete
 *
 * Each row is packed into its final place as soon as its last byte is there; only a row that the end of
 * a piece cuts in two is buffered.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_WEIGHTS_H
#define EVAX_WEIGHTS_H

#include "error_message.h"
#include "model.h"

enum { HEADER_BYTES = 64, ENTRY_BYTES = 64, TENSOR_NAME = 40 };

typedef enum dtype { F32, F16, Q8 } dtype;

/* A tensor that the architecture implies, and where it goes: vector or matrix, the other is NULL. */
typedef struct tensor {
    char name[TENSOR_NAME];
    int rows, cols;
    float **vector;  /* plain floats [rows][cols] */
    matrix *matrix;  /* packed */
    dtype widest;    /* F32: only f32 is allowed; F16: f32 and f16; Q8: all three */
    dtype dtype;     /* what the table says */
    uint64_t offset; /* bytes from the start of the stream */
    uint64_t end;    /* of its place among the weights in memory, bytes from their start */
} tensor;

/* Reads and checks the architecture in a header of HEADER_BYTES (the fields from embed_dim to reserved). */
evx_status weights_config(const uint8_t *header, evx_info *i, error_message *err);

/* Lists the tensors of an architecture in the order of the stream, with names, shapes and places; sets the
 * matrices' shapes. blocks: [depth]. at NULL: only counts. Returns the count. */
int weights_list(tensor *at, const evx_info *i, weights *w, block *blocks);

/* Bytes of one row of a tensor in the stream. */
size_t record_bytes(const tensor *t);

/* Where a tensor starts after one that ends at `end`. */
static inline uint64_t tensor_start(uint64_t end) { return (end + 63) / 64 * 64; }

typedef enum loader_state { IN_HEADER, IN_TABLE, IN_TENSORS, COMPLETE } loader_state;

typedef struct loader {
    evx_memory memory;
    model *model;
    loader_state state;
    uint64_t position, stream_bytes;

    uint8_t header[HEADER_BYTES];
    uint8_t *table;  /* [count] entries; only until it has been checked */
    tensor *tensors; /* [count]; until the stream is complete */
    int count;

    int tensor, row; /* what comes next */
    uint8_t *record; /* a row that arrives in pieces; until the stream is complete */
    float *values;   /* a row as floats; shares record's allocation */
    size_t buffered; /* bytes in header, table or record so far */

    q8_places places[2]; /* for activations of 7 and of 8 bits, if the model is quantized */

    block *blocks;    /* the model's blocks; as long as the loader */
    void *storage;    /* all weights and activations; as long as the loader */
    uint8_t *weights; /* the first of them in it */
} loader;

/* A loader that fills m; m->kernels and m->pool are set. */
void loader_init(loader *l, const evx_memory *memory, model *m);

/* Takes the next bytes of the stream. After a failure only loader_free may be called. */
evx_status loader_feed(loader *l, const uint8_t *bytes, size_t count, error_message *err);

/* Frees everything, the model's weights and workspace included. */
void loader_free(loader *l);

#endif
