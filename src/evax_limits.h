/* evax_limits.h - the limits that the engine shares with JavaScript and the converter, one a line: name, value.
 * tests/web/base/limits.test.js reads this file and compares web/base/limits.js and the converter's limits.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_LIMITS_H
#define EVAX_LIMITS_H

/* An image: pixels of a side, pixels in all, and the bytes that it may hold while it is decoded. */
#define EVX_MAX_SIDE 16384
#define EVX_MAX_PIXELS 64000000
#define EVX_IMAGE_HEAP 268435456

/* An architecture, as model/FORMAT.md section 1 has it. All steps are 1 but for those given. */
#define EVX_MIN_EMBED_DIM 8
#define EVX_MAX_EMBED_DIM 2048
#define EVX_EMBED_DIM_STEP 8
#define EVX_MAX_DEPTH 64
#define EVX_MAX_HEADS 64
#define EVX_HEAD_DIM_STEP 8
#define EVX_MIN_MLP_HIDDEN 8
#define EVX_MAX_MLP_HIDDEN 8192
#define EVX_MLP_HIDDEN_STEP 8
#define EVX_PATCH_SIZE 16
#define EVX_MAX_GRID 64
#define EVX_MAX_CLASSES 1024

/* MiB that weights and activations of a model may take. */
#define EVX_MAX_MODEL_MIB 2047

/* Threads that may work on a pass. */
#define EVX_MAX_THREADS 64

/* q8 matrices: inputs that share a scale, the largest magnitude of a code, and with 7-bit activations the
 * largest sum of the magnitudes of four neighboring codes, so that two products fit 16 bits: 127 * 258 < 2^15. */
#define EVX_Q8_GROUP 64
#define EVX_Q8_MAX_CODE 127
#define EVX_Q7_MAX_FOUR 258

#endif
