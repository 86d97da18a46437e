"""The whole conversion: what the container holds computes what the official code computed, the
output is deterministic, and it appears whole or not at all. SPDX-License-Identifier: MIT"""
import here
import errno
import json
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

import container_reader
import torch_file
from in_folder import InFolder
from evax_convert import container, folder
from evax_convert.checkpoint import Checkpoint, opened
from evax_convert.convert import convert
from evax_convert.errors import ConvertError
from evax_convert.tensor import Tensor, values
from golden import inputs, reference, weights

NANO_S = here.GOLDEN / "nano_s_ft.pth"


def in_memory(arrays):
    return Checkpoint({n: Tensor.of(a) for n, a in arrays.items()}, "synthetic", "drawn", "0" * 64)


class Converting(InFolder):
    def convert(self, source=NANO_S, **options):
        if isinstance(source, dict):
            return convert(in_memory(source), self.out, **options)
        with opened(source) as checkpoint:
            return convert(checkpoint, self.out, **options)


class Net(reference.Net):
    """With the bias on the keys that q8 models have."""

    def qkv(self, i, x):
        w, q, k, v = super().qkv(i, x)
        return w, q, k + self.s[f"blocks.{i}.attn.k_bias"], v


class Fidelity(Converting):
    def logits(self, image, heads=3):
        model = container_reader.read(self.out)
        return Net(container_reader.official(model), heads).forward(image)[2]

    def test_f32_containers_compute_the_official_logits(self):
        for config in ("nano_s", "nano_b"):
            self.convert(here.GOLDEN / f"{config}_ft.pth", dtype="f32")
            golden = np.load(here.GOLDEN / f"{config}.npz")
            for i, image in enumerate(inputs.inputs(64)):
                np.testing.assert_allclose(self.logits(image), golden[f"in{i}_logits_f64"],
                                           atol=1e-9)

    def test_f16_and_q8_containers_stay_close(self):
        golden = np.load(here.GOLDEN / "nano_s.npz")
        for dtype, bound in (("f16", 5e-3), ("q8", 0.15)):
            self.convert(dtype=dtype)
            for i, image in enumerate(inputs.inputs(64)):
                off = np.abs(self.logits(image) - golden[f"in{i}_logits"]).max()
                self.assertTrue(0 < off < bound, (dtype, i, off))

    def test_a_pre_training_file_gives_its_norm_as_fc_norm(self):
        source = here.GOLDEN / "nano_s_mim_fp16.pt"
        self.convert(source, dtype="f32")
        model = container_reader.read(self.out)
        with opened(source) as checkpoint:
            norm = values(checkpoint.tensors["norm.weight"], "norm.weight")
        np.testing.assert_array_equal(model.tensors["fc_norm.weight"][0], norm)
        self.assertEqual((model.header.classes, model.header.scoring), (0, 0))
        self.assertEqual(model.manifest["labels"], [])

    def test_a_cls_model_says_so_in_its_header(self):
        arrays = weights.with_cls_pooling(weights.finetuned(weights.CONFIGS["nano_s"]))
        self.convert(arrays, dtype="f32")
        self.assertEqual(container_reader.read(self.out).header.pooling, 1)
        image = inputs.inputs(64)[0]
        wanted = reference.Net(arrays, 3).forward(image)[2]
        np.testing.assert_allclose(self.logits(image), wanted, atol=1e-9)

    def test_another_size_takes_the_official_rope_tables(self):
        golden = np.load(here.GOLDEN / "pos_embed_interp.npz")
        self.convert(size=160)
        model = container_reader.read(self.out)
        for part, official in zip(("cos", "sin"), golden["nano_s_rope_160"]):
            own = np.repeat(model.tensors[f"rope.{part}"], 2, 1)
            np.testing.assert_allclose(own, official, atol=6e-8)
        self.assertEqual((model.header.grid, model.manifest["recipe"]["crop"]), (10, 160))

    def test_the_resized_embedding_of_a_half_file_is_the_official_loaders(self):
        self.convert(here.GOLDEN / "nano_s_mim_fp16.pt", size=160)
        pos = container_reader.read(self.out).tensors["pos_embed"]
        official = np.load(here.GOLDEN / "pos_embed_interp.npz")["nano_s_pos_160"][0]
        self.assertLess(np.count_nonzero(pos != official), 10)  # ties in the rounding
        np.testing.assert_allclose(pos, official, atol=1e-5)


