/* attention.h - multi-head self-attention with rotary position embedding; each thread works on one head at a time.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ATTENTION_H
#define EVAX_ATTENTION_H

#include "model.h"

/* keys[t / 8][i][t % 8] = x[t][i] * scale: rows of x as panels of 8, so that a product with them is a GEMM.
 * Entries past T are left as they are. */
void attention_pack_keys(float *keys, const float *x, ptrdiff_t ldx, int T, int d, float scale);

/* values[i / 8][t][i % 8] = x[t][i]: columns of x as panels of 8. */
void attention_pack_values(float *values, const float *x, ptrdiff_t ldx, int T, int d);

/* Rotates q and k of tokens first..last-1 in qkv [T][3C] by their position; CLS stays as it is. */
void attention_rope(const model *m, float *qkv, int first, int last);

/* ws.y [T][C] = softmax(q k' / sqrt(C/H)) v, head by head, from qkv [T][3C] after attention_rope. */
void attention_heads(model *m, const float *qkv);

#endif
