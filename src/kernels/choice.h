/* choice.h - which implementation of each slot an engine runs: the tables that it may change, the probe of
 * exactness, and the small product by which a host measures them.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_KERNEL_CHOICE_H
#define EVAX_KERNEL_CHOICE_H

#include "kernels/kernels.h"

/* An engine's own tables: copies of a variant's, whose slots follow the choice. */
typedef struct kernel_choice {
    kernels plain, quantized; /* plain.quantized is &quantized; do not copy */
    evx_variant variant;
    int option[EVX_SLOTS]; /* -1: none is exact here */
} kernel_choice;

/* The tables of a variant with the first exact implementation of each slot; false if it is not in this build. */
bool choice_init(kernel_choice *c, evx_variant variant);

/* The implementation with this number; NULL if there is none. */
const kernel_option *choice_option(const kernel_choice *c, evx_slot slot, int option);

/* Takes it; false if this host does not compute it exactly. */
bool choice_set(kernel_choice *c, evx_slot slot, int option);

/* Takes its kernels for activations of 8 bits as well, and where they want the weights: so before any is packed. False
 * if it has none, or if this host does not compute them exactly. choice_init does it on what looks like 64-bit Arm. */
bool choice_settle_q8(kernel_choice *c, int option);

/* One run of a small product of zeros, of the shape that the slot meets most. */
void choice_run(evx_slot slot, const kernel_option *o);

#endif
