"""Models that evax convert made, read by a reader that was written from model/FORMAT.md alone and computed by the
reference in float64: they hold what the checkpoint holds, and the tables that the official code would make.
SPDX-License-Identifier: MIT"""
import here
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

import container_reader
from golden import checkpoint_file, inputs, reference, weights

TABLES = np.load(here.GOLDEN / "pos_embed_interp.npz")
NANO = weights.CONFIGS["nano_s"]


def model_of(fixture):
    return container_reader.read(here.FIXTURES / "models" / fixture)


class Net(reference.Net):
    """With the bias on the keys that q8 models have."""

    def qkv(self, i, x):
        w, q, k, v = super().qkv(i, x)
        return w, q, k + self.s[f"blocks.{i}.attn.k_bias"], v


def logits_of(model, image):
    return Net(container_reader.official(model), 3).forward(image)[2]


class Converting(unittest.TestCase):
    """Tests that convert checkpoints of their own."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)

    def run_convert(self, source, **options):
        """source: a file, or name -> array. Returns (the process, the model's folder)."""
        out = self.folder / "model"
        if isinstance(source, dict):
            source = checkpoint_file.write(self.folder / "drawn.safetensors", source)
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = ["node", here.EVAX, "convert", source, "--out", out, "--force", "--threads", "1", *words]
        return subprocess.run(command, capture_output=True, text=True), out

    def convert(self, source, **options):
        done, out = self.run_convert(source, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return container_reader.read(out), done


class Fidelity(unittest.TestCase):
    def test_f32_models_compute_the_official_logits(self):
        for config in ("nano_s", "nano_b"):
            golden, model = np.load(here.GOLDEN / f"{config}.npz"), model_of(f"{config}-f32")
            for i, image in enumerate(inputs.inputs(64)):
                np.testing.assert_allclose(logits_of(model, image), golden[f"in{i}_logits_f64"], atol=1e-9)

    def test_f16_and_q8_models_stay_close(self):
        golden = np.load(here.GOLDEN / "nano_s.npz")
        for dtype, bound in (("f16", 5e-3), ("q8", 0.15)):
            model = model_of(f"nano_s-{dtype}")
            for i, image in enumerate(inputs.inputs(64)):
                off = np.abs(logits_of(model, image) - golden[f"in{i}_logits"]).max()
                self.assertTrue(0 < off < bound, (dtype, i, off))

    def test_a_pre_training_file_gives_its_norm_as_fc_norm(self):
        model = model_of("nano_s_mim-f32")
        official = checkpoint_file.read(here.GOLDEN / "nano_s_mim_fp16.pt")
        np.testing.assert_array_equal(model.tensors["fc_norm.weight"][0], official["norm.weight"])
        self.assertEqual((model.header.classes, model.header.scoring, model.manifest["labels"]), (0, 0, []))

    def test_a_model_that_pools_the_cls_token_says_so_in_its_header(self):
        model, image = model_of("nano_s_cls-f32"), inputs.inputs(64)[0]
        self.assertEqual(model.header.pooling, 1)
        arrays = weights.with_cls_pooling(weights.finetuned(NANO))
        np.testing.assert_allclose(logits_of(model, image), reference.Net(arrays, 3).forward(image)[2], atol=1e-9)


class SelfTest(unittest.TestCase):
    def picture(self, side):
        """As model/FORMAT.md puts it, one pixel after the other."""
        v = [[((7 * x + 13 * y) ^ ((x * y) >> 4)) & 255 for x in range(side)] for y in range(side)]
        return inputs.normalize(np.array([v] * 3))

    def test_the_logits_are_those_of_the_checkpoint(self):
        arrays = checkpoint_file.read(here.GOLDEN / "nano_s_ft.pth")
        logits = reference.Net(arrays, 3).forward(self.picture(64))[2]
        for dtype, tolerance in (("f32", 1e-3), ("f16", 0.02), ("q8", 0.25)):
            told = model_of(f"nano_s-{dtype}").manifest["self_test"]
            self.assertEqual(told["tolerance"], tolerance)
            np.testing.assert_allclose(told["logits"], logits, atol=1e-5)

    def test_what_was_written_passes_and_a_damaged_layer_does_not(self):
        model = model_of("nano_s-q8")
        told = model.manifest["self_test"]

        def off():
            return np.abs(logits_of(model, self.picture(64)) - told["logits"]).max()
        self.assertLess(off(), told["tolerance"] / 4)
        model.tensors["blocks.1.w3.weight"] = np.roll(model.tensors["blocks.1.w3.weight"], 1)
        self.assertGreater(off(), told["tolerance"])

    def test_a_feature_extractor_tells_its_first_features(self):
        told = model_of("nano_s_mim-f32").manifest["self_test"]
        arrays = checkpoint_file.read(here.GOLDEN / "nano_s_mim_fp16.pt")
        official = {name: array for name, array in arrays.items() if "lm_head" not in name}
        embedding = reference.Net(official, 3).forward(self.picture(64))[1]
        np.testing.assert_allclose(told["embedding"], embedding[:16], atol=1e-5)
        self.assertEqual(told["logits"], [])


class Container(unittest.TestCase):
    def test_header_and_dtypes_are_as_the_format_says(self):
        kinds = {"f32": (0, 0, 0), "f16": (1, 1, 1), "q8": (2, 1, 0)}
        for dtype, expected in kinds.items():
            model = model_of(f"nano_s-{dtype}")
            names = ("blocks.1.w3.weight", "patch_embed.weight", "head.weight")
            self.assertEqual(tuple(model.table[name].dtype for name in names), expected)
            self.assertEqual({e.act_bits for e in model.table.values()}, {0, 8} if dtype == "q8" else {0})
            h = model.header
            self.assertEqual((h.version, h.embed_dim, h.depth, h.heads, h.mlp_hidden, h.patch_size, h.grid, h.classes,
                              h.pooling, h.inner_norm, h.scoring), (1, 48, 2, 3, 128, 16, 4, 14, 0, 0, 1))

    def test_the_published_sizes_are_known_by_their_shapes(self):
        for fixture, size in (("ti_224", "Ti"), ("s_224", "S"), ("b_224", "B"), ("s_480", "S"), ("nano_b", "custom")):
            folder = here.FIXTURES / "models" / f"{fixture}-f32"
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            self.assertEqual(manifest["architecture"]["size"], size)

    def test_layers_of_real_models_take_seven_bits_where_they_may_and_narrow_ones_keep_eight(self):
        bits = {name: {e.act_bits for e in model_of(f"{name}-q8").table.values() if e.dtype == 2}
                for name in ("nano_s", "nano_b", "ti_224", "s_224")}
        self.assertEqual(bits, {"nano_s": {8}, "nano_b": {8}, "ti_224": {7, 8}, "s_224": {7, 8}})


class RopeTables(Converting):
    # Made independently of this code, at entries 0, 2, 4, 30, 32, 34, 62 of a row of 64: (grid, pitch, patch).
    PAIRS = [0, 1, 2, 15, 16, 17, 31]
    CHECKED = {
        (14, 14, 16): ([.5403023, .8460091, .9504153, 1, -.4161468, .4314628, .9999999],
                       [.841471, .5331684, .3109836, .0001778279, .9092974, .9021307, .0003556559]),
        (30, 14, 32): ([.893073, .9657634, .9891309, 1, .5951585, .8653982, 1],
                       [.4499119, .2594242, .1470379, .00008298638, .8036083, .5010849, .0001659728]),
        (14, 16, 16): ([.4149967, .8004949, .9354016, 1, -.6555555, .2815842, .9999999],
                       [.9098229, .5993395, .3535871, .0002032319, .7551469, .9595366, .0004064639])}

    def test_check_values(self):
        for (grid, pitch, patch), expected in self.CHECKED.items():
            arrays = weights.finetuned(weights.Config(192, 1, 3, 64, 14, False, pitch))
            model, _ = self.convert(arrays, dtype="f32", size=16 * grid)
            for part, wanted in zip(("cos", "sin"), expected, strict=True):
                np.testing.assert_allclose(model.tensors[f"rope.{part}"][patch, self.PAIRS], wanted, atol=6e-8)

    def test_another_size_takes_the_official_tables(self):
        model = model_of("nano_s_160-q8")
        for part, official in zip(("cos", "sin"), TABLES["nano_s_rope_160"], strict=True):
            np.testing.assert_allclose(np.repeat(model.tensors[f"rope.{part}"], 2, 1), official, atol=6e-8)
        self.assertEqual((model.header.grid, model.manifest["recipe"]["crop"]), (10, 160))

    def test_the_pitch_is_recognized_exact_in_half_precision_flat_and_square(self):
        for grid, pitch in ((4, 14), (7, 16), (7, 7)):
            arrays = weights.finetuned(weights.Config(48, 1, 3, 16 * grid, 14, False, pitch))
            for kind, told in ((np.float32, "exact"), (np.float16, "fp16-rounded")):
                stored = arrays | {f"rope.freqs_{part}": arrays[f"rope.freqs_{part}"].astype(kind).astype(np.float32)
                                   .reshape(grid, grid, 16) for part in ("cos", "sin")}
                model, done = self.convert(stored, dtype="f32")
                self.assertEqual(model.manifest["architecture"]["rope_pitch"], pitch)
                self.assertIn(f"RoPE pitch {pitch}, {told} table", done.stdout)
                np.testing.assert_array_equal(np.repeat(model.tensors["rope.cos"], 2, 1),
                                              stored["rope.freqs_cos"].reshape(grid * grid, 16))

    def test_a_table_of_no_formula_is_kept_with_a_warning_and_at_its_size(self):
        arrays = weights.finetuned(NANO)
        arrays["rope.freqs_cos"], arrays["rope.freqs_sin"] = weights.rope_tables(16, 4, 15)
        model, done = self.convert(arrays, dtype="f32")
        self.assertIsNone(model.manifest["architecture"]["rope_pitch"])
        self.assertIn("no known formula", done.stderr)
        np.testing.assert_array_equal(model.tensors["rope.cos"], arrays["rope.freqs_cos"][:, 0::2])
        refused, _ = self.run_convert(arrays, size=160)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("size needs a RoPE table", refused.stderr)

    def test_without_a_table_the_pitch_is_14(self):
        arrays = weights.finetuned(weights.Config(192, 1, 3, 64, 14, False, 14))
        cos = arrays.pop("rope.freqs_cos")
        del arrays["rope.freqs_sin"]
        model, _ = self.convert(arrays, dtype="f32")
        self.assertEqual(model.manifest["architecture"]["rope_pitch"], 14)
        np.testing.assert_allclose(model.tensors["rope.cos"], cos[:, 0::2], atol=6e-8)


class PositionEmbedding(Converting):
    def test_resizing_14_to_30_equals_the_official_loader(self):
        arrays = weights.finetuned(weights.Config(48, 1, 3, 224, 14, False, 14))
        arrays["pos_embed"][0, 1:, :8] = TABLES["s_pos_14_in_ch0_7"]
        model, _ = self.convert(arrays, dtype="f32", size=480)
        resized = model.tensors["pos_embed"]
        np.testing.assert_array_equal(resized[0], arrays["pos_embed"][0, 0])
        np.testing.assert_allclose(resized[1:, :8], TABLES["s_pos_30_out_ch0_7"], atol=3e-7)

    def test_that_of_a_file_in_half_precision_is_rounded_as_by_the_official_loader(self):
        model, _ = self.convert(here.GOLDEN / "nano_s_mim_fp16.pt", dtype="f32", size=160)
        pos, official = model.tensors["pos_embed"], TABLES["nano_s_pos_160"][0]
        self.assertLess(np.count_nonzero(pos != official), 10)  # ties in the rounding
        np.testing.assert_allclose(pos, official, atol=1e-5)


if __name__ == "__main__":
    unittest.main()
