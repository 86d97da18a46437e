"""The data folder as arrays: films decoded once, labels, batches, augmentation.

The folder holds index.csv (a row a film: file, dataset, split, labels 1, 0 or empty for unknown, ...) and the
files that it names. See README.md for its confounders.
SPDX-License-Identifier: MIT
"""
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from groups import read_index
from kernels import DEVICE
from labels import LABELS
from model import MEAN, STD

AIDS = ("age", "sex", "view", "virus")  # what fine-tuning learns beside the findings
SIZES = (256, 128)  # sides of the two copies kept of each film
CROPS = {224: 256, 112: 128}  # input size: the copy that its center crop comes from


def prepared(path):
    """A film's copies, uint8 [side, side]: shorter side 256 by Pillow's bicubic, center crop."""
    with Image.open(path) as opened:
        image = opened.convert("L")
    width, height = image.size
    scale = 256 / min(width, height)
    size = (256, int(scale * height)) if width <= height else (int(scale * width), 256)
    image = image.resize(size, Image.BICUBIC)
    left, top = round((size[0] - 256) / 2), round((size[1] - 256) / 2)
    image = image.crop((left, top, left + 256, top + 256))
    return [np.asarray(image.resize((side, side), Image.BICUBIC)) for side in SIZES]


def aids_of(row):
    """AIDS as 0..1: age in centuries, male, lying (AP), viral of the children's pneumonias; nan where unknown."""
    nih = row["dataset"] in ("nih", "nih64")
    return [min(float(row["age"]), 100) / 100 if nih and row["age"] else math.nan,
            float(row["sex"] == "M") if nih and row["sex"] else math.nan,
            float(row["view"] == "AP") if nih and row["view"] else math.nan,
            float(row["subtype"] == "virus") if row["subtype"] in ("virus", "bacteria") else math.nan]


def decoded(folder, rows, cache):
    """{side: uint8 [N, side, side]}, decoded into the cache folder the first time."""
    files = [Path(cache) / f"films{side}.npy" for side in SIZES]
    if not all(file.exists() for file in files):
        copies = [np.empty((len(rows), side, side), np.uint8) for side in SIZES]
        for i, row in enumerate(rows):
            for copy, pixels in zip(copies, prepared(Path(folder) / row["file"])):
                copy[i] = pixels
        for file, copy in zip(files, copies):
            np.save(file, copy)
    arrays = [np.load(file) for file in files]
    if any(len(array) != len(rows) for array in arrays):
        raise SystemExit(f"{cache} was made from other data: remove films*.npy in it")
    return {side: torch.from_numpy(array) for side, array in zip(SIZES, arrays)}


class Films:
    def __init__(self, folder, cache):
        rows = read_index(folder)
        self.pixels = decoded(folder, rows, cache)
        self.labels = np.array([[float(row[label] or "nan") for label in LABELS] for row in rows], np.float32)
        self.aids = np.array([aids_of(row) for row in rows], np.float32)
        for name in ("dataset", "split", "fold", "patient_id"):
            setattr(self, name, np.array([row[name] for row in rows]))

    def where(self, split, *datasets):
        return np.flatnonzero((self.split == split) & np.isin(self.dataset, datasets))

    def inputs(self, films, side):
        """What the engine would see, [n, 1, side, side], normalized."""
        source = CROPS[side]
        edge = (source - side) // 2
        pixels = self.pixels[source][torch.as_tensor(films)][:, None, edge:edge + side, edge:edge + side]
        return normalized(pixels.to(DEVICE).float() / 255)

    def augmented(self, films, side, smallest, coarse, exposure):
        """Random views [n, 1, side, side]: crop of at least the area `smallest`, turn, flip, exposure, noise.

        A share `coarse` of them loses its detail first, so that resolution does not tell the source. exposure: 0 leaves
        brightness as it is, 1 varies it widely.
        """
        films = torch.as_tensor(films)
        moves, extent = random_moves(len(films), smallest)
        source = self.pixels[256 if side > 112 else 128]
        images = source[films][:, None].to(DEVICE).float() / 255
        grid = F.affine_grid(moves.to(DEVICE), (len(films), 1, side, side), align_corners=False)
        images = F.grid_sample(images, grid, padding_mode="zeros", align_corners=False)
        count = int(coarse * len(films))
        if count:
            images[:count] = blurred(images[:count], float(extent[:count].mean()))
        return normalized(exposed(images, exposure))


def normalized(images):
    return (images - MEAN) / STD


def uniform(n, low, high):
    return torch.empty(n).uniform_(low, high)


def random_moves(n, smallest, degrees=10):
    """Affine maps [n, 2, 3] from the view to the film, and the views' extent [n] (1 = the whole film)."""
    extent, stretch = uniform(n, smallest, 1).sqrt(), torch.exp(uniform(n, -0.16, 0.16))
    wide, high = (extent * stretch).clamp(max=1), (extent / stretch).clamp(max=1)
    x, y = uniform(n, -1, 1) * (1 - wide), uniform(n, -1, 1) * (1 - high)
    angle = uniform(n, -degrees, degrees) * math.pi / 180
    mirror = (torch.rand(n) < 0.5).float() * 2 - 1
    rows = [torch.stack([wide * angle.cos() * mirror, -high * angle.sin(), x], 1),
            torch.stack([wide * angle.sin() * mirror, high * angle.cos(), y], 1)]
    return torch.stack(rows, 1), extent


def blurred(images, extent):
    """As if the film had been kept at roughly 56 to 130 px."""
    side = images.shape[-1]
    small = int(side * float(uniform(1, 0.25, 0.6)) / extent)
    if small >= side:
        return images
    return F.interpolate(F.interpolate(images, size=(small, small), mode="area"), size=(side, side), mode="bicubic",
                         align_corners=False)


def exposed(images, scale):
    """Gamma, contrast, brightness and noise, each image its own; scale 0: none."""
    def each(low, high):
        return uniform(len(images), scale * low, scale * high).view(-1, 1, 1, 1).to(images.device)
    images = images.clamp(1e-4, 1) ** torch.exp(each(-0.4, 0.4))
    mean = images.mean((2, 3), keepdim=True)
    images = (images - mean) * (1 + each(-0.3, 0.3)) + mean + each(-0.15, 0.15)
    return (images + torch.randn_like(images) * each(-0.03, 0.03).clamp(min=0)).clamp(0, 1)


class Sampler:
    """Endless batches in which each group has its share; a group is shuffled anew when it runs out."""

    def __init__(self, groups, shares, batch, random):
        counts = np.maximum(1, np.round(np.array(shares) / np.sum(shares) * batch)).astype(int)
        counts[counts.argmax()] += batch - counts.sum()
        self.groups, self.counts, self.random = groups, counts, random
        self.left = [np.zeros(0, int) for _ in groups]

    def next(self):
        taken = []
        for i, (group, count) in enumerate(zip(self.groups, self.counts)):
            while len(self.left[i]) < count:
                self.left[i] = np.concatenate([self.left[i], self.random.permutation(group)])
            taken.append(self.left[i][:count])
            self.left[i] = self.left[i][count:]
        return self.random.permutation(np.concatenate(taken))