class SelfTest(Converting):
    def picture(self, side):
        """As model/FORMAT.md puts it, one pixel after the other."""
        v = [[((7 * x + 13 * y) ^ ((x * y) >> 4)) & 255 for x in range(side)] for y in range(side)]
        return inputs.normalize(np.array([v] * 3))

    def test_the_logits_are_those_of_the_checkpoint(self):
        for dtype, tolerance in (("f32", 1e-3), ("f16", 0.02), ("q8", 0.25)):
            told = self.convert(dtype=dtype).manifest["self_test"]
            self.assertEqual(told["tolerance"], tolerance)
            with opened(NANO_S) as checkpoint:
                arrays = {n: values(t, n) for n, t in checkpoint.tensors.items()}
            logits = reference.Net(arrays, 3).forward(self.picture(64))[2]
            np.testing.assert_allclose(told["logits"], logits, atol=1e-5)

    def test_what_was_written_passes_and_a_damaged_layer_does_not(self):
        told = self.convert(dtype="q8").manifest["self_test"]
        official = container_reader.official(container_reader.read(self.out))

        def off():
            logits = Net(official, 3).forward(self.picture(64))[2]
            return np.abs(logits - told["logits"]).max()
        self.assertLess(off(), told["tolerance"] / 4)
        official["blocks.1.mlp.w3.weight"] = np.roll(official["blocks.1.mlp.w3.weight"], 1)
        self.assertGreater(off(), told["tolerance"])

    def test_a_feature_extractor_tells_its_first_features(self):
        source = here.GOLDEN / "nano_s_mim_fp16.pt"
        told = self.convert(source, dtype="f32").manifest["self_test"]
        with opened(source) as checkpoint:
            arrays = {n: values(t, n) for n, t in checkpoint.tensors.items() if "lm_head" not in n}
        embedding = reference.Net(arrays, 3).forward(self.picture(64))[1]
        np.testing.assert_allclose(told["embedding"], embedding[:16], atol=1e-5)
        self.assertEqual(told["logits"], [])


class Container(Converting):
    def test_header_and_dtypes_are_as_the_format_says(self):
        kinds = {"f32": (0, 0, 0), "f16": (1, 1, 1), "q8": (2, 1, 0)}
        for dtype, (block, patch, head) in kinds.items():
            self.convert(dtype=dtype)
            model = container_reader.read(self.out)
            self.assertEqual(model.table["blocks.1.w3.weight"].dtype, block)
            self.assertEqual(model.table["patch_embed.weight"].dtype, patch)
            self.assertEqual(model.table["head.weight"].dtype, head)
            self.assertEqual({e.act_bits for e in model.table.values()},
                             {0, 7, 8} if dtype == "q8" else {0})
            h = model.header
            self.assertEqual((h.version, h.embed_dim, h.depth, h.heads, h.mlp_hidden, h.patch_size,
                              h.grid, h.classes, h.pooling, h.inner_norm, h.scoring),
                             (1, 48, 2, 3, 128, 16, 4, 14, 0, 0, 1))

    def test_chunks_are_cut_at_two_mebibytes(self):
        with mock.patch.object(container, "CHUNK", 1000):
            self.convert()
        chunks = container_reader.read(self.out).manifest["chunks"]
        self.assertEqual({c["bytes"] for c in chunks[:-1]}, {1000})
        self.assertEqual(container.CHUNK, 2 << 20)

    def test_the_same_input_gives_the_same_bytes(self):
        self.convert()
        first = self.files()
        self.convert()
        self.assertEqual(self.files(), first)

    def test_the_manifest_says_what_was_converted(self):
        card = {"findings": {"Mass": {"threshold": 0.2}}, "licence": "mine", "name": "test"}
        made = self.convert(card=card).manifest
        self.assertEqual(made["parameters"], 95134)
        self.assertEqual(made["architecture"]["rope_pitch"], 14)
        self.assertEqual({member: made[member] for member in card}, card)
        self.assertEqual(made["source"]["checkpoint"], "nano_s_ft.pth")
        self.assertIn("not a medical device", made["notice"])

    def test_a_table_of_no_formula_is_kept_with_a_warning(self):
        arrays = weights.finetuned(weights.CONFIGS["nano_s"])
        arrays["rope.freqs_cos"], arrays["rope.freqs_sin"] = weights.rope_tables(16, 4, 15)
        result = self.convert(arrays)
        self.assertIsNone(result.manifest["architecture"]["rope_pitch"])
        self.assertIn("no known formula", result.warnings[0])
        cos = container_reader.read(self.out).tensors["rope.cos"]
        np.testing.assert_array_equal(cos, arrays["rope.freqs_cos"][:, 0::2])
        with self.assertRaisesRegex(ConvertError, "--size"):
            self.convert(arrays, size=160)

    def test_without_a_table_the_pitch_is_14(self):
        config = weights.Config(192, 1, 3, 64, 14, False, 14)
        arrays = weights.finetuned(config)
        del arrays["rope.freqs_cos"], arrays["rope.freqs_sin"]
        self.assertEqual(self.convert(arrays).manifest["architecture"]["rope_pitch"], 14)
        cos = container_reader.read(self.out).tensors["rope.cos"]
        np.testing.assert_array_equal(cos, weights.rope_tables(64, 4, 14)[0][:, 0::2])


