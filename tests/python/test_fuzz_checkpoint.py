"""Property of the converter's readers: whatever the file, they give tensors or a ConvertError, run
nothing, open nothing but the file, and take memory and steps in proportion to its size.
SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import encodings.cp437  # noqa: F401  what zipfile and pickletools decode with, imported beforehand
import encodings.raw_unicode_escape  # noqa: F401
import encodings.unicode_escape  # noqa: F401
import faulthandler
import pickle
import pickletools
import sys
import tempfile
import tracemalloc
import unittest
import warnings
from pathlib import Path

import fuzzing
import numpy as np
import torch_file

from evax_convert import checkpoint, pickle_machine
from evax_convert.errors import ConvertError
from evax_convert.tensor import values

STUCK = 60  # seconds after which a case counts as one that never ends
ROOM = 200  # bytes of memory for a byte of pickle: an empty dictionary is the most

# What no reader has a reason to do. Hooks cannot be removed, so this one looks only while watched.
_FORBIDDEN = ("exec", "import", "os.", "subprocess.", "pickle.find_class", "socket.", "ctypes.",
              "marshal.", "shutil.", "webbrowser.")
_watch = {"on": False, "seen": []}


def _audit(event, arguments):
    if _watch["on"] and event.startswith(_FORBIDDEN):
        _watch["seen"].append((event, arguments))


sys.addaudithook(_audit)


def watched(read):
    """Calls read(); returns what it gave, or its ConvertError. Anything else is a failure."""
    _watch.update(on=True, seen=[])
    faulthandler.dump_traceback_later(STUCK, exit=True)
    try:
        return read()
    except ConvertError as error:
        return error
    finally:
        _watch["on"] = False
        faulthandler.cancel_dump_traceback_later()


def load(data):
    return pickle_machine.load(data, lambda *a: a, lambda *a: a)


def _argument(opcode, die):
    """Bytes for an opcode's argument, mostly well formed."""
    kind = opcode.arg
    if kind is None:
        return b""
    if kind.n >= 0:
        return die.randbytes(kind.n) if die.random() < 0.5 else bytes([die.randrange(4)]) * kind.n
    if kind.n == pickletools.UP_TO_NEWLINE:
        word = die.choice((b"os\nsystem", b"collections\nOrderedDict", b"12", b"'a'",
                           b"torch\nSize", b"torch._utils\n_rebuild_tensor_v2",
                           b"builtins\neval", b"1.5"))
        return word + b"\n"
    text = die.choice((b"", b"storage", b"x" * 250, b"\xff\xfe"))
    widths = {pickletools.TAKEN_FROM_ARGUMENT1: 1, pickletools.TAKEN_FROM_ARGUMENT8U: 8}
    width = widths.get(kind.n, 4)
    return len(text).to_bytes(width, "little") + text


def any_pickle(die):
    """Opcodes drawn from all there are, those of torch.save more often."""
    known = [op for op in pickletools.opcodes if op.name in pickle_machine._STEPS]
    out = [b"\x80\x02"]
    for _ in range(die.randrange(1, 60)):
        opcode = die.choice(known if die.random() < 0.95 else pickletools.opcodes)
        out.append(opcode.code.encode("latin-1") + _argument(opcode, die))
    return b"".join(out) + b"."


def a_checkpoint(folder):
    tensors = {"cls_token": np.zeros((1, 1, 4), np.float32), "a.b": np.ones((2, 3), np.float16)}
    tree = {"model": tensors, "epoch": 3, "args": {"lr": 1}}
    return torch_file.write(Path(folder, "honest.pth"), tree).read_bytes()


class HostileCheckpoints(unittest.TestCase):
    def setUp(self):
        warnings.simplefilter("ignore")  # pickletools', about escapes in damaged strings

    def test_any_pickle_gives_an_object_or_a_convert_error_and_runs_nothing(self):
        honest = pickle.dumps({"a": [1, 2.5, "text", (1, 2)], "b": {"c": None}}, 2)
        for die in fuzzing.dice(3000):
            data = any_pickle(die)
            if die.random() < 0.5:
                data = fuzzing.mutated(honest, die, [data[2:-1], b"q\x01", b"h\x01", b"\x85", b"R"])
            with self.subTest(seed=die.seed_):
                watched(lambda: load(data))
                self.assertEqual(_watch["seen"], [])

    def test_any_file_gives_tensors_or_a_convert_error_and_runs_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            honest, path = a_checkpoint(folder), Path(folder, "hostile.pth")
            safe = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
            safe = len(safe).to_bytes(8, "little") + safe + bytes(8)
            for die in fuzzing.dice(1000):
                words = [any_pickle(die)[2:-1], b"PK\x01\x02", b"PK\x05\x06",
                         b'"shape":[-1]', b"[["]
                path.write_bytes(fuzzing.mutated(die.choice((honest, safe)), die, words))
                with self.subTest(seed=die.seed_):
                    watched(lambda: self.read_all(path))
                    self.assertEqual(_watch["seen"], [])

    @staticmethod
    def read_all(path):
        with checkpoint.opened(path) as opened:
            for tensor in opened.tensors.values():
                values(tensor, "a tensor")

    def test_memory_stays_in_proportion_to_the_pickle(self):
        pieces = (b"}", b"]", b"(", b")\x85", b"K\x01q\x01h\x01\x86q\x01", b"}q\x01h\x01s",
                  b"U\x00", b"ctorch\nSize\n)R", b"]q\x01(h\x01h\x01e")
        for piece in pieces:
            data = b"\x80\x02N" + piece * (20000 // len(piece)) + b"."
            tracemalloc.start()
            watched(lambda: load(data))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            self.assertLess(peak, ROOM * len(data) + 100000, piece)

    def test_nested_keys_and_names_without_end_cost_nothing(self):
        doubled = b"q\x01h\x01\x86" * 60  # 2^60 leaves
        deep = b"\x85" * 1000000          # deeper than C's stack
        nest = b"ctorch\nFloatStorage\n"
        name = b"X" + (100000).to_bytes(4, "little") + b"k" * 100000
        for data in (b"}N" + doubled + b"Ns.", b"}N" + deep + b"Ns.",
                     b"(X\x07\x00\x00\x00storage" + nest + b"N" + doubled + b"NK\x01tQ.",
                     b"(X\x07\x00\x00\x00storage" + nest + name + b"NK\x01tQ.",
                     b"c" + b"m" * 1000 + b"\nf\n.", b"ctorch\nSize\n(" + b"N" * 1000 + b"tR."):
            watched(lambda: load(b"\x80\x02" + data))


if __name__ == "__main__":
    unittest.main()
