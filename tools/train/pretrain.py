#!/usr/bin/env python3
"""Masked image modeling, first of pixels, then also of a teacher's features.

The encoder sees a quarter of the patches; a small decoder predicts the rest. For the first steps it predicts
normalized pixels. Then the encoder's moving average becomes the teacher: it sees the whole view, and the decoder
also predicts its features of the masked patches, as EVA-X predicts those of its tokenizer.
SPDX-License-Identifier: MIT
"""
import copy
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import model as evax
import run
from films import Films, Sampler
from kernels import DEVICE, attention
from model import DEPTH, PATCH, WIDTH, Linear, patches_of

SOURCES = {"nih": 0.35, "nih64": 0.20, "kermany": 0.35, "hannover": 0.09, "ieee8023": 0.01}
NARROW, NARROW_HEADS = 96, 3
SIDE = 112      # pixels of a view
VISIBLE = 0.25  # share of its patches that the encoder sees


class Layer(nn.Module):
    """A plain transformer layer of the decoder."""

    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(NARROW), nn.LayerNorm(NARROW)
        self.qkv, self.proj = Linear(NARROW, 3 * NARROW), Linear(NARROW, NARROW)
        self.up, self.down = Linear(NARROW, 3 * NARROW), Linear(3 * NARROW, NARROW)

    def forward(self, x, dtype):
        qkv = self.qkv(self.norm1(x).to(dtype)).unflatten(-1, (3, NARROW_HEADS, -1))
        x = x + self.proj(attention(qkv)).float()
        return x + self.down(F.gelu(self.up(self.norm2(x).to(dtype)))).float()


class Decoder(nn.Module):
    """From tokens of the visible patches to pixels and features of the masked ones."""

    def __init__(self, patches):
        super().__init__()
        self.enter = Linear(WIDTH, NARROW)
        self.mask = nn.Parameter(torch.zeros(1, 1, NARROW))
        self.place = nn.Parameter(torch.randn(1, patches, NARROW) * 0.02)
        self.layers = nn.ModuleList([Layer(), Layer()])
        self.norm = nn.LayerNorm(NARROW)
        self.pixels, self.features = Linear(NARROW, PATCH * PATCH), Linear(NARROW, WIDTH)

    def forward(self, tokens, visible, masked, dtype):
        def rows(which):
            return which[:, :, None].expand(-1, -1, NARROW)
        known = self.enter(tokens[:, 1:].to(dtype)).float()
        x = self.mask.expand(len(known), self.place.shape[1], -1).scatter(1, rows(visible), known) + self.place
        for layer in self.layers:
            x = layer(x, dtype)
        x = self.norm(x.gather(1, rows(masked))).to(dtype)
        return self.pixels(x).float(), self.features(x).float()


def pixel_targets(images, masked):
    """Each masked patch with mean 0 and deviation 1; flat patches stay small."""
    patches = patches_of(images).gather(1, masked[:, :, None].expand(-1, -1, PATCH * PATCH))
    return (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 0.01).sqrt()


@torch.no_grad()
def feature_targets(teacher, images, masked):
    """The mean of the teacher's last three blocks, each normalized, at the masked patches."""
    layers = teacher.tokens(images, layers=range(DEPTH - 3, DEPTH))
    mean = sum(F.layer_norm(x, (WIDTH,)) for x in layers) / len(layers)
    chosen = mean[:, 1:].gather(1, masked[:, :, None].expand(-1, -1, WIDTH))
    return F.layer_norm(chosen, (WIDTH,))


def losses(encoder, decoder, teacher, images, keep):
    """Pixel and feature loss of a batch of views; no teacher: feature loss 0."""
    patches = (images.shape[-1] // PATCH) ** 2
    order = torch.rand(len(images), patches, device=images.device).argsort(1)
    visible, masked = order[:, :keep], order[:, keep:]
    pixels, features = decoder(encoder.tokens(images, visible)[0], visible, masked, encoder.dtype)
    pixel_loss = F.mse_loss(pixels, pixel_targets(images, masked))
    if teacher is None:
        return pixel_loss, torch.zeros((), device=images.device)
    return pixel_loss, F.smooth_l1_loss(features, feature_targets(teacher, images, masked))


def arguments():
    parser = run.parser(__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--steps", type=int, default=2800)
    parser.add_argument("--pixel-steps", type=int, default=2200, help="steps before there is a teacher")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--warmup", type=int, default=150)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.996, help="of the teacher")
    return parser.parse_args()


def main():
    options = arguments()
    random = run.begin(options)
    films = Films(options.data, options.work)
    there = {name: share for name, share in SOURCES.items() if len(films.where("train", name))}
    sampler = Sampler([films.where("train", name) for name in there], list(there.values()), options.batch, random)
    patches = (SIDE // PATCH) ** 2
    encoder, decoder = evax.EvaX().to(DEVICE), Decoder(patches).to(DEVICE)
    teacher = copy.deepcopy(encoder).requires_grad_(False)
    trained = [(name, p) for name, p in encoder.named_parameters() if not name.startswith(("fc_norm", "head"))]
    trained += decoder.named_parameters()
    weights = [p for _, p in trained]
    optimizer = torch.optim.AdamW(run.decay_groups(trained, 0.05), betas=(0.9, 0.95))
    resume = run.Resume(options, random, {"encoder": encoder, "decoder": decoder, "teacher": teacher,
                                          "optimizer": optimizer})
    journal, seen, lap = run.Journal(options), [], time.time()
    for step in range(resume.load(), options.steps):
        if step == options.pixel_steps:
            teacher.load_state_dict(encoder.state_dict())
        rate = run.rate_at(step, options.steps, options.warmup, options.rate)
        for group in optimizer.param_groups:
            group["lr"] = rate
        images = films.augmented(sampler.next(), SIDE, smallest=0.2, coarse=0.15, exposure=1.0)
        guided = step >= options.pixel_steps
        pixel_loss, feature_loss = losses(encoder, decoder, teacher if guided else None, images,
                                          round(patches * VISIBLE))
        optimizer.zero_grad(set_to_none=True)
        (pixel_loss + feature_loss).backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        if guided:
            run.follow(teacher, encoder, options.momentum)
        seen.append((pixel_loss.item(), feature_loss.item()))
        if (step + 1) % 50 == 0 or step + 1 == options.steps:
            pixel, feature = np.mean(seen, 0)
            journal.write(step=step + 1, rate=rate, pixel_loss=float(pixel), feature_loss=float(feature),
                          images_per_second=len(seen) * options.batch / (time.time() - lap))
            seen, lap = [], time.time()
        if (step + 1) % 200 == 0:
            resume.save(step + 1)
            evax.save(encoder.state_dict(), options.work / f"{options.name}.part.pth")
    evax.save(encoder.state_dict(), options.work / f"{options.name}.pth")
    resume.done()


if __name__ == "__main__":
    main()
