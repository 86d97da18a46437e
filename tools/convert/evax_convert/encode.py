"""Matrices as the container stores them: f32, f16, q8 (model/FORMAT.md, section 3).
SPDX-License-Identifier: MIT"""
import numpy as np

from .errors import ConvertError

GROUP = 64  # inputs that share a q8 scale
LIMIT = 127
FOUR, FOUR_SUM = 4, 258  # with 7-bit activations: neighbours, and the most their magnitudes sum to


def stored_bytes(rows, cols, dtype):
    """Bytes of a matrix in the container."""
    row = {"f32": 4 * cols, "f16": 2 * cols, "q8": 2 * _groups(cols) + cols}[dtype]
    return rows * row


def encode(matrix, dtype, name):
    """float32 [rows, cols] -> (bytes as uint8 [rows, n], the float32 matrix that a reader gets), for
    f32 and f16. Raises ConvertError where a number does not fit the dtype."""
    with np.errstate(over="ignore"):  # what becomes inf is refused
        stored, read = {"f32": _f32, "f16": _f16}[dtype](np.ascontiguousarray(matrix))
    check_finite(read, matrix, dtype, name)
    return stored, read


def check_finite(read, matrix, dtype, name):
    """Raises ConvertError if a number of `matrix` did not fit the dtype."""
    if not np.isfinite(read).all():
        raise ConvertError(f"{name} has weights up to {np.abs(matrix).max():.3g}, too large for "
                           f"{dtype}; convert with --dtype f32")


def _f32(matrix):
    return matrix.astype("<f4", copy=False).view(np.uint8), matrix


def _f16(matrix):
    half = matrix.astype("<f2")
    return half.view(np.uint8), half.astype(np.float32)


def q8_bytes(scale, codes):
    """f16 [rows, groups], int8 [rows, cols] -> uint8 [rows, n]"""
    return np.concatenate([scale.view(np.uint8), codes.view(np.uint8)], axis=1)


def q8_values(scale, codes):
    """The float32 matrix that a reader gets."""
    wide = np.repeat(scale.astype(np.float32), GROUP, axis=1)[:, :codes.shape[1]]
    return wide * codes


def q8_scales(largest):
    """The smallest f16 scales that bring the largest magnitudes of groups to at most 127. The product
    of an f16 and 127 is exact in float32, so the comparison is."""
    scale = (largest / np.float32(LIMIT)).astype("<f2")
    short = scale.astype(np.float32) * LIMIT < largest
    return np.where(short, np.nextafter(scale, np.float16(np.inf)), scale).astype("<f2")


def _groups(cols):
    return -(-cols // GROUP)
