"""f32 and f16; q8 is in test_rounding.py. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import unittest

import numpy as np

from evax_convert.encode import encode, stored_bytes
from evax_convert.errors import ConvertError

RANDOM = np.random.RandomState(7)


class Encode(unittest.TestCase):
    def test_sizes_are_as_announced(self):
        for dtype in ("f32", "f16"):
            for shape in ((1, 1), (3, 63), (2, 64), (5, 65), (4, 128)):
                stored, read = encode(np.ones(shape, np.float32), dtype, "x")
                self.assertEqual(stored.size, stored_bytes(*shape, dtype))
                np.testing.assert_allclose(read, 1, rtol=1e-3)

    def test_f32_is_exact_and_f16_rounds_to_nearest(self):
        w = RANDOM.standard_normal((5, 70)).astype(np.float32)
        np.testing.assert_array_equal(encode(w, "f32", "x")[1], w)
        half = w.astype(np.float16).astype(np.float32)
        np.testing.assert_array_equal(encode(w, "f16", "x")[1], half)

    def test_weights_too_large_for_f16_are_refused_by_name(self):
        with self.assertRaisesRegex(ConvertError, "big.weight .* --dtype f32"):
            encode(np.full((2, 64), 7e4, np.float32), "f16", "big.weight")


if __name__ == "__main__":
    unittest.main()
