/* Threads: every item of a job is done once, whoever helps; results have the same bits for any number
 * of threads; a helper that dies is not missed, or its loss is told. Runs under both sanitizers' builds.
 * SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200112L /* nanosleep, sched_yield */
#include "evax.h"
#include "thread_pool.h"
#include "test.h"
#include "tiny_stream.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <time.h>

enum { HELPERS = 4, ITEMS = 1000 };

/* ---- the team ------------------------------------------------------------------------------- */

typedef struct helper { team *team; int thread; pthread_t id; } helper;

static void *help(void *arg)
{
    helper *h = arg;
    team_help(h->team, h->thread);
    return NULL;
}

static void start_helpers(helper *helpers, team *t, int threads)
{
    CHECK(team_set(t, threads));
    for (int i = 0; i < threads - 1; i++) {
        helpers[i] = (helper){ .team = t, .thread = i + 1 };
        CHECK_INT(pthread_create(&helpers[i].id, NULL, help, &helpers[i]), 0);
    }
}

static void end_helpers(helper *helpers, team *t, int threads)
{
    team_release(t);
    for (int i = 0; i < threads - 1; i++) pthread_join(helpers[i].id, NULL);
}

/* Not atomic on purpose: the thread sanitizer sees if two threads get the same item. */
typedef struct tally { int done[ITEMS]; bool bad_thread; } tally;

static void count_items(void *job, int first, int last, int thread)
{
    tally *t = job;
    for (int i = first; i < last; i++) t->done[i]++;
    if (thread < 0 || thread > HELPERS) t->bad_thread = true;
}

static void run_jobs(team *t, int jobs)
{
    static tally done;
    done = (tally){ .bad_thread = false };
    int want[ITEMS] = { 0 };
    for (int job = 0; job < jobs; job++) {
        const int items = job % 50 ? job % 40 : ITEMS;
        team_run(t, items, 1 + job % 3, count_items, &done);
        for (int i = 0; i < items; i++) want[i]++;
    }
    CHECK(!done.bad_thread && !t->lost);
    CHECK(!memcmp(want, done.done, sizeof want));
}

TEST(every_item_of_every_job_is_done_once)
{
    static const int counts[] = { 1, 2, 3, HELPERS + 1 };
    for (int i = 0; i < 4; i++) {
        team t;
        helper helpers[HELPERS];
        team_init(&t);
        start_helpers(helpers, &t, counts[i]);
        run_jobs(&t, 1000);
        nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL); /* the helpers fall asleep */
        run_jobs(&t, 100);
        end_helpers(helpers, &t, counts[i]);
    }
}

TEST(helpers_that_never_come_are_not_missed)
{
    team t;
    team_init(&t);
    CHECK(team_set(&t, 3));
    run_jobs(&t, 100);
}

TEST(a_team_has_1_to_64_threads)
{
    team t;
    team_init(&t);
    CHECK(!team_set(&t, 0) && !team_set(&t, -1) && !team_set(&t, MAX_THREADS + 1));
    CHECK(team_set(&t, MAX_THREADS) && team_set(&t, 1));
}

/* The owner holds back until the helper is inside; the helper never comes out again. */
static void die_inside(void *job, int first, int last, int thread)
{
    (void)first, (void)last;
    _Atomic int *dead = job;
    if (thread) {
        atomic_store(dead, 1);
        pthread_exit(NULL);
    }
    while (!atomic_load(dead)) sched_yield();
}

TEST(a_helper_that_dies_at_work_is_told_and_the_team_works_on_without_it)
{
    team t;
    helper one[1];
    _Atomic int dead = 0;
    team_init(&t);
    t.patience_ms = 10;
    start_helpers(one, &t, 2);
    team_run(&t, 2, 1, die_inside, &dead);
    CHECK(t.lost);
    static tally done;
    done = (tally){ .bad_thread = false };
    team_run(&t, 2, 1, count_items, &done);
    CHECK(t.lost && !done.done[0] && !done.done[1]); /* nothing runs where the dead one may still write */
    pthread_join(one->id, NULL);
    CHECK(team_set(&t, 1));
    run_jobs(&t, 100);
    start_helpers(one, &t, 2);
    run_jobs(&t, 100);
    end_helpers(one, &t, 2);
}

/* ---- the engine ----------------------------------------------------------------------------- */

