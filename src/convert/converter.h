/* converter.h - from a checkpoint's tensors to the weight stream of model/FORMAT.md.
 *
 *     evx_converter_create ── evx_converter_plan ── evx_converter_films (q8)
 *         │
 *         └── for each part:   evx_converter_next_part
 *                              evx_converter_give*    the tensors of the part, in pieces
 *                              evx_converter_step*    the part is computed
 *                              evx_converter_tensor   each as it is stored
 *     evx_converter_header     64 + 64 * tensors bytes: at any time, of a q8 model after the last part
 *     evx_converter_logits, evx_converter_embedding   of the self-test, after the last part
 *
 * Parts: 0 what makes tokens, 1..L the blocks, L + 1 the last norm and the classifier. So only one block
 * is ever in memory. All arithmetic is the same on every machine and with any number of threads.
 *
 * A q8 model is calibrated: each block's layers are made even (equalize.h) and rounded (rounding.h) by what they
 * are fed when the original model looks at the calibration pictures (pictures.h). In every model the original
 * one also looks at the picture of the self-test.
 *
 * A converter belongs to one thread at a time. Memory is taken by evx_converter_create and
 * evx_converter_plan only. Errors: as in evax.h; after one, only evx_converter_destroy may be called.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_CONVERTER_H
#define EVAX_CONVERTER_H

#include "convert/numbers.h"
#include "convert/pictures.h"
#include "evax.h"

#include <stdbool.h>

typedef struct evx_converter evx_converter;

/* What block matrices become. */
typedef enum evx_target { EVX_F32, EVX_F16, EVX_Q8 } evx_target;

/* A tensor of the stream. */
typedef struct evx_stream_tensor {
    const char *name;
    int rows, cols;
    evx_target target; /* its own */
    int act_bits;      /* q8: 7 or 8, once its part is computed */
    uint64_t offset;   /* bytes from the start of the stream */
    size_t bytes;
    const void *data;     /* bytes of it as it is stored; until the next part. NULL before its part is computed */
    double signal, noise; /* sums of squares of its numbers, and of what storing did to them; */
    float largest, worst; /* and the largest magnitudes of both; once its part is computed */
} evx_stream_tensor;

/* memory as in evx_create. */
evx_status evx_converter_create(evx_converter **out, const evx_memory *memory);
void evx_converter_destroy(evx_converter *c);

/* As evx_set_threads, evx_worker_loop, evx_shutdown_workers; set before the plan. */
evx_status evx_converter_set_threads(evx_converter *c, int threads);
void evx_converter_worker_loop(evx_converter *c, int thread);
void evx_converter_shutdown_workers(evx_converter *c);

/* The model to make: of *info the fields embed_dim, depth, heads, mlp_hidden, grid, classes, cls_pooling, inner_norm,
 * scoring. mean, std: of the preprocessing, finite, std > 0. Takes the memory for everything. */
evx_status evx_converter_plan(evx_converter *c, const evx_info *info, evx_target target, normalization n);

/* Room for the films of pictures.h, to be filled before the first step; NULL unless a q8 model is planned. */
uint8_t *evx_converter_films(evx_converter *c);

/* How many tensors the stream has, and its length; 0 before the plan. */
int evx_converter_tensors(const evx_converter *c);
uint64_t evx_converter_stream_bytes(const evx_converter *c);

/* Tensor i, 0 <= i < tensors; false if there is none. */
bool evx_converter_tensor(const evx_converter *c, int i, evx_stream_tensor *out);

/* The part that comes next: returns 0..L + 1, and which tensors it has, first .. last - 1; or EVX_E_STATE. */
int evx_converter_next_part(evx_converter *c, int *first, int *last);

/* Numbers first .. first + count - 1 of tensor i of this part, which lies row by row. Returns how many are not finite,
 * and in *wrong the place of the first of them in the piece; or EVX_E_STATE, EVX_E_ARGUMENT. */
int64_t evx_converter_give(evx_converter *c, int i, uint64_t first, const void *bytes, size_t count, stored kind,
                           size_t *wrong);

/* Computes a little of the part. > 0: how much is left, in thousandths; 0: the part is computed; < 0: EVX_E_NUMERIC,
 * EVX_E_WEIGHTS_VALUE (a number does not fit the target: evx_converter_error names the tensor), EVX_E_THREADS,
 * EVX_E_STATE (tensors are missing). */
int evx_converter_step(evx_converter *c);

/* Header and table of the stream; NULL while they are not known. */
const void *evx_converter_header(evx_converter *c, size_t *bytes);

/* Of the self-test, after the last part: [K], [C]. NULL before. */
const float *evx_converter_logits(const evx_converter *c);
const float *evx_converter_embedding(const evx_converter *c);

const char *evx_converter_error(const evx_converter *c);

#endif
