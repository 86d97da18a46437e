/* container.c - fuzzes the weight stream. The input says how to damage a valid stream and where to
 * cut it:
 *
 *     [kind and kernels][seed of the cuts, 2 bytes][edit, 4 bytes]*    or, for kind 7, raw bytes
 *
 * Property: fed in pieces of any size, a complete stream gives a model that runs to scores in 0..1
 * and maps >= 0, or says that a number is not finite. A failure has a name and a text and leaves an
 * engine that refuses everything; closing it gives back every block. For a quarter of the seeds the
 * stream is also fed whole: that ends in the same status and the same line of text; if the stream
 * is complete, in the same architecture and the same bytes of model memory.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "models.h"

#include <math.h>

enum { STREAM_MAX = 48 << 10, PREFIX = 3, EDIT = 4, RAW = 7 };

typedef struct stream {
    uint8_t bytes[STREAM_MAX];
    size_t size;
} stream;

typedef enum edit_kind {
    SET,
    FLIP,
    PLUS,
    SET_U32,
    COPY_ENTRY,
    SWAP_PIECES,
    CUT_END,
    CUT_OUT,
    GROW,
    EDIT_KINDS
} edit_kind;

static void swap_pieces(stream *s, size_t at, unsigned value)
{
    const size_t length = (size_t)1 << value % 12, other = s->size / 256 * value;
    for (size_t i = 0; i < length && at + i < s->size && other + i < s->size; i++) {
        const uint8_t kept = s->bytes[at + i];
        s->bytes[at + i] = s->bytes[other + i];
        s->bytes[other + i] = kept;
    }
}

static void copy_entry(stream *s, size_t at, unsigned value)
{
    const size_t from = (size_t)(value % 32) * 64;
    if (at + 64 <= s->size && from + 64 <= s->size) memmove(s->bytes + at, s->bytes + from, 64);
}

static void cut_out(stream *s, size_t at, size_t length)
{
    if (length > s->size - at) length = s->size - at;
    memmove(s->bytes + at, s->bytes + at + length, s->size - at - length);
    s->size -= length;
}

static void set_u32(stream *s, size_t at, unsigned value)
{
    static const uint32_t values[] = { 0,          1,          0x7fffffff, 0x80000000u, 0xffffffffu, 0x7f800000,
                                       0x7fc00000, 0xff7fffff, 64,         2048,        8192,        16384 };
    if (at + 4 <= s->size) tiny_u32(s->bytes + at, values[value % 12]);
}

/* An edit is [kind][offset, 2 bytes][value]; the upper bits of kind choose the low part of the
 * stream, where header and table are, more often. */
static void apply(stream *s, const uint8_t *edit)
{
    const unsigned kind = edit[0] % EDIT_KINDS, value = edit[3];
    size_t at = (size_t)(edit[1] << 8 | edit[2]);
    if (edit[0] >= 128) at %= 1600;
    if (!s->size) return;
    at %= s->size;
    switch ((edit_kind)kind) {
    case SET: s->bytes[at] = (uint8_t)value; break;
    case FLIP: s->bytes[at] ^= (uint8_t)(1u << value % 8); break;
    case PLUS: s->bytes[at] = (uint8_t)(s->bytes[at] + value); break;
    case SET_U32: set_u32(s, at & ~(size_t)3, value); break;
    case COPY_ENTRY: copy_entry(s, at & ~(size_t)63, value); break;
    case SWAP_PIECES: swap_pieces(s, at, value); break;
    case CUT_END: s->size = at; break;
    case CUT_OUT: cut_out(s, at, value); break;
    case GROW:
        if (s->size + value > STREAM_MAX) break;
        memset(s->bytes + s->size, edit[1], value);
        s->size += value;
        break;
    case EDIT_KINDS: break;
    }
}

static void make(stream *s, const uint8_t *data, size_t size)
{
    const int kind = data[0] % 8;
    data += PREFIX;
    size -= PREFIX;
    s->size = 0;
    if (kind == RAW || kind >= MODELS) {
        s->size = size < STREAM_MAX ? size : STREAM_MAX;
        memcpy(s->bytes, data, s->size);
        return;
    }
    const tiny_stream *valid = model_stream(kind);
    s->size = valid->size;
    memcpy(s->bytes, valid->bytes, valid->size);
    for (; size >= EDIT; data += EDIT, size -= EDIT) apply(s, data);
}

