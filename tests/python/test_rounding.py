"""Rounding to q8 and what precedes it: codes keep their promises, errors become smaller, and nothing
that a block computes changes before it is rounded. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import unittest

import numpy as np

from evax_convert import equalise, quantise, rounding
from evax_convert.encode import q8_bytes, q8_values, stored_bytes
from evax_convert.errors import ConvertError


def drawn(*shape, seed=7):
    return np.random.RandomState(seed).standard_normal(shape).astype(np.float32)


def correlated(tokens, cols, seed=3):
    """Inputs of a layer: few causes, a mean that is not zero."""
    causes = drawn(tokens, cols // 4, seed=seed) @ drawn(cols // 4, cols, seed=seed + 1)
    return (causes + 0.3 * drawn(tokens, cols, seed=seed + 2) + 2).astype(np.float32)


def moments(x):
    return (x.T @ x).astype(np.float64)


def nearest(w, act_bits=8):
    """Inputs that are not correlated leave nothing to make good."""
    return rounding.round_aware(w, np.eye(w.shape[1], dtype=np.float32), act_bits)


class Codes(unittest.TestCase):
    def test_bytes_are_as_many_as_announced(self):
        for shape in ((1, 8), (3, 56), (2, 64), (5, 72), (4, 128)):
            stored = q8_bytes(*nearest(np.ones(shape, np.float32)))
            self.assertEqual(stored.size, stored_bytes(*shape, "q8"))

    def test_uncorrelated_inputs_get_the_nearest_code(self):
        w = (np.random.RandomState(1).standard_cauchy((64, 200))).clip(-6e4, 6e4).astype(np.float32)
        scale, codes = nearest(w)
        step = np.repeat(scale.astype(np.float32), 64, 1)[:, :200]
        self.assertTrue((np.abs(q8_values(scale, codes) - w) <= step * 0.5001).all())
        self.assertTrue((np.abs(codes.astype(int)) <= 127).all())

    def test_the_scale_is_the_smallest_that_fits(self):
        w = drawn(50, 64)
        scale, largest = nearest(w)[0][:, 0], np.abs(w).max(1)
        self.assertTrue((scale.astype(np.float64) * 127 >= largest).all())
        smaller = np.nextafter(scale, np.float16(0)).astype(np.float64)
        self.assertTrue((smaller * 127 < largest).all())

    def test_each_group_of_64_has_its_own_scale(self):
        w = np.ones((1, 136), np.float32)
        w[0, 64:128], w[0, 128:] = 1000, 0
        scale, codes = nearest(w)
        self.assertAlmostEqual(float(scale[0, 1]) / float(scale[0, 0]), 1000, delta=2)
        self.assertEqual((scale.shape, float(scale[0, 2]), codes[0, 128:].any()), ((1, 3), 0, False))

    def test_seven_bits_keep_the_sum_of_four(self):
        x = correlated(400, 136)
        for w in (drawn(96, 136), np.ones((4, 136), np.float32)):
            for u in (np.eye(136, dtype=np.float32), rounding.factor(moments(x))):
                codes = rounding.round_aware(w, u, 7)[1].astype(int)
                self.assertLessEqual(np.abs(codes).reshape(len(w), -1, 4).sum(-1).max(), 258)
                self.assertLessEqual(np.abs(codes).max(), 127)

    def test_eight_bits_use_the_room_that_seven_may_not(self):
        codes = nearest(np.ones((1, 8), np.float32))[1]
        self.assertEqual(codes.tolist(), [[127] * 8])

    def test_the_same_input_gives_the_same_codes(self):
        w, u = drawn(40, 128), rounding.factor(moments(correlated(300, 128)))
        for first, second in zip(rounding.round_aware(w, u, 7), rounding.round_aware(w, u, 7)):
            np.testing.assert_array_equal(first, second)


class Error(unittest.TestCase):
    def test_the_factor_is_the_inverse_of_the_damped_moments(self):
        m = moments(correlated(500, 152))
        u = rounding.factor(m).astype(np.float64)
        self.assertFalse(np.tril(u, -1).any())
        damped = m + 0.01 * np.trace(m) / 152 * np.eye(152)
        np.testing.assert_allclose(u.T @ u @ damped, np.eye(152), atol=1e-3)

    def test_silent_inputs_are_no_obstacle(self):
        scale, codes = rounding.round_aware(drawn(8, 64), rounding.factor(np.zeros((64, 64))), 8)
        np.testing.assert_allclose(q8_values(scale, codes), drawn(8, 64), atol=0.02)

    def test_the_layers_output_is_off_by_less_than_half_of_what_nearest_codes_cost(self):
        w, x = drawn(96, 192), correlated(800, 192)
        u = rounding.factor(moments(x))
        unseen = correlated(900, 192)[800:]
        for bits in (7, 8):
            cost = [np.linalg.norm(unseen @ (q8_values(*made) - w).T)
                    for made in (rounding.round_aware(w, u, bits), nearest(w, bits))]
            self.assertLess(cost[0], 0.5 * cost[1])


class Block(unittest.TestCase):
    """A layer between two others: norm1 -> qkv (v rows) -> proj, w12 -> w3."""

    def setUp(self):
        c, hidden = 8, 16
        shapes = {"norm1.weight": (1, c), "norm1.bias": (1, c), "qkv.weight": (3 * c, c),
                  "qkv.bias": (1, 3 * c), "proj.weight": (c, c), "proj.bias": (1, c),
                  "norm2.weight": (1, c), "norm2.bias": (1, c), "w12.weight": (2 * hidden, c),
                  "w12.bias": (1, 2 * hidden), "w3.weight": (c, hidden), "w3.bias": (1, c)}
        self.tensors = {name: drawn(*shape, seed=i) for i, (name, shape) in enumerate(shapes.items())}
        self.inputs = {reader: correlated(50, self.tensors[reader + ".weight"].shape[1])
                       for reader in equalise.READERS}
        for x in self.inputs.values():
            x[:, 3] *= 30

    def outputs(self):
        return {r: self.inputs[r] @ self.tensors[r + ".weight"].T + self.tensors[r + ".bias"]
                for r in equalise.READERS}

    def test_what_layers_compute_stays_and_loud_channels_become_quieter(self):
        before, loud = self.outputs(), {r: _unevenness(x) for r, x in self.inputs.items()}
        equalise.equalise(self.tensors, self.inputs)
        after = self.outputs()
        np.testing.assert_allclose(after["proj"], before["proj"], rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(after["w3"], before["w3"], rtol=1e-3, atol=1e-3)
        for reader, x in self.inputs.items():
            self.assertLess(_unevenness(x), 0.6 * loud[reader])

    def test_norm1_makes_the_channels_that_qkv_then_reads(self):
        plain = (self.inputs["qkv"] - self.tensors["norm1.bias"]) / self.tensors["norm1.weight"]
        equalise.equalise(self.tensors, self.inputs)
        made = plain * self.tensors["norm1.weight"] + self.tensors["norm1.bias"]
        np.testing.assert_allclose(made, self.inputs["qkv"], rtol=1e-3, atol=1e-3)

    def test_for_attention_maps_the_zero_of_norm1_stays(self):
        ratio = self.tensors["norm1.bias"] / self.tensors["norm1.weight"]
        equalise.equalise(self.tensors, self.inputs, shift_norm1=False)
        np.testing.assert_allclose(self.tensors["norm1.bias"] / self.tensors["norm1.weight"], ratio,
                                   rtol=1e-5)

    def test_silent_and_unread_channels_are_no_obstacle(self):
        self.inputs["qkv"][:, 0] = 0
        self.tensors["proj.weight"][:, 1] = 0
        equalise.equalise(self.tensors, self.inputs)
        self.assertTrue(all(np.isfinite(t).all() for t in self.tensors.values()))


def _unevenness(x):
    size = np.abs(x).max(axis=0)
    return float(size.max() / size.mean())


class Bits(unittest.TestCase):
    def bits(self, x, w):
        return quantise._layer(w, x, "layer.weight").act_bits

    def test_even_inputs_take_seven_bits_and_uneven_ones_eight(self):
        even, w = drawn(300, 128), drawn(32, 128)
        uneven = even.copy()
        uneven[:, 5] *= 40
        w[:, 5] = 0
        self.assertEqual((self.bits(even, w), self.bits(uneven, w)), (7, 8))

    def test_narrow_layers_keep_eight(self):
        self.assertEqual(self.bits(drawn(300, 64), drawn(32, 64)), 8)

    def test_activations_have_as_many_levels_as_the_bits_allow(self):
        x = np.random.RandomState(5).uniform(-1, 3, (3, 9000)).astype(np.float32)
        for bits in (7, 8):
            seen = quantise.quantised(x, bits)
            self.assertEqual([len(np.unique(row)) for row in seen], [2 ** bits] * 3)
            self.assertLess(np.abs(seen - x).max(), 0.51 * np.ptp(x) / (2 ** bits - 1))

    def test_weights_too_large_for_a_scale_are_refused_by_name(self):
        with self.assertRaisesRegex(ConvertError, "big.weight .* --dtype f32"):
            quantise._layer(np.full((2, 64), 1e7, np.float32), drawn(300, 64), "big.weight")


if __name__ == "__main__":
    unittest.main()
