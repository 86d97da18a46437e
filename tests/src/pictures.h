/* pictures.h - small PNG and JPEG files for tests, built byte by byte, right or wrong as wanted.
 *
 *     picture p = png_start(2, 2, 8, 0, 0);
 *     png_pixels(&p, rows, sizeof rows);
 *     png_chunk(&p, "IEND", NULL, 0);
 *
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_TEST_PICTURES_H
#define EVAX_TEST_PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct picture {
    uint8_t file[8192];
    size_t bytes;
} picture;

static inline void put(picture *p, const void *data, size_t bytes)
{
    if (bytes) memcpy(p->file + p->bytes, data, bytes);
    p->bytes += bytes;
}

static inline void put8(picture *p, unsigned value) { p->file[p->bytes++] = (uint8_t)value; }
static inline void put16(picture *p, unsigned value)
{
    put8(p, value >> 8);
    put8(p, value);
}
static inline void put32(picture *p, uint32_t value)
{
    put16(p, value >> 16);
    put16(p, value);
}

/* ---- PNG ------------------------------------------------------------------------------------- */

enum { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 }; /* color types */

static inline uint32_t png_crc(const uint8_t *at, size_t bytes)
{
    uint32_t crc = 0xffffffffu;
    while (bytes--) {
        crc ^= *at++;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static inline void png_chunk(picture *p, const char *type, const void *data, size_t bytes)
{
    put32(p, (uint32_t)bytes);
    put(p, type, 4);
    put(p, data, bytes);
    put32(p, png_crc(p->file + p->bytes - bytes - 4, bytes + 4));
}

static inline picture png_start(uint32_t width, uint32_t height, unsigned depth, unsigned color, unsigned interlace)
{
    picture p = { .bytes = 0 }, header = { .bytes = 0 };
    put(&p, "\x89PNG\r\n\x1a\n", 8);
    put32(&header, width);
    put32(&header, height);
    put8(&header, depth);
    put8(&header, color);
    put16(&header, 0);
    put8(&header, interlace);
    png_chunk(&p, "IHDR", header.file, header.bytes);
    return p;
}

/* One IDAT chunk: rows with their filter bytes, in one stored deflate block. wrong: bits of the checksum to
 * turn over. */
static inline void png_pixels_summed(picture *p, const uint8_t *rows, size_t bytes, uint32_t wrong)
{
    picture z = { .bytes = 0 };
    uint32_t a = 1, b = 0;
    for (size_t i = 0; i < bytes; i++) {
        a = (a + rows[i]) % 65521;
        b = (b + a) % 65521;
    }
    put(&z, "\x78\x01\x01", 3);
    put16(&z, (unsigned)(bytes & 255) << 8 | (unsigned)bytes >> 8);
    put16(&z, (~(unsigned)bytes & 255) << 8 | (~(unsigned)bytes >> 8 & 255));
    put(&z, rows, bytes);
    put32(&z, (b << 16 | a) ^ wrong);
    png_chunk(p, "IDAT", z.file, z.bytes);
}

static inline void png_pixels(picture *p, const uint8_t *rows, size_t bytes)
{
    png_pixels_summed(p, rows, bytes, 0);
}

/* A whole PNG; rows carry their filter bytes. */
static inline picture png(uint32_t width, uint32_t height, unsigned depth, unsigned color, const void *rows,
                          size_t bytes)
{
    picture p = png_start(width, height, depth, color, 0);
    png_pixels(&p, rows, bytes);
    png_chunk(&p, "IEND", NULL, 0);
    return p;
}

/* ---- JPEG ------------------------------------------------------------------------------------ */

enum { FLAT = 148 }; /* the gray that jpeg() is filled with */

/* What jpeg() makes. The zero value with a side is a whole baseline gray JPEG. */
typedef struct jpeg_kind {
    unsigned side;            /* pixels, a multiple of 8, or 1 */
    unsigned frame;           /* SOF marker; 0 = 0xc0 */
    unsigned precision;       /* 0 = 8 */
    unsigned components;      /* 0 = 1 */
    unsigned interval;        /* blocks between restarts; 0 = none */
    unsigned skipped_restart; /* the restart marker, from 1, that is left out */
    bool no_huffman, no_quantizer, one_component_less, no_scan;
    bool no_detail;      /* progressive: the scans of the AC coefficients are left out */
    const char *ids;     /* of the components; NULL = 1, 2, 3 */
    bool jfif, adobe;    /* these markers are there */
    unsigned transform;  /* that Adobe's says */
    unsigned more_scans; /* how many times the scan comes again */
    const char *exif;    /* a TIFF block */
    size_t exif_bytes;
} jpeg_kind;

static inline void jpeg_segment(picture *p, unsigned marker, const void *data, size_t bytes)
{
    put8(p, 0xff);
    put8(p, marker);
    put16(p, (unsigned)bytes + 2);
    put(p, data, bytes);
}

/* Code bits, most significant first; a full byte of ones is followed by a zero byte. */
typedef struct bits {
    unsigned value, count;
} bits;

static inline void put_bits(picture *p, bits *b, unsigned value, unsigned count)
{
    while (count--) {
        b->value = b->value << 1 | (value >> count & 1);
        if (++b->count < 8) continue;
        put8(p, b->value);
        if ((b->value & 255) == 255) put8(p, 0);
        *b = (bits){ 0, 0 };
    }
}

static inline void flush_bits(picture *p, bits *b)
{
    while (b->count) put_bits(p, b, 1, 1);
}

static inline void jpeg_tables(picture *p, const jpeg_kind *k)
{
    static const uint8_t huffman[] = {
        0x00, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, /* DC: 0 = same, 10 = 5 bits */
        0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0     /* AC: 0 = end of block */
    };
    uint8_t quantizer[65];
    memset(quantizer, 8, sizeof quantizer);
    quantizer[0] = 0;
    if (!k->no_quantizer) jpeg_segment(p, 0xdb, quantizer, sizeof quantizer);
    if (!k->no_huffman) jpeg_segment(p, 0xc4, huffman, sizeof huffman);
}

static inline void jpeg_frame(picture *p, const jpeg_kind *k, unsigned components)
{
    picture f = { .bytes = 0 };
    put8(&f, k->precision ? k->precision : 8);
    put16(&f, k->side);
    put16(&f, k->side);
    put8(&f, components);
    for (unsigned i = 0; i < components; i++) {
        put8(&f, k->ids ? (uint8_t)k->ids[i] : i + 1);
        put16(&f, 0x1100); /* no subsampling, table 0 */
    }
    jpeg_segment(p, k->frame ? k->frame : 0xc0, f.file, f.bytes);
}

/* The scan's blocks: the first after every restart steps from 128 to FLAT, the others repeat it. */
static inline void jpeg_scan(picture *p, const jpeg_kind *k, unsigned components)
{
    const bool progressive = k->frame == 0xc2;
    const unsigned blocks = (k->side + 7) / 8 * ((k->side + 7) / 8);
    picture s = { .bytes = 0 };
    put8(&s, components);
    for (unsigned i = 0; i < components; i++) put16(&s, (k->ids ? (uint8_t)k->ids[i] : i + 1) << 8);
    put16(&s, progressive ? 0 : 63);
    put8(&s, 0);
    jpeg_segment(p, 0xda, s.file, s.bytes);
    bits b = { 0, 0 };
    for (unsigned block = 0; block < blocks; block++) {
        const bool restart = k->interval && block % k->interval == 0;
        if (restart && block && block / k->interval != k->skipped_restart) {
            flush_bits(p, &b);
            put16(p, 0xffd0 + (block / k->interval - 1) % 8);
        }
        for (unsigned i = 0; i < components; i++) {
            if (i == 0 && (restart || !block)) put_bits(p, &b, 0x54, 7); /* 10, then +20 */
            else put_bits(p, &b, 0, 1);
            if (!progressive) put_bits(p, &b, 0, 1);
        }
    }
    flush_bits(p, &b);
}

/* So many blocks that end at once. */
static inline void bits_of_zeros(picture *p, const jpeg_kind *k, unsigned blocks)
{
    bits b = { 0, 0 };
    for (unsigned block = 0; block < blocks; block++) {
        if (k->interval && block && block % k->interval == 0) {
            flush_bits(p, &b);
            put16(p, 0xffd0 + (block / k->interval - 1) % 8);
        }
        put_bits(p, &b, 0, 1);
    }
    flush_bits(p, &b);
}

/* Progressive: a scan of one component's AC coefficients from..to, all 0; high_low: the bits it brings. */
static inline void jpeg_detail(picture *p, const jpeg_kind *k, unsigned component, unsigned from, unsigned to,
                               unsigned high_low)
{
    const unsigned blocks = (k->side + 7) / 8 * ((k->side + 7) / 8);
    jpeg_segment(p, 0xda, (uint8_t[]){ 1, (uint8_t)component, 0, (uint8_t)from, (uint8_t)to, (uint8_t)high_low },
                 6);
    bits_of_zeros(p, k, blocks);
}

static inline picture jpeg(jpeg_kind k)
{
    picture p = { .bytes = 0 };
    const unsigned components = k.components ? k.components : 1;
    put16(&p, 0xffd8);
    if (k.exif) {
        picture e = { .bytes = 0 };
        put(&e, "Exif\0", 6);
        put(&e, k.exif, k.exif_bytes);
        jpeg_segment(&p, 0xe1, e.file, e.bytes);
    }
    if (k.jfif) jpeg_segment(&p, 0xe0, "JFIF\0\1\1\0\0\1\0\1\0", 14);
    if (k.adobe) {
        jpeg_segment(&p, 0xee, (uint8_t[]){ 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (uint8_t)k.transform },
                     12);
    }
    jpeg_tables(&p, &k);
    jpeg_frame(&p, &k, components);
    if (k.interval) jpeg_segment(&p, 0xdd, (uint8_t[]){ 0, (uint8_t)k.interval }, 2);
    for (unsigned i = 0; !k.no_scan && i <= k.more_scans; i++) jpeg_scan(&p, &k, components - k.one_component_less);
    for (unsigned i = 1; k.frame == 0xc2 && !k.no_scan && !k.no_detail && i <= components; i++) {
        jpeg_detail(&p, &k, i, 1, 63, 0);
    }
    put16(&p, 0xffd9);
    return p;
}

#endif
