/* limits.js - the limits of src/evax_limits.h that JavaScript needs, under the same names without EVX_.
 * tests/web/base/limits.test.js compares the two, and the converter.
 * SPDX-License-Identifier: MIT */

/** Pixels of a side of an image, and pixels in all. */
export const MAX_SIDE = 16384;
export const MAX_PIXELS = 64_000_000;
/** Bytes that an image may hold while it is decoded; no film file is larger. */
export const IMAGE_HEAP = 268_435_456;

/* An architecture: model/FORMAT.md section 1. */
export const MIN_EMBED_DIM = 8;
export const MAX_EMBED_DIM = 2048;
export const EMBED_DIM_STEP = 8;
export const MAX_DEPTH = 64;
export const MAX_HEADS = 64;
export const HEAD_DIM_STEP = 8;
export const MIN_MLP_HIDDEN = 8;
export const MAX_MLP_HIDDEN = 8192;
export const MLP_HIDDEN_STEP = 8;
export const PATCH_SIZE = 16;
export const MAX_GRID = 64;
export const MAX_CLASSES = 1024;

/** Threads that may work on a pass. */
export const MAX_THREADS = 64;
