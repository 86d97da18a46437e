"""Checkpoints in the safetensors format: u64 header length, JSON header, then the numbers, without
gaps or overlaps. SPDX-License-Identifier: MIT"""
import json
import math
from contextlib import contextmanager

import numpy as np

from .errors import ConvertError
from .tensor import STORED, Tensor

MAX_HEADER = 64 << 20  # bytes
_DTYPES = {"F64": "f64", "F32": "f32", "F16": "f16", "BF16": "bf16"}
_BYTES = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2,
          "U16": 2, "I8": 1, "U8": 1, "BOOL": 1, "F8_E4M3": 1, "F8_E5M2": 1}


@contextmanager
def opened(path):
    """name -> Tensor; they can be read inside the with block."""
    header, start = _header(path)
    header.pop("__metadata__", None)
    _check_layout(header, path.stat().st_size - start)
    yield {name: _tensor(path, start, name, entry) for name, entry in header.items()}


def _header(path):
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > min(MAX_HEADER, path.stat().st_size - 8):
            raise ConvertError(f"the safetensors header claims {length} bytes; the file is damaged")
        text = file.read(length)
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise ConvertError(f"the safetensors header is not valid JSON ({error})") from None
    if not isinstance(header, dict):
        raise ConvertError("the safetensors header is not a JSON object")
    return header, 8 + length


def _without_duplicates(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name appears twice")
    return dict(pairs)


def _check_layout(header, data_bytes):
    """Every entry well formed, and the entries together exactly the data."""
    for name, entry in header.items():
        _check_entry(name, entry)
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        if entry["data_offsets"][0] != end:
            raise ConvertError(f"{name} does not start where the tensor before it ends")
        end = entry["data_offsets"][1]
    if end != data_bytes:
        raise ConvertError(f"the safetensors header describes {end} bytes, but the file has "
                           f"{data_bytes}; it is truncated or damaged")


def _check_entry(name, entry):
    try:
        shape, (begin, end) = entry["shape"], entry["data_offsets"]
        whole = all(type(n) is int and n >= 0 for n in (*shape, begin, end))
        fits = whole and end - begin == math.prod(shape) * _BYTES[entry["dtype"]]
    except (TypeError, KeyError, ValueError):
        fits = False
    if not fits:
        raise ConvertError(f"the safetensors entry of {name} contradicts itself")


def _tensor(path, start, name, entry):
    shape = tuple(entry["shape"])
    dtype = _DTYPES.get(entry["dtype"], entry["dtype"])

    def load():
        stored = np.fromfile(path, STORED[dtype], math.prod(shape),
                             offset=start + entry["data_offsets"][0])
        if stored.size != math.prod(shape):
            raise ConvertError(f"{name}: the file became shorter while it was read")
        return stored.reshape(shape)

    return Tensor(shape, dtype, load)
