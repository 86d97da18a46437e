"""Writes torch zip checkpoints opcode by opcode, honest and otherwise, without torch.
SPDX-License-Identifier: MIT"""
import pickle
import struct
import zipfile
from dataclasses import dataclass

import numpy as np


@dataclass
class Stored:
    """A tensor as the pickle describes it; the fields after array override the honest values."""
    array: np.ndarray
    storage: str = ""
    shape: tuple = None
    strides: tuple = None
    offset: int = 0
    count: int = None


class Raw(bytes):
    """Opcodes that leave one object on the stack."""


def write(path, tree, *, extra=(), drop=(), compress=zipfile.ZIP_STORED):
    """Saves tree (dicts of str, numbers, Stored, arrays, Raw). drop: members to leave out, extra:
    (name, bytes) to add."""
    pickler = _Pickler()
    data = b"\x80\x02" + pickler.emit(tree) + b"."
    with zipfile.ZipFile(path, "w", compress) as archive:
        storages = [(f"data/{i}", s) for i, s in enumerate(pickler.storages)]
        members = [("data.pkl", data), *storages, *extra]
        for name, content in members:
            if name not in drop:
                archive.writestr(f"archive/{name}", content)
    return path


def call(module, name, arguments=b")"):
    """Opcodes of module.name(*arguments)."""
    return Raw(b"c" + f"{module}\n{name}\n".encode() + arguments + b"R")


class _Pickler:
    def __init__(self):
        self.storages = []

    def emit(self, value):
        if isinstance(value, Raw):
            return bytes(value)
        if isinstance(value, dict):
            return b"}(" + b"".join(self.emit(k) + self.emit(v) for k, v in value.items()) + b"u"
        if isinstance(value, str):
            encoded = value.encode()
            return b"X" + struct.pack("<I", len(encoded)) + encoded
        if isinstance(value, tuple):
            return b"(" + b"".join(map(self.emit, value)) + b"t"
        if isinstance(value, int):
            return pickle.dumps(value, 2)[2:-1]
        return self.tensor(value if isinstance(value, Stored) else Stored(value))

    def tensor(self, stored):
        array = np.ascontiguousarray(stored.array)
        kind = stored.storage or {2: "Half", 4: "Float", 8: "Double"}[array.itemsize] + "Storage"
        key, count = str(len(self.storages)), array.size if stored.count is None else stored.count
        self.storages.append(array.tobytes())
        strides = tuple(s // array.itemsize for s in array.strides)
        return (b"ctorch._utils\n_rebuild_tensor_v2\n(" + b"(" + self.emit("storage")
                + f"ctorch\n{kind}\n".encode() + self.emit(key) + self.emit("cpu")
                + self.emit(count) + b"tQ" + self.emit(stored.offset)
                + self.emit(array.shape if stored.shape is None else stored.shape)
                + self.emit(strides if stored.strides is None else stored.strides)
                + b"\x89}tR")
