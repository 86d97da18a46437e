"""The engine's pictures against the official transform. Needs build/plain/image_tool.
SPDX-License-Identifier: MIT"""
import hashlib
import json
import os
import struct
import subprocess
import tempfile
import unittest
import zlib
from pathlib import Path

import here
import numpy as np

TOOL = Path(os.environ.get("IMAGE_TOOL", here.REPOSITORY / "build" / "plain" / "image_tool"))
IMAGES = here.GOLDEN / "preprocess"
COLOR = here.REPOSITORY / "tests" / "images"
GOLDEN = json.loads((IMAGES / "preprocess.json").read_text(encoding="utf-8"))
CASES = GOLDEN["cases"]
MEAN, STD = np.float32(0.49185243), np.float32(0.28509309)


def run(*words):
    """(stdout, the fields that image_tool prints on stderr)"""
    done = subprocess.run([TOOL, *map(str, words)], capture_output=True, check=False)
    if done.returncode:
        raise AssertionError(f"{words}: {done.stderr.decode()}")
    return done.stdout, [int(word) for word in done.stderr.split()]


def prepared(path, resize, crop):
    return run("input", path, resize, crop)[0]


def read_png16(path):
    """The samples [H, W] of a 16-bit gray PNG without interlace."""
    file, at, packed = path.read_bytes(), 8, b""
    width, height = struct.unpack(">II", file[16:24])
    while at < len(file):
        length, kind = struct.unpack(">I4s", file[at:at + 8])
        packed += file[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 2 * width)
    rows, above = [], [0] * (2 * width)
    for line in lines.astype(int).tolist():
        above = unfilter(line[0], line[1:], above)
        rows.append(above)
    return np.array(rows, np.uint8).view(">u2").astype(np.uint16)


def unfilter(kind, row, above):
    """One PNG row of 2-byte pixels."""
    for i, value in enumerate(row):
        left, corner = (row[i - 2], above[i - 2]) if i > 1 else (0, 0)
        up = above[i]
        paeth = min((left, up, corner), key=lambda v: abs(left + up - corner - v))
        row[i] = (value + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
    return row


def write_png8(path, pixels):
    """pixels: u8 [H, W]"""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    height, width = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    path.write_bytes(b"\x89PNG\r\n\x1a\n"
                     + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def bicubic(x):
    """Keys' cubic, a = -0.5."""
    x = abs(x)
    if x < 1:
        return (1.5 * x - 2.5) * x * x + 1
    return (((x - 5) * x + 8) * x - 4) * -0.5 if x < 2 else 0.0


def resample(pixels, size):
    """Pillow's bicubic along the first axis: u8 [in, n] -> u8 [size, n]. model/ARCHITECTURE.md section 5."""
    length = len(pixels)
    if size == length:
        return pixels
    scale = length / size
    support = 2 * max(scale, 1)
    out = np.empty((size, pixels.shape[1]), np.uint8)
    for o in range(size):
        center = (o + 0.5) * scale
        lo, hi = max(int(center - support + 0.5), 0), min(int(center + support + 0.5), length)
        w = np.array([bicubic((i - center + 0.5) * (1 / max(scale, 1))) for i in range(lo, hi)])
        fixed = np.trunc(w / sum(w.tolist()) * 2**22 + np.copysign(0.5, w)).astype(np.int64)
        total = (2**21 + fixed @ pixels[lo:hi].astype(np.int64)) >> 22
        out[o] = total.clip(0, 255)
    return out


def transform(pixels, resize, crop):
    """u8 [H, W] -> float32 [3, crop, crop] by the official evaluation transform."""
    height, width = pixels.shape
    short = min(height, width)
    new_height, new_width = height * resize // short, width * resize // short
    pixels = resample(resample(pixels.T, new_width).T, new_height)
    top, left = round((new_height - crop) / 2), round((new_width - crop) / 2)
    unit = pixels[top:top + crop, left:left + crop].astype(np.float32) / np.float32(255)
    return np.repeat(((unit - MEAN) / STD)[None], 3, 0)


class Preprocess(unittest.TestCase):
    def setUp(self):
        self.assertTrue(TOOL.exists(), f"{TOOL} is missing: make native")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.picture = Path(folder.name) / "picture.png"

    def assertGolden(self, case, path):
        got = prepared(path, case["resize"], case["crop"])
        self.assertEqual(hashlib.sha256(got).hexdigest(), case["f32_sha256"])

    def test_every_8_bit_case_is_the_official_input_bit_for_bit(self):
        cases = [case for case in CASES if not case["file"].startswith("gray16")]
        self.assertGreaterEqual(len(cases), 12)
        for case in cases:
            with self.subTest(file=case["file"], recipe=case["recipe"]):
                self.assertGolden(case, IMAGES / case["file"])

    def test_16_bit_pixels_clipped_as_pil_does_give_the_official_input(self):
        for case in [case for case in CASES if case["file"].startswith("gray16")]:
            with self.subTest(file=case["file"], recipe=case["recipe"]):
                samples = read_png16(IMAGES / case["file"])
                write_png8(self.picture, samples.clip(0, 255).astype(np.uint8))
                self.assertGolden(case, self.picture)

    def test_16_bit_pixels_are_windowed_to_8_bits_and_the_result_says_so(self):
        for file in sorted({case["file"] for case in CASES if case["file"].startswith("gray16")}):
            with self.subTest(file=file):
                samples = read_png16(IMAGES / file).astype(int)
                lo, hi = int(samples.min()), int(samples.max())
                raw, fields = run("pixels", IMAGES / file)
                expected = (2 * 255 * (samples - lo) + hi - lo) // (2 * (hi - lo))
                np.testing.assert_array_equal(np.frombuffer(raw, np.uint8), expected.ravel())
                self.assertEqual(fields[2:7], [16, 1, 2, lo, hi])

    def test_jpeg_pixels_are_those_of_libjpeg(self):
        raw, (width, height, *_) = run("pixels", IMAGES / "gray_1000x777.jpg")
        decoded, fields = run("pixels", IMAGES / "gray_1000x777_decoded.png")
        self.assertEqual(fields[:2], [width, height])
        self.assertEqual(raw, decoded)

    def test_color_jpeg_pixels_are_those_of_libjpeg_in_every_chroma_sampling(self):
        for kind in ("444", "422", "420_progressive"):
            with self.subTest(kind=kind):
                raw, fields = run("pixels", COLOR / f"color_{kind}.jpg")
                decoded, _ = run("pixels", COLOR / f"color_{kind}.png")
                self.assertEqual(fields[-1], 3)
                self.assertEqual(raw, decoded)

    def test_any_size_and_recipe_is_resampled_as_in_pillow(self):
        random = np.random.RandomState(3)
        for width, height, resize, crop in (
                (1, 1, 20, 16), (1, 50, 16, 16), (50, 1, 21, 16), (40, 31, 16, 16),
                (31, 40, 37, 16), (300, 16, 16, 16), (16, 300, 17, 16), (200, 199, 36, 32),
                (33, 32, 32, 32), (777, 40, 64, 64), (1500, 1024, 18, 16), (90, 1600, 48, 48)):
            with self.subTest(width=width, height=height, resize=resize, crop=crop):
                pixels = random.randint(0, 256, (height, width)).astype(np.uint8)
                pixels[:, ::3] = 255 * (pixels[:, ::3] > 127)  # overshoot at both ends
                write_png8(self.picture, pixels)
                got = np.frombuffer(prepared(self.picture, resize, crop), np.float32)
                np.testing.assert_array_equal(got, transform(pixels, resize, crop).ravel())


if __name__ == "__main__":
    unittest.main()
