"""A reader of model folders written from model/FORMAT.md alone, apart from the converter and the engine.
SPDX-License-Identifier: MIT"""
import hashlib
import json
import re
import struct
from types import SimpleNamespace

import numpy as np

_FIELDS = ("version tensor_count embed_dim depth heads mlp_hidden patch_size grid classes pooling "
           "inner_norm scoring reserved stream_bytes").split()


def read(folder):
    """manifest, header, table (name -> entry) and tensors (name -> float32 [rows, cols])."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    stream = b"".join(_chunk(folder, chunk) for chunk in manifest["chunks"])
    assert stream[:4] == b"EVAX"
    header = SimpleNamespace(**dict(zip(_FIELDS, struct.unpack_from("<13IQ", stream, 4))))
    assert header.stream_bytes == len(stream) == manifest["stream_bytes"]
    table, end = {}, 64 + 64 * header.tensor_count
    for i in range(header.tensor_count):
        name, dtype, rows, cols, act_bits, offset = struct.unpack_from(
            "<40s4IQ", stream, 64 + 64 * i)
        assert offset == -(-end // 64) * 64 and not any(stream[end:offset])
        entry = SimpleNamespace(dtype=dtype, rows=rows, cols=cols, act_bits=act_bits)
        entry.values, end = _tensor(stream, entry, offset)
        table[name.rstrip(b"\0").decode()] = entry
    assert end == len(stream)
    return SimpleNamespace(manifest=manifest, header=header, table=table,
                           tensors={name: entry.values for name, entry in table.items()})


_MATRICES = re.compile(r"(.*\.(qkv|proj|w12|w3)|head)\.weight")
_PLACES = {"qkv": "attn.qkv", "proj": "attn.proj", "w12": "mlp.w12", "w3": "mlp.w3",
           "ffn_ln": "mlp.ffn_ln"}


def official(model):
    """The tensors under official names and in official shapes, for golden.reference."""
    named = {}
    for name, values in model.tensors.items():
        values = values if _MATRICES.fullmatch(name) else values[0]
        parts = name.split(".")
        if parts[0] == "blocks":
            parts[2] = _PLACES.get(parts[2], parts[2])
        named[".".join(parts)] = values
    for i in range(model.header.depth):
        bias = named.pop(f"blocks.{i}.attn.qkv.bias")
        parts = zip("qkv", np.split(bias, 3))
        named |= {f"blocks.{i}.attn.{part}_bias": values for part, values in parts}
    if model.header.pooling:
        named |= {f"norm.{part}": named.pop(f"fc_norm.{part}") for part in ("weight", "bias")}
    t = model.tensors
    return named | {
        "cls_token": t["cls_token"][None], "pos_embed": t["pos_embed"][None],
        "patch_embed.proj.weight": t["patch_embed.weight"],
        "patch_embed.proj.bias": t["patch_embed.bias"][0],
        "rope.freqs_cos": np.repeat(t["rope.cos"], 2, 1),
        "rope.freqs_sin": np.repeat(t["rope.sin"], 2, 1)}


def _chunk(folder, chunk):
    data = (folder / chunk["file"]).read_bytes()
    assert len(data) == chunk["bytes"] <= 4194304
    assert hashlib.sha256(data).hexdigest() == chunk["sha256"]
    return data


def _tensor(stream, entry, offset):
    """(values, end of the tensor in the stream)"""
    rows, cols = entry.rows, entry.cols
    if entry.dtype == 2:
        groups = -(-cols // 64)
        size = rows * (2 * groups + cols)
        raw = np.frombuffer(stream, np.uint8, size, offset).reshape(rows, -1)
        scales = raw[:, :2 * groups].copy().view("<f2").astype(np.float32)
        q = raw[:, 2 * groups:].view(np.int8)
        assert q.min() >= -127 and (scales >= 0).all() and np.isfinite(scales).all()
        return np.repeat(scales, 64, 1)[:, :cols] * q, offset + size
    dtype = np.dtype(("<f4", "<f2")[entry.dtype])
    values = np.frombuffer(stream, dtype, rows * cols, offset).reshape(rows, cols)
    return values.astype(np.float32), offset + values.nbytes
