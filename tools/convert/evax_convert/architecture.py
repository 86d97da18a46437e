"""Which EVA-X a dictionary of tensors is, by names and shapes alone.

Strict: after renaming, the tensors must be exactly those of the recognised variant, in exactly its
shapes. SPDX-License-Identifier: MIT
"""
import math
import re
from dataclasses import dataclass, replace

import numpy as np

from .errors import ConvertError, listing
from .tensor import values

PATCH = 16
SIZES = {(192, 12, 3, 512): "Ti", (384, 12, 6, 1024): "S", (768, 12, 12, 2048): "B"}

# timm's names, and what the official code calls the same tensor.
_ALIASES = [(re.compile(pattern), official) for pattern, official in (
    (r"(blocks\.\d+\.)mlp\.fc1\.", r"\1mlp.w12."), (r"(blocks\.\d+\.)mlp\.fc1_g\.", r"\1mlp.w1."),
    (r"(blocks\.\d+\.)mlp\.fc1_x\.", r"\1mlp.w2."), (r"(blocks\.\d+\.)mlp\.fc2\.", r"\1mlp.w3."),
    (r"(blocks\.\d+\.)mlp\.norm\.", r"\1mlp.ffn_ln."),
    (r"(blocks\.\d+\.)attn\.([qv])_proj\.bias$", r"\1attn.\2_bias"))]
_BLOCK_TABLE = re.compile(r"blocks\.\d+\.attn\.(rope\.freqs_(?:cos|sin))")
_PRETRAINING = re.compile(r"mask_token|lm_head\.(weight|bias)")
_UNUSED = re.compile(r"(blocks\.\d+\.attn\.)?relative_position_index")
_ZERO = re.compile(r"blocks\.\d+\.attn\.k_bias")
TABLES = ("rope.freqs_cos", "rope.freqs_sin")


@dataclass(frozen=True)
class Architecture:
    embed_dim: int     # C
    depth: int         # L
    heads: int         # H
    mlp_hidden: int    # Hd
    grid: int          # g; R = 16 g
    classes: int       # K; 0: feature extractor
    pooling: str       # "mean" of the patch tokens, or "cls"
    inner_norm: bool   # LayerNorm before the MLP's last layer
    fused_qkv: bool
    packed_mlp: bool   # gate and value in one matrix
    norm: str          # the checkpoint's name of the last LayerNorm: "fc_norm" or "norm"

    @property
    def head_dim(self):
        return self.embed_dim // self.heads

    @property
    def tokens(self):
        return 1 + self.grid * self.grid

    @property
    def size(self):
        return SIZES.get((self.embed_dim, self.depth, self.heads, self.mlp_hidden), "custom")

    def at_grid(self, grid):
        return replace(self, grid=grid)


def recognise(tensors):
    """(architecture, the tensors it uses under their official names). `tensors` is not changed.
    Raises ConvertError that names every tensor that is missing, left over or misshapen."""
    named = _official_names(tensors)
    pretraining = any(_PRETRAINING.fullmatch(n) for n in named)
    _drop_unused(named)
    architecture = _measure(named, pretraining)
    _check_ranges(architecture)
    _check_exactly(named, _shapes(architecture))
    return architecture, named


def _official_names(tensors):
    renamed = {}
    for name, tensor in tensors.items():
        official = name
        for pattern, replacement in _ALIASES:
            official = pattern.sub(replacement, official)
        if official in renamed:
            raise ConvertError(f"{official} is there twice, once as {name}")
        if re.fullmatch(r"blocks\.\d+\.attn\.(norm|inner_attn_ln)\.\w+", official):
            raise ConvertError(f"{name}: EVA-X has no LayerNorm inside the attention; "
                               "this is another EVA-02 variant")
        renamed[official] = tensor
    return renamed


def _drop_unused(named):
    """Removes what inference does not need, after proving that it does not."""
    for name in list(named):
        if match := _BLOCK_TABLE.fullmatch(name):
            _same_table(named, match[1], name)
        elif _PRETRAINING.fullmatch(name) or _UNUSED.fullmatch(name):
            del named[name]
        elif _ZERO.fullmatch(name):
            if np.any(values(named.pop(name), name)):
                raise ConvertError(f"{name} is not zero; EVA-X has no bias on the keys")


def _same_table(named, top, name):
    """Every block repeats the RoPE table; the copies must say the same."""
    copy = named.pop(name)
    first = named.setdefault(top, copy)
    if first is not copy and not np.array_equal(values(first, top), values(copy, name)):
        raise ConvertError(f"{name} differs from {top}; EVA-X shares one RoPE table")


