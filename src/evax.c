/* evax.c - an engine's life: weights arrive, then images come and go.
 *
 *     LOADING ── last byte of the stream ── READY ── evx_begin ── RUNNING ── last evx_step, evx_cancel ── READY
 *        └── any failure ── BROKEN
 *
 * SPDX-License-Identifier: MIT */
#include "evax.h"

#include "allocator.h"
#include "attention_map.h"
#include "forward.h"
#include "image/image.h"
#include "input.h"
#include "kernels/choice.h"
#include "weights.h"

#include <string.h>

typedef enum engine_state { LOADING, READY, RUNNING, BROKEN } engine_state;

struct evx_engine {
    evx_memory memory;
    engine_state state;
    int step; /* of the forward pass: 0 embedding, 1..L blocks, L + 1 classifier */
    bool has_input, has_results, has_image;
    int crop_channels;               /* of the crop that the input was made of, 1 or 3; 0 if the caller wrote it */
    bool gray;                       /* the pass under way has three equal planes */
    evx_preprocessing preprocessing; /* resize 0: the default for the input size */
    kernel_choice kernels;           /* model.kernels is one of its tables */
    thread_pool pool;
    model model;
    loader loader;
    image image;
    explanation explanation;
    void *explanation_memory; /* NULL unless an explanation is under way */
    error_message error;
};

evx_status evx_create(evx_engine **out, const evx_memory *memory, evx_variant variant)
{
    *out = NULL;
    if (!memory) memory = default_memory();
    evx_engine *e = allocate(memory, sizeof *e);
    if (!e) return EVX_E_MEMORY;
    *e = (evx_engine){ .memory = *memory, .preprocessing = { 0, 0.49185243f, 0.28509309f } };
    if (!choice_init(&e->kernels, variant)) {
        release(memory, e);
        return EVX_E_VARIANT;
    }
    thread_pool_init(&e->pool);
    e->model.kernels = &e->kernels.plain;
    e->model.pool = &e->pool;
    loader_init(&e->loader, memory, &e->model);
    image_init(&e->image, memory);
    *out = e;
    return EVX_OK;
}

static const kernel_option *option_at(const evx_engine *e, evx_slot slot, int option)
{
    return (unsigned)slot < EVX_SLOTS ? choice_option(&e->kernels, slot, option) : NULL;
}

const char *evx_kernel_name(const evx_engine *e, evx_slot slot, int option)
{
    const kernel_option *o = option_at(e, slot, option);
    return o ? o->name : NULL;
}

int evx_kernel(const evx_engine *e, evx_slot slot)
{
    return (unsigned)slot < EVX_SLOTS ? e->kernels.option[slot] : -1;
}

evx_status evx_set_kernel(evx_engine *e, evx_slot slot, int option)
{
    if (!option_at(e, slot, option)) {
        return fail(&e->error, EVX_E_ARGUMENT, "slot %d has no kernel %d", (int)slot, option);
    }
    if (choice_set(&e->kernels, slot, option)) return EVX_OK;
    return fail(&e->error, EVX_E_VARIANT, "this host computes kernel \"%s\" wrongly",
                evx_kernel_name(e, slot, option));
}

evx_status evx_run_kernel(const evx_engine *e, evx_slot slot, int option, int times)
{
    const kernel_option *o = option_at(e, slot, option);
    if (!o) return EVX_E_ARGUMENT;
    for (int i = 0; i < times; i++) choice_run(slot, o);
    return EVX_OK;
}

evx_status evx_set_threads(evx_engine *e, int threads)
{
    const bool fresh = e->state == LOADING && e->loader.state == IN_HEADER;
    if (e->state == BROKEN) return EVX_E_STATE;
    if (!fresh && threads > e->pool.capacity) {
        return fail(&e->error, EVX_E_STATE, "the engine was laid out for %d threads", e->pool.capacity);
    }
    if (!thread_pool_set_threads(&e->pool, threads)) {
        return fail(&e->error, EVX_E_ARGUMENT, "%d threads cannot work in this build", threads);
    }
    if (fresh) e->pool.capacity = threads;
    evx_cancel(e);
    return EVX_OK;
}

evx_status evx_use_threads(evx_engine *e, int threads)
{
    if (e->state == RUNNING) return fail(&e->error, EVX_E_STATE, "a forward pass is running");
    if (thread_pool_use(&e->pool, threads)) return EVX_OK;
    return fail(&e->error, EVX_E_ARGUMENT, "%d of %d threads", threads, e->pool.threads);
}

