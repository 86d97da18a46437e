/* peak.h - how fast a matrix kernel's own instructions can go: its arithmetic on registers alone,
 * no memory, twelve independent chains so that latency does not count.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_BENCH_PEAK_H
#define EVAX_BENCH_PEAK_H

/* run: a while of the stream; macs: the multiply-adds in it. */
typedef struct peak {
    const char *name;
    void (*run)(void *unused);
    double macs;
} peak;

/* The streams of gemm_f32, q7.gemm, q8.gemm of the kernels that this build takes. */
extern const peak peak_f32, peak_q7, peak_q8;

#endif
