"""From a file to one flat dictionary of tensors, without wrappers and prefixes. Nothing here knows
the architecture. SPDX-License-Identifier: MIT"""
import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass

from . import safetensors, torch_zip
from .errors import ConvertError, listing
from .tensor import Tensor

WRAPPERS = ("model", "module", "state_dict")  # the first that is there
_PREFIX = re.compile(r"(module\.)?(visual\.(trunk\.)?)?")


@dataclass(frozen=True)
class Checkpoint:
    tensors: dict  # name -> Tensor
    layout: str    # how it was wrapped, for people
    name: str      # file name, without its folder
    sha256: str


@contextmanager
def opened(path, ema=False):
    """The checkpoint at `path`; its tensors can be read inside the with block. ema: take the moving
    average that some trainers save beside the weights."""
    reader, kind = _reader(path)
    with reader.opened(path) as tree:
        state, wrapper = _unwrap(tree, ("model_ema",) if ema else WRAPPERS, required=ema)
        tensors, prefix = _without_prefix(_only_tensors(state))
        layout = [kind, f"in '{wrapper}'" if wrapper else "",
                  f"prefix '{prefix}'" if prefix else ""]
        yield Checkpoint(tensors, ", ".join(filter(None, layout)), path.name, _sha256(path))


def _reader(path):
    with open(path, "rb") as file:
        start = file.read(9)
    if start.startswith(b"PK\x03\x04"):
        return torch_zip, "torch zip"
    if start[8:9] == b"{":
        return safetensors, "safetensors"
    if start.startswith(b"\x80"):
        raise ConvertError("this is torch's format from before version 1.6; load it in a newer "
                           "torch and save it again")
    raise ConvertError("this is neither a torch checkpoint (.pth, .pt) nor a safetensors file"
                       + ("; it is empty" if not start else ""))


def _unwrap(tree, wrappers, required):
    if not isinstance(tree, dict):
        raise ConvertError("the checkpoint holds no dictionary of tensors")
    for wrapper in wrappers:
        if isinstance(tree.get(wrapper), dict):
            return tree[wrapper], wrapper
    if required:
        raise ConvertError(f"the checkpoint has no '{wrappers[0]}'")
    return tree, ""


def _only_tensors(state):
    strangers = [str(name) for name, value in state.items()
                 if not (isinstance(name, str) and isinstance(value, Tensor))]
    if strangers:
        raise ConvertError(f"not a dictionary of tensors: {listing(strangers)} "
                           "is something else; expected the weights under " + ", ".join(WRAPPERS))
    return state


def _without_prefix(tensors):
    """Every EVA-X file has a cls_token; what stands before its name is the prefix."""
    anchors = [n for n in tensors if n == "cls_token" or n.endswith(".cls_token")]
    if len(anchors) != 1:
        raise ConvertError("this is not an EVA-X model: "
                           f"it has {len(anchors)} tensors named cls_token")
    prefix = anchors[0].removesuffix("cls_token")
    if not _PREFIX.fullmatch(prefix):
        raise ConvertError(f"unknown prefix '{prefix}' before cls_token")
    stripped = {n.removeprefix(prefix): t for n, t in tensors.items()}
    if len(stripped) != len(tensors):
        raise ConvertError(f"two tensors have the same name once the prefix '{prefix}' is removed")
    return stripped, prefix


def _sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
