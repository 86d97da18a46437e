"""Error-aware rounding of a matrix to q8: GPTQ (Frantar et al. 2022, arXiv:2210.17323).

Columns are rounded one after the other, and what the rounding of one does to the layer's output is
made good, as far as possible, by the columns that are still free. How far is known from the second
moments of the layer's input. SPDX-License-Identifier: MIT
"""
import numpy as np

from .encode import FOUR, FOUR_SUM, GROUP, LIMIT, q8_scales
from .forward import product

DAMPING = 0.01      # of the mean second moment, added to each: keeps the factor well conditioned
LEAF = 64           # triangular matrices this small are inverted by LAPACK


def factor(moments):
    """moments: x^T x of a layer's inputs, float64 [cols, cols] -> float32 U, upper triangular, with
    U^T U the inverse of the damped moments."""
    cols = len(moments)
    mean = float(np.trace(moments)) / cols
    damped = moments + (DAMPING * mean or 1.0) * np.eye(cols)
    lower = np.linalg.cholesky(damped[::-1, ::-1])
    return _inverse(lower)[::-1, ::-1].astype(np.float32)


def _inverse(lower):
    """Of a lower triangular matrix, by halves."""
    n = len(lower)
    if n <= LEAF:
        return np.tril(np.linalg.inv(lower))
    half = n // 2
    a, c = _inverse(lower[:half, :half]), _inverse(lower[half:, half:])
    inverse = np.zeros_like(lower)
    inverse[:half, :half], inverse[half:, half:] = a, c
    inverse[half:, :half] = -product(product(c, lower[half:, :half]), a)
    return inverse


def round_aware(matrix, u, act_bits):
    """float32 [rows, cols], factor's U -> (scales f16 [rows, groups], codes int8 [rows, cols])"""
    w = np.ascontiguousarray(matrix.T)  # [cols, rows]: a column of the matrix lies together
    cols, rows = w.shape
    codes = np.zeros((cols, rows), np.float32)
    chosen = []
    for start in range(0, cols, GROUP):
        end = min(start + GROUP, cols)
        scale = _scale(w[start:end], act_bits)
        chosen.append(scale)
        errors = _round_group(w[start:end], u[start:end, start:end], scale.astype(np.float32),
                              codes[start:end], act_bits)
        if end < cols:
            w[end:] -= product(u[start:end, end:].T, errors)
    return np.stack(chosen, axis=1), np.ascontiguousarray(codes.T).astype(np.int8)


def _scale(w, act_bits):
    """Of a group's columns w [<= 64, rows]: the smallest that keeps every code in range."""
    size = np.abs(w)
    largest = size.max(axis=0)
    if act_bits == 7:
        fours = np.add.reduceat(size, np.arange(0, len(w), FOUR), axis=0)
        largest = np.maximum(largest, fours.max(axis=0) * np.float32(LIMIT / FOUR_SUM))
    return q8_scales(largest)


def _round_group(w, u, scale, codes, act_bits):
    """Rounds the columns w [<= 64, rows] of one group in place; returns their errors, each divided
    by its diagonal entry of u."""
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    errors = np.empty_like(w)
    for i in range(len(w)):
        room = LIMIT
        if act_bits == 7:
            room = np.minimum(room, FOUR_SUM - np.abs(codes[i - i % FOUR:i]).sum(axis=0))
        codes[i] = np.clip(np.rint(w[i] * inverse), -room, room)
        errors[i] = (w[i] - codes[i] * scale) / u[i, i]
        w[i + 1:] -= u[i, i + 1:, None] * errors[i]
    return errors
