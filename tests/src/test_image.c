/* test_image.c - what pictures become, and that a bad one is refused by name and leaves nothing.
 * Pillow's resampling itself is compared in tests/python/test_preprocess.py.
 * SPDX-License-Identifier: MIT */
#include "image/check.h"
#include "image/image.h"
#include "input.h"
#include "memory.h"
#include "pictures.h"
#include "test.h"

#define ROWS(...) \
    (const uint8_t[]){ __VA_ARGS__ }, sizeof(const uint8_t[]) { __VA_ARGS__ }

/* The input of 16 x 16 pixels that a film gives: crop, then normalization. */
static evx_status to_input(image *im, evx_preprocessing p, float *chw, error_message *err)
{
    uint8_t crop[3 * 16 * 16];
    int channels;
    const evx_status status = image_crop(im, p.resize, 16, crop, &channels, err);
    if (!status) input_from_crop(chw, crop, channels, 16, p);
    return status;
}

/* Decodes an exact copy, so that the sanitizer sees a read past its end. */
static evx_status decode_bytes(image *im, const uint8_t *file, size_t bytes, error_message *err)
{
    uint8_t *copy = malloc(bytes ? bytes : 1);
    if (bytes) memcpy(copy, file, bytes);
    const evx_status status = image_decode(im, copy, bytes, err);
    free(copy);
    return status;
}

/* The status for a file, decoded on its own. On failure nothing is left, and a line says why. */
static evx_status verdict(const uint8_t *file, size_t bytes)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    image im;
    error_message err = { "" };
    image_init(&im, &memory);
    const evx_status status = decode_bytes(&im, file, bytes, &err);
    if (status) {
        CHECK(!im.pixels);
        CHECK_INT(c.held, 0);
        CHECK(strlen(err.text) > 10);
    }
    image_free(&im);
    CHECK_INT(c.held, 0);
    CHECK_INT(im.heap.used, 0);
    return status;
}

/* A file decodes to these channels and pixels, after these steps. */
static void check_pixels(const char *kind, const picture *p, unsigned conversions, int channels,
                         const uint8_t *pixels, size_t count)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    image im;
    error_message err = { "" };
    image_init(&im, &memory);
    const evx_status status = decode_bytes(&im, p->file, p->bytes, &err);
    CHECK_NOTE(!status, "%s: %s", kind, err.text);
    CHECK_NOTE(im.info.conversions == conversions, "%s: conversions %u, not %u", kind, im.info.conversions,
               conversions);
    CHECK_NOTE(im.channels == channels, "%s: %d channels", kind, im.channels);
    for (size_t i = 0; im.pixels && i < count; i++) {
        CHECK_NOTE(im.pixels[i] == pixels[i], "%s: sample %zu is %d, not %d", kind, i, im.pixels[i], pixels[i]);
    }
    image_free(&im);
    CHECK_INT(c.held, 0);
}

TEST(png_of_every_color_type_and_depth_gives_the_pixels_of_pil)
{
    picture p = png(4, 1, 1, GRAY, ROWS(0, 0x50));
    check_pixels("gray 1", &p, 0, 1, ROWS(0, 255, 0, 255));
    p = png(3, 1, 2, GRAY, ROWS(0, 0x6c));
    check_pixels("gray 2", &p, 0, 1, ROWS(85, 170, 255));
    p = png(2, 2, 4, GRAY, ROWS(0, 0x1f, 2, 0x10));
    check_pixels("gray 4", &p, 0, 1, ROWS(17, 255, 34, 255));
    p = png(2, 1, 8, GRAY, ROWS(1, 7, 3));
    check_pixels("gray 8", &p, 0, 1, ROWS(7, 10));
    p = png(2, 1, 8, RGB, ROWS(0, 1, 2, 3, 4, 5, 6));
    check_pixels("RGB 8", &p, 0, 3, ROWS(1, 2, 3, 4, 5, 6));
    p = png(2, 1, 8, GRAY_ALPHA, ROWS(0, 9, 0, 8, 255));
    check_pixels("gray + alpha 8", &p, EVX_CONVERSION_DROP_ALPHA, 1, ROWS(9, 8));
    p = png(2, 1, 8, RGB_ALPHA, ROWS(0, 1, 2, 3, 255, 4, 5, 6, 255));
    check_pixels("RGB + opaque alpha 8", &p, 0, 3, ROWS(1, 2, 3, 4, 5, 6));
    p = png(1, 1, 16, RGB, ROWS(0, 1, 200, 2, 200, 3, 200));
    check_pixels("RGB 16", &p, EVX_CONVERSION_HIGH_BYTE, 3, ROWS(1, 2, 3));
    p = png(1, 1, 16, RGB_ALPHA, ROWS(0, 1, 9, 2, 9, 3, 9, 0, 0));
    check_pixels("RGB + alpha 16", &p, EVX_CONVERSION_HIGH_BYTE | EVX_CONVERSION_DROP_ALPHA, 3, ROWS(1, 2, 3));
}

