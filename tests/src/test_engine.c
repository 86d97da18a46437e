/* test_engine.c - an engine's life: calls out of order, variants, memory that runs out at every single allocation.
 * SPDX-License-Identifier: MIT */
#include "evax.h"
#include "memory.h"
#include "test.h"
#include "tiny_stream.h"

static evx_status load(evx_engine *e, const tiny_config *config)
{
    tiny_stream s = tiny_make(config);
    evx_status status = evx_feed(e, s.bytes, s.size);
    tiny_free(&s);
    return status ? status : evx_ready(e);
}

static evx_engine *ready_engine(evx_variant variant, const tiny_config *config)
{
    evx_engine *e;
    CHECK_INT(evx_create(&e, NULL, variant), EVX_OK);
    CHECK_INT(load(e, config), EVX_OK);
    return e;
}

static int run(evx_engine *e)
{
    int status = evx_begin(e);
    while (status >= 0 && (status = evx_step(e)) > 0) continue;
    return status;
}

static void fill_input(evx_engine *e)
{
    float *in = evx_write_input(e);
    for (int i = 0; i < 3 * 32 * 32; i++) in[i] = (float)(i * 7 % 31) / 15.0f - 1.0f;
}

static const uint8_t gray[40 * 40] = { 9, 200, 31, 4, 77 };

TEST(every_allocation_may_fail_and_nothing_leaks)
{
    int failures = 0;
    for (int n = 1;; n++) {
        counted c = { .fail_at = n };
        const evx_memory memory = counted_memory(&c);
        evx_engine *e = NULL;
        float map[4];
        int status = evx_create(&e, &memory, EVX_SIMD128);
        if (!status) status = evx_set_threads(e, 3); /* no worker arrives; only its memory is needed */
        if (!status) status = load(e, &tiny_q8);
        if (!status) status = evx_set_pixels(e, gray, EVX_GRAY8, 40, 40);
        if (!status) status = evx_prepare(e);
        if (!status) status = run(e);
        if (!status) status = evx_explain_begin(e);
        if (!status) status = evx_explain(e, 0, map);
        if (!status) status = evx_contribution(e, 0, map);
        evx_destroy(e);
        CHECK_INT(c.held, 0);
        if (!status) break;
        CHECK_INT(status, EVX_E_MEMORY);
        failures++;
    }
    CHECK_NOTE(failures >= 6, "only %d allocations were seen", failures);
}

TEST(an_image_that_finds_no_memory_leaves_the_engine_ready)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    evx_engine *e;
    CHECK_INT(evx_create(&e, &memory, EVX_SIMD128), EVX_OK);
    CHECK_INT(load(e, &tiny_f32), EVX_OK);
    c.fail_at = c.requests + 1;
    CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_E_MEMORY);
    CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_OK);
    CHECK_INT(evx_prepare(e), EVX_OK);
    CHECK_INT(run(e), EVX_OK);
    evx_destroy(e);
    CHECK_INT(c.held, 0);
}

TEST(an_explanation_that_finds_no_memory_leaves_the_results_and_may_be_asked_for_again)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    evx_engine *e;
    float map[4], logits[5];
    CHECK_INT(evx_create(&e, &memory, EVX_SIMD128), EVX_OK);
    CHECK_INT(load(e, &tiny_q8), EVX_OK);
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    memcpy(logits, evx_logits(e), sizeof logits);
    const int held = c.held;
    int status, failures = 0;
    for (int n = 1;; n++) {
        c.fail_at = c.requests + n;
        if ((status = evx_explain_begin(e)) == EVX_OK) break;
        CHECK_INT(status, EVX_E_MEMORY);
        CHECK_INT(c.held, held);
        CHECK_INT(evx_explain(e, 0, map), EVX_E_STATE);
        CHECK(!memcmp(logits, evx_logits(e), sizeof logits));
        failures++;
    }
    CHECK_NOTE(failures > 0, "only %d allocations were seen", failures);
    CHECK_INT(evx_explain(e, 0, map), EVX_OK);
    evx_destroy(e);
    CHECK_INT(c.held, 0);
}

