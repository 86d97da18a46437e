"""Tests that write into a folder of their own. SPDX-License-Identifier: MIT"""
import tempfile
import unittest
from pathlib import Path


class InFolder(unittest.TestCase):
    """folder: empty, gone after the test; out: where a model goes, not made yet."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)
        self.out = self.folder / "model"

    def files(self):
        return {p.relative_to(self.folder).as_posix(): p.read_bytes()
                for p in self.folder.rglob("*") if p.is_file()}
