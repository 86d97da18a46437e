"""A tensor found in a checkpoint. Its values are read when they are asked for, so that a checkpoint
is never in memory as a whole. SPDX-License-Identifier: MIT"""
from dataclasses import dataclass
from typing import Callable

import numpy as np

from .errors import ConvertError

# What is read, and how it lies in the file. bfloat16 is the upper half of a float32.
STORED = {"f64": np.dtype("<f8"), "f32": np.dtype("<f4"), "f16": np.dtype("<f2"),
          "bf16": np.dtype("<u2")}


@dataclass(frozen=True)
class Tensor:
    """shape and dtype as stored; dtype is a key of STORED, or another type's name, never read.
    load() returns the stored numbers in this shape."""
    shape: tuple
    dtype: str
    load: Callable[[], np.ndarray]

    @staticmethod
    def of(array):
        """A tensor in memory; array is float32 or float16."""
        return Tensor(array.shape, f"f{array.itemsize * 8}", lambda: array)


def values(tensor, name):
    """The tensor as finite float32. Raises ConvertError with its name."""
    if tensor.dtype not in STORED:
        raise ConvertError(f"{name} holds {tensor.dtype} numbers; only floating point is a weight")
    wide = _widen(tensor.load(), tensor.dtype)
    finite = np.isfinite(wide)
    if not finite.all():
        where = [int(i) for i in np.unravel_index(int(np.argmin(finite)), wide.shape)]
        raise ConvertError(f"{name} has {wide.size - int(finite.sum())} values that are not finite "
                           f"numbers, the first at {where}; this checkpoint is broken")
    return wide


def _widen(stored, dtype):
    if dtype == "bf16":
        return (stored.astype(np.uint32) << 16).view(np.float32)
    with np.errstate(over="ignore"):  # a float64 that is too large becomes inf, which is refused
        return stored.astype(np.float32, copy=False)


def rounded_as(array, dtype):
    """float32 values after a round trip through a stored dtype, as a file of that dtype has it."""
    if dtype == "f16":
        return array.astype(np.float16).astype(np.float32)
    if dtype == "bf16":
        bits = array.view(np.uint32)
        nearest = bits + 0x7FFF + (bits >> 16 & 1)  # to the nearest, ties to even
        return (nearest & np.uint32(0xFFFF0000)).view(np.float32)
    return array
