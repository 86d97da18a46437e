#!/usr/bin/env python3
"""Fine-tunes on the labelled films: binary cross-entropy a known label, the rest masked.

Rates fall from the head to the patches (layer decay), branches are dropped at random (drop path), each source has its
share of every batch. What is kept is a moving average of the weights, from where it did best on validation.
SPDX-License-Identifier: MIT
"""
import copy
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import model as evax
import run
from films import Films, Sampler
from kernels import DEVICE
from labels import LABELS
from model import DEPTH
from statistic import auc

SHARES = {"nih": 0.4, "nih64": 0.2, "kermany": 0.4}
PNEUMONIA = LABELS.index("Pneumonia")
OTHERS_OF_CHILDREN = 0.2  # weight of the 13 labels that Kermany's films lack by implication only
FEWEST = 8                # positive validation films for a label to count


def depth_of(name):
    """0 for what comes before the blocks, 1.. for these, DEPTH + 1 for what comes after."""
    if name.startswith("blocks."):
        return int(name.split(".")[1]) + 1
    return 0 if name.startswith(("cls_token", "pos_embed", "patch_embed")) else DEPTH + 1


def optimizer_of(model, decay):
    """AdamW; each group's `scale` is its rate relative to the head's."""
    groups = []
    for depth in range(DEPTH + 2):
        named = [(name, p) for name, p in model.named_parameters() if depth_of(name) == depth]
        groups += [{**group, "scale": decay ** (DEPTH + 1 - depth)} for group in run.decay_groups(named, 0.05)]
    return torch.optim.AdamW([group for group in groups if group["params"]])


def weights_of(films, chosen):
    """How much each label of each film counts, [n, labels]: nothing where it is unknown."""
    weights = np.where(np.isnan(films.labels[chosen]), 0.0, 1.0)
    children = films.dataset[chosen] == "kermany"
    weights[children] *= OTHERS_OF_CHILDREN
    weights[children, PNEUMONIA] = 1.0
    return torch.from_numpy(weights).float().to(DEVICE)


def loss_of(model, films, chosen, side):
    images = films.augmented(chosen, side, smallest=0.5, coarse=0.35)
    targets = torch.from_numpy(np.nan_to_num(films.labels[chosen])).to(DEVICE)
    weights = weights_of(films, chosen)
    each = F.binary_cross_entropy_with_logits(model(images.to(DEVICE)).float(), targets, reduction="none")
    return (each * weights).sum() / weights.sum()


@torch.no_grad()
def predicted(model, films, chosen, side, batch=64):
    """Logits [n, labels]."""
    model.eval()
    parts = [model(films.inputs(chosen[i:i + batch], side)).float().cpu() for i in range(0, len(chosen), batch)]
    model.train()
    return torch.cat(parts).numpy()


def validation(model, films, side, split="val"):
    """AUC of Pneumonia among the children, mean AUC of the other labels within each NIH source, and their mean.

    Of the source `nih` only films labelled Pneumonia: upstream chose its No Finding films by their pixels.
    """
    children = films.where(split, "kermany")
    found = {"kermany": auc(films.labels[children, PNEUMONIA], predicted(model, films, children, side)[:, PNEUMONIA])}
    for source in ("nih", "nih64"):
        chosen = films.where(split, source)
        if source == "nih":
            chosen = chosen[films.labels[chosen, PNEUMONIA] == 1]
        if not len(chosen):
            continue
        logits, truth = predicted(model, films, chosen, side), films.labels[chosen]
        each = [auc(truth[:, k], logits[:, k]) for k in range(len(LABELS))
                if k != PNEUMONIA and truth[:, k].sum() >= FEWEST]
        if each:
            found[source] = float(np.mean(each))
    found["score"] = float(np.mean(list(found.values())))
    return found


def labelled(films, source, share, random):
    """The source's training films of a share of its patients."""
    films_of_source = films.where("train", source)
    patients = np.unique(films.patient_id[films_of_source])
    kept = random.permutation(patients)[:max(1, round(share * len(patients)))]
    return films_of_source[np.isin(films.patient_id[films_of_source], kept)]


def arguments():
    parser = run.parser(__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--init", help="a checkpoint to start from; default: random weights")
    parser.add_argument("--keep-head", action="store_true", help="start with the checkpoint's head, too")
    parser.add_argument("--side", type=int, choices=(112, 224), default=112, help="pixels of the input")
    parser.add_argument("--steps", type=int, default=850)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--warmup", type=int, default=60)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--layer-decay", type=float, default=0.85)
    parser.add_argument("--drop-path", type=float, default=0.1)
    parser.add_argument("--average", type=float, default=0.99, help="of the moving average of the weights")
    parser.add_argument("--share", type=float, default=1.0, help="of the patients of each source whose labels are used")
    parser.add_argument("--every", type=int, default=150, help="steps between validations")
    parser.add_argument("--report", choices=("val", "test"),
                        help="split of a last line of metrics; choices are always made on val")
    return parser.parse_args()


def started(options):
    model = evax.EvaX(drop_path=options.drop_path)
    if options.init:
        state = evax.load(options.init)
        if not options.keep_head:
            state = {**state, **{name: value for name, value in model.state_dict().items()
                                 if name.startswith(("head", "fc_norm"))}}
        model.load_state_dict(state)
    return model.to(DEVICE)


def main():
    options = arguments()
    random = run.begin(options)
    films = Films(options.data, options.work)
    sources = {name: labelled(films, name, options.share, random) for name in SHARES}
    sources = {name: chosen for name, chosen in sources.items() if len(chosen)}
    sampler = Sampler(list(sources.values()), [SHARES[name] for name in sources], options.batch, random)
    model = started(options)
    average = copy.deepcopy(model).requires_grad_(False)
    optimizer = optimizer_of(model, options.layer_decay)
    resume = run.Resume(options, random, {"model": model, "average": average, "optimizer": optimizer})
    begun, journal, losses, lap = resume.load(), run.Journal(options), [], time.time()
    best = max((line["score"] for line in journal.written()), default=-1.0) if begun else -1.0
    path = options.work / f"{options.name}.pth"
    resume.save(begun)
    for step in range(begun, options.steps):
        rate = run.rate_at(step, options.steps, options.warmup, options.rate)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        loss = loss_of(model, films, sampler.next(), options.side)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        run.follow(average, model, min(options.average, (step + 1) / (step + 10)))
        losses.append(loss.item())
        if (step + 1) % options.every == 0 or step + 1 == options.steps:
            speed = len(losses) * options.batch / (time.time() - lap)
            found = validation(average, films, options.side)
            if found["score"] > best:
                best = found["score"]
                evax.save(average.state_dict(), path)
            journal.write(step=step + 1, rate=rate, loss=float(np.mean(losses)), images_per_second=speed, **found)
            resume.save(step + 1)
            losses, lap = [], time.time()
    if options.report:
        average.load_state_dict(evax.load(path))
        journal.write(split=options.report, films=sum(map(len, sources.values())),
                      **validation(average, films, options.side, options.report))
    resume.done()


if __name__ == "__main__":
    main()
