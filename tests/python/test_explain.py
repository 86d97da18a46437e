"""Attention maps of the engine against the official model's gradients, and against the reference
where the official code was not run. SPDX-License-Identifier: MIT"""
import subprocess
import unittest

import numpy as np

import container_reader
from here import FIXTURES, GOLDEN, REPOSITORY
TOOL = REPOSITORY / "build" / "plain" / "explain_tool"
MAPS = np.load(REPOSITORY / "tests" / "maps" / "maps.npz")


def normalized(cam):
    """As the official script: min to 0, max to 1."""
    cam = cam.astype(np.float64) - cam.min()
    return cam / (cam.max() + 1e-7)


def case(config, image, part):
    return np.fromfile(FIXTURES / "cases" / config / f"in{image}.{part}.f32", np.float32)


def engine(config, image, classes, dtype="f32"):
    """(Grad-CAM, contributions [classes][g * g], logits [K]) by the engine."""
    command = [TOOL, FIXTURES / "models" / f"{config}-{dtype}",
               FIXTURES / "cases" / config / f"in{image}.input.f32", *map(str, classes)]
    values = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)
    logits = case(config, image, "logits").size
    cams, sums = values[:-logits].reshape(2, len(classes), -1)
    return cams, sums, values[-logits:]


class GradCam(unittest.TestCase):
    def check(self, config, images, bound=1e-5):
        golden = np.load(GOLDEN / f"{config}.npz")
        for image in images:
            for cam, number in zip(engine(config, image, (0, 7))[0], (0, 7), strict=True):
                want = golden[f"cam_in{image}_c{number}_norm"].ravel()
                error = np.abs(normalized(cam) - want).max()
                self.assertLessEqual(error, bound, f"{config} input {image} class {number}")

    def test_maps_of_packed_swiglu_models_equal_the_official_gradients(self):
        self.check("nano_s", range(4))
        self.check("ti_224", (0, 3))
        self.check("s_224", (0,))

    def test_maps_of_the_model_with_inner_norm_equal_the_official_gradients(self):
        self.check("nano_b", range(3))
        # In color, class 7: terms of 0.18 all but cancel to a map of 0.004, so that the float32
        # forward pass, right to 6e-7 before the last block, is felt 40 times as much. The gradient
        # itself adds 2e-6.
        self.check("nano_b", [3], bound=3e-5)

    def test_maps_of_b_of_480_pixels_and_of_other_classes_equal_the_reference(self):
        films = {}
        for name in MAPS:
            config, image, number = name.rsplit("_", 2)
            films.setdefault((config, int(image[2:])), []).append(int(number[1:]))
        for (config, image), classes in films.items():
            for number, cam in zip(classes, engine(config, image, classes)[0], strict=True):
                name = f"{config}_in{image}_c{number}"
                self.assertLessEqual(np.abs(normalized(cam) - MAPS[name]).max(), 1e-5, name)

    def test_a_converted_q8_model_gives_the_maps_of_the_model_it_was_made_from(self):
        """Its channels are scaled, at norm1 of the last block too: activation and gradient change,
        their product does not. What is left is rounding, of weights and activations."""
        for config, image in (("ti_224", 0), ("s_224", 0)):
            golden = np.load(GOLDEN / f"{config}.npz")
            cams = engine(config, image, (0, 7), "q8")[0]
            for cam, number in zip(cams, (0, 7), strict=True):
                want = golden[f"cam_in{image}_c{number}_norm"].ravel()
                likeness = np.corrcoef(cam, want)[0, 1]
                self.assertGreaterEqual(likeness, 0.98, f"{config} input {image} class {number}")


class Contributions(unittest.TestCase):
    def test_with_a_constant_of_the_model_they_sum_to_the_logit(self):
        for config in ("nano_s", "nano_b"):
            model = container_reader.read(FIXTURES / "models" / f"{config}-f32").tensors
            rest = model["head.weight"] @ model["fc_norm.bias"][0] + model["head.bias"][0]
            for image in range(4):
                sums, logits = engine(config, image, range(14))[1:]
                error = np.abs(sums.sum(1, dtype=np.float64) + rest - logits).max()
                self.assertLessEqual(error, 1e-5, f"{config} input {image}")

    def test_each_is_what_its_last_token_adds(self):
        """By the stages of the official code: the logit is linear in a token, the LayerNorm's mean
        and deviation once taken."""
        for config in ("nano_s", "nano_b"):
            t = container_reader.read(FIXTURES / "models" / f"{config}-f32").tensors
            last = case(config, 1, "stages").reshape(3, 17, 48)[-1, 1:].astype(np.float64)
            pooled = last.mean(0)
            row = (t["head.weight"][5] * t["fc_norm.weight"][0]).astype(np.float64)
            want = (last - last.mean(1, keepdims=True)) @ row / np.sqrt(pooled.var() + 1e-6) / 16
            found = engine(config, 1, [5])[1][0]
            self.assertLessEqual(np.abs(found - want).max(), 1e-5 * np.abs(want).max(), config)


if __name__ == "__main__":
    unittest.main()
