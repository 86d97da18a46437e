"""A pickle machine that builds tensors and plain containers, and nothing else.

It interprets the opcodes that torch.save writes (protocol 2). Globals are never imported: each is
only a name. The functions in _CALLS are the only ones that can be called, and they are this file's
own. Objects of any other class become Stranger, which holds nothing; a call of any other function
is refused, by name, because that is how a pickle runs code.

A pickle can name one object many times, so each step takes a bounded time whatever the objects it
is given: only plain keys are hashed, names and argument lists have a length limit.

SPDX-License-Identifier: MIT
"""
import io
import pickletools
from dataclasses import dataclass

from .errors import ConvertError

_MAX_NAME = 200      # characters of a module and its function, or of a storage's key
_MAX_ARGUMENTS = 16  # of a call

_DAMAGED = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)


class Stranger:
    """Stands for an object of a class that plays no part in a model."""


@dataclass(frozen=True)
class Global:
    """A name in a pickle, for example "torch FloatStorage". Nothing is looked up."""
    name: str


def load(data, storage, tensor):
    """The object that the pickle `data` describes: dict, list, tuple, str, numbers, Stranger, and
    whatever `storage` and `tensor` return.

    storage(class_name, key, count) is called for torch's persistent ids,
    tensor(storage, offset, shape, strides) for its tensors.
    Raises ConvertError for damage, for opcodes torch.save does not write, and for calls.
    """
    machine = _Machine(storage, tensor)
    try:
        for opcode, argument, _ in pickletools.genops(io.BytesIO(data)):
            step = _STEPS.get(opcode.name)
            if step is None:
                raise ConvertError(f"the pickle uses {opcode.name}, which torch.save does not "
                                   "write (protocol 2); save the checkpoint again with torch.save")
            step(machine, argument)
        return machine.stack.pop()
    except _DAMAGED as error:
        raise ConvertError(f"the pickle in the checkpoint is damaged ({error})") from None


class _Machine:
    def __init__(self, storage, tensor):
        self.storage, self.tensor = storage, tensor
        self.stack, self.marks, self.memo = [], [], {}

    def push(self, value):
        self.stack.append(value)

    def since_mark(self):
        start = self.marks.pop()
        items = self.stack[start:]
        del self.stack[start:]
        return items

    def take(self, count):
        if count > len(self.stack):
            raise IndexError("stack underflow")
        items = self.stack[len(self.stack) - count:]
        del self.stack[len(self.stack) - count:]
        return items

    def set_items(self, flat):
        target = self.stack[-1]
        if isinstance(target, dict):
            target.update(zip(map(_plain_key, flat[0::2]), flat[1::2], strict=True))

    def append(self, items):
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)

    def persistent(self):
        kind, cls, key, _device, count = self.stack.pop()
        if kind != "storage" or not isinstance(cls, Global) or type(count) is not int:
            raise ValueError("unknown persistent id")
        if type(key) is not str or len(key) > _MAX_NAME:
            raise ValueError("a storage without a name")
        self.push(self.storage(cls.name, key, count))

    def call(self):
        function, arguments = self.take(2)
        name = function.name if isinstance(function, Global) else "an object"
        if name not in _CALLS:
            raise ConvertError(f"the pickle in the checkpoint tries to call {name!r}, which "
                               "building tensors does not need, so it is refused; if you trust the "
                               "file, load it in torch and save only the state dict")
        if type(arguments) is not tuple or len(arguments) > _MAX_ARGUMENTS:
            raise ValueError(f"strange arguments of {name}")
        self.push(_CALLS[name](self, *arguments))

    def new(self):
        self.take(2)
        self.push(Stranger())

    def rebuild(self, storage, offset, shape, strides, *_grad_and_hooks):
        return self.tensor(storage, offset, shape, strides)


def _plain_key(key):
    """A nested tuple would be hashed again at every use, and C code hashes it without a limit."""
    return key if isinstance(key, (str, int, float, type(None))) else Stranger()


def _named(name):
    if len(name) > _MAX_NAME:
        raise ValueError("a very long name")
    return Global(name)


def _empty_dict(_machine):
    return {}


def _parameter(_machine, data, *_grad_and_hooks):
    return data


def _stranger(_machine, *_arguments):
    return Stranger()


_CALLS = {
    "torch._utils _rebuild_tensor_v2": _Machine.rebuild,
    "torch._utils _rebuild_parameter": _parameter,
    "collections OrderedDict": _empty_dict,
    # Values that trainers leave beside the weights: none is called, all become strangers.
    **{name: _stranger for name in (
        "numpy.core.multiarray scalar", "numpy.core.multiarray _reconstruct", "numpy dtype",
        "numpy._core.multiarray scalar", "numpy._core.multiarray _reconstruct",
        "_codecs encode", "__builtin__ set", "__builtin__ frozenset", "collections defaultdict",
        "pathlib PosixPath", "pathlib WindowsPath", "torch device", "torch Size")},
}

_STEPS = {
    "PROTO": lambda m, version: None,
    "STOP": lambda m, _: None,
    "MARK": lambda m, _: m.marks.append(len(m.stack)),
    "POP": lambda m, _: m.stack.pop(),
    **{name: lambda m, value: m.push(value) for name in (
        "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE")},
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "TUPLE": lambda m, _: m.push(tuple(m.since_mark())),
    "TUPLE1": lambda m, _: m.push(tuple(m.take(1))),
    "TUPLE2": lambda m, _: m.push(tuple(m.take(2))),
    "TUPLE3": lambda m, _: m.push(tuple(m.take(3))),
    "APPEND": lambda m, _: m.append(m.take(1)),
    "APPENDS": lambda m, _: m.append(m.since_mark()),
    "SETITEM": lambda m, _: m.set_items(m.take(2)),
    "SETITEMS": lambda m, _: m.set_items(m.since_mark()),
    **{name: lambda m, index: m.memo.__setitem__(index, m.stack[-1]) for name in (
        "BINPUT", "LONG_BINPUT")},
    **{name: lambda m, index: m.push(m.memo[index]) for name in ("BINGET", "LONG_BINGET")},
    "GLOBAL": lambda m, name: m.push(_named(name)),
    "BINPERSID": lambda m, _: m.persistent(),
    "REDUCE": lambda m, _: m.call(),
    "NEWOBJ": lambda m, _: m.new(),
    "BUILD": lambda m, _: m.take(1),  # the state of an object; no object here has any
}
