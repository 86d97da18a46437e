#!/usr/bin/env python3
"""Fits the out-of-distribution detector of a model on its embeddings of training films. In a manifest its member
is called `guard` (model/FORMAT.md, section 6).

Two kinds of test, on the embedding e:
    distance  to the training films, a shrunk Mahalanobis distance: along the leading principal axes with the variance
              of each, in all other directions with one common variance
    probes    linear classifiers; one for pictures without an object, from noise to a single gray, which some models
              place near films by the distance; one for films on their side or upside down; one for inverted contrast
The limits are set so that the share KEPT of the validation films gets no reason.
SPDX-License-Identifier: MIT
"""
import argparse
import base64
import json
from pathlib import Path

import numpy as np

import derive
import engine
import groups
import statistic

AXES = 32
KEPT = {"distance": 0.996, "NOT_LIKE_FILMS": 0.998, "TURNED": 0.998, "INVERTED": 0.998}  # together 99 %
NOISE = 1000  # the first seed of noise to learn from; evaluate.py's begin at 0
TURNS = {"TURNED": ["turned-left", "turned-right", "upside-down"], "INVERTED": ["inverted"]}
PER_SOURCE = {"nih": 600, "nih64": 500, "kermany": 700, "hannover": 178, "ieee8023": 9}
PER_KIND = 250


def training_films(folder, seed=0):
    """Files of the training split, with more of the rare sources than there are in the whole."""
    rows = [row for row in groups.read_index(folder) if row["split"] == "train"]
    random, chosen = np.random.RandomState(seed), []
    for source, count in PER_SOURCE.items():
        own = [row["file"] for row in rows if row["dataset"] == source]
        chosen += [own[i] for i in random.permutation(len(own))[:count]]
    return [Path(folder) / file for file in chosen]


def validation_films(folder):
    return [Path(folder) / row["file"] for row in groups.read_index(folder) if row["split"] == "val"]


def fit_distance(films):
    """Squared distance of e: rest * |e - mean|^2 + sum of weights * (axes (e - mean))^2; axes [AXES, C], of length 1.

    weights [AXES]: weight of a leading axis on top of `rest`, which applies to every direction; may be negative."""
    mean = films.mean(0)
    values, vectors = np.linalg.eigh(np.cov((films - mean).T))
    order = np.argsort(values)[::-1]
    values, vectors = values[order], vectors[:, order].T
    rest = values[AXES:].mean()
    return {"mean": mean, "axes": vectors[:AXES], "weights": 1 / values[:AXES] - 1 / rest, "rest": float(1 / rest)}


def distances(fitted, embeddings):
    away = embeddings - fitted["mean"]
    along = away @ fitted["axes"].T
    squared = fitted["rest"] * (away ** 2).sum(1) + (along ** 2) @ fitted["weights"]
    return np.sqrt(np.maximum(squared, 0) / embeddings.shape[1])


def fit_classifier(right, wrong, strength=3.0):
    """Logistic regression on standardized embeddings, both kinds counting the same; (weights [C], offset)."""
    both = np.concatenate([right, wrong]).astype(float)
    y = np.concatenate([np.zeros(len(right)), np.ones(len(wrong))])
    mean, spread = right.mean(0), right.std(0) + 1e-6
    balance = np.where(y == 1, len(y) / (2 * y.sum()), len(y) / (2 * (1 - y).sum()))
    w, offset = statistic.logistic((both - mean) / spread, y, balance, strength)
    return w / spread, float(offset - (w / spread * mean).sum())


def fit(model, folder, work):
    """Everything but the limits."""
    films = training_films(folder)
    right = engine.run(model, films, work)[1]
    some = [films[i] for i in np.random.RandomState(1).permutation(len(films))[:PER_KIND]]
    pictures = {"NOT_LIKE_FILMS": derive.noise(PER_KIND, work, NOISE)}
    pictures.update({code: [file for kind in kinds for file in derive.films(kind, some, work)]
                     for code, kinds in TURNS.items()})
    probes = {code: fit_classifier(right, engine.run(model, files, work)[1]) for code, files in pictures.items()}
    return {"distance": fit_distance(right), "probes": probes}


def measures(fitted, embeddings):
    """{test: [N]}, larger is less like a film; a probe's name is its code."""
    found = {"distance": distances(fitted["distance"], embeddings)}
    for code, (weights, offset) in fitted["probes"].items():
        found[code] = embeddings @ weights + offset
    return found


def limits(fitted, embeddings):
    return {test: float(np.quantile(values, KEPT[test])) for test, values in measures(fitted, embeddings).items()}


def reasons(fitted, embeddings):
    """{code: [N] whether it speaks}, with the limits of a manifest's member."""
    over = {test: values > fitted["limits"][test] for test, values in measures(fitted, embeddings).items()}
    distant = over.pop("distance")
    over["NOT_LIKE_FILMS"] = over.get("NOT_LIKE_FILMS", False) | distant
    return over


def packed(values):
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode("ascii")


def member(fitted, limit):
    """The manifest's member `guard`."""
    distance = fitted["distance"]
    return {"distance": {"mean": packed(distance["mean"]), "axes": packed(distance["axes"]),
                         "weights": packed(distance["weights"]), "rest": distance["rest"],
                         "limit": limit["distance"]},
            "probes": [{"code": code, "weights": packed(weights), "offset": offset, "limit": limit[code]}
                       for code, (weights, offset) in fitted["probes"].items()]}


def unpacked(stored):
    """What member() packed."""
    def numbers(text):
        return np.frombuffer(base64.b64decode(text), "<f4").astype(float)
    distance, mean = stored["distance"], numbers(stored["distance"]["mean"])
    found = {"mean": mean, "axes": numbers(distance["axes"]).reshape(-1, len(mean)),
             "weights": numbers(distance["weights"]), "rest": distance["rest"]}
    return {"distance": found,
            "probes": {probe["code"]: (numbers(probe["weights"]), probe["offset"]) for probe in stored["probes"]},
            "limits": {"distance": distance["limit"],
                       **{probe["code"]: probe["limit"] for probe in stored["probes"]}}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    for name in ("--data", "--work", "--model", "--out"):
        parser.add_argument(name, type=Path, required=True)
    options = parser.parse_args()
    fitted = fit(options.model, options.data, options.work)
    held_out = engine.run(options.model, validation_films(options.data), options.work)[1]
    options.out.write_text(json.dumps(member(fitted, limits(fitted, held_out)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
