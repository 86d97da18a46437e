#!/usr/bin/env python3
"""Makes what the C and JavaScript tests need at run time: models in the web container and expected
values as raw little-endian float32.

    python3 tests/fixtures.py OUTDIR [small | tests | all]

    small: models of two tiny blocks. tests: also real ones, the two largest in f32 only, because their
    calibration takes long. all: these in q8, too.

    OUTDIR/index.json                     what there is: configs, their models, sides, shapes
    OUTDIR/models/<config>-<dtype>/       manifest.json and chunks, by evax convert
    OUTDIR/cases/<config>/in<i>.*.f32     input [3][R][R], stages, pooled [C], and unless the config
                                          is a feature extractor logits, logits64, scores [K]
    OUTDIR/preprocess/                    images, cases.json, <image>__<recipe>.u8 [H][W][1 or 3]
                                          and .f32 [3][H][W]

stages is [L+1][T][C] for nano models, else [L+1][tokens 0, 1, last][channels 0..15]. logits are the
official code's in float32 where it was run, logits64 the float64 values rounded once.
Models are made by evax convert, so `make wasm` comes first. Nothing is made again while the sources are as
they were. SPDX-License-Identifier: MIT
"""
import argparse
import hashlib
import json
import shutil
import subprocess
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from golden import checkpoint_file, expected, inputs, pos_embed, reference, weights

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
ROOT = HERE.parent
EVAX = ROOT / "tools" / "cli" / "evax.js"
DTYPES = ("f32", "f16", "q8")

LABELS = {"nano_s_k3": ("--labels", "none,some,many", "--scoring", "softmax")}


@dataclass(frozen=True)
class Source:
    """Where a config's weights come from. golden: a file with expected values; without one they are
    computed. file: a checkpoint; without one the weights are drawn."""
    config: str
    golden: str = ""
    file: str = ""
    side: int = 0          # other than the config's own
    cls_pooling: bool = False
    dtypes: tuple = DTYPES


SMALL = {
    "nano_s": Source("nano_s", golden="nano_s.npz", file="nano_s_ft.pth"),
    "nano_b": Source("nano_b", golden="nano_b.npz", file="nano_b_ft.pth"),
    "nano_s_160": Source("nano_s", side=160),
    # About scoring and pooling; these tiny models feel q8 more than any bound for real ones allows.
    "nano_s_k3": Source("nano_s_k3", dtypes=("f32",)),
    "nano_s_cls": Source("nano_s", cls_pooling=True, dtypes=("f32",)),
    "nano_s_mim": Source("nano_s", file="nano_s_mim_fp16.pt"),
    "nano_b_mim": Source("nano_b", file="nano_b_mim_fp16.pt"),
}
REAL = {name: Source(name, golden=f"{name}.npz", dtypes=("f32", "q8")) for name in ("ti_224", "s_224")}
LARGE = {name: Source(name, golden=f"{name}.npz", dtypes=("f32",)) for name in ("s_480", "b_224")}
LEVELS = {
    "small": SMALL,
    "tests": SMALL | REAL | LARGE,
    "all": SMALL | REAL | {name: replace(source, dtypes=("f32", "q8")) for name, source in LARGE.items()},
}

AT_ONCE = 2  # each takes up to 0.8 GB
DRAWN = "drawn-"  # folders of drawn weights, gone when they are converted


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outdir", type=Path)
    parser.add_argument("level", nargs="?", choices=LEVELS, default="small")
    options = parser.parse_args()
    stamp = _stamp()
    current = _current(options.outdir, stamp)
    wanted = {name: source for name, source in LEVELS[options.level].items()
              if not set(source.dtypes) <= current.get(name, {"models": {}})["models"].keys()}
    if wanted:
        make(options.outdir, stamp, wanted, current)


def make(out, stamp, sources, current):
    """Makes sources, beside what is current: {config: its entry in the index}."""
    if not current:
        for part in ("models", "cases", "preprocess"):
            shutil.rmtree(out / part, ignore_errors=True)
        _preprocess(out / "preprocess")
    for left in out.glob(f"{DRAWN}*"):  # by a run that was ended
        shutil.rmtree(left)
    with ProcessPoolExecutor(AT_ONCE) as pool:
        made = {name: pool.submit(_config, out, name, source)
                for name, source in reversed(sources.items())}  # the largest are the last
        configs = current | {name: made[name].result() for name in sources}
    _write_json(out / "index.json", {"stamp": stamp, "configs": configs})


