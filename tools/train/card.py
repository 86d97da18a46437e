#!/usr/bin/env python3
"""Puts evaluate.py's lines and ood_detector.py's tests into a facts card, and writes the figures as Markdown tables.

Grades of evidence, by rule:
    validated  at least 10 positive test films of at least 5 patients, and an AUC above both trivial classifiers' (a
               16x16 thumbnail, brightness) on the same films, with the whole 95 % interval of each difference above 0
    weak       measured on at least 10 positive films, and not that
    none       not measured
SPDX-License-Identifier: MIT
"""
import argparse
import json
from pathlib import Path

import groups

ORDER = ("kermany", "nih_first", "nih_pneumonia")  # where a finding's facts come from: the first that measured it
BASELINES = {"thumbnail": "a 16x16 thumbnail", "brightness": "brightness alone"}
LETTERS = {"kermany": "C", "nih_first": "A", "nih_pneumonia": "B"}
ABOUT = {"kermany": "Kermany et al., children aged 1 to 5, test split, 224 px",
         "nih_first": "NIH ChestX-ray14, adults, test split, first patients, images of 64 px content",
         "nih_pneumonia": "NIH ChestX-ray14, adults, test split, only films labeled Pneumonia, 256 px"}


def grade(line):
    if "auc" not in line:
        return "none"
    above = all(line.get(f"minus_{name}_ci95") and line[f"minus_{name}_ci95"][0] > 0 for name in BASELINES)
    return "validated" if above and line["positive_patients"] >= 5 else "weak"


def compared(line):
    """One sentence on the trivial classifiers."""
    parts = []
    for name, words in BASELINES.items():
        if line.get(f"minus_{name}_ci95"):
            low, high = line[f"minus_{name}_ci95"]
            parts.append(f"{words} {line[f'{name}_auc']:.3f} (difference {low:+.2f} to {high:+.2f})")
    return f"AUC on the same films of {'; of '.join(parts)}." if parts else ""


def adults_sentence(lines):
    both = next(line for line in lines if line["table"] == "adult_no_finding" and line["source"] == "both")
    low, high = (100 * value for value in both["ci95"])
    return (f"Above the threshold in {both['above']} of {both['n']} adult films without a finding "
            f"({100 * both['above'] / both['n']:.1f} %, interval {low:.1f} to {high:.1f} %). Not tested for adults' "
            "pneumonia.")


def subgroups_sentence(line, lines):
    """AUC by view, sex and age on the films of a finding's facts."""
    parts = [f"{part['part']} {part['auc']:.2f} ({pair(part['auc_ci95'])})" for part in lines
             if part["table"] == "subgroup" and (part["group"], part["label"]) == (line["group"], line["label"])]
    return f"AUC by subgroup: {', '.join(parts)}." if parts else "No view, sex or age band with enough films."


def facts_of(label, lines):
    measured = {line["group"]: line for line in lines if line["table"] == "finding" and line["label"] == label}
    known = [measured[group] for group in ORDER if "auc" in measured.get(group, {})]
    if not known:
        most = max(line["positives"] for line in measured.values())
        return {"evidence": "none", "note": f"Not measured: at most {most} positive test films in any group that may "
                                            "be quoted."}
    line = known[0]
    facts = {member: line[member] for member in ("threshold", "sensitivity", "specificity", "auc", "auc_ci95", "n",
                                                 "positives") if line.get(member) is not None}
    notes = [compared(line)]
    notes += [f"Within films labeled Pneumonia: AUC {other['auc']:.3f}, {grade(other)}." for other in known[1:]]
    notes.append(subgroups_sentence(line, lines))
    if label == groups.PNEUMONIA:
        notes.append(adults_sentence(lines))
    if "threshold" not in line:
        notes.append("No threshold: fewer than 5 positive validation films.")
    return {**facts, "dataset": ABOUT[line["group"]], "evidence": grade(line), "note": " ".join(notes)}


