"""Synthetic EVA-X weights in the official checkpoint layouts, the same bits on every machine.

Every tensor is drawn from its own numpy RandomState, seeded with crc32(name) ^ BASE; the official
code ran on exactly these. Outlier rows and columns make quantization harder than trained
weights do. As a program it writes them into a file, those of another seed than 0 with another BASE:

    python3 tests/golden/weights.py CONFIG OUT.safetensors [SEED]

SPDX-License-Identifier: MIT
"""
import math
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import checkpoint_file

BASE = 20240508
PATCH = 16


@dataclass(frozen=True)
class Config:
    C: int
    L: int
    H: int
    side: int    # pixels
    K: int
    split: bool  # B: split q/k/v, w1/w2/w3 and ffn_ln; else fused qkv and packed w12 (Ti, S)
    pitch: int   # RoPE

    @property
    def hidden(self):
        return int(self.C * (4 * 2 / 3))

    @property
    def grid(self):
        return self.side // PATCH


CONFIGS = {
    "nano_s": Config(48, 2, 3, 64, 14, False, 14),
    "nano_b": Config(48, 2, 3, 64, 14, True, 16),
    "nano_s_k3": Config(48, 2, 3, 64, 3, False, 14),
    "ti_224": Config(192, 12, 3, 224, 14, False, 14),
    "s_224": Config(384, 12, 6, 224, 14, False, 14),
    "b_224": Config(768, 12, 12, 224, 14, True, 16),
    "s_480": Config(384, 12, 6, 480, 3, False, 14),
}


