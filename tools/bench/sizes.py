#!/usr/bin/env python3
"""EVA-X-S, with the weights of the tests, converted for other input sizes: sizes.py OUT SIDES...

    OUT/s_<side>-q8/    a model folder

SPDX-License-Identifier: MIT
"""
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "tools" / "convert"), str(REPOSITORY / "tests")]

from evax_convert.checkpoint import Checkpoint  # noqa: E402
from evax_convert.convert import convert  # noqa: E402
from evax_convert.tensor import Tensor  # noqa: E402
from golden import weights  # noqa: E402


def main(out, sides):
    missing = [side for side in sides if not (out / f"s_{side}-q8").exists()]
    if not missing:
        return
    drawn = weights.finetuned(weights.CONFIGS["s_224"])
    tensors = {name: Tensor.of(array) for name, array in drawn.items()}
    for side in missing:
        print("sizes: EVA-X-S at", side, flush=True)
        convert(Checkpoint(tensors, "synthetic", "s_224", "0" * 64), out / f"s_{side}-q8", size=side)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), [int(side) for side in sys.argv[2:]])
