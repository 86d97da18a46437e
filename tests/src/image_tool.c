/* image_tool.c - what the engine makes of a picture file, for tests written in Python.
 *
 *     image_tool input FILE RESIZE SIDE    float [3][SIDE][SIDE] on stdout
 *     image_tool pixels FILE               the decoded 8-bit pixels, interleaved, on stdout
 *
 * stderr gets one line: `width height bit_depth channels conversions window_lo window_hi orientation kept`,
 * where kept is the channels after decoding; or `STATUS NUMBER: message`, and the exit status is 1.
 * SPDX-License-Identifier: MIT */
#include "image/image.h"
#include "input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const evx_preprocessing official = { 0, 0.49185243f, 0.28509309f };

static void *plain_alloc(void *context, size_t bytes)
{
    (void)context;
    return malloc(bytes);
}
static void plain_free(void *context, void *block)
{
    (void)context;
    free(block);
}

static uint8_t *read_file(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f || fseek(f, 0, SEEK_END)) return NULL;
    const long size = ftell(f);
    uint8_t *file = size < 0 ? NULL : malloc((size_t)size + 1);
    rewind(f);
    *bytes = file ? fread(file, 1, (size_t)size, f) : 0;
    fclose(f);
    return file;
}

static void write_input(image *im, int resize, int side)
{
    const size_t count = 3 * (size_t)side * (size_t)side;
    float *chw = malloc(count * sizeof *chw);
    uint8_t *crop = malloc(count);
    int channels;
    error_message err;
    if (chw && crop && !image_crop(im, resize, side, crop, &channels, &err)) {
        input_from_crop(chw, crop, channels, side, official);
        fwrite(chw, sizeof *chw, count, stdout);
    }
    free(crop);
    free(chw);
}

static void write_pixels(const image *im)
{
    const size_t pixels = (size_t)im->info.width * (size_t)im->info.height;
    fwrite(im->pixels, (size_t)im->channels, pixels, stdout);
}

int main(int count, char **word)
{
    const evx_memory memory = { plain_alloc, plain_free, NULL };
    const int input = count == 5 && !strcmp(word[1], "input");
    size_t bytes;
    if (!input && !(count == 3 && !strcmp(word[1], "pixels"))) return 2;
    uint8_t *file = read_file(word[2], &bytes);
    if (!file) return perror(word[2]), 2;
    image im;
    error_message err;
    image_init(&im, &memory);
    const evx_status status = image_decode(&im, file, bytes, &err);
    free(file);
    if (status) return fprintf(stderr, "STATUS %d: %s\n", (int)status, err.text), 1;
    const evx_image_info *i = &im.info;
    fprintf(stderr, "%d %d %d %d %u %d %d %d %d\n", i->width, i->height, i->bit_depth, i->channels, i->conversions,
            i->window_lo, i->window_hi, i->exif_orientation, im.channels);
    if (input) {
        write_input(&im, atoi(word[3]), atoi(word[4]));
    } else {
        write_pixels(&im);
    }
    image_free(&im);
    return 0;
}