TEST(nothing_is_allocated_while_the_network_runs)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    evx_engine *e;
    CHECK_INT(evx_create(&e, &memory, EVX_SIMD128), EVX_OK);
    CHECK_INT(load(e, &tiny_q8), EVX_OK);
    fill_input(e);
    const int requests = c.requests, held = c.held;
    CHECK_INT(run(e), EVX_OK);
    CHECK_INT(c.requests, requests);
    for (int i = 0; i < 20; i++) {
        CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_OK);
        CHECK_INT(evx_prepare(e), EVX_OK);
        CHECK_INT(run(e), EVX_OK);
        CHECK_INT(c.held, held);
    }
    evx_destroy(e);
}

TEST(an_engine_without_weights_reads_films_into_the_same_input)
{
    evx_engine *e, *reader;
    uint8_t crop[3 * 32 * 32];
    int channels, want;
    const evx_preprocessing p = { 40, 0.5f, 0.25f };
    CHECK_INT(evx_create(&e, NULL, EVX_SIMD128), EVX_OK);
    CHECK_INT(evx_create(&reader, NULL, EVX_SIMD128), EVX_OK);
    CHECK_INT(load(e, &tiny_f32), EVX_OK);
    CHECK_INT(evx_set_preprocessing(e, p), EVX_OK);
    CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_OK);
    CHECK_INT(evx_prepare(e), EVX_OK);
    for (int i = 0; i < 2; i++) { /* without weights, and with them */
        evx_engine *who = i ? e : reader;
        memset(crop, 0, sizeof crop);
        CHECK_INT(evx_set_pixels(who, gray, EVX_GRAY8, 40, 40), EVX_OK);
        CHECK_INT(evx_crop_image(who, 31, 32, crop, &channels), EVX_E_ARGUMENT);
        CHECK_INT(evx_crop_image(who, 31, 0, crop, &channels), EVX_E_ARGUMENT);
        CHECK_INT(evx_crop_image(who, EVX_MAX_SIDE + 1, 32, crop, &channels), EVX_E_ARGUMENT);
        CHECK_INT(evx_crop_image(who, p.resize, 32, crop, &channels), EVX_OK);
        CHECK(!memcmp(crop, evx_crop(e, &want), 32 * 32) && channels == want);
        CHECK_INT(evx_crop_image(who, p.resize, 32, crop, &channels), EVX_E_STATE); /* the image is gone */
    }
    CHECK_INT(load(reader, &tiny_f32), EVX_OK); /* weights may still come */
    evx_destroy(reader);
    evx_destroy(e);
}

TEST(calls_out_of_order_are_refused_and_harm_nothing)
{
    evx_engine *e;
    CHECK_INT(evx_create(&e, NULL, EVX_SIMD128), EVX_OK);
    CHECK_INT(evx_begin(e), EVX_E_STATE);
    CHECK_INT(evx_step(e), EVX_E_STATE);
    CHECK_INT(evx_prepare(e), EVX_E_STATE);
    CHECK_INT(evx_crop_image(e, 32, 32, NULL, NULL), EVX_E_STATE);
    CHECK(!evx_get_info(e) && !evx_input(e) && !evx_write_input(e) && !evx_logits(e) && !evx_get_image(e));
    CHECK_INT(load(e, &tiny_f32), EVX_OK);
    CHECK(!evx_input(e)); /* asking for it does not make one */
    CHECK_INT(evx_begin(e), EVX_E_STATE);
    CHECK_INT(evx_prepare(e), EVX_E_STATE);
    fill_input(e);
    CHECK_INT(evx_begin(e), EVX_OK);
    CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_E_STATE);
    CHECK_INT(evx_feed(e, gray, 1), EVX_E_STATE);
    CHECK(evx_input(e) && !evx_write_input(e) && !evx_logits(e));
    CHECK_INT(run(e), EVX_OK); /* begins anew */
    CHECK(evx_logits(e));
    CHECK_INT(evx_begin(e), EVX_OK);
    evx_cancel(e);
    CHECK_INT(evx_step(e), EVX_E_STATE);
    CHECK(!evx_logits(e) && evx_write_input(e));
    CHECK_INT(run(e), EVX_OK);
    CHECK_INT(evx_set_preprocessing(e, (evx_preprocessing){ 31, 0.5f, 0.25f }), EVX_E_ARGUMENT);
    CHECK_INT(evx_set_preprocessing(e, (evx_preprocessing){ 32, 0.5f, 0.0f }), EVX_E_ARGUMENT);
    CHECK_INT(evx_set_preprocessing(e, (evx_preprocessing){ 32, NAN, 1.0f }), EVX_E_ARGUMENT);
    CHECK_INT(evx_set_preprocessing(e, (evx_preprocessing){ 32, 0.5f, 0.25f }), EVX_OK);
    evx_destroy(e);
    evx_destroy(NULL);
}

