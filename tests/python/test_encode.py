"""f32, f16 and q8. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import unittest

import numpy as np

from evax_convert.encode import encode, stored_bytes
from evax_convert.errors import ConvertError

RANDOM = np.random.RandomState(7)


def parts(stored, cols):
    """(scales f16 [rows, groups], q int8 [rows, cols]) of q8 bytes."""
    groups = -(-cols // 64)
    return stored[:, :2 * groups].copy().view("<f2"), stored[:, 2 * groups:].view(np.int8)


class Encode(unittest.TestCase):
    def test_sizes_are_as_announced(self):
        for dtype in ("f32", "f16", "q8"):
            for shape in ((1, 1), (3, 63), (2, 64), (5, 65), (4, 128)):
                stored, read = encode(np.ones(shape, np.float32), dtype, "x")
                self.assertEqual(stored.size, stored_bytes(*shape, dtype))
                np.testing.assert_allclose(read, 1, rtol=1e-3)

    def test_f32_is_exact_and_f16_rounds_to_nearest(self):
        w = RANDOM.standard_normal((5, 70)).astype(np.float32)
        np.testing.assert_array_equal(encode(w, "f32", "x")[1], w)
        half = w.astype(np.float16).astype(np.float32)
        np.testing.assert_array_equal(encode(w, "f16", "x")[1], half)

    def test_q8_is_within_half_a_step_and_never_passes_127(self):
        for magnitude in (1e-7, 1e-3, 1.0, 1e4):
            w = (RANDOM.standard_cauchy((64, 200)) * magnitude).clip(-6e6, 6e6).astype(np.float32)
            stored, read = encode(w, "q8", "x")
            scale, q = parts(stored, 200)
            self.assertTrue((np.abs(q.astype(int)) <= 127).all())
            step = np.repeat(scale.astype(np.float32), 64, 1)[:, :200]
            self.assertTrue((np.abs(read - w) <= step * 0.5000001).all())
            np.testing.assert_array_equal(read, q * step)

    def test_the_scale_is_the_smallest_that_fits(self):
        w = RANDOM.standard_normal((50, 64)).astype(np.float32)
        scale = parts(encode(w, "q8", "x")[0], 64)[0][:, 0]
        largest = np.abs(w).max(1)
        self.assertTrue((scale.astype(np.float64) * 127 >= largest).all())
        smaller = np.nextafter(scale, np.float16(0)).astype(np.float64)
        self.assertTrue((smaller * 127 < largest).all())

    def test_halves_are_rounded_to_even(self):
        w = np.array([[127, 0.5, 1.5, 2.5, -0.5, -1.5]], np.float32)
        self.assertEqual(parts(encode(w, "q8", "x")[0], 6)[1].tolist(), [[127, 0, 2, 2, 0, -2]])

    def test_each_group_of_64_has_its_own_scale(self):
        w = np.ones((1, 130), np.float32)
        w[0, 64:128] = 1000
        w[0, 128:] = 0
        scale, _ = parts(encode(w, "q8", "x")[0], 130)
        self.assertEqual(scale.shape, (1, 3))
        self.assertAlmostEqual(float(scale[0, 1]) / float(scale[0, 0]), 1000, delta=2)
        self.assertEqual(scale[0, 2], 0)
        self.assertTrue((encode(w, "q8", "x")[1][0, 128:] == 0).all())

    def test_weights_too_large_for_a_dtype_are_refused_by_name(self):
        for dtype, value in (("f16", 7e4), ("q8", 1e7)):
            with self.assertRaisesRegex(ConvertError, "big.weight .* --dtype f32"):
                encode(np.full((2, 64), value, np.float32), dtype, "big.weight")


if __name__ == "__main__":
    unittest.main()
