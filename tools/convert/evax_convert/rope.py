"""The rotary position tables. SPDX-License-Identifier: MIT

A table here has one entry for each pair of channels: [g*g, hd/2], the first half of the entries for
the patch row, the second for the column. Checkpoints store every entry twice,
[g*g, hd] or [g, g, hd].
"""
import numpy as np

from .errors import ConvertError

THETA = 10000.0
FITS = 5e-4    # largest difference that half precision explains
EXACT = 1e-6   # largest difference that float32 arithmetic explains


def table(grid, pitch, head_dim):
    """cos, sin [g*g, hd/2] of the formula, in float32 and in the official order of operations."""
    half = head_dim // 2
    exponent = np.arange(0, half, 2, dtype=np.float32) / np.float32(half)
    frequency = np.float32(1) / np.power(np.float32(THETA), exponent)
    place = np.arange(grid, dtype=np.float32) / np.float32(grid) * np.float32(pitch)
    angle = np.outer(place, frequency)  # [g, hd/4]
    both = np.concatenate([np.repeat(angle, grid, axis=0), np.tile(angle, (grid, 1))], axis=1)
    return np.cos(both), np.sin(both)


def from_checkpoint(cos, sin, grid):
    """The stored tables with every entry once. Raises ConvertError if they are not EVA-X's kind."""
    tables = []
    for full in (cos.reshape(grid * grid, -1), sin.reshape(grid * grid, -1)):
        if not np.array_equal(full[:, 0::2], full[:, 1::2]):
            raise ConvertError("the RoPE table gives two channels of a pair different angles; "
                               "this is not EVA-X's rotary embedding")
        tables.append(np.ascontiguousarray(full[:, 0::2]))
    return tuple(tables)


def recognise(cos, sin, grid):
    """(pitch, error): the pre-training grid whose formula gives these tables, and the largest
    difference from it; pitch is None when none fits."""
    def difference(pitch):
        c, s = table(grid, pitch, 2 * cos.shape[1])
        return float(max(np.abs(c - cos).max(), np.abs(s - sin).max()))

    error, pitch = min((difference(p), p) for p in (14, 16, grid))
    return (pitch if error <= FITS else None), error
