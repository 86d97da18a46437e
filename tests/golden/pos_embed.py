"""The position embedding at another grid: bicubic, a = -0.75, half-pixel centers,
edges clamped, no antialiasing; the CLS entry stays. SPDX-License-Identifier: MIT"""
import numpy as np

A = -0.75


def resize(pos, grid):
    """pos float32 [1+g*g, C] -> [1+grid*grid, C]."""
    old = round((pos.shape[0] - 1) ** 0.5)
    along = _matrix(old, grid)
    image = pos[1:].astype(np.float64).reshape(old, old, -1)
    patches = np.einsum("oi,pj,ijc->opc", along, along, image, optimize=True)
    return np.concatenate([pos[:1], patches.reshape(grid * grid, -1).astype(np.float32)])


def _matrix(n_in, n_out):
    """[n_out, n_in]: each row holds the four weights of one output."""
    matrix = np.zeros((n_out, n_in))
    for o in range(n_out):
        source = (o + 0.5) * (n_in / n_out) - 0.5
        first = int(np.floor(source))
        for tap in range(first - 1, first + 3):
            matrix[o, min(max(tap, 0), n_in - 1)] += _weight(abs(source - tap))
    return matrix


def _weight(d):
    if d <= 1:
        return ((A + 2) * d - (A + 3)) * d * d + 1
    return ((A * d - 5 * A) * d + 8 * A) * d - 4 * A
