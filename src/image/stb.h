/* stb.h - stb_image for one decoder: whoever includes this takes its memory from a heap, and reads memory only.
 * The includer defines STBI_ONLY_JPEG, or STBI_SUPPORT_ZLIB with the formats off, and its own hooks, before.
 *
 * Compile with -fwrapv: sums in stb_image overflow on hostile files, and may wrap.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_STB_H
#define EVAX_STB_H

#include "image/heap.h"

#include <string.h>

/* stb_image's allocation hooks carry no context, so the heap of the decoding in progress has to be
 * found some other way. Thread-local, it keeps engines on different threads apart; it is set only
 * while a file is decoded. In WebAssembly one thread of an instance decodes, and none is needed: linked
 * without shared memory, thread-local variables lie at the address of their offset from the start of
 * the constants, and writing them overwrites those. */
#ifdef __wasm__
#define PER_THREAD
#define STBI_NO_THREAD_LOCALS
#else
#define PER_THREAD _Thread_local
#endif
static PER_THREAD heap *decoding;

#define STBI_NO_STDIO
#define STBI_NO_SIMD /* the same pixels on every machine */
#define STBI_MAX_DIMENSIONS EVX_MAX_SIDE
#define STBI_MALLOC(bytes) heap_alloc(decoding, bytes)
#define STBI_REALLOC(block, bytes) heap_resize(decoding, block, bytes)
#define STBI_FREE(block) heap_free(decoding, block)
#define STBI_ASSERT(condition) ((void)0) /* a hostile file must not end the program */
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb_image.h> /* by -isystem, which silences warnings about its code */

#endif
