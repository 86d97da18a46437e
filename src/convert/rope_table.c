/* rope_table.c - cosines and sines by the formula; a stored table halved, and the formula nearest to it.
 * SPDX-License-Identifier: MIT */
#include "convert/rope_table.h"

#include "convert/real_math.h"

static const double THETA = 10000.0;

/* Turns of pair j, of those of a row or of a column, a unit of place. */
static float frequency(int j, int pairs)
{
    const float exponent = (float)(2 * j) / (float)pairs;
    return 1.0f / (float)real_exp((double)exponent * real_log(THETA));
}

void rope_table(float *cos, float *sin, int grid, int pitch, int pairs)
{
    for (int token = 0; token < grid * grid; token++) {
        for (int j = 0; j < pairs; j++) {
            const int half = pairs / 2, place = j < half ? token / grid : token % grid;
            const float t = (float)place / (float)grid * (float)pitch, angle = t * frequency(j % half, pairs);
            *cos++ = (float)real_cos(angle);
            *sin++ = (float)real_sin(angle);
        }
    }
}

bool rope_halve(float *pairs, const float *stored, int count)
{
    bool same = true;
    for (int i = 0; i < count; i++) {
        same &= stored[2 * i] == stored[2 * i + 1];
        pairs[i] = stored[2 * i];
    }
    return same;
}

static float largest_difference(const float *a, const float *b, int count)
{
    float largest = 0.0f;
    for (int i = 0; i < count; i++) {
        const float difference = fabsf(a[i] - b[i]);
        largest = difference > largest ? difference : largest;
    }
    return largest;
}

int rope_pitch(const float *cos, const float *sin, int grid, int pairs, float *scratch, float *error)
{
    const int count = grid * grid * pairs, pitches[] = { 14, 16, grid };
    int best = 0;
    for (int i = 0; i < 3; i++) {
        rope_table(scratch, scratch + count, grid, pitches[i], pairs);
        const float c = largest_difference(scratch, cos, count),
                    s = largest_difference(scratch + count, sin, count);
        const float largest = c > s ? c : s;
        /* Of equal ones the smaller pitch. */
        if (best && (largest > *error || (largest == *error && pitches[i] >= best))) continue;
        best = pitches[i];
        *error = largest;
    }
    return best;
}
