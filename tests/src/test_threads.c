/* test_threads.c - every item of a job is done exactly once, whichever thread takes it; results have the
 * same bits for any number of threads; a worker that dies inside a job is reported. Built with the thread
 * sanitizer and with the address sanitizer.
 * SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200112L /* nanosleep, sched_yield */
#include "evax.h"
#include "test.h"
#include "thread_pool.h"
#include "tiny_stream.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

enum { WORKERS = 4, ITEMS = 1000 };

/* ---- the pool ------------------------------------------------------------------------------- */

typedef struct worker {
    thread_pool *pool;
    int thread;
    pthread_t id;
} worker;

static void *run_worker(void *arg)
{
    worker *h = arg;
    worker_loop(h->pool, h->thread);
    return NULL;
}

static void start_workers(worker *workers, thread_pool *pool, int threads)
{
    CHECK(thread_pool_set_threads(pool, threads));
    for (int i = 0; i < threads - 1; i++) {
        workers[i] = (worker){ .pool = pool, .thread = i + 1 };
        CHECK_INT(pthread_create(&workers[i].id, NULL, run_worker, &workers[i]), 0);
    }
}

static void join_workers(worker *workers, thread_pool *pool, int threads)
{
    thread_pool_shutdown(pool);
    for (int i = 0; i < threads - 1; i++) pthread_join(workers[i].id, NULL);
}

/* Not atomic on purpose: the thread sanitizer sees if two threads get the same item. */
typedef struct tally {
    int done[ITEMS];
    bool bad_thread;
} tally;

static void count_items(void *job, int first, int last, int thread)
{
    tally *t = job;
    for (int i = first; i < last; i++) t->done[i]++;
    if (thread < 0 || thread > WORKERS) t->bad_thread = true;
}

static void run_jobs(thread_pool *pool, int jobs)
{
    static tally done;
    done = (tally){ .bad_thread = false };
    int want[ITEMS] = { 0 };
    for (int job = 0; job < jobs; job++) {
        const int items = job % 50 ? job % 40 : ITEMS;
        parallel_for(pool, items, 1 + job % 3, count_items, &done);
        for (int i = 0; i < items; i++) want[i]++;
    }
    CHECK(!done.bad_thread && !pool->stalled);
    CHECK(!memcmp(want, done.done, sizeof want));
}

TEST(every_item_of_every_job_is_done_once)
{
    static const int counts[] = { 1, 2, 3, WORKERS + 1 };
    for (int i = 0; i < 4; i++) {
        thread_pool pool;
        worker workers[WORKERS];
        thread_pool_init(&pool);
        start_workers(workers, &pool, counts[i]);
        run_jobs(&pool, 1000);
        nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL); /* the workers fall asleep */
        run_jobs(&pool, 100);
        join_workers(workers, &pool, counts[i]);
    }
}

/* Which threads have had an item. */
typedef struct presence {
    atomic_int items[WORKERS + 1];
} presence;

static void note_thread(void *job, int first, int last, int thread)
{
    presence *p = job;
    atomic_fetch_add(&p->items[thread], last - first);
    nanosleep(&(struct timespec){ .tv_nsec = 20000 }, NULL); /* leaves some to the others */
}

TEST(threads_that_are_not_used_get_no_item_and_come_back_when_they_are)
{
    thread_pool pool;
    worker workers[WORKERS];
    thread_pool_init(&pool);
    start_workers(workers, &pool, WORKERS + 1);
    CHECK(!thread_pool_use(&pool, 0) && !thread_pool_use(&pool, WORKERS + 2));
    static const int counts[] = { 2, 1, WORKERS + 1, 3, 3, WORKERS + 1 };
    for (int i = 0; i < 6; i++) {
        presence seen = { 0 };
        CHECK(thread_pool_use(&pool, counts[i]));
        for (int job = 0; job < 20; job++) parallel_for(&pool, 4 * (WORKERS + 1), 1, note_thread, &seen);
        int all = 0;
        for (int t = 0; t <= WORKERS; t++) {
            all += seen.items[t];
            if (t >= counts[i]) CHECK_INT(seen.items[t], 0);
            else CHECK(counts[i] == 1 || seen.items[t] > 0);
        }
        CHECK_INT(all, 80 * (WORKERS + 1));
    }
    CHECK(thread_pool_use(&pool, 1));
    join_workers(workers, &pool, WORKERS + 1); /* also those that sleep */
}

TEST(workers_that_never_arrive_are_not_waited_for)
{
    thread_pool pool;
    thread_pool_init(&pool);
    CHECK(thread_pool_set_threads(&pool, 3));
    run_jobs(&pool, 100);
}

