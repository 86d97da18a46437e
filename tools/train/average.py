#!/usr/bin/env python3
"""The mean of the weights of checkpoints that grew from one start, and how it does on validation.

Where seeds fine-tuned from the same pre-trained weights lie in one valley, the middle of it errs less than each;
validation says whether they do.
SPDX-License-Identifier: MIT
"""
import model as evax
import run
from films import Films
from finetune import validation
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
    run.begin(options)
    state = mean_of([evax.load(path) for path in options.checkpoints])
    model = evax.EvaX().to(DEVICE)
    model.load_state_dict(state)
    evax.save(state, options.work / f"{options.name}.pth")
    run.Journal(options).write(checkpoints=len(options.checkpoints),
                               **validation(model, Films(options.data, options.work), options.side))


if __name__ == "__main__":
    main()
