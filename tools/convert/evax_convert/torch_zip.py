"""Checkpoints as torch.save writes them: a zip of <name>/data.pkl and <name>/data/<key>, nothing
compressed. The pickle says which part of which storage a tensor is; every such claim is checked
against what the archive holds before a value is read. SPDX-License-Identifier: MIT"""
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from . import pickle_machine
from .errors import ConvertError
from .tensor import STORED, Tensor

MAX_PICKLE = 16 << 20  # bytes; a large training checkpoint's pickle has a few hundred kB
MAX_DIMENSIONS = 8     # of a tensor

_DTYPES = {"torch DoubleStorage": "f64", "torch FloatStorage": "f32", "torch HalfStorage": "f16",
           "torch BFloat16Storage": "bf16"}


@contextmanager
def opened(path):
    """The object in the checkpoint, with Tensors in it; they can be read inside the with block."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield _Archive(archive, path).load()
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError,
            UnicodeDecodeError) as error:  # the last: a name that says it is UTF-8 and is not
        raise ConvertError(f"the zip archive is damaged or incomplete ({error}); "
                           "copy or download the checkpoint again") from None


@dataclass(frozen=True)
class _Storage:
    member: zipfile.ZipInfo
    dtype: str
    count: int


class _Archive:
    def __init__(self, archive, path):
        self.archive, self.size = archive, path.stat().st_size
        pickles = [n for n in archive.namelist() if n.count("/") == 1 and n.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ConvertError("this zip archive is not a torch checkpoint: it has "
                               f"{len(pickles)} files named <name>/data.pkl instead of one")
        self.root = pickles[0][:-len("data.pkl")]

    def load(self):
        if self.root + "byteorder" in self.archive.namelist():
            if self._bytes(self._member("byteorder")) != b"little":
                raise ConvertError("the checkpoint was saved on a big-endian machine; "
                                   "save it again on a little-endian one")
        member = self._member("data.pkl")
        if member.file_size > MAX_PICKLE:
            raise ConvertError(f"data.pkl has {member.file_size} bytes, "
                               "more than any checkpoint needs")
        return pickle_machine.load(self._bytes(member), self._storage, self._tensor)

    def _member(self, name):
        try:
            member = self.archive.getinfo(self.root + name)
        except KeyError:
            raise ConvertError(f"the archive has no {self.root + name}, which its pickle "
                               "names; the checkpoint is incomplete") from None
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise ConvertError(f"{member.filename} is compressed, which torch.save never does; "
                               "save the checkpoint again with torch.save")
        if not 0 <= member.header_offset <= self.size - member.file_size:
            raise ConvertError(f"{member.filename} reaches beyond the ends of the file; "
                               "the checkpoint is truncated")
        return member

    def _bytes(self, member):
        return self.archive.read(member)

    def _storage(self, cls, key, count):
        dtype = _DTYPES.get(cls, cls.removeprefix("torch ").removesuffix("Storage").lower())
        member = self._member(f"data/{key}")
        if dtype in STORED and count * STORED[dtype].itemsize != member.file_size:
            raise ConvertError(f"{member.filename} has {member.file_size} bytes, but the pickle "
                               f"promises {count} {dtype} numbers")
        return _Storage(member, dtype, count)

    def _tensor(self, storage, offset, shape, strides):
        if (not isinstance(storage, _Storage) or type(shape) is not tuple
                or type(strides) is not tuple or not len(shape) == len(strides) <= MAX_DIMENSIONS
                or not all(type(n) is int and 0 <= n < 2 ** 63
                           for n in (offset, *shape, *strides))):
            raise ValueError("a tensor with impossible geometry")
        last = offset + sum((n - 1) * s for n, s in zip(shape, strides))
        if 0 not in shape and last >= storage.count:
            raise ConvertError(f"a tensor of shape {list(shape)} needs {last + 1} numbers, but "
                               f"{storage.member.filename} has {storage.count}")
        return Tensor(shape, storage.dtype, lambda: self._values(storage, offset, shape, strides))

    def _values(self, storage, offset, shape, strides):
        dtype = STORED[storage.dtype]
        flat = np.frombuffer(self._bytes(storage.member), dtype)[offset:]
        steps = [s * dtype.itemsize for s in strides]
        return np.ascontiguousarray(np.lib.stride_tricks.as_strided(flat, shape, steps))
