"""Writes flatbuffers from Python values, without a schema compiler: a table is a dict from field
number (in the order of the schema's declaration, a union takes two) to value.

    a dict            a table
    str, bytes        a string; a vector of bytes, aligned to 16
    numpy array       a vector of numbers
    list              a vector of tables
    numpy scalar      a number of that type

SPDX-License-Identifier: MIT
"""
import flatbuffers
import numpy as np

ALIGN = 16
SLOT = {
    np.bool_: "PrependBoolSlot", np.int8: "PrependInt8Slot", np.uint8: "PrependUint8Slot",
    np.int32: "PrependInt32Slot", np.uint32: "PrependUint32Slot", np.float32: "PrependFloat32Slot",
}


def serialize(root, identifier, size_hint):
    builder = flatbuffers.Builder(size_hint)
    builder.Finish(_write(builder, root), file_identifier=identifier)
    return builder.Output()


def _write(builder, value):
    """The offset of the value, which is written with all that it refers to."""
    if isinstance(value, str):
        return builder.CreateString(value)
    if isinstance(value, bytes):
        return _bytes(builder, value)
    if isinstance(value, np.ndarray):
        return builder.CreateNumpyVector(value)
    if isinstance(value, list):
        return _vector(builder, [_write(builder, item) for item in value])
    return _table(builder, value)


def _bytes(builder, value):
    builder.StartVector(1, len(value), ALIGN)
    builder.head -= len(value)
    builder.Bytes[builder.head:builder.head + len(value)] = value
    return builder.EndVector()


def _vector(builder, offsets):
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return builder.EndVector()


def _table(builder, fields):
    inner = {slot: _write(builder, value) for slot, value in fields.items()
             if not isinstance(value, np.generic)}
    builder.StartObject(1 + max(fields, default=-1))
    for slot, value in fields.items():
        if slot in inner:
            builder.PrependUOffsetTRelativeSlot(slot, inner[slot], 0)
        else:
            getattr(builder, SLOT[type(value)])(slot, value.item(), 0)
    return builder.EndObject()
