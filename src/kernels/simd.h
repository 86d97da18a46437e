/* simd.h - 128-bit WebAssembly SIMD: the compiler's intrinsics in wasm, SIMDe's elsewhere, so that
 * the same kernels run natively under the sanitizers. The only file that knows the difference.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_SIMD_H
#define EVAX_SIMD_H

#ifdef __wasm__
#include <wasm_simd128.h>
#else
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/wasm/simd128.h>
/* SIMDe has no relaxed operations under their final names; this is one of their allowed outcomes. */
#define wasm_f32x4_relaxed_madd(a, b, c) wasm_f32x4_add(wasm_f32x4_mul(a, b), c)
#define wasm_i32x4_relaxed_trunc_f32x4(a) wasm_i32x4_trunc_sat_f32x4(a)
/* Sums of adjacent products of signed bytes and bytes 0..127; 2 * 127 * 128 fits 16 bits, so every
 * host gives this. */
static inline v128_t wasm_i16x8_relaxed_dot_i8x16_i7x16(v128_t a, v128_t b)
{
    const v128_t low = wasm_i16x8_extmul_low_i8x16(a, b), high = wasm_i16x8_extmul_high_i8x16(a, b);
    return wasm_i16x8_add(wasm_i16x8_shuffle(low, high, 0, 2, 4, 6, 8, 10, 12, 14),
                          wasm_i16x8_shuffle(low, high, 1, 3, 5, 7, 9, 11, 13, 15));
}
static inline v128_t wasm_i32x4_relaxed_dot_i8x16_i7x16_add(v128_t a, v128_t b, v128_t c)
{
    return wasm_i32x4_add(c, wasm_i32x4_extadd_pairwise_i16x8(wasm_i16x8_relaxed_dot_i8x16_i7x16(a, b)));
}
#endif

#include "fmath.h"

/* Before a loop over the rows or columns of a tile, all of which must become registers; and before one that stays. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#define NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define UNROLL
#define NO_UNROLL
#endif

/* Between two steps of a tile: the compiler would move the steps into one another, until their operands no longer
 * fit into the registers. It moves nothing over the end of a basic block; the engine sees that zero is 0 and that
 * the block does not end there. zero is an int variable of the caller, 0. */
#ifdef __wasm__
#define KEEP_ORDER(zero) \
    do { \
        __asm__ volatile("" : "+r"(zero)); \
        if (zero) __builtin_trap(); \
    } while (0)
#else
#define KEEP_ORDER(zero) (void)(zero)
#endif

/* What an array holds lies in memory here, not in registers. */
#ifdef __wasm__
#define IN_MEMORY(array) __asm__ volatile("" : : "r"(array) : "memory")
#else
#define IN_MEMORY(array) (void)(array)
#endif

/* How many of the tiles over m rows have one row less than `rows`, so that none is left over; 0 if m is too small. */
static inline int smaller_tiles(int m, int rows)
{
    const int count = (rows - m % rows) % rows;
    return m >= count * (rows - 1) ? count : 0;
}

/* A lane of x in every lane; 64-bit Arm multiplies by it as it lies. lane is a constant at every call. */
static inline __attribute__((always_inline)) v128_t lane_of(v128_t x, const int lane)
{
    switch (lane) {
    case 0: return wasm_i32x4_shuffle(x, x, 0, 0, 0, 0);
    case 1: return wasm_i32x4_shuffle(x, x, 1, 1, 1, 1);
    case 2: return wasm_i32x4_shuffle(x, x, 2, 2, 2, 2);
    default: return wasm_i32x4_shuffle(x, x, 3, 3, 3, 3);
    }
}

/* Constants for loops. Known constants are moved into the loop by the compiler, and V8 then builds them in
 * every iteration; the empty assembly hides the value, so that it is built once, before the loop. */
static inline v128_t const_i32x4(int32_t c)
{
#ifdef __wasm__
    __asm__("" : "+r"(c));
#endif
    return wasm_i32x4_splat(c);
}

static inline v128_t const_f32x4(float c)
{
#ifdef __wasm__
    __asm__("" : "+r"(c));
#endif
    return wasm_f32x4_splat(c);
}