def finetuned(cfg, base=BASE):
    """name -> float32 array: a fine-tuned file, RoPE tables included. base: other weights than the golden ones."""
    draw = _Draw(base)
    d = _backbone(draw, cfg)
    draw.norm(d, "fc_norm", cfg.C)
    d["head.weight"] = draw.matrix(f"head.weight{cfg.K}", (cfg.K, cfg.C), std=1.6 / math.sqrt(cfg.C),
                                   rows=0, cols=0)
    d["head.bias"] = draw.vector(f"head.bias{cfg.K}", cfg.K, 0.3, outliers=0)
    d["rope.freqs_cos"], d["rope.freqs_sin"] = rope_tables(cfg.C // cfg.H, cfg.grid, cfg.pitch)
    return d


def with_cls_pooling(weights):
    """The layout of a model that takes the CLS token: `norm` instead of `fc_norm`."""
    return {name.replace("fc_norm.", "norm."): array for name, array in weights.items()}


def rope_tables(head_dim, grid, pitch):
    """cos, sin [grid*grid, head_dim], float32 in the official order of operations."""
    half = head_dim // 2
    e = np.arange(0, half, 2, dtype=np.float32) / np.float32(half)
    f = (np.float32(1.0) / np.power(np.float32(10000.0), e)).astype(np.float32)
    t = np.arange(grid, dtype=np.float32) / np.float32(grid) * np.float32(pitch)
    angle = np.repeat(np.outer(t, f).astype(np.float32), 2, axis=1)  # [grid, half]
    shape = (grid, grid, half)
    both = np.concatenate([np.broadcast_to(angle[:, None, :], shape),
                           np.broadcast_to(angle[None, :, :], shape)], axis=-1)
    both = both.reshape(grid * grid, head_dim)
    return np.cos(both).astype(np.float32), np.sin(both).astype(np.float32)


def _backbone(draw, cfg):
    C, tokens = cfg.C, 1 + cfg.grid ** 2
    d = {"cls_token": draw.vector("cls_token", C, 0.1).reshape(1, 1, C)}
    pos = draw.random(f"pos_embed{cfg.grid}").standard_normal((1, tokens, C)) * 0.1
    d["pos_embed"] = np.clip(pos, -.25, .25).astype(np.float32)
    d["patch_embed.proj.weight"] = draw.matrix("patch_embed.proj.weight", (C, 3, PATCH, PATCH), cols=0)
    d["patch_embed.proj.bias"] = draw.vector("patch_embed.proj.bias", C, 0.1)
    for i in range(cfg.L):
        b = f"blocks.{i}."
        draw.block_norm(d, b + "norm1", C)
        _attention(draw, d, b + "attn.", cfg)
        draw.block_norm(d, b + "norm2", C)
        _mlp(draw, d, b + "mlp.", cfg)
    return d


def _attention(draw, d, a, cfg):
    C = cfg.C
    d[a + "q_bias"] = draw.vector(a + "q_bias", C, 0.2, size=2.0)
    d[a + "v_bias"] = draw.vector(a + "v_bias", C, 0.1)
    parts = {n: draw.matrix(f"{a}{n}_proj.weight", (C, C), gain)
             for n, gain in (("q", 1.4), ("k", 1.4), ("v", 1.0))}
    if cfg.split:
        d.update({f"{a}{n}_proj.weight": w for n, w in parts.items()})
    else:
        d[a + "qkv.weight"] = np.concatenate(list(parts.values()))
    d[a + "proj.weight"] = draw.matrix(a + "proj.weight", (C, C), 0.7)
    d[a + "proj.bias"] = draw.vector(a + "proj.bias", C, outliers=1, size=1.5)


def _mlp(draw, d, m, cfg):
    C, hidden = cfg.C, cfg.hidden
    weights = [draw.matrix(f"{m}{n}.weight", (hidden, C)) for n in ("w1", "w2")]
    biases = [draw.vector(f"{m}{n}.bias", hidden, 0.1) for n in ("w1", "w2")]
    if cfg.split:
        d[m + "w1.weight"], d[m + "w2.weight"] = weights
        d[m + "w1.bias"], d[m + "w2.bias"] = biases
        draw.norm(d, m + "ffn_ln", hidden)
    else:
        d[m + "w12.weight"], d[m + "w12.bias"] = np.concatenate(weights), np.concatenate(biases)
    d[m + "w3.weight"] = draw.matrix(m + "w3.weight", (C, hidden), 0.5 if cfg.split else 0.7)
    d[m + "w3.bias"] = draw.vector(m + "w3.bias", C, outliers=1, size=1.5)


class _Draw:
    """Draws every tensor by itself, from base and its name."""

    def __init__(self, base):
        self.base = base

    def random(self, name):
        return np.random.RandomState((zlib.crc32(name.encode()) ^ self.base) & 0xFFFFFFFF)

    def matrix(self, name, shape, gain=1.0, *, std=None, rows=3, cols=0.01):
        """Clipped normal; `rows` rows are four times as large, the share `cols` of columns three."""
        r = self.random(name)
        fan_in = int(np.prod(shape[1:]))
        std = std or min(max(0.9 / math.sqrt(fan_in), 0.02), 0.13)
        w = np.clip(r.standard_normal(shape), -2, 2) * (std * gain)
        flat = w.reshape(shape[0], -1)
        if rows:
            flat[r.choice(shape[0], min(rows, shape[0]), replace=False)] *= 4.0
        if cols:
            flat[:, r.choice(fan_in, max(1, int(fan_in * cols)), replace=False)] *= 3.0
        return flat.reshape(shape).astype(np.float32)

    def vector(self, name, n, std=0.05, *, outliers=2, size=1.0, mean=0.0):
        r = self.random(name)
        v = mean + r.standard_normal(n) * std
        if outliers:
            where = r.choice(n, min(outliers, n), replace=False)
            v[where] += size * np.sign(r.standard_normal(len(where)))
        return v.astype(np.float32)

    def norm(self, d, name, n):
        d[name + ".weight"] = self.vector(name + ".weight", n, 0.1, outliers=3, size=0.7, mean=1.0)
        d[name + ".bias"] = self.vector(name + ".bias", n)

    def block_norm(self, d, name, n):
        self.norm(d, name, n)
        d[name + ".bias"] = self.vector(name + ".bias", n, size=0.5)


if __name__ == "__main__":
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    checkpoint_file.write(Path(sys.argv[2]), finetuned(CONFIGS[sys.argv[1]], BASE + seed))
