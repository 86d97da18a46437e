/* decode.c - a checked PNG or JPEG file to pixels, by stb_image.
 *
 * stb_image sees only bytes that check_png.c or check_jpeg.c has checked, and of a PNG only the chunks that
 * make pixels: header, palette, data, end. Alpha by tRNS is dropped anyway, so it is never expanded.
 * Compile with -fwrapv: the sums of a hostile JPEG overflow in stb_image, and may wrap.
 * SPDX-License-Identifier: MIT */
#include "image.h"

#include "check.h"
#include "jpeg_math.h"
#include "sniff.h"

#include <string.h>

/* stb_image's allocation hooks carry no context, so the heap of the decoding in progress has to be
 * found some other way. Thread-local, it keeps engines on different threads apart; it is set only
 * while image_decode runs. In WebAssembly one thread of an instance decodes, and none is needed: linked
 * without shared memory, thread-local variables lie at the address of their offset from the start of
 * the constants, and writing them overwrites those. */
#ifdef __wasm__
#define PER_THREAD
#define STBI_NO_THREAD_LOCALS
#else
#define PER_THREAD _Thread_local
#endif
static PER_THREAD heap *decoding;

#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_SIMD /* the same pixels on every machine */
#define STBI_MAX_DIMENSIONS EVX_MAX_SIDE
#define STBI_MALLOC(bytes) heap_alloc(decoding, bytes)
#define STBI_REALLOC(block, bytes) heap_resize(decoding, block, bytes)
#define STBI_FREE(block) heap_free(decoding, block)
#define STBI_ASSERT(condition) ((void)0) /* a hostile file must not end the program */
#define STB_IMAGE_IMPLEMENTATION

/* stb_image has a function pointer for each kernel of jpeg_math.h but this one. A function-like macro
 * renames stb_image's own where it is defined (there an argument list follows) and not where its address
 * is taken, so that the address is that of the function below. */
static uint8_t *stbi__resample_row_h_2(uint8_t *out, uint8_t *near, uint8_t *far, int count, int factor)
{
    return jpeg_upsample_2x1(out, near, far, count, factor);
}
__attribute__((unused)) static uint8_t *renamed_row_h_2(uint8_t *out, uint8_t *near, uint8_t *far, int count,
                                                        int factor);
#define stbi__resample_row_h_2(...) renamed_row_h_2(__VA_ARGS__)

/* stb_image refills its bit buffer only in part when it meets a marker, and then takes more bits than
 * there are: its count of bits becomes negative, and a shift by it undefined. refill() below always fills
 * up. The macros tell stb_image's definition, whose argument begins with a type, from its calls: the
 * definition is renamed, the calls go to refill(). */
#define refill_stbi__jpeg \
    refill(stbi__jpeg *j); \
    __attribute__((unused)) static void unused_refill, stbi__jpeg
#define refill_j refill, j
#define refill_z refill, z
#define apply(function, argument) function(argument)
#define apply_all(...) apply(__VA_ARGS__)
#define stbi__grow_buffer_unsafe(argument) apply_all(refill_##argument)

#include <stb_image.h> /* by -isystem, which silences warnings about its code */

/* The file as the decoder is to see it: pieces of memory, read one after the other. */
typedef struct piece {
    const uint8_t *at;
    size_t left;
} piece;

typedef struct source {
    piece piece[4];
    int current;
    int padding_bits;  /* JPEG: so many of the buffered bits, the last ones, are not from the file */
    bool used_padding; /* one of them was used */
} source;

static void append(source *s, const uint8_t *at, size_t bytes)
{
    for (int i = 0; i < 4; i++) {
        if (!s->piece[i].left) {
            s->piece[i] = (piece){ at, bytes };
            return;
        }
    }
}

/* stbi_io_callbacks. A read that comes back short tells the decoder that the file ends. */
static int source_read(void *user, char *out, int wanted)
{
    source *s = user;
    int got = 0;
    while (got < wanted && s->current < 4) {
        piece *p = &s->piece[s->current];
        const size_t room = (size_t)(wanted - got), bytes = p->left < room ? p->left : room;
        if (bytes && out) memcpy(out + got, p->at, bytes);
        if (bytes) p->at += bytes;
        p->left -= bytes;
        got += (int)bytes;
        if (!p->left) s->current++;
    }
    return got;
}

static void source_skip(void *user, int bytes) { source_read(user, NULL, bytes); }

static int source_eof(void *user) { return ((source *)user)->current == 4; }

static void start_decoder(stbi__context *context, source *s)
{
    stbi_io_callbacks calls = { source_read, source_skip, source_eof };
    stbi__start_callbacks(context, &calls, s);
}

/* stbi__grow_buffer_unsafe: at least 25 bits. After a marker they are padding zeros, which only damaged
 * files use. */
