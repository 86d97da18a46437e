/* thread_pool.h - one parallel loop at a time, shared by threads that the host starts.
 *
 *     owner    parallel_for ── opens the job ── works ── closes it ── waits for the workers inside
 *     worker   worker_loop ── sleeps ── enters ── works ── leaves ── sleeps ...   thread_pool_shutdown
 *
 * A job is a number of items. Threads take the next few whenever they are free, so a slow thread delays
 * nobody, and one that sleeps or has ended before it entered costs nothing. Only a worker that ends
 * inside a job stalls the pool: the pool then says so, because its items may be half done. What an item
 * computes must not depend on the thread that computes it, nor on the other items of the same take: so
 * results have the same bits for any number of threads.
 *
 * A program links thread_pool.c, or pool_single.c, which has the owner only.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_THREAD_POOL_H
#define EVAX_THREAD_POOL_H

#include "evax_limits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The body of the loop over items first..last-1, run by thread 0 (the owner) .. capacity-1. */
typedef void parallel_body(void *job, int first, int last, int thread);

typedef struct thread_pool {
    int capacity;   /* most threads there may ever be: memory is laid out for each of them */
    int threads;    /* that there are, the owner included; 1..capacity */
    int timeout_ms; /* how long the owner waits for a worker to leave a job */
    bool stalled;   /* a worker did not leave: results since thread_pool_set_threads are not to be used */

    parallel_body *body; /* the job; written only while no job is open and no worker inside */
    void *job;
    int items, grain;

    _Atomic uint32_t active;       /* of the threads, 0..active-1 work; the others sleep on this word */
    _Atomic uint32_t state;        /* 256 * jobs opened and closed so far + workers inside; odd jobs are open */
    _Atomic uint32_t next;         /* the first item that no thread has taken */
    _Atomic uint32_t event;        /* counts openings and shutdowns: the futex on which workers sleep */
    _Atomic uint32_t sleepers;     /* workers that need waking */
    _Atomic uint32_t owner_sleeps; /* until the last worker leaves */
    _Atomic uint32_t shutdown;
} thread_pool;

/* A pool of one thread. */
void thread_pool_init(thread_pool *pool);

/* Sets how many threads there are, all active, and clears stalled. No worker may be inside worker_loop. False
 * if this build cannot have so many. */
bool thread_pool_set_threads(thread_pool *pool, int threads);

/* Between two jobs: lets `active` of the threads work from now on, 1..threads. False if there are not so many. */
bool thread_pool_use(thread_pool *pool, int active);

/* Items of a take, at most `most`: several takes for each thread where there are as many items, so that the last
 * ones end together. */
static inline int thread_pool_grain(int threads, int items, int most)
{
    enum { TAKES = 4 };
    const int fair = items / (TAKES * threads);
    return most < fair ? most : fair > 1 ? fair : 1;
}

/* Runs the body over items 0..items-1, at most `most` at a time; all are done when it returns, unless the pool
 * has stalled. */
void parallel_for(thread_pool *pool, int items, int most, parallel_body *body, void *job);

/* Works on jobs as thread 1..threads-1, until thread_pool_shutdown. */
void worker_loop(thread_pool *pool, int thread);

/* Makes every worker_loop return. */
void thread_pool_shutdown(thread_pool *pool);

#endif
