"""Property: a JPEG decodes to Pillow's pixels, whatever its chroma sampling, the markers and names that say
what its colors are, its order of scans, and the bytes between its segments. Needs build/plain/image_tool.
SPDX-License-Identifier: MIT"""
import io
import tempfile
import unittest
from itertools import product
from pathlib import Path

import here  # noqa: F401
import numpy as np
from PIL import Image
from test_fuzz_png import ours

# The blocks of luma in an MCU as Pillow writes them, and other shapes of as many: (columns, rows).
SHAPES = {0: [(1, 1)], 1: [(2, 1), (1, 2)], 2: [(2, 2), (4, 1), (1, 4)]}


def segments(file):
    """The file's segments behind SOI: (marker, bytes from the marker on, with coded data)."""
    at, out = 2, []
    while at < len(file):
        end = at + 2
        if file[at + 1] != 0xD9:
            end += int.from_bytes(file[at + 2:at + 4], "big")
        if file[at + 1] == 0xDA:
            while file[end] != 0xFF or file[end + 1] in (0, *range(0xD0, 0xD8)):
                end += 1
        out.append((file[at + 1], bytearray(file[at:end])))
        at = end
    return out


def joined(parts, between=b""):
    return b"\xff\xd8" + b"".join(between + bytes(part) for _, part in parts)


def picture(width, height):
    """Soft colored waves with noise, so that every rounding shows."""
    random = np.random.RandomState(width * 100 + height)
    y, x = np.mgrid[:height, :width]
    waves = [128 + 90 * np.sin(x / (2 + c) + y / (3 + 2 * c)) for c in range(3)]
    return (np.stack(waves, 2) + random.randint(-30, 30, (height, width, 3))).clip(0, 255).astype(np.uint8)


def encoded(pixels, subsampling=0, progressive=False, restarts=0):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "jpeg", quality=92, subsampling=subsampling, progressive=progressive,
                                 restart_marker_blocks=restarts)
    return out.getvalue()


def reshaped(file, subsampling, shape, width, height):
    """The same coded data, with MCUs of another shape and a size that has as many of them."""
    parts = segments(file)
    for marker, part in parts:
        if marker in (0xC0, 0xC2):
            columns, rows = shape
            part[5:9] = (8 * rows * height - 3).to_bytes(2, "big") + (8 * columns * width - 5).to_bytes(2, "big")
            part[11] = columns << 4 | rows
    return joined(parts)


def named(file, ids, jfif, transform):
    """The file with other component names and color markers; transform None: no Adobe marker."""
    names = {i + 1: value for i, value in enumerate(ids)}
    parts = [(marker, part) for marker, part in segments(file) if marker not in (0xE0, 0xEE)]
    for marker, part in parts:
        if marker in (0xC0, 0xC2):
            for at in range(10, 19, 3):
                part[at] = names[part[at]]
        if marker == 0xDA:
            for at in range(5, 5 + 2 * part[4], 2):
                part[at] = names[part[at]]
    if transform is not None:
        parts.insert(0, (0xEE, b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])))
    if jfif:
        parts.insert(0, (0xE0, b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"))
    return joined(parts)


class EveryJpeg(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name, "any.jpg")

    def assertAsPillow(self, file):
        self.path.write_bytes(file)
        pillow = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"))
        difference = np.abs(ours(self.path).astype(int) - pillow)
        self.assertEqual(difference.max(), 0, f"{(difference.max(2) > 0).mean():.1%} of the pixels differ")

    def test_every_shape_of_chroma_sampling(self):
        for subsampling, progressive, restarts in product(SHAPES, (False, True), (0, 2)):
            for width, height in ((1, 1), (2, 1), (3, 5)):  # in MCUs
                whole = SHAPES[subsampling][0]
                file = encoded(picture(8 * whole[0] * width, 8 * whole[1] * height), subsampling, progressive,
                               restarts)
                for shape in SHAPES[subsampling]:
                    if restarts and progressive and shape != whole:
                        continue  # scans of one component have other rows, and their restarts
                    with self.subTest(shape=shape, progressive=progressive, mcus=(width, height), restarts=restarts):
                        self.assertAsPillow(reshaped(file, subsampling, shape, width, height))

    def test_narrow_and_flat_pictures(self):
        for width, height, subsampling in product((1, 2, 3, 4, 5, 9), (1, 2, 3, 17), SHAPES):
            with self.subTest(size=(width, height), subsampling=subsampling):
                self.assertAsPillow(encoded(picture(width, height), subsampling))

    def test_every_way_to_say_what_the_colors_are(self):
        for progressive in (False, True):
            file = encoded(picture(37, 21), progressive=progressive)
            for ids, jfif, transform in product((b"\1\2\3", b"\0\1\2", b"RGB", b"rgb", b"BGR"), (False, True),
                                                (None, 0, 1, 2)):
                with self.subTest(ids=ids, jfif=jfif, transform=transform, progressive=progressive):
                    self.assertAsPillow(named(file, ids, jfif, transform))

    def test_bytes_between_segments(self):
        for progressive, between in product((False, True), (b"\xff\0", b"\xff\0\1\2\xff\0", b"\xff\xff")):
            with self.subTest(between=between, progressive=progressive):
                self.assertAsPillow(joined(segments(encoded(picture(37, 21), 2, progressive)), between))

    def test_a_progressive_picture_without_its_last_scans_is_refused(self):
        parts = segments(encoded(picture(37, 21), 2, True))
        scans = [i for i, (marker, _) in enumerate(parts) if marker == 0xDA]
        self.assertGreaterEqual(len(scans), 6)
        for scan in scans:
            with self.subTest(scan=scan):
                self.path.write_bytes(joined(parts[:scan] + parts[-1:]))
                self.assertRaisesRegex(AssertionError, "STATUS -2[34]", ours, self.path)


if __name__ == "__main__":
    unittest.main()
