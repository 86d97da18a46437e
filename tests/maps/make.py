#!/usr/bin/env python3
"""Expected attention maps where the official code was not run: EVA-X-B, 480 px, other classes.

    python3 tests/maps/make.py      writes tests/maps/maps.npz; about two minutes

maps.npz: <config>_in<i>_c<class>, the normalized Grad-CAM [g*g], from tests/golden/reference.py in
float64, on the weights and inputs of the golden runs. nano_s_in2_c7.f32: one of the official code's
own, from tests/golden, for tests that read no npz. SPDX-License-Identifier: MIT
"""
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from golden import inputs, reference, weights  # noqa: E402

# config -> (input, class), all in color
CASES = {
    "ti_224": ((3, 3), (3, 13)), "s_224": ((3, 5),), "b_224": ((3, 0), (3, 9)),
    "s_480": ((0, 0), (0, 1), (0, 2)),
}


def main():
    maps = {}
    for name, cases in CASES.items():
        config = weights.CONFIGS[name]
        net = reference.Net(weights.finetuned(config), config.H)
        images = inputs.inputs(config.side)
        for image, label in cases:
            cam = net.grad_cam(images[image], label)[2]
            cam -= cam.min()
            maps[f"{name}_in{image}_c{label}"] = (cam / (cam.max() + 1e-7)).astype(np.float32)
            print(name, image, label, flush=True)
    np.savez_compressed(HERE / "maps.npz", **maps)
    golden = np.load(HERE.parent / "golden" / "nano_s.npz")["cam_in2_c7_norm"]
    golden.astype("<f4").tofile(HERE / "nano_s_in2_c7.f32")


if __name__ == "__main__":
    main()
