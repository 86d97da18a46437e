#!/usr/bin/env python3
"""Draws probe.py's lines as SVG: AUC over the share of labels, mean and range of the seeds.

usage: few_plot.py LINES.jsonl OUT.svg
SPDX-License-Identifier: MIT
"""
import json
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, TOP = 330, 250, 46, 34
COLOURS = {"random": "#8a8f98", "pre-trained": "#1a6fb5"}
TITLES = {"kermany": "Pneumonia, children", "nih": "mean of the other labels, adults"}
LOW, HIGH = 0.4, 1.0


def spots(lines, group, start):
    """[(share, mean, lowest, highest)] over seeds."""
    found = {}
    for line in lines:
        if (line["group"], line["start"]) == (group, start):
            found.setdefault(line["share"], []).append(line["auc"])
    return [(share, sum(v) / len(v), min(v), max(v)) for share, v in sorted(found.items())]


def panel(lines, group, at):
    shares = sorted({line["share"] for line in lines if line["group"] == group})

    def x(share):
        return at + LEFT + 40 + 95 * shares.index(share)

    def y(value):
        return TOP + (HIGH - value) / (HIGH - LOW) * (HEIGHT - TOP - 40)
    parts = [f'<text x="{at + LEFT}" y="18" font-weight="bold">{TITLES[group]}</text>']
    for i in range(7):
        value = LOW + i / 10
        parts.append(f'<path d="M{at + LEFT} {y(value):.1f}h270" stroke="#ddd"/>'
                     f'<text x="{at + LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>')
    parts += [f'<text x="{x(s)}" y="{HEIGHT - 22}" text-anchor="middle">{100 * s:g} %</text>' for s in shares]
    for start, colour in COLOURS.items():
        points = spots(lines, group, start)
        path = " ".join(f"{x(s)},{y(mean):.1f}" for s, mean, _, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<path d="M{x(s)} {y(low):.1f}V{y(high):.1f}" stroke="{colour}" stroke-width="5" opacity=".4"/>'
                  f'<circle cx="{x(s)}" cy="{y(mean):.1f}" r="3.5" fill="{colour}"/>' for s, mean, low, high in points]
        parts.append(f'<text x="{x(points[-1][0]) + 8}" y="{y(points[-1][1]) + 4:.1f}" fill="{colour}">{start}</text>')
    return "\n".join(parts)


def main():
    lines = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    groups = [group for group in TITLES if any(line["group"] == group for line in lines)]
    body = "\n".join(panel(lines, group, i * (WIDTH + 60)) for i, group in enumerate(groups))
    width = len(groups) * (WIDTH + 60)
    Path(sys.argv[2]).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" font-family="sans-serif" '
        f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>\n{body}\n'
        f'<text x="{LEFT}" y="{HEIGHT - 5}">share of the training patients whose labels are used; '
        f'AUC, mean and range of the seeds</text></svg>\n', encoding="utf-8")


if __name__ == "__main__":
    main()
