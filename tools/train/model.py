"""EVA-X Ti as model/ARCHITECTURE.md section 3 has it, with one gray channel, and its checkpoint layout.

SPDX-License-Identifier: MIT
"""
import math
import os
from collections import OrderedDict

import torch
import torch.nn.functional as F
from torch import nn

from kernels import DEVICE, attention, fast_type, linear, swiglu
from labels import LABELS

MEAN, STD = 0.49185243, 0.28509309
WIDTH, DEPTH, HEADS, HIDDEN, PATCH, GRID = 192, 12, 3, 512, 16, 14
HEAD_SIZE = WIDTH // HEADS


def rope_tables(grid):
    """cos and sin [grid * grid, HEAD_SIZE] of the patches, row by row; angles as if the grid were GRID wide."""
    half = HEAD_SIZE // 2
    rates = 1 / 10000 ** (torch.arange(0, half, 2).float() / half)
    angles = torch.outer(torch.arange(grid).float() / grid * GRID, rates).repeat_interleave(2, 1)
    rows = angles[:, None].expand(grid, grid, half)
    columns = angles[None].expand(grid, grid, half)
    table = torch.cat([rows, columns], -1).reshape(grid * grid, HEAD_SIZE)
    return table.cos(), table.sin()


def patches_of(images):
    """[B, 1, R, R] to [B, patches, PATCH * PATCH], row by row."""
    batch, _, side, _ = images.shape
    grid = side // PATCH
    return images.reshape(batch, grid, PATCH, grid, PATCH).transpose(2, 3).reshape(batch, grid * grid, PATCH * PATCH)


def resized(table, grid):
    """A position table [1, 1 + g*g, C] for another grid: bicubic, CLS apart."""
    own = math.isqrt(table.shape[1] - 1)
    if own == grid:
        return table
    picture = table[:, 1:].unflatten(1, (own, own)).permute(0, 3, 1, 2)
    picture = F.interpolate(picture, size=(grid, grid), mode="bicubic", align_corners=False)
    return torch.cat([table[:, :1], picture.flatten(2).transpose(1, 2)], 1)


class Linear(nn.Linear):
    def forward(self, x):
        return linear(x, self.weight, self.bias)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_bias = nn.Parameter(torch.zeros(WIDTH))
        self.v_bias = nn.Parameter(torch.zeros(WIDTH))
        self.qkv = Linear(WIDTH, 3 * WIDTH, bias=False)
        self.proj = Linear(WIDTH, WIDTH)

    def forward(self, x, cos, sin):
        bias = torch.cat([self.q_bias, torch.zeros_like(self.q_bias), self.v_bias])
        qkv = linear(x, self.qkv.weight, bias).unflatten(-1, (3, HEADS, HEAD_SIZE))
        return self.proj(attention(qkv, cos, sin))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.w12 = Linear(WIDTH, 2 * HIDDEN)
        self.w3 = Linear(HIDDEN, WIDTH)

    def forward(self, x):
        return self.w3(swiglu(self.w12(x)))


class Block(nn.Module):
    def __init__(self, drop_path):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(WIDTH, eps=1e-6), Attention()
        self.norm2, self.mlp = nn.LayerNorm(WIDTH, eps=1e-6), Mlp()
        self.drop_path = drop_path

    def kept(self, branch):
        """Stochastic depth: the whole branch is dropped for some images of the batch."""
        if not self.training or self.drop_path == 0:
            return branch.float()
        keep = 1 - self.drop_path
        mask = torch.rand(branch.shape[0], 1, 1, device=branch.device) < keep
        return branch.float() * mask / keep

    def forward(self, x, cos, sin, dtype):
        x = x + self.kept(self.attn(self.norm1(x).to(dtype), cos, sin))
        return x + self.kept(self.mlp(self.norm2(x).to(dtype)))


