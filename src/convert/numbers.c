/* numbers.c - f64, f32, binary16 and bfloat16 to floats, and a float rounded to one of them.
 * SPDX-License-Identifier: MIT */
#include "convert/numbers.h"

#include "bytes.h"
#include "half.h"

size_t stored_bytes(stored kind)
{
    static const size_t bytes[STORED_KINDS] = { 8, 4, 2, 2 };
    return bytes[kind];
}

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The nearest float; infinite where x is too large for one. C leaves that undefined, IEEE does not: to
 * infinity from half a unit above the largest float. */
static float from_double(double x)
{
    static const double OVERFLOWS = 340282356779733661637539395458142568448.0; /* 2^128 - 2^103 */
    if (x >= OVERFLOWS || x <= -OVERFLOWS) return from_bits(x > 0 ? 0x7f800000u : 0xff800000u);
    return (float)x;
}

static float read_one(const uint8_t *at, stored kind)
{
    double wide;
    switch (kind) {
    case STORED_F64: memcpy(&wide, &(uint64_t){ le64(at) }, sizeof wide); return from_double(wide);
    case STORED_F32: return lef32(at);
    case STORED_F16: return half_to_f32(le16(at));
    case STORED_BF16: return from_bits((uint32_t)le16(at) << 16);
    case STORED_KINDS: break;
    }
    return 0.0f;
}

size_t numbers_read(float *out, const void *bytes, size_t count, stored kind, size_t *first)
{
    const size_t size = stored_bytes(kind);
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = read_one((const uint8_t *)bytes + i * size, kind);
        if (out[i] - out[i] == 0.0f) continue;
        if (!wrong++) *first = i;
    }
    return wrong;
}

static float rounded_bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return from_bits((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000u);
}

float number_rounded(float x, stored kind)
{
    if (kind == STORED_F16) return half_to_f32(f32_to_half(x));
    return kind == STORED_BF16 ? rounded_bf16(x) : x;
}
