/* evax.h - EVA-X inference: weights in, film in, finding scores out.
 *
 *     evx_create ── evx_feed* ── evx_ready      the weight stream (model/FORMAT.md), any piece size
 *         │
 *         ├── evx_decode | evx_set_pixels       PNG or JPEG bytes | raw pixels  -> image, 8 bits
 *         ├── evx_prepare | evx_set_crop        image -> crop -> input [3][R][R], as the official evaluation
 *         ├── evx_begin ── evx_step*            input -> tokens -> L blocks -> embedding -> logits
 *         ├── evx_logits, evx_scores, evx_embedding
 *         ├── evx_explain_begin ── evx_explain* attention map of a class [g][g]
 *         └── evx_contribution                  the same, from the last tokens alone
 *
 * An engine belongs to one thread at a time; there is no global state, so engines are independent. Worker
 * threads may share its passes (evx_set_threads); results have the same bits for any number of them.
 * Memory: everything is allocated while the weights arrive. Afterwards only evx_decode and evx_set_pixels
 * allocate, at most EVX_IMAGE_HEAP bytes, which evx_prepare frees, and evx_explain_begin.
 * Errors: every call that can fail returns an evx_status; evx_error_message() has one line about it. A
 * failure while weights arrive leaves an engine that only evx_destroy accepts; a failure with an image
 * leaves the engine ready for the next image.
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_H
#define EVAX_H

#include "evax_limits.h"

#include <stddef.h>
#include <stdint.h>

#define EVX_VERSION "0.1.0"

typedef enum evx_status {
    EVX_OK = 0,
    EVX_E_MEMORY = -1,             /* an allocation failed */
    EVX_E_STATE = -2,              /* call out of order, or the engine is broken by an earlier failure */
    EVX_E_ARGUMENT = -3,           /* an argument is out of its range */
    EVX_E_VARIANT = -4,            /* these kernels are not in this build */
    EVX_E_NUMERIC = -5,            /* the network produced a number that is not finite */
    EVX_E_THREADS = -6,            /* a worker thread ended inside a job: see evx_set_threads */
    EVX_E_WEIGHTS_FORMAT = -10,    /* not a weight stream */
    EVX_E_WEIGHTS_VERSION = -11,   /* a weight stream of another format version */
    EVX_E_WEIGHTS_CONFIG = -12,    /* architecture out of the allowed ranges */
    EVX_E_WEIGHTS_TENSOR = -13,    /* tensor missing, unexpected, misshapen or misplaced */
    EVX_E_WEIGHTS_VALUE = -14,     /* a weight or scale is not a finite number */
    EVX_E_WEIGHTS_TRUNCATED = -15, /* evx_ready before the last byte */
    EVX_E_WEIGHTS_TRAILING = -16,  /* bytes after the end of the stream */
    EVX_E_IMAGE_EMPTY = -20,       /* no bytes, or no pixels */
    EVX_E_IMAGE_FORMAT = -21,      /* neither PNG nor JPEG */
    EVX_E_IMAGE_UNSUPPORTED = -22, /* PNG or JPEG of a kind that is not read: CMYK, arithmetic, ... */
    EVX_E_IMAGE_TRUNCATED = -23,   /* the file ends early */
    EVX_E_IMAGE_CORRUPT = -24,     /* the file contradicts itself */
    EVX_E_IMAGE_SIZE = -25,        /* over EVX_MAX_SIDE or EVX_MAX_PIXELS */
    EVX_E_IMAGE_HEAP = -26         /* would take more than EVX_IMAGE_HEAP to decode */
} evx_status;

/* Which kernels to run. Scalar is the reference that defines correct results; simd128 gives the same
 * bits on every machine; relaxed is faster and may differ in the last bits. */
typedef enum evx_variant { EVX_BEST, EVX_SCALAR, EVX_SIMD128, EVX_RELAXED } evx_variant;

/* The matrix kernels of which a build has several implementations, because which is fastest depends on the
 * processor: of models without q8 matrices; of q8 matrices; of attention in q8 models. */
typedef enum evx_slot { EVX_SLOT_F32, EVX_SLOT_Q8, EVX_SLOT_ATTENTION } evx_slot;
enum { EVX_SLOTS = 3 };

typedef enum evx_scoring { EVX_SCORE_NONE, EVX_SCORE_SIGMOID, EVX_SCORE_SOFTMAX } evx_scoring;

/* Where memory comes from. alloc may return NULL; free is given what alloc returned, never NULL. */
typedef struct evx_memory {
    void *(*alloc)(void *context, size_t bytes);
    void (*free)(void *context, void *block);
    void *context;
} evx_memory;

/* What the weight stream says of itself. */
typedef struct evx_info {
    int embed_dim, depth, heads, mlp_hidden; /* C, L, H, Hd */
    int grid, input_size, tokens;            /* g patches a side, R = 16 g pixels, T = 1 + g*g */
    int classes;                             /* K; 0 = feature extractor */
    int cls_pooling, inner_norm;             /* booleans */
    evx_scoring scoring;
} evx_info;

