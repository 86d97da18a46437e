/* forward.h - the forward pass of model/ARCHITECTURE.md section 3, over the workspace of model.h.
 *
 *     input [3][R][R] ── forward_embed ── x [T][C] ── forward_block x L ── forward_classifier ── logits [K]
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FORWARD_H
#define EVAX_FORWARD_H

#include "model.h"

/* x = tokens of the input. gray: its three planes are equal, which needs only a third of the work, since the
 * channels' weights are summed (ARCHITECTURE.md section 3). */
void forward_embed(model *m, bool gray);

/* x = block i of x. */
void forward_block(model *m, int i);

/* The two halves of a block that attention_map.c runs again for the last one: x += proj(heads(LN1(x))),
 * which leaves q and k, rotated, and v in scratch; then gate and value of LN2(x) into scratch. */
void forward_attention(model *m, const block *b);
void forward_mlp_in(model *m, const block *b);

/* Pools x; embedding, logits and scores of it. */
void forward_classifier(model *m);

#endif
