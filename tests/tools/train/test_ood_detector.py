"""The out-of-distribution detector as it is fitted: what it refuses, and that the manifest's member says the same.

SPDX-License-Identifier: MIT
"""
import sys
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tools" / "train"))
import ood_detector  # noqa: E402

WIDTH = 64


def embeddings(count, seed, **shifts):
    """Normal ones; cN: channel N moved so far."""
    found = np.random.RandomState(seed).normal(size=(count, WIDTH))
    for channel, shift in shifts.items():
        found[:, int(channel[1:])] += shift
    return found


class OodDetector(unittest.TestCase):
    def setUp(self):
        films = embeddings(900, 1)
        wrong = {"NOT_LIKE_FILMS": embeddings(200, 2, c3=-6), "TURNED": embeddings(200, 3, c7=6)}
        probes = {code: ood_detector.fit_classifier(films, others) for code, others in wrong.items()}
        self.fitted = {"distance": ood_detector.fit_distance(films), "probes": probes}
        self.limits = ood_detector.limits(self.fitted, embeddings(900, 4))
        self.stored = ood_detector.unpacked(ood_detector.member(self.fitted, self.limits))

    def rates(self, others):
        return {code: found.mean() for code, found in ood_detector.reasons(self.stored, others).items()}

    def test_about_one_film_in_a_hundred_has_a_reason(self):
        found = np.any(list(ood_detector.reasons(self.stored, embeddings(2000, 5)).values()), 0)
        self.assertLess(found.mean(), 0.02)

    def test_what_is_far_from_all_films_is_not_like_films(self):
        rates = self.rates(embeddings(100, 6) * 3)
        self.assertEqual(rates["NOT_LIKE_FILMS"], 1)

    def test_what_a_probe_knows_has_its_code_though_no_farther_away_than_films(self):
        self.stored["limits"]["distance"] = np.inf
        self.assertGreater(self.rates(embeddings(100, 7, c3=-6))["NOT_LIKE_FILMS"], 0.95)
        turned = self.rates(embeddings(100, 8, c7=6))
        self.assertGreater(turned["TURNED"], 0.95)
        self.assertLess(turned["NOT_LIKE_FILMS"], 0.05)

    def test_the_member_gives_the_reasons_of_what_was_fitted(self):
        some = embeddings(500, 9, c3=-3)
        direct = ood_detector.reasons({**self.fitted, "limits": self.limits}, some)
        for code, found in ood_detector.reasons(self.stored, some).items():
            np.testing.assert_array_equal(found, direct[code])


if __name__ == "__main__":
    unittest.main()
