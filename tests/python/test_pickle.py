"""The pickle machine builds tensors and nothing else. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import os
import pickle
import random
import shutil
import unittest
import warnings
from argparse import Namespace
from collections import OrderedDict, defaultdict
from pathlib import Path

import numpy as np

from evax_convert import pickle_machine
from evax_convert.errors import ConvertError


def load(data):
    return pickle_machine.load(data, lambda *a: a, lambda *a: a)


class Attack:
    """Pickles as a call of the given function."""

    def __init__(self, function, *arguments):
        self.made_of = function, arguments

    def __reduce__(self):
        return self.made_of


class PickleMachine(unittest.TestCase):
    def test_plain_containers_come_back_as_they_were(self):
        tree = {"a": [1, -2, 70000, 2 ** 70, 0.5, None, True, False],
                "b": ("x", (), ("ü",), (1, 2), (1, 2, 3, 4))}
        self.assertEqual(load(pickle.dumps(tree, 2)), tree)

    def test_ordered_dicts_with_metadata_are_dicts(self):
        tree = OrderedDict(a=1)
        tree._metadata = {"version": 1}  # as every torch state dict has
        self.assertEqual(load(pickle.dumps(tree, 2)), {"a": 1})

    def test_objects_of_other_classes_become_strangers(self):
        tree = load(pickle.dumps({"args": Namespace(lr=0.1, names=["a"]), "kept": 1}, 2))
        self.assertIsInstance(tree["args"], pickle_machine.Stranger)
        self.assertEqual(tree["kept"], 1)

    def test_a_call_is_refused_by_name_and_not_made(self):
        for attack, name in ((Attack(eval, "1+1"), "__builtin__ eval"),
                             (Attack(exec, "pass"), "__builtin__ exec"),
                             (Attack(os.system, "true"), "posix system"),
                             (Attack(shutil.rmtree, "x"), "shutil rmtree")):
            with self.assertRaisesRegex(ConvertError, name):
                load(pickle.dumps({"model": {}, "x": attack}, 2))

    def test_a_call_of_something_that_is_not_a_global_is_refused(self):
        with self.assertRaisesRegex(ConvertError, "tries to call"):
            load(b"\x80\x02})R.")

    def test_globals_of_old_opcodes_are_refused(self):
        for code in (b"(S'true'\nios\nsystem\n.", b"\x80\x04\x8c\x02os\x8c\x06system\x93."):
            with self.assertRaisesRegex(ConvertError, "does not write"):
                load(code)

    def test_every_truncation_is_an_error(self):
        data = pickle.dumps({"a": [1, 2.5, "text"], "args": Namespace(x=(1, 2))}, 2)
        for length in range(len(data)):
            with self.assertRaises(ConvertError, msg=length):
                load(data[:length])

    def test_damage_is_an_error_or_harmless(self):
        data = pickle.dumps({"a": [1, 2.5, "text"], "args": Namespace(x=(1, 2)),
                             "d": OrderedDict(k="v")}, 2)
        dice = random.Random(1)
        warnings.simplefilter("ignore")  # pickletools', about escapes in damaged strings
        for _ in range(2000):
            damaged = bytearray(data)
            for _ in range(dice.randint(1, 4)):
                damaged[dice.randrange(len(data))] = dice.randrange(256)
            try:
                load(bytes(damaged))
            except ConvertError:
                pass

    def test_a_huge_memo_index_costs_nothing(self):
        self.assertEqual(load(b"\x80\x02}r\xff\xff\xff\xff."), {})

    def test_values_that_trainers_leave_are_strangers(self):
        for value in (np.float64(0.5), Path("x"), {1, 2}, defaultdict(list), np.zeros(2)):
            self.assertIsInstance(load(pickle.dumps(value, 2)), pickle_machine.Stranger)


if __name__ == "__main__":
    unittest.main()
