/* film.h - the property of both picture targets, png.c and jpeg.c.
 *
 * Whatever the bytes, evx_decode either gives 8-bit pixels of 1 or 3 channels within the limits,
 * which evx_prepare turns into finite numbers; or it fails with an EVX_E_IMAGE_* status and a line
 * of text. Called again, which is tried for a quarter of all sizes, it does the same to the bit.
 * Decoding holds at most EVX_IMAGE_HEAP bytes (and a few for bookkeeping), gives all of it back,
 * and leaves the engine fit: a known image still gives its input.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FUZZ_FILM_H
#define EVAX_FUZZ_FILM_H

#include "fuzz.h"
#include "models.h"

#include <math.h>

enum { KNOWN_SIDE = 20, INPUT = 3 * NANO_SIDE * NANO_SIDE, BOOKKEEPING = 64 << 10 };

typedef struct film_room {
    evx_engine *engine;
    counted memory;
    int held;           /* blocks of an engine at rest */
    float known[INPUT]; /* the input that the known image gives */
} film_room;

static inline void prepare_known(evx_engine *e)
{
    static const uint8_t known[KNOWN_SIDE * KNOWN_SIDE] = { 3, 200, 17, 99, 255, 1 };
    CLAIM(!evx_set_preprocessing(e, (evx_preprocessing){ 18, 0.5f, 0.25f }));
    CLAIM(!evx_set_pixels(e, known, EVX_GRAY8, KNOWN_SIDE, KNOWN_SIDE));
    CLAIM(!evx_prepare(e));
}

/* One engine for all inputs of a run. */
static inline film_room *film_open(void)
{
    static film_room room;
    if (room.engine) return &room;
    const tiny_stream *s = model_stream(NANO_F16);
    const evx_memory memory = counted_memory(&room.memory);
    CLAIM(!evx_create(&room.engine, &memory, EVX_SIMD128));
    CLAIM(!evx_feed(room.engine, s->bytes, s->size) && !evx_ready(room.engine));
    prepare_known(room.engine);
    memcpy(room.known, evx_input(room.engine), sizeof room.known);
    room.held = room.memory.held;
    return &room;
}

static inline uint64_t pixel_sum(const evx_engine *e)
{
    int channels;
    const uint8_t *p = evx_image_pixels(e, &channels);
    const evx_image_info *i = evx_get_image(e);
    CLAIM(p && (channels == 1 || channels == 3));
    uint64_t sum = 14695981039346656037u;
    for (size_t n = (size_t)i->width * (size_t)i->height * (size_t)channels; n--; p++) {
        sum = (sum ^ *p) * 1099511628211u;
    }
    return sum;
}

static inline void claim_info(const evx_image_info *i, evx_format format)
{
    CLAIM(i->format == format);
    CLAIM(i->width >= 1 && i->width <= EVX_MAX_SIDE && i->height >= 1 && i->height <= EVX_MAX_SIDE);
    CLAIM((int64_t)i->width * i->height <= EVX_MAX_PIXELS);
    CLAIM(i->bit_depth >= 1 && i->bit_depth <= 16 && i->channels >= 1 && i->channels <= 4);
    CLAIM(i->exif_orientation >= 0 && i->exif_orientation <= 8);
    CLAIM(i->window_lo >= 0 && i->window_lo <= i->window_hi && i->window_hi <= 65535);
}

static inline void claim_input(evx_engine *e, int resize)
{
    CLAIM(!evx_set_preprocessing(e, (evx_preprocessing){ resize, 0.5f, 0.25f }));
    const evx_status status = evx_prepare(e);
    CLAIM(!status || status == EVX_E_IMAGE_HEAP);
    const float *in = evx_input(e);
    for (int i = 0; !status && i < INPUT; i++) CLAIM(in[i] >= -2.0f && in[i] <= 2.0f);
}

static inline void claim_refused(const evx_engine *e, evx_status status)
{
    int channels;
    claim_explained(e, status);
    CLAIM(status <= EVX_E_IMAGE_EMPTY && status >= EVX_E_IMAGE_HEAP);
    CLAIM(!evx_image_pixels(e, &channels));
}

/* The same file again: the same pixels. */
static inline void claim_repeats(evx_engine *e, const uint8_t *data, size_t size)
{
    const evx_image_info info = *evx_get_image(e);
    const uint64_t sum = pixel_sum(e);
    CLAIM(!evx_decode(e, data, size));
    CLAIM(pixel_sum(e) == sum && !memcmp(evx_get_image(e), &info, sizeof info));
}

static inline void film_run(const uint8_t *data, size_t size, evx_format format)
{
    static const int resizes[] = { 16, 18, 45, 300 };
    film_room *room = film_open();
    evx_engine *e = room->engine;
    const size_t rest = room->memory.bytes;
    room->memory.peak = rest;
    const evx_status status = evx_decode(e, data, size);
    if (status) {
        claim_refused(e, status);
        CLAIM(size % 4 || evx_decode(e, data, size) == status);
    } else {
        claim_info(evx_get_image(e), format);
        if (size % 4 == 0) claim_repeats(e, data, size);
        claim_input(e, resizes[size / 4 % 4]);
    }
    CLAIM(room->memory.peak - rest <= (size_t)EVX_IMAGE_HEAP + BOOKKEEPING);
    CLAIM(room->memory.held == room->held);
    prepare_known(e);
    CLAIM(!memcmp(evx_input(e), room->known, sizeof room->known));
}

#endif
