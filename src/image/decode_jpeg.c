/* decode_jpeg.c - the pixels of a JPEG: segment by segment to planes of samples, then row by row to pixels.
 *
 * stb_image decodes the blocks; upsampling and colors are those of libjpeg (jpeg_math.c). stb_image sees one
 * segment at a time, and of those only the ones that make pixels.
 * SPDX-License-Identifier: MIT */
#include "image/decode.h"

#include "image/jpeg_math.h"
#include "image/jpeg_segments.h"

/* stb_image refills its bit buffer only in part when it meets a marker, and then takes more bits than
 * there are: its count of bits becomes negative, and a shift by it undefined. This one always fills up. In
 * the definition of stb_image's own, the argument begins with its type: that one is renamed. */
#define refill_stbi__jpeg \
    refill(stbi__jpeg *j); \
    __attribute__((unused)) static void unused_refill, stbi__jpeg
#define refill_j refill, j
#define refill_z refill, z
#define apply(function, argument) function(argument)
#define apply_all(...) apply(__VA_ARGS__)
#define stbi__grow_buffer_unsafe(argument) apply_all(refill_##argument)

#define STBI_ONLY_JPEG
#include "image/stb.h"

typedef struct jpeg {
    stbi__jpeg stb; /* first: refill gets its address */
    stbi__context context;
    int padding_bits;  /* so many of the buffered bits, the last ones, are not from the file */
    bool used_padding; /* one of them was used */
    void *room;        /* progressive: the coefficients of all components; then their pixels, if in color */
} jpeg;

/* ---- coded data ----------------------------------------------------------------------------------- */

static bool at_end(const stbi__context *s) { return s->img_buffer >= s->img_buffer_end; }

/* Whether bits were used that are not in the file. */
static void note_padding(jpeg *j) { j->used_padding |= j->stb.code_bits < j->padding_bits; }

/* The next byte of the coded data; from a marker or the end on, zeros. */
static unsigned coded_byte(stbi__jpeg *j)
{
    if (at_end(j->s)) j->nomore = 1;
    const unsigned byte = j->nomore ? 0 : stbi__get8(j->s);
    if (byte != 0xff) return byte;
    int next = 0xff; /* fill bytes */
    while (next == 0xff && !at_end(j->s)) next = stbi__get8(j->s);
    if (!next) return byte;
    j->marker = (unsigned char)next;
    j->nomore = 1;
    return 0;
}

/* stbi__grow_buffer_unsafe: at least 25 bits. What is not in the file is padding zeros, which only damaged
 * files use. */
static void refill(stbi__jpeg *stb)
{
    jpeg *j = (jpeg *)stb;
    if (!stb->nomore) j->padding_bits = 0;
    note_padding(j);
    do {
        stb->code_buffer |= coded_byte(stb) << (24 - stb->code_bits);
        stb->code_bits += 8;
        if (stb->nomore) j->padding_bits += 8;
    } while (stb->code_bits <= 24);
    if (j->padding_bits > stb->code_bits) j->padding_bits = stb->code_bits;
}

static void read_from(jpeg *j, const uint8_t *at, size_t bytes) { stbi__start_mem(&j->context, at, (int)bytes); }

static const char *decode_scan(jpeg *j, const uint8_t *coded, size_t bytes)
{
    read_from(j, coded, bytes);
    j->padding_bits = 0;
    if (!stbi__parse_entropy_coded_data(&j->stb)) return stbi_failure_reason();
    note_padding(j);
    return j->used_padding ? "coded data are missing" : NULL;
}

/* ---- segments ------------------------------------------------------------------------------------- */

static size_t pixel_bytes(const jpeg *j)
{
    return j->context.img_n == 3 ? 3 * (size_t)j->context.img_x * (size_t)j->context.img_y : 0;
}

/* The frame header of a progressive JPEG has come: gives it coefficients, in a block that the pixels will have
 * afterwards. Those of stb_image would lie between the planes, and leave holes too small for that. */
static int place_coefficients(jpeg *j)
{
    size_t count = 0;
    for (int i = 0; i < j->context.img_n; i++) {
        count += (size_t)j->stb.img_comp[i].w2 * (size_t)j->stb.img_comp[i].h2;
    }
    const size_t bytes = count * sizeof(short), pixels = pixel_bytes(j);
    j->room = heap_alloc(decoding, bytes > pixels ? bytes : pixels);
    short *at = j->room;
    for (int i = 0; at && i < j->context.img_n; i++) {
        j->stb.img_comp[i].coeff = at;
        j->stb.img_comp[i].coeff_w = j->stb.img_comp[i].w2 / 8;
        j->stb.img_comp[i].coeff_h = j->stb.img_comp[i].h2 / 8;
        at += (size_t)j->stb.img_comp[i].w2 * (size_t)j->stb.img_comp[i].h2;
    }
    j->stb.progressive = 1;
    return j->room != NULL;
}

