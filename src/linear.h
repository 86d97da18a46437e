/* linear.h - linear layers: weights packed for the kernels, and y = W x + b over rows of tokens.
 *
 *     checkpoint row [in] ── matrix_pack_* ── panels of 8 outputs ── linear_run ── y[m][out]
 *
 * A layer is prepared once per call, over ranges of rows (its input is quantized, if it is a q8
 * layer), and then run over ranges of panels; ranges are independent, so threads share a layer.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_LINEAR_H
#define EVAX_LINEAR_H

#include "arena.h"
#include "kernels/kernels.h"
#include "thread_pool.h"

typedef struct matrix {
    int out, in;  /* rows and columns of the checkpoint's matrix */
    int act_bits; /* 0: f32 weights; 7 or 8: q8 weights that meet activations of so many bits */
    void *panels; /* f32: [panels][in][8]; q8: [panels] of q8_panel */
    float *bias;  /* [out], zero-padded to whole panels */
} matrix;

/* An input of a layer: m rows of x, and the memory in which a q8 layer quantizes them. */
typedef struct activations {
    const float *x; /* [m][in], rows ldx apart */
    ptrdiff_t ldx;
    int m;
    void *codes;   /* [m + Q8_SPARE_ROWS] rows of codes, in whole groups */
    range *ranges; /* [m + Q8_SPARE_ROWS] */
} activations;

/* Panels that hold n outputs, and codes (or inputs) that hold n inputs in whole groups. */
static inline int panels_for(int n) { return (n + PANEL - 1) / PANEL; }
static inline int groups_for(int n) { return (n + GROUP - 1) / GROUP; }

/* Takes the matrix's panels (zeroed by the owner of the arena) from the arena; out, in and act_bits are set. */
void matrix_layout(matrix *w, arena *a);

/* Where in q8_group.code the weights for inputs 2i and 2i+1 of each output lie: looked up once for a model, because
 * asking the kernels for every row takes a third of the time of packing. */
typedef struct q8_places {
    uint16_t of[PANEL][GROUP / 2];
} q8_places;
void q8_places_for(q8_places *p, const kernels *k, int act_bits);

/* Packs row `row`, out of values or of a q8 record (FORMAT.md section 3); places: for the matrix's act_bits. */
void matrix_pack_f32(matrix *w, int row, const float *values);
void matrix_pack_q8(matrix *w, const q8_places *places, int row, const uint8_t *record);

/* Quantizes rows first..last-1 of the input of a q8 layer; does nothing for f32. Rows are quantized by PREPARED_ROWS: first is a
 * multiple of that, and last, too, or it is m. */
enum { PREPARED_ROWS = 4 };
void linear_prepare(const kernels *k, const matrix *w, activations *in, int first, int last);

/* Panels first..last-1 of y = W x + b, or y += that. y has rows of ldy >= 8 * panels floats. */
void linear_run(const kernels *k, const matrix *w, float *y, ptrdiff_t ldy, const activations *in, bool add,
                int first, int last);

/* One weight of a layer that is not quantized. */
float matrix_at(const matrix *w, int out, int in);

/* columns[in/8][out][8]: the weights in f32, whatever they are stored as, for linear_backward. */
void linear_columns(const kernels *k, const matrix *w, float *columns);

/* dx[m][in] = dy[m][out] W, the gradient that passes back through a layer. */
void linear_backward(const kernels *k, const matrix *w, const float *columns, float *dx, ptrdiff_t lddx,
                     const float *dy, ptrdiff_t lddy, int m);

/* Runs all panels, on the threads of the pool; the rows are prepared. */
void linear_panels(thread_pool *pool, const kernels *k, const matrix *w, float *y, ptrdiff_t ldy,
                   const activations *in, bool add);

#endif
