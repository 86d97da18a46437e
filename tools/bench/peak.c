/* peak.c - streams of the instructions that the matrix kernels are made of.
 * SPDX-License-Identifier: MIT */
#include "peak.h"

#include "kernels/simd.h"

enum { CHAINS = 12, ROUNDS = 20000 };

/* Each result feeds the next operand of its own chain, so that no compiler can move it out of the
 * loop; kept makes the results count. */
static volatile float kept;
static volatile int one = 1;

#define STREAM(name, init, step) \
    static __attribute__((noinline)) void name(void *unused) \
    { \
        (void)unused; \
        const v128_t a = init((float)one * 0.5f), b = init((float)one * 0.25f); \
        v128_t chain[CHAINS]; \
        for (int i = 0; i < CHAINS; i++) chain[i] = init((float)(one + i)); \
        for (int round = 0; round < ROUNDS; round++) { \
            for (int i = 0; i < CHAINS; i++) chain[i] = step(chain[i], a, b); \
        } \
        v128_t all = chain[0]; \
        for (int i = 1; i < CHAINS; i++) all = wasm_v128_xor(all, chain[i]); \
        kept = wasm_f32x4_extract_lane(all, 0); \
    }

#define SPLAT_BYTES(x) wasm_i8x16_splat((signed char)(4.0f * (x)))

/* Four multiply-adds. */
#define MUL_ADD(c, a, b) wasm_f32x4_add(b, wasm_f32x4_mul(a, c))
#define MADD(c, a, b) wasm_f32x4_relaxed_madd(a, c, b)

/* Eight: pairs of 16-bit products. */
#define DOT16(c, a, b) wasm_i32x4_add(b, wasm_i32x4_dot_i16x8(a, c))

/* Thirty-two: two products of bytes, added in 16 bits, then widened. */
#define DOT8X2(c, a, b) \
    wasm_i32x4_add(b, wasm_i32x4_dot_i16x8(wasm_i16x8_add(wasm_i16x8_relaxed_dot_i8x16_i7x16(a, c), \
                                                          wasm_i16x8_relaxed_dot_i8x16_i7x16(b, c)), \
                                           a))

STREAM(dot16, SPLAT_BYTES, DOT16)
const peak peak_q8 = { "i32x4.dot_i16x8 + add", dot16, 8.0 * (CHAINS * ROUNDS) };

#ifdef EVAX_RELAXED
STREAM(madd, wasm_f32x4_splat, MADD)
STREAM(dot8x2, SPLAT_BYTES, DOT8X2)
const peak peak_f32 = { "f32x4.relaxed_madd", madd, 4.0 * (CHAINS * ROUNDS) };
const peak peak_q7 = { "2 i16x8.relaxed_dot + add + dot + add", dot8x2, 32.0 * (CHAINS * ROUNDS) };
#else
STREAM(mul_add, wasm_f32x4_splat, MUL_ADD)
const peak peak_f32 = { "f32x4.mul + add", mul_add, 4.0 * (CHAINS * ROUNDS) };
const peak peak_q7 = { "i32x4.dot_i16x8 + add", dot16, 8.0 * (CHAINS * ROUNDS) };
#endif
