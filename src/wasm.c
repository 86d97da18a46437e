/* wasm.c - what a WebAssembly host sees: the calls of evax.h with numbers and addresses only.
 * No logic lives here; structs are read field by field, so that the host never depends on layout. Nothing ends an
 * engine or its workers: the host drops the whole instance and terminates the threads.
 * The host's side of this file is web/engine/wasm-engine.js.
 * SPDX-License-Identifier: MIT */
#include "evax.h"

#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

/* Staging memory for the host's bytes; 0 when there is none left. */
void *EXPORT(evax_alloc)(size_t bytes) { return malloc(bytes); }
void EXPORT(evax_free)(void *block) { free(block); }

/* A new engine with this module's best kernels; 0 when out of memory. */
evx_engine *EXPORT(evax_create)(void)
{
    evx_engine *e;
    evx_create(&e, NULL, EVX_BEST);
    return e;
}

int EXPORT(evax_set_threads)(evx_engine *e, int threads) { return evx_set_threads(e, threads); }
int EXPORT(evax_use_threads)(evx_engine *e, int threads) { return evx_use_threads(e, threads); }
void EXPORT(evax_worker_loop)(evx_engine *e, int thread) { evx_worker_loop(e, thread); }

int EXPORT(evax_feed)(evx_engine *e, const void *bytes, size_t count) { return evx_feed(e, bytes, count); }
int EXPORT(evax_ready)(const evx_engine *e) { return evx_ready(e); }

/* Field `field` of evx_info, in the order of its declaration; -1 before the header has arrived. */
int EXPORT(evax_info)(const evx_engine *e, int field)
{
    const evx_info *i = evx_get_info(e);
    if (!i) return -1;
    const int fields[] = { i->embed_dim, i->depth,   i->heads,       i->mlp_hidden, i->grid,        i->input_size,
                           i->tokens,    i->classes, i->cls_pooling, i->inner_norm, (int)i->scoring };
    const int count = (int)(sizeof fields / sizeof *fields);
    return field >= 0 && field < count ? fields[field] : -1;
}

int EXPORT(evax_set_preprocessing)(evx_engine *e, int resize, float mean, float std)
{
    return evx_set_preprocessing(e, (evx_preprocessing){ resize, mean, std });
}

int EXPORT(evax_decode)(evx_engine *e, const void *file, size_t bytes) { return evx_decode(e, file, bytes); }

int EXPORT(evax_set_pixels)(evx_engine *e, const void *pixels, int layout, int width, int height)
{
    return evx_set_pixels(e, pixels, (evx_layout)layout, width, height);
}

/* Field `field` of evx_image_info, in the order of its declaration; -1 before the first image. */
int EXPORT(evax_image)(const evx_engine *e, int field)
{
    const evx_image_info *i = evx_get_image(e);
    if (!i) return -1;
    const int fields[] = { (int)i->format,      i->width,     i->height,    i->bit_depth,       i->channels,
                           (int)i->conversions, i->window_lo, i->window_hi, i->exif_orientation };
    const int count = (int)(sizeof fields / sizeof *fields);
    return field >= 0 && field < count ? fields[field] : -1;
}

/* The decoded image, and its channels: see evx_image_pixels. */
const void *EXPORT(evax_image_pixels)(const evx_engine *e)
{
    int channels;
    return evx_image_pixels(e, &channels);
}

int EXPORT(evax_image_channels)(const evx_engine *e)
{
    int channels;
    evx_image_pixels(e, &channels);
    return channels;
}

/* evx_crop_image; returns the channels of the crop, or a negative status. */
int EXPORT(evax_crop_image)(evx_engine *e, int resize, int side, void *crop)
{
    int channels;
    const evx_status status = evx_crop_image(e, resize, side, crop, &channels);
    return status ? (int)status : channels;
}

int EXPORT(evax_set_crop)(evx_engine *e, const void *crop, int channels) { return evx_set_crop(e, crop, channels); }
int EXPORT(evax_begin)(evx_engine *e) { return evx_begin(e); }
int EXPORT(evax_step)(evx_engine *e) { return evx_step(e); }
void EXPORT(evax_cancel)(evx_engine *e) { evx_cancel(e); }

/* Addresses of float arrays; 0 while they do not exist. Shapes as in evax.h. */
const float *EXPORT(evax_input)(const evx_engine *e) { return evx_input(e); }
float *EXPORT(evax_write_input)(evx_engine *e) { return evx_write_input(e); }
const float *EXPORT(evax_logits)(const evx_engine *e) { return evx_logits(e); }
const float *EXPORT(evax_scores)(const evx_engine *e) { return evx_scores(e); }
const float *EXPORT(evax_embedding)(const evx_engine *e) { return evx_embedding(e); }
const float *EXPORT(evax_tokens)(const evx_engine *e) { return evx_tokens(e); }

int EXPORT(evax_explain_begin)(evx_engine *e) { return evx_explain_begin(e); }
int EXPORT(evax_explain)(evx_engine *e, int class_index, float *map) { return evx_explain(e, class_index, map); }
int EXPORT(evax_contribution)(evx_engine *e, int class_index, float *map)
{
    return evx_contribution(e, class_index, map);
}

/* The implementations of a slot: the address of a name, 0 past the last; the one in use, -1 if none is exact. */
const char *EXPORT(evax_kernel_name)(const evx_engine *e, int slot, int option)
{
    return evx_kernel_name(e, (evx_slot)slot, option);
}
int EXPORT(evax_kernel)(const evx_engine *e, int slot) { return evx_kernel(e, (evx_slot)slot); }
int EXPORT(evax_set_kernel)(evx_engine *e, int slot, int option)
{
    return evx_set_kernel(e, (evx_slot)slot, option);
}
int EXPORT(evax_run_kernel)(const evx_engine *e, int slot, int option, int times)
{
    return evx_run_kernel(e, (evx_slot)slot, option, times);
}

/* Addresses of NUL-terminated ASCII. */
const char *EXPORT(evax_error_message)(const evx_engine *e) { return evx_error_message(e); }
const char *EXPORT(evax_status_name)(int status) { return evx_status_name(status); }
const char *EXPORT(evax_variant)(const evx_engine *e) { return evx_variant_name(e); }
const char *EXPORT(evax_version)(void) { return EVX_VERSION; }