def notice_of(findings):
    """What every reader is told first."""
    better = [label for label, facts in findings.items() if facts["evidence"] == "validated"]
    return ("Research tool, not a medical device. Small demo model, not a published EVA-X: trained on about 8,000 "
            f"films, tested on small sets from the same sources. {' and '.join(better) or 'Nothing'} "
            f"{'alone ' if better else ''}did better than a 16x16 thumbnail and brightness; other scores are weak or "
            "untested. Pneumonia was tested on children only.")


def pair(values, digits=2):
    return f"{values[0]:.{digits}f} to {values[1]:.{digits}f}" if values else "-"


def table(head, rows):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def finding_rows(lines):
    for line in lines:
        if line["table"] == "finding" and "auc" in line:
            at = (f"{line['sensitivity']:.2f} ({pair(line['sensitivity_ci95'])}) / "
                  f"{line['specificity']:.2f} ({pair(line['specificity_ci95'])}) @ {line['threshold']:.2f}"
                  if "threshold" in line else "-")
            yield [line["label"], LETTERS[line["group"]],
                   f"{line['n']} of {line['patients']} ({line['positives']} of {line['positive_patients']})",
                   f"{line['auc']:.3f} ({pair(line['auc_ci95'])})",
                   *(f"{line[f'{name}_auc']:.3f} ({line[f'minus_{name}_ci95'][0]:+.2f} to "
                     f"{line[f'minus_{name}_ci95'][1]:+.2f})" if line.get(f"minus_{name}_ci95") else "-"
                     for name in BASELINES),
                   at, f"{line['ece']:.3f}", grade(line)]


def tables(lines):
    """All figures, as Markdown."""
    text = table(["finding", "films", "n of patients (positive)", "AUC", "thumbnail (difference)",
                  "brightness (difference)", "sensitivity / specificity @ threshold", "ECE", "evidence"],
                 finding_rows(lines))
    text += table(["adults without a finding", "n", "above the Pneumonia threshold", "interval"],
                  [[line["source"], line["n"], line["above"], pair(line["ci95"], 3)]
                   for line in lines if line["table"] == "adult_no_finding"])
    text += table(["finding", "films", "subgroup", "n (positive)", "AUC"],
                  [[line["label"], LETTERS[line["group"]], line["part"], f"{line['n']} ({line['positives']})",
                    f"{line['auc']:.3f} ({pair(line['auc_ci95'])})"] for line in lines if line["table"] == "subgroup"])
    text += table(["finding", "films", "against", "AUC lost", "largest score difference", "decisions that flip"],
                  [[line["label"], LETTERS[line["group"]], f"{line['dtype']} against {line['against']}",
                    f"{line['auc_loss']:+.4f}" if "auc_loss" in line else "-",
                    f"{line['largest_score_difference']:.4f}", f"{line.get('flipped', '-')} of {line['n']}"]
                   for line in lines if line["table"] == "precision"])
    text += table(["guard", "n", "with a reason", "interval", "reasons"],
                  [[line["kind"], line["n"], line["refused"], pair(line["ci95"], 3),
                    ", ".join(f"{code} {count}" for code, count in line["reasons"].items() if count)]
                   for line in lines if line["table"] == "guard"])
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--metrics", type=Path, required=True, help="evaluate.py's lines, of the test split")
    parser.add_argument("--guard", type=Path, required=True)
    parser.add_argument("--card", type=Path, required=True, help="read for its texts, and written")
    parser.add_argument("--tables", type=Path, required=True, help="the Markdown to write")
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.metrics.read_text(encoding="utf-8").splitlines()]
    labels = list(dict.fromkeys(line["label"] for line in lines if line["table"] == "finding"))
    card = json.loads(options.card.read_text(encoding="utf-8"))
    card["findings"] = {label: facts_of(label, lines) for label in labels}
    card["notice"] = notice_of(card["findings"])
    card["guard"] = json.loads(options.guard.read_text(encoding="utf-8"))
    options.card.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    options.tables.write_text("\n".join(tables(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
