"""Variants are recognised, and anything else is refused by name. SPDX-License-Identifier: MIT"""
import here  # noqa: F401
import re
import unittest

import numpy as np

from evax_convert import architecture
from evax_convert.errors import ConvertError
from evax_convert.tensor import Tensor
from golden import weights

TIMM = ((r"mlp\.w12\.", "mlp.fc1."), (r"mlp\.w1\.", "mlp.fc1_g."), (r"mlp\.w2\.", "mlp.fc1_x."),
        (r"mlp\.w3\.", "mlp.fc2."), (r"mlp\.ffn_ln\.", "mlp.norm."),
        (r"attn\.([qv])_bias", r"attn.\1_proj.bias"))

ONES = np.ones(48, np.float32)


def timm_name(name):
    for pattern, timm in TIMM:
        name = re.sub(pattern, timm, name)
    return name


class Recognise(unittest.TestCase):
    def setUp(self):
        self.packed = weights.finetuned(weights.CONFIGS["nano_s"])
        self.split = weights.finetuned(weights.CONFIGS["nano_b"])

    def recognise(self, arrays):
        return architecture.recognise({n: Tensor.of(a) for n, a in arrays.items()})

    def refused(self, arrays, message):
        with self.assertRaisesRegex(ConvertError, message):
            self.recognise(arrays)

    def test_both_block_variants(self):
        a, _ = self.recognise(self.packed)
        self.assertEqual((a.embed_dim, a.depth, a.heads, a.mlp_hidden, a.grid, a.classes),
                         (48, 2, 3, 128, 4, 14))
        self.assertEqual((a.fused_qkv, a.packed_mlp, a.inner_norm, a.pooling),
                         (True, True, False, "mean"))
        b, _ = self.recognise(self.split)
        self.assertEqual((b.fused_qkv, b.packed_mlp, b.inner_norm), (False, False, True))

    def test_published_sizes_by_their_shapes(self):
        for config, size in (("ti_224", "Ti"), ("s_224", "S"), ("b_224", "B")):
            c = weights.CONFIGS[config]
            found = architecture.Architecture(c.C, c.L, c.H, c.hidden, c.grid, c.K, "mean", c.split,
                                              True, True, "norm")
            self.assertEqual(found.size, size)

    def test_timm_names_mean_the_same(self):
        for arrays in (self.packed, self.split):
            renamed = {timm_name(n): a for n, a in arrays.items()}
            self.assertNotEqual(renamed.keys(), arrays.keys())
            (a, found), (b, expected) = self.recognise(renamed), self.recognise(arrays)
            self.assertEqual(a, b)
            self.assertEqual({n: id(t.load()) for n, t in found.items()},
                             {n: id(t.load()) for n, t in expected.items()})

    def test_a_tensor_under_both_names_is_refused(self):
        self.packed["blocks.0.mlp.fc2.bias"] = self.packed["blocks.0.mlp.w3.bias"]
        self.refused(self.packed, r"blocks.0.mlp.w3.bias is there twice")

    def test_a_pre_training_file_is_a_feature_extractor(self):
        arrays = weights.with_cls_pooling(self.packed)
        del arrays["head.weight"], arrays["head.bias"]
        arrays |= {"mask_token": np.zeros((1, 1, 48), np.float32),
                   "lm_head.weight": np.zeros((64, 48), np.float32),
                   "lm_head.bias": np.zeros(64, np.float32)}
        a, used = self.recognise(arrays)
        self.assertEqual((a.classes, a.pooling, a.norm), (0, "mean", "norm"))
        self.assertFalse({"mask_token", "lm_head.weight"} & used.keys())

    def test_a_head_without_fc_norm_pools_the_cls_token(self):
        a, _ = self.recognise(weights.with_cls_pooling(self.packed))
        self.assertEqual((a.classes, a.pooling, a.norm), (14, "cls", "norm"))

    def test_every_missing_tensor_is_named(self):
        for arrays in (self.packed, self.split):
            for name in arrays:
                if name == "fc_norm.weight":
                    continue  # then it is the CLS variant, and norm.weight is what is missing
                without = {n: a for n, a in arrays.items() if n != name}
                layer = name.rsplit(".", 1)[0]
                self.refused(without, f"{layer}|missing")

    def test_every_misshapen_tensor_is_named(self):
        measured = {"cls_token": "expected", "rope.freqs_cos": "heads 1|expected",
                    "blocks.0.mlp.w3.weight": "expected"}
        for name, array in self.split.items():
            wide = np.concatenate([array, array], -1)
            self.refused(self.split | {name: wide}, measured.get(name, f"{re.escape(name)} is"))

    def test_extra_tensors_are_named(self):
        self.refused(self.packed | {"blocks.0.gamma_1": ONES}, "blocks.0.gamma_1")
        self.refused(self.packed | {"norm.weight": ONES}, "norm.weight")
        self.refused(self.packed | {"blocks.2.norm1.bias": ONES}, "missing: blocks.2")

    def test_absurd_depth_is_out_of_range(self):
        self.refused(self.packed | {"blocks.9999.norm1.bias": ONES}, "depth 10000")

    def test_a_norm_inside_the_attention_is_refused(self):
        self.refused(self.packed | {"blocks.0.attn.norm.weight": ONES}, "inside the attention")

    def test_repeated_rope_tables_must_agree(self):
        same = {"blocks.1.attn.rope.freqs_cos": self.packed["rope.freqs_cos"].copy()}
        self.recognise(self.packed | same)
        same["blocks.1.attn.rope.freqs_cos"][3, 3] += 0.25
        self.refused(self.packed | same, "blocks.1.attn.rope.freqs_cos differs")

    def test_a_key_bias_must_be_zero(self):
        zero = np.zeros(48, np.float32)
        self.recognise(self.packed | {"blocks.0.attn.k_bias": zero})
        self.refused(self.packed | {"blocks.0.attn.k_bias": zero + 1}, "k_bias is not zero")


if __name__ == "__main__":
    unittest.main()
