"""The pictures on which q8 models are calibrated: films (calibration/README.md), and drawn
textures, some in colour, so that a model also keeps its results on pictures unlike any film.
SPDX-License-Identifier: MIT
"""
from pathlib import Path

import numpy as np

from .architecture import PATCH
from .facts import MEAN, STD

FILMS = Path(__file__).parent / "calibration" / "films.npz"
TEXTURES = 6
WAVES, BLOCKS = 6, 56  # of a texture, along a side


def pictures(grid):
    """What the model's input is for each picture: float32 [n, 3, R, R], R = 16 grid."""
    side = PATCH * grid
    with np.load(FILMS) as stored:
        films = [np.broadcast_to(film, (3, *film.shape)) for film in stored["films"]]
    random = np.random.RandomState(20261123)
    drawn = [_texture(random, side, i) for i in range(TEXTURES)]
    return normalised(np.stack([_resized(picture, side) for picture in films + drawn]))


def normalised(levels):
    """Gray levels 0..255 -> the model's input, float32, by the recipe's two steps."""
    return (levels.astype(np.float32) / np.float32(255) - np.float32(MEAN)) / np.float32(STD)


def _resized(picture, side):
    """[3, any, any] -> [3, side, side], by the nearest pixel: good enough for statistics."""
    rows, cols = ((np.arange(side) * 2 + 1) * n // (2 * side) for n in picture.shape[1:])
    return picture[:, rows][:, :, cols]


def _texture(random, side, i):
    """u8 [3, n, n]: waves and blocks in turn; every third picture in colour."""
    draw = _blocks if i % 2 else _waves
    planes = [draw(random, side) for _ in range(3 if i % 3 == 2 else 1)]
    return np.stack(planes * (3 // len(planes)))


def _waves(random, side):
    place = np.pi * np.arange(side) / side
    plane = np.zeros((side, side))
    for i, j in np.ndindex(WAVES, WAVES):
        phase = i * place[:, None] + j * place + random.uniform(0, 2 * np.pi)
        plane += random.standard_normal() / (1 + i + j) * np.cos(phase)
    return ((plane - plane.min()) / np.ptp(plane) * 255).astype(np.uint8)


def _blocks(random, _side):
    return random.randint(0, 256, (BLOCKS, BLOCKS)).astype(np.uint8)