void evx_worker_loop(evx_engine *e, int thread) { worker_loop(&e->pool, thread); }
void evx_shutdown_workers(evx_engine *e) { thread_pool_shutdown(&e->pool); }

void evx_destroy(evx_engine *e)
{
    if (!e) return;
    evx_explain_end(e);
    image_free(&e->image);
    loader_free(&e->loader);
    const evx_memory memory = e->memory;
    release(&memory, e);
}

evx_status evx_feed(evx_engine *e, const void *bytes, size_t count)
{
    if (e->state == READY && count == 0) return EVX_OK;
    if (e->state == BROKEN) return EVX_E_STATE; /* the message still names the first failure */
    if (e->state == RUNNING) return fail(&e->error, EVX_E_STATE, "a forward pass is running");
    const evx_status status = loader_feed(&e->loader, bytes, count, &e->error);
    if (status) { /* bytes after the end also take away what a ready engine had */
        evx_explain_end(e);
        e->has_input = e->has_results = false;
        loader_free(&e->loader);
        e->state = BROKEN;
    } else if (e->loader.state == COMPLETE) {
        e->state = READY;
    }
    return status;
}

evx_status evx_ready(const evx_engine *e)
{
    if (e->state == BROKEN) return EVX_E_STATE;
    return e->state == LOADING ? EVX_E_WEIGHTS_TRUNCATED : EVX_OK;
}

/* EVX_OK if a film may be read now. */
static evx_status must_be_idle(evx_engine *e)
{
    if (e->state == BROKEN) return EVX_E_STATE;
    return e->state == RUNNING ? fail(&e->error, EVX_E_STATE, "a forward pass is running") : EVX_OK;
}

/* EVX_OK if the model may be used now. */
static evx_status must_be_ready(evx_engine *e)
{
    if (e->state == LOADING) return fail(&e->error, EVX_E_STATE, "the weights are not complete");
    return must_be_idle(e);
}

const evx_info *evx_get_info(const evx_engine *e)
{
    return e->state != BROKEN && e->loader.state >= IN_TENSORS ? &e->model.info : NULL;
}

static evx_status check_resize(evx_engine *e, int resize, int side)
{
    if (side >= 1 && resize >= side && resize <= EVX_MAX_SIDE) return EVX_OK;
    return fail(&e->error, EVX_E_ARGUMENT, "resize %d is not in %d..%d", resize, side, EVX_MAX_SIDE);
}

static evx_status check_preprocessing(evx_engine *e, evx_preprocessing p, int side)
{
    const evx_status status = check_resize(e, p.resize, side);
    if (status) return status;
    if (!(p.std > 0.0f) || !(p.std < 1e6f) || !(p.mean > -1e6f && p.mean < 1e6f)) {
        return fail(&e->error, EVX_E_ARGUMENT, "mean or std is out of range");
    }
    return EVX_OK;
}

evx_status evx_set_preprocessing(evx_engine *e, evx_preprocessing p)
{
    evx_status status = must_be_ready(e);
    if (!status) status = check_preprocessing(e, p, e->model.info.input_size);
    if (!status) e->preprocessing = p;
    return status;
}

static evx_status keep_image(evx_engine *e, evx_status status)
{
    e->has_image |= !status;
    return status;
}

evx_status evx_decode(evx_engine *e, const void *file, size_t bytes)
{
    const evx_status status = must_be_idle(e);
    evx_explain_end(e);
    return status ? status : keep_image(e, image_decode(&e->image, file, bytes, &e->error));
}

evx_status evx_set_pixels(evx_engine *e, const void *pixels, evx_layout layout, int width, int height)
{
    const evx_status status = must_be_idle(e);
    evx_explain_end(e);
    return status ? status : keep_image(e, image_take(&e->image, pixels, layout, width, height, &e->error));
}

const evx_image_info *evx_get_image(const evx_engine *e) { return e->has_image ? &e->image.info : NULL; }

const uint8_t *evx_image_pixels(const evx_engine *e, int *channels)
{
    *channels = e->image.pixels ? e->image.channels : 0;
    return e->image.pixels;
}

/* Makes the input of the crop. */
static void fill_input(evx_engine *e)
{
    const workspace *ws = &e->model.ws;
    input_from_crop(ws->input, ws->crop, e->crop_channels, e->model.info.input_size, e->preprocessing);
    e->has_input = true;
}

