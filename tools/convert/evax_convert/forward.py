"""The forward pass in numpy, on the container's tensors: what calibration and self-test need.

shapes: n pictures, T tokens, C channels, H heads, K classes. SPDX-License-Identifier: MIT
"""
import ctypes

import numpy as np

from .architecture import PATCH

EPS = 1e-6  # of every LayerNorm


class Network:
    """The model as planned (plan.py). Values are read when they are needed and not kept, so that a
    large checkpoint is never in memory as a whole."""

    def __init__(self, a, planned, tensors):
        self.a = a
        self.planned = {tensor.name: tensor for tensor in planned}
        self.tensors = tensors

    def value(self, name):
        return self.planned[name].matrix(self.tensors)

    def tokens(self, pictures):
        """[n, 3, R, R], normalised -> what enters block 0, [n, T, C]"""
        n, g = len(pictures), self.a.grid
        cut = pictures.reshape(n, 3, g, PATCH, g, PATCH).transpose(0, 2, 4, 1, 3, 5)
        patches = self.linear("patch_embed", cut.reshape(n, g * g, -1))
        first = np.broadcast_to(self.value("cls_token"), (n, 1, self.a.embed_dim))
        return np.concatenate([first, patches], axis=1) + self.value("pos_embed")

    def block(self, i, x, linear):
        """Block i on x [n, T, C]. linear(name, input) computes a matrix layer; self.linear is the
        plain one."""
        b = f"blocks.{i}."
        y = linear(b + "qkv", self.norm(b + "norm1", x))
        x = x + linear(b + "proj", self.attention(y))
        y = swiglu(linear(b + "w12", self.norm(b + "norm2", x)))
        if self.a.inner_norm:
            y = self.norm(b + "ffn_ln", y)
        return x + linear(b + "w3", y)

    def attention(self, qkv):
        """[n, T, 3C] -> [n, T, C], one picture and head after the other."""
        n, tokens, _ = qkv.shape
        cos, sin = self.value("rope.cos"), self.value("rope.sin")
        split = qkv.reshape(n, tokens, 3, self.a.heads, self.a.head_dim)
        out = np.empty((n, tokens, self.a.heads, self.a.head_dim), np.float32)
        for p, h in np.ndindex(n, self.a.heads):
            q, k, v = split[p, :, :, h].transpose(1, 0, 2)
            q = rotate(q, cos, sin) * np.float32(self.a.head_dim ** -0.5)
            out[p, :, h] = product(softmax(product(q, rotate(k, cos, sin).T)), v)
        return out.reshape(n, tokens, -1)

    def head(self, x):
        """What leaves the last block -> (embedding [n, C], logits [n, K] or None)"""
        pooled = x[:, 1:].mean(axis=1) if self.a.pooling == "mean" else x[:, 0]
        embedding = self.norm("fc_norm", pooled)
        return embedding, self.linear("head", embedding) if self.a.classes else None

    def norm(self, name, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        deviation = np.sqrt((centred ** 2).mean(axis=-1, keepdims=True) + np.float32(EPS))
        return centred / deviation * self.value(name + ".weight") + self.value(name + ".bias")

    def linear(self, name, x):
        y = product(x.reshape(-1, x.shape[-1]), self.value(name + ".weight").T)
        return (y + self.value(name + ".bias")).reshape(*x.shape[:-1], -1)


def product(a, b):
    """The matrix product a b. Without a tuned BLAS by einsum, which has vector code of its own:
    several times as fast as the reference BLAS that Debian's numpy is content with."""
    if TUNED_BLAS:
        return a @ b
    return np.einsum("ik,kj->ij", np.ascontiguousarray(a), np.ascontiguousarray(b))


def _has_tuned_blas():
    """Whether the BLAS that numpy has loaded is one of those that are fast."""
    known = ("openblas_get_config", "openblas_get_config64_", "scipy_openblas_get_config64_",
             "MKL_Get_Version")
    try:
        loaded = ctypes.CDLL(np.linalg._umath_linalg.__file__)  # symbols: its own and its libraries'
    except (AttributeError, OSError):
        return False
    return any(hasattr(loaded, name) for name in known)


TUNED_BLAS = _has_tuned_blas()


def rotate(x, cos, sin):
    """RoPE on [T, hd]: turns the pairs (2j, 2j+1) of all tokens but the first."""
    y = x.copy()
    even, odd = x[1:, 0::2], x[1:, 1::2]
    y[1:, 0::2] = even * cos - odd * sin
    y[1:, 1::2] = odd * cos + even * sin
    return y


def softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def swiglu(x):
    """[.., 2 Hd] -> [.., Hd]: silu(gate) * value"""
    gate, value = np.split(x, 2, axis=-1)
    with np.errstate(over="ignore"):  # exp of a large -gate: then the result is 0, as it should be
        return gate / (1 + np.exp(-gate)) * value
