/* real_math.h - logarithm, exponential, sine and cosine in double precision, the same bits on every machine:
 * libm rounds by its own rules, and a converter that used it would write other models elsewhere.
 * Errors are below 4 units in the last place; results that become floats are almost always the nearest.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_REAL_MATH_H
#define EVAX_REAL_MATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static const double REAL_LN2 = 0.69314718055994530942;

static inline double real_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ln x for normal x > 0: x = 2^n m with m in sqrt(1/2)..sqrt(2), ln m = 2 artanh((m - 1) / (m + 1)). */
static inline double real_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int n = (int)(bits >> 52) - 1023;
    double m = real_of_bits((bits & 0xfffffffffffffull) | 0x3ff0000000000000ull);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        n++;
    }
    const double s = (m - 1.0) / (m + 1.0), square = s * s;
    double sum = 0.0;
    for (int i = 25; i >= 1; i -= 2) sum = sum * square + 1.0 / i;
    return n * REAL_LN2 + 2.0 * s * sum;
}

/* e^x for |x| < 700: x = n ln 2 + r, e^r by its series. */
static inline double real_exp(double x)
{
    const double n = rint(x / REAL_LN2);
    /* ln 2 in two parts: the first has 32 bits, so that n times it is exact. */
    const double r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10;
    double sum = 1.0;
    for (int i = 14; i >= 1; i--) sum = 1.0 + r / i * sum;
    return sum * real_of_bits((uint64_t)((int64_t)n + 1023) << 52);
}

/* sin (odd) or cos (even) of r in +-pi/4 by the series. */
static inline double real_series(double r, int odd)
{
    const double square = r * r;
    double sum = 1.0;
    for (int i = 18 + odd; i >= 2; i -= 2) sum = 1.0 - square / (i * (i - 1)) * sum;
    return odd ? r * sum : sum;
}

/* cos(x - quarter * pi/2) for |x| < 1e5. */
static inline double real_turn(double x, int quarter)
{
    const double n = rint(x / 1.57079632679489661923);
    /* pi/2 in two parts: the first has 33 bits. */
    const double r = (x - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11;
    const int turns = (int)((int64_t)n - quarter) & 3;
    const double value = real_series(r, turns & 1);
    return turns == 1 || turns == 2 ? -value : value;
}

static inline double real_cos(double x) { return real_turn(x, 0); }
static inline double real_sin(double x) { return real_turn(x, 1); }

#endif
