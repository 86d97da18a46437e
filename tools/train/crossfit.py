#!/usr/bin/env python3
"""Which recipe is better, told by training patients that each run left out.

    crossfit.py --data FOLDER RECIPE=FILE.npz,FILE.npz... ...

finetune.py --leave writes the files, one for each part of the patients: 165 first patients instead of validation's 26.
AUCs are taken within a part and averaged over parts and labels. One line of JSON a recipe, the first being what the
others are compared with; the test and the validation split are not read. numpy only.
SPDX-License-Identifier: MIT
"""
import argparse
import json
from pathlib import Path

import numpy as np

import groups
import statistic as st
from labels import LABELS

FEWEST = 5      # positive films of a part for a label to count there
RESAMPLES = 300


def populations(rows):
    """{group: (row numbers, labels)}: what evaluate.py compares, among the rows of training films."""
    def chosen(test):
        return np.array([i for i, row in enumerate(rows) if test(row)], int)
    others = [label for label in LABELS if label != groups.PNEUMONIA]
    return {"kermany": (chosen(lambda row: row["dataset"] == "kermany"), [groups.PNEUMONIA]),
            "nih_first": (chosen(lambda row: row["dataset"] == "nih64"), others),
            "nih_pneumonia": (chosen(lambda row: row["dataset"] == "nih" and row[groups.PNEUMONIA] == "1"), others)}


def together(files, n):
    """Logits [n, labels] of the parts, and the part [n] that each film was left out in; -1: in none."""
    logits, part = np.full((n, len(LABELS)), np.nan), np.full(n, -1)
    for number, file in enumerate(files):
        left = np.load(file)
        if (part[left["films"]] >= 0).any():
            raise SystemExit(f"{file}: a film was left out twice")
        logits[left["films"]], part[left["films"]] = left["logits"], number
    return logits, part


def comparisons(rows, part):
    """{group: [(label's number, row numbers)]}: within one part, as each part had a model of its own."""
    found = {}
    for group, (films, labels) in populations(rows).items():
        within = [(LABELS.index(label), films[part[films] == p]) for label in labels for p in range(part.max() + 1)]
        found[group] = [(k, own) for k, own in within if sum(rows[i][LABELS[k]] == "1" for i in own) >= FEWEST]
    return {group: pairs for group, pairs in found.items() if pairs}


def mean_auc(logits, truth, pairs, draw):
    """Mean AUC over (label's number, rows); draw: how often each film counts."""
    repeated = [(k, np.repeat(rows, draw[rows])) for k, rows in pairs]
    return float(np.nanmean([st.auc(truth[rows, k], logits[rows, k]) for k, rows in repeated]))


def draws(patients, seed=0):
    """RESAMPLES times how often each film counts when patients are drawn with replacement."""
    random = np.random.RandomState(seed)
    _, of = np.unique(patients, return_inverse=True)
    for _ in range(RESAMPLES):
        yield np.bincount(random.randint(0, of.max() + 1, of.max() + 1), minlength=of.max() + 1)[of]


def compared(recipes, rows):
    """One line a recipe."""
    truth = np.array([[float(row[label] or "nan") for label in LABELS] for row in rows])
    drawn = list(draws(np.array([row["patient_id"] for row in rows])))
    first = {}
    for name, (logits, part) in recipes.items():
        line = {"recipe": name}
        for group, pairs in comparisons(rows, part).items():
            values = np.array([mean_auc(logits, truth, pairs, draw) for draw in drawn])
            line[group] = round(mean_auc(logits, truth, pairs, np.ones(len(rows), int)), 4)
            if group in first:
                low, high = np.percentile(values - first[group], [2.5, 97.5])
                line[f"{group}_minus_first_ci95"] = [round(low, 4), round(high, 4)]
            first.setdefault(group, values)
        yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("recipes", nargs="+", metavar="RECIPE=FILES")
    options = parser.parse_args()
    rows = groups.read_index(options.data)
    named = (recipe.split("=", 1) for recipe in options.recipes)
    recipes = {name: together(files.split(","), len(rows)) for name, files in named}
    for line in compared(recipes, rows):
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
