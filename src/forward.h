/* forward.h - the forward pass of model/ARCHITECTURE.md section 3, over the workspace of model.h.
 *
 *     input [3][R][R] ── forward_embed ── x [T][C] ── forward_block x L ── forward_head ── logits [K]
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FORWARD_H
#define EVAX_FORWARD_H

#include "model.h"

/* x = tokens of the input. */
void forward_embed(model *m);

/* x = block i of x. */
void forward_block(model *m, int i);

/* The parts of a block: x += proj(heads(LN1(x))), which leaves q k v, turned, in wide; and gate and value of
 * LN2(x) into wide. attention_map.c runs them again for the last block. */
void forward_attention(model *m, const block *b);
void forward_mlp_in(model *m, const block *b);

/* embedding, logits and scores of x. */
void forward_head(model *m);

#endif
