"""The container's tensors in order of execution (model/FORMAT.md, section 2), each with its dtype
and the checkpoint tensors it is made of. SPDX-License-Identifier: MIT"""
from dataclasses import dataclass

import numpy as np

from .architecture import PATCH
from .tensor import values


@dataclass(frozen=True)
class Planned:
    name: str
    group: str       # for the report
    rows: int
    cols: int
    dtype: str       # "f32", "f16" or "q8"
    sources: tuple   # names of checkpoint tensors, joined along the rows; None: zeros of one row
    act_bits: int = 0  # q8: bits of the activations that meet it; 0 until that is decided

    def matrix(self, tensors):
        """The tensor's values, float32 [rows, cols]."""
        parts = [np.zeros(self.rows * self.cols // len(self.sources), np.float32) if source is None
                 else values(tensors[source], source) for source in self.sources]
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return joined.reshape(self.rows, self.cols)


def plan(a, dtype):
    """The list of Planned for architecture a, its block matrices in `dtype`."""
    c, half = a.embed_dim, a.head_dim // 2
    tensors = [
        Planned("patch_embed.weight", "patch", c, 3 * PATCH * PATCH,
                "f32" if dtype == "f32" else "f16", ("patch_embed.proj.weight",)),
        _vector("patch_embed.bias", "biases", c, "patch_embed.proj.bias"),
        _vector("cls_token", "cls", c, "cls_token"),
        Planned("pos_embed", "pos", a.tokens, c, "f32", ("pos_embed",)),
        Planned("rope.cos", "rope", a.grid * a.grid, half, "f32", ("rope.cos",)),
        Planned("rope.sin", "rope", a.grid * a.grid, half, "f32", ("rope.sin",))]
    for i in range(a.depth):
        tensors += _block(a, dtype, f"blocks.{i}.")
    tensors += _norm("fc_norm", c, a.norm)
    if a.classes:
        tensors += [Planned("head.weight", "head", a.classes, c, "f16" if dtype == "f16" else "f32",
                            ("head.weight",)),
                    _vector("head.bias", "biases", a.classes, "head.bias")]
    return tensors


def _block(a, dtype, b):
    c, hidden = a.embed_dim, a.mlp_hidden
    qkv = ("qkv",) if a.fused_qkv else ("q_proj", "k_proj", "v_proj")
    w12 = ("w12",) if a.packed_mlp else ("w1", "w2")

    def matrix(name, rows, cols, *sources):
        return Planned(f"{b}{name}.weight", name, rows, cols, dtype, tuple(b + s for s in sources))

    return [
        *_norm(b + "norm1", c),
        matrix("qkv", 3 * c, c, *(f"attn.{n}.weight" for n in qkv)),
        _vector(b + "qkv.bias", "biases", 3 * c, b + "attn.q_bias", None, b + "attn.v_bias"),
        matrix("proj", c, c, "attn.proj.weight"),
        _vector(b + "proj.bias", "biases", c, b + "attn.proj.bias"),
        *_norm(b + "norm2", c),
        matrix("w12", 2 * hidden, c, *(f"mlp.{n}.weight" for n in w12)),
        _vector(b + "w12.bias", "biases", 2 * hidden, *(f"{b}mlp.{n}.bias" for n in w12)),
        *(_norm(b + "ffn_ln", hidden, b + "mlp.ffn_ln") if a.inner_norm else ()),
        matrix("w3", c, hidden, "mlp.w3.weight"),
        _vector(b + "w3.bias", "biases", c, b + "mlp.w3.bias")]


def _norm(name, cols, source=None):
    return [_vector(f"{name}.{part}", "norms", cols, f"{source or name}.{part}")
            for part in ("weight", "bias")]


def _vector(name, group, cols, *sources):
    return Planned(name, group, 1, cols, "f32", sources)
