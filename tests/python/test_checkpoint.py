"""Files: torch zips and safetensors, honest and hostile. SPDX-License-Identifier: MIT"""
import here
import json
import struct
import tempfile
import unittest
import zipfile
from pathlib import Path

import numpy as np

import torch_file
from evax_convert.checkpoint import opened
from evax_convert.errors import ConvertError
from evax_convert.tensor import rounded_as, values
from torch_file import Stored

CLS = np.arange(8, dtype=np.float32).reshape(1, 1, 8)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "file.pth")

    def refused(self, message, **options):
        with self.assertRaisesRegex(ConvertError, message):
            with opened(self.path, **options) as checkpoint:
                for name, tensor in checkpoint.tensors.items():
                    values(tensor, name)

    def read(self, **options):
        with opened(self.path, **options) as checkpoint:
            return {name: values(t, name) for name, t in checkpoint.tensors.items()}


class TorchZip(InFolder):
    def tree(self, tensor, **more):
        torch_file.write(self.path, {"model": {"cls_token": tensor, **more}})

    def test_every_float_type_is_read(self):
        bf16 = (CLS.view(np.uint32) >> 16).astype(np.uint16)
        for tensor in (CLS, CLS.astype(np.float16), CLS.astype(np.float64),
                       Stored(bf16, "BFloat16Storage")):
            self.tree(tensor)
            np.testing.assert_array_equal(self.read()["cls_token"], CLS)

    def test_views_of_a_storage_are_read_through_their_strides(self):
        base = np.arange(12, dtype=np.float32)
        self.tree(CLS, turned=Stored(base, shape=(3, 2), strides=(1, 5), offset=2))
        np.testing.assert_array_equal(self.read()["turned"], [[2, 7], [3, 8], [4, 9]])

    def test_views_that_leave_their_storage_are_refused(self):
        for bad in ({"shape": (13,), "strides": (1,)}, {"shape": (3, 5), "strides": (5, 1)},
                    {"offset": 1}, {"shape": (2 ** 62, 2), "strides": (2 ** 62, 1)}):
            self.tree(CLS, bad=Stored(np.zeros(12, np.float32), **bad))
            self.refused("needs .* numbers")

    def test_negative_geometry_is_refused(self):
        for bad in ({"offset": -1}, {"strides": (-1,)}, {"shape": (-3,)}):
            self.tree(CLS, bad=Stored(np.zeros(12, np.float32), **bad))
            self.refused("impossible geometry")

    def test_a_storage_shorter_than_promised_is_refused(self):
        self.tree(CLS, bad=Stored(np.zeros(12, np.float32), count=13))
        self.refused("promises 13 f32")

    def test_a_missing_storage_is_named(self):
        torch_file.write(self.path, {"model": {"cls_token": CLS}}, drop=("data/0",))
        self.refused("no archive/data/0")

    def test_compressed_members_are_refused(self):
        torch_file.write(self.path, {"cls_token": CLS}, compress=zipfile.ZIP_DEFLATED)
        self.refused("compressed")

    def test_big_endian_files_are_refused(self):
        torch_file.write(self.path, {"cls_token": CLS}, extra=[("byteorder", b"big")])
        self.refused("big-endian")

    def test_integers_are_not_weights(self):
        self.tree(Stored(np.arange(8, dtype=np.int64).reshape(1, 1, 8), "LongStorage"))
        self.refused("long numbers")

    def test_values_that_are_not_finite_are_named_with_their_place(self):
        for bad in (np.nan, np.inf, -np.inf):
            broken = CLS.copy()
            broken[0, 0, 5] = bad
            self.tree(broken)
            self.refused(r"cls_token has 1 values .* first at \[0, 0, 5\]")

    def test_a_float64_beyond_float32_is_refused(self):
        self.tree(np.full((1, 1, 8), 1e300))
        self.refused("not finite")

    def test_every_truncation_is_refused(self):
        self.tree(CLS)
        data = self.path.read_bytes()
        for length in range(0, len(data), 7):
            self.path.write_bytes(data[:length])
            self.refused(".")

    def test_a_flipped_bit_in_a_weight_is_noticed(self):
        self.tree(CLS)
        data = bytearray(self.path.read_bytes())
        data[data.index(CLS.tobytes()) + 9] ^= 1
        self.path.write_bytes(data)
        self.refused("damaged")

    def test_code_in_the_pickle_is_refused_by_name(self):
        code = torch_file.call("os", "system")
        torch_file.write(self.path, {"model": {"cls_token": CLS}, "x": code})
        self.refused("tries to call 'os system'")


