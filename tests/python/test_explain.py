"""Grad-CAM in the engine against the official model's gradients. SPDX-License-Identifier: MIT"""
import subprocess
import unittest

import numpy as np

from here import GOLDEN, REPOSITORY

TOOL = REPOSITORY / "build" / "plain" / "explain_tool"
FIXTURES = REPOSITORY / "build" / "fixtures"


def normalised(cam):
    """As the official script: min to 0, max to 1."""
    cam = cam.astype(np.float64) - cam.min()
    return cam / (cam.max() + 1e-7)


def engine_maps(config, image, classes):
    """[classes][g][g] by the engine, in f32."""
    command = [TOOL, FIXTURES / "models" / f"{config}-f32",
               FIXTURES / "cases" / config / f"in{image}.input.f32", *map(str, classes)]
    values = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)
    side = int((values.size / len(classes)) ** 0.5)
    return values.reshape(len(classes), side, side)


class Explain(unittest.TestCase):
    def check(self, config, images, bound=1e-5):
        golden = np.load(GOLDEN / f"{config}.npz")
        for image in images:
            for cam, number in zip(engine_maps(config, image, (0, 7)), (0, 7), strict=True):
                want = golden[f"cam_in{image}_c{number}_norm"]
                error = np.abs(normalised(cam) - want).max()
                self.assertLessEqual(error, bound, f"{config} input {image} class {number}")

    def test_maps_of_packed_swiglu_models_equal_the_official_gradients(self):
        self.check("nano_s", range(4))
        self.check("ti_224", (0, 3))
        self.check("s_224", (0, 3))

    def test_maps_of_the_model_with_inner_norm_equal_the_official_gradients(self):
        self.check("nano_b", range(3))
        self.check("nano_b", [3], bound=3e-5)  # in colour; float32 sums that all but cancel


if __name__ == "__main__":
    unittest.main()
