/* pos_embed.c - a grid of vectors, resampled by four taps down and four across.
 * SPDX-License-Identifier: MIT */
#include "convert/pos_embed.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { TAPS = 4 };

/* The entries along one axis that make an output, and what each counts. */
typedef struct taps {
    int at[TAPS];
    double weight[TAPS];
} taps;

static double cubic(double d)
{
    static const double A = -0.75;
    if (d <= 1.0) return ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0;
    return ((A * d - 5.0 * A) * d + 8.0 * A) * d - 4.0 * A;
}

static taps taps_of(int output, int old, int grid)
{
    const double source = (output + 0.5) * ((double)old / grid) - 0.5;
    const int first = (int)floor(source) - 1;
    taps t;
    for (int i = 0; i < TAPS; i++) {
        const int at = first + i;
        t.at[i] = at < 0 ? 0 : at >= old ? old - 1 : at;
        t.weight[i] = cubic(fabs(source - at));
    }
    return t;
}

void pos_embed_resize(float *out, int grid, const float *pos, int old, int channels)
{
    memcpy(out, pos, (size_t)channels * sizeof *out);
    out += channels;
    pos += channels;
    for (int n = 0; n < grid * grid; n++, out += channels) {
        const taps rows = taps_of(n / grid, old, grid), cols = taps_of(n % grid, old, grid);
        for (int c = 0; c < channels; c++) {
            double sum = 0.0;
            for (int y = 0; y < TAPS; y++) {
                double along = 0.0;
                for (int x = 0; x < TAPS; x++) {
                    along +=
                        cols.weight[x] * (double)pos[((ptrdiff_t)rows.at[y] * old + cols.at[x]) * channels + c];
                }
                sum += rows.weight[y] * along;
            }
            out[c] = (float)sum;
        }
    }
}
