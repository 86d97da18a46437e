#!/usr/bin/env python3
"""Fine-tunes on the labeled films: binary cross-entropy a known label, the rest masked.

Rates fall from the head to the patches (layer decay), branches are dropped at random, each source has its share of every
batch. Beside the findings the model learns what else is known of a film (AIDS); these outputs are thrown away. What is
kept is a moving average of the weights at the last step: validation is too small to choose a step by.
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
from films import AIDS, Films, Sampler
from kernels import DEVICE
from labels import LABELS
from model import DEPTH, PATCH, WIDTH, Linear
from statistic import auc, logistic

SHARES = {"nih": 0.4, "nih64": 0.3, "kermany": 0.3}
PNEUMONIA = LABELS.index("Pneumonia")
OTHERS_OF_CHILDREN = 0.2  # weight of the 13 labels that Kermany's films lack by implication only
AIDS_COUNT = 0.3          # weight of the aids' loss
HEAD_STRENGTH = 100.0     # of the heads' logistic regressions, in films
MOST_TO_FIT = 1400        # films of a source for it
FEWEST = 8                # positive validation films for a label to count


class Tuned(nn.Module):
    """The model, outputs for the aids, and what makes the head learn: embeddings of films differ little from each
    other, so that both heads see them standardized, as linear probes of masked autoencoders do. plain() folds
    mean and deviation into the head."""

    def __init__(self, init=None, drop_path=0.0):
        super().__init__()
        self.model = evax.EvaX(drop_path)
        self.standard = nn.BatchNorm1d(WIDTH, affine=False, momentum=0.05)
        self.aids = Linear(WIDTH, len(AIDS))
        if init:
            self.model.load_state_dict(evax.load(init))

    def forward(self, images, keep):
        """Logits of the findings and of the aids, [B, .]; keep: how many patches of each, drawn at random, are seen."""
        patches = (images.shape[-1] // PATCH) ** 2
        order = torch.rand(len(images), patches, device=images.device).argsort(1)
        visible = order[:, :keep] if keep < patches else None
        embedding = self.standard(self.model.embed(images, visible))
        return self.model.head(embedding).float(), self.aids(embedding).float()

    @torch.no_grad()
    def fit_head(self, films, chosen, side):
        """Takes mean and deviation of the embeddings of the films, and the head of a logistic regression on them."""
        self.eval()
        parts = np.array_split(chosen, 1 + len(chosen) // 64)
        embeddings = torch.cat([self.model.embed(films.inputs(part, side)) for part in parts])
        self.standard.running_mean.copy_(embeddings.mean(0))
        self.standard.running_var.copy_(embeddings.var(0))
        known = self.standard(embeddings).cpu().double().numpy()
        self.train()
        truth, weights = np.nan_to_num(films.labels[chosen]), weights_of(films, chosen).cpu().double().numpy()
        fits = [logistic(known, *columns, HEAD_STRENGTH) for columns in zip(truth.T, weights.T)]
        self.model.head.weight.copy_(torch.tensor(np.array([row for row, _ in fits])))
        self.model.head.bias.copy_(torch.tensor([offset for _, offset in fits]))

    @torch.no_grad()
    def plain(self):
        """The model alone, its head for embeddings as they are."""
        model, scale = copy.deepcopy(self.model), (self.standard.running_var + self.standard.eps).rsqrt()
        model.head.weight.mul_(scale)
        model.head.bias.sub_(model.head.weight @ self.standard.running_mean)
        return model


def depth_of(name):
    """0 for what comes before the blocks, 1.. for these, DEPTH + 1 for what comes after."""
    name = name.removeprefix("model.")
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


def masked_loss(logits, targets, weights):
    """Mean cross-entropy by weight; targets [n, .] in 0..1, nan where the weight is 0."""
    targets = torch.from_numpy(np.nan_to_num(targets)).to(DEVICE)
    each = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (each * weights).sum() / weights.sum().clamp(min=1)


def loss_of(tuned, films, chosen, options):
    images = films.augmented(chosen, options.side, smallest=0.5, coarse=0.35, exposure=0.5)
    findings, aids = tuned(images, round(options.visible * (options.side // PATCH) ** 2))
    known = torch.from_numpy(~np.isnan(films.aids[chosen])).float().to(DEVICE)
    return (masked_loss(findings, films.labels[chosen], weights_of(films, chosen))
            + AIDS_COUNT * masked_loss(aids, films.aids[chosen], known))


def one_step(step, tuned, optimizer, films, chosen, options):
    """Moves the weights by the gradient of a batch; its loss."""
    rate = run.rate_at(step, options.steps, options.warmup, options.rate)
    for group in optimizer.param_groups:
        group["lr"] = rate * group["scale"]
    loss = loss_of(tuned, films, chosen, options)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(tuned.parameters(), 1.0)
    optimizer.step()
    return loss.item()


@torch.no_grad()
def predicted(model, films, chosen, side, batch=64):
    """Logits [n, labels]."""
    model.eval()
    parts = [model(films.inputs(chosen[i:i + batch], side)).float().cpu() for i in range(0, len(chosen), batch)]
    model.train()
    return torch.cat(parts).numpy()


def validation(model, films, side, split="val"):
    """AUC of Pneumonia among the children, mean AUC of the other labels within each NIH source, and their mean.

    Of the source `nih` only films labeled Pneumonia: upstream chose its No Finding films by their pixels.
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