def _stamp():
    digest = hashlib.sha256()
    files = [*HERE.glob("*.py"), *GOLDEN.rglob("*"), *(ROOT / "web" / "convert").rglob("*"),
             *(ROOT / "web" / "wasm").glob("evax-convert*.wasm")]
    for path in sorted(f for f in files if f.is_file() and f.suffix != ".pyc"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _current(out, stamp):
    """{config: entry} of what was made of the same sources."""
    try:
        index = json.loads((out / "index.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return index["configs"] if index["stamp"] == stamp else {}


def _config(out, name, source):
    """Writes the models and cases of one config; returns its entry in the index."""
    config = weights.CONFIGS[source.config]
    side = source.side or config.side
    print("fixtures:", name, flush=True)
    with tempfile.TemporaryDirectory(prefix=DRAWN, dir=out) as folder:
        tensors, file = _weights(Path(folder), name, source, config)
        models = {dtype: _convert(out, name, dtype, file, source) for dtype in source.dtypes}
    manifest = json.loads((out / models[source.dtypes[0]] / "manifest.json").read_text(encoding="utf-8"))
    images = inputs.inputs(side)
    values = (np.load(GOLDEN / source.golden) if source.golden
              else _expected(tensors, config, side, images))
    folder = out / "cases" / name
    cases = sum(f"in{i}_pooled" in values for i in range(len(images)))
    for i in range(cases):
        _write_case(folder, i, images[i], values, manifest["scoring"])
    return {"models": models, "cases": f"cases/{name}", "inputs": cases, "side": side,
            "embed_dim": config.C, "classes": manifest["architecture"]["classes"],
            "stages": list(values["in0_stages"].shape)}


def _weights(folder, name, source, config):
    """(name -> array, the checkpoint that has them: drawn ones are written into the folder)"""
    if source.file:
        return checkpoint_file.read(GOLDEN / source.file), GOLDEN / source.file
    arrays = weights.finetuned(config)
    if source.cls_pooling:
        arrays = weights.with_cls_pooling(arrays)
    return arrays, checkpoint_file.write(folder / f"{name}.safetensors", arrays)


def _convert(out, name, dtype, file, source):
    """Makes a model; returns its folder, relative to out."""
    folder = out / "models" / f"{name}-{dtype}"
    size = ("--size", str(source.side)) if source.side else ()
    done = subprocess.run(
        ["node", str(EVAX), "convert", str(file), "--out", str(folder), "--dtype", dtype, "--threads", "1", "--force",
         *size, *LABELS.get(name, ())], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"fixtures: {name}: {done.stderr}")
    return str(folder.relative_to(out))


def _expected(tensors, config, side, images):
    """Values of the golden files' form, from the reference in float64."""
    if side != config.side:
        grid = side // weights.PATCH
        cos, sin = weights.rope_tables(config.C // config.H, grid, config.pitch)
        pos = pos_embed.resize(tensors["pos_embed"][0], grid)[None]
        tensors |= {"pos_embed": pos, "rope.freqs_cos": cos, "rope.freqs_sin": sin}
    net = reference.Net(tensors, config.H)
    found = {}
    for i, image in enumerate(images):
        found |= expected.of_pass(net, image, f"in{i}")
    return found


def _write_case(folder, i, image, values, scoring):
    parts = {"input": image, "stages": values[f"in{i}_stages"], "pooled": values[f"in{i}_pooled"]}
    if scoring != "none":
        exact = values[f"in{i}_logits_f64"]
        score = reference.softmax if scoring == "softmax" else reference.sigmoid
        parts |= {"logits": values[f"in{i}_logits"], "logits64": exact, "scores": score(exact)}
    folder.mkdir(parents=True, exist_ok=True)
    for part, array in parts.items():
        array.astype("<f4").tofile(folder / f"in{i}.{part}.f32")


def _preprocess(out):
    """Copies the images and writes the golden crops as raw bytes and as input tensors."""
    shutil.copytree(GOLDEN / "preprocess", out, ignore=shutil.ignore_patterns("*.npz", "*.json"))
    listed = json.loads((GOLDEN / "preprocess" / "preprocess.json").read_text(encoding="utf-8"))
    crops = np.load(GOLDEN / "preprocess" / "crops.npz")
    for case in listed["cases"]:
        name = f"{Path(case['file']).stem}__{case['recipe']}"
        case["raw"] = name if name in crops else None
        if case["raw"]:
            _write_crop(out, name, case, crops[name])
    _write_json(out / "cases.json", listed["cases"])


def _write_crop(out, name, case, crop):
    """crop: u8 [H, W] or [H, W, 3]"""
    colors = np.repeat(crop[..., None], 3, -1) if crop.ndim == 2 else crop
    tensor = np.ascontiguousarray(inputs.normalize(colors.transpose(2, 0, 1)).astype("<f4"))
    if hashlib.sha256(tensor.tobytes()).hexdigest() != case["f32_sha256"]:
        raise SystemExit(f"fixtures: {name} does not match its SHA-256; tests/golden is damaged")
    crop.tofile(out / f"{name}.u8")
    tensor.tofile(out / f"{name}.f32")


def _write_json(path, data):
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