/* The preprocessing config, how an image becomes the input: shorter side to `resize` pixels (Pillow's
 * bicubic), center crop to R x R, then (v / 255 - mean) / std. ARCHITECTURE.md section 5. */
typedef struct evx_preprocessing {
    int resize;      /* pixels, >= R and <= EVX_MAX_SIDE */
    float mean, std; /* of values in 0..1; std > 0 */
} evx_preprocessing;

typedef enum evx_format { EVX_PNG = 1, EVX_JPEG = 2, EVX_RAW = 3 } evx_format;

typedef enum evx_layout {
    EVX_GRAY8 = 1,  /* 1 byte a pixel, 0 = black */
    EVX_GRAY16 = 2, /* 2 bytes a pixel, native order */
    EVX_RGBA8 = 4   /* 4 bytes a pixel; alpha is ignored, as in the official code */
} evx_layout;

/* What was done to an image before preprocessing; a set of bits. */
enum {
    EVX_CONVERSION_DROP_ALPHA = 1, /* the alpha channel was dropped without blending */
    EVX_CONVERSION_WINDOW = 2,     /* 16-bit samples lo..hi were mapped onto 0..255 */
    EVX_CONVERSION_PALETTE = 4,    /* palette colors were looked up */
    EVX_CONVERSION_HIGH_BYTE = 8   /* 16-bit color was cut to its high bytes */
};

typedef struct evx_image_info {
    evx_format format;
    int width, height;        /* pixels */
    int bit_depth, channels;  /* as stored in the file */
    unsigned conversions;     /* EVX_CONVERSION_* */
    int window_lo, window_hi; /* with EVX_CONVERSION_WINDOW: the samples that became 0 and 255 */
    int exif_orientation;     /* 1..8; not applied, as in the official code; 0 if the file has none */
} evx_image_info;

typedef struct evx_engine evx_engine;

/* Makes an engine. memory NULL: malloc and free. On failure *out is NULL.
 * Errors: EVX_E_MEMORY, EVX_E_VARIANT. */
evx_status evx_create(evx_engine **out, const evx_memory *memory, evx_variant variant);

/* The implementations of a slot in the engine's variant: the name of number `option` from 0, NULL past the last.
 * All of a slot give the same results, bit for bit. */
const char *evx_kernel_name(const evx_engine *e, evx_slot slot, int option);

/* The one in use: -1 if this host computes none of them exactly, and for a slot that does not exist. After -1 nothing
 * that this build computes may be trusted, and another variant must be used. A new engine takes the first that is
 * exact, or where the processor looks like 64-bit Arm the last. */
int evx_kernel(const evx_engine *e, evx_slot slot);

/* Takes another one, from the next evx_step on; packed weights are the same for all.
 * Errors: EVX_E_ARGUMENT for a number that does not exist; EVX_E_VARIANT if this host does not compute it exactly:
 * engines have been seen that give wrong relaxed dot products. */
evx_status evx_set_kernel(evx_engine *e, evx_slot slot, int option);

/* Runs one on a small product of noise, `times` times, for a host that measures how fast each is here.
 * Errors: EVX_E_ARGUMENT. */
evx_status evx_run_kernel(const evx_engine *e, evx_slot slot, int option, int times);

/* How many threads work on a pass, the caller of evx_step included; 1 by default. The engine starts none:
 * the host starts the workers, and each calls evx_worker_loop with a number of its own from
 * 1..threads-1; that returns after evx_shutdown_workers. Called before the first evx_feed, it sets the
 * capacity; later, at most as many are allowed. No worker may be inside evx_worker_loop meanwhile.
 * After EVX_E_THREADS: terminate that worker, or go on in a copy of the memory; then evx_set_threads.
 * Errors: EVX_E_ARGUMENT, EVX_E_STATE. */
evx_status evx_set_threads(evx_engine *e, int threads);

/* How many of these threads, the caller's included, work from now on: 1..threads; all do until this is called. The
 * others sleep. Results do not depend on it. Errors: EVX_E_ARGUMENT; EVX_E_STATE while a pass is running. */
evx_status evx_use_threads(evx_engine *e, int threads);
void evx_worker_loop(evx_engine *e, int thread);
void evx_shutdown_workers(evx_engine *e);

/* Frees the engine and all it holds; no worker may be inside evx_worker_loop. NULL is allowed. */
void evx_destroy(evx_engine *e);

/* Takes the next bytes of the weight stream; they are copied. Errors: EVX_E_WEIGHTS_*, EVX_E_MEMORY. */
evx_status evx_feed(evx_engine *e, const void *bytes, size_t count);

/* EVX_OK once the whole stream has arrived, else EVX_E_WEIGHTS_TRUNCATED or EVX_E_STATE. */
evx_status evx_ready(const evx_engine *e);

/* The architecture; NULL until the stream's header and table have arrived. */
const evx_info *evx_get_info(const evx_engine *e);

/* Sets the preprocessing; the default is resize R * 8 / 7, mean 0.49185243, std 0.28509309.
 * Errors: EVX_E_ARGUMENT. */
evx_status evx_set_preprocessing(evx_engine *e, evx_preprocessing p);

