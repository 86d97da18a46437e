"""A checkpoint's weights in the form that suits graph runtimes best, so that no peer is slowed by
how its graph was written: one matrix for q, k, v and one for gate and value, the score scale folded
into q, and the channels of q and k reordered so that RoPE turns halves of a head instead of
neighbors. None of it changes what the network computes.
SPDX-License-Identifier: MIT
"""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Linear:
    weight: np.ndarray  # [out, in] float32
    bias: np.ndarray    # [out]


@dataclass(frozen=True)
class Norm:
    weight: np.ndarray
    bias: np.ndarray


@dataclass(frozen=True)
class Block:
    norm1: Norm
    qkv: Linear
    proj: Linear
    norm2: Norm
    w12: Linear
    ffn_ln: Norm | None  # EVA-X-B only
    w3: Linear


@dataclass(frozen=True)
class Net:
    patch: np.ndarray   # [C, 3, 16, 16]
    tokens: np.ndarray  # [T, C] position embedding, plus CLS token (row 0) or patch bias (the others)
    cos: np.ndarray     # [T, head dim], 1 for CLS
    sin: np.ndarray     # [T, head dim], 0 for CLS; negative in the first half
    blocks: list
    fc_norm: Norm
    head: Linear
    heads: int

    @property
    def grid(self):
        return int(round((len(self.tokens) - 1) ** 0.5))


def net(tensors, heads):
    """tensors: official names -> float32 arrays of a fine-tuned file."""
    d = tensors
    C = d["cls_token"].shape[-1]
    order = _halves(C, heads)
    tokens = d["pos_embed"][0].copy()
    tokens[0] += d["cls_token"][0, 0]
    tokens[1:] += d["patch_embed.proj.bias"]
    depth = 1 + max(int(name.split(".")[1]) for name in d if name.startswith("blocks."))
    blocks = [_block(d, f"blocks.{i}.", order, C // heads) for i in range(depth)]
    cos, sin = _rope(d["rope.freqs_cos"], d["rope.freqs_sin"])
    return Net(d["patch_embed.proj.weight"], tokens, cos, sin, blocks,
               _norm(d, "fc_norm"), Linear(d["head.weight"], d["head.bias"]), heads)


def _halves(C, heads):
    """Rows of q and k, of every head first the even ones, then the odd."""
    rows = np.arange(C).reshape(heads, C // heads)
    return np.concatenate([rows[:, 0::2], rows[:, 1::2]], axis=1).reshape(-1)


def _rope(cos, sin):
    """[g*g, d] with each angle twice in a row -> [T, d] with each angle in both halves."""
    c, s = cos[:, 0::2], sin[:, 0::2]
    none = np.zeros((1, cos.shape[1]), np.float32)
    return (np.concatenate([none + 1, np.concatenate([c, c], 1)]),
            np.concatenate([none, np.concatenate([-s, s], 1)]))


def _block(d, b, order, head_dim):
    a, m = b + "attn.", b + "mlp."
    scale = np.float32(head_dim ** -0.5)
    q, k, v = (np.split(d[a + "qkv.weight"], 3) if a + "qkv.weight" in d
               else [d[f"{a}{n}_proj.weight"] for n in "qkv"])
    weight = np.concatenate([q[order] * scale, k[order], v])
    no_bias = np.zeros(len(k), np.float32)
    bias = np.concatenate([d[a + "q_bias"][order] * scale, no_bias, d[a + "v_bias"]])
    w12 = _linear(d, m + "w12") if m + "w12.weight" in d else _stacked(d, m)
    ffn_ln = _norm(d, m + "ffn_ln") if m + "ffn_ln.weight" in d else None
    return Block(_norm(d, b + "norm1"), Linear(weight, bias), _linear(d, a + "proj"),
                 _norm(d, b + "norm2"), w12, ffn_ln, _linear(d, m + "w3"))


def _stacked(d, m):
    return Linear(np.concatenate([d[m + "w1.weight"], d[m + "w2.weight"]]),
                  np.concatenate([d[m + "w1.bias"], d[m + "w2.bias"]]))


def _linear(d, name):
    return Linear(d[name + ".weight"], d[name + ".bias"])


def _norm(d, name):
    return Norm(d[name + ".weight"], d[name + ".bias"])


def quantized(weight):
    """int8 [out, in] and a scale for every output, symmetric: what the peers' own tools make."""
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-12) / 127
    return np.round(weight / scale[:, None]).astype(np.int8), scale.astype(np.float32)