static void check_interlaced(unsigned depth, const uint8_t *rows, size_t bytes, const uint8_t *pixels)
{
    picture p = png_start(3, 2, depth, GRAY, 1);
    png_pixels(&p, rows, bytes);
    png_chunk(&p, "IEND", NULL, 0);
    check_pixels("interlaced", &p, 0, 1, pixels, 6);
}

TEST(interlaced_png_is_put_back_in_order)
{
    /* 3 x 2 pixels come in the passes (0,0) | (2,0) | (1,0) | (0,1) (1,1) (2,1) */
    check_interlaced(8, ROWS(0, 1, 0, 3, 0, 2, 0, 4, 5, 6), (const uint8_t[]){ 1, 2, 3, 4, 5, 6 });
    check_interlaced(4, ROWS(0, 0x10, 0, 0x30, 0, 0x20, 0, 0x45, 0x60),
                     (const uint8_t[]){ 17, 34, 51, 68, 85, 102 });
}

static picture palette_png(const char *colors, size_t bytes, bool transparent)
{
    picture p = png_start(4, 1, 2, PALETTE, 0);
    png_chunk(&p, "PLTE", colors, bytes);
    if (transparent) png_chunk(&p, "tRNS", "\0", 1);
    png_pixels(&p, ROWS(0, 0x1b)); /* indices 0 1 2 3 */
    png_chunk(&p, "IEND", NULL, 0);
    return p;
}

TEST(palette_colors_are_looked_up_and_a_missing_one_is_the_gray_of_its_number)
{
    picture p = palette_png("abcdefghijkl", 12, false);
    check_pixels("palette", &p, EVX_CONVERSION_PALETTE, 3, (const uint8_t *)"abcdefghijkl", 12);
    p = palette_png("abcdef", 6, false);
    check_pixels("short palette", &p, EVX_CONVERSION_PALETTE, 3, (const uint8_t *)"abcdef\2\2\2\3\3\3", 12);
    p = palette_png("aaabbbcccddd", 12, true);
    check_pixels("gray palette with tRNS", &p, EVX_CONVERSION_PALETTE | EVX_CONVERSION_DROP_ALPHA, 1,
                 (const uint8_t *)"abcd", 4);
}

TEST(color_that_is_gray_everywhere_becomes_one_channel)
{
    picture p = png(2, 1, 8, RGB, ROWS(0, 5, 5, 5, 9, 9, 9));
    check_pixels("gray RGB", &p, 0, 1, ROWS(5, 9));
    p = png(2, 1, 8, RGB, ROWS(0, 5, 5, 5, 9, 9, 8));
    check_pixels("almost gray RGB", &p, 0, 3, ROWS(5, 5, 5, 9, 9, 8));
    p = jpeg((jpeg_kind){ .side = 8, .components = 3 });
    check_pixels("gray color JPEG", &p, 0, 1, ROWS(FLAT, FLAT));
}

TEST(gray_of_16_bits_stays_if_it_fits_and_is_windowed_if_not)
{
    picture p = png(3, 1, 16, GRAY, ROWS(0, 0, 0, 0, 255, 0, 7));
    check_pixels("low gray 16", &p, 0, 1, ROWS(0, 255, 7));
    p = png(4, 1, 16, GRAY, ROWS(0, 0, 100, 0, 101, 1, 100, 2, 98));             /* 100 101 356 610 */
    check_pixels("gray 16", &p, EVX_CONVERSION_WINDOW, 1, ROWS(0, 1, 128, 255)); /* 0 0.5 128 255 */
    p = png(2, 1, 16, GRAY, ROWS(0, 9, 9, 9, 9));
    check_pixels("constant gray 16", &p, EVX_CONVERSION_WINDOW, 1, ROWS(0, 0));
    p = png(2, 1, 16, GRAY_ALPHA, ROWS(0, 1, 0, 0, 0, 2, 0, 255, 255));
    check_pixels("gray + alpha 16", &p, EVX_CONVERSION_WINDOW | EVX_CONVERSION_DROP_ALPHA, 1, ROWS(0, 255));
}

