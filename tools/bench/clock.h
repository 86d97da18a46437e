/* clock.h - how long one call takes: repeated until a sample is long enough for the clock, sampled
 * until the machine's other work has let one through. The minimum counts: noise only ever adds.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_BENCH_CLOCK_H
#define EVAX_BENCH_CLOCK_H

#include <time.h>

enum { SAMPLES = 15 };
static const double SAMPLE_SECONDS = 3e-3;

static inline double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline double seconds_of(void (*work)(void *), void *on, int calls)
{
    const double start = seconds_now();
    for (int i = 0; i < calls; i++) work(on);
    return seconds_now() - start;
}

/* Seconds that one call of work(on) takes. The calibration also lets a wasm engine compile it. */
static inline double measure(void (*work)(void *), void *on)
{
    int calls = 1;
    while (seconds_of(work, on, calls) < SAMPLE_SECONDS) calls *= 2;
    double best = seconds_of(work, on, calls);
    for (int i = 1; i < SAMPLES; i++) {
        const double s = seconds_of(work, on, calls);
        if (s < best) best = s;
    }
    return best / calls;
}

#endif
