/* thread_pool.h - one job at a time, shared by the threads that the host brings.
 *
 *     owner    team_run ── opens the gate ── works ── closes the gate ── waits for those inside
 *     helper   team_help ── sleeps ── enters ── works ── leaves ── sleeps ...        team_release
 *
 * A job is a number of items. Whoever is free takes the next few, so a slow thread holds nobody up
 * and a helper that sleeps, or is dead, is not missed. Only one that entered and never leaves is:
 * then the team is lost, and says so, because its items may be half done. What an item computes
 * must not depend on who computes it, or with which others: so results have the same bits for any
 * number of threads.
 *
 * A program links thread_pool.c, or pool_single.c, which has the owner only and costs nothing.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_THREAD_POOL_H
#define EVAX_THREAD_POOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { MAX_THREADS = 64 };

/* Items first..last-1 of a job, by thread 0 (the owner) .. room-1. */
typedef void team_work(void *job, int first, int last, int thread);

typedef struct team {
    int room;         /* threads that whoever lays out memory for each of them must count with */
    int threads;      /* that may work now, the owner included; 1..room */
    int patience_ms;  /* how long the owner waits for a helper to leave a job */
    bool lost;        /* a helper did not leave: what was computed since team_set is not to be used */

    team_work *work;  /* the job; written only while the gate is closed and nobody inside */
    void *job;
    int items, grain;

    _Atomic uint32_t gate;     /* 256 * jobs opened and closed so far + helpers inside; odd jobs are open */
    _Atomic uint32_t next;     /* the first item that nobody has taken */
    _Atomic uint32_t bell;     /* changes when a job opens: what helpers sleep on */
    _Atomic uint32_t asleep;   /* helpers that need waking */
    _Atomic uint32_t waiting;  /* the owner sleeps until the last helper leaves */
    _Atomic uint32_t released;
} team;

/* A team of one thread. */
void team_init(team *t);

/* From now on so many threads may work. No helper may be inside team_help; a lost team works again.
 * False if there are more than this build can have. */
bool team_set(team *t, int threads);

/* Does items 0..items-1, `grain` at a time; all are done when it returns, unless the team is lost. */
void team_run(team *t, int items, int grain, team_work *work, void *job);

/* Works on jobs as thread 1..threads-1, until team_release. */
void team_help(team *t, int thread);

/* Sends the helpers home. */
void team_release(team *t);

#endif
