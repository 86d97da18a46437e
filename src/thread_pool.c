/* thread_pool.c - thread_pool.h with atomics and futexes; the protocol is written down there.
 * SPDX-License-Identifier: MIT */
#include "thread_pool.h"

#include "futex.h"

enum {
    WORKER = 1,        /* in the state word: one worker inside the job */
    JOB = 256,         /* in the state word: one job opened or closed */
    SPINS = 20000,     /* before sleeping: tens of microseconds, longer than most gaps between jobs */
    TIMEOUT_MS = 5000, /* an item takes milliseconds; the rest is for machines that are busy with other work */
    SLICE_MS = 250     /* of the timeout: a machine that was suspended meanwhile has used up one slice only */
};

static bool is_open(uint32_t state) { return state & JOB; }
static uint32_t workers_inside(uint32_t state) { return state % JOB; }

void thread_pool_init(thread_pool *pool)
{
    *pool = (thread_pool){ .capacity = 1, .threads = 1, .timeout_ms = TIMEOUT_MS, .active = 1 };
}

bool thread_pool_set_threads(thread_pool *pool, int threads)
{
    if (threads < 1 || threads > EVX_MAX_THREADS) return false;
    pool->threads = threads;
    pool->stalled = false;
    atomic_store(&pool->state, 0);
    atomic_store(&pool->shutdown, 0);
    atomic_store(&pool->active, (uint32_t)threads);
    return true;
}

bool thread_pool_use(thread_pool *pool, int active)
{
    if (active < 1 || active > pool->threads) return false;
    if ((uint32_t)active == atomic_exchange(&pool->active, (uint32_t)active)) return true;
    futex_wake_all(&pool->active);
    atomic_fetch_add(&pool->event, 1); /* those that are no longer active wait elsewhere */
    futex_wake_all(&pool->event);
    return true;
}

static void take_items(thread_pool *pool, int thread)
{
    for (;;) {
        const int first = (int)atomic_fetch_add(&pool->next, (uint32_t)pool->grain);
        if (first >= pool->items) return;
        const int last = pool->items - first < pool->grain ? pool->items : first + pool->grain;
        pool->body(pool->job, first, last, thread);
    }
}

/* The job is closed: waits until no worker is inside; false if one does not leave in time. */
static bool wait_for_workers(thread_pool *pool)
{
    for (int i = 0; i < SPINS; i++) {
        if (!workers_inside(atomic_load(&pool->state))) return true;
    }
    for (int waited = 0; waited < pool->timeout_ms; waited += SLICE_MS) {
        atomic_store(&pool->owner_sleeps, 1);
        const uint32_t state = atomic_load(&pool->state);
        if (workers_inside(state)) futex_wait(&pool->state, state, SLICE_MS);
        atomic_store(&pool->owner_sleeps, 0);
        if (!workers_inside(atomic_load(&pool->state))) return true;
    }
    return false;
}

void parallel_for(thread_pool *pool, int items, int most, parallel_body *body, void *job)
{
    const int active = (int)atomic_load(&pool->active), grain = thread_pool_grain(active, items, most);
    if (active == 1 || items <= grain) {
        body(job, 0, items, 0);
        return;
    }
    if (pool->stalled) return; /* a worker may still be writing results of an earlier job */
    pool->body = body;
    pool->job = job;
    pool->items = items;
    pool->grain = grain;
    atomic_store(&pool->next, 0);
    atomic_fetch_add(&pool->state, JOB);
    atomic_fetch_add(&pool->event, 1);
    if (atomic_load(&pool->sleepers)) futex_wake_all(&pool->event);
    take_items(pool, 0);
    atomic_fetch_add(&pool->state, JOB);
    pool->stalled = !wait_for_workers(pool);
}

/* Enters the open job, once: `last` is the number of the job that this worker entered before. */
static bool enter(thread_pool *pool, uint32_t *last)
{
    uint32_t state = atomic_load(&pool->state);
    while (is_open(state) && state / JOB != *last) {
        if (!atomic_compare_exchange_weak(&pool->state, &state, state + WORKER)) continue;
        *last = state / JOB;
        return true;
    }
    return false;
}

static void leave(thread_pool *pool)
{
    const uint32_t state = atomic_fetch_sub(&pool->state, WORKER) - WORKER;
    if (!is_open(state) && !workers_inside(state) && atomic_load(&pool->owner_sleeps)) futex_wake_all(&pool->state);
}

/* Until the event counter is no longer `seen`: spins first, then sleeps. */
static void wait_for_event(thread_pool *pool, uint32_t seen)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&pool->event) != seen) return;
    }
    atomic_fetch_add(&pool->sleepers, 1);
    futex_wait(&pool->event, seen, -1);
    atomic_fetch_sub(&pool->sleepers, 1);
}

void worker_loop(thread_pool *pool, int thread)
{
    uint32_t last = 0; /* open jobs have odd numbers */
    for (;;) {
        const uint32_t event = atomic_load(&pool->event), active = atomic_load(&pool->active);
        if (atomic_load(&pool->shutdown)) return;
        if (thread >= (int)active) {
            futex_wait(&pool->active, active, -1);
        } else if (enter(pool, &last)) {
            take_items(pool, thread);
            leave(pool);
        } else {
            wait_for_event(pool, event);
        }
    }
}

void thread_pool_shutdown(thread_pool *pool)
{
    atomic_store(&pool->shutdown, 1);
    atomic_fetch_add(&pool->event, 1);
    futex_wake_all(&pool->event);
    atomic_store(&pool->active, (uint32_t)pool->threads + 1); /* another value: none sleeps on it */
    futex_wake_all(&pool->active);
}
