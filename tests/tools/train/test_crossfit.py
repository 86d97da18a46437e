"""What says which recipe is better. SPDX-License-Identifier: MIT"""
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tools" / "train"))
import crossfit  # noqa: E402
from labels import LABELS  # noqa: E402

EFFUSION = LABELS.index("Effusion")


def row(i, dataset="nih64", **labels):
    return {"dataset": dataset, "patient_id": str(i // 2), **{label: "0" for label in LABELS}, **labels}


class Crossfit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def part(self, name, films):
        path = Path(self.folder.name) / name
        np.savez(path, films=films, logits=np.tile(np.array(films, float)[:, None], len(LABELS)))
        return path

    def test_parts_make_up_a_whole_and_other_films_stay_unknown(self):
        logits, part = crossfit.together([self.part("a.npz", [0, 2]), self.part("b.npz", [3])], 5)
        np.testing.assert_array_equal(logits[:, 0], [0, np.nan, 2, 3, np.nan])
        np.testing.assert_array_equal(part, [0, -1, 0, 1, -1])

    def test_a_film_left_out_twice_is_refused(self):
        with self.assertRaisesRegex(SystemExit, "twice"):
            crossfit.together([self.part("a.npz", [0, 2]), self.part("b.npz", [2])], 5)

    def test_the_better_recipe_has_an_interval_above_the_first(self):
        rows = [row(i, Effusion=str(int(i >= 20))) for i in range(40)]
        good = np.zeros((40, len(LABELS)))
        good[:, EFFUSION] = np.arange(40)
        part = np.zeros(40, int)
        bad, better = crossfit.compared({"bad": (-good, part), "better": (good, part)}, rows)
        self.assertEqual((bad["nih_first"], better["nih_first"]), (0.0, 1.0))
        self.assertGreater(better["nih_first_minus_first_ci95"][0], 0.9)

    def test_parts_are_not_compared_with_each_other(self):
        rows = [row(i, Effusion=str(i % 2)) for i in range(40)]
        logits, part = np.zeros((40, len(LABELS))), np.arange(40) // 20
        logits[:, EFFUSION] = np.arange(40) % 2 + 10 * part
        line, = crossfit.compared({"shifted": (logits, part)}, rows)
        self.assertEqual(line["nih_first"], 1.0)

    def test_pneumonia_counts_among_children_only_and_other_labels_among_adults_only(self):
        rows = [row(i, dataset, **{name: str(i % 2) for name in ("Pneumonia", "Effusion")})
                for i, dataset in enumerate(["kermany"] * 20 + ["nih64"] * 20)]
        found = {group: [LABELS[k] for k, _ in pairs]
                 for group, pairs in crossfit.comparisons(rows, np.zeros(40, int)).items()}
        self.assertEqual(found, {"kermany": ["Pneumonia"], "nih_first": ["Effusion"]})


if __name__ == "__main__":
    unittest.main()
