"""Facts: labels, scoring, recipe, and the user's card. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import base64
import json
import tempfile
import unittest
from pathlib import Path

from evax_convert import card, facts
from evax_convert.architecture import Architecture
from evax_convert.errors import ConvertError


def size_ti(grid):
    return Architecture(192, 12, 3, 512, grid, 5, "mean", False, True, True, "fc_norm")


class Card(unittest.TestCase):
    def read(self, content):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "card.json")
            raw = isinstance(content, bytes)
            path.write_bytes(content if raw else json.dumps(content).encode())
            return card.read(path)

    def test_a_good_card_comes_back(self):
        good = {"name": "n", "labels": ["a", "b"], "scoring": "softmax",
                "findings": {"a": {"threshold": 0.5}}}
        self.assertEqual(self.read(good), good)

    def test_bad_cards_are_refused_by_member(self):
        for bad, message in (
                ({"licens": "x"}, "unknown members: licens"), ({"name": 3}, "name is not text"),
                ([1], "not a JSON object"),
                ({"labels": ["a"]}, "together"),
                ({"labels": ["a", "a"], "scoring": "sigmoid"}, "twice"),
                ({"labels": ["a"], "scoring": "max"}, "neither"),
                ({"labels": "ab", "scoring": "sigmoid"}, "list"),
                ({"findings": []}, "not an object"),
                (b'{"name":"a","name":"b"}', "twice"), (b"\xff", "JSON"),
                (b"[" * 100000, "JSON"), (b" " * (2 << 20), "million")):
            with self.assertRaisesRegex(ConvertError, message):
                self.read(bad)

    def test_bad_facts_are_refused_by_label_and_member(self):
        for bad, message in (({"threshold": 1.5}, "threshold of a should be a number from 0 to 1"),
                             ({"auc": float("nan")}, "auc"), ({"auc": True}, "auc"),
                             ({"auc_ci95": [0.9, 0.1]}, "auc_ci95"),
                             ({"n": -1}, "n of a"), ({"n": 5, "positives": 6}, "more positives"),
                             (5, "not an object"),
                             ({"evidence": "good"}, "validated"), ({"colour": 1}, "no such fact")):
            with self.assertRaisesRegex(ConvertError, message):
                card.check_findings({"findings": {"a": bad}}, ("a",))
        with self.assertRaisesRegex(ConvertError, "'b', which is not an output"):
            card.check_findings({"findings": {"b": {}}}, ("a",))

    def test_a_guard_must_fit_the_embedding(self):
        def packed(count):
            return base64.b64encode(bytes(4 * count)).decode()
        probe = {"code": "TURNED", "weights": packed(8), "offset": 0, "limit": 1}
        distance = {"mean": packed(8), "axes": packed(16), "weights": packed(2), "rest": 1, "limit": 1}
        good = {"guard": {"distance": distance, "probes": [probe]}}
        card.check_guard({}, 8)
        card.check_guard(good, 8)
        for bad in ({"guard": {"distance": {**distance, "axes": packed(8)}, "probes": []}},
                    {"guard": {"distance": {**distance, "mean": "!"}, "probes": []}},
                    {"guard": {"distance": distance}}, {"guard": 5}):
            with self.assertRaisesRegex(ConvertError, "guard does not fit"):
                card.check_guard(bad, 8)


class Facts(unittest.TestCase):
    def test_published_heads_by_their_number_of_outputs(self):
        for classes, scoring, first, last in (
                (14, "sigmoid", "Atelectasis", "Hernia"), (2, "softmax", "negative", "positive"),
                (5, "sigmoid", "Atelectasis", "Pleural Effusion"),
                (3, "softmax", "normal", "COVID-19")):
            head = facts.head(classes, {})
            self.assertEqual((len(head.labels), head.scoring, head.labels[0], head.labels[-1]),
                             (classes, scoring, first, last))

    def test_unknown_heads_need_a_card(self):
        with self.assertRaisesRegex(ConvertError, "7 outputs.*--card"):
            facts.head(7, {})
        with self.assertRaisesRegex(ConvertError, "untrained timm"):
            facts.head(1000, {})
        self.assertEqual(facts.head(1, {"labels": ["a"], "scoring": "sigmoid"}).labels, ("a",))

    def test_labels_of_the_card_win_and_must_fit_the_head(self):
        mine = {"labels": ["x", "y", "z"], "scoring": "sigmoid"}
        self.assertEqual(facts.head(3, mine).labels, ("x", "y", "z"))
        with self.assertRaisesRegex(ConvertError, "3 labels, the head 14"):
            facts.head(14, mine)

    def test_recipes_of_the_published_models(self):
        for grid, dataset, resize in ((14, "ChestX-ray14", 256), (14, "CheXpert", 224),
                                      (30, "CovidX-3", 480)):
            recipe = facts.recipe(size_ti(grid), dataset)
            self.assertEqual((recipe["resize"], recipe["crop"]), (resize, 16 * grid))
        small = Architecture(384, 12, 6, 1024, 14, 5, "mean", False, True, True, "fc_norm")
        self.assertEqual(facts.recipe(small, "CheXpert")["resize"], 256)


if __name__ == "__main__":
    unittest.main()
