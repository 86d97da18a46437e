"""The numbers behind the demo model's card. SPDX-License-Identifier: MIT"""
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tools" / "train"))
import statistic as st  # noqa: E402


class Statistic(unittest.TestCase):
    def setUp(self):
        self.random = np.random.RandomState(0)

    def test_auc_is_the_share_of_ordered_pairs_and_ties_count_half(self):
        y, scores = self.random.randint(0, 2, 60), self.random.randint(0, 9, 60)
        pairs = [(a > b) + 0.5 * (a == b) for a in scores[y == 1] for b in scores[y == 0]]
        self.assertAlmostEqual(st.auc(y, scores), np.mean(pairs))
        self.assertTrue(np.isnan(st.auc(np.ones(3), np.arange(3))))

    def test_platt_finds_the_slope_and_offset_that_made_the_labels(self):
        logits = self.random.normal(0, 2, 20000)
        y = (self.random.rand(20000) < st.sigmoid(0.5 * logits - 1)).astype(float)
        slope, offset = st.platt(y, logits)
        self.assertAlmostEqual(slope, 0.5, delta=0.03)
        self.assertAlmostEqual(offset, -1, delta=0.06)

    def test_intervals_of_proportions_stay_in_range(self):
        self.assertEqual(st.proportion_interval(0, 10)[0], 0)
        self.assertEqual(st.proportion_interval(10, 10)[1], 1)
        low, high = st.proportion_interval(50, 100)
        self.assertAlmostEqual(low + high, 1)

    def test_a_logistic_regression_is_the_minimum_of_its_weighted_and_drawn_likelihood(self):
        x, weights = self.random.normal(size=(200, 3)), self.random.uniform(0, 2, 200)
        y = (x @ [2, -1, 0] + self.random.normal(size=200) > 0.5).astype(float)

        def loss(w, offset):
            p = st.sigmoid(x @ w + offset)
            return -(weights * (y * np.log(p) + (1 - y) * np.log(1 - p))).sum() + 5 * (w ** 2).sum() / 2
        w, offset = st.logistic(x, y, weights, 5.0)
        for step in np.eye(4) * 1e-3:
            for sign in (-1, 1):
                self.assertLess(loss(w, offset), loss(w + sign * step[:3], offset + sign * step[3]))

    def test_a_finding_that_no_film_or_every_film_has_gets_a_constant(self):
        x = self.random.normal(size=(20, 3))
        for y, sign in ((np.zeros(20), -1), (np.ones(20), 1)):
            w, offset = st.logistic(x, y, np.ones(20), 1.0)
            np.testing.assert_array_equal(w, 0)
            self.assertGreater(sign * offset, 3)


if __name__ == "__main__":
    unittest.main()