/* Decodes a PNG or JPEG file and keeps the image for evx_prepare, in place of any earlier one. Needs no weights.
 * file is only read during the call. Errors: EVX_E_IMAGE_*, EVX_E_MEMORY. */
evx_status evx_decode(evx_engine *e, const void *file, size_t bytes);

/* Takes raw pixels, rows without gaps; copied. Needs no weights. Errors: EVX_E_ARGUMENT, EVX_E_IMAGE_*, EVX_E_MEMORY. */
evx_status evx_set_pixels(evx_engine *e, const void *pixels, evx_layout layout, int width, int height);

/* The image last decoded or taken; NULL before the first. Stays valid after evx_prepare. */
const evx_image_info *evx_get_image(const evx_engine *e);

/* The decoded image, 8 bits: [height][width][*channels], 1 (gray) or 3 (RGB). NULL unless there is an
 * image that waits for evx_prepare. Owned by the engine. */
const uint8_t *evx_image_pixels(const evx_engine *e, int *channels);

/* Turns the image into the input tensor and frees the image. Errors: EVX_E_STATE without an image. */
evx_status evx_prepare(evx_engine *e);

/* The first half of it, for an engine that only reads films and needs no weights: writes the center crop of
 * side x side pixels to crop[side][side][*channels] of the caller, who has room for 3 channels, and frees the
 * image. resize >= side. Errors: EVX_E_STATE without an image, EVX_E_ARGUMENT, EVX_E_MEMORY, EVX_E_IMAGE_HEAP. */
evx_status evx_crop_image(evx_engine *e, int resize, int side, uint8_t *crop, int *channels);

/* The center crop that evx_prepare made the input of, in 8 bits before normalization: [R][R][*channels],
 * 1 (gray) or 3 (RGB). NULL, and 0 channels, before the first and after evx_write_input. Owned by the engine;
 * valid until the next evx_prepare, evx_set_crop or evx_write_input. */
const uint8_t *evx_crop(const evx_engine *e, int *channels);

/* Makes the input of a crop [R][R][channels] of evx_crop or evx_crop_image, in place of decode and prepare: the
 * same input, bit for bit. Copied. Errors: EVX_E_STATE; EVX_E_ARGUMENT unless channels is 1 or 3. */
evx_status evx_set_crop(evx_engine *e, const uint8_t *crop, int channels);

/* The input tensor [3][R][R], normalized; NULL before evx_prepare, evx_set_crop or evx_write_input. Owned by the engine. */
const float *evx_input(const evx_engine *e);

/* The same to be written in whole by the caller, who takes the place of decode and prepare; from now on
 * there is an input. NULL while weights are missing or a pass is running. */
float *evx_write_input(evx_engine *e);

/* Starts a forward pass over the input tensor. Errors: EVX_E_STATE. */
evx_status evx_begin(evx_engine *e);

/* Runs the next step of the forward pass: embedding, a block, or the classifier. Returns the number of
 * steps still to run, 0 when the results are there, or a negative evx_status. */
int evx_step(evx_engine *e);

/* Ends a pass that is under way, without results; does nothing if there is none. */
void evx_cancel(evx_engine *e);

/* Results of the last completed pass; NULL before it. Owned by the engine, overwritten by the next. */
const float *evx_logits(const evx_engine *e);    /* [K] */
const float *evx_scores(const evx_engine *e);    /* [K], 0..1: sigmoid or softmax of the logits */
const float *evx_embedding(const evx_engine *e); /* [C], after fc_norm */
const float *evx_tokens(const evx_engine *e);    /* [T][C], after the steps run so far */

/* Grad-CAM of the last completed pass. begin allocates, about as much as a pass uses, and does the work that
 * all classes share; the next evx_begin, evx_decode, evx_set_pixels or evx_feed ends the explanation, as
 * evx_explain_end does, and frees the memory. evx_explain writes map[g*g], row by row: how much
 * each patch moved the class's logit up, >= 0, not normalized; 0 <= class_index < K.
 * Errors: EVX_E_STATE, EVX_E_MEMORY; EVX_E_ARGUMENT, EVX_E_NUMERIC. */
evx_status evx_explain_begin(evx_engine *e);
evx_status evx_explain(evx_engine *e, int class_index, float *map);
void evx_explain_end(evx_engine *e);

/* What each patch adds to a class's logit in the last completed pass: map[g*g], row by row, of either
 * sign. With fc_norm's mean and deviation taken as they came out for this film the logit is the sum of
 * the map and a number that no film changes. Errors: EVX_E_STATE; EVX_E_ARGUMENT for a class that does
 * not exist and for a model that pools the CLS token, whose logit is no sum over patches. */
evx_status evx_contribution(evx_engine *e, int class_index, float *map);

/* One line about the last failure: the tensor, the marker, the number. "" if there was none. */
const char *evx_error_message(const evx_engine *e);

/* The status as a stable upper-case word, for example "WEIGHTS_TENSOR". */
const char *evx_status_name(int status);

/* "scalar", "simd128" or "relaxed". */
const char *evx_variant_name(const evx_engine *e);

#endif
