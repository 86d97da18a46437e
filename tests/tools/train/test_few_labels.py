"""The table of few labels. SPDX-License-Identifier: MIT"""
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "tools" / "train"))
import few_labels  # noqa: E402


class FewLabels(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def run_of(self, start, seed, auc, report=True):
        path = Path(self.folder.name) / f"few-{start}-0.1-{seed}.jsonl"
        lines = [{"run": path.stem, "step": 4, "kermany": 0.5}]
        if report:
            lines.append({"run": path.stem, "split": "test", "films": 52, "kermany": auc})
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path

    def test_differences_are_paired_by_seed_and_the_interval_is_students(self):
        runs = [self.run_of("random", seed, auc) for seed, auc in ((1, 0.5), (2, 0.6), (3, 0.7))]
        runs += [self.run_of("pre-trained", seed, auc) for seed, auc in ((1, 0.6), (2, 0.7), (3, 0.8))]
        row, = few_labels.table(few_labels.read(runs)).splitlines()[2:]
        self.assertEqual(row, "| Pneumonia, children | 10 % | 52 | 0.600 (0.500 to 0.700) | "
                              "0.700 (0.600 to 0.800) | +0.100 ± 0.000 |")

    def test_a_run_that_is_not_done_is_refused_by_name(self):
        with self.assertRaisesRegex(SystemExit, "few-random-0.1-1.jsonl"):
            few_labels.read([self.run_of("random", 1, 0.5, report=False)])


if __name__ == "__main__":
    unittest.main()
