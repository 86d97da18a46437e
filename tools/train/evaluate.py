#!/usr/bin/env python3
"""Measures a converted model through this repository's engine: what the card says, and what other precisions change.

Thresholds come from the validation split, everything else from the split that is named. Lines of JSON; the first
member of each, `table`, says what it is. Needs numpy and Pillow, not torch.
SPDX-License-Identifier: MIT
"""
import argparse
import json
from pathlib import Path

import numpy as np

import derive
import engine
import groups
import ood_detector
import statistic as st

FEWEST = 10      # positive films, and negative ones, for an AUC
FEWEST_VAL = 5   # positive validation films for a threshold
ADULT_FALSE = 0.03  # largest share of validation No Finding adults above the Pneumonia threshold; 0.05 is the aim
THUMBNAIL, BRIGHTNESS = 300.0, 10.0  # ridge strengths
AGES = {"below 40": (0, 40), "40 to 59": (40, 60), "60 and older": (60, 200)}


class Study:
    """A model, its films by split, and the scores it gave them."""

    def __init__(self, options, model):
        self.options, self.model = options, model
        manifest = json.loads((model / "manifest.json").read_text(encoding="utf-8"))
        self.labels, self.dtype, self.guard = manifest["labels"], manifest["dtype"], manifest.get("guard")

    def groups(self, split):
        return groups.of(self.options.data, split, self.options.work, self.labels)

    def logits(self, files, label):
        return engine.run(self.model, files, self.options.work)[0][:, self.labels.index(label)]

    def embeddings(self, files):
        return engine.run(self.model, files, self.options.work)[1]


def known(group, label, *columns):
    """Truth and the columns, where the truth is known."""
    truth = group.truth(label)
    rows = ~np.isnan(truth)
    return [truth[rows], *(column[rows] for column in columns)]


def thresholds(study):
    """{label: logit}, on validation: Youden's point; for Pneumonia at least what spares No Finding adults."""
    val, chosen = study.groups("val"), {}
    for label in study.labels:
        parts = [val["kermany"]] if label == groups.PNEUMONIA else [val["nih_first"], val["nih_pneumonia"]]
        pairs = [known(part, label, study.logits(part.files, label)) for part in parts]
        y, logits = (np.concatenate(column) for column in zip(*pairs))
        if FEWEST_VAL <= y.sum() <= len(y) - FEWEST_VAL:
            chosen[label] = st.youden(y, logits)
    adults = study.logits(val["nih_no_finding"].files, groups.PNEUMONIA)
    if groups.PNEUMONIA in chosen:
        chosen[groups.PNEUMONIA] = max(chosen[groups.PNEUMONIA], float(np.quantile(adults, 1 - ADULT_FALSE)))
    return chosen


def at_threshold(y, logits, threshold):
    """Sensitivity and specificity with intervals."""
    if threshold is None:
        return {}
    found, spared = int(st.above(logits[y == 1], threshold).sum()), int((~st.above(logits[y == 0], threshold)).sum())
    positives, negatives = int((y == 1).sum()), int((y == 0).sum())
    return {"threshold": float(st.sigmoid(threshold)), "sensitivity": found / positives,
            "sensitivity_ci95": st.proportion_interval(found, positives),
            "specificity": spared / negatives, "specificity_ci95": st.proportion_interval(spared, negatives)}


def baselines(train, group):
    """{name: scores a label} of the trivial classifiers, fitted on the same group's training films."""
    copies = [groups.small_copies(part.files) for part in (train, group)]
    made = {}
    for name, view, strength in (("thumbnail", groups.thumbnails, THUMBNAIL),
                                 ("brightness", groups.brightness, BRIGHTNESS)):
        seen = [view(part) for part in copies]
        made[name] = {label: st.ridge(known(train, label, seen[0])[1], known(train, label, seen[0])[0], seen[1],
                                      strength)
                      for label in group.labels if known(train, label)[0].sum() > 0}
    return made


def measured(group, label, logits, trivial, threshold):
    """One line of the main table."""
    columns = [logits, group.column("patient_id"), *(scores[label] for scores in trivial.values() if label in scores)]
    y, own, patients, *others = known(group, label, *columns)
    line = {"table": "finding", "group": group.name, "label": label, "n": len(y),
            "patients": len(np.unique(patients)), "positives": int(y.sum()),
            "positive_patients": len(np.unique(patients[y == 1]))}
    if min(y.sum(), (1 - y).sum()) < FEWEST:
        return line
    own_intervals, differences = st.auc_intervals(y, [own, *others], patients)
    line.update(auc=st.auc(y, own), auc_ci95=own_intervals[0])
    for name, scores, difference in zip(trivial, others, differences):
        line.update({f"{name}_auc": st.auc(y, scores), f"minus_{name}_ci95": difference})
    error, bins = st.calibration_error(y, st.sigmoid(own))
    line.update(at_threshold(y, own, threshold), ece=error, reliability=bins)
    return line


def findings(study, chosen):
    train, test = study.groups("train"), study.groups(study.options.split)
    for name in ("kermany", "nih_first", "nih_pneumonia"):
        group, trivial = test[name], baselines(train[name], test[name])
        for label in group.labels:
            yield measured(group, label, study.logits(group.files, label), trivial, chosen.get(label))


