/* pool_single.c - thread_pool.h for programs of one thread: no atomics, no cost.
 * SPDX-License-Identifier: MIT */
#include "thread_pool.h"

void thread_pool_init(thread_pool *pool) { *pool = (thread_pool){ .capacity = 1, .threads = 1, .active = 1 }; }

bool thread_pool_set_threads(thread_pool *pool, int threads)
{
    (void)pool;
    return threads == 1;
}

bool thread_pool_use(thread_pool *pool, int active)
{
    (void)pool;
    return active == 1;
}

void parallel_for(thread_pool *pool, int items, int most, parallel_body *body, void *job)
{
    (void)pool, (void)most;
    body(job, 0, items, 0);
}

void worker_loop(thread_pool *pool, int thread) { (void)pool, (void)thread; }
void thread_pool_shutdown(thread_pool *pool) { (void)pool; }
