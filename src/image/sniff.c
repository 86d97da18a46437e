/* sniff.c - signatures: of the two formats that are read, and of those that people hand in by mistake.
 * SPDX-License-Identifier: MIT */
#include "image/sniff.h"

#include <stdbool.h>
#include <string.h>

static const uint8_t png_signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
static const uint8_t jpeg_signature[2] = { 0xff, 0xd8 };

/* Formats that people hand in by mistake, by the bytes that give them away. */
static const struct foreign {
    const char *name;
    size_t offset, length;
    const char *magic;
} foreign[] = {
    { "a DICOM file, which the engine takes as pixels only", 128, 4, "DICM" },
    { "a GIF file", 0, 4, "GIF8" },
    { "a WebP file", 8, 4, "WEBP" },
    { "a TIFF file", 0, 4, "II*\0" },
    { "a TIFF file", 0, 4, "MM\0*" },
    { "a BMP file", 0, 2, "BM" },
    { "a JPEG 2000 file", 4, 8, "jP  \r\n\x87\n" },
    { "a JPEG 2000 file", 0, 4, "\xff\x4f\xff\x51" },
    { "a JPEG XL file", 4, 8, "JXL \r\n\x87\n" },
    { "a JPEG XL file", 0, 2, "\xff\x0a" },
    { "an AVIF file", 4, 8, "ftypavif" },
    { "a HEIC file or a video", 4, 4, "ftyp" },
    { "a PDF file", 0, 4, "%PDF" },
    { "a ZIP archive", 0, 4, "PK\3\4" },
    { "a gzip file", 0, 2, "\x1f\x8b" },
    { "a NumPy array", 0, 6, "\x93NUMPY" },
    { "an SVG or XML document", 0, 5, "<?xml" },
    { "an SVG document", 0, 4, "<svg" },
    { "an HTML page", 0, 1, "<" },
};

/* The file's first bytes agree with the signature, as far as there are any. */
static bool starts(const uint8_t *file, size_t bytes, const uint8_t *signature, size_t length)
{
    return !memcmp(file, signature, bytes < length ? bytes : length);
}

static size_t white_space(const uint8_t *file, size_t bytes)
{
    size_t n = 0;
    if (bytes >= 3 && !memcmp(file, "\xef\xbb\xbf", 3)) n = 3; /* a byte order mark */
    while (n < bytes && (file[n] == ' ' || (file[n] >= '\t' && file[n] <= '\r'))) n++;
    return n;
}

static const char *foreign_name(const uint8_t *file, size_t bytes)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const struct foreign *f = &foreign[i];
        const size_t at = f->magic[0] == '<' ? white_space(file, bytes) : f->offset;
        if (at + f->length <= bytes && !memcmp(file + at, f->magic, f->length)) return f->name;
    }
    return "of an unknown format";
}

evx_status sniff(const uint8_t *file, size_t bytes, evx_format *format, error_message *err)
{
    if (!bytes) return fail(err, EVX_E_IMAGE_EMPTY, "the file is empty");
    const bool png = starts(file, bytes, png_signature, sizeof png_signature);
    const bool jpeg = starts(file, bytes, jpeg_signature, sizeof jpeg_signature);
    if (!png && !jpeg) {
        return fail(err, EVX_E_IMAGE_FORMAT, "the file is %s: save it as PNG", foreign_name(file, bytes));
    }
    if (bytes < (png ? sizeof png_signature : sizeof jpeg_signature)) {
        return fail(err, EVX_E_IMAGE_TRUNCATED, "the file ends in its signature, after %zu bytes", bytes);
    }
    *format = png ? EVX_PNG : EVX_JPEG;
    return EVX_OK;
}