def adults(study, chosen):
    """How often Pneumonia is found in adults without a finding, by source."""
    group = study.groups(study.options.split)["nih_no_finding"]
    above = st.above(study.logits(group.files, groups.PNEUMONIA), chosen.get(groups.PNEUMONIA, np.inf))
    for source in ("nih", "nih64", None):
        mine = above if source is None else above[group.column("dataset") == source]
        yield {"table": "adult_no_finding", "label": groups.PNEUMONIA, "source": source or "both", "n": len(mine),
               "above": int(mine.sum()), "ci95": st.proportion_interval(int(mine.sum()), len(mine))}


def subgroups(study):
    """AUC by view, sex and age, where there are enough films."""
    test = study.groups(study.options.split)
    for name in ("kermany", "nih_first", "nih_pneumonia"):
        group = test[name]
        ages = np.array([float(age) if age.isdigit() else np.nan for age in group.column("age")])
        parts = {f"view {view}": group.column("view") == view for view in ("PA", "AP")}
        parts.update({f"sex {sex}": group.column("sex") == sex for sex in ("F", "M")})
        parts.update({f"age {band}": (ages >= low) & (ages < high) for band, (low, high) in AGES.items()})
        for label in group.labels:
            logits, patients = study.logits(group.files, label), group.column("patient_id")
            for part, rows in parts.items():
                y, own, of, inside = known(group, label, logits, patients, rows)
                if min(y[inside].sum(), (1 - y[inside]).sum()) >= FEWEST and not inside.all():
                    yield {"table": "subgroup", "group": name, "label": label, "part": part, "n": int(inside.sum()),
                           "positives": int(y[inside].sum()), "auc": st.auc(y[inside], own[inside]),
                           "auc_ci95": st.auc_intervals(y[inside], [own[inside]], of[inside])[0][0]}


def against(study, other, chosen):
    """What another precision of the same weights changes, label by label, on the same films."""
    test = study.groups(study.options.split)
    for name in ("kermany", "nih_first", "nih_pneumonia"):
        for label in test[name].labels:
            y, own, its = known(test[name], label, *(s.logits(test[name].files, label) for s in (study, other)))
            line = {"table": "precision", "group": name, "label": label, "n": len(y), "dtype": study.dtype,
                    "against": other.dtype, "largest_score_difference":
                        float(np.abs(st.sigmoid(own) - st.sigmoid(its)).max())}
            if min(y.sum(), (1 - y).sum()) >= FEWEST:
                line["auc_loss"] = st.auc(y, its) - st.auc(y, own)
            if label in chosen:
                line["flipped"] = int(((own > chosen[label]) != (its > chosen[label])).sum())
            yield line


def strangers(study, pictures):
    """How often the out-of-distribution detector gives a reason: on films, and on pictures that are none."""
    options = study.options
    stored = json.loads(options.guard.read_text(encoding="utf-8")) if options.guard else study.guard
    if not stored:
        return
    fitted = ood_detector.unpacked(stored)
    rows = [row for row in groups.read_index(options.data) if row["split"] == options.split]
    films = [options.data / row["file"] for row in rows]
    some = [films[i] for i in np.random.RandomState(2).permutation(len(films))[:options.strangers]]
    kinds = {"films": films, "noise": derive.noise(options.strangers, options.work), "pictures": pictures}
    kinds.update({kind: derive.films(kind, some, options.work) for kind in derive.FILM_KINDS if kind != "coarse"})
    for source in sorted({row["dataset"] for row in rows}):
        kinds[f"films: {source}"] = [options.data / row["file"] for row in rows if row["dataset"] == source]
    for kind, files in kinds.items():
        if files:
            reasons = ood_detector.reasons(fitted, study.embeddings(files))
            spoken = int(np.any(list(reasons.values()), 0).sum())
            yield {"table": "guard", "kind": kind, "n": len(files), "refused": spoken,
                   "ci95": st.proportion_interval(spoken, len(files)),
                   "reasons": {code: int(found.sum()) for code, found in reasons.items()}}


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    return value


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="copies and the engine's answers are kept here")
    parser.add_argument("--model", type=Path, required=True, help="a converted model's folder")
    parser.add_argument("--against", type=Path, action="append", default=[], help="the same weights, other precision")
    parser.add_argument("--split", default="val", choices=("val", "test"))
    parser.add_argument("--guard", type=Path, help="what ood_detector.py wrote; default: the model's own guard")
    parser.add_argument("--pictures", type=Path, help="a folder of pictures that are no films")
    parser.add_argument("--strangers", type=int, default=200, help="pictures of each kind made from films")
    parser.add_argument("--out", type=Path, required=True, help="lines of JSON")
    return parser.parse_args()


def lines(options):
    study = Study(options, options.model)
    chosen = thresholds(study)
    yield {"table": "run", "model": options.model.name, "weights": engine.weights_digest(options.model),
           "dtype": study.dtype, "split": options.split}
    yield from findings(study, chosen)
    yield from adults(study, chosen)
    yield from subgroups(study)
    for other in options.against:
        yield from against(study, Study(options, other), chosen)
    yield from strangers(study, derive.pictures(options.pictures) if options.pictures else [])


def main():
    options = arguments()
    options.work.mkdir(parents=True, exist_ok=True)
    with open(options.out, "w", encoding="utf-8") as file:
        for line in lines(options):
            text = json.dumps({key: rounded(value) for key, value in line.items()})
            file.write(text + "\n")
            print(text, flush=True)


if __name__ == "__main__":
    main()
