/* pool_single.c - thread_pool.h for programs of one thread.
 * SPDX-License-Identifier: MIT */
#include "thread_pool.h"

void team_init(team *t) { *t = (team){ .room = 1, .threads = 1 }; }

bool team_set(team *t, int threads)
{
    (void)t;
    return threads == 1;
}

void team_run(team *t, int items, int grain, team_work *work, void *job)
{
    (void)t, (void)grain;
    work(job, 0, items, 0);
}

void team_help(team *t, int thread) { (void)t, (void)thread; }
void team_release(team *t) { (void)t; }
