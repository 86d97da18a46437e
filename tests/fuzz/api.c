/* api.c - fuzzes the public API as a sequence of calls. Every byte of the input is a call, and the
 * next one its argument.
 *
 * Property: what evax.h says of its calls. A small model of the engine (loading, ready, running,
 * broken; has an image, an input, results, an explanation) tells beforehand which calls are in
 * order: those succeed, all others fail with the status that evax.h names, and getters give NULL
 * exactly when it says so. An allocation may fail at any time: the call says EVX_E_MEMORY, the
 * engine stays usable unless it was loading. Results are the same to the bit for the same input,
 * whatever came between; a crop that was cut and set gives the input of evx_prepare. evx_destroy gives
 * back every block.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "models.h"

#include "../src/pictures.h"

#include <math.h>

enum { CLASSES = 2, MAP = 1, CALLS = 400, CROP = 3 * NANO_SIDE * NANO_SIDE };

typedef enum stage { LOADING, READY, RUNNING, BROKEN } stage;

/* The engine and what is expected of it. */
typedef struct play {
    evx_engine *engine;
    counted memory;
    stage stage;
    size_t fed; /* bytes of the stream */
    int resize; /* of the preprocessing; 0: the default */
    int parts;  /* still to run */
    bool image, seen, input, results, explaining;
    bool known;            /* the input is fill_input's */
    bool cropped;          /* the input is of a crop */
    int crop_channels;     /* of the crop below; 0: none so far */
    uint8_t crop[CROP];    /* that evx_crop_image gave last */
    float logits[CLASSES]; /* that the known input gave; NAN: none so far */
} play;

static const tiny_stream *stream(void) { return model_stream(NANO_F16); }

static void open_engine(play *p, int argument)
{
    static const evx_variant variants[] = { EVX_SIMD128, EVX_RELAXED, EVX_SCALAR, EVX_BEST };
    *p = (play){ .memory = { .fail_in = p->memory.fail_in }, .logits = { NAN } };
    const evx_memory memory = counted_memory(&p->memory);
    if (evx_create(&p->engine, &memory, variants[argument % 4])) {
        CLAIM(!p->engine && p->memory.held == 0);
        CLAIM(!evx_create(&p->engine, &memory, EVX_SIMD128)); /* only one request fails */
    }
}

static void close_engine(play *p)
{
    evx_destroy(p->engine);
    CLAIM(p->memory.held == 0);
}

static bool memory_failed(const play *p, int requests_left) { return requests_left && !p->memory.fail_in; }

/* The status of a call that needs a ready engine and was given none. */
static void claim_out_of_order(play *p, evx_status status)
{
    CLAIM(status == EVX_E_STATE);
    claim_explained(p->engine, status);
}

static void feed(play *p, int argument)
{
    const tiny_stream *s = stream();
    const size_t left = s->size - p->fed, wish = (size_t)argument * (size_t)argument;
    const size_t count = argument == 255 || wish > left ? left : wish;
    const int request = p->memory.fail_in;
    const evx_status status = evx_feed(p->engine, s->bytes + p->fed, count);
    if (p->stage == READY) {
        CLAIM(!status && !count);
        return;
    }
    if (p->stage != LOADING) {
        claim_out_of_order(p, status);
        return;
    }
    if (memory_failed(p, request)) {
        claim_explained(p->engine, status);
        CLAIM(status == EVX_E_MEMORY);
        p->stage = BROKEN;
        return;
    }
    CLAIM(!status);
    p->fed += count;
    if (p->fed == s->size) p->stage = READY;
}

/* A byte after the end breaks a ready engine, and ends what it held of input and results. */
static void feed_trailing(play *p)
{
    if (p->stage == LOADING) return;
    const evx_status status = evx_feed(p->engine, "?", 1);
    claim_explained(p->engine, status);
    CLAIM(status == (p->stage == READY ? EVX_E_WEIGHTS_TRAILING : EVX_E_STATE));
    if (p->stage != READY) return;
    p->stage = BROKEN;
    p->results = p->explaining = p->input = false;
}