/* Pieces of all lengths from 0; seed 0: one piece. */
static evx_status feed(evx_engine *e, const stream *s, uint32_t seed)
{
    for (size_t at = 0; at < s->size;) {
        size_t piece = s->size - at;
        if (seed) {
            const size_t wish = fuzz_random(&seed) % ((size_t)1 << fuzz_random(&seed) % 15);
            if (wish < piece) piece = wish;
        }
        const evx_status status = evx_feed(e, s->bytes + at, piece);
        if (status) return status;
        at += piece;
    }
    return evx_ready(e);
}

typedef struct fed {
    evx_engine *engine;
    counted memory;
    evx_status status;
} fed;

static void open_and_feed(fed *f, const stream *s, evx_variant variant, uint32_t seed)
{
    f->memory = (counted){ 0 };
    const evx_memory memory = counted_memory(&f->memory);
    CLAIM(!evx_create(&f->engine, &memory, variant));
    f->status = feed(f->engine, s, seed);
}

static void claim_broken(evx_engine *e, evx_status status)
{
    claim_explained(e, status);
    CLAIM(evx_feed(e, "", 1) == EVX_E_STATE && evx_ready(e) == EVX_E_STATE);
    CLAIM(!evx_get_info(e) && !evx_write_input(e) && evx_begin(e) == EVX_E_STATE);
}

static void claim_same(const fed *a, const fed *b)
{
    CLAIM(a->status == b->status);
    if (a->status && a->status != EVX_E_WEIGHTS_TRUNCATED) {
        const bool same_text = !strcmp(evx_error_message(a->engine), evx_error_message(b->engine));
        CLAIM(same_text || a->status == EVX_E_WEIGHTS_TRAILING); /* how many depends on the piece */
        return;
    }
    const evx_info *i = evx_get_info(a->engine), *k = evx_get_info(b->engine);
    CLAIM(!i == !k && (!i || !memcmp(i, k, sizeof *i)));
    CLAIM(a->memory.held == b->memory.held && a->memory.most == b->memory.most);
    if (!a->status) CLAIM(!memcmp(a->memory.largest, b->memory.largest, a->memory.most));
}

static void close_engine(fed *f)
{
    evx_destroy(f->engine);
    CLAIM(f->memory.held == 0);
}

static void compare_with_whole(const fed *cut, const stream *s, evx_variant variant)
{
    fed whole;
    open_and_feed(&whole, s, variant, 0);
    claim_same(&whole, cut);
    close_engine(&whole);
}

static void claim_map(evx_engine *e, int class_index)
{
    float map[4];
    const int cells = evx_get_info(e)->grid * evx_get_info(e)->grid;
    CLAIM(cells <= 4);
    const evx_status status = evx_explain(e, class_index, map);
    CLAIM(!status || status == EVX_E_NUMERIC);
    for (int i = 0; !status && i < cells; i++) CLAIM(map[i] >= 0.0f && isfinite(map[i]));
}

static void claim_runs(evx_engine *e)
{
    const evx_info *info = evx_get_info(e);
    float *in = evx_write_input(e);
    const int inputs = 3 * info->input_size * info->input_size;
    for (int i = 0; i < inputs; i++) in[i] = (float)(i % 13) / 6.0f - 1.0f;
    int status = evx_begin(e);
    CLAIM(!status);
    while ((status = evx_step(e)) > 0) continue;
    CLAIM(!status || status == EVX_E_NUMERIC);
    CLAIM(!evx_logits(e) == !!status);
    for (int i = 0; !status && i < info->classes; i++) {
        CLAIM(isfinite(evx_logits(e)[i]) && evx_scores(e)[i] >= 0.0f && evx_scores(e)[i] <= 1.0f);
    }
    if (!info->classes || evx_explain_begin(e)) return;
    for (int i = 0; i < info->classes; i++) claim_map(e, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const evx_variant variants[] = { EVX_SIMD128, EVX_RELAXED, EVX_SCALAR, EVX_BEST };
    static stream s;
    if (size < PREFIX) return 0;
    const evx_variant variant = variants[data[0] >> 3 & 3];
    fed cut;
    make(&s, data, size);
    open_and_feed(&cut, &s, variant, 1u + (uint32_t)(data[1] << 8 | data[2]));
    if (data[1] % 4 == 0) compare_with_whole(&cut, &s, variant);
    if (!cut.status) {
        claim_runs(cut.engine);
    } else if (cut.status != EVX_E_WEIGHTS_TRUNCATED) {
        claim_broken(cut.engine, cut.status);
    }
    close_engine(&cut);
    return 0;
}
