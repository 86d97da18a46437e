"""What a model makes of a picture that anybody can compute, so that a reader can tell at start
whether its engine works (model/FORMAT.md, section 4). SPDX-License-Identifier: MIT"""
import numpy as np

from .architecture import PATCH
from .calibration import normalised
from .forward import Network

FEATURES = 16  # so many values of the embedding stand for it


def expected(a, planned, tensors, tolerance):
    """The manifest's member self_test, computed from the checkpoint's own weights."""
    network = Network(a, planned, tensors)
    x = network.tokens(picture(PATCH * a.grid)[None])
    for i in range(a.depth):
        x = network.block(i, x, network.linear)
    embedding, logits = network.head(x)
    if logits is not None:
        return {"logits": _short(logits[0]), "tolerance": tolerance}
    return {"logits": [], "embedding": _short(embedding[0, :FEATURES]), "tolerance": tolerance}


def _short(values):
    """Seven digits: as many as float32 has."""
    return [float(f"{value:.7g}") for value in values]


def picture(side):
    """The input float32 [3, side, side] for the gray picture v[y][x]."""
    y, x = np.mgrid[0:side, 0:side]
    levels = ((7 * x + 13 * y) ^ (x * y >> 4)) & 255
    return normalised(np.broadcast_to(levels, (3, side, side)))
