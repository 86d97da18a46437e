"""Matrices as the container stores them: f32, f16, q8 (model/FORMAT.md, section 3).
SPDX-License-Identifier: MIT"""
import numpy as np

from .errors import ConvertError

GROUP = 64  # inputs that share a q8 scale
LIMIT = 127


def stored_bytes(rows, cols, dtype):
    """Bytes of a matrix in the container."""
    row = {"f32": 4 * cols, "f16": 2 * cols, "q8": 2 * _groups(cols) + cols}[dtype]
    return rows * row


def encode(matrix, dtype, name):
    """float32 [rows, cols] -> (bytes as uint8 [rows, n], the float32 matrix that a reader gets).
    Raises ConvertError where a number does not fit the dtype."""
    with np.errstate(over="ignore"):  # what becomes inf is refused
        stored, read = {"f32": _f32, "f16": _f16, "q8": _q8}[dtype](np.ascontiguousarray(matrix))
    if not np.isfinite(read).all():
        raise ConvertError(f"{name} has weights up to {np.abs(matrix).max():.3g}, too large for "
                           f"{dtype}; convert with --dtype f32")
    return stored, read


def _f32(matrix):
    return matrix.astype("<f4", copy=False).view(np.uint8), matrix


def _f16(matrix):
    half = matrix.astype("<f2")
    return half.view(np.uint8), half.astype(np.float32)


def _q8(matrix):
    rows, cols = matrix.shape
    starts = np.arange(0, cols, GROUP)
    scale = _scales(np.maximum.reduceat(np.abs(matrix), starts, axis=1))  # f16 [rows, groups]
    wide = np.repeat(scale.astype(np.float32), np.diff(np.append(starts, cols)), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.where(wide > 0, np.rint(matrix / wide), 0).astype(np.int8)
    return np.concatenate([scale.view(np.uint8), q.view(np.uint8)], axis=1), q * wide


def _scales(largest):
    """The smallest f16 with |w| / scale <= 127 for the group's largest |w|. The product of an f16
    and 127 is exact in float32, so the comparison is."""
    scale = (largest / np.float32(LIMIT)).astype("<f2")
    short = scale.astype(np.float32) * LIMIT < largest
    return np.where(short, np.nextafter(scale, np.float16(np.inf)), scale).astype("<f2")


def _groups(cols):
    return -(-cols // GROUP)