TEST(variants_agree_to_the_bit_on_a_quantized_model_and_closely_on_f32)
{
    const tiny_config *configs[] = { &tiny_f32, &tiny_q8 };
    for (int c = 0; c < 2; c++) {
        float want[5] = { 0 };
        for (int v = EVX_SCALAR; v <= EVX_RELAXED; v++) {
            evx_engine *e = ready_engine((evx_variant)v, configs[c]);
            fill_input(e);
            CHECK_INT(run(e), EVX_OK);
            const float *got = evx_logits(e);
            if (v == EVX_SCALAR) memcpy(want, got, sizeof want);
            for (int i = 0; i < 5; i++) {
                CHECK_NEAR(got[i], want[i], v == EVX_RELAXED && c == 0 ? 1e-5 : 0.0);
                CHECK_NEAR(evx_scores(e)[i], 1.0 / (1.0 + exp(-(double)got[i])), 1e-6);
            }
            evx_destroy(e);
        }
    }
}

TEST(softmax_scores_sum_to_one_and_feature_extractors_have_none)
{
    tiny_config config = tiny_f32;
    config.scoring = 2;
    evx_engine *e = ready_engine(EVX_BEST, &config);
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    double sum = 0.0;
    for (int i = 0; i < 5; i++) sum += (double)evx_scores(e)[i];
    CHECK_NEAR(sum, 1.0, 1e-6);
    evx_destroy(e);

    config.scoring = config.classes = 0;
    e = ready_engine(EVX_BEST, &config);
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    CHECK_INT(evx_get_info(e)->classes, 0);
    CHECK(evx_embedding(e)[0] != 0.0f);
    evx_destroy(e);
}

TEST(a_number_that_overflows_is_an_error_and_never_a_score)
{
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    float *in = evx_write_input(e);
    for (int i = 0; i < 3 * 32 * 32; i++) in[i] = 3e38f;
    CHECK_INT(run(e), EVX_E_NUMERIC);
    CHECK(!evx_logits(e) && !evx_scores(e));
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    evx_destroy(e);
}

TEST(equal_planes_take_the_gray_path_and_agree_with_the_color_path)
{
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    float gray_logits[5], *in = evx_write_input(e);
    for (int i = 0; i < 3 * 32 * 32; i++) in[i] = (float)(i % (32 * 32) % 13) / 6.0f - 1.0f;
    CHECK_INT(run(e), EVX_OK);
    memcpy(gray_logits, evx_logits(e), sizeof gray_logits);
    evx_write_input(e)[0] += 1e-6f; /* not gray any more, and all but the same image */
    CHECK_INT(run(e), EVX_OK);
    for (int i = 0; i < 5; i++) CHECK_NEAR(evx_logits(e)[i], gray_logits[i], 1e-4);
    evx_destroy(e);
}

TEST(the_picture_is_there_from_decode_to_prepare)
{
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    int channels;
    CHECK(!evx_image_pixels(e, &channels) && channels == 0);
    CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_OK);
    const uint8_t *picture = evx_image_pixels(e, &channels);
    CHECK(picture && channels == 1 && !memcmp(picture, gray, sizeof gray));
    CHECK_INT(evx_prepare(e), EVX_OK);
    CHECK(!evx_image_pixels(e, &channels));
    CHECK_INT(evx_get_image(e)->width, 40);
    evx_destroy(e);
}