def labeled(films, source, share, left_out, random):
    """The source's training films of a share of its patients, none of the folds `left_out`."""
    films_of_source = films.where("train", source)
    films_of_source = films_of_source[~np.isin(films.fold[films_of_source], left_out)]
    patients = np.unique(films.patient_id[films_of_source])
    kept = random.permutation(patients)[:max(1, round(share * len(patients)))]
    return films_of_source[np.isin(films.patient_id[films_of_source], kept)]


def watched(model, films, options, step):
    """Validation; of a run that leaves folds out, their films' logits instead, NAME-STEP.npz for crossfit.py."""
    if not options.leave:
        return validation(model, films, options.side)
    left = np.flatnonzero((films.split == "train") & np.isin(films.dataset, list(SHARES))
                          & np.isin(films.fold, options.leave))
    logits = predicted(model, films, left, options.side)
    np.savez(options.work / f"{options.name}-{step}.npz", films=left, logits=logits)
    return {"left_out": len(left)}


def fitting(sources, random):
    """The films that a head is fitted on: at most MOST_TO_FIT of a source."""
    return np.concatenate([random.permutation(chosen)[:MOST_TO_FIT] for chosen in sources.values()])


def arguments():
    parser = run.parser(__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--init", help="a checkpoint to start from; default: random weights")
    parser.add_argument("--side", type=int, choices=(112, 224), default=224, help="pixels of the input")
    parser.add_argument("--steps", type=int, default=400, help="0: only the head is fitted")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--warmup", type=int, default=30)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--layer-decay", type=float, default=0.85)
    parser.add_argument("--drop-path", type=float, default=0.1)
    parser.add_argument("--visible", type=float, default=1.0, help="share of the patches that training sees")
    parser.add_argument("--average", type=float, default=0.99, help="of the moving average of the weights")
    parser.add_argument("--share", type=float, default=1.0, help="of the patients of each source whose labels are used")
    parser.add_argument("--leave", nargs="+", default=[], help="folds of patients (index.csv) that are left out")
    parser.add_argument("--every", type=int, default=200, help="steps between validations")
    parser.add_argument("--report", choices=("val", "test"), help="split of a last line of metrics")
    return parser.parse_args()


def main():
    options = arguments()
    random = run.begin(options)
    films = Films(options.data, options.work)
    sources = {name: labeled(films, name, options.share, options.leave, random) for name in SHARES}
    sources = {name: chosen for name, chosen in sources.items() if len(chosen)}
    sampler = Sampler(list(sources.values()), [SHARES[name] for name in sources], options.batch, random)
    tuned = Tuned(options.init, options.drop_path).to(DEVICE)
    fitted_on = fitting(sources, random)
    average = copy.deepcopy(tuned).requires_grad_(False)
    optimizer = optimizer_of(tuned, options.layer_decay)
    resume = run.Resume(options, random, {"model": tuned, "average": average, "optimizer": optimizer})
    if not resume.path.exists():
        tuned.fit_head(films, fitted_on, options.side)
        average.load_state_dict(tuned.state_dict())
    begun, journal, losses, lap = resume.load(), run.Journal(options), [], time.time()
    for step in range(begun, options.steps):
        losses.append(one_step(step, tuned, optimizer, films, sampler.next(), options))
        run.follow(average, tuned, min(options.average, (step + 1) / (step + 10)))
        if (step + 1) % options.every == 0 or step + 1 == options.steps:
            journal.write(step=step + 1, loss=float(np.mean(losses)),
                          images_per_second=len(losses) * options.batch / (time.time() - lap),
                          **watched(average.plain(), films, options, step + 1))
            resume.save(step + 1)
            losses, lap = [], time.time()
    average.fit_head(films, fitted_on, options.side)
    model = average.plain()
    journal.write(head="fitted", films=len(fitted_on), **watched(model, films, options, "fitted"))
    if options.report:
        journal.write(split=options.report, films=sum(map(len, sources.values())),
                      **validation(model, films, options.side, options.report))
    evax.save(model.state_dict(), options.work / f"{options.name}.pth")
    resume.done()


if __name__ == "__main__":
    main()