class Wrapping(InFolder):
    def test_wrappers_and_prefixes_are_removed(self):
        for wrapper in ("model", "module", "state_dict", None):
            for prefix in ("", "module.", "visual.", "visual.trunk.", "module.visual.trunk."):
                state = {prefix + "cls_token": CLS, prefix + "x": CLS}
                torch_file.write(self.path, {wrapper: state, "epoch": 3} if wrapper else state)
                self.assertEqual(self.read().keys(), {"cls_token", "x"})

    def test_the_moving_average_is_read_only_on_request(self):
        torch_file.write(self.path, {"model_ema": {"cls_token": CLS + 1},
                                     "model": {"cls_token": CLS}})
        self.assertEqual(self.read()["cls_token"][0, 0, 0], 0)
        self.assertEqual(self.read(ema=True)["cls_token"][0, 0, 0], 1)
        torch_file.write(self.path, {"model": {"cls_token": CLS}})
        self.refused("no 'model_ema'", ema=True)

    def test_what_is_not_an_eva_x_is_refused(self):
        for tree, message in (({"fc.weight": CLS}, "0 tensors named cls_token"),
                              ({"cls_token": 3}, "something else"),
                              ({"a.cls_token": CLS, "b.cls_token": CLS}, "2 tensors"),
                              ((1, 2), "no dictionary"),
                              ({"bert.cls_token": CLS}, "unknown prefix 'bert.'")):
            torch_file.write(self.path, tree)
            self.refused(message)

    def test_other_files_are_refused_for_what_they_are(self):
        for data, message in ((b"", "empty"), (b"\x80\x02}.", "before version 1.6"),
                              (b"\x89PNG\r\n\x1a\n1", "neither"),
                              (b"PK\x03\x04", "zip archive is damaged")):
            self.path.write_bytes(data)
            self.refused(message)

    def test_a_zip_with_a_name_that_is_not_the_utf8_it_says_is_refused(self):
        torch_file.write(self.path, {"cls_token": CLS}, extra=[("é", b"")])
        data = self.path.read_bytes()
        self.assertIn("é".encode(), data)
        self.path.write_bytes(data.replace("é".encode(), b"\xff\xff"))
        self.refused("zip archive is damaged")

    def test_a_zip_that_is_no_checkpoint_is_refused(self):
        with zipfile.ZipFile(self.path, "w") as archive:
            archive.writestr("word/document.xml", "x")
        self.refused("not a torch checkpoint")


class Safetensors(InFolder):
    def write(self, header, data):
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        self.path.write_bytes(struct.pack("<Q", len(text)) + text + data)

    def entry(self, **changes):
        return {"dtype": "F32", "shape": [1, 1, 8], "data_offsets": [0, 32]} | changes

    def test_tensors_are_read(self):
        self.write({"__metadata__": {"format": "pt"}, "cls_token": self.entry(),
                    "h": {"dtype": "F16", "shape": [2], "data_offsets": [32, 36]}},
                   CLS.tobytes() + np.array([1, 2], np.float16).tobytes())
        found = self.read()
        np.testing.assert_array_equal(found["cls_token"], CLS)
        np.testing.assert_array_equal(found["h"], [1, 2])

    def test_bad_headers_are_refused(self):
        data = CLS.tobytes()
        twice = b'{"cls_token":1,"cls_token":1}'
        for header, message in (({"cls_token": self.entry(data_offsets=[0, 31])}, "contradicts"),
                                ({"cls_token": self.entry(data_offsets=[4, 36])}, "does not start"),
                                ({"cls_token": self.entry(shape=[-1, -1, 8])}, "contradicts"),
                                ({"cls_token": self.entry(dtype="F33")}, "contradicts"),
                                ({"cls_token": 5}, "contradicts"), ({}, "describes 0 bytes"),
                                (twice, "twice"), (b'{"a' + b"\xff", "JSON"),
                                (b'{"a":' + b"[" * 99999, "JSON")):
            self.write(header, data)
            self.refused(message)

    def test_overlapping_tensors_are_refused(self):
        self.write({"cls_token": self.entry(), "x": self.entry()}, CLS.tobytes())
        self.refused("x does not start")

    def test_truncation_is_refused(self):
        self.write({"cls_token": self.entry()}, CLS.tobytes()[:-1])
        self.refused("truncated")
        self.path.write_bytes(struct.pack("<Q", 1 << 60) + b"{}")
        self.refused("claims")


class Rounding(unittest.TestCase):
    def test_bfloat16_rounds_to_the_nearest_even(self):
        bits = np.array([0x3F808000, 0x3F818000, 0x3F808001, 0x3F807FFF], np.uint32)
        got = rounded_as(bits.view(np.float32), "bf16").view(np.uint32)
        self.assertEqual(got.tolist(), [0x3F800000, 0x3F820000, 0x3F810000, 0x3F800000])


class RealFiles(unittest.TestCase):
    def test_files_that_torch_wrote_are_read(self):
        for name in ("nano_s_ft.pth", "nano_b_ft.pth", "nano_s_mim_fp16.pt", "nano_b_mim_fp16.pt"):
            with opened(here.GOLDEN / name) as checkpoint:
                self.assertEqual(values(checkpoint.tensors["pos_embed"], "").shape, (1, 17, 48))


if __name__ == "__main__":
    unittest.main()