/* The lane order of sum8 in fmath.h: s0 holds lanes 0..3, s1 lanes 4..7. */
static inline float sum8_lanes(v128_t s0, v128_t s1)
{
    const v128_t s = wasm_f32x4_add(s0, s1);
    return (wasm_f32x4_extract_lane(s, 0) + wasm_f32x4_extract_lane(s, 2)) +
           (wasm_f32x4_extract_lane(s, 1) + wasm_f32x4_extract_lane(s, 3));
}

/* exp_f32 of fmath.h on four lanes. pmax(a, b) is a < b ? b : a. */
static inline v128_t exp_f32x4(v128_t x)
{
    x = wasm_f32x4_pmax(const_f32x4(EXP_LO), x);
    x = wasm_f32x4_pmin(x, const_f32x4(EXP_HI));
    const v128_t round = const_f32x4(EXP_ROUND);
    const v128_t rounded = wasm_f32x4_add(wasm_f32x4_mul(x, const_f32x4(EXP_LOG2E)), round);
    const v128_t n = wasm_f32x4_sub(rounded, round);
    v128_t r = wasm_f32x4_sub(x, wasm_f32x4_mul(n, const_f32x4(EXP_LN2_HI)));
    r = wasm_f32x4_sub(r, wasm_f32x4_mul(n, const_f32x4(EXP_LN2_LO)));
    v128_t p = const_f32x4(EXP_P0);
    p = wasm_f32x4_add(wasm_f32x4_mul(p, r), const_f32x4(EXP_P1));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, r), const_f32x4(EXP_P2));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, r), const_f32x4(EXP_P3));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, r), const_f32x4(EXP_P4));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, r), const_f32x4(EXP_P5));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, wasm_f32x4_mul(r, r)), r);
    p = wasm_f32x4_add(p, const_f32x4(1.0f));
    return wasm_i32x4_add(p, wasm_i32x4_shl(rounded, 23));
}

/* exp2_code of fmath.h on four lanes, in the low half of each; the bits of EXP_ROUND are above it. */
static inline v128_t exp2_low_codes4(v128_t x, v128_t limit)
{
    x = wasm_f32x4_pmax(const_f32x4(EXP2_LO), x);
    const v128_t round = const_f32x4(EXP_ROUND);
    const v128_t rounded = wasm_f32x4_add(x, round);
    const v128_t f = wasm_f32x4_sub(x, wasm_f32x4_sub(rounded, round));
    v128_t p = const_f32x4(EXP2_P4);
    p = wasm_f32x4_add(wasm_f32x4_mul(p, f), const_f32x4(EXP2_P3));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, f), const_f32x4(EXP2_P2));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, f), const_f32x4(EXP2_P1));
    p = wasm_f32x4_add(wasm_f32x4_mul(p, f), const_f32x4(1.0f));
    p = wasm_i32x4_add(p, wasm_i32x4_shl(rounded, 23));
    return wasm_f32x4_add(wasm_f32x4_mul(p, limit), round);
}

/* exp2_code of fmath.h on four lanes. */
static inline v128_t exp2_codes4(v128_t x, v128_t limit)
{
    return wasm_i32x4_sub(exp2_low_codes4(x, limit), const_f32x4(EXP_ROUND));
}

/* code_i16 of fmath.h on four lanes. */
static inline v128_t codes_i16x4(v128_t x, v128_t inverse)
{
    const v128_t round = const_f32x4(EXP_ROUND);
    return wasm_i32x4_sub(wasm_f32x4_add(wasm_f32x4_mul(x, inverse), round), round);
}

/* Bits of |x|: as integers they order as the magnitudes do, infinities and NaN on top. */
static inline v128_t max_bits4(v128_t bits, v128_t x) { return wasm_i32x4_max(bits, wasm_f32x4_abs(x)); }

/* Activation codes of four values, as 32-bit lanes: (x - lo) * inverse rounded half up. Of a row from lo to hi none
 * is larger than levels: hi gives levels, but for three roundings. What is not a number becomes 0. */
static inline v128_t codes4(const float *x, v128_t lo, v128_t inverse)
{
    const v128_t v = wasm_f32x4_mul(wasm_f32x4_sub(wasm_v128_load(x), lo), inverse);
    return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_add(v, const_f32x4(0.5f)));
}

#endif
