/* half.h - IEEE binary16 to binary32, exactly, and back to the nearest.
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_HALF_H
#define EVAX_HALF_H

#include <stdint.h>
#include <string.h>

static inline float half_to_f32(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16, exponent = h >> 10 & 31, fraction = h & 1023;
    if (exponent == 0) { /* zero and subnormals: fraction * 2^-24 */
        const float value = (float)fraction * 5.9604644775390625e-8f;
        return sign ? -value : value;
    }
    const uint32_t bits = sign | (exponent == 31 ? 255u : exponent + 112) << 23 | fraction << 13;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The nearest binary16, ties to even; infinite from 65520 on. A NaN stays one. */
static inline uint16_t f32_to_half(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    bits &= 0x7fffffffu;
    if (bits > 0x7f800000u) return sign | 0x7e00;
    if (bits >= 0x477ff000u) return sign | 0x7c00; /* 65520 */
    if (bits < 0x38800000u) {                      /* below 2^-14: in steps of 2^-24, which adding 1/2 rounds to */
        float size;
        memcpy(&size, &bits, sizeof size);
        size += 0.5f;
        memcpy(&bits, &size, sizeof bits);
        return (uint16_t)(sign | (bits - 0x3f000000u));
    }
    return (uint16_t)(sign | ((bits + 0xfffu + (bits >> 13 & 1)) - 0x38000000u) >> 13);
}

#endif