class PatchEmbed(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(1, WIDTH, PATCH, PATCH)

    def forward(self, patches):
        return linear(patches, self.proj.weight.flatten(1), self.proj.bias)


class EvaX(nn.Module):
    """The residual stream is float32; `dtype` is that of what the linear layers multiply."""

    def __init__(self, drop_path=0.0, dtype=None):
        super().__init__()
        self.dtype = dtype or fast_type()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + GRID * GRID, WIDTH))
        self.patch_embed = PatchEmbed()
        self.blocks = nn.ModuleList([Block(drop_path * i / (DEPTH - 1)) for i in range(DEPTH)])
        self.fc_norm = nn.LayerNorm(WIDTH, eps=1e-6)
        self.head = Linear(WIDTH, len(LABELS))
        self.turns = {}
        self.initialize()

    def initialize(self):
        for table in (self.cls_token, self.pos_embed):
            nn.init.trunc_normal_(table, std=0.02)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.xavier_uniform_(layer.weight)
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
        nn.init.trunc_normal_(self.head.weight, std=0.01)
        nn.init.xavier_uniform_(self.patch_embed.proj.weight.data.flatten(1))
        for i, block in enumerate(self.blocks):
            for layer in (block.attn.proj, block.mlp.w3):
                layer.weight.data.div_(math.sqrt(2 * (i + 1)))

    def rotation(self, grid):
        """cos, sin [1, 1 + grid*grid, HEAD_SIZE / 2]; the CLS token is not rotated."""
        if grid not in self.turns:
            cos, sin = (table[None, :, ::2] for table in rope_tables(grid))
            still = torch.ones(1, 1, HEAD_SIZE // 2)
            self.turns[grid] = tuple(t.contiguous().to(DEVICE)
                                     for t in (torch.cat([still, cos], 1), torch.cat([0 * still, sin], 1)))
        return self.turns[grid]

    def tokens(self, images, visible=None, layers=None):
        """Tokens [B, T, C] after each of the blocks named in `layers` (default: the last), as a list.

        visible: the patches [B, n] that are seen (default all).
        """
        grid = images.shape[-1] // PATCH
        patches, table = patches_of(images), resized(self.pos_embed, grid)
        cos, sin = self.rotation(grid)
        where = table[:, 1:]
        if visible is not None:
            patches = patches.gather(1, visible[:, :, None].expand(-1, -1, patches.shape[-1]))
            where = where[0][visible]
            rows = F.pad(visible + 1, (1, 0))
            cos, sin = cos[0][rows], sin[0][rows]
        x = self.patch_embed(patches.to(self.dtype)).float() + where
        x = torch.cat([(self.cls_token + table[:, :1]).expand(len(x), -1, -1), x], 1)
        wanted, kept = layers or [DEPTH - 1], []
        for i, block in enumerate(self.blocks):
            x = block(x, cos, sin, self.dtype)
            if i in wanted:
                kept.append(x)
        return kept

    def embed(self, images, visible=None):
        return self.fc_norm(self.tokens(images, visible)[0][:, 1:].mean(1))

    def forward(self, images):
        return self.head(self.embed(images))


def checkpoint_of(state):
    """The official layout: three channels that each take a third, RoPE tables at every place."""
    layout = OrderedDict((name, state[name].clone()) for name in ("cls_token", "pos_embed"))
    layout["patch_embed.proj.weight"] = (state["patch_embed.proj.weight"] / 3).repeat(1, 3, 1, 1)
    layout["patch_embed.proj.bias"] = state["patch_embed.proj.bias"].clone()
    cos, sin = rope_tables(GRID)
    for place in ["", *(f"blocks.{i}.attn." for i in range(DEPTH))]:
        layout[place + "rope.freqs_cos"], layout[place + "rope.freqs_sin"] = cos, sin
    for name, value in state.items():
        layout.setdefault(name, value.clone())
    return OrderedDict((name, value.float().cpu()) for name, value in layout.items())


def save(state, path):
    """Writes a checkpoint that evax convert takes."""
    torch.save({"model": checkpoint_of(state)}, f"{path}.part")
    os.replace(f"{path}.part", path)


def load(path):
    """The state of a checkpoint that save() wrote."""
    layout = torch.load(path, map_location="cpu")["model"]
    state = {name: value for name, value in layout.items() if "rope.freqs" not in name}
    state["patch_embed.proj.weight"] = state["patch_embed.proj.weight"].sum(1, keepdim=True)
    return state