TEST(raw_pixels_follow_the_rules_of_files)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    const uint16_t wide[] = { 300, 500, 400 };
    image im;
    error_message err;
    image_init(&im, &memory);
    CHECK_INT(image_take(&im, wide, EVX_GRAY16, 3, 1, &err), EVX_OK);
    CHECK_INT(im.info.conversions, EVX_CONVERSION_WINDOW);
    CHECK_INT(im.info.window_lo, 300);
    CHECK_INT(im.info.window_hi, 500);
    CHECK(!memcmp(im.pixels, "\x00\xff\x80", 3));
    CHECK_INT(image_take(&im, (const uint8_t[]){ 'a', 'b', 'c', 0xff, 'd', 'e', 'f', 0xfe }, EVX_RGBA8, 2, 1, &err),
              EVX_OK);
    CHECK_INT(im.info.conversions, EVX_CONVERSION_DROP_ALPHA);
    CHECK(im.channels == 3 && !memcmp(im.pixels, "abcdef", 6));
    CHECK_INT(image_take(&im, "aaa\xff", EVX_RGBA8, 1, 1, &err), EVX_OK);
    CHECK_INT(im.info.conversions, 0);
    CHECK(im.channels == 1 && im.info.channels == 4 && im.info.format == EVX_RAW);
    CHECK_INT(image_take(&im, "xy", EVX_GRAY8, 1, 2, &err), EVX_OK);
    CHECK(im.info.width == 1 && im.info.height == 2 && im.pixels[1] == 'y');
    CHECK_INT(c.held, 1); /* each took the place of the one before */
    CHECK_INT(image_take(&im, "xy", EVX_GRAY8, 0, 2, &err), EVX_E_IMAGE_EMPTY);
    CHECK_INT(c.held, 0);
}

TEST(raw_pixels_of_impossible_shape_are_refused)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    image im;
    error_message err;
    image_init(&im, &memory);
    CHECK_INT(image_take(&im, "x", EVX_GRAY8, -1, 1, &err), EVX_E_ARGUMENT);
    CHECK_INT(image_take(&im, "x", (evx_layout)3, 1, 1, &err), EVX_E_ARGUMENT);
    CHECK_INT(image_take(&im, NULL, EVX_GRAY8, 1, 1, &err), EVX_E_ARGUMENT);
    CHECK_INT(image_take(&im, "x", EVX_GRAY8, EVX_MAX_SIDE + 1, 1, &err), EVX_E_IMAGE_SIZE);
    CHECK_INT(image_take(&im, "x", EVX_GRAY8, 8001, 8000, &err), EVX_E_IMAGE_SIZE);
    CHECK_INT(c.requests, 0);
}

TEST(jpeg_baseline_progressive_and_with_restarts_decode)
{
    uint8_t flat[64 * 64];
    memset(flat, FLAT, sizeof flat);
    picture p = jpeg((jpeg_kind){ .side = 64 });
    check_pixels("baseline", &p, 0, 1, flat, sizeof flat);
    p = jpeg((jpeg_kind){ .side = 64, .frame = 0xc2, .components = 3 });
    check_pixels("progressive", &p, 0, 1, flat, sizeof flat);
    p = jpeg((jpeg_kind){ .side = 64, .interval = 3 });
    check_pixels("restarts", &p, 0, 1, flat, sizeof flat);
}

/* One directory entry: orientation 6. */
static const char big[] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0\0";

TEST(exif_data_cut_anywhere_are_not_read_past_their_end)
{
    for (size_t bytes = 1; bytes < 22; bytes++) {
        uint8_t *copy = malloc(bytes);
        memcpy(copy, big, bytes);
        CHECK_INT(exif_orientation(copy, bytes), 0);
        free(copy);
    }
}

