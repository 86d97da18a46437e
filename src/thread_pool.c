/* SPDX-License-Identifier: MIT */
#include "thread_pool.h"

#include "futex.h"

enum {
    HELPER = 1,          /* in the gate: one helper inside */
    JOB = 256,           /* in the gate: one job opened or closed */
    SPINS = 20000,       /* before sleeping, tens of microseconds: more than most gaps between jobs */
    PATIENCE_MS = 5000,  /* an item takes milliseconds; more is for machines that are busy with others */
    NAP_MS = 250         /* short, so that a machine that was suspended meanwhile counts as one nap */
};

static bool is_open(uint32_t gate) { return gate & JOB; }
static uint32_t inside(uint32_t gate) { return gate % JOB; }

void team_init(team *t)
{
    *t = (team){ .room = 1, .threads = 1, .patience_ms = PATIENCE_MS };
}

bool team_set(team *t, int threads)
{
    if (threads < 1 || threads > MAX_THREADS) return false;
    t->threads = threads;
    t->lost = false;
    atomic_store(&t->gate, 0);
    atomic_store(&t->released, 0);
    return true;
}

static void take_items(team *t, int thread)
{
    for (;;) {
        const int first = (int)atomic_fetch_add(&t->next, (uint32_t)t->grain);
        if (first >= t->items) return;
        const int last = t->items - first < t->grain ? t->items : first + t->grain;
        t->work(t->job, first, last, thread);
    }
}

/* The gate is closed: waits until nobody is inside; false if somebody does not come out. */
static bool wait_for_helpers(team *t)
{
    for (int i = 0; i < SPINS; i++) {
        if (!inside(atomic_load(&t->gate))) return true;
    }
    for (int waited = 0; waited < t->patience_ms; waited += NAP_MS) {
        atomic_store(&t->waiting, 1);
        const uint32_t gate = atomic_load(&t->gate);
        if (inside(gate)) park(&t->gate, gate, NAP_MS);
        atomic_store(&t->waiting, 0);
        if (!inside(atomic_load(&t->gate))) return true;
    }
    return false;
}

void team_run(team *t, int items, int grain, team_work *work, void *job)
{
    if (t->threads == 1 || items <= grain) {
        work(job, 0, items, 0);
        return;
    }
    if (t->lost) return; /* a helper may still be at work on an earlier job */
    t->work = work;
    t->job = job;
    t->items = items;
    t->grain = grain;
    atomic_store(&t->next, 0);
    atomic_fetch_add(&t->gate, JOB);
    atomic_fetch_add(&t->bell, 1);
    if (atomic_load(&t->asleep)) unpark(&t->bell);
    take_items(t, 0);
    atomic_fetch_add(&t->gate, JOB);
    t->lost = !wait_for_helpers(t);
}

/* Enters the open job once; `last` is the gate's job that this helper worked on before. */
static bool enter(team *t, uint32_t *last)
{
    uint32_t gate = atomic_load(&t->gate);
    while (is_open(gate) && gate / JOB != *last) {
        if (!atomic_compare_exchange_weak(&t->gate, &gate, gate + HELPER)) continue;
        *last = gate / JOB;
        return true;
    }
    return false;
}

static void leave(team *t)
{
    const uint32_t gate = atomic_fetch_sub(&t->gate, HELPER) - HELPER;
    if (!is_open(gate) && !inside(gate) && atomic_load(&t->waiting)) unpark(&t->gate);
}

/* Until the bell no longer is what it was: first awake, then asleep. */
static void wait_for_bell(team *t, uint32_t was)
{
    for (int i = 0; i < SPINS; i++) {
        if (atomic_load(&t->bell) != was) return;
    }
    atomic_fetch_add(&t->asleep, 1);
    park(&t->bell, was, -1);
    atomic_fetch_sub(&t->asleep, 1);
}

void team_help(team *t, int thread)
{
    uint32_t last = 0; /* even: of no open job */
    for (;;) {
        const uint32_t bell = atomic_load(&t->bell);
        if (atomic_load(&t->released)) return;
        if (enter(t, &last)) {
            take_items(t, thread);
            leave(t);
        } else {
            wait_for_bell(t, bell);
        }
    }
}

void team_release(team *t)
{
    atomic_store(&t->released, 1);
    atomic_fetch_add(&t->bell, 1);
    unpark(&t->bell);
}
