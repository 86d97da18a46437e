"""Expected values of one forward pass, in the form of the golden files. As a program it makes those
that the official code did not: python3 tests/golden/expected.py s_480
SPDX-License-Identifier: MIT"""
import sys
from pathlib import Path

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from golden import inputs, reference, weights


def of_pass(net, img, name):
    """name_stages, name_pooled, name_logits, name_logits_f64 of a reference.Net in float64. stages
    are whole [L+1, T, C] for small models, else tokens 0, 1, last x channels 0..15."""
    stages, pooled, logits = net.forward(img)
    stages = np.stack(stages)
    if stages.shape[-1] > 100:
        stages = stages[:, [0, 1, -1], :16]
    found = {"stages": stages.astype(np.float32), "pooled": pooled.astype(np.float32)}
    if logits is not None:
        found |= {"logits": logits.astype(np.float32), "logits_f64": logits}
    return {f"{name}_{key}": array for key, array in found.items()}


if __name__ == "__main__":
    config = weights.CONFIGS[sys.argv[1]]
    network = reference.Net(weights.finetuned(config), config.H)
    image = inputs.inputs(config.side)[0]
    np.savez_compressed(Path(__file__).with_name(f"{sys.argv[1]}.npz"),
                        **of_pass(network, image, "in0"))
