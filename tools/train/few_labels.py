#!/usr/bin/env python3
"""What pre-training is worth with few labels: finetune.py's runs as one list of lines, a table and a plot.

usage: few_labels.py OUT RUN.jsonl...   writes OUT.jsonl, OUT.md, OUT.svg

Runs are named few-START-SHARE-SEED; of each the line is read that finetune.py --report writes. Pneumonia among
Kermany's children, and the mean of the other labels on the adult films that upstream did not select by their pixels,
and within those labeled Pneumonia.
SPDX-License-Identifier: MIT
"""
import json
import sys
from pathlib import Path

import numpy as np

STARTS = {"random": "#8a8f98", "pre-trained": "#1a6fb5"}
GROUPS = {"kermany": "Pneumonia, children", "nih64": "mean of the other labels, first adults",
          "nih": "mean of the other labels, films labeled Pneumonia"}
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776}  # 95 % points of Student's t by the number of seeds
WIDTH, HEIGHT, LEFT, TOP = 330, 250, 46, 34
LOW, HIGH = 0.3, 1.0


def read(paths):
    """One line a run: start, share, seed, films, split, and an AUC a group."""
    lines = []
    for path in paths:
        reported = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()][-1]
        if "split" not in reported:
            raise SystemExit(f"{path}: no line of --report; the run is not done")
        start, share, seed = reported["run"].removeprefix("few-").rsplit("-", 2)
        lines.append({"start": start, "share": float(share), "seed": int(seed), "films": reported["films"],
                      "split": reported["split"], **{group: reported[group] for group in GROUPS if group in reported}})
    return sorted(lines, key=lambda line: (line["share"], line["start"], line["seed"]))


def values(lines, group, start, share):
    """AUC by seed, in the order of the seeds."""
    return np.array([line[group] for line in lines if (line["start"], line["share"]) == (start, share)])


def measured(lines):
    """The groups that every run could measure."""
    return [group for group in GROUPS if all(group in line for line in lines)]


def interval(found):
    """Student's 95 % interval of the mean over seeds, half its width; nan with one seed."""
    if len(found) not in STUDENT:
        return float("nan")
    return STUDENT[len(found)] * found.std(ddof=1) / np.sqrt(len(found))


def table(lines):
    rows = ["| AUC | labels used | films | from random weights | pre-trained | difference, paired by seed |",
            "|---|---|---|---|---|---|"]
    for group in measured(lines):
        for share in sorted({line["share"] for line in lines}):
            one, other = (values(lines, group, start, share) for start in STARTS)
            films = sorted({line["films"] for line in lines if line["share"] == share})
            films = f"{films[0]} to {films[-1]}" if len(films) > 1 else films[0]
            cells = [f"{found.mean():.3f} ({found.min():.3f} to {found.max():.3f})" for found in (one, other)]
            gain = other - one if len(one) == len(other) else np.array([np.nan])
            rows.append(f"| {GROUPS[group]} | {100 * share:g} % | {films} | {cells[0]} | {cells[1]} | "
                        f"{gain.mean():+.3f} ± {interval(gain):.3f} |")
    return "\n".join(rows)


def height(value):
    return TOP + (HIGH - np.clip(value, LOW, HIGH)) / (HIGH - LOW) * (HEIGHT - TOP - 40)


def curve(lines, group, start, across):
    """One start's line, its seeds as dots; across: share -> x."""
    color = STARTS[start]
    found = {share: values(lines, group, start, share) for share in across}
    path = " ".join(f"{across[share]},{height(each.mean()):.1f}" for share, each in found.items())
    dots = [f'<circle cx="{across[share]}" cy="{height(value):.1f}" r="3" fill="{color}" opacity=".7"/>'
            for share, each in found.items() for value in each]
    last = list(found)[-1]
    name = (f'<text x="{across[last] + 8}" y="{height(found[last].mean()) + (14 if start == "random" else -6):.1f}" '
            f'fill="{color}">{start}</text>')
    return "\n".join([f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>', *dots, name])


def panel(lines, group, at):
    shares = sorted({line["share"] for line in lines})
    across = {share: at + LEFT + 30 + 95 * i for i, share in enumerate(shares)}
    parts = [f'<text x="{at + LEFT}" y="18" font-weight="bold">{GROUPS[group]}</text>']
    for value in np.arange(LOW, HIGH + 0.01, 0.1):
        parts.append(f'<path d="M{at + LEFT} {height(value):.1f}h270" stroke="#ddd"/>'
                     f'<text x="{at + LEFT - 6}" y="{height(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>')
    parts += [f'<text x="{x}" y="{HEIGHT - 22}" text-anchor="middle">{100 * share:g} %</text>'
              for share, x in across.items()]
    return "\n".join([*parts, *(curve(lines, group, start, across) for start in STARTS)])


def plot(lines):
    body = "\n".join(panel(lines, group, i * (WIDTH + 60)) for i, group in enumerate(measured(lines)))
    width = len(measured(lines)) * (WIDTH + 60)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>\n{body}\n'
            f'<text x="{LEFT}" y="{HEIGHT - 5}">share of the training patients whose labels are used; '
            f'AUC, a dot a seed</text></svg>\n')


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__.split("\n\n")[1])
    out, lines = sys.argv[1], read(sys.argv[2:])
    Path(f"{out}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    Path(f"{out}.md").write_text(table(lines) + "\n", encoding="utf-8")
    Path(f"{out}.svg").write_text(plot(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