evx_status evx_prepare(evx_engine *e)
{
    evx_status status = must_be_ready(e);
    if (status) return status;
    evx_preprocessing p = e->preprocessing;
    const int side = e->model.info.input_size;
    if (!p.resize) p.resize = side * 8 / 7;
    status = image_crop(&e->image, p.resize, side, e->model.ws.crop, &e->crop_channels, &e->error);
    image_free(&e->image);
    if (!status) fill_input(e);
    return status;
}

evx_status evx_crop_image(evx_engine *e, int resize, int side, uint8_t *crop, int *channels)
{
    evx_status status = must_be_idle(e);
    if (!status) status = check_resize(e, resize, side);
    if (status) return status;
    status = image_crop(&e->image, resize, side, crop, channels, &e->error);
    image_free(&e->image);
    return status;
}

const uint8_t *evx_crop(const evx_engine *e, int *channels)
{
    *channels = e->has_input ? e->crop_channels : 0;
    return *channels ? e->model.ws.crop : NULL;
}

evx_status evx_set_crop(evx_engine *e, const uint8_t *crop, int channels)
{
    const evx_status status = must_be_ready(e);
    const size_t pixels = (size_t)e->model.info.input_size * (size_t)e->model.info.input_size;
    if (status) return status;
    if (channels != 1 && channels != 3) {
        return fail(&e->error, EVX_E_ARGUMENT, "a crop has 1 or 3 channels, not %d", channels);
    }
    memcpy(e->model.ws.crop, crop, pixels * (size_t)channels);
    e->crop_channels = image_drop_equal_channels(e->model.ws.crop, pixels, channels);
    fill_input(e);
    return EVX_OK;
}

const float *evx_input(const evx_engine *e) { return e->has_input ? e->model.ws.input : NULL; }

float *evx_write_input(evx_engine *e)
{
    if (e->state != READY) return NULL;
    e->has_input = true;
    e->crop_channels = 0;
    return e->model.ws.input;
}

evx_status evx_begin(evx_engine *e)
{
    evx_cancel(e);
    evx_explain_end(e);
    const evx_status status = must_be_ready(e);
    if (status) return status;
    if (!e->has_input) return fail(&e->error, EVX_E_STATE, "there is no input yet");
    e->gray = e->crop_channels ? e->crop_channels == 1 : input_is_gray(e->model.ws.input, e->model.info.input_size);
    e->state = RUNNING;
    e->has_results = false;
    e->step = 0;
    return EVX_OK;
}

void evx_cancel(evx_engine *e)
{
    if (e->state == RUNNING) e->state = READY;
}

static evx_status check_finite(const float *values, int count, const char *what, error_message *err)
{
    for (int i = 0; i < count; i++) {
        if (!(values[i] - values[i] == 0.0f)) {
            return fail(err, EVX_E_NUMERIC, "%s %d is not a finite number", what, i);
        }
    }
    return EVX_OK;
}

static evx_status finish(evx_engine *e)
{
    const model *m = &e->model;
    e->state = READY;
    evx_status status = check_finite(m->ws.embedding, m->info.embed_dim, "embedding", &e->error);
    if (!status) status = check_finite(m->ws.logits, m->info.classes, "logit", &e->error);
    e->has_results = !status;
    return status;
}

static evx_status fail_stalled(evx_engine *e)
{
    evx_cancel(e);
    e->has_results = false;
    return fail(&e->error, EVX_E_THREADS, "a worker thread stopped responding");
}

int evx_step(evx_engine *e)
{
    const int last = e->model.info.depth + 1;
    if (e->state != RUNNING) return fail(&e->error, EVX_E_STATE, "evx_begin comes first");
    const int step = e->step++;
    if (step == 0) {
        forward_embed(&e->model, e->gray);
    } else if (step < last) {
        forward_block(&e->model, step - 1);
    } else {
        forward_classifier(&e->model);
    }
    if (e->pool.stalled) return fail_stalled(e);
    return step < last ? last - step : finish(e);
}

const float *evx_logits(const evx_engine *e) { return e->has_results ? e->model.ws.logits : NULL; }
const float *evx_scores(const evx_engine *e) { return e->has_results ? e->model.ws.class_scores : NULL; }
const float *evx_embedding(const evx_engine *e) { return e->has_results ? e->model.ws.embedding : NULL; }

const float *evx_tokens(const evx_engine *e)
{
    return e->state == RUNNING || e->has_results ? e->model.ws.x : NULL;
}

