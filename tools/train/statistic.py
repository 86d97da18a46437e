"""The numbers that training needs while it runs: AUC, Platt's calibration, logistic regression. numpy only. What is said of a
model when it is done comes from `evax evaluate` (validation.py).

y: 0 or 1 a film; scores: any order-preserving number a film; patients: a name a film.
SPDX-License-Identifier: MIT
"""
import numpy as np


def sigmoid(logits):
    return 1 / (1 + np.exp(-np.asarray(logits, float)))


def auc(y, scores):
    """Area under the ROC curve, ties counted half; nan unless both classes are there."""
    y = np.asarray(y, bool)
    positives, negatives = int(y.sum()), int((~y).sum())
    if positives == 0 or negatives == 0:
        return float("nan")
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    return float((rank[place][y].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def proportion_interval(hits, n):
    """Wilson's 95 % interval of hits out of n."""
    if n == 0:
        return None
    z, share = 1.96, hits / n
    middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return [float(max(0, (middle - half) / (1 + z * z / n))), float(min(1, (middle + half) / (1 + z * z / n)))]


def platt(y, logits, strength=1.0):
    """(slope, offset) of the most likely sigmoid(slope * logit + offset); both drawn toward (1, 0) by `strength`,
    in films. slope is at least 0.05, so that the order of films stays."""
    slope, offset = 1.0, 0.0
    for _ in range(50):
        p = sigmoid(slope * logits + offset)
        gradient = np.array([((p - y) * logits).sum() + strength * (slope - 1), (p - y).sum() + strength * offset])
        w = p * (1 - p)
        curve = np.array([[(w * logits * logits).sum(), (w * logits).sum()], [(w * logits).sum(), w.sum()]])
        move = np.linalg.solve(curve + strength * np.eye(2), gradient)
        slope, offset = max(0.05, slope - np.clip(move[0], -1, 1)), offset - np.clip(move[1], -1, 1)
    return float(slope), float(offset)


def logistic(x, y, weights, strength, steps=60):
    """(weights [C], offset) of the most likely sigmoid(x w + offset) of films x [N, C] that count `weights` [N] each;
    `strength`, in films, draws w toward 0."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = strength * np.eye(x.shape[1])
    penalty[-1, -1] = 1e-6
    share = (np.average(y, weights=weights) * len(y) + 0.5) / (len(y) + 1)
    w = np.zeros(x.shape[1])
    w[-1] = np.log(share / (1 - share))
    if y.min() == y.max():
        return w[:-1], float(w[-1])
    for _ in range(steps):
        p = sigmoid(x @ w)
        curve = (x * (weights * p * (1 - p))[:, None]).T @ x + penalty
        move = np.linalg.solve(curve, x.T @ (weights * (p - y)) + penalty @ w)
        w -= move
        if np.abs(move).max() < 1e-6:
            break
    return w[:-1], float(w[-1])