TEST(jpeg_colors_follow_the_rule_of_libjpeg)
{
    static const struct {
        const char *ids;
        bool jfif, adobe;
        unsigned transform;
        bool rgb;
    } cases[] = {
        { NULL, 0, 0, 0, 0 },  { "RGB", 0, 0, 0, 1 }, { "rgb", 0, 0, 0, 0 }, { "BGR", 0, 0, 0, 0 },
        { "RGB", 1, 0, 0, 0 }, { "RGB", 0, 1, 1, 0 }, { "RGB", 0, 1, 0, 1 }, { "RGB", 0, 1, 2, 0 },
        { NULL, 0, 1, 0, 1 },  { NULL, 0, 1, 1, 0 },  { NULL, 1, 1, 0, 0 },  { "RGB", 1, 1, 0, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const picture p = jpeg((jpeg_kind){ .side = 8,
                                            .components = 3,
                                            .ids = cases[i].ids,
                                            .jfif = cases[i].jfif,
                                            .adobe = cases[i].adobe,
                                            .transform = cases[i].transform });
        if (cases[i].rgb) check_pixels("R, G, B", &p, 0, 3, ROWS(FLAT, 128, 128));
        else check_pixels("Y, Cb, Cr", &p, 0, 1, ROWS(FLAT, FLAT));
    }
}

/* Puts bytes into the file. */
static void insert(picture *p, size_t at, const char *what, size_t bytes)
{
    memmove(p->file + at + bytes, p->file + at, p->bytes - at);
    memcpy(p->file + at, what, bytes);
    p->bytes += bytes;
}

TEST(bytes_between_jpeg_segments_are_skipped)
{
    static const char *const between[] = { "\xff\0", "\xff\0\xff\0", "\1\2\3", "\xff\xff\xff" };
    static const size_t bytes[] = { 2, 4, 3, 3 };
    for (int i = 0; i < 4; i++) {
        picture p = jpeg((jpeg_kind){ .side = 8, .jfif = true });
        for (size_t at = p.bytes - 2; at > 1; at--) {
            if (p.file[at] == 0xff && p.file[at + 1] > 0xbf) insert(&p, at, between[i], bytes[i]);
        }
        check_pixels("with bytes between", &p, 0, 1, ROWS(FLAT, FLAT));
    }
}

TEST(exif_orientation_is_reported_in_both_byte_orders_and_never_trusted)
{
    static const char little[] = "II*\0\10\0\0\0\1\0\22\1\3\0\1\0\0\0\3\0\0\0\0\0\0\0";
    static const char absurd[] = "MM\0*\377\377\377\377\0\1\1\22\0\3\0\0\0\1\0\6\0\0";
    static const struct {
        const char *block;
        size_t bytes;
        int orientation;
    } cases[] = {
        { big, 26, 6 }, { little, 26, 3 }, { absurd, 22, 0 }, { big, 21, 0 },
        { big, 9, 0 },  { big, 7, 0 },     { "XX*\0", 4, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        counted c = { 0 };
        const evx_memory memory = counted_memory(&c);
        image im;
        error_message err;
        const picture p = jpeg((jpeg_kind){ .side = 8, .exif = cases[i].block, .exif_bytes = cases[i].bytes });
        image_init(&im, &memory);
        CHECK_INT(decode_bytes(&im, p.file, p.bytes, &err), EVX_OK);
        CHECK_NOTE(im.info.exif_orientation == cases[i].orientation, "case %zu", i);
        image_free(&im);
    }
}

TEST(an_image_of_one_pixel_reaches_the_network)
{
    const picture one[] = { png(1, 1, 8, GRAY, ROWS(0, FLAT)), jpeg((jpeg_kind){ .side = 1 }) };
    for (int i = 0; i < 2; i++) {
        counted c = { 0 };
        const evx_memory memory = counted_memory(&c);
        image im;
        error_message err;
        float chw[3 * 16 * 16];
        image_init(&im, &memory);
        CHECK_INT(decode_bytes(&im, one[i].file, one[i].bytes, &err), EVX_OK);
        CHECK_INT(to_input(&im, (evx_preprocessing){ 20, 0.5f, 0.25f }, chw, &err), EVX_OK);
        for (int k = 0; k < 3 * 16 * 16; k++) CHECK_NEAR(chw[k], (FLAT / 255.0f - 0.5f) / 0.25f, 0);
        image_free(&im);
    }
}

/* ---- refusals -------------------------------------------------------------------------------- */

static void check_refused(const char *kind, const picture *p, evx_status expected)
{
    const evx_status status = verdict(p->file, p->bytes);
    CHECK_NOTE(status == expected, "%s: %d, not %d", kind, (int)status, (int)expected);
}

static void check_text_refused(const char *text, size_t bytes, evx_status expected)
{
    const evx_status status = verdict((const uint8_t *)text, bytes);
    CHECK_NOTE(status == expected, "%.10s: %d, not %d", text, (int)status, (int)expected);
}

TEST(what_is_neither_png_nor_jpeg_is_refused_by_its_name)
{
    static const struct {
        const char *text;
        size_t bytes;
        const char *name;
    } cases[] = {
        { "GIF89a......", 12, "a GIF file" },
        { "RIFF\1\2\3\4WEBPVP8 ", 16, "a WebP file" },
        { "\n <!DOCTYPE html>", 17, "an HTML page" },
        { "%PDF-1.7", 8, "a PDF file" },
        { "\0\0\0\14jP  \r\n\x87\n", 12, "a JPEG 2000 file" },
        { "x", 1, "of an unknown format" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const evx_memory memory = counted_memory(&(counted){ 0 });
        image im;
        error_message err = { "" };
        image_init(&im, &memory);
        CHECK_INT(decode_bytes(&im, (const uint8_t *)cases[i].text, cases[i].bytes, &err), EVX_E_IMAGE_FORMAT);
        CHECK_NOTE(strstr(err.text, cases[i].name), "%s not in: %s", cases[i].name, err.text);
    }
    char dicom[132] = { 0 };
    memcpy(dicom + 128, "DICM", 4);
    check_text_refused(dicom, 132, EVX_E_IMAGE_FORMAT);
    check_text_refused("", 0, EVX_E_IMAGE_EMPTY);
    check_text_refused("\x89PN", 3, EVX_E_IMAGE_TRUNCATED);
    check_text_refused("\xff", 1, EVX_E_IMAGE_TRUNCATED);
}

TEST(png_of_absurd_size_is_refused_before_memory_is_asked_for)
{
    static const struct {
        uint32_t width, height;
        evx_status status;
    } cases[] = {
        { 0, 5, EVX_E_IMAGE_EMPTY },
        { 5, 0, EVX_E_IMAGE_EMPTY },
        { EVX_MAX_SIDE + 1, 1, EVX_E_IMAGE_SIZE },
        { 1, 0xffffffffu, EVX_E_IMAGE_SIZE },
        { 0x80000000u, 0x80000000u, EVX_E_IMAGE_SIZE },
        { 8001, 8000, EVX_E_IMAGE_SIZE },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const picture p = png(cases[i].width, cases[i].height, 8, GRAY, ROWS(0, 0));
        check_refused("size", &p, cases[i].status);
    }
}

/* As check_refused; and nothing was allocated. */
static void check_refused_at_once(const char *kind, const picture *p, evx_status expected)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    image im;
    error_message err;
    image_init(&im, &memory);
    const evx_status status = decode_bytes(&im, p->file, p->bytes, &err);
    CHECK_NOTE(status == expected, "%s: %d, not %d", kind, (int)status, (int)expected);
    CHECK_NOTE(c.requests == 0, "%s: %d blocks", kind, c.requests);
}

TEST(jpeg_that_takes_too_much_memory_or_time_is_refused_before_work)
{
    picture p = jpeg((jpeg_kind){ .side = 8000, .components = 3, .no_scan = true });
    check_refused_at_once("384 MB of samples", &p, EVX_E_IMAGE_HEAP);
    p = jpeg((jpeg_kind){ .side = 6400, .components = 3, .no_scan = true });
    check_refused_at_once("246 MB of samples from a few bytes", &p, EVX_E_IMAGE_HEAP);
    p = jpeg((jpeg_kind){ .side = 8, .components = 3, .more_scans = 200 });
    CHECK_INT(verdict(p.file, p.bytes), EVX_OK); /* many scans of little */
    p = jpeg((jpeg_kind){ .side = 8, .more_scans = 14 });
    for (size_t i = 0; i + 9 < p.bytes; i++) { /* a million blocks a scan */
        if (p.file[i] == 0xff && p.file[i + 1] == 0xc0) memcpy(p.file + i + 5, "\x1f\x40\x1f\x40", 4);
    }
    check_refused_at_once("15 scans of 64 megapixels", &p, EVX_E_IMAGE_UNSUPPORTED);
}

TEST(png_that_is_not_read_or_makes_no_sense_is_refused)
{
    picture p = png_start(1, 1, 8, GRAY, 0);
    png_chunk(&p, "acTL", "\0\0\0\2\0\0\0\0", 8);
    check_refused("animated", &p, EVX_E_IMAGE_UNSUPPORTED);
    p = png_start(1, 1, 8, GRAY, 0);
    png_chunk(&p, "QuRK", "", 0);
    check_refused("private critical chunk", &p, EVX_E_IMAGE_UNSUPPORTED);
    p = png(1, 1, 3, GRAY, ROWS(0, 0));
    check_refused("3 bits", &p, EVX_E_IMAGE_CORRUPT);
    p = png(1, 1, 8, 5, ROWS(0, 0));
    check_refused("color type 5", &p, EVX_E_IMAGE_CORRUPT);
    p = png(1, 1, 8, PALETTE, ROWS(0, 0));
    check_refused("no palette", &p, EVX_E_IMAGE_CORRUPT);
    p = png_start(1, 1, 8, GRAY, 0);
    png_chunk(&p, "IEND", NULL, 0);
    check_refused("no pixels", &p, EVX_E_IMAGE_CORRUPT);
    p = png(2, 2, 8, GRAY, ROWS(0, 1, 2));
    check_refused("a row is missing", &p, EVX_E_IMAGE_CORRUPT);
    p = png(1, 1, 8, GRAY, ROWS(9, 0));
    check_refused("filter 9", &p, EVX_E_IMAGE_CORRUPT);
    for (unsigned bit = 0; bit < 32; bit++) {
        p = png_start(1, 1, 8, GRAY, 0);
        png_pixels_summed(&p, ROWS(0, 0), 1u << bit);
        png_chunk(&p, "IEND", NULL, 0);
        check_refused("wrong Adler-32", &p, EVX_E_IMAGE_CORRUPT);
    }
    p = png_start(1, 1, 8, GRAY, 0);
    png_pixels(&p, ROWS(0, 0));
    png_chunk(&p, "tEXt", "a\0b", 3);
    png_pixels(&p, ROWS(0, 0));
    check_refused("IDAT in two runs", &p, EVX_E_IMAGE_CORRUPT);
    p.bytes = 8;
    check_refused("signature only", &p, EVX_E_IMAGE_TRUNCATED);
}

TEST(png_with_any_bit_flipped_is_refused)
{
    picture p = palette_png("abcdefghijkl", 12, true);
    for (size_t bit = 0; bit < p.bytes * 8; bit++) {
        p.file[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CHECK_NOTE(verdict(p.file, p.bytes) != EVX_OK, "bit %zu", bit);
        p.file[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK_INT(verdict(p.file, p.bytes), EVX_OK);
}

TEST(a_file_cut_anywhere_is_truncated)
{
    const picture whole[] = { palette_png("abcdefghijkl", 12, true), jpeg((jpeg_kind){ .side = 64 }),
                              jpeg((jpeg_kind){ .side = 16, .frame = 0xc2, .components = 3 }) };
    for (int i = 0; i < 3; i++) {
        for (size_t bytes = 1; bytes < whole[i].bytes; bytes++) {
            CHECK_NOTE(verdict(whole[i].file, bytes) == EVX_E_IMAGE_TRUNCATED, "%zu bytes", bytes);
        }
    }
}

TEST(jpeg_of_a_kind_that_is_not_read_is_refused)
{
    static const struct {
        unsigned frame, precision, components;
    } cases[] = {
        { 0xc0, 8, 4 }, { 0xc0, 8, 2 }, { 0xc1, 12, 1 }, { 0xc3, 8, 1 },
        { 0xc5, 8, 1 }, { 0xc9, 8, 1 }, { 0xca, 8, 3 },  { 0xf7, 8, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const picture p = jpeg((jpeg_kind){ .side = 8,
                                            .frame = cases[i].frame,
                                            .precision = cases[i].precision,
                                            .components = cases[i].components });
        check_refused("kind", &p, EVX_E_IMAGE_UNSUPPORTED);
    }
    picture p = jpeg((jpeg_kind){ .side = 0 });
    check_refused("no size", &p, EVX_E_IMAGE_EMPTY);
    p = jpeg((jpeg_kind){ .side = 20000, .no_scan = true });
    check_refused("huge", &p, EVX_E_IMAGE_SIZE);
}

/* A progressive JPEG with one scan of details. */
static void check_refused_scan(const char *kind, unsigned from, unsigned to, unsigned high_low, evx_status expected)
{
    const jpeg_kind k = { .side = 16, .frame = 0xc2, .no_detail = true };
    picture p = jpeg(k);
    p.bytes -= 2;
    jpeg_detail(&p, &k, 1, from, to, high_low);
    put16(&p, 0xffd9);
    check_refused(kind, &p, expected);
}

TEST(jpeg_that_would_be_decoded_in_part_is_refused)
{
    picture p = jpeg((jpeg_kind){ .side = 64, .no_huffman = true });
    check_refused("no Huffman tables", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .no_quantizer = true });
    check_refused("no quantization table", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .components = 3, .one_component_less = true });
    check_refused("a component never comes", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .frame = 0xc2, .no_detail = true });
    check_refused("progressive without its details", &p, EVX_E_IMAGE_TRUNCATED);
    check_refused_scan("a component's last bit never comes", 1, 63, 0x01, EVX_E_IMAGE_TRUNCATED);
    check_refused_scan("coefficient 63 never comes", 1, 62, 0, EVX_E_IMAGE_TRUNCATED);
    check_refused_scan("bits that do not follow", 1, 63, 0x21, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .no_scan = true });
    check_refused("no scan", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .interval = 16, .skipped_restart = 2 });
    check_refused("a restart is missing", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .interval = 16, .skipped_restart = 3 });
    check_refused("the last restart is missing", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .interval = 16 });
    for (size_t i = 0; i + 1 < p.bytes; i++) {
        if (p.file[i] == 0xff && p.file[i + 1] == 0xd1) p.file[i + 1] = 0xd2;
    }
    check_refused("restarts out of order", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64 });
    memcpy(p.file + p.bytes - 12, "\xff\xd9", 2); /* 10 of the scan's 17 bytes are cut off */
    p.bytes -= 10;
    check_refused("cut and closed again", &p, EVX_E_IMAGE_CORRUPT);
    p = jpeg((jpeg_kind){ .side = 64, .interval = 32 });
    uint8_t *restart = memchr(p.file + 150, 0xd0, p.bytes - 150);
    CHECK(restart && restart[-1] == 0xff);
    memmove(restart - 5, restart - 1, (size_t)(p.file + p.bytes - restart) + 1);
    p.bytes -= 4; /* of the 9 bytes before the restart */
    check_refused("cut before a restart", &p, EVX_E_IMAGE_CORRUPT);
}