/* After a call that takes an image: what it said agrees with what was expected. */
static void took_image(play *p, evx_status status, evx_status expected, int request)
{
    if (p->stage == RUNNING || p->stage == BROKEN) { /* weights are not needed to read films */
        claim_out_of_order(p, status);
        return;
    }
    p->explaining = false;
    p->image = !status;
    p->seen |= !status;
    if (memory_failed(p, request)) expected = EVX_E_MEMORY;
    CLAIM(status == expected);
    if (status) claim_explained(p->engine, status);
}

static void decode(play *p, int argument)
{
    const unsigned side = 1 + (unsigned)argument % 24, components = argument & 32 ? 3 : 1;
    static const uint8_t rows[25 * 24] = { 0 };
    const int request = p->memory.fail_in;
    const jpeg_kind kind = { .side = (side + 7) / 8 * 8, .components = components };
    picture film = argument & 64 ? jpeg(kind) : png(side, side, 8, GRAY, rows, (side + 1) * side);
    if (argument & 128) film.bytes /= 2;
    took_image(p, evx_decode(p->engine, film.file, film.bytes), argument & 128 ? EVX_E_IMAGE_TRUNCATED : EVX_OK,
               request);
}

static void pixels(play *p, int argument)
{
    static const uint8_t samples[8 * 8 * 4] = { 7, 250, 31 };
    static const evx_layout layouts[] = { EVX_GRAY8, EVX_GRAY16, EVX_RGBA8, (evx_layout)3 };
    static const struct {
        int width, height;
        evx_status status;
    } sizes[] = { { 8, 8, EVX_OK },
                  { 1, 8, EVX_OK },
                  { 3, 1, EVX_OK },
                  { 0, 8, EVX_E_IMAGE_EMPTY },
                  { -1, 8, EVX_E_ARGUMENT },
                  { 8, EVX_MAX_SIDE + 1, EVX_E_IMAGE_SIZE },
                  { EVX_MAX_SIDE, EVX_MAX_SIDE, EVX_E_IMAGE_SIZE },
                  { 8, 8, EVX_OK } };
    const int layout = argument % 4, size = argument / 4 % 8;
    const int width = sizes[size].width, height = sizes[size].height;
    const int request = p->memory.fail_in;
    took_image(p, evx_set_pixels(p->engine, samples, layouts[layout], width, height),
               layout == 3 ? EVX_E_ARGUMENT : sizes[size].status, request);
}

static void prepare(play *p)
{
    const int request = p->memory.fail_in;
    const evx_status status = evx_prepare(p->engine);
    if (p->stage != READY || !p->image) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(status == (memory_failed(p, request) ? EVX_E_MEMORY : EVX_OK));
    p->image = false;
    p->input |= !status;
    if (!status) p->known = false;
    if (!status) p->cropped = true;
}

static void crop_image(play *p, int argument)
{
    static const struct {
        int resize, side;
        evx_status status;
    } sizes[] = { { NANO_SIDE, NANO_SIDE, EVX_OK },
                  { NANO_SIDE + 2, NANO_SIDE, EVX_OK },
                  { NANO_SIDE, 1, EVX_OK },
                  { NANO_SIDE - 1, NANO_SIDE, EVX_E_ARGUMENT },
                  { EVX_MAX_SIDE + 1, NANO_SIDE, EVX_E_ARGUMENT },
                  { NANO_SIDE, 0, EVX_E_ARGUMENT } };
    const int size = argument % 6, request = p->memory.fail_in;
    uint8_t crop[CROP];
    int channels = 0;
    const evx_status status = evx_crop_image(p->engine, sizes[size].resize, sizes[size].side, crop, &channels);
    if (p->stage == RUNNING || p->stage == BROKEN) {
        claim_out_of_order(p, status);
        return;
    }
    evx_status expected = sizes[size].status;
    if (!expected && !p->image) expected = EVX_E_STATE;
    if (!expected && memory_failed(p, request)) expected = EVX_E_MEMORY;
    CLAIM(status == expected && (channels == 0) == (status != EVX_OK));
    if (status) claim_explained(p->engine, status);
    if (status != EVX_E_ARGUMENT) p->image = false;
    if (status || sizes[size].side != NANO_SIDE) return;
    memcpy(p->crop, crop, sizeof crop);
    p->crop_channels = channels;
}

