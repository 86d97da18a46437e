"""Checkpoint files for tests, without torch: those of this folder are read by Python's own pickle, apart from
the converter, and drawn weights are written as safetensors.
SPDX-License-Identifier: MIT"""
import json
import pickle
import zipfile
from collections import OrderedDict

import numpy as np

_TYPES = {"FloatStorage": np.float32, "HalfStorage": np.float16}


class _Stranger:
    """What stands for any other object."""

    def __init__(self, *_arguments):
        pass


class _Unpickler(pickle.Unpickler):
    """Calls nothing that a file names: what is no tensor becomes a Stranger."""

    def __init__(self, archive, root):
        super().__init__(archive.open(root + "data.pkl"))
        self.archive, self.root = archive, root

    def find_class(self, module, name):
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        return {"_rebuild_tensor_v2": _tensor, "OrderedDict": OrderedDict}.get(name, _Stranger)

    def persistent_load(self, identity):
        _storage, dtype, key, _device, _count = identity
        return np.frombuffer(self.archive.read(f"{self.root}data/{key}"), dtype)


def _tensor(storage, offset, shape, strides, *_grad_and_hooks):
    steps = [stride * storage.itemsize for stride in strides]
    return np.ascontiguousarray(np.lib.stride_tricks.as_strided(storage[offset:], shape, steps))


def read(path):
    """name -> float32 array: the tensors under "model" or "module" of a file of torch.save."""
    with zipfile.ZipFile(path) as archive:
        root = next(n for n in archive.namelist() if n.endswith("/data.pkl")).removesuffix("data.pkl")
        tree = _Unpickler(archive, root).load()
    return {name: array.astype(np.float32)
            for name, array in (tree.get("model") or tree["module"]).items()}


def write(path, arrays):
    """Saves name -> float32 array as safetensors."""
    header, end = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape),
                        "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array, np.float32).data)
    return path
