"""RoPE tables and position embeddings at another grid. SPDX-License-Identifier: MIT"""
import here
import unittest

import numpy as np

from evax_convert import pos_embed, rope
from evax_convert.errors import ConvertError
from golden import weights

GOLDEN = np.load(here.GOLDEN / "pos_embed_interp.npz")
# Check values made independently of this code, at entries 0, 2, 4, 30, 32, 34, 62 of a row of 64.
PAIRS = [0, 1, 2, 15, 16, 17, 31]
CHECKED = {
    (14, 14, 16): ([.5403023, .8460091, .9504153, 1, -.4161468, .4314628, .9999999],
                   [.841471, .5331684, .3109836, .0001778279, .9092974, .9021307, .0003556559]),
    (30, 14, 32): ([.893073, .9657634, .9891309, 1, .5951585, .8653982, 1],
                   [.4499119, .2594242, .1470379, .00008298638, .8036083, .5010849, .0001659728]),
    (14, 16, 16): ([.4149967, .8004949, .9354016, 1, -.6555555, .2815842, .9999999],
                   [.9098229, .5993395, .3535871, .0002032319, .7551469, .9595366, .0004064639])}


class Rope(unittest.TestCase):
    def test_check_values(self):
        for (grid, pitch, patch), expected in CHECKED.items():
            for table, wanted in zip(rope.table(grid, pitch, 64), expected):
                np.testing.assert_allclose(table[patch, PAIRS], wanted, atol=6e-8)

    def test_tables_equal_the_official_ones_at_another_size(self):
        for config, pitch in (("nano_s", 14), ("nano_b", 16)):
            for table, official in zip(rope.table(10, pitch, 16), GOLDEN[f"{config}_rope_160"]):
                np.testing.assert_allclose(np.repeat(table, 2, 1), official, atol=6e-8)

    def test_the_pitch_is_recognised_exact_and_in_half_precision(self):
        for grid, pitch in ((14, 14), (14, 16), (30, 14), (30, 16), (7, 7)):
            exact = rope.table(grid, pitch, 64)
            self.assertEqual(rope.recognise(*exact, grid), (pitch, 0.0))
            halves = [t.astype(np.float16).astype(np.float32) for t in exact]
            found, error = rope.recognise(*halves, grid)
            self.assertEqual(found, pitch)
            self.assertTrue(rope.EXACT < error <= rope.FITS)

    def test_other_tables_have_no_pitch(self):
        self.assertIsNone(rope.recognise(*rope.table(14, 15, 64), 14)[0])

    def test_stored_tables_may_be_flat_or_square(self):
        flat = weights.rope_tables(16, 4, 14)
        for stored in (flat, [t.reshape(4, 4, 16) for t in flat]):
            np.testing.assert_array_equal(rope.from_checkpoint(*stored, 4), rope.table(4, 14, 16))

    def test_unequal_pairs_are_refused(self):
        cos, sin = weights.rope_tables(16, 4, 14)
        cos[5, 3] += 0.01
        with self.assertRaisesRegex(ConvertError, "pair"):
            rope.from_checkpoint(cos, sin, 4)


class PosEmbed(unittest.TestCase):
    def test_resizing_14_to_30_equals_the_official_loader(self):
        patches = GOLDEN["s_pos_14_in_ch0_7"]
        cls = np.full((1, 8), 7, np.float32)
        resized = pos_embed.resize(np.concatenate([cls, patches]), 30)
        np.testing.assert_array_equal(resized[:1], cls)
        np.testing.assert_allclose(resized[1:], GOLDEN["s_pos_30_out_ch0_7"], atol=3e-7)


if __name__ == "__main__":
    unittest.main()
