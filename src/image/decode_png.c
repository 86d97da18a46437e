/* decode_png.c - the pixels of a PNG, row by row while its data are inflated.
 *
 *     IDAT chunks ── stb_image's inflate ── 32 KiB window ── rows: filter undone ── samples, in place
 *
 * Alpha is dropped on the way. Adam7 interlacing: seven passes, each an image of its own, whose pixels
 * are spread over the whole one.
 * SPDX-License-Identifier: MIT */
#include "image/decode.h"

#include "bytes.h"

/* stb_image asks for a larger buffer when the inflated bytes do not fit. This one hands them on instead
 * and keeps the last 32 KiB, which is as far back as deflate refers. In the definition of stb_image's
 * own, the first argument begins with its type: that one is renamed. */
#define expand_stbi__zbuf \
    hand_on(stbi__zbuf *z, char *zout, int room); \
    static int unused_zexpand(stbi__zbuf
#define expand_z hand_on(z
#define expand_a hand_on(a
#define stbi__zexpand(first, zout, n) expand_##first, zout, n)

#define STBI_ONLY_ZLIB
#define STBI_SUPPORT_ZLIB
#include "image/stb.h"

enum {
    WINDOW = 32 << 10,
    LONGEST = 65535, /* bytes that stb_image wants room for at once: a stored block */
    BUFFER = WINDOW + LONGEST + 1,
    TRAILING = 64 << 10 /* bytes behind the last row that are let pass, as other readers do */
};

/* Where the pixels of a pass lie: the first, and from one to the next. */
typedef struct pass {
    int x, y, dx, dy;
} pass;

static const pass adam7[] = { { 0, 0, 8, 8 }, { 4, 0, 8, 8 }, { 0, 4, 4, 8 }, { 2, 0, 4, 4 },
                              { 0, 2, 2, 4 }, { 1, 0, 2, 2 }, { 0, 1, 1, 2 } };
static const pass whole[] = { { 0, 0, 1, 1 } };

typedef struct png {
    stbi__zbuf z; /* first: hand_on gets its address */
    int kept;     /* of the inflated bytes in z's buffer, so many have been taken */
    const file_layout *layout;
    const pass *pass, *passes_end;
    int y;                    /* of the row that is being filled, in its pass */
    int columns;              /* pixels in a row of the pass */
    size_t row_bytes, filled; /* of the row, with its filter byte */
    uint8_t *row, *above;     /* [1 + bytes of the longest row]; above: the row before, filter undone */
    uint8_t palette[256][3];
    samples *out;
    uint32_t adler_a, adler_b;
    size_t trailing;
    const char *wrong;
} png;

static int bits_a_pixel(const file_layout *s) { return s->info.channels * s->info.bit_depth; }

static size_t bytes_of_row(const file_layout *s, int columns)
{
    return 1 + ((size_t)columns * (size_t)bits_a_pixel(s) + 7) / 8;
}

/* How many of `size` pixels lie at first, first + step, ... */
static int count_from(int size, int first, int step) { return size > first ? (size - first - 1) / step + 1 : 0; }

/* Moves to the next pass that has pixels, if there is one. */
static void start_pass(png *p)
{
    const evx_image_info *i = &p->layout->info;
    while (p->pass < p->passes_end) {
        p->columns = count_from(i->width, p->pass->x, p->pass->dx);
        if (p->columns && i->height > p->pass->y) break;
        p->pass++;
    }
    p->row_bytes = bytes_of_row(p->layout, p->columns);
    p->y = 0;
    memset(p->above, 0, p->row_bytes);
}

/* ---- filters: a byte is stored as its difference to a guess from those to the left and above ------ */

static uint8_t paeth(int left, int up, int corner)
{
    const int guess = left + up - corner;
    const int to_left = abs(guess - left), to_up = abs(guess - up), to_corner = abs(guess - corner);
    if (to_left <= to_up && to_left <= to_corner) return (uint8_t)left;
    return (uint8_t)(to_up <= to_corner ? up : corner);
}

/* Undoes filter `kind` in row[bytes], in place; `step` bytes make a pixel, at least 1. */
static bool unfilter(int kind, uint8_t *row, const uint8_t *above, size_t bytes, size_t step)
{
    size_t i = 0;
    switch (kind) {
    case 0: return true;
    case 1:
        for (i = step; i < bytes; i++) row[i] = (uint8_t)(row[i] + row[i - step]);
        return true;
    case 2:
        for (; i < bytes; i++) row[i] = (uint8_t)(row[i] + above[i]);
        return true;
    case 3:
        for (; i < bytes && i < step; i++) row[i] = (uint8_t)(row[i] + above[i] / 2);
        for (; i < bytes; i++) row[i] = (uint8_t)(row[i] + (row[i - step] + above[i]) / 2);
        return true;
    case 4:
        for (; i < bytes && i < step; i++) row[i] = (uint8_t)(row[i] + above[i]);
        for (; i < bytes; i++) row[i] = (uint8_t)(row[i] + paeth(row[i - step], above[i], above[i - step]));
        return true;
    default: return false;
    }
}

/* ---- rows to samples; `step` is how many samples lie from one pixel to the next -------------------- */

static int packed_sample(const uint8_t *row, int i, int depth)
{
    const int shift = 8 - depth - i * depth % 8;
    return row[i * depth / 8] >> shift & ((1 << depth) - 1);
}

/* 1, 2 or 4 bits to the whole range of 8, or 8 bits as they are. */
static void write_gray(const uint8_t *row, int count, int depth, uint8_t *out, int step)
{
    const int scale = 255 / ((1 << depth) - 1);
    for (int i = 0; i < count; i++, out += step) *out = (uint8_t)(scale * packed_sample(row, i, depth));
}

static void write_colors(const uint8_t *row, int count, int depth, uint8_t palette[256][3], uint8_t *out, int step)
{
    for (int i = 0; i < count; i++, out += step) memcpy(out, palette[packed_sample(row, i, depth)], 3);
}

static void write_gray16(const uint8_t *row, int count, int bytes, uint16_t *out, int step)
{
    for (int i = 0; i < count; i++, row += bytes, out += step) *out = be16(row);
}

/* Samples of `size` bytes, of which the first is kept: `keep` of the `channels` of each pixel. */
static void write_bytes(const uint8_t *row, int count, int channels, int size, int keep, uint8_t *out, int step)
{
    for (int i = 0; i < count; i++, row += channels * size, out += step) {
        for (int c = 0; c < keep; c++) out[c] = row[c * size];
    }
}

/* Whether alpha, the last of `channels` samples of `size` bytes, is anywhere less than opaque. */
static bool has_alpha(const uint8_t *row, int count, int channels, int size)
{
    for (int i = 1; i <= count; i++) {
        for (int k = 1; k <= size; k++) {
            if (row[i * channels * size - k] != 0xff) return true;
        }
    }
    return false;
}

static void write_row(png *p)
{
    const evx_image_info *i = &p->layout->info;
    const int keep = p->out->channels, size = i->bit_depth == 16 ? 2 : 1, step = p->pass->dx * keep;
    const size_t at =
        ((size_t)(p->pass->y + p->y * p->pass->dy) * (size_t)i->width + (size_t)p->pass->x) * (size_t)keep;
    const uint8_t *row = p->row + 1;
    uint8_t *out = (uint8_t *)p->out->block + at;
    if (p->layout->palette) write_colors(row, p->columns, i->bit_depth, p->palette, out, step);
    else if (i->bit_depth < 8) write_gray(row, p->columns, i->bit_depth, out, step);
    else if (p->out->bits == 16) {
        write_gray16(row, p->columns, 2 * i->channels, (uint16_t *)p->out->block + at, step);
    } else write_bytes(row, p->columns, i->channels, size, keep, out, step);
    if (i->channels % 2 == 0 && !(p->out->conversions & EVX_CONVERSION_DROP_ALPHA) &&
        has_alpha(row, p->columns, i->channels, size)) {
        p->out->conversions |= EVX_CONVERSION_DROP_ALPHA;
    }
}

/* A row has come whole. */
static void end_row(png *p)
{
    const size_t step = (size_t)(bits_a_pixel(p->layout) + 7) / 8;
    p->filled = 0;
    if (!unfilter(p->row[0], p->row + 1, p->above + 1, p->row_bytes - 1, step)) {
        p->wrong = "a row has no filter that there is";
    }
    write_row(p);
    uint8_t *row = p->row;
    p->row = p->above;
    p->above = row;
    if (p->pass->y + ++p->y * p->pass->dy < p->layout->info.height) return;
    p->pass++;
    start_pass(p);
}

static void take_rows(png *p, const uint8_t *bytes, size_t count)
{
    while (count && p->pass < p->passes_end && !p->wrong) {
        const size_t room = p->row_bytes - p->filled, now = count < room ? count : room;
        memcpy(p->row + p->filled, bytes, now);
        p->filled += now;
        bytes += now;
        count -= now;
        if (p->filled == p->row_bytes) end_row(p);
    }
    p->trailing += count;
    if (!p->wrong && p->trailing > TRAILING) p->wrong = "it holds more than its pixels";
}

/* Adler-32 of what has been inflated so far. */
static void sum(png *p, const uint8_t *bytes, size_t count)
{
    enum { BASE = 65521, AT_ONCE = 5552 }; /* bytes until the sums could overflow */
    while (count) {
        const size_t now = count < AT_ONCE ? count : AT_ONCE;
        for (size_t i = 0; i < now; i++) p->adler_b += p->adler_a += bytes[i];
        p->adler_a %= BASE;
        p->adler_b %= BASE;
        bytes += now;
        count -= now;
    }
}

/* ---- inflating ------------------------------------------------------------------------------------ */

/* Takes the inflated bytes up to `end` that have not been taken. */
static void take_inflated(png *p, const char *end)
{
    const char *from = p->z.zout_start + p->kept;
    sum(p, (const uint8_t *)from, (size_t)(end - from));
    take_rows(p, (const uint8_t *)from, (size_t)(end - from));
}

/* stbi__zexpand: room for so many bytes at z->zout. */
static int hand_on(stbi__zbuf *z, char *zout, int room)
{
    png *p = (png *)z;
    (void)room; /* at most LONGEST */
    take_inflated(p, zout);
    if (p->wrong) return 0;
    p->kept = zout - z->zout_start < WINDOW ? (int)(zout - z->zout_start) : WINDOW;
    memmove(z->zout_start, zout - p->kept, (size_t)p->kept);
    z->zout = z->zout_start + p->kept;
    return 1;
}

/* Behind the deflated data: what Adler-32 must be. stb_image has read ahead by whole bytes. */
static bool sum_is_right(const png *p, const uint8_t *data)
{
    const ptrdiff_t at = p->z.zbuffer - data - p->z.num_bits / 8;
    if (at < 0 || p->z.zbuffer_end - data - at < 4) return false;
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION /* what a fuzzer makes has no right checksum */
    return true;
#endif
    return be32(data + at) == (p->adler_b << 16 | p->adler_a);
}

static const char *inflate(png *p, const uint8_t *data, size_t bytes, char *buffer)
{
    p->z.zbuffer = (stbi_uc *)data;
    p->z.zbuffer_end = (stbi_uc *)data + bytes;
    if (!stbi__do_zlib(&p->z, buffer, BUFFER, 0, 1)) {
        return p->wrong ? p->wrong : "its compressed data (IDAT chunk) cannot be read";
    }
    take_inflated(p, p->z.zout);
    if (p->wrong) return p->wrong;
    if (p->pass < p->passes_end) return "it holds less than its pixels";
    return sum_is_right(p, data) ? NULL : "wrong checksum (Adler-32) of its pixels";
}

/* The contents of the IDAT chunks from `at` to `end`, one behind the other, to out; returns the bytes.
 * out NULL: only counts. */
static size_t join_chunks(const uint8_t *at, const uint8_t *end, uint8_t *out)
{
    size_t bytes = 0;
    for (uint32_t length; at < end; at += length + 12) {
        length = be32(at);
        if (out) memcpy(out + bytes, at + 8, length);
        bytes += length;
    }
    return bytes;
}

/* ---- all of it ------------------------------------------------------------------------------------ */

/* All 256 colors. Those that the file does not define are the gray of their number, as in PIL. */
static void read_palette(png *p, const uint8_t *file)
{
    for (int i = 0; i < 256; i++) memset(p->palette[i], i, 3);
    memcpy(p->palette, file + p->layout->palette, 3 * (size_t)p->layout->colors);
}

/* What the samples will be. */
static samples plan(const file_layout *s)
{
    const bool wide = s->info.bit_depth == 16, color = s->palette || s->info.channels > 2;
    return (samples){ .channels = color ? 3 : 1,
                      .bits = wide && !color ? 16 : 8,
                      .conversions = (s->palette ? EVX_CONVERSION_PALETTE : 0u) |
                                     (wide && color ? EVX_CONVERSION_HIGH_BYTE : 0u) |
                                     (s->transparent && s->info.channels % 2 ? EVX_CONVERSION_DROP_ALPHA : 0u) };
}

/* The blocks that decoding works with, in one. */
typedef struct workspace {
    png png;
    char buffer[BUFFER];
    uint8_t rows[]; /* two, then the joined IDAT chunks */
} workspace;

static workspace *workspace_for(heap *h, const file_layout *s, size_t row, size_t joined)
{
    workspace *w = heap_alloc(h, sizeof *w + 2 * row + joined);
    if (!w) return NULL;
    w->png = (png){ .layout = s, .row = w->rows, .above = w->rows + row, .adler_a = 1 };
    w->png.pass = s->interlaced ? adam7 : whole;
    w->png.passes_end = w->png.pass + (s->interlaced ? 7 : 1);
    return w;
}

const char *decode_png(heap *h, const uint8_t *file, const file_layout *s, samples *out)
{
    const size_t pixels = (size_t)s->info.width * (size_t)s->info.height, row = bytes_of_row(s, s->info.width);
    const uint8_t *first = file + s->data, *end = file + s->data_end;
    const bool single = first + be32(first) + 12 == end;
    const size_t bytes = join_chunks(first, end, NULL);
    workspace *w = workspace_for(h, s, row, single ? 0 : bytes);
    if (!w) return "";
    *out = plan(s);
    out->block = heap_alloc(h, pixels * (size_t)(out->channels * out->bits / 8));
    const char *wrong = out->block ? NULL : "";
    if (!wrong) {
        const uint8_t *data = first + 8;
        if (!single) join_chunks(first, end, w->rows + 2 * row), data = w->rows + 2 * row;
        if (s->palette) read_palette(&w->png, file);
        w->png.out = out;
        start_pass(&w->png);
        wrong = inflate(&w->png, data, bytes, w->buffer);
    }
    heap_free(h, w);
    if (wrong) heap_free(h, out->block);
    return wrong;
}