class WholeOrNothing(Converting):
    def test_a_refusal_leaves_nothing_and_keeps_what_was_there(self):
        self.convert()
        before = self.files()
        broken = weights.finetuned(weights.CONFIGS["nano_s"])
        broken["blocks.1.mlp.w3.bias"][7] = np.nan  # found when half of the stream is written
        with self.assertRaisesRegex(ConvertError, r"blocks.1.mlp.w3.bias has 1 values"):
            self.convert(broken)
        self.assertEqual(self.files(), before)
        self.assertEqual([p.name for p in self.folder.iterdir()], ["model"])

    def test_an_interrupt_and_a_full_disk_leave_nothing(self):
        real = container._Chunks.write
        for failure in (KeyboardInterrupt, OSError(errno.ENOSPC, "No space left on device")):
            def write(chunks, data, failure=failure):
                if chunks.total > 100000:
                    raise failure
                real(chunks, data)
            with mock.patch.object(container._Chunks, "write", write):
                with self.assertRaises((KeyboardInterrupt, OSError)):
                    self.convert()
            self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_failed_swap_puts_the_old_model_back(self):
        self.convert()
        before = self.files()
        real = Path.rename

        def rename(path, target):
            if path.name == "new":
                raise OSError("no")
            return real(path, target)
        with mock.patch.object(Path, "rename", rename), self.assertRaises(OSError):
            self.convert(dtype="f16")
        self.assertEqual(self.files(), before)

    def test_a_folder_that_is_not_a_model_is_left_alone(self):
        self.out.mkdir()
        (self.out / "thesis.txt").write_text("years of work")
        with self.assertRaisesRegex(ConvertError, "not a model of this format"):
            self.convert()
        (self.out / "manifest.json").write_text('{"format": "something else"}')
        with self.assertRaises(ConvertError):
            self.convert()
        self.assertEqual(len(self.files()), 2)

    def test_a_file_in_the_place_of_the_folder_is_left_alone(self):
        self.out.write_text("x")
        with self.assertRaisesRegex(ConvertError, "not a folder"):
            self.convert()

    def test_files_beside_a_replaced_model_survive(self):
        self.convert(dtype="f32")
        (self.out / "README.md").write_text("notes")
        (self.out / "chunk-777.bin").write_text("left over")
        self.convert(dtype="q8")
        self.assertEqual(sorted(p.name for p in self.out.iterdir()),
                         ["README.md", "chunk-000.bin", "manifest.json"])

    def test_an_empty_folder_is_filled(self):
        self.out.mkdir()
        self.convert()
        self.assertTrue(folder.manifest.is_model(self.out))


class CommandLine(Converting):
    def run_convert(self, *words):
        return subprocess.run([sys.executable, here.CONVERT, *map(str, words)],
                              capture_output=True, text=True)

    def test_it_prints_groups_and_totals(self):
        done = self.run_convert(NANO_S, "--out", self.out)
        self.assertEqual((done.returncode, done.stderr.count("calibrating block")), (0, 2))
        for word in ("patch", "pos", "qkv", "proj", "w12", "w3", "head", "norms",
                     "RoPE pitch 14, exact", "95,134 parameters"):
            self.assertIn(word, done.stdout)
        self.assertEqual(json.loads((self.out / "manifest.json").read_text())["dtype"], "q8")

    def test_refusals_are_one_line_and_status_1(self):
        attack = self.folder / "attack.pth"
        torch_file.write(attack, {"model": {}, "x": torch_file.call("os", "system")})
        for words, message in (((attack,), "os system"),
                               ((self.folder / "none.pth",), "No such file"),
                               ((NANO_S, "--size", "100"), "multiple of 16")):
            done = self.run_convert(*words, "--out", self.out)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
            self.assertIn(message, done.stderr)
            self.assertFalse(self.out.exists())

    def test_names_from_the_file_cannot_control_the_terminal(self):
        rude = self.folder / "rude.pth"
        torch_file.write(rude, {"cls_token": np.zeros(1, np.float32), "\x1b[2J\n" + "x" * 9999: 1})
        done = self.run_convert(rude, "--out", self.out)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1))
        self.assertNotIn("\x1b", done.stderr)
        self.assertLess(len(done.stderr), 2100)

    def test_wrong_usage_is_status_2(self):
        self.assertEqual(self.run_convert(NANO_S).returncode, 2)


if __name__ == "__main__":
    unittest.main()
