"""The statistics of labeled films: a table of them through `evax evaluate`, whose report comes back (web/evaluate/README.md).

SPDX-License-Identifier: MIT
"""
import csv
import json
import subprocess
from pathlib import Path

import engine

COLUMNS = {"patient": "patient_id", "split": "split", "view": "view", "sex": "sex", "age": "age"}


def table_of(groups, path):
    """Writes the films of some groups as a table of labels; what a group may not measure is blank."""
    labels = list(dict.fromkeys(label for group in groups for label in group.labels))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", *COLUMNS, *labels])
        for group in groups:
            for name, row in zip(group.files, group.rows):
                writer.writerow([Path(name).resolve(), *(row[column] for column in COLUMNS.values()),
                                 *(row[label] if label in group.labels else "" for label in labels)])
    return [str(Path(name).resolve()) for group in groups for name in group.files]


def report(model, groups, work, name, *options):
    """What `evax evaluate` says of the films of some groups. Films that were read are kept in the work folder, by model."""
    folder = Path(work) / "validation" / Path(model).name
    folder.mkdir(parents=True, exist_ok=True)
    labels, films = folder / f"{name}.csv", folder / f"{name}.txt"
    films.write_text("\n".join(table_of(groups, labels)) + "\n", encoding="utf-8")
    command = ["node", str(engine.CLI), "evaluate", "--model", str(model), "--files-from", str(films), "--labels", str(labels),
               "--out", str(folder), "--name", name, "--json", "--force", *options]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
