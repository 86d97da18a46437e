"""What every training run shares: seeds, learning rates, lines of metrics, and resuming.

SPDX-License-Identifier: MIT
"""
import argparse
import json
import math
import os
import time
from pathlib import Path

import numpy as np
import torch


def parser(text):
    """The options that all of these programs take."""
    made = argparse.ArgumentParser(description=text, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    made.add_argument("--data", type=Path, required=True, help="the data folder")
    made.add_argument("--work", type=Path, required=True, help="checkpoints, metrics and decoded films go here")
    made.add_argument("--name", required=True, help="of the run: NAME.pth, NAME.jsonl")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--threads", type=int, default=os.cpu_count())
    return made


def begin(options):
    """Prepares torch; returns numpy's random numbers."""
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    return np.random.RandomState(options.seed)


def rate_at(step, steps, warmup, peak):
    """Linear warm-up, then a cosine down to a hundredth of the peak."""
    if step < warmup:
        return peak * (step + 1) / warmup
    turn = math.pi * (step - warmup) / max(1, steps - warmup)
    return peak * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(turn)))


class Journal:
    """Lines of metrics: appended to NAME.jsonl, and shown."""

    def __init__(self, options):
        self.path = options.work / f"{options.name}.jsonl"
        self.name, self.start = options.name, time.time()

    def write(self, **metrics):
        rounded = {key: float(f"{value:.5g}") if isinstance(value, float) else value
                   for key, value in metrics.items()}
        line = {"run": self.name, **rounded, "seconds": round(time.time() - self.start, 1)}
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        print(" ".join(f"{key} {value}" for key, value in line.items()), flush=True)


class Resume:
    """A run's state on disk, so that the same command goes on where it stopped. `parts`: name -> object with
    state_dict() and load_state_dict()."""

    def __init__(self, options, random, parts):
        self.path = options.work / f"{options.name}.state"
        self.random, self.parts = random, parts

    def load(self):
        """The step to go on with. Not exact to the bit: the sampler starts a new round."""
        if not self.path.exists():
            return 0
        state = torch.load(self.path, map_location="cpu")
        for name, part in self.parts.items():
            part.load_state_dict(state[name])
        torch.set_rng_state(state["torch"])
        self.random.set_state(state["numpy"])
        return state["step"]

    def save(self, step):
        state = {name: part.state_dict() for name, part in self.parts.items()}
        state.update(step=step, torch=torch.get_rng_state(), numpy=self.random.get_state())
        torch.save(state, f"{self.path}.part")
        os.replace(f"{self.path}.part", self.path)

    def done(self):
        self.path.unlink(missing_ok=True)


@torch.no_grad()
def follow(average, model, rate):
    """Moves the moving average `average` toward the model: rate 1 would leave it where it is."""
    for slow, fast in zip(average.state_dict().values(), model.state_dict().values()):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - rate)


def decay_groups(named, decay):
    """Parameters for AdamW: matrices decay, vectors and tables do not."""
    named = list(named)
    return [{"params": [p for _, p in named if p.ndim > 1], "weight_decay": decay},
            {"params": [p for _, p in named if p.ndim <= 1], "weight_decay": 0.0}]
