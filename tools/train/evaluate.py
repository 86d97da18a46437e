#!/usr/bin/env python3
"""Measures a converted model through this repository's engine: what the card says, and what other precisions change.

Which films may be compared is said here (groups.py); the statistics are those of `evax evaluate` (validation.py).
Thresholds come from the validation split, the baselines learn from the training split, everything else is measured on the
split that is named. Lines of JSON; the first member of each, `table`, says what it is. Needs numpy and Pillow, not torch.
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
import validation

ADULT_FALSE = 0.03  # largest share of validation No Finding adults above the Pneumonia threshold; 0.05 is the aim
MEASURED = ("kermany", "nih_first", "nih_pneumonia")


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


def thresholds(study):
    """{label: score}, on validation: Youden's point; for Pneumonia at least what spares No Finding adults."""
    splits, chosen = [study.groups(split) for split in ("train", "val")], {}
    for name, members in (("children", ["kermany"]), ("adults", ["nih_first", "nih_pneumonia"])):
        parts = [split[member] for member in members for split in splits]
        report = validation.report(study.model, parts, study.options.work, f"thresholds-{name}",
                                   "--split", "train", "--choose-on", "val", "--rule", "youden")
        chosen.update({finding["label"]: finding["points"][-1]["threshold"] for finding in report["findings"]
                       if finding["points"] and finding["points"][-1]["name"] == "Youden"})
    val = splits[1]
    adults = st.sigmoid(study.logits(val["nih_no_finding"].files, groups.PNEUMONIA))
    if groups.PNEUMONIA in chosen:
        chosen[groups.PNEUMONIA] = max(chosen[groups.PNEUMONIA], float(np.quantile(adults, 1 - ADULT_FALSE)))
    return chosen


def rules(chosen, labels):
    """Options that hold each label's threshold."""
    return [word for label in labels if label in chosen for word in ("--rule", f"{label}:threshold={chosen[label]:.9f}")]


def measured(name, finding, threshold):
    """One line of the main table, from a finding of a report."""
    line = {"table": "finding", "group": name, "label": finding["label"], "n": finding["n"],
            "patients": finding["patients"], "positives": finding["positives"],
            "positive_patients": finding["positivePatients"]}
    if not finding["auc"]:
        return line
    line.update(auc=finding["auc"]["value"], auc_ci95=finding["auc"]["ci95"])
    for baseline in finding["baselines"]:
        line.update({f"{baseline['name']}_auc": baseline["auc"], f"minus_{baseline['name']}_ci95": baseline["differenceCi95"]})
    point = finding["points"][-1] if threshold is not None and finding["points"] else None
    if point and point["sensitivity"] and point["specificity"]:
        line.update(threshold=threshold)
        for share in ("sensitivity", "specificity"):
            line.update({share: point[share]["value"], f"{share}_ci95": point[share]["ci95"]})
    calibration = finding["calibration"]
    line.update(ece=calibration["ece"], reliability=[(part["score"], part["share"], part["n"]) for part in calibration["bins"]])
    return line


def findings(study, chosen):
    """The main table and the subgroups, and what each other precision changes."""
    splits = [study.groups(split) for split in dict.fromkeys(("train", "val", study.options.split))]
    for name in MEASURED:
        parts, labels = [split[name] for split in splits], splits[0][name].labels
        options = ["--split", study.options.split, *rules(chosen, labels)]
        report = validation.report(study.model, parts, study.options.work, name, "--baselines-on", "train", *options)
        for finding in report["findings"]:
            yield measured(name, finding, chosen.get(finding["label"]))
        for finding in report["findings"]:
            yield from subgroups(name, finding)
        for other in study.options.against:
            yield from against(study, name, validation.report(study.model, parts, study.options.work, f"{name}-{other.name}",
                                                              "--against", str(other), *options), chosen)


def subgroups(name, finding):
    """AUC by view, sex and age, where there are enough films."""
    for group in finding["groups"]:
        yield {"table": "subgroup", "group": name, "label": finding["label"], "part": f"{group['column']} {group['value']}",
               "n": group["n"], "positives": group["positives"], "auc": group["auc"]["value"], "auc_ci95": group["auc"]["ci95"]}


def against(study, name, report, chosen):
    """What another precision of the same weights changes, label by label, on the same films."""
    for finding in report["against"]["findings"]:
        line = {"table": "precision", "group": name, "label": finding["label"], "n": finding["n"], "dtype": study.dtype,
                "against": report["against"]["model"]["dtype"], "largest_score_difference": finding["largestScoreDifference"]}
        if finding["difference"] is not None:
            line["auc_loss"] = -finding["difference"]
        if finding["label"] in chosen and finding["flips"]:
            line["flipped"] = sum(finding["flips"][truth][way] for truth in ("positives", "negatives")
                                  for way in ("toPositive", "toNegative"))
        yield line


def adults(study, chosen):
    """How often Pneumonia is found in adults without a finding, by source."""
    group = study.groups(study.options.split)["nih_no_finding"]
    above = st.sigmoid(study.logits(group.files, groups.PNEUMONIA)) > chosen.get(groups.PNEUMONIA, np.inf)
    for source in ("nih", "nih64", None):
        mine = above if source is None else above[group.column("dataset") == source]
        yield {"table": "adult_no_finding", "label": groups.PNEUMONIA, "source": source or "both", "n": len(mine),
               "above": int(mine.sum()), "ci95": st.proportion_interval(int(mine.sum()), len(mine))}


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
