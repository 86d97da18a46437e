"""Makes tests/web/convert/files: checkpoints that torch itself wrote, and expected.json with what is in
them. Needs python3-torch (made with 1.13). Not part of make test: the files are committed.

    /usr/bin/python3 tests/web/convert/make.py tests/web/convert/files

SPDX-License-Identifier: MIT
"""
import argparse
import datetime
import json
import pathlib
import sys
from collections import OrderedDict

import numpy as np
import torch


def state(dtype=torch.float32):
    """Tensors of each kind of view: whole, part of a storage, turned, repeated, without numbers."""
    torch.manual_seed(20)
    base = torch.arange(24, dtype=torch.float32).reshape(4, 6).mul_(0.37).sub_(3).to(dtype)
    return OrderedDict([
        ("cls_token", torch.randn(1, 1, 8).to(dtype)), ("whole", base), ("turned", base.t()),
        ("part", base[1:3, 2:5]), ("repeated", base[0, :3].expand(2, 3)),
        ("single", base[2, 2]), ("empty", torch.zeros(0, 3, dtype=dtype))])


def training(weights):
    """What trainers leave beside the weights."""
    layer = torch.nn.Linear(3, 2)
    optimizer = torch.optim.AdamW(layer.parameters())
    layer(torch.ones(3)).sum().backward()
    optimizer.step()
    return {
        "model": weights, "optimizer": optimizer.state_dict(), "epoch": 7, "best": np.float64(0.5),
        "rng": torch.get_rng_state(), "numpy": np.arange(3), "when": datetime.datetime(2024, 5, 8),
        "args": argparse.Namespace(lr=1e-3, out=pathlib.PurePosixPath("x"), betas=(0.9, 0.98)),
        "device": torch.device("cpu"), "names": {"a", "b"}, "large": 2 ** 80, "none": None}


def cases():
    """name -> (object, keywords of torch.save)"""
    whole = state()
    legacy = {"_use_new_zipfile_serialization": False}
    found = {f"zip-p{p}.pth": (whole, {"pickle_protocol": p}) for p in (2, 3, 4, 5)}
    found |= {f"legacy-p{p}.pth": (whole, {"pickle_protocol": p, **legacy}) for p in (2, 3, 4, 5)}
    for name, dtype in (("f64", torch.float64), ("f16", torch.float16), ("bf16", torch.bfloat16)):
        found[f"zip-{name}.pth"] = (state(dtype), {})
        found[f"legacy-{name}.pth"] = (state(dtype), legacy)
    parameters = {n: torch.nn.Parameter(t) for n, t in whole.items()}
    found["parameters.pth"] = ({"state_dict": parameters}, {})
    found["training.pth"] = (training(whole), {})
    found["training-legacy.pth"] = (training(whole), {"pickle_protocol": 4, **legacy})
    found["ema.pth"] = ({"model": whole, "model_ema": {n: t + 1 for n, t in whole.items()}}, {})
    found["nested.pth"] = ({"teacher": {"module": {f"_orig_mod.backbone.{n}": t for n, t in whole.items()}}}, {})
    found["optimizer.pth"] = (torch.optim.SGD([torch.zeros(1)], 0.1).state_dict(), {})
    found["module.pth"] = (torch.nn.Linear(2, 1), {})
    found["list.pth"] = ([torch.zeros(1)], {})
    found["integers.pth"] = ({"cls_token": torch.arange(8)}, {})
    return found


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(exist_ok=True)
    for name, (value, keywords) in cases().items():
        torch.save(value, out / name, **keywords)
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 1)), out / "script.pt")
    values = {dtype: {n: {"shape": list(t.shape), "values": t.double().flatten().tolist()}
                      for n, t in state(getattr(torch, dtype)).items()}
              for dtype in ("float32", "float64", "float16", "bfloat16")}
    (out / "expected.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
