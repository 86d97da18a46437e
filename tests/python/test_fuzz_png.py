"""Property: every valid PNG of up to 8 bits, and color of 16, decodes to Pillow's pixels. The
files are drawn from all color types, depths, filters, interlacing, palettes, chunk sizes and
deflate levels. Needs build/plain/image_tool. SPDX-License-Identifier: MIT"""
import io
import subprocess
import tempfile
import unittest
from pathlib import Path

import here
import fuzzing
import numpy as np
import png_file
from PIL import Image

TOOL = here.REPOSITORY / "build" / "plain" / "image_tool"


def ours(path):
    """[height, width, 3], gray repeated."""
    done = subprocess.run([TOOL, "pixels", path], capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode())
    width, height, *_, kept = map(int, done.stderr.split())
    pixels = np.frombuffer(done.stdout, np.uint8).reshape(height, width, kept)
    return np.broadcast_to(pixels, (height, width, 3))


class EveryPng(unittest.TestCase):
    def test_pixels_are_those_of_pillow(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "any.png")
            for die in fuzzing.dice(300):
                kind = png_file.any_kind(die)
                if kind.depth == 16 and kind.color in (png_file.GRAY, png_file.GRAY_ALPHA):
                    continue  # Pillow cuts these to white; we window them
                file = png_file.write(kind, die)
                path.write_bytes(file)
                pillow = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
                with self.subTest(seed=die.seed_, kind=kind):
                    self.assertTrue(np.array_equal(ours(path), pillow))


if __name__ == "__main__":
    unittest.main()
