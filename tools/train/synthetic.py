#!/usr/bin/env python3
"""A data folder with drawings instead of films, to try the recipe without data: synthetic.py FOLDER

It has the columns and the sources that the recipe reads. What is learned from it means nothing.
SPDX-License-Identifier: MIT
"""
import csv
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from labels import LABELS

SPLITS = ["train"] * 5 + ["val"] * 3 + ["test"] * 3
SOURCES = {"nih": 256, "nih64": 64, "kermany": 224, "hannover": 256}  # side in pixels
FILMS = 44  # a source


def drawing(random, side, ill):
    """A dark field on a bright body, with a patch where there is a finding."""
    y, x = np.mgrid[0:side, 0:side] / side
    picture = 150 - 90 * (np.exp(-((x - 0.3) ** 2 + (y - 0.5) ** 2) * 30) + np.exp(-((x - 0.7) ** 2 + (y - 0.5) ** 2) * 30))
    if ill:
        picture += 60 * np.exp(-((x - 0.68) ** 2 + (y - random.uniform(0.4, 0.7)) ** 2) * 150)
    return (picture + random.normal(0, 8, picture.shape)).clip(0, 255).astype(np.uint8)


def row_of(random, source, i):
    ill = i % 2
    row = {"file": f"{source}/{i:03d}.png", "dataset": source, "split": SPLITS[i % len(SPLITS)],
           "patient_id": f"{source}-{i}", "view": "PA" if i % 3 else "AP", "sex": "FM"[i % 2], "age": str(30 + i),
           "subtype": ("normal", "virus", "bacteria")[i % 3] if source == "kermany" else "", "fold": str(i % 5),
           "selection": "nih-first-patients" if source == "nih" and i % 4 < 2 else ""}
    row.update({label: "" if source == "hannover" else str(int(random.rand() < 0.4)) for label in LABELS})
    row["No Finding"] = "" if source == "hannover" else str(1 - ill)
    if source != "hannover":
        row["Pneumonia"] = str(ill)
    return row


def main():
    folder, random, rows = Path(sys.argv[1]), np.random.RandomState(0), []
    for source, side in SOURCES.items():
        (folder / source).mkdir(parents=True, exist_ok=True)
        for i in range(FILMS):
            rows.append(row_of(random, source, i))
            Image.fromarray(drawing(random, side, i % 2)).save(folder / rows[-1]["file"])
    with open(folder / "index.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
