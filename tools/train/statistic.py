"""The numbers behind the tables: AUC, intervals, thresholds, calibration, trivial baselines. numpy only.

y: 0 or 1 a film; scores: any order-preserving number a film; patients: a name a film.
SPDX-License-Identifier: MIT
"""
import numpy as np

RESAMPLES = 1000


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


def resampled(patients, seed=0):
    """RESAMPLES lists of rows: patients drawn with replacement, each with all of their films."""
    random = np.random.RandomState(seed)
    _, of = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(of == i) for i in range(of.max() + 1)]
    for _ in range(RESAMPLES):
        yield np.concatenate([rows[i] for i in random.randint(0, len(rows), len(rows))])


def interval(values):
    """The middle 95 %; None if too few resamples had a value."""
    values = np.asarray(values)[~np.isnan(values)]
    if len(values) < RESAMPLES / 2:
        return None
    return [float(v) for v in np.percentile(values, [2.5, 97.5])]


def auc_intervals(y, scores, patients):
    """The interval of each score's AUC, and that of each other's difference to the first's (first minus it)."""
    drawn = np.array([[auc(y[rows], s[rows]) for s in scores] for rows in resampled(patients)])
    return ([interval(column) for column in drawn.T],
            [interval(drawn[:, 0] - other) for other in drawn.T[1:]])


def proportion_interval(hits, n):
    """Wilson's 95 % interval of hits out of n."""
    if n == 0:
        return None
    z, share = 1.96, hits / n
    middle, half = share + z * z / (2 * n), z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return [float(max(0, (middle - half) / (1 + z * z / n))), float(min(1, (middle + half) / (1 + z * z / n)))]


def above(scores, threshold):
    """Which scores count as found: those above the threshold, never at it (web/base/threshold.js)."""
    return scores > threshold


def youden(y, scores):
    """The threshold with the largest sensitivity + specificity; above it counts as found."""
    steps = np.unique(scores)
    between = np.concatenate([[steps[0] - 1e-6], (steps[1:] + steps[:-1]) / 2])
    gain = [above(scores[y == 1], t).mean() + (~above(scores[y == 0], t)).mean() for t in between]
    return float(between[int(np.argmax(gain))])


def calibration_error(y, probabilities, bins=10):
    """Expected calibration error over equal-width bins, and the bins as (mean probability, share found, n)."""
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    table = [(float(probabilities[which == b].mean()), float(y[which == b].mean()), int((which == b).sum()))
             for b in range(bins) if (which == b).any()]
    return sum(abs(p - found) * n for p, found, n in table) / len(y), table


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


def ridge(train, y, test, strength):
    """Scores of a linear classifier on standardized columns: the trivial baselines."""
    mean, spread = train.mean(0), train.std(0) + 1e-6
    train, test = (train - mean) / spread, (test - mean) / spread
    weights = np.linalg.solve(train.T @ train + strength * np.eye(train.shape[1]), train.T @ (y - y.mean()))
    return test @ weights
