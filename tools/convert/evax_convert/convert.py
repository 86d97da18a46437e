"""The conversion, from an opened checkpoint to a complete folder. SPDX-License-Identifier: MIT"""
import math
from dataclasses import dataclass, replace

from . import (architecture, container, facts, folder, manifest, pos_embed, quantise, rope,
               self_test)
from .architecture import PATCH, TABLES
from .card import check_findings, check_guard
from .encode import encode
from .errors import ConvertError
from .plan import plan
from .report import Report
from .tensor import Tensor, rounded_as, values

DTYPES = ("f32", "f16", "q8")

# How far a logit of the self-test may be from the checkpoint's own: several times what rounding was
# seen to do (f32 5e-6, f16 0.002, q8 0.09), a fraction of what any mistake does.
TOLERANCE = {"f32": 1e-3, "f16": 0.02, "q8": 0.25}


@dataclass(frozen=True)
class Result:
    manifest: dict
    report: Report
    notes: list     # lines worth reading
    warnings: list  # lines that must be read


def convert(checkpoint, target, dtype="q8", card=None, size=None, progress=lambda done, of: None):
    """Writes the model folder `target` (a Path).

    checkpoint: see checkpoint.py; card: see card.py; size: another input side in pixels;
    progress(done, of): called before each block that is calibrated, which is what takes time.
    Raises ConvertError, OSError; then target is as it was before.
    """
    folder.check(target)
    card = card or {}
    a, tensors = architecture.recognise(checkpoint.tensors)
    head = facts.head(a.classes, card)
    check_findings(card, head.labels)
    check_guard(card, a.embed_dim)
    parameters = sum(math.prod(t.shape) for name, t in tensors.items() if name not in TABLES)
    notes, warnings = _describe(a, head), []
    a, tensors, pitch = _with_tables(a, tensors, size, notes, warnings)
    planned, report = plan(a, dtype), Report()
    expected = self_test.expected(a, planned, tensors, TOLERANCE[dtype])
    planned, stored = _encoded(a, planned, tensors, report, progress)
    with folder.replaced(target) as new:
        chunks = container.write(new, a, head.scoring, planned, stored)
        result = manifest.build(a, head, card, dtype, pitch=pitch, parameters=parameters,
                                chunks=chunks, self_test=expected, checkpoint=checkpoint,
                                layout=f"{checkpoint.layout}; {notes[0]}")
        manifest.write(new / manifest.NAME, result)
    return Result(result, report, notes, warnings)


def _encoded(a, planned, tensors, report, progress):
    """(planned with act_bits, what gives a tensor's bytes). A q8 model's blocks are made at once,
    since the table at the start of the stream tells their act_bits; other tensors when asked for."""
    blocks, bits = {}, {}
    if any(tensor.dtype == "q8" for tensor in planned):
        by_name = {tensor.name: tensor for tensor in planned}
        for name, ready in quantise.blocks(a, planned, tensors, progress):
            report.measure(by_name[name], ready.matrix, ready.read)
            blocks[name], bits[name] = ready.stored, ready.act_bits

    def stored(tensor):
        if tensor.name in blocks:
            return blocks.pop(tensor.name)
        matrix = tensor.matrix(tensors)
        made, read = encode(matrix, tensor.dtype, tensor.name)
        report.measure(tensor, matrix, read)
        return made

    return [replace(tensor, act_bits=bits.get(tensor.name, 0)) for tensor in planned], stored


def _describe(a, head):
    kind = "fine-tuned" if a.classes else "pre-training file, used as feature extractor"
    notes = [f"EVA-X {a.size}, {kind}, {'fused' if a.fused_qkv else 'split'} qkv, "
             f"{'packed' if a.packed_mlp else 'split'} SwiGLU"
             f"{' with inner LayerNorm' if a.inner_norm else ''}, pooling {a.pooling}"]
    if a.classes:
        notes.append(f"{a.classes} outputs, {head.scoring}, {head.dataset}: "
                     + ", ".join(head.labels))
    return notes


def _with_tables(a, tensors, size, notes, warnings):
    """(architecture, tensors, pitch) at the wanted size, tensors with rope.cos, rope.sin and
    pos_embed [1+g*g, C] in place of the stored ones."""
    cos, sin, pitch = _rope(a, tensors, notes, warnings)
    pos = values(tensors["pos_embed"], "pos_embed")[0]
    grid = _wanted_grid(a, size)
    if grid != a.grid:
        if pitch is None:
            raise ConvertError("--size needs a RoPE table of a known formula, "
                               "and this file's has none")
        cos, sin = rope.table(grid, pitch, a.head_dim)
        pos = rounded_as(pos_embed.resize(pos, grid), tensors["pos_embed"].dtype)
        notes.append(f"resized from {PATCH * a.grid} to {PATCH * grid} px")
    tables = {"rope.cos": cos, "rope.sin": sin, "pos_embed": pos}
    return (a.at_grid(grid),
            tensors | {name: Tensor.of(table) for name, table in tables.items()}, pitch)


def _rope(a, tensors, notes, warnings):
    if TABLES[0] not in tensors:
        if a.size == "B":
            warnings.append("no RoPE table in the file: the pitch 14 is assumed, but some EVA-X B "
                            "were trained with 16 and would score differently")
        notes.append("RoPE pitch 14 (assumed, no table in the file)")
        return *rope.table(a.grid, 14, a.head_dim), 14
    stored = [values(tensors[name], name) for name in TABLES]
    cos, sin = rope.from_checkpoint(*stored, a.grid)
    pitch, error = rope.recognise(cos, sin, a.grid)
    if pitch is None:
        warnings.append(f"the RoPE table fits no known formula (off by {error:.2g}); "
                        "it is used as it is")
    else:
        rounded = "fp16-rounded" if error > rope.EXACT else "exact"
        notes.append(f"RoPE pitch {pitch}, {rounded} table")
    return cos, sin, pitch


def _wanted_grid(a, size):
    if size is None:
        return a.grid
    if size % PATCH or not PATCH <= size <= 64 * PATCH:
        raise ConvertError(f"--size {size} is not a multiple of {PATCH} "
                           f"from {PATCH} to {64 * PATCH}")
    return size // PATCH