TEST(a_huffman_table_of_too_many_symbols_is_refused)
{
    picture p = { .bytes = 0 };
    uint8_t table[17 + 400] = { 0, 0, 0, 0, 0, 0, 0, 0, 200, 200 };
    put16(&p, 0xffd8);
    jpeg_segment(&p, 0xc4, table, sizeof table);
    check_refused("400 symbols", &p, EVX_E_IMAGE_CORRUPT);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/* Decodes and prepares p while request n fails, for every n until none does. */
static void run_out_everywhere(const char *kind, const picture *p)
{
    float chw[3 * 16 * 16];
    int failures = 0;
    for (evx_status status = EVX_E_MEMORY; status; failures++) {
        counted c = { .fail_at = failures + 1 };
        const evx_memory memory = counted_memory(&c);
        image im;
        error_message err = { "" };
        image_init(&im, &memory);
        status = decode_bytes(&im, p->file, p->bytes, &err);
        if (!status) status = to_input(&im, (evx_preprocessing){ 20, 0.5f, 0.25f }, chw, &err);
        CHECK_NOTE(!status || status == EVX_E_MEMORY, "%s, request %d: %s", kind, c.fail_at, err.text);
        image_free(&im);
        CHECK_NOTE(c.held == 0 && im.heap.used == 0, "%s, request %d: leak", kind, c.fail_at);
        if (failures > 100) {
            CHECK(!"ends");
            return;
        }
    }
    CHECK_NOTE(failures > 4, "%s: only %d requests", kind, failures);
}

TEST(running_out_of_memory_at_any_request_is_reported_and_leaves_nothing)
{
    picture p = palette_png("abcdefghijkl", 12, true);
    run_out_everywhere("palette", &p);
    p = png_start(3, 2, 8, GRAY, 1);
    png_pixels(&p, ROWS(0, 1, 0, 3, 0, 2, 0, 4, 5, 6));
    png_chunk(&p, "IEND", NULL, 0);
    run_out_everywhere("interlaced", &p);
    p = png(2, 1, 16, GRAY_ALPHA, ROWS(0, 1, 0, 0, 0, 2, 0, 255, 255));
    run_out_everywhere("16 bits", &p);
    p = jpeg((jpeg_kind){ .side = 64, .components = 3 });
    run_out_everywhere("baseline", &p);
    p = jpeg((jpeg_kind){ .side = 64, .frame = 0xc2, .components = 3 });
    run_out_everywhere("progressive", &p);
}

TEST(raw_pixels_without_memory_are_refused)
{
    counted c = { .fail_at = 1 };
    const evx_memory memory = counted_memory(&c);
    image im;
    error_message err;
    image_init(&im, &memory);
    CHECK_INT(image_take(&im, "xy", EVX_GRAY8, 2, 1, &err), EVX_E_MEMORY);
    CHECK(!im.pixels);
}

TEST(preparing_takes_an_image_and_gives_all_scratch_back)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    float chw[3 * 16 * 16];
    image im;
    error_message err;
    image_init(&im, &memory);
    CHECK_INT(to_input(&im, (evx_preprocessing){ 16, 0, 1 }, chw, &err), EVX_E_STATE);
    CHECK_INT(image_take(&im, "abcdefgh", EVX_GRAY8, 4, 2, &err), EVX_OK);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(to_input(&im, (evx_preprocessing){ 16, 0, 1 }, chw, &err), EVX_OK);
        CHECK_INT(im.heap.used, 8);
    }
    image_free(&im);
    CHECK_INT(c.held, 0);
}