TEST(the_crop_of_a_film_gives_the_same_input_and_results_again)
{
    static uint8_t color[40 * 40 * 4];
    static float input[3 * 32 * 32];
    uint8_t crop[3 * 32 * 32];
    float logits[5];
    int channels, none;
    for (int i = 0; i < 40 * 40 * 4; i++) color[i] = (uint8_t)(i * 7 % 251);
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    CHECK(!evx_crop(e, &none) && none == 0);
    for (int film = 0; film < 2; film++) {
        if (film) CHECK_INT(evx_set_pixels(e, color, EVX_RGBA8, 40, 40), EVX_OK);
        else CHECK_INT(evx_set_pixels(e, gray, EVX_GRAY8, 40, 40), EVX_OK);
        CHECK_INT(evx_prepare(e), EVX_OK);
        const uint8_t *kept = evx_crop(e, &channels);
        CHECK_INT(channels, film ? 3 : 1);
        memcpy(crop, kept, (size_t)channels * 32 * 32);
        memcpy(input, evx_input(e), sizeof input);
        for (int i = 0; i < 3 * 32 * 32; i++) { /* the planes of the input are the channels of the crop */
            const int at = channels == 1 ? i % (32 * 32) : i % (32 * 32) * 3 + i / (32 * 32);
            CHECK_NEAR(input[i], ((double)crop[at] / 255.0 - 0.49185243) / 0.28509309, 1e-6);
        }
        CHECK_INT(run(e), EVX_OK);
        memcpy(logits, evx_logits(e), sizeof logits);
        fill_input(e);
        CHECK(!evx_crop(e, &none)); /* the caller's input has none */
        CHECK_INT(run(e), EVX_OK);
        CHECK_INT(evx_set_crop(e, crop, channels), EVX_OK);
        CHECK(!memcmp(input, evx_input(e), sizeof input));
        CHECK_INT(run(e), EVX_OK);
        CHECK(!memcmp(logits, evx_logits(e), sizeof logits));
    }
    CHECK_INT(evx_set_crop(e, crop, 2), EVX_E_ARGUMENT);
    CHECK_INT(evx_begin(e), EVX_OK);
    CHECK_INT(evx_set_crop(e, crop, 3), EVX_E_STATE);
    evx_destroy(e);
}

TEST(a_film_in_color_whose_crop_is_gray_takes_the_gray_path)
{
    static uint8_t film[80 * 40 * 4];
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    float want[5];
    int channels;
    for (int i = 0; i < 80 * 40; i++) { /* red margins left and right of the crop */
        const int x = i % 80;
        memset(film + 4 * i, i * 13 % 256, 4);
        if (x < 4 || x >= 76) film[4 * i] = 255;
    }
    CHECK_INT(evx_set_pixels(e, film, EVX_RGBA8, 80, 40), EVX_OK);
    CHECK_INT(evx_prepare(e), EVX_OK);
    CHECK(evx_crop(e, &channels) && channels == 1);
    CHECK_INT(run(e), EVX_OK);
    memcpy(want, evx_logits(e), sizeof want);
    float copy[3 * 32 * 32];
    memcpy(copy, evx_input(e), sizeof copy);
    memcpy(evx_write_input(e), copy, sizeof copy);
    CHECK_INT(run(e), EVX_OK); /* the same planes, found equal */
    CHECK(!memcmp(want, evx_logits(e), sizeof want));
    evx_destroy(e);
}

TEST(an_explanation_needs_results_and_gives_its_memory_back)
{
    counted c = { 0 };
    const evx_memory memory = counted_memory(&c);
    evx_engine *e;
    float map[4] = { 0 }, again[4], logits[5];
    CHECK_INT(evx_create(&e, &memory, EVX_BEST), EVX_OK);
    CHECK_INT(evx_explain_begin(e), EVX_E_STATE);
    CHECK_INT(load(e, &tiny_f32), EVX_OK);
    CHECK_INT(evx_explain_begin(e), EVX_E_STATE);
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    memcpy(logits, evx_logits(e), sizeof logits);
    const int held = c.held;
    CHECK_INT(evx_explain(e, 0, map), EVX_E_STATE);
    CHECK_INT(evx_explain_begin(e), EVX_OK);
    CHECK_INT(evx_explain(e, 5, map), EVX_E_ARGUMENT);
    CHECK_INT(evx_explain(e, -1, map), EVX_E_ARGUMENT);
    CHECK_INT(evx_explain(e, 3, map), EVX_OK);
    CHECK_INT(evx_explain(e, 1, again), EVX_OK);
    CHECK_INT(evx_explain(e, 3, again), EVX_OK);
    CHECK(!memcmp(map, again, sizeof map));               /* classes do not disturb each other */
    CHECK(!memcmp(logits, evx_logits(e), sizeof logits)); /* nor the results */
    evx_explain_end(e);
    CHECK_INT(c.held, held);
    CHECK_INT(evx_explain_begin(e), EVX_OK);
    CHECK_INT(run(e), EVX_OK); /* ends it */
    CHECK_INT(c.held, held);
    CHECK_INT(evx_explain(e, 0, map), EVX_E_STATE);
    CHECK(!memcmp(logits, evx_logits(e), sizeof logits));
    evx_destroy(e);
    CHECK_INT(c.held, 0);
}