static void refill(stbi__jpeg *j)
{
    source *from = j->s->io_user_data;
    if (!j->nomore) {
        from->padding_bits = 0;
    } else if (j->code_bits < from->padding_bits) {
        from->used_padding = true;
    }
    do {
        unsigned byte = j->nomore ? 0 : stbi__get8(j->s);
        if (byte == 0xff) {
            int next = stbi__get8(j->s);
            while (next == 0xff) next = stbi__get8(j->s); /* fill bytes */
            if (next) {
                j->marker = (unsigned char)next;
                j->nomore = 1;
                byte = 0;
            }
        }
        j->code_buffer |= byte << (24 - j->code_bits);
        j->code_bits += 8;
        if (j->nomore) from->padding_bits += 8;
    } while (j->code_bits <= 24);
    if (from->padding_bits > j->code_bits) from->padding_bits = j->code_bits;
}

enum { PNG_HEADER = 8 + 25, PALETTE_CHUNK = 8 + 768 + 4 };

/* A PLTE chunk of all 256 colors. Those that the file does not define are the gray of their
 * number, as in PIL; stb_image would use uninitialized memory. */
static void write_palette(uint8_t chunk[PALETTE_CHUNK], const uint8_t *colors, int count)
{
    memset(chunk, 0, PALETTE_CHUNK); /* the checksum is not looked at */
    memcpy(chunk, "\0\0\3\0PLTE", 8);
    for (int i = 0; i < 256; i++) memset(chunk + 8 + 3 * i, i, 3);
    memcpy(chunk + 8, colors, 3 * (size_t)count);
}

static void *decode_png(const uint8_t *file, const file_layout *s, int *channels)
{
    static const uint8_t end[12] = "\0\0\0\0IEND\xae\x42\x60\x82";
    uint8_t palette[PALETTE_CHUNK];
    source from = { 0 };
    append(&from, file, PNG_HEADER);
    if (s->palette) {
        write_palette(palette, file + s->palette, s->colors);
        append(&from, palette, sizeof palette);
    }
    append(&from, file + s->data, s->data_end - s->data);
    append(&from, end, sizeof end);
    stbi__context context;
    stbi__result_info result;
    int width, height;
    start_decoder(&context, &from);
    return stbi__png_load(&context, &width, &height, channels, 0, &result);
}

/* After the last scan the decoder is given a few zeros before the end marker. It reads at most 4 bytes
 * ahead, so if it meets the marker while it still wants bits (nomore), coded data are missing: a file that
 * was cut and closed again. stb_image itself would decode such a file to gray without an error. */
static void *decode_jpeg(const uint8_t *file, const file_layout *s, int *channels)
{
    static const uint8_t end[6] = { 0, 0, 0, 0, 0xff, 0xd9 };
    source from = { 0 };
    append(&from, file, s->data_end);
    append(&from, end, sizeof end);
    stbi__jpeg *jpeg = heap_alloc(decoding, sizeof *jpeg);
    if (!jpeg) return NULL;
    stbi__context context;
    int width, height;
    start_decoder(&context, &from);
    jpeg->s = &context;
    stbi__setup_jpeg(jpeg);
    jpeg->idct_block_kernel = jpeg_idct;
    jpeg->resample_row_hv_2_kernel = jpeg_upsample_2x2;
    jpeg->YCbCr_to_RGB_kernel = jpeg_to_rgb;
    void *samples = load_jpeg_image(jpeg, &width, &height, channels, 0);
    if (samples && (jpeg->nomore || from.used_padding)) {
        stbi__err("coded data are missing", "");
        heap_free(decoding, samples);
        samples = NULL;
    }
    heap_free(decoding, jpeg);
    return samples;
}

static evx_status decode_failure(const heap *h, const file_layout *s, error_message *err)
{
    if (h->refused == EVX_E_IMAGE_HEAP) {
        return fail(err, EVX_E_IMAGE_HEAP,
                    "decoding %d x %d pixels would take more than %d MiB: make the image smaller", s->info.width,
                    s->info.height, EVX_IMAGE_HEAP >> 20);
    }
    if (h->refused) {
        return fail(err, EVX_E_MEMORY, "no memory to decode %d x %d pixels", s->info.width, s->info.height);
    }
    return fail(err, EVX_E_IMAGE_CORRUPT, "the %s is damaged: %s", s->info.format == EVX_PNG ? "PNG" : "JPEG",
                stbi_failure_reason());
}

evx_status image_decode(image *im, const uint8_t *file, size_t bytes, error_message *err)
{
    file_layout s = { 0 };
    evx_format format = EVX_PNG;
    image_free(im);
    evx_status status = sniff(file, bytes, &format, err);
    if (!status) status = format == EVX_PNG ? check_png(file, bytes, &s, err) : check_jpeg(file, bytes, &s, err);
    if (status) return status;
    int channels;
    im->heap.refused = EVX_OK;
    decoding = &im->heap;
    void *samples = s.info.format == EVX_PNG ? decode_png(file, &s, &channels) : decode_jpeg(file, &s, &channels);
    decoding = NULL;
    if (!samples) return decode_failure(&im->heap, &s, err);
    im->info = s.info;
    if (s.palette) im->info.conversions |= EVX_CONVERSION_PALETTE;
    if (s.transparent && s.info.channels % 2) im->info.conversions |= EVX_CONVERSION_DROP_ALPHA;
    image_adopt(im, samples, channels, s.info.bit_depth);
    return EVX_OK;
}
