/* fmath.h - the few functions that must give the same bits on every machine: products and sums in a
 * fixed order, nothing from libm that rounds by its own rules. The SIMD kernels repeat these
 * operations lane by lane; change both together (tests/src/test_kernels.c compares bits).
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_FMATH_H
#define EVAX_FMATH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

static inline uint32_t bits_of_f32(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float f32_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* e^x = 2^n e^r, r = x - n ln 2 in +-0.35; ln 2 in two parts so that r is exact; e^r by a polynomial
 * of degree 6. Adding ROUND, 1.5 * 2^23, rounds x / ln 2 to the integer n and leaves n in the low bits
 * of the sum. Relative error below 2e-7. Outside LO..HI the nearest end; NaN gives e^LO. */
#define EXP_LO (-87.0f)
#define EXP_HI 88.0f
#define EXP_ROUND 12582912.0f
#define EXP_LOG2E 1.44269504f
#define EXP_LN2_HI 0.693359375f
#define EXP_LN2_LO (-2.12194440e-4f)
#define EXP_P0 1.9875691500e-4f
#define EXP_P1 1.3981999507e-3f
#define EXP_P2 8.3334519073e-3f
#define EXP_P3 4.1665795894e-2f
#define EXP_P4 1.6666665459e-1f
#define EXP_P5 5.0000001201e-1f

static inline float exp_f32(float x)
{
    x = EXP_LO < x ? x : EXP_LO;
    x = EXP_HI < x ? EXP_HI : x;
    const float rounded = x * EXP_LOG2E + EXP_ROUND, n = rounded - EXP_ROUND;
    const float r = (x - n * EXP_LN2_HI) - n * EXP_LN2_LO;
    float p = EXP_P0;
    p = p * r + EXP_P1;
    p = p * r + EXP_P2;
    p = p * r + EXP_P3;
    p = p * r + EXP_P4;
    p = p * r + EXP_P5;
    p = p * (r * r) + r;
    p = p + 1.0f;
    return f32_of_bits(bits_of_f32(p) + (bits_of_f32(rounded) << 23)); /* p 2^n */
}

/* limit * 2^x as an integer, rounded half to even, for x <= 0; below -32, and for NaN, as at -32. 2^x = 2^n 2^f,
 * f in +-0.5; 2^f by a polynomial of degree 4, relative error below 4e-6. */
#define EXP2_LO (-32.0f)
#define EXP2_P1 0.693146906f
#define EXP2_P2 0.240222115f
#define EXP2_P3 0.0555072485f
#define EXP2_P4 0.00967034865f

/* x, rounded half to even, for |x| < 2^22: adding EXP_ROUND leaves the integer in the low bits. */
static inline int nearest(float x) { return (int)(bits_of_f32(x + EXP_ROUND) - bits_of_f32(EXP_ROUND)); }

static inline int exp2_code(float x, float limit)
{
    x = EXP2_LO < x ? x : EXP2_LO;
    const float rounded = x + EXP_ROUND, f = x - (rounded - EXP_ROUND);
    float p = EXP2_P4;
    p = p * f + EXP2_P3;
    p = p * f + EXP2_P2;
    p = p * f + EXP2_P1;
    p = p * f + 1.0f;
    return nearest(f32_of_bits(bits_of_f32(p) + (bits_of_f32(rounded) << 23)) * limit);
}

/* The larger of the bits of a magnitude and those of |x|. */
static inline uint32_t max_bits(uint32_t bits, float x)
{
    const uint32_t own = bits_of_f32(x) & 0x7fffffffu;
    return bits < own ? own : bits;
}

/* Whether numbers of which `size` is the largest magnitude have codes: not (nearly) zeros, and finite. */
static inline int has_codes(float size) { return size > 1e-30f && size < INFINITY; }

/* x * inverse as an integer, in -top..top for inverse = top / size and |x| <= size. */
static inline int code_i16(float x, float inverse) { return nearest(x * inverse); }

/* silu(x) = x * sigmoid(x) */
static inline float silu_f32(float x) { return x / (1.0f + exp_f32(-x)); }

/* The order in which eight partial sums become one. */
static inline float sum8(const float s[8])
{
    const float a = s[0] + s[4], b = s[1] + s[5], c = s[2] + s[6], d = s[3] + s[7];
    return (a + c) + (b + d);
}

#endif