/* ---- crop ------------------------------------------------------------------------------------ */

/* A 16-high image whose gray is its column, cropped to 16 x 16: the first column of the crop. */
static int crop_offset(int width)
{
    const evx_memory memory = counted_memory(&(counted){ 0 });
    uint8_t pixels[16 * 64];
    float chw[3 * 16 * 16];
    image im;
    error_message err;
    for (int i = 0; i < 16 * width; i++) pixels[i] = (uint8_t)(i % width);
    image_init(&im, &memory);
    CHECK_INT(image_take(&im, pixels, EVX_GRAY8, width, 16, &err), EVX_OK);
    CHECK_INT(to_input(&im, (evx_preprocessing){ 16, 0, 1 }, chw, &err), EVX_OK);
    image_free(&im);
    for (int i = 0; i < 256; i++) CHECK(chw[i] == chw[256 + i] && chw[i] == chw[512 + i]);
    return (int)lroundf(chw[0] * 255);
}

TEST(the_crop_is_centerd_and_a_half_goes_to_the_even_side)
{
    CHECK_INT(crop_offset(16), 0);
    CHECK_INT(crop_offset(17), 0); /* 0.5 */
    CHECK_INT(crop_offset(18), 1);
    CHECK_INT(crop_offset(19), 2); /* 1.5 */
    CHECK_INT(crop_offset(21), 2); /* 2.5 */
    CHECK_INT(crop_offset(23), 4); /* 3.5 */
}

