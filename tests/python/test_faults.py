"""The converter on a full disk, on files it cannot read, and interrupted: a whole model or what was
there before, and one line that says why. SPDX-License-Identifier: MIT"""
import here
import signal
import subprocess
import sys
import time
import unittest

from in_folder import InFolder

NANO_S = here.GOLDEN / "nano_s_ft.pth"
COMMAND = [sys.executable, "-B", str(here.CONVERT)]
# The converter, but it never finishes a block.
ENDLESS = [sys.executable, "-B", "-c", f"""
import runpy, sys, time
sys.path.insert(0, {str(here.CONVERT.parent)!r})
from evax_convert import quantise
quantise._block = lambda *args, **named: time.sleep(60)
runpy.run_path({str(here.CONVERT)!r}, run_name="__main__")
"""]


class Faults(InFolder):
    def run_with(self, *words, limit=()):
        return subprocess.run([*limit, *COMMAND, *map(str, words)], capture_output=True, text=True)

    def fails(self, run, message):
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertRegex(run.stderr.splitlines()[-1], f"^convert: .*{message}")
        self.assertNotIn("Traceback", run.stderr)

    def test_a_full_disk_is_named_and_leaves_the_model_that_was_there(self):
        self.assertEqual(self.run_with(NANO_S, "--out", self.out, "--dtype", "f32").returncode, 0)
        before = self.files()
        for size in (0, 1000, 20000):
            with self.subTest(size=size):
                run = self.run_with(NANO_S, "--out", self.out, limit=["prlimit", f"--fsize={size}"])
                self.fails(run, "File too large")
                self.assertEqual(self.files(), before)
                self.assertEqual([p.name for p in self.folder.iterdir()], ["model"])

    def test_what_cannot_be_read_or_written_is_named(self):
        note = self.folder / "note.txt"
        note.write_text("a file")
        for words, message in (((self.folder / "gone.pth", "--out", self.out), "No such file.*gone"),
                               ((self.folder, "--out", self.out), "Is a directory"),
                               ((NANO_S, "--out", note / "model"), "File exists.*note"),
                               ((NANO_S, "--out", self.out, "--card", note), "note.txt: the card")):
            with self.subTest(words=words):
                self.fails(self.run_with(*words), message)
        self.assertEqual(list(self.files()), ["note.txt"])

    def interrupted(self, wait, command=COMMAND):
        """Runs a conversion, calls wait(process), then Ctrl-C; returns (status, what it said)."""
        def heard():  # a shell that starts the tests in the background has its jobs ignore Ctrl-C
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        with subprocess.Popen([*command, str(NANO_S), "--out", str(self.out)], preexec_fn=heard,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            wait(process)
            process.send_signal(signal.SIGINT)
            said = process.stderr.read()
        return process.returncode, said

    def test_ctrl_c_while_it_calibrates_says_that_nothing_was_written(self):
        status, said = self.interrupted(lambda process: process.stderr.readline(), ENDLESS)
        self.assertEqual((status, said.splitlines()[-1]),
                         (130, "convert: interrupted, nothing was written"))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_ctrl_c_at_any_moment_leaves_a_whole_model_or_the_one_before(self):
        self.assertEqual(self.run_with(NANO_S, "--out", self.out).returncode, 0)
        new = self.files()
        self.assertEqual(self.run_with(NANO_S, "--out", self.out, "--dtype", "f32").returncode, 0)
        old = self.files()
        for tenths in (1, 3, 5, 7, 9):
            self.interrupted(lambda process: time.sleep(tenths / 10))
            self.assertIn(self.files(), (old, new))
            self.assertEqual([p.name for p in self.folder.iterdir()], ["model"])


if __name__ == "__main__":
    unittest.main()
