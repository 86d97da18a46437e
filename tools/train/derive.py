"""Pictures made from films, for the engine to read: lower resolution, wrong orientation, wrong contrast, and none at
all. Each is written once as a PNG into the work folder.

SPDX-License-Identifier: MIT
"""
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FILM_KINDS = {
    "coarse": lambda image: image.resize((64, 64), Image.BOX),
    "turned-left": lambda image: image.transpose(Image.ROTATE_90),
    "turned-right": lambda image: image.transpose(Image.ROTATE_270),
    "upside-down": lambda image: image.transpose(Image.ROTATE_180),
    "inverted": ImageOps.invert,
}


def films(kind, files, work):
    """The films' files after FILM_KINDS[kind], in the same order."""
    folder = Path(work) / "derived" / kind
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for file in map(Path, files):
        target = folder / f"{file.parent.name}-{file.stem}.png"
        if not target.exists():
            with Image.open(file) as image:
                FILM_KINDS[kind](image.convert("L")).save(target)
        made.append(target)
    return made


def noise(count, work, first=0):
    """Pictures without an object: noise from fine to coarse, gray ramps, a single gray; seeds from `first` on."""
    folder = Path(work) / "derived" / "noise"
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for i in range(first, first + count):
        target = folder / f"{i:04d}.png"
        if not target.exists():
            Image.fromarray(_noise(np.random.RandomState(i), i)).resize((256, 256), Image.BICUBIC).save(target)
        made.append(target)
    return made


def _noise(random, i):
    if i % 10 == 0:
        return np.full((8, 8), random.randint(256), np.uint8)
    if i % 10 == 1:
        ramp = np.outer(np.linspace(*random.uniform(0, 255, 2), 64), np.ones(64))
        return (ramp if i % 20 == 1 else ramp.T).astype(np.uint8)
    side = int(2 ** random.uniform(1, 8))
    return random.normal(random.uniform(80, 170), random.uniform(20, 70), (side, side)).clip(0, 255).astype(np.uint8)


def pictures(folder):
    """The photographs and drawings in a folder and below it."""
    return sorted(path for path in Path(folder).rglob("*") if path.suffix in (".jpg", ".png") and not path.is_symlink())
