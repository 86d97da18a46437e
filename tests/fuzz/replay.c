/* replay.c - runs a fuzz target over the files of a folder, without libFuzzer.
 *
 *     replay FOLDER      ends with "N passed, 0 failed"; a property that does not hold ends it
 *
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <dirent.h>

enum { INPUT_MAX = 1 << 20 };

static size_t read_input(const char *path, uint8_t *input)
{
    FILE *f = fopen(path, "rb");
    const size_t size = f ? fread(input, 1, INPUT_MAX, f) : 0;
    if (f) fclose(f);
    return size;
}

/* An exact copy on the heap, so that the sanitizer sees every byte read past its end. */
static void run(const uint8_t *input, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);
    CLAIM(exact);
    memcpy(exact, input, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int count, char **word)
{
    static uint8_t input[INPUT_MAX];
    static char path[4096];
    DIR *folder = count == 2 ? opendir(word[1]) : NULL;
    int passed = 0;
    if (!folder) return fprintf(stderr, "usage: replay FOLDER\n"), 2;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", word[1], entry->d_name);
        fprintf(stderr, "%s\n", path); /* the last line before a finding names its file */
        run(input, read_input(path, input));
        passed++;
    }
    closedir(folder);
    printf("%d passed, 0 failed\n", passed);
    return !passed;
}
