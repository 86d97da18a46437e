#!/usr/bin/env python3
"""Makes a checkpoint's scores agree with how often a finding is there, on validation films.

Each logit becomes slope * logit + offset, which changes head.weight and head.bias only. Pneumonia has its own pair,
fitted on the children. The other labels have one in common, fitted on the adults, and from there each its own, drawn
back by as much as PULL films: single labels have few positive validation films, from few patients.
SPDX-License-Identifier: MIT
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

import groups
from evaluate import Study, known
from statistic import platt

PULL = 10.0  # films


def pairs(study):
    """(slope, offset) of every label."""
    val = study.groups("val")

    def films(parts, label):
        columns = zip(*(known(part, label, study.logits(part.files, label)) for part in parts))
        return [np.concatenate(column) for column in columns]
    adults = {label: films([val["nih_first"], val["nih_pneumonia"]], label) for label in val["nih_first"].labels}
    common = platt(*(np.concatenate(column) for column in zip(*adults.values())))
    found = {groups.PNEUMONIA: platt(*films([val["kermany"]], groups.PNEUMONIA))}
    for label, (y, logits) in adults.items():
        slope, offset = platt(y, common[0] * logits + common[1], PULL)
        found[label] = (slope * common[0], slope * common[1] + offset)
    return [found[label] for label in study.labels]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="the checkpoint, converted")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the calibrated checkpoint")
    options = parser.parse_args()
    study = Study(options, options.model)
    found = pairs(study)
    slope, offset = (torch.tensor(column, dtype=torch.float32) for column in zip(*found))
    content = torch.load(options.checkpoint, map_location="cpu")
    head = content["model"]
    head["head.weight"] = head["head.weight"] * slope[:, None]
    head["head.bias"] = head["head.bias"] * slope + offset
    torch.save(content, options.out)
    print(json.dumps({"table": "calibration", **dict(zip(study.labels, [[round(v, 4) for v in pair]
                                                                        for pair in found]))}))


if __name__ == "__main__":
    main()