TEST(a_pool_has_1_to_64_threads)
{
    thread_pool pool;
    thread_pool_init(&pool);
    CHECK(!thread_pool_set_threads(&pool, 0) && !thread_pool_set_threads(&pool, -1) &&
          !thread_pool_set_threads(&pool, EVX_MAX_THREADS + 1));
    CHECK(thread_pool_set_threads(&pool, EVX_MAX_THREADS) && thread_pool_set_threads(&pool, 1));
}

/* The owner waits until the worker has entered the job; the worker ends inside it. */
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

TEST(a_worker_that_dies_in_a_job_is_reported_and_the_pool_goes_on_without_it)
{
    thread_pool pool;
    worker one[1];
    _Atomic int dead = 0;
    thread_pool_init(&pool);
    pool.timeout_ms = 10;
    start_workers(one, &pool, 2);
    parallel_for(&pool, 2, 1, die_inside, &dead);
    CHECK(pool.stalled);
    static tally done;
    done = (tally){ .bad_thread = false };
    parallel_for(&pool, 2, 1, count_items, &done);
    CHECK(pool.stalled && !done.done[0] && !done.done[1]); /* nothing runs where the dead one may still write */
    pthread_join(one->id, NULL);
    CHECK(thread_pool_set_threads(&pool, 1));
    run_jobs(&pool, 100);
    start_workers(one, &pool, 2);
    run_jobs(&pool, 100);
    join_workers(one, &pool, 2);
}

/* ---- the engine ----------------------------------------------------------------------------- */

typedef struct engine_worker {
    evx_engine *engine;
    int thread;
    pthread_t id;
} engine_worker;

static void *run_engine_worker(void *arg)
{
    engine_worker *h = arg;
    evx_worker_loop(h->engine, h->thread);
    return NULL;
}

typedef struct results {
    float logits[5], embedding[16], map[2 * 2];
} results;

static evx_engine *engine_for(evx_variant variant, const tiny_config *config, int threads)
{
    evx_engine *e;
    tiny_stream s = tiny_make(config);
    CHECK_INT(evx_create(&e, NULL, variant), EVX_OK);
    CHECK_INT(evx_set_threads(e, threads), EVX_OK);
    CHECK_INT(evx_feed(e, s.bytes, s.size), EVX_OK);
    tiny_free(&s);
    float *in = evx_write_input(e);
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
    engine_worker workers[WORKERS];
    for (int i = 0; i < threads - 1; i++) {
        workers[i] = (engine_worker){ .engine = e, .thread = i + 1 };
        CHECK_INT(pthread_create(&workers[i].id, NULL, run_engine_worker, &workers[i]), 0);
    }
    results first = run(e);
    for (int i = 0; i < 20; i++) {
        const results again = run(e);
        CHECK_NOTE(!memcmp(&first, &again, sizeof first), "%d threads, again", threads);
    }
    evx_shutdown_workers(e);
    for (int i = 0; i < threads - 1; i++) pthread_join(workers[i].id, NULL);
    evx_destroy(e);
    return first;
}

TEST(results_have_the_same_bits_for_any_number_of_threads)
{
    static const int counts[] = { 2, 3, 5 };
    const tiny_config *configs[] = { &tiny_f32, &tiny_q8 };
    for (int c = 0; c < 2; c++) {
        for (int v = EVX_SCALAR; v <= EVX_RELAXED; v++) {
            const results single = run_with((evx_variant)v, configs[c], 1);
            for (int i = 0; i < 3; i++) {
                const results many = run_with((evx_variant)v, configs[c], counts[i]);
                CHECK_NOTE(!memcmp(&single, &many, sizeof single), "variant %d, %d threads", v, counts[i]);
            }
        }
    }
}

TEST(the_capacity_for_threads_is_set_before_the_weights)
{
    evx_engine *e = engine_for(EVX_SIMD128, &tiny_f32, 3);
    CHECK_INT(evx_set_threads(e, 4), EVX_E_STATE);
    CHECK_INT(evx_set_threads(e, 0), EVX_E_ARGUMENT);
    CHECK_INT(evx_set_threads(e, 2), EVX_OK);
    CHECK_INT(evx_set_threads(e, 3), EVX_OK);
    run(e); /* the workers never come */
    CHECK_INT(evx_begin(e), EVX_OK);
    CHECK_INT(evx_set_threads(e, 1), EVX_OK); /* ends the pass */
    CHECK_INT(evx_step(e), EVX_E_STATE);
    run(e);
    evx_destroy(e);
}

int main(void)
{
    RUN(every_item_of_every_job_is_done_once);
    RUN(threads_that_are_not_used_get_no_item_and_come_back_when_they_are);
    RUN(workers_that_never_arrive_are_not_waited_for);
    RUN(a_pool_has_1_to_64_threads);
    RUN(a_worker_that_dies_in_a_job_is_reported_and_the_pool_goes_on_without_it);
    RUN(results_have_the_same_bits_for_any_number_of_threads);
    RUN(the_capacity_for_threads_is_set_before_the_weights);
    return test_report();
}
