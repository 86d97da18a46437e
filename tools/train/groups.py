"""The films that may be compared with each other.

The data's README says which contrasts measure the source, the exposure or the selection instead of a finding. Hence
no AUC over several sources, none for Pneumonia among NIH films, and No Finding only as a population.
SPDX-License-Identifier: MIT
"""
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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