evx_status evx_explain_begin(evx_engine *e)
{
    const evx_status status = must_be_ready(e);
    if (status) return status;
    if (!e->has_results) return fail(&e->error, EVX_E_STATE, "there are no results to explain");
    evx_explain_end(e);
    arena a = { 0 };
    explain_layout(&e->explanation, &e->model, &a);
    const uint64_t bytes = a.used + ARENA_ALIGN;
    e->explanation_memory = allocate(&e->memory, bytes);
    if (!e->explanation_memory) {
        return fail(&e->error, EVX_E_MEMORY, "no memory to explain: %zu MiB", (size_t)(bytes >> 20));
    }
    a = arena_over(e->explanation_memory);
    explain_layout(&e->explanation, &e->model, &a);
    explain_begin(&e->explanation, &e->model);
    return e->pool.stalled ? fail_stalled(e) : EVX_OK;
}

static evx_status check_class(evx_engine *e, int class_index)
{
    const int K = e->model.info.classes;
    if (class_index >= 0 && class_index < K) return EVX_OK;
    return fail(&e->error, EVX_E_ARGUMENT, "class %d is not in 0..%d", class_index, K - 1);
}

/* A map that has been written, looked through. */
static evx_status check_map(evx_engine *e, const float *map)
{
    const int g = e->model.info.grid;
    return check_finite(map, g * g, "attention map value", &e->error);
}

evx_status evx_explain(evx_engine *e, int class_index, float *map)
{
    if (!e->explanation_memory) return fail(&e->error, EVX_E_STATE, "evx_explain_begin comes first");
    const evx_status status = check_class(e, class_index);
    if (status) return status;
    explain_class(&e->explanation, class_index, map);
    return check_map(e, map);
}

evx_status evx_contribution(evx_engine *e, int class_index, float *map)
{
    evx_status status = must_be_ready(e);
    if (!status && !e->has_results) return fail(&e->error, EVX_E_STATE, "there are no results to explain");
    if (!status) status = check_class(e, class_index);
    if (status) return status;
    if (e->model.info.cls_pooling) {
        return fail(&e->error, EVX_E_ARGUMENT, "this model pools the CLS token: no sum over patches");
    }
    explain_contribution(&e->model, class_index, map);
    return check_map(e, map);
}

void evx_explain_end(evx_engine *e)
{
    release(&e->memory, e->explanation_memory);
    e->explanation_memory = NULL;
}

const char *evx_error_message(const evx_engine *e) { return e->error.text; }
const char *evx_variant_name(const evx_engine *e) { return e->model.kernels->name; }

const char *evx_status_name(int status)
{
    static const struct {
        int status;
        const char *name;
    } names[] = {
        { EVX_OK, "OK" },
        { EVX_E_MEMORY, "MEMORY" },
        { EVX_E_STATE, "STATE" },
        { EVX_E_ARGUMENT, "ARGUMENT" },
        { EVX_E_VARIANT, "VARIANT" },
        { EVX_E_NUMERIC, "NUMERIC" },
        { EVX_E_THREADS, "THREADS" },
        { EVX_E_WEIGHTS_FORMAT, "WEIGHTS_FORMAT" },
        { EVX_E_WEIGHTS_VERSION, "WEIGHTS_VERSION" },
        { EVX_E_WEIGHTS_CONFIG, "WEIGHTS_CONFIG" },
        { EVX_E_WEIGHTS_TENSOR, "WEIGHTS_TENSOR" },
        { EVX_E_WEIGHTS_VALUE, "WEIGHTS_VALUE" },
        { EVX_E_WEIGHTS_TRUNCATED, "WEIGHTS_TRUNCATED" },
        { EVX_E_WEIGHTS_TRAILING, "WEIGHTS_TRAILING" },
        { EVX_E_IMAGE_EMPTY, "IMAGE_EMPTY" },
        { EVX_E_IMAGE_FORMAT, "IMAGE_FORMAT" },
        { EVX_E_IMAGE_UNSUPPORTED, "IMAGE_UNSUPPORTED" },
        { EVX_E_IMAGE_TRUNCATED, "IMAGE_TRUNCATED" },
        { EVX_E_IMAGE_CORRUPT, "IMAGE_CORRUPT" },
        { EVX_E_IMAGE_SIZE, "IMAGE_SIZE" },
        { EVX_E_IMAGE_HEAP, "IMAGE_HEAP" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].status == status) return names[i].name;
    }
    return "UNKNOWN";
}
