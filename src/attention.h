/* attention.h - multi-head self-attention with rotary position embedding; threads share tokens, then queries.
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

/* attention_rope of all tokens of qkv [T][3C], and all keys and values packed into the workspace. */
void attention_prepare(model *m, float *qkv);

/* ws.y [T][C] = softmax(q k' / sqrt(C/H)) v of every head, from qkv [T][3C] after attention_prepare. */
void attention_heads(model *m, float *qkv);

#endif
