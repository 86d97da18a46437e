"""The blocks of a q8 model, calibrated: each block's layers are made even (equalise.py) and rounded
(rounding.py) by what they are fed when the original model looks at the calibration pictures.
SPDX-License-Identifier: MIT
"""
from dataclasses import dataclass

import numpy as np

from . import calibration
from .encode import check_finite, q8_bytes, q8_values
from .equalise import READERS, equalise
from .errors import ConvertError
from .forward import Network, product
from .rounding import factor, round_aware

# Seven bits run faster than eight. A layer takes them unless its output is then off by more than this
# part of its own spread, on the calibration pictures. Layers with few inputs keep eight: they take
# little time, and models so narrow have few channels over which noise could average out.
BUDGET = 0.035
NARROW = 128        # fewer inputs than this are few
MOST_TOKENS = 4096  # for the moments of a layer; more add time, not knowledge
PROBED = 512        # tokens on which a layer's error is measured


@dataclass(frozen=True)
class Ready:
    """A tensor of a q8 model as it will be stored."""
    matrix: np.ndarray  # float32 [rows, cols], what is approximated
    stored: np.ndarray  # uint8 [rows, n]
    read: np.ndarray    # float32 [rows, cols], what a reader gets
    act_bits: int


def blocks(a, planned, tensors, progress):
    """Yields (name, Ready) for every tensor of the blocks, in the order of their execution.
    progress(done, of) is called before each block."""
    network = Network(a, planned, tensors)
    x = network.tokens(calibration.pictures(a.grid))
    for i in range(a.depth):
        progress(i, a.depth)
        prefix, inputs = f"blocks.{i}.", {}

        def record(name, y, inputs=inputs, prefix=prefix):
            inputs[name.removeprefix(prefix)] = _spread_over(y.reshape(-1, y.shape[-1]), MOST_TOKENS)
            return network.linear(name, y)

        x = network.block(i, x, record)
        if not np.isfinite(x).all():
            raise ConvertError(f"{prefix[:-1]} computes numbers that are too large for float32; "
                               "this checkpoint is broken")
        yield from _block(network, prefix, inputs, last=i == a.depth - 1)


def _block(network, prefix, inputs, last):
    own = {name.removeprefix(prefix): np.array(network.value(name), np.float32)
           for name in network.planned if name.startswith(prefix)}
    equalise(own, inputs, shift_norm1=not last)
    for name, matrix in own.items():
        layer = name.removesuffix(".weight")
        yield prefix + name, (_layer(matrix, inputs[layer], prefix + name) if layer in READERS
                              else Ready(matrix, matrix.view(np.uint8), matrix, 0))


def _layer(matrix, x, name):
    """The layer with 7-bit activations if that is good enough, else with 8."""
    u = factor(product(x.T, x).astype(np.float64))
    probe = _spread_over(x, PROBED)
    for bits in (7, 8) if len(u) >= NARROW else (8,):
        with np.errstate(over="ignore", invalid="ignore"):  # what becomes inf is refused
            scale, codes = round_aware(matrix, u, bits)
            read = q8_values(scale, codes)
        check_finite(read, matrix, "q8", name)
        if bits == 8 or output_error(matrix, read, probe, bits) <= BUDGET:
            return Ready(matrix, q8_bytes(scale, codes), read, bits)


def output_error(matrix, read, x, bits):
    """Root mean square error of the layer's output, part of the output's standard deviation."""
    exact = product(x, matrix.T)
    error = product(quantised(x, bits), read.T) - exact
    spread = exact.std(axis=0)
    return float(np.sqrt((error ** 2).mean() / max((spread ** 2).mean(), np.finfo("f4").tiny)))


def quantised(x, bits):
    """Activations as the engine sees them: per token, asymmetric (model/FORMAT.md, section 3)."""
    levels = np.float32(2 ** bits - 1)
    low = x.min(axis=-1, keepdims=True)
    step = (x.max(axis=-1, keepdims=True) - low) / levels
    return low + step * np.rint(np.divide(x - low, step, out=np.zeros_like(x), where=step > 0))


def _spread_over(x, most):
    """At most about `most` rows of x, spread evenly."""
    return x[::max(1, len(x) // most)]