int main(void)
{
    RUN(png_of_every_color_type_and_depth_gives_the_pixels_of_pil);
    RUN(interlaced_png_is_put_back_in_order);
    RUN(palette_colors_are_looked_up_and_a_missing_one_is_the_gray_of_its_number);
    RUN(color_that_is_gray_everywhere_becomes_one_channel);
    RUN(gray_of_16_bits_stays_if_it_fits_and_is_windowed_if_not);
    RUN(raw_pixels_follow_the_rules_of_files);
    RUN(raw_pixels_of_impossible_shape_are_refused);
    RUN(jpeg_baseline_progressive_and_with_restarts_decode);
    RUN(exif_data_cut_anywhere_are_not_read_past_their_end);
    RUN(jpeg_colors_follow_the_rule_of_libjpeg);
    RUN(bytes_between_jpeg_segments_are_skipped);
    RUN(exif_orientation_is_reported_in_both_byte_orders_and_never_trusted);
    RUN(an_image_of_one_pixel_reaches_the_network);
    RUN(what_is_neither_png_nor_jpeg_is_refused_by_its_name);
    RUN(png_of_absurd_size_is_refused_before_memory_is_asked_for);
    RUN(jpeg_that_takes_too_much_memory_or_time_is_refused_before_work);
    RUN(png_that_is_not_read_or_makes_no_sense_is_refused);
    RUN(png_with_any_bit_flipped_is_refused);
    RUN(a_file_cut_anywhere_is_truncated);
    RUN(jpeg_of_a_kind_that_is_not_read_is_refused);
    RUN(jpeg_that_would_be_decoded_in_part_is_refused);
    RUN(a_huffman_table_of_too_many_symbols_is_refused);
    RUN(running_out_of_memory_at_any_request_is_reported_and_leaves_nothing);
    RUN(raw_pixels_without_memory_are_refused);
    RUN(preparing_takes_an_image_and_gives_all_scratch_back);
    RUN(the_crop_is_centerd_and_a_half_goes_to_the_even_side);
    return test_report();
}
