/* rope_table.h - rotary position tables (model/ARCHITECTURE.md section 4).
 *
 * A table here has one entry for each pair of channels: [g*g][hd/2], the first half of a row's entries for the
 * patch row, the second for the column. Checkpoints store every entry twice: [g*g][hd].
 * SPDX-License-Identifier: MIT */
#ifndef EVAX_ROPE_TABLE_H
#define EVAX_ROPE_TABLE_H

#include <stdbool.h>

/* cos, sin [grid*grid][pairs] of the formula, in floats and in the official order of operations. pitch: the
 * grid of pre-training; pairs = hd/2, even. */
void rope_table(float *cos, float *sin, int grid, int pitch, int pairs);

/* pairs[count] = the entries of stored[2 * count], each once. False if two that belong together differ: then
 * the table is not EVA-X's kind. */
bool rope_halve(float *pairs, const float *stored, int count);

/* The pitch (14, 16 or grid) whose formula is nearest to the table, and in *error the largest difference
 * from it. scratch: room for grid*grid*pairs*2 floats. */
int rope_pitch(const float *cos, const float *sin, int grid, int pairs, float *scratch, float *error);

#endif