typedef struct engine_helper { evx_engine *engine; int thread; pthread_t id; } engine_helper;

static void *help_engine(void *arg)
{
    engine_helper *h = arg;
    evx_help(h->engine, h->thread);
    return NULL;
}

typedef struct results { float logits[5], embedding[16], map[2 * 2]; } results;

static evx_engine *engine_for(evx_variant variant, const tiny_config *config, int threads)
{
    evx_engine *e;
    tiny_stream s = tiny_make(config);
    CHECK_INT(evx_open(&e, NULL, variant), EVX_OK);
    CHECK_INT(evx_threads(e, threads), EVX_OK);
    CHECK_INT(evx_feed(e, s.bytes, s.size), EVX_OK);
    tiny_free(&s);
    float *in = evx_input(e);
    for (int i = 0; i < 3 * 32 * 32; i++) in[i] = (float)(i * 7 % 31) / 15.0f - 1.0f;
    return e;
}

static results run(evx_engine *e)
{
    results r;
    memset(&r, 0, sizeof r);
    CHECK_INT(evx_begin(e), EVX_OK);
    while (evx_step(e) > 0) continue;
    CHECK(evx_logits(e));
    if (!evx_logits(e)) return r;
    memcpy(r.logits, evx_logits(e), sizeof r.logits);
    memcpy(r.embedding, evx_embedding(e), sizeof r.embedding);
    CHECK_INT(evx_explain_begin(e), EVX_OK);
    CHECK_INT(evx_explain(e, 3, r.map), EVX_OK);
    evx_explain_end(e);
    return r;
}

static results run_with(evx_variant variant, const tiny_config *config, int threads)
{
    evx_engine *e = engine_for(variant, config, threads);
    engine_helper helpers[HELPERS];
    for (int i = 0; i < threads - 1; i++) {
        helpers[i] = (engine_helper){ .engine = e, .thread = i + 1 };
        CHECK_INT(pthread_create(&helpers[i].id, NULL, help_engine, &helpers[i]), 0);
    }
    results first = run(e);
    for (int i = 0; i < 20; i++) {
        const results again = run(e);
        CHECK_NOTE(!memcmp(&first, &again, sizeof first), "%d threads, again", threads);
    }
    evx_release(e);
    for (int i = 0; i < threads - 1; i++) pthread_join(helpers[i].id, NULL);
    evx_close(e);
    return first;
}

TEST(results_have_the_same_bits_for_any_number_of_threads)
{
    static const int counts[] = { 2, 3, 5 };
    const tiny_config *configs[] = { &tiny_f32, &tiny_q8 };
    for (int c = 0; c < 2; c++) {
        for (int v = EVX_SCALAR; v <= EVX_RELAXED; v++) {
            const results alone = run_with((evx_variant)v, configs[c], 1);
            for (int i = 0; i < 3; i++) {
                const results many = run_with((evx_variant)v, configs[c], counts[i]);
                CHECK_NOTE(!memcmp(&alone, &many, sizeof alone), "variant %d, %d threads", v, counts[i]);
            }
        }
    }
}

TEST(the_room_for_threads_is_set_before_the_weights)
{
    evx_engine *e = engine_for(EVX_SIMD128, &tiny_f32, 3);
    CHECK_INT(evx_threads(e, 4), EVX_E_STATE);
    CHECK_INT(evx_threads(e, 0), EVX_E_ARGUMENT);
    CHECK_INT(evx_threads(e, 2), EVX_OK);
    CHECK_INT(evx_threads(e, 3), EVX_OK);
    run(e); /* the helpers never come */
    CHECK_INT(evx_begin(e), EVX_OK);
    CHECK_INT(evx_threads(e, 1), EVX_OK); /* ends the pass */
    CHECK_INT(evx_step(e), EVX_E_STATE);
    run(e);
    evx_close(e);
}

int main(void)
{
    RUN(every_item_of_every_job_is_done_once);
    RUN(helpers_that_never_come_are_not_missed);
    RUN(a_team_has_1_to_64_threads);
    RUN(a_helper_that_dies_at_work_is_told_and_the_team_works_on_without_it);
    RUN(results_have_the_same_bits_for_any_number_of_threads);
    RUN(the_room_for_threads_is_set_before_the_weights);
    return test_report();
}
