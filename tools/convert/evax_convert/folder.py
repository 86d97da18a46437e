"""A folder that appears complete or not at all. SPDX-License-Identifier: MIT"""
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import manifest
from .errors import ConvertError


def check(target):
    """Raises ConvertError if `target` is something that must not be replaced: anything that exists,
    except an empty folder and a model."""
    if target.is_dir():
        if any(target.iterdir()) and not manifest.is_model(target):
            raise ConvertError(f"{target} exists and is not a model of this format; "
                               "it is left alone. Choose another --out")
    elif target.exists() or target.is_symlink():
        raise ConvertError(f"{target} exists and is not a folder; choose another --out")


@contextmanager
def replaced(target):
    """A new folder beside `target` that takes its place when the with block ends well. Until then
    target stays as it was; files in it that are not the model's are kept. On any failure the new
    folder is removed."""
    check(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as beside:
        new, old = Path(beside, "new"), Path(beside, "old")
        new.mkdir()
        yield new
        if target.is_dir():
            _keep_strangers(target, new)
            target.rename(old)
        try:
            new.rename(target)
        except BaseException:
            if old.exists():
                old.rename(target)
            raise


def _keep_strangers(target, new):
    for entry in target.iterdir():
        if entry.name == manifest.NAME or entry.match("chunk-*.bin"):
            continue
        if entry.is_dir():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)
