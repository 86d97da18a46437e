"""The films that may be compared with each other, and the trivial baselines on them.

The data's README says which contrasts measure the source, the exposure or the selection instead of a finding. Hence
no AUC over several sources, none for Pneumonia among NIH films, and No Finding only as a population.
SPDX-License-Identifier: MIT
"""
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import derive

PNEUMONIA = "Pneumonia"


@dataclass
class Group:
    """Films of one population. about: one line for people; labels: what may be measured on it."""
    name: str
    about: str
    rows: list
    files: list
    labels: list

    def column(self, name):
        return np.array([row[name] for row in self.rows])

    def truth(self, label):
        """1, 0, or nan where unknown."""
        return np.array([float(row[label] or "nan") for row in self.rows])


def read_index(folder):
    with open(Path(folder) / "index.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def of(folder, split, work, labels):
    """The groups of a split, by name. `coarse` copies are made in the work folder."""
    rows = [row for row in read_index(folder) if row["split"] == split]
    others = [label for label in labels if label != PNEUMONIA]

    def file(row):
        return Path(folder) / row["file"]

    def among(dataset, test=lambda row: True):
        return [row for row in rows if row["dataset"] == dataset and test(row)]
    children = among("kermany")
    small = among("nih64")
    first = among("nih", lambda row: row["selection"] == "nih-first-patients")
    ill = among("nih", lambda row: row[PNEUMONIA] == "1")
    adults = [row for row in among("nih") + small if row["No Finding"] == "1"]
    coarse = derive.films("coarse", map(file, first), work)
    return {group.name: group for group in (
        Group("kermany", "Kermany et al., children aged 1 to 5, 224 px", children, list(map(file, children)),
              [PNEUMONIA]),
        Group("nih_first", "NIH ChestX-ray14, adults, first patients, images of 64 px content", small + first,
              [*map(file, small), *coarse], others),
        Group("nih_pneumonia", "NIH ChestX-ray14, adults, only films labeled Pneumonia, 256 px", ill,
              list(map(file, ill)), others),
        Group("nih_no_finding", "NIH ChestX-ray14, adults, films labeled No Finding", adults,
              list(map(file, adults)), []))}


def small_copies(files):
    """[N, 128, 128] of what the model may see, for the baselines."""
    copies = []
    for file in files:
        with Image.open(file) as opened:
            image = opened.convert("L")
        side = min(image.size)
        left, top = (image.size[0] - side) // 2, (image.size[1] - side) // 2
        copies.append(np.asarray(image.crop((left, top, left + side, top + side)).resize((128, 128), Image.BICUBIC)))
    return np.array(copies, np.float64)


def thumbnails(copies):
    """[N, 256]: 16 x 16 pixels."""
    return copies.reshape(-1, 16, 8, 16, 8).mean((2, 4)).reshape(len(copies), -1)


def brightness(copies):
    """[N, 12]: what can be said without a look at the lungs."""
    flat = copies.reshape(len(copies), -1)
    edge = np.ones((128, 128), bool)
    edge[6:-6, 6:-6] = False
    border, center = copies[:, edge], copies[:, 48:80, 48:80].reshape(len(copies), -1)
    columns = [flat.mean(1), flat.std(1), *np.percentile(flat, [1, 10, 50, 90, 99], axis=1), border.mean(1),
               border.std(1), (border < 8).mean(1), center.mean(1), center.std(1)]
    return np.stack(columns, 1)
