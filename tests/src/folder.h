/* folder.h - test programs that read files: arrays of floats, and model folders.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_TEST_FOLDER_H
#define EVAX_TEST_FOLDER_H

#include "evax.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct floats {
    float *at;
    size_t count;
} floats;

/* Ends the program unless the condition holds. */
static inline void must(bool condition, const char *what, const char *path)
{
    if (condition) return;
    fprintf(stderr, "%s %s; run make fixtures\n", what, path);
    exit(2);
}

/* The whole file; at NULL if there is none. */
static inline floats read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) return (floats){ NULL, 0 };
    must(!fseek(f, 0, SEEK_END), "cannot read", path);
    const long size = ftell(f);
    rewind(f);
    floats file = { malloc((size_t)size + 1), (size_t)size / sizeof(float) };
    must(file.at && fread(file.at, 1, (size_t)size, f) == (size_t)size, "cannot read", path);
    fclose(f);
    return file;
}

/* Feeds every chunk of a model folder; false if there is no such folder. */
static inline bool feed_folder(evx_engine *e, const char *folder)
{
    char path[600];
    for (int i = 0;; i++) {
        snprintf(path, sizeof path, "%s/chunk-%03d.bin", folder, i);
        FILE *f = fopen(path, "rb");
        if (!f) {
            must(i == 0 || !evx_ready(e), "incomplete model in", folder);
            return i > 0;
        }
        static char piece[1 << 16];
        size_t n;
        while ((n = fread(piece, 1, sizeof piece, f)) > 0) {
            must(!evx_feed(e, piece, n), evx_error_message(e), path);
        }
        fclose(f);
    }
}

#endif
