#!/usr/bin/env python3
"""What pre-training is worth with few labels: a linear head on a frozen encoder, pre-trained against random weights.

For each share of the training patients' labels and each seed: Pneumonia among Kermany's children, and each other label
on the adult films, with as many heads as there are labels. One line of JSON a run, the mean of the labels a group.
SPDX-License-Identifier: MIT
"""
import numpy as np
import torch

import model as evax
import run
from films import Films
from finetune import FEWEST, PNEUMONIA, labelled
from kernels import DEVICE
from labels import LABELS
from statistic import auc, sigmoid

SHARES = (0.01, 0.1, 1.0)
STRENGTH = 30.0  # of the penalty on the head, in films; the features are standardised
GROUPS = {"kermany": [PNEUMONIA], "nih": [k for k in range(len(LABELS)) if k != PNEUMONIA]}
SOURCES = {"kermany": ("kermany",), "nih": ("nih64",)}  # the adults that upstream did not select by their pixels


def logistic(x, y, steps=25):
    """Weights [columns + 1] of a penalised logistic regression; the last is the offset."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = STRENGTH * np.eye(x.shape[1])
    penalty[-1, -1] = 1e-3
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        p = sigmoid(x @ w)
        curve = (x * (p * (1 - p))[:, None]).T @ x + penalty
        move = np.linalg.solve(curve, x.T @ (p - y) + penalty @ w)
        w -= move
        if np.abs(move).max() < 1e-5:
            break
    return w


@torch.no_grad()
def features(encoder, films, chosen, side, batch=64):
    """Mean of the last block's patch tokens, normalised by token; [n, C]."""
    encoder.eval()
    parts = []
    for i in range(0, len(chosen), batch):
        tokens = encoder.tokens(films.inputs(chosen[i:i + batch], side))[0][:, 1:]
        parts.append(torch.nn.functional.layer_norm(tokens, tokens.shape[-1:]).mean(1).cpu())
    return torch.cat(parts).numpy().astype(float)


def score(x, y, train, test):
    """AUC of one label; nan where there is nothing to learn or too little to measure."""
    known_train, known_test = train[~np.isnan(y[train])], test[~np.isnan(y[test])]
    if y[known_train].sum() in (0, len(known_train)) or y[known_test].sum() < FEWEST:
        return float("nan")
    mean, spread = x[known_train].mean(0), x[known_train].std(0) + 1e-6
    w = logistic((x[known_train] - mean) / spread, y[known_train])
    return auc(y[known_test], (x[known_test] - mean) / spread @ w[:-1])


def arguments():
    parser = run.parser(__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--init", required=True, help="the pre-trained checkpoint")
    parser.add_argument("--side", type=int, choices=(112, 224), default=112)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--split", choices=("val", "test"), default="val")
    return parser.parse_args()


def main():
    options = arguments()
    run.begin(options)
    films, journal = Films(options.data, options.work), run.Journal(options)
    used = np.flatnonzero(np.isin(films.dataset, ("kermany", "nih64")) & np.isin(films.split, ("train", options.split)))
    random, pretrained = evax.EvaX().to(DEVICE), evax.EvaX().to(DEVICE)
    pretrained.load_state_dict(evax.load(options.init))
    for start, encoder in (("random", random), ("pre-trained", pretrained)):
        x = np.zeros((len(films.split), evax.WIDTH))
        x[used] = features(encoder, films, used, options.side)
        for seed in range(options.seeds):
            for share in SHARES:
                for group, labels in GROUPS.items():
                    source, = SOURCES[group]
                    train = labelled(films, source, share, np.random.RandomState(seed))
                    test = films.where(options.split, source)
                    found = [score(x, films.labels[:, k].astype(float), train, test) for k in labels]
                    measured = [value for value in found if not np.isnan(value)]
                    if measured:
                        journal.write(table="few_labels", start=start, group=group, share=share, seed=seed,
                                      films=len(train), labels=len(measured), split=options.split,
                                      auc=float(np.mean(measured)))


if __name__ == "__main__":
    main()
