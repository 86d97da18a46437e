#!/usr/bin/python3
"""Writes oracles.json: films drawn by a seed, and what scikit-learn, SciPy and R's pROC say of them.

    apt-get install python3-sklearn r-cran-proc && /usr/bin/python3 tests/web/statistics/oracles.py

The tests read what is stored, so that they need neither. SPDX-License-Identifier: MIT
"""
import json
import subprocess
from pathlib import Path

import numpy as np
import scipy.stats
import sklearn
from sklearn.calibration import _SigmoidCalibration
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import Ridge
from sklearn.metrics import (average_precision_score, brier_score_loss, precision_recall_curve, roc_auc_score,
                             roc_curve)

R = """
suppressMessages(library(pROC)); options(digits = 17)
d <- read.csv("stdin")
a <- roc(d$y, d$a, direction = "<", quiet = TRUE); b <- roc(d$y, d$b, direction = "<", quiet = TRUE)
t <- roc.test(a, b, method = "delong", paired = TRUE)
cat(var(a, method = "delong"), ci.auc(a, method = "delong")[c(1, 3)], cov(a, b, method = "delong"),
    t$conf.int, as.character(packageVersion("pROC")))
"""


def films(seed, n, share, digits, patients):
    random = np.random.RandomState(seed)
    patient = np.sort(random.randint(0, patients, n))
    own = random.normal(0, 1, patients)[patient]
    y = (own + random.normal(0, 1, n) > np.sqrt(2) * scipy.stats.norm.ppf(1 - share)).astype(int)
    a, b = (np.round(1 / (1 + np.exp(-(1.2 * y + noise * random.normal(0, 1, n) - 1))), digits)
            for noise in (1, 1.6))
    return y, np.clip(a, 0.001, 0.999), np.clip(b, 0.001, 0.999), patient


def proc(y, a, b):
    text = "y,a,b\n" + "".join(f"{i},{j!r},{k!r}\n" for i, j, k in zip(y, a.tolist(), b.tolist()))
    words = subprocess.run(["Rscript", "-e", R], input=text, capture_output=True, text=True, check=True).stdout.split()
    variance, low, high, covariance, least, most = map(float, words[:6])
    return {"variance": variance, "ci95": [low, high], "covariance": covariance, "difference": [least, most],
            "version": words[6]}


def bootstrap(y, a, b, patient, draws=20000):
    """Percentiles by drawing rows, the slow and plain way."""
    random = np.random.RandomState(11)
    names = np.unique(patient)
    rows = {name: np.flatnonzero(patient == name) for name in names}
    aucs = []
    for _ in range(draws):
        some = np.concatenate([rows[name] for name in random.choice(names, len(names))])
        if 0 < y[some].sum() < len(some):
            aucs.append([roc_auc_score(y[some], s[some]) for s in (a, b)])
    aucs = np.array(aucs)
    return {"a": np.percentile(aucs[:, 0], [2.5, 97.5]).tolist(),
            "difference": np.percentile(aucs[:, 0] - aucs[:, 1], [2.5, 97.5]).tolist()}


def clustered(hits, patient):
    """The variance of a share by the ratio estimator over patients, and the number of films it stands for."""
    names = np.unique(patient)
    n = np.array([(patient == name).sum() for name in names])
    k = np.array([hits[patient == name].sum() for name in names])
    p = k.sum() / n.sum()
    variance = len(names) * np.var(k - p * n, ddof=1) / n.sum() ** 2
    return float(min(n.sum(), p * (1 - p) / variance))


def case(name, seed, n, share, digits, patients):
    y, a, b, patient = films(seed, n, share, digits, patients)
    precision, recall, _ = precision_recall_curve(y, a)
    fpr, tpr, _ = roc_curve(y, a, drop_intermediate=False)
    grid = np.linspace(0, 1, 41)
    sigmoid = _SigmoidCalibration().fit(np.log(a / (1 - a)), y)
    isotonic = IsotonicRegression(out_of_bounds="clip").fit(a, y)
    above = a > 0.4
    found = int(above[y == 1].sum())
    wilson = scipy.stats.binomtest(found, int(y.sum())).proportion_ci(method="wilson")
    return {
        "name": name, "y": y.tolist(), "a": a.tolist(), "b": b.tolist(), "patients": [f"p{i}" for i in patient],
        "auc": [roc_auc_score(y, a), roc_auc_score(y, b)], "roc": np.stack([fpr, tpr], 1).tolist(),
        "pr": np.stack([recall, precision], 1).tolist(), "average_precision": average_precision_score(y, a),
        "brier": brier_score_loss(y, a), "proc": proc(y, a, b), "bootstrap": bootstrap(y, a, b, patient),
        "platt": {"slope": -float(sigmoid.a_), "offset": -float(sigmoid.b_)},
        "isotonic": {"at": grid.tolist(), "shares": isotonic.predict(grid).tolist()},
        "sensitivity": {"threshold": 0.4, "wilson": [wilson.low, wilson.high],
                        "effective": clustered(above[y == 1], patient[y == 1])},
    }


def ridge():
    """Ridge regression on standardized columns, fitted on the films of even number."""
    random = np.random.RandomState(5)
    x = random.normal(size=(60, 7)) * np.arange(1, 8)
    y = (x[:, 0] + random.normal(size=60) > 0).astype(int)
    trained = np.arange(60) % 2 == 0
    z = (x - x[trained].mean(0)) / (x[trained].std(0) + 1e-6)
    model = Ridge(alpha=10.0, fit_intercept=False).fit(z[trained], y[trained] - y[trained].mean())
    return {"x": x.tolist(), "y": y.tolist(), "trained": trained.astype(int).tolist(), "scores": model.predict(z).tolist()}


def main():
    made = {"scikit-learn": sklearn.__version__, "cases": [
        case("120 films with ties, of 120 patients or fewer", 1, 120, 0.3, 2, 2000),
        case("400 films of 60 patients, a tenth positive", 2, 400, 0.1, 4, 60),
        case("40 films with many ties", 3, 40, 0.5, 1, 30),
    ], "ridge": ridge()}
    text = json.dumps(made, indent=None, separators=(",", ":")).replace(',{"name"', ',\n{"name"')
    Path(__file__).with_name("oracles.json").write_text(text + "\n", encoding="utf-8")


main()
