"""Scores and embeddings of films as this repository's own engine gives them (tools/cli/evax.js, in Node).

SPDX-License-Identifier: MIT
"""
import hashlib
import json
import os
import subprocess
from pathlib import Path

import numpy as np

CLI = Path(__file__).parents[1] / "cli" / "evax.js"
FILMS_A_CALL = 200


def weights_digest(model):
    """Changes when the weights or the preprocessing do, not when only facts about them change."""
    manifest = json.loads((Path(model) / "manifest.json").read_text(encoding="utf-8"))
    known = {key: manifest[key] for key in ("chunks", "recipe", "architecture")}
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]


def analyzed(model, files):
    """One analysis a file, in order, from `evax analyze --json`."""
    command = ["node", str(CLI), "analyze", "--json", "--model", str(model), *map(str, files)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()[1:]]  # the first is the model's
    if len(lines) != len(files):
        raise RuntimeError(f"{len(lines)} results for {len(files)} films")
    return lines


def run(model, files, cache):
    """logits [N, K] and embeddings [N, C], float32; kept in the cache folder, so that asking again is free."""
    path = Path(cache) / f"engine-{weights_digest(model)}.npz"
    known = dict(np.load(path)) if path.exists() else {}
    missing = [file for file in dict.fromkeys(map(str, files)) if file not in known]
    for start in range(0, len(missing), FILMS_A_CALL):
        batch = missing[start:start + FILMS_A_CALL]
        for file, result in zip(batch, analyzed(model, batch)):
            logits = [finding["logit"] for finding in result["findings"]]
            known[file] = np.array(logits + result["embedding"], np.float32)
        with open(f"{path}.part", "wb") as target:
            np.savez(target, **known)
        os.replace(f"{path}.part", path)
        print(f"{Path(model).name}: {start + len(batch)} of {len(missing)} films", flush=True)
    rows = np.stack([known[str(file)] for file in files])
    width = json.loads((Path(model) / "manifest.json").read_text(encoding="utf-8"))["architecture"]["embed_dim"]
    return rows[:, :-width], rows[:, -width:]
