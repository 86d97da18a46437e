/* test_weights.c - the weight stream: every cut of it loads alike, and everything that FORMAT.md does not allow is
 * refused with its own status and the name of what is wrong.
 * SPDX-License-Identifier: MIT */
#include "evax.h"
#include "test.h"
#include "tiny_stream.h"

#include <stdbool.h>

/* Feeds a stream in pieces; returns the first failure, or evx_ready's word. */
static evx_status feed(evx_engine *e, const uint8_t *bytes, size_t size, size_t piece)
{
    for (size_t i = 0; i < size; i += piece) {
        const evx_status status = evx_feed(e, bytes + i, size - i < piece ? size - i : piece);
        if (status) return status;
    }
    return evx_ready(e);
}

static evx_engine *open_engine(void)
{
    evx_engine *e;
    CHECK_INT(evx_create(&e, NULL, EVX_SIMD128), EVX_OK);
    return e;
}

/* Expects that a stream is refused with this status and a message that holds `word`. */
static void expect_refused(const uint8_t *bytes, size_t size, evx_status status, const char *word)
{
    evx_engine *e = open_engine();
    const evx_status got = feed(e, bytes, size, 1000);
    CHECK_NOTE(got == status, "%s, not %s", evx_status_name(got), evx_status_name(status));
    CHECK_NOTE(strstr(evx_error_message(e), word), "\"%s\" does not name \"%s\"", evx_error_message(e), word);
    CHECK_INT(evx_feed(e, bytes, 1), EVX_E_STATE);
    CHECK(evx_get_info(e) == NULL && evx_input(e) == NULL);
    evx_destroy(e);
}

static void run(evx_engine *e, float *logits)
{
    float *in = evx_write_input(e);
    const int side = evx_get_info(e)->input_size;
    for (int i = 0; i < 3 * side * side; i++) in[i] = (float)(i % 17) / 8.0f - 1.0f;
    CHECK_INT(evx_begin(e), EVX_OK);
    while (evx_step(e) > 0) continue;
    CHECK(evx_logits(e));
    if (evx_logits(e)) memcpy(logits, evx_logits(e), 5 * sizeof *logits);
}

TEST(any_cut_of_the_stream_gives_the_same_bits)
{
    static const size_t pieces[] = { 1, 7, 64, 1000, 4096, 1 << 20 };
    const tiny_config *configs[] = { &tiny_f32, &tiny_q8 };
    for (int c = 0; c < 2; c++) {
        tiny_stream s = tiny_make(configs[c]);
        float want[5], got[5];
        for (int i = 0; i < 6; i++) {
            evx_engine *e = open_engine();
            CHECK_INT(feed(e, s.bytes, s.size, pieces[i]), EVX_OK);
            run(e, i ? got : want);
            CHECK(i == 0 || !memcmp(got, want, sizeof want));
            evx_destroy(e);
        }
        tiny_free(&s);
    }
}

TEST(a_stream_that_ends_early_is_truncated_and_one_that_goes_on_is_refused)
{
    tiny_stream s = tiny_make(&tiny_q8);
    for (size_t size = 0; size < s.size; size += 97) {
        evx_engine *e = open_engine();
        CHECK_INT(feed(e, s.bytes, size, 4096), EVX_E_WEIGHTS_TRUNCATED);
        CHECK_INT(evx_begin(e), EVX_E_STATE);
        evx_destroy(e);
    }
    expect_refused(s.bytes, s.size + 1, EVX_E_WEIGHTS_TRAILING, "after the end");
    tiny_free(&s);
}

TEST(foreign_bytes_and_newer_formats_are_refused)
{
    tiny_stream s = tiny_make(&tiny_f32);
    s.bytes[0] = 'P';
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_FORMAT, "EVAX");
    s.bytes[0] = 'E';
    tiny_u32(s.bytes + 4, 2);
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VERSION, "version 2");
    tiny_free(&s);
}

TEST(absurd_architectures_are_refused_by_name_before_anything_is_allocated)
{
    static const struct {
        size_t at;
        uint32_t value;
        const char *word;
    } cases[] = {
        { 12, 0, "embed_dim" },     { 12, 12, "embed_dim" },  { 12, 1u << 31, "embed_dim" },
        { 12, 24, "heads" },        { 16, 0, "depth" },       { 16, 65, "depth" },
        { 20, 0, "heads" },         { 20, 3, "heads" },       { 24, 4, "mlp_hidden" },
        { 24, 9000, "mlp_hidden" }, { 28, 14, "patch_size" }, { 32, 0, "grid" },
        { 32, 65, "grid" },         { 36, 0, "scoring" },     { 36, 4000, "classes" },
        { 40, 2, "pooling" },       { 44, 2, "inner_norm" },  { 48, 0, "scoring" },
        { 48, 3, "scoring" },       { 52, 1, "reserved" },
    };
    for (int i = 0; i < (int)(sizeof cases / sizeof *cases); i++) {
        tiny_stream s = tiny_make(&tiny_f32);
        tiny_u32(s.bytes + cases[i].at, cases[i].value);
        expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_CONFIG, cases[i].word);
        tiny_free(&s);
    }
}

