"""Makes the inputs of a block's matrix layers easier to quantise, without changing what the block
computes and at no cost when it runs.

Activations are quantised per token with one step for all channels (model/FORMAT.md, section 3), so
that one loud channel makes the step coarse for all. What makes a channel can make it smaller: the
channel is divided by a scale, and the columns that read it are multiplied by the same (SmoothQuant,
Xiao et al. 2022, arXiv:2211.10438). Where what makes it has a bias, the channel's mean is taken
off too, and the reading layer's bias makes it good.

    reader    made by
    qkv       norm1
    proj      the v rows of qkv: every row of an attention sums to 1, so that a shift of v passes
    w12       norm2
    w3        ffn_ln; without it the value rows of w12, which can be scaled but not shifted

SPDX-License-Identifier: MIT
"""
import numpy as np

READERS = ("qkv", "proj", "w12", "w3")
LOUDNESS = 0.6    # of a channel: how much of it is divided out; the rest stays in the weights
LOUDEST = 0.999   # the loudness is the quantile of the magnitudes that few tokens exceed
WIDEST = 64.0     # scales stay within 1 / WIDEST .. WIDEST of their geometric mean


def equalise(tensors, inputs, shift_norm1=True):
    """tensors: the block's, float32, by their names without `blocks.i.`; inputs: reader -> its input
    [tokens, channels] in calibration. Both are changed in place.

    shift_norm1: False keeps the zero of norm1's channels where it is, for attention maps: these
    multiply activations with gradients, which scales do not change but shifts do."""
    for reader in READERS:
        weight, bias, can_shift = _maker(reader, tensors)
        x, matrix = inputs[reader], tensors[reader + ".weight"]
        can_shift &= shift_norm1 or reader != "qkv"
        shift = x.mean(axis=0) if can_shift else np.zeros(x.shape[1], np.float32)
        scale = _scale(x - shift, matrix)
        tensors[reader + ".bias"][0] += matrix @ shift
        matrix *= scale
        weight /= scale[:, None]
        bias -= shift
        bias /= scale
        inputs[reader] = (x - shift) / scale


def _maker(reader, tensors):
    """(weights [channels, any], bias [channels], may it be shifted) of what makes the channels, as
    views into the tensors."""
    if reader == "proj":
        rows = slice(len(tensors["qkv.weight"]) // 3 * 2, None)
        return tensors["qkv.weight"][rows], tensors["qkv.bias"][0, rows], True
    if reader == "w3" and "ffn_ln.weight" not in tensors:
        rows = slice(len(tensors["w12.weight"]) // 2, None)
        return tensors["w12.weight"][rows], tensors["w12.bias"][0, rows], False
    norm = {"qkv": "norm1", "w12": "norm2", "w3": "ffn_ln"}[reader]
    return tensors[norm + ".weight"].T, tensors[norm + ".bias"][0], True


def _scale(x, matrix):
    """loudness^a / weight^(1-a), with the geometric mean 1; channels that are silent or that nobody
    reads count as average."""
    loudness = np.quantile(np.abs(x), LOUDEST, axis=0)
    weight = np.sqrt((matrix ** 2).mean(axis=0))
    wanted = LOUDNESS * _log(loudness) - (1 - LOUDNESS) * _log(weight)
    limit = np.log(WIDEST)
    return np.exp(np.clip(wanted - wanted.mean(), -limit, limit)).astype(np.float32)


def _log(size):
    """Logarithms, those of zeros replaced by the mean of the others."""
    audible = size > 0
    logs = np.log(size, out=np.zeros(len(size)), where=audible)
    return np.where(audible, logs, logs.sum() / max(audible.sum(), 1))
