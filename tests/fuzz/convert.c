/* convert.c - fuzzes the converter with architectures, numbers and calls of any kind:
 *
 *     [what goes wrong and the kind of numbers][architecture, 8 bytes][numbers]*
 *
 * Numbers are the input's bytes over and over, as any kind of number, or drawn and small with some bytes of the
 * input among them; so NaN, infinities, denormals and zeros come in every tensor.
 *
 * Property: what converter.h says of its calls. A conversion ends with a stream that the engine reads, or with a
 * status that has a name and a line of text, after which every call is refused; evx_converter_destroy gives back
 * every block. The tables never write outside of what they are given. SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "convert/converter.h"
#include "convert/pos_embed.h"
#include "convert/rope_table.h"

#include <math.h>

enum { HEAD = 10, MOST = 256 << 10 }; /* numbers of a tensor: more is another test's */

typedef struct source {
    const uint8_t *bytes;
    size_t size, at;
    uint32_t random;
    bool raw;
} source;

static uint8_t next_byte(source *s) { return s->bytes[s->at++ % s->size]; }

/* count numbers of a kind; drawn ones near 0, but for one in 500. */
static void fill(source *s, uint8_t *out, size_t count, stored kind)
{
    const size_t bytes = stored_bytes(kind);
    for (size_t i = 0; i < count; i++, out += bytes) {
        const float small = (float)fuzz_random(&s->random) / 8388608.0f - 1.0f;
        const double wide = (double)small;
        uint32_t bits;
        memcpy(&bits, &small, sizeof bits);
        if (s->raw || fuzz_random(&s->random) % 500 == 0) {
            for (size_t b = 0; b < bytes; b++) out[b] = next_byte(s);
        } else if (kind == STORED_F64) {
            memcpy(out, &wide, sizeof wide);
        } else if (kind == STORED_F32) {
            memcpy(out, &small, sizeof small);
        } else if (kind == STORED_BF16) {
            out[0] = (uint8_t)(bits >> 16);
            out[1] = (uint8_t)(bits >> 24);
        } else {
            out[0] = (uint8_t)fuzz_random(&s->random);
            out[1] = (uint8_t)(0x30 | (fuzz_random(&s->random) & 0x83));
        }
    }
}

/* Mostly small architectures that are allowed; the fields are off by a little in some. */
static evx_info architecture(const uint8_t *h)
{
    const int heads = 1 + h[0] % 2;
    evx_info i = { .embed_dim = 8 * heads * (1 + h[1] % 3),
                   .depth = 1 + h[2] % 2,
                   .heads = heads,
                   .mlp_hidden = 8 * (1 + h[3] % 10),
                   .grid = 1 + h[4] % 2,
                   .classes = h[5] % 4,
                   .cls_pooling = h[6] % 2,
                   .inner_norm = h[6] / 2 % 2 };
    i.scoring = i.classes ? (evx_scoring)(1 + h[6] / 4 % 2) : EVX_SCORE_NONE;
    if (h[7] == 1) i.embed_dim += h[0];
    if (h[7] == 2) i.heads = h[1];
    if (h[7] == 3) i.mlp_hidden = -h[3];
    if (h[7] == 4) i.grid = h[4] % 70;
    if (h[7] == 5) i.scoring = (evx_scoring)h[6];
    if (h[7] == 6) i.depth = 0;
    return i;
}

static void claim_refused(evx_converter *c, int status)
{
    int first, last;
    size_t bytes;
    CLAIM(status < 0 && strcmp(evx_status_name(status), "UNKNOWN"));
    CLAIM(evx_converter_error(c)[0] && strlen(evx_converter_error(c)) < 160);
    CLAIM(evx_converter_step(c) == EVX_E_STATE && evx_converter_next_part(c, &first, &last) == EVX_E_STATE);
    CLAIM(!evx_converter_header(c, &bytes) && !evx_converter_logits(c) && !evx_converter_tensors(c));
}

/* Gives tensor i in two pieces. How many numbers were not finite; or a status. */
static int64_t give(evx_converter *c, source *s, int i, stored kind)
{
    static uint8_t numbers[8 * MOST];
    evx_stream_tensor t;
    size_t wrong = 0;
    CLAIM(evx_converter_tensor(c, i, &t) && !t.data && strlen(t.name) < 40);
    const size_t count = (size_t)t.rows * (size_t)t.cols, half = count / 2;
    CLAIM(count <= MOST);
    fill(s, numbers, count, kind);
    const int64_t a = evx_converter_give(c, i, 0, numbers, half, kind, &wrong);
    CLAIM(a >= 0 && (!a || wrong < half));
    const int64_t b =
        evx_converter_give(c, i, half, numbers + half * stored_bytes(kind), count - half, kind, &wrong);
    CLAIM(b >= 0 && (!b || wrong < count - half));
    CLAIM(evx_converter_give(c, i, count, numbers, 1, kind, &wrong) == EVX_E_ARGUMENT);
    return a + b;
}

