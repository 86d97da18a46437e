"""What the conversion did to the weights, one line per group of tensors.
SPDX-License-Identifier: MIT"""
from collections import Counter

import numpy as np

from .encode import stored_bytes


class Report:
    """Collects the error of every tensor; lines() tells."""

    def __init__(self):
        self.groups = {}

    def measure(self, planned, matrix, read_back):
        group = self.groups.setdefault(planned.group, _Group())
        group.shapes[planned.rows, planned.cols] += 1
        group.dtype = planned.dtype
        group.bytes += stored_bytes(planned.rows, planned.cols, planned.dtype)
        group.signal += _square_sum(matrix)
        if read_back is not matrix:
            error = matrix - read_back
            group.noise += _square_sum(error)
            group.largest = max(group.largest, float(np.abs(error).max()))

    def lines(self):
        yield (f"{'group':8}{'shape':30}{'dtype':7}{'bytes':>12}  "
               f"{'rms error':>10}  {'max error':>10}")
        for name, group in self.groups.items():
            yield (f"{name:8}{group.shape():30}{group.dtype:7}{group.bytes:12,}  "
                   f"{group.relative():>10.2e}  {group.largest:>10.2e}")


class _Group:
    def __init__(self):
        self.shapes, self.dtype, self.bytes = Counter(), "", 0
        self.signal = self.noise = self.largest = 0.0

    def shape(self):
        if len(self.shapes) > 1:
            return f"{self.shapes.total()} of {len(self.shapes)} shapes"
        (rows, cols), count = next(iter(self.shapes.items()))
        return (f"{count} x " if count > 1 else "") + f"[{rows}, {cols}]"

    def relative(self):
        """Root mean square of the error over that of the weights."""
        return (self.noise / self.signal) ** 0.5 if self.signal else 0.0


def _square_sum(array):
    flat = array.ravel()
    return float(np.dot(flat, flat))
