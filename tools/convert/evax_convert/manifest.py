"""manifest.json (model/FORMAT.md, section 4). No dates: the same input gives the same bytes.
SPDX-License-Identifier: MIT"""
import hashlib
import json

from . import VERSION
from .architecture import PATCH
from .facts import NOTICE, recipe

FORMAT = "evax-web"
NAME = "manifest.json"


def build(a, head, card, dtype, *, pitch, parameters, chunks, self_test, checkpoint,
          layout):
    """The manifest as a dict, members in the order of the format page."""
    manifest = {
        "format": FORMAT,
        "version": 1,
        "name": card.get("name") or f"EVA-X {a.size}, {head.dataset}, {PATCH * a.grid} px",
        "architecture": {
            "size": a.size, "embed_dim": a.embed_dim, "depth": a.depth, "heads": a.heads,
            "mlp_hidden": a.mlp_hidden, "patch_size": PATCH, "grid": a.grid, "classes": a.classes,
            "pooling": a.pooling, "inner_norm": a.inner_norm, "rope_pitch": pitch},
        "parameters": parameters,
        "dtype": dtype,
        "recipe": recipe(a, head.dataset),
        "scoring": head.scoring,
        "labels": list(head.labels),
        "findings": {label: card["findings"][label] for label in head.labels
                     if label in card.get("findings", {})},
        "stream_bytes": sum(chunk["bytes"] for chunk in chunks),
        "chunks": chunks,
        "self_test": self_test,
        "guard": card.get("guard", {}),
        "source": {"checkpoint": checkpoint.name, "sha256": checkpoint.sha256, "layout": layout},
        "licence": card.get("licence", "not stated; see where the checkpoint comes from"),
        "attribution": card.get("attribution", "not stated; see where the checkpoint comes from"),
        "notice": card.get("notice", NOTICE),
        "converter": f"eva-x-web tools/convert.py {VERSION}"}
    return {member: value for member, value in manifest.items() if value != {}}


def write(path, manifest):
    """Writes the manifest and, as its last member, the checksum of the file."""
    blank = "0" * 64
    text = json.dumps({**manifest, "checksum": blank}, indent=1, ensure_ascii=False) + "\n"
    checksum = hashlib.sha256(text.encode("utf-8")).hexdigest()
    head, tail = text.rsplit(blank, 1)
    path.write_bytes((head + checksum + tail).encode("utf-8"))


def is_model(folder):
    """Whether folder holds a model of this format, of any version."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") == FORMAT