def _measure(named, pretraining):
    """The architecture that a few tensors imply; _check_exactly holds all others against it."""
    embed_dim = _dimension(named, "cls_token", -1)
    tokens = _dimension(named, "pos_embed", 1)
    blocks = {int(m[1]) for m in map(re.compile(r"blocks\.(\d{1,4})\.").match, named) if m}
    head_dim = next((_dimension(named, table, -1) for table in TABLES if table in named), 64)
    scores = "head.weight" in named and not pretraining
    classes = _dimension(named, "head.weight", 0) if scores else 0
    return Architecture(
        embed_dim=embed_dim, depth=1 + max(blocks, default=-1), heads=embed_dim // max(head_dim, 1),
        mlp_hidden=_dimension(named, "blocks.0.mlp.w3.weight", 1),
        grid=math.isqrt(max(tokens - 1, 0)), classes=classes,
        pooling="cls" if classes and "fc_norm.weight" not in named else "mean",
        inner_norm="blocks.0.mlp.ffn_ln.weight" in named,
        fused_qkv="blocks.0.attn.qkv.weight" in named,
        packed_mlp="blocks.0.mlp.w12.weight" in named,
        norm="fc_norm" if "fc_norm.weight" in named else "norm")


def _dimension(named, name, axis):
    if name not in named:
        raise ConvertError(f"this is not an EVA-X model: {name} is missing")
    shape = named[name].shape
    if not -len(shape) <= axis < len(shape):
        raise ConvertError(f"{name} has the shape {list(shape)}, which no EVA-X has")
    return shape[axis]


def _check_ranges(a):
    """What the container can hold: model/FORMAT.md, section 1."""
    wrong = [f"{what} {value}" for what, value, good in (
        ("embed_dim", a.embed_dim, 8 <= a.embed_dim <= 2048),
        ("depth", a.depth, 1 <= a.depth <= 64),
        ("heads", a.heads, 1 <= a.heads <= 64 and a.embed_dim % a.heads == 0
         and a.head_dim % 8 == 0),
        ("mlp_hidden", a.mlp_hidden, 8 <= a.mlp_hidden <= 8192 and a.mlp_hidden % 8 == 0),
        ("grid", a.grid, 1 <= a.grid <= 64),
        ("classes", a.classes, 0 <= a.classes <= 1024)) if not good]
    if wrong:
        raise ConvertError(f"the architecture is out of range: {', '.join(wrong)}")


def _check_exactly(named, shapes):
    optional = set() if any(t in named for t in TABLES) else set(TABLES)
    complaints = []
    if missing := shapes.keys() - named.keys() - optional:
        complaints.append(f"missing: {listing(missing)}")
    if extra := named.keys() - shapes.keys():
        complaints.append(f"not part of this variant: {listing(extra)}")
    for name in sorted(shapes.keys() & named.keys()):
        if named[name].shape not in shapes[name]:
            complaints.append(f"{name} is {list(named[name].shape)}, "
                              f"expected {list(shapes[name][0])}")
    if complaints:
        raise ConvertError("; ".join(complaints[:8]))


def _shapes(a):
    """name -> allowed shapes."""
    c, g2 = a.embed_dim, a.grid * a.grid
    shapes = {"cls_token": (1, 1, c), "pos_embed": (1, a.tokens, c),
              "patch_embed.proj.weight": (c, 3, PATCH, PATCH), "patch_embed.proj.bias": (c,),
              f"{a.norm}.weight": (c,), f"{a.norm}.bias": (c,)}
    if a.classes:
        shapes |= {"head.weight": (a.classes, c), "head.bias": (a.classes,)}
    for i in range(a.depth):
        shapes |= {f"blocks.{i}.{name}": shape for name, shape in _block_shapes(a).items()}
    allowed = {name: (shape,) for name, shape in shapes.items()}
    tables = ((g2, a.head_dim), (a.grid, a.grid, a.head_dim))  # public EVA-02 files have the second
    return allowed | {name: tables for name in TABLES}


def _block_shapes(a):
    c, h = a.embed_dim, a.mlp_hidden
    shapes = {"norm1.weight": (c,), "norm1.bias": (c,), "norm2.weight": (c,), "norm2.bias": (c,),
              "attn.q_bias": (c,), "attn.v_bias": (c,),
              "attn.proj.weight": (c, c), "attn.proj.bias": (c,),
              "mlp.w3.weight": (c, h), "mlp.w3.bias": (c,)}
    if a.fused_qkv:
        shapes |= {"attn.qkv.weight": (3 * c, c)}
    else:
        shapes |= {f"attn.{n}_proj.weight": (c, c) for n in "qkv"}
    if a.packed_mlp:
        shapes |= {"mlp.w12.weight": (2 * h, c), "mlp.w12.bias": (2 * h,)}
    else:
        shapes |= {"mlp.w1.weight": (h, c), "mlp.w1.bias": (h,),
                   "mlp.w2.weight": (h, c), "mlp.w2.bias": (h,)}
    if a.inner_norm:
        shapes |= {"mlp.ffn_ln.weight": (h,), "mlp.ffn_ln.bias": (h,)}
    return shapes