TEST(contributions_and_a_constant_are_the_logit_and_disturb_nothing)
{
    evx_engine *e;
    float map[4], gradient[4], again[4], first = 0.0f;
    CHECK_INT(evx_create(&e, NULL, EVX_BEST), EVX_OK);
    CHECK_INT(load(e, &tiny_f32), EVX_OK);
    CHECK_INT(evx_contribution(e, 0, map), EVX_E_STATE);
    for (int film = 0; film < 2; film++) {
        fill_input(e);
        evx_write_input(e)[7] += 3.0f * (float)film;
        CHECK_INT(run(e), EVX_OK);
        CHECK_INT(evx_explain_begin(e), EVX_OK);
        CHECK_INT(evx_explain(e, 2, gradient), EVX_OK);
        CHECK_INT(evx_contribution(e, 2, map), EVX_OK);
        CHECK_INT(evx_explain(e, 2, again), EVX_OK);
        CHECK(!memcmp(gradient, again, sizeof again));
        const float rest = evx_logits(e)[2] - (map[0] + map[1] + map[2] + map[3]);
        if (film) CHECK_NOTE(fabsf(rest - first) < 1e-5f, "%g, then %g", (double)first, (double)rest);
        first = rest;
    }
    CHECK_INT(evx_contribution(e, 5, map), EVX_E_ARGUMENT);
    CHECK_INT(evx_contribution(e, -1, map), EVX_E_ARGUMENT);
    evx_destroy(e);
}

TEST(bytes_after_the_end_take_away_results_and_explanation)
{
    evx_engine *e = ready_engine(EVX_BEST, &tiny_f32);
    float map[4];
    fill_input(e);
    CHECK_INT(run(e), EVX_OK);
    CHECK_INT(evx_explain_begin(e), EVX_OK);
    CHECK_INT(evx_feed(e, gray, 1), EVX_E_WEIGHTS_TRAILING);
    CHECK(!evx_logits(e) && !evx_scores(e) && !evx_embedding(e) && !evx_tokens(e) && !evx_input(e));
    CHECK_INT(evx_explain(e, 0, map), EVX_E_STATE);
    evx_destroy(e);
}

TEST(every_status_has_a_name)
{
    CHECK(!strcmp(evx_status_name(EVX_OK), "OK"));
    CHECK(!strcmp(evx_status_name(EVX_E_IMAGE_HEAP), "IMAGE_HEAP"));
    CHECK(!strcmp(evx_status_name(12345), "UNKNOWN"));
}

int main(void)
{
    RUN(every_allocation_may_fail_and_nothing_leaks);
    RUN(an_image_that_finds_no_memory_leaves_the_engine_ready);
    RUN(an_explanation_that_finds_no_memory_leaves_the_results_and_may_be_asked_for_again);
    RUN(nothing_is_allocated_while_the_network_runs);
    RUN(an_engine_without_weights_reads_films_into_the_same_input);
    RUN(calls_out_of_order_are_refused_and_harm_nothing);
    RUN(variants_agree_to_the_bit_on_a_quantized_model_and_closely_on_f32);
    RUN(softmax_scores_sum_to_one_and_feature_extractors_have_none);
    RUN(a_number_that_overflows_is_an_error_and_never_a_score);
    RUN(equal_planes_take_the_gray_path_and_agree_with_the_color_path);
    RUN(the_picture_is_there_from_decode_to_prepare);
    RUN(the_crop_of_a_film_gives_the_same_input_and_results_again);
    RUN(a_film_in_color_whose_crop_is_gray_takes_the_gray_path);
    RUN(an_explanation_needs_results_and_gives_its_memory_back);
    RUN(contributions_and_a_constant_are_the_logit_and_disturb_nothing);
    RUN(bytes_after_the_end_take_away_results_and_explanation);
    RUN(every_status_has_a_name);
    return test_report();
}