/* The known crop, gray or RGB whose channels are alike; or the one that was cut. */
static void set_crop(play *p, int argument)
{
    static const uint8_t known[CROP] = { 9, 9, 9, 200, 200, 200 };
    const bool own = argument & 8 && p->crop_channels;
    const int channels = own ? p->crop_channels : argument % 8;
    const evx_status status = evx_set_crop(p->engine, own ? p->crop : known, channels);
    if (p->stage != READY) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(status == (channels == 1 || channels == 3 ? EVX_OK : EVX_E_ARGUMENT));
    if (status) return;
    p->input = p->cropped = true;
    p->known = false;
    int kept;
    const uint8_t *crop = evx_crop(p->engine, &kept);
    CLAIM(crop && kept == (own ? channels : 1));
    if (own) CLAIM(!memcmp(crop, p->crop, (size_t)(kept * NANO_SIDE * NANO_SIDE)));
}

/* Cuts the image's crop and sets it, then takes the same image again and prepares it: one input. */
static void crop_as_prepared(play *p, int argument)
{
    static const uint8_t samples[20 * 18 * 4] = { 7, 250, 31, 255, 1, 2, 3 };
    const evx_layout layout = argument & 1 ? EVX_GRAY8 : EVX_RGBA8;
    float cut[CROP];
    if (p->stage != READY || p->memory.fail_in ||
        evx_set_preprocessing(p->engine, (evx_preprocessing){ 18, 0.49f, 0.28f }))
        return;
    CLAIM(!evx_set_pixels(p->engine, samples, layout, 20, 18));
    CLAIM(!evx_crop_image(p->engine, 18, NANO_SIDE, p->crop, &p->crop_channels));
    CLAIM(!evx_set_crop(p->engine, p->crop, p->crop_channels));
    memcpy(cut, evx_input(p->engine), sizeof cut);
    CLAIM(!evx_set_pixels(p->engine, samples, layout, 20, 18) && !evx_prepare(p->engine));
    CLAIM(!memcmp(cut, evx_input(p->engine), sizeof cut));
    p->input = p->cropped = p->seen = true;
    p->known = p->image = p->explaining = false;
}

static void fill_input(play *p)
{
    float *in = evx_write_input(p->engine);
    CLAIM(!in == (p->stage != READY));
    if (!in) return;
    for (int i = 0; i < 3 * NANO_SIDE * NANO_SIDE; i++) in[i] = (float)(i % 19) / 9.0f - 1.0f;
    p->input = p->known = true;
    p->cropped = false;
}

static void begin(play *p)
{
    const evx_status status = evx_begin(p->engine);
    if (p->stage == RUNNING) p->stage = READY; /* it begins anew */
    p->explaining = false;
    if (p->stage != READY || !p->input) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(!status);
    p->stage = RUNNING;
    p->parts = evx_get_info(p->engine)->depth + 2;
    p->results = false;
}

static void claim_results(play *p)
{
    const float *logits = evx_logits(p->engine);
    for (int i = 0; i < CLASSES; i++) {
        CLAIM(isfinite(logits[i]));
        CLAIM(evx_scores(p->engine)[i] >= 0.0f && evx_scores(p->engine)[i] <= 1.0f);
    }
    if (!p->known) return;
    if (!isnan(p->logits[0])) CLAIM(!memcmp(p->logits, logits, sizeof p->logits));
    memcpy(p->logits, logits, sizeof p->logits);
}

static void step(play *p)
{
    const int left = evx_step(p->engine);
    if (p->stage != RUNNING) {
        claim_out_of_order(p, (evx_status)left);
        return;
    }
    CLAIM(left == --p->parts);
    if (left) return;
    p->stage = READY;
    p->results = true;
    claim_results(p);
}

static void cancel(play *p)
{
    evx_cancel(p->engine);
    if (p->stage == RUNNING) p->stage = READY;
}

