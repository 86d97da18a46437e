"""EVA-X checkpoints in, eva-x-web model folders (model/FORMAT.md) out. Needs numpy, not torch.

    checkpoint.py     opens the file: torch_zip.py (pickle_machine.py) or safetensors.py; unwraps it
        |             name -> Tensor (tensor.py), nothing read yet
    architecture.py   recognises the variant, renames, refuses what is missing or left over
        |
    rope.py pos_embed.py    the tables that depend on the grid
        |
    plan.py           the container's tensors in order of execution, and where each comes from
    forward.py        the model in numpy: self_test.py, and for q8 the calibration
    quantise.py       q8: equalise.py, rounding.py on the pictures of calibration.py
    encode.py         the bytes of f32, f16, q8
    container.py      header, table, chunks
    facts.py card.py  labels, scoring, recipe; what the user's card says of them
    manifest.py       manifest.json
    convert.py        all of it in order
    folder.py         makes the result appear at once or not at all

SPDX-License-Identifier: MIT
"""

VERSION = "0.1.0"
