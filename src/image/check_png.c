/* check_png.c - a PNG file, chunk by chunk: order, checksums, header, palette.
 * SPDX-License-Identifier: MIT */
#include "image/check.h"

#include "bytes.h"

/* A chunk's type, as be32 reads it. */
#define TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

enum { SIGNATURE = 8, FRAME = 12, HEADER = 13, LOWER_CASE = 0x20 };

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 }; /* color types */

typedef struct chunk {
    uint32_t type, length;
    size_t start, end;   /* of the whole chunk in the file */
    const uint8_t *data; /* [length] */
    char name[5];
} chunk;

typedef struct walk {
    const uint8_t *file;
    size_t bytes, at;
    uint32_t crc_of_byte[256];
    file_layout *out;
    error_message *err;
    int color;  /* the color type */
    bool ended; /* IEND was there */
} walk;

static void fill_crc_table(uint32_t table[256])
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
        table[byte] = crc;
    }
}

static uint32_t crc32(const uint32_t table[256], const uint8_t *at, size_t bytes)
{
    uint32_t crc = 0xffffffffu;
    while (bytes--) crc = table[(crc ^ *at++) & 255] ^ crc >> 8;
    return ~crc;
}

/* Copies the four letters of a chunk's type; false if they are not letters. */
static bool read_name(const uint8_t *type, char name[5])
{
    for (int i = 0; i < 4; i++) {
        const uint8_t lower = type[i] | LOWER_CASE;
        if (lower < 'a' || lower > 'z') return false;
        name[i] = (char)type[i];
    }
    name[4] = '\0';
    return true;
}

static evx_status corrupt(walk *w, const char *what)
{
    return fail(w->err, EVX_E_IMAGE_CORRUPT, "the PNG is damaged: %s", what);
}

static evx_status unsupported(walk *w, const char *kind)
{
    return fail(w->err, EVX_E_IMAGE_UNSUPPORTED, "%s is not read: save it as plain PNG", kind);
}

/* Moves to the next chunk: it lies inside the file and its checksum is right. */
static evx_status next_chunk(walk *w, chunk *c)
{
    const size_t left = w->bytes - w->at;
    const uint8_t *p = w->file + w->at;
    if (left < FRAME) {
        return fail(w->err, EVX_E_IMAGE_TRUNCATED, "the PNG ends after %zu bytes, before its end", w->bytes);
    }
    if (!read_name(p + 4, c->name)) {
        return fail(w->err, EVX_E_IMAGE_CORRUPT, "the PNG has no chunk at byte %zu", w->at);
    }
    c->length = be32(p);
    if (c->length > left - FRAME) {
        return fail(w->err, EVX_E_IMAGE_TRUNCATED, "the PNG ends after %zu bytes, inside its %s chunk", w->bytes,
                    c->name);
    }
    if (crc32(w->crc_of_byte, p + 4, (size_t)c->length + 4) != be32(p + 8 + c->length)) {
        return fail(w->err, EVX_E_IMAGE_CORRUPT, "the PNG is damaged: wrong checksum of its %s chunk", c->name);
    }
    c->type = be32(p + 4);
    c->data = p + 8;
    c->start = w->at;
    c->end = w->at += (size_t)c->length + FRAME;
    return EVX_OK;
}

static int channels_of(int color)
{
    return color == RGB ? 3 : color == RGB_ALPHA ? 4 : color == GRAY_ALPHA ? 2 : 1;
}

static bool depth_fits(int color, int depth)
{
    switch (color) {
    case GRAY: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case PALETTE: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case RGB:
    case GRAY_ALPHA:
    case RGB_ALPHA: return depth == 8 || depth == 16;
    default: return false;
    }
}

static evx_status read_header(walk *w)
{
    chunk c;
    const evx_status status = next_chunk(w, &c);
    if (status) return status;
    if (c.type == TYPE('C', 'g', 'B', 'I')) return unsupported(w, "an Apple-only PNG (CgBI chunk)");
    if (c.type != TYPE('I', 'H', 'D', 'R') || c.length != HEADER) {
        return corrupt(w, "it does not start with a header (IHDR chunk)");
    }
    const uint8_t *p = c.data;
    const int depth = p[8], color = p[9];
    if (!depth_fits(color, depth) || p[10] || p[11] || p[12] > 1) return corrupt(w, "its header makes no sense");
    const evx_status size = check_size(be32(p), be32(p + 4), w->err);
    if (size) return size;
    w->color = color;
    w->out->interlaced = p[12];
    w->out->info = (evx_image_info){ .format = EVX_PNG,
                                     .width = (int)be32(p),
                                     .height = (int)be32(p + 4),
                                     .bit_depth = depth,
                                     .channels = channels_of(color) };
    const int channels = color == PALETTE || channels_of(color) > 2 ? 3 : 1;
    const size_t pixels = (size_t)w->out->info.width * (size_t)w->out->info.height;
    const size_t samples = pixels * (size_t)channels * (channels == 1 && depth == 16 ? 2 : 1);
    return check_memory(samples, channels, w->bytes, &w->out->info, w->err);
}

static evx_status read_palette(walk *w, const chunk *c)
{
    file_layout *s = w->out;
    if (s->data || s->palette || !c->length || c->length % 3 || c->length > 768) {
        return corrupt(w, "its palette (PLTE chunk) makes no sense");
    }
    if (w->color != PALETTE) return EVX_OK; /* a hint for screens with few colors */
    s->palette = c->start + 8;
    s->colors = (int)(c->length / 3);
    return EVX_OK;
}

/* IDAT chunks form one run, so that the decoder can be given it as one piece. */
static evx_status read_data(walk *w, const chunk *c)
{
    file_layout *s = w->out;
    if (!s->data) s->data = s->data_end = c->start;
    if (c->start != s->data_end) return corrupt(w, "its IDAT chunks are not in one run");
    s->data_end = c->end;
    return EVX_OK;
}

static evx_status read_chunk(walk *w, const chunk *c)
{
    switch (c->type) {
    case TYPE('P', 'L', 'T', 'E'): return read_palette(w, c);
    case TYPE('I', 'D', 'A', 'T'): return read_data(w, c);
    case TYPE('I', 'E', 'N', 'D'): w->ended = true; return EVX_OK;
    case TYPE('t', 'R', 'N', 'S'): w->out->transparent = true; return EVX_OK;
    case TYPE('e', 'X', 'I', 'f'):
        w->out->info.exif_orientation = exif_orientation(c->data, c->length);
        return EVX_OK;
    case TYPE('a', 'c', 'T', 'L'): return unsupported(w, "an animated PNG");
    default: /* the picture does not depend on a chunk whose name starts in lower case */
        return c->name[0] & LOWER_CASE ? EVX_OK : unsupported(w, "a PNG with private chunks");
    }
}

evx_status check_png(const uint8_t *file, size_t bytes, file_layout *out, error_message *err)
{
    walk w = { .file = file, .bytes = bytes, .at = SIGNATURE, .out = out, .err = err };
    fill_crc_table(w.crc_of_byte);
    evx_status status = read_header(&w);
    while (!status && !w.ended) {
        chunk c;
        status = next_chunk(&w, &c);
        if (!status) status = read_chunk(&w, &c);
    }
    if (status) return status;
    if (!out->data) return corrupt(&w, "it has no pixels (IDAT chunk)");
    if (w.color == PALETTE && !out->palette) return corrupt(&w, "it has no palette (PLTE chunk)");
    return EVX_OK;
}