static void explain_begin(play *p)
{
    const int request = p->memory.fail_in;
    const evx_status status = evx_explain_begin(p->engine);
    if (p->stage != READY || !p->results) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(status == (memory_failed(p, request) ? EVX_E_MEMORY : EVX_OK));
    p->explaining = !status;
}

static void explain(play *p, int argument)
{
    float map[MAP] = { NAN };
    const int class_index = argument % (CLASSES + 2) - 1;
    const evx_status status = evx_explain(p->engine, class_index, map);
    if (!p->explaining) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(status == (class_index < 0 || class_index >= CLASSES ? EVX_E_ARGUMENT : EVX_OK));
    CLAIM(status || (map[0] >= 0.0f && isfinite(map[0])));
}

static void explain_end(play *p)
{
    evx_explain_end(p->engine);
    p->explaining = false;
}

static void set_preprocessing(play *p, int argument)
{
    static const evx_preprocessing configs[] = { { 16, 0.5f, 0.25f }, { 18, 0.49f, 0.28f },
                                                 { 15, 0.5f, 0.25f }, { EVX_MAX_SIDE + 1, 0.5f, 1.0f },
                                                 { 16, NAN, 1.0f },   { 16, 0.5f, 0.0f } };
    const int which = argument % 6;
    const evx_status status = evx_set_preprocessing(p->engine, configs[which]);
    if (p->stage != READY) {
        claim_out_of_order(p, status);
        return;
    }
    CLAIM(status == (which < 2 ? EVX_OK : EVX_E_ARGUMENT));
}

static void reopen(play *p, int argument)
{
    close_engine(p);
    open_engine(p, argument);
}

/* The getters, which never change anything. */
static void look(const play *p)
{
    const evx_engine *e = p->engine;
    int channels;
    const size_t described = 64 + 64 * (size_t)stream()->tensors;
    CLAIM(!evx_get_info(e) == (p->stage == BROKEN || p->fed < described));
    CLAIM(evx_ready(e) == (p->stage == BROKEN    ? EVX_E_STATE
                           : p->stage == LOADING ? EVX_E_WEIGHTS_TRUNCATED
                                                 : EVX_OK));
    CLAIM(!evx_get_image(e) == !p->seen && !evx_image_pixels(e, &channels) == !p->image);
    CLAIM(!evx_input(e) == !p->input && !evx_crop(e, &channels) == !(p->input && p->cropped));
    CLAIM(!evx_logits(e) == !p->results && !evx_scores(e) == !p->results);
    CLAIM(!evx_embedding(e) == !p->results);
    CLAIM(!evx_tokens(e) == !(p->results || p->stage == RUNNING));
    CLAIM(strlen(evx_variant_name(e)) > 3);
}

static void call(play *p, int which, int argument)
{
    switch (which % 21) {
    case 0:
    case 1: feed(p, argument); break;
    case 2: feed_trailing(p); break;
    case 3: decode(p, argument); break;
    case 4: pixels(p, argument); break;
    case 5: prepare(p); break;
    case 6: fill_input(p); break;
    case 7:
    case 8: begin(p); break;
    case 9:
    case 10: step(p); break;
    case 11: cancel(p); break;
    case 12: explain_begin(p); break;
    case 13: explain(p, argument); break;
    case 14: explain_end(p); break;
    case 15: set_preprocessing(p, argument); break;
    case 16: reopen(p, argument); break;
    case 17: crop_image(p, argument); break;
    case 18: set_crop(p, argument); break;
    case 19: crop_as_prepared(p, argument); break;
    default: p->memory.fail_in = argument % 8; break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    play p = { 0 };
    if (!size) return 0;
    open_engine(&p, data[0]);
    feed(&p, data[0] & 128 ? 255 : 0); /* half of all plays start with a ready engine */
    for (size_t i = 1; i + 1 < size && i < 2 * CALLS; i += 2) {
        call(&p, data[i], data[i + 1]);
        look(&p);
    }
    close_engine(&p);
    return 0;
}
