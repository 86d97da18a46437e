/* pool_virtual.c - thread_pool.h for predictions: one thread does the work of n, piece by piece, and a clock for each of
 * the n says when it would have been done.
 *
 *     takes of a job, in order ── each to the thread that is free first, as a pool hands them out ── n clocks
 *     a job lasts as long as its slowest thread; what lies between two jobs is added as it is
 *
 * So the prediction knows the order of the work, its grain and what only one thread can do. It does not know caches and
 * memory that threads share, nor what opening a job costs: tools/bench/threads.js counts the jobs, and measures that.
 * SPDX-License-Identifier: MIT */
#include "clock.h"
#include "thread_pool.h"

#define EXPORT(name) __attribute__((export_name(#name))) name

/* Milliseconds, by the host's clock. */
static double now(void) { return 1e3 * seconds_now(); }

enum { MAX_TAKES = 1 << 15, MAX_JOBS = 1 << 10, SERIES = 8 };

/* The same pass is run again and again, and the least time of each piece counts: what other programs take of the machine
 * only adds. Series, one for each number of threads, take turns, since the machine is not always equally fast. */
static double take_ms[SERIES][MAX_TAKES], gap_ms[SERIES][MAX_JOBS];

static struct {
    int threads, series, pass;
    double clock_ms;  /* what reading the clock takes */
    double done;      /* when the last job was done, by the host's clock */
    double serial_ms; /* of work outside of jobs */
    double chain_ms;  /* of jobs: the slowest thread's work in each, summed */
    double work_ms;   /* of jobs: all threads' */
    int jobs, takes;
} meter;

/* The least time of a piece so far, with this one. */
static double least(double *of, double ms)
{
    const double own = ms > meter.clock_ms ? ms - meter.clock_ms : 0;
    if (meter.pass == 0 || own < *of) *of = own;
    return *of;
}

void thread_pool_init(thread_pool *pool) { *pool = (thread_pool){ .capacity = 1, .threads = 1, .active = 1 }; }

bool thread_pool_set_threads(thread_pool *pool, int threads)
{
    pool->threads = threads;
    return threads >= 1 && threads <= EVX_MAX_THREADS;
}

bool thread_pool_use(thread_pool *pool, int active)
{
    pool->active = (uint32_t)active;
    return active >= 1 && active <= pool->threads;
}

static int free_first(const double *clocks)
{
    int first = 0;
    for (int i = 1; i < meter.threads; i++) first = clocks[i] < clocks[first] ? i : first;
    return first;
}

static double latest(const double *clocks)
{
    double last = 0;
    for (int i = 0; i < meter.threads; i++) last = clocks[i] > last ? clocks[i] : last;
    return last;
}

static void end_gap(double start)
{
    meter.serial_ms += least(&gap_ms[meter.series][meter.jobs % MAX_JOBS], start - meter.done);
}

void parallel_for(thread_pool *pool, int items, int most, parallel_body *body, void *job)
{
    const int grain = thread_pool_grain((int)pool->active, items, most);
    double clocks[EVX_MAX_THREADS] = { 0 };
    end_gap(now());
    for (int first = 0; first < items; first += grain) {
        const int last = items - first < grain ? items : first + grain, thread = free_first(clocks);
        const double start = now();
        body(job, first, last, thread);
        const double ms = least(&take_ms[meter.series][meter.takes % MAX_TAKES], now() - start);
        clocks[thread] += ms;
        meter.work_ms += ms;
        meter.takes++;
    }
    meter.chain_ms += latest(clocks);
    meter.jobs++;
    meter.done = now();
}

void worker_loop(thread_pool *pool, int thread) { (void)pool, (void)thread; }
void thread_pool_shutdown(thread_pool *pool) { (void)pool; }

/* Milliseconds of a call of now(): the least of some samples. */
static double clock_cost(void)
{
    enum { TRIES = 100, CALLS = 20 };
    double least_ms = 1.0;
    for (int i = 0; i < TRIES; i++) {
        const double start = now();
        for (int call = 1; call < CALLS; call++) now();
        const double ms = (now() - start) / CALLS;
        least_ms = ms < least_ms ? ms : least_ms;
    }
    return least_ms;
}

/* Starts pass `pass`, from 0, of a prediction for so many threads; series: 0..SERIES-1, its own. */
void EXPORT(virtual_begin)(int threads, int series, int pass)
{
    const double clock_ms = clock_cost();
    meter.threads = threads;
    meter.series = series;
    meter.pass = pass;
    meter.clock_ms = meter.clock_ms > 0 && meter.clock_ms < clock_ms ? meter.clock_ms : clock_ms;
    meter.serial_ms = meter.chain_ms = meter.work_ms = 0;
    meter.jobs = meter.takes = 0;
    meter.done = now();
}

/* Ends it: what was serial since the last job. The numbers below are of the pass that ended last. */
void EXPORT(virtual_end)(void) { end_gap(now()); }

double EXPORT(virtual_serial_ms)(void) { return meter.serial_ms; }
double EXPORT(virtual_chain_ms)(void) { return meter.chain_ms; }
double EXPORT(virtual_work_ms)(void) { return meter.work_ms; }
int EXPORT(virtual_jobs)(void) { return meter.jobs; }
int EXPORT(virtual_takes)(void) { return meter.takes; }
