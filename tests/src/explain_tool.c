/* explain_tool.c - attention maps for tests/python/test_explain.py.
 *
 *     explain_tool MODEL_FOLDER INPUT.f32 CLASS...
 *
 * Writes the Grad-CAM [g][g] of each class to standard output, then the contributions [g][g] of each
 * class, then all logits [K]; as native float32, not normalized.
 * SPDX-License-Identifier: MIT */
#include "folder.h"

#include <string.h>

static void put(const float *values, size_t count)
{
    must(fwrite(values, sizeof *values, count, stdout) == count, "cannot write", "standard output");
}

int main(int argc, char **argv)
{
    evx_engine *e;
    must(argc >= 4, "usage:", "explain_tool MODEL_FOLDER INPUT.f32 CLASS...");
    must(!evx_create(&e, NULL, EVX_SIMD128), "cannot open", "an engine");
    must(feed_folder(e, argv[1]), "no model in", argv[1]);
    const evx_info *info = evx_get_info(e);
    const size_t side = (size_t)info->input_size, patches = (size_t)info->grid * (size_t)info->grid;
    floats input = read_file(argv[2]);
    must(input.count == 3 * side * side, "unexpected size of", argv[2]);
    memcpy(evx_write_input(e), input.at, input.count * sizeof(float));
    must(!evx_begin(e), evx_error_message(e), argv[2]);
    while (evx_step(e) > 0) continue;
    must(!evx_explain_begin(e), evx_error_message(e), argv[2]);
    float *map = malloc(patches * sizeof *map);
    must(map != NULL, "no memory for", "a map");
    for (int i = 3; i < argc; i++) {
        must(!evx_explain(e, atoi(argv[i]), map), evx_error_message(e), argv[i]);
        put(map, patches);
    }
    for (int i = 3; i < argc && !info->cls_pooling; i++) {
        must(!evx_contribution(e, atoi(argv[i]), map), evx_error_message(e), argv[i]);
        put(map, patches);
    }
    put(evx_logits(e), (size_t)info->classes);
    free(map);
    free(input.at);
    evx_destroy(e);
    return 0;
}
