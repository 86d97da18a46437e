#!/usr/bin/env python3
"""The mean of the weights of checkpoints that grew from one start, and how it does on validation.

Weights fine-tuned from one start often lie in one basin of the loss, whose middle generalizes better than each of
them; validation says whether these do. The head is fitted anew, as each seed's was.
SPDX-License-Identifier: MIT
"""
import model as evax
import run
from films import Films
from finetune import SHARES, Tuned, fitting, validation
from kernels import DEVICE


def mean_of(states):
    """The mean of checkpoints with the same tensors."""
    return {name: sum(state[name].float() for state in states) / len(states) for name in states[0]}


def arguments():
    parser = run.parser(__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--side", type=int, choices=(112, 224), default=224)
    parser.add_argument("checkpoints", nargs="+")
    return parser.parse_args()


def main():
    options = arguments()
    random = run.begin(options)
    films = Films(options.data, options.work)
    tuned = Tuned().to(DEVICE)
    tuned.model.load_state_dict(mean_of([evax.load(path) for path in options.checkpoints]))
    tuned.fit_head(films, fitting({name: films.where("train", name) for name in SHARES}, random), options.side)
    model = tuned.plain()
    evax.save(model.state_dict(), options.work / f"{options.name}.pth")
    run.Journal(options).write(checkpoints=len(options.checkpoints), **validation(model, films, options.side))


if __name__ == "__main__":
    main()
