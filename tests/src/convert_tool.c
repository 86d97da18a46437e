/* convert_tool.c - convert_tool F32_STREAM FILMS OUT: the q8 stream that the native converter makes of a model whose
 * f32 stream holds the checkpoint's numbers. tests/web/convert compares it with the WebAssembly module's.
 * SPDX-License-Identifier: MIT */
#include "bytes.h"
#include "convert/converter.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct file {
    uint8_t *bytes;
    size_t size;
} file;

static void stop(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static file read_file(const char *name)
{
    FILE *in = fopen(name, "rb");
    if (!in || fseek(in, 0, SEEK_END)) stop(name);
    file f = { .size = (size_t)ftell(in) };
    f.bytes = malloc(f.size + 1);
    rewind(in);
    if (!f.bytes || fread(f.bytes, 1, f.size, in) != f.size) stop(name);
    fclose(in);
    return f;
}

static evx_info info_of(const uint8_t *header)
{
    int field[10];
    for (int i = 0; i < 10; i++) field[i] = (int)le32(header + 12 + 4 * i);
    return (evx_info){ .embed_dim = field[0],
                       .depth = field[1],
                       .heads = field[2],
                       .mlp_hidden = field[3],
                       .grid = field[5],
                       .classes = field[6],
                       .cls_pooling = field[7],
                       .inner_norm = field[8],
                       .scoring = (evx_scoring)field[9] };
}

static void convert_part(evx_converter *c, const file *f32, uint8_t *out)
{
    int first, last, status;
    if (evx_converter_next_part(c, &first, &last) < 0) stop(evx_converter_error(c));
    for (int i = first; i < last; i++) {
        evx_stream_tensor t;
        size_t wrong;
        evx_converter_tensor(c, i, &t);
        const uint8_t *numbers = f32->bytes + le64(f32->bytes + 64 + 64 * i + 56);
        if (evx_converter_give(c, i, 0, numbers, (size_t)t.rows * (size_t)t.cols, STORED_F32, &wrong)) {
            stop(evx_converter_error(c));
        }
    }
    while ((status = evx_converter_step(c)) > 0) continue;
    if (status) stop(evx_converter_error(c));
    for (int i = first; i < last; i++) {
        evx_stream_tensor t;
        evx_converter_tensor(c, i, &t);
        memcpy(out + t.offset, t.data, t.bytes);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) stop("convert_tool F32_STREAM FILMS OUT");
    const file f32 = read_file(argv[1]), films = read_file(argv[2]);
    const evx_info info = info_of(f32.bytes);
    evx_converter *c;
    if (films.size != FILMS * FILM_SIDE * FILM_SIDE) stop("these are not the films");
    if (evx_converter_create(&c, NULL)) stop("no memory");
    if (evx_converter_plan(c, &info, EVX_Q8, (normalization){ 0.49185243f, 0.28509309f }))
        stop(evx_converter_error(c));
    memcpy(evx_converter_films(c), films.bytes, films.size);
    const size_t bytes = (size_t)evx_converter_stream_bytes(c);
    uint8_t *out = calloc(1, bytes);
    for (int part = 0; part <= info.depth + 1; part++) convert_part(c, &f32, out);
    size_t head;
    const void *header = evx_converter_header(c, &head);
    memcpy(out, header, head);
    FILE *to = fopen(argv[3], "wb");
    if (!to || fwrite(out, 1, bytes, to) != bytes || fclose(to)) stop(argv[3]);
    evx_converter_destroy(c);
    free(out);
    free(f32.bytes);
    free(films.bytes);
    return 0;
}