/* The part's tensors as they are stored, into the stream. */
static void keep(evx_converter *c, uint8_t *stream, int first, int last)
{
    for (int i = first; i < last; i++) {
        evx_stream_tensor t;
        CLAIM(evx_converter_tensor(c, i, &t) && t.data);
        CLAIM(t.signal >= 0.0 && t.noise >= 0.0 && t.offset + t.bytes <= evx_converter_stream_bytes(c));
        memcpy(stream + t.offset, t.data, t.bytes);
    }
}

static void claim_engine_reads(const uint8_t *stream, size_t bytes)
{
    evx_engine *e;
    CLAIM(!evx_create(&e, NULL, EVX_SIMD128));
    CLAIM(!evx_feed(e, stream, bytes) && !evx_ready(e));
    evx_destroy(e);
}

/* Every part. False: given numbers were not finite, and the host gives up; or a status ended it. */
static bool run(evx_converter *c, source *s, uint8_t *stream, int parts, stored kind)
{
    for (int part = 0; part < parts; part++) {
        int first, last, status;
        CLAIM(evx_converter_next_part(c, &first, &last) == part && first < last);
        for (int i = first; i < last; i++) {
            if (give(c, s, i, kind)) return false;
        }
        for (int before = 1000; (status = evx_converter_step(c)) > 0; before = status) CLAIM(status <= before);
        if (status) {
            claim_refused(c, status);
            return false;
        }
        keep(c, stream, first, last);
    }
    return true;
}

static void convert(evx_converter *c, source *s, const evx_info *info, evx_target target, stored kind)
{
    const int status = evx_converter_plan(c, info, target, (normalization){ 0.5f, 0.25f });
    if (status) {
        claim_refused(c, status);
        return;
    }
    const size_t bytes = (size_t)evx_converter_stream_bytes(c);
    uint8_t *stream = calloc(1, bytes), *films = evx_converter_films(c);
    CLAIM(stream && !films == (target != EVX_Q8));
    for (int i = 0; films && i < FILMS * FILM_SIDE * FILM_SIDE; i++) films[i] = next_byte(s);
    if (run(c, s, stream, info->depth + 2, kind)) {
        size_t head;
        const void *header = evx_converter_header(c, &head);
        CLAIM(header && evx_converter_logits(c));
        memcpy(stream, header, head);
        claim_engine_reads(stream, bytes);
    }
    free(stream);
}

/* The tables at sizes of any kind, in blocks that end where the tables do. */
static void make_tables(source *s)
{
    const int grid = 1 + next_byte(s) % 9, old = 1 + next_byte(s) % 9, pairs = 4 * (1 + next_byte(s) % 3),
              channels = 1 + next_byte(s) % 5;
    const size_t count = (size_t)(grid * grid * pairs);
    float *cosine = malloc(2 * count * sizeof(float)), *sine = malloc(count * sizeof(float)),
          *room = malloc(2 * count * sizeof(float)), error = -1.0f;
    rope_table(cosine, sine, grid, next_byte(s), pairs);
    for (size_t i = 0; i < count; i++) CLAIM(fabsf(cosine[i]) <= 1.0f && fabsf(sine[i]) <= 1.0f);
    fill(s, (uint8_t *)cosine, 2 * count, STORED_F32);
    rope_halve(sine, cosine, (int)count);
    const int pitch = rope_pitch(cosine, sine, grid, pairs, room, &error);
    CLAIM(pitch == 14 || pitch == 16 || pitch == grid);
    free(cosine);
    free(sine);
    free(room);
    float *pos = malloc((size_t)((1 + old * old) * channels) * sizeof(float)),
          *out = malloc((size_t)((1 + grid * grid) * channels) * sizeof(float));
    fill(s, (uint8_t *)pos, (size_t)((1 + old * old) * channels), STORED_F32);
    pos_embed_resize(out, grid, pos, old, channels);
    free(pos);
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD) return 0;
    source s = { data, size, 9, 1u + data[9], data[0] & 128 };
    const evx_info info = architecture(data + 1);
    const stored kind = (stored)(data[0] % STORED_KINDS);
    const evx_target target = (evx_target)(data[0] / 4 % 3);
    counted memory = { .fail_in = data[0] & 64 ? 1 + data[9] % 8 : 0 };
    const evx_memory functions = counted_memory(&memory);
    evx_converter *c;
    if (data[0] & 32) make_tables(&s);
    if (!evx_converter_create(&c, &functions)) convert(c, &s, &info, target, kind);
    evx_converter_destroy(c);
    CLAIM(memory.held == 0);
    return 0;
}
