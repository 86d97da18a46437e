"""Compares decoded pixels and network inputs with Pillow's, by hand: image_oracle.py TOOL FILES...

TOOL is the built tests/src/image_tool.
SPDX-License-Identifier: MIT
"""
import subprocess
import sys

import numpy as np
from PIL import Image

MEAN, STD = np.float32(0.49185243), np.float32(0.28509309)


def run(tool, *words):
    done = subprocess.run([tool, *map(str, words)], capture_output=True, check=False)
    return done.stdout, done.stderr.decode().strip()


def pillow_input(rgb, resize, side):
    """The official evaluation transform."""
    width, height = rgb.size
    short = min(width, height)
    rgb = rgb.resize((width * resize // short, height * resize // short), Image.BICUBIC)
    left, top = (round((n - side) / 2) for n in rgb.size)
    crop = np.asarray(rgb.crop((left, top, left + side, top + side)), np.float32)
    return ((crop / np.float32(255) - MEAN) / STD).transpose(2, 0, 1)


def compare(tool, path):
    raw, words = run(tool, "pixels", path)
    if not raw:
        return words
    fields = [int(word) for word in words.split()]
    width, height, kept = fields[0], fields[1], fields[-1]
    rgb = Image.open(path).convert("RGB")
    mine = np.frombuffer(raw, np.uint8).reshape(height, width, kept).astype(int)
    off = np.abs(mine - np.asarray(rgb).astype(int)).max(axis=2)
    line = f"{words}: within 1 level {np.mean(off <= 1):.5%}, largest {off.max()}"
    for resize, side in ((256, 224), (480, 480)):
        chw = np.frombuffer(run(tool, "input", path, resize, side)[0], np.float32)
        worst = np.abs(chw - pillow_input(rgb, resize, side).ravel()).max()
        line += f", input {side}: {worst:.3g}"
    return line


if __name__ == "__main__":
    for file in sys.argv[2:]:
        print(file.rsplit("/", 1)[-1], compare(sys.argv[1], file))
