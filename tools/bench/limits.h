/* limits.h - how fast a matrix kernel's own instructions can go: its arithmetic on registers alone,
 * no memory, twelve independent chains so that latency does not count.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_BENCH_LIMITS_H
#define EVAX_BENCH_LIMITS_H

/* run: a while of the stream; macs: the multiply-adds in it. */
typedef struct limit {
    const char *name;
    void (*run)(void *unused);
    double macs;
} limit;

/* The streams of gemm_f32, q7.gemm, q8.gemm of the kernels that this build takes. */
extern const limit limit_f32, limit_q7, limit_q8;

#endif