/* Decodes a segment, and of a scan the coded data from *at to `end` at most, which *at moves behind. */
static const char *decode_segment(jpeg *j, const jpeg_segment *s, const uint8_t *file, size_t end, size_t *at)
{
    const size_t coded = *at;
    int restarts, done = 1;
    if (s->data) read_from(j, s->data - 2, s->bytes + 2); /* with its length */
    switch (s->marker) {
    case JPEG_SOF0:
    case JPEG_SOF1:
    case JPEG_SOF2:
        done = stbi__process_frame_header(&j->stb, STBI__SCAN_load);
        if (done && s->marker == JPEG_SOF2) done = place_coefficients(j);
        break;
    case JPEG_DHT:
    case JPEG_DQT:
    case JPEG_DRI: done = stbi__process_marker(&j->stb, s->marker); break;
    case JPEG_SOS:
        done = stbi__process_scan_header(&j->stb);
        if (!done) break;
        jpeg_skip_coded(file, end, at, &restarts);
        return decode_scan(j, file + coded, *at - coded);
    default: break; /* it makes no pixels */
    }
    return done ? NULL : stbi_failure_reason();
}

/* All segments up to `end`; then the planes are there. */
static const char *decode_segments(jpeg *j, const uint8_t *file, size_t end)
{
    const char *wrong = NULL;
    jpeg_segment s;
    for (size_t at = 2; !wrong && jpeg_next_segment(file, end, &at, &s) == JPEG_SEGMENT;) {
        wrong = decode_segment(j, &s, file, end, &at);
    }
    if (!wrong) stbi__jpeg_finish(&j->stb);
    return wrong;
}

/* ---- planes to pixels ----------------------------------------------------------------------------- */

/* A component's samples, and where they lie on the pixels. */
typedef struct plane {
    const uint8_t *samples;
    int stride, width, height; /* width, height: without those that fill up the last blocks */
    int h, v;                  /* a sample's size in pixels */
    uint8_t *line;             /* room for a row of pixels */
} plane;

static plane plane_of(const stbi__jpeg *j, int component, uint8_t *line)
{
    return (plane){ .samples = j->img_comp[component].data,
                    .stride = j->img_comp[component].w2,
                    .width = j->img_comp[component].x,
                    .height = j->img_comp[component].y,
                    .h = j->img_h_max / j->img_comp[component].h,
                    .v = j->img_v_max / j->img_comp[component].v,
                    .line = line };
}

/* The samples of pixel row y, one for each pixel. */
static const uint8_t *pixel_row(const plane *p, int y)
{
    const int row = y / p->v;
    const bool below = 2 * (y % p->v) >= p->v;
    const int next = below ? row + 1 : row - 1, far = next < 0 || next >= p->height ? row : next;
    const uint8_t *near = p->samples + (size_t)row * (size_t)p->stride;
    if (p->h == 1 && p->v != 2) return near;
    jpeg_upsample(p->line, near, p->samples + (size_t)far * (size_t)p->stride, p->width, p->h, p->v, below);
    return p->line;
}

static void interleave(uint8_t *out, const uint8_t *r, const uint8_t *g, const uint8_t *b, int count)
{
    for (int i = 0; i < count; i++, out += 3) out[0] = r[i], out[1] = g[i], out[2] = b[i];
}

static void write_colors(const jpeg *j, bool rgb, uint8_t *lines, size_t line, uint8_t *out)
{
    const int width = (int)j->context.img_x, height = (int)j->context.img_y;
    const plane p[3] = { plane_of(&j->stb, 0, lines), plane_of(&j->stb, 1, lines + line),
                         plane_of(&j->stb, 2, lines + 2 * line) };
    for (int y = 0; y < height; y++, out += 3 * (size_t)width) {
        const uint8_t *row[3] = { pixel_row(&p[0], y), pixel_row(&p[1], y), pixel_row(&p[2], y) };
        (rgb ? interleave : jpeg_to_rgb)(out, row[0], row[1], row[2], width);
    }
}

/* Makes the rows of the only plane follow each other, in the plane's own block, which it takes. */
static uint8_t *take_gray(jpeg *j)
{
    const size_t width = j->context.img_x, height = j->context.img_y, stride = (size_t)j->stb.img_comp[0].w2;
    uint8_t *out = j->stb.img_comp[0].raw_data;
    for (size_t y = 0; y < height; y++) memmove(out + y * width, j->stb.img_comp[0].data + y * stride, width);
    j->stb.img_comp[0].raw_data = NULL;
    return out;
}

/* NULL if the heap refused. */
static uint8_t *take_pixels(jpeg *j, bool rgb)
{
    if (j->context.img_n == 1) return take_gray(j);
    const size_t line = (size_t)j->context.img_x + 16; /* 4 samples a time, over the edge */
    uint8_t *out = j->room ? j->room : heap_alloc(decoding, pixel_bytes(j));
    uint8_t *lines = out ? heap_alloc(decoding, 3 * line) : NULL;
    j->room = out;
    if (!lines) return NULL;
    write_colors(j, rgb, lines, line, out);
    heap_free(decoding, lines);
    j->room = NULL;
    return out;
}

/* ---- all of it ------------------------------------------------------------------------------------ */

const char *decode_jpeg(heap *h, const uint8_t *file, const file_layout *s, samples *out)
{
    jpeg *j = heap_alloc(h, sizeof *j);
    if (!j) return "";
    decoding = h;
    j->stb.s = &j->context;
    stbi__setup_jpeg(&j->stb);
    j->stb.idct_block_kernel = jpeg_idct;
    const char *wrong = decode_segments(j, file, s->data_end);
    if (h->refused) wrong = "";
    if (!wrong) {
        *out = (samples){ .block = take_pixels(j, s->rgb), .channels = j->context.img_n, .bits = 8 };
        if (!out->block) wrong = "";
    }
    stbi__cleanup_jpeg(&j->stb);
    heap_free(h, j->room);
    heap_free(h, j);
    decoding = NULL;
    return wrong;
}