TEST(missing_duplicate_misshapen_and_misplaced_tensors_are_refused_by_name)
{
    tiny_stream s = tiny_make(&tiny_q8);
    uint8_t *entry = s.bytes + 64 + 64 * 8, saved[64]; /* blocks.0.qkv.weight */
    memcpy(saved, entry, 64);
    static const struct {
        size_t at;
        uint32_t value;
    } fields[] = {
        { 40, 3 }, { 40, 1 }, { 44, 47 }, { 48, 17 }, { 52, 0 }, { 52, 6 }, { 52, 9 }, { 56, 0 }, { 60, 1 },
    };
    for (int i = 0; i < (int)(sizeof fields / sizeof *fields); i++) {
        tiny_u32(entry + fields[i].at, fields[i].value);
        expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_TENSOR, "blocks.0.qkv.weight");
        memcpy(entry, saved, 64);
    }
    memcpy(entry, entry - 64, 64); /* twice the tensor before */
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_TENSOR,
                   "blocks.0.qkv.weight expected, found blocks.0.norm1.bias");
    memcpy(entry, saved, 64);
    memset(entry, 'x', 40); /* a name without an end */
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_TENSOR, "found xxxx");
    memcpy(entry, saved, 64);
    tiny_u32(s.bytes + 8, (uint32_t)s.tensors - 1);
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_TENSOR, "tensors");
    tiny_u32(s.bytes + 8, (uint32_t)s.tensors);
    tiny_u32(s.bytes + 56, (uint32_t)s.size + 64);
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_TENSOR, "add up");
    tiny_free(&s);
}

TEST(values_that_are_not_finite_and_codes_out_of_range_are_refused_by_tensor)
{
    tiny_stream s = tiny_make(&tiny_q8);
    uint8_t *qkv = s.bytes + s.start[8], *bias = s.bytes + s.start[1], *patch = s.bytes + s.start[0];
    const uint8_t code = qkv[2], high = qkv[1];
    qkv[2] = 0x80; /* -128 */
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "blocks.0.qkv.weight row 0");
    qkv[2] = code;
    qkv[1] = 0x7c; /* infinity or NaN */
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "blocks.0.qkv.weight");
    qkv[1] = 0x98; /* a negative scale */
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "blocks.0.qkv.weight");
    qkv[1] = high;
    tiny_u32(bias, 0x7f800000);
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "patch_embed.bias");
    tiny_u32(bias, 0);
    patch[1] = 0xfe;
    expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "patch_embed.weight");
    tiny_free(&s);
}

TEST(seven_bit_layers_with_four_codes_over_258_are_refused)
{
    tiny_config config = tiny_q8;
    config.act_bits = 7;
    tiny_stream s = tiny_make(&config);
    for (int i = 0; i < s.tensors; i++) {
        const bool q8 = s.bytes[64 + 64 * i + 40] == 2;
        for (size_t at = s.start[i]; q8 && at < s.end[i]; at++) s.bytes[at] &= 31; /* scales stay finite */
    }
    int8_t *four = (int8_t *)s.bytes + s.start[8] + 2 + 4; /* of blocks.0.qkv.weight, after its scale */
    for (int i = 0; i < 4 * 16; i++) {                     /* every place of the small one, every sign */
        const int codes[] = { 127, 127, 4, 0 };
        for (int j = 0; j < 4; j++) four[(i + j) % 4] = (int8_t)(i >> (2 + j) & 1 ? -codes[j] : codes[j]);
        evx_engine *e = open_engine();
        CHECK_INT(feed(e, s.bytes, s.size, 4096), EVX_OK);
        evx_destroy(e);
        four[(i + 3) % 4] = i & 32 ? -1 : 1; /* one too many */
        expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_VALUE, "blocks.0.qkv.weight row 0");
    }
    tiny_free(&s);
}

TEST(a_gap_that_is_not_zero_is_refused)
{
    tiny_stream s = tiny_make(&tiny_f32);
    int gaps = 0;
    for (int i = 0; i + 1 < s.tensors; i++) {
        if (s.end[i] == s.start[i + 1]) continue;
        gaps++;
        s.bytes[s.end[i]] = 1;
        expect_refused(s.bytes, s.size, EVX_E_WEIGHTS_FORMAT, "gap");
        s.bytes[s.end[i]] = 0;
    }
    CHECK(gaps > 0);
    tiny_free(&s);
}

TEST(one_flipped_bit_of_header_or_table_is_always_refused_and_of_the_rest_never_misbehaves)
{
    tiny_stream s = tiny_make(&tiny_q8);
    for (int i = 0; i < 3000; i++) {
        const size_t at = tiny_random(&s) % (i % 2 ? s.size : 64 + 64 * (size_t)s.tensors);
        const uint8_t flip = (uint8_t)(1u << tiny_random(&s) % 8);
        s.bytes[at] ^= flip;
        evx_engine *e = open_engine();
        const evx_status status = feed(e, s.bytes, s.size, 1 + tiny_random(&s) % 9000);
        const bool described = at < 64 + 64 * (size_t)s.tensors && at != 40; /* pooling has two values */
        CHECK_NOTE(!described || status != EVX_OK, "flip at %zu", at);
        evx_destroy(e);
        s.bytes[at] ^= flip;
    }
    tiny_free(&s);
}

int main(void)
{
    RUN(any_cut_of_the_stream_gives_the_same_bits);
    RUN(a_stream_that_ends_early_is_truncated_and_one_that_goes_on_is_refused);
    RUN(foreign_bytes_and_newer_formats_are_refused);
    RUN(absurd_architectures_are_refused_by_name_before_anything_is_allocated);
    RUN(missing_duplicate_misshapen_and_misplaced_tensors_are_refused_by_name);
    RUN(values_that_are_not_finite_and_codes_out_of_range_are_refused_by_tensor);
    RUN(seven_bit_layers_with_four_codes_over_258_are_refused);
    RUN(a_gap_that_is_not_zero_is_refused);
    RUN(one_flipped_bit_of_header_or_table_is_always_refused_and_of_the_rest_never_misbehaves);
    return test_report();
}
