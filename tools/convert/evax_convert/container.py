"""Writes the weight stream (model/FORMAT.md, section 1), cut into chunks.
SPDX-License-Identifier: MIT"""
import hashlib
import struct

import numpy as np

from .architecture import PATCH
from .encode import stored_bytes

CHUNK = 2 << 20  # bytes
ALIGN = 64
_DTYPE = {"f32": 0, "f16": 1, "q8": 2}
_POOLING = {"mean": 0, "cls": 1}
_SCORING = {"none": 0, "sigmoid": 1, "softmax": 2}


def write(folder, a, scoring, planned, stored):
    """Writes chunk-NNN.bin into `folder`; returns the manifest's chunk list. stored(planned) gives
    a tensor's bytes, uint8 [rows, n]; it is called for one after the other."""
    offsets, total = _offsets(planned)
    with _Chunks(folder) as out:
        out.write(_header(a, scoring, len(planned), total))
        for tensor, offset in zip(planned, offsets):
            out.write(_table_entry(tensor, offset))
        for tensor, offset in zip(planned, offsets):
            out.write(bytes(offset - out.total))
            out.write(np.ascontiguousarray(stored(tensor)).data.cast("B"))
    return out.chunks


def _offsets(planned):
    end = ALIGN * (1 + len(planned))
    offsets = []
    for tensor in planned:
        start = -(-end // ALIGN) * ALIGN
        offsets.append(start)
        end = start + stored_bytes(tensor.rows, tensor.cols, tensor.dtype)
    return offsets, end


def _header(a, scoring, count, total):
    return struct.pack("<4s13IQ", b"EVAX", 1, count, a.embed_dim, a.depth, a.heads, a.mlp_hidden,
                       PATCH, a.grid, a.classes, _POOLING[a.pooling], a.inner_norm,
                       _SCORING[scoring], 0, total)


def _table_entry(tensor, offset):
    return struct.pack("<40s4IQ", tensor.name.encode("ascii"), _DTYPE[tensor.dtype], tensor.rows,
                       tensor.cols, tensor.act_bits, offset)


class _Chunks:
    """A stream that lands in files of CHUNK bytes."""

    def __init__(self, folder):
        self.folder, self.chunks, self.total = folder, [], 0
        self.file, self.digest, self.bytes = None, None, 0

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.file:
            self._close()

    def write(self, data):
        view = memoryview(data)
        while len(view):
            if self.file is None:
                self._open()
            piece = view[:CHUNK - self.bytes]
            self.file.write(piece)
            self.digest.update(piece)
            self.bytes += len(piece)
            self.total += len(piece)
            view = view[len(piece):]
            if self.bytes == CHUNK:
                self._close()

    def _open(self):
        name = f"chunk-{len(self.chunks):03d}.bin"
        self.file, self.digest, self.bytes = open(self.folder / name, "wb"), hashlib.sha256(), 0

    def _close(self):
        file, self.file = self.file, None
        file.close()
        self.chunks.append({"file": f"chunk-{len(self.chunks):03d}.bin", "bytes": self.bytes,
                            "sha256": self.digest.hexdigest()})
