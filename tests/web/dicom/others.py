#!/usr/bin/python3
"""Other people's DICOM files as dcmtk and gdcm decode them, for tests/web/dicom/others.js.

    others.py OUT FOLDERS...

    OUT/index.json    a list of { file, syntax, oracles: { tool: name of a file here }, pnm: name, or null }
    OUT/<n>.<tool>    the first frame: gray as 16-bit little endian, from 0 on (make.py); color as RGB
                      bytes
    OUT/<n>.pnm       the first frame as dcm2pnm shows it by the file's table or window, or else from its
                      least to its greatest value: gray or RGB bytes
"""
import json
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pydicom
from make import decoded, leveled, samples, shown, shown_by_dcmtk


def first_frame(data, original):
    """Its bytes as others.js compares them. A tool may widen the samples: `original` has their bits."""
    frame = samples(data)[0]
    if data.SamplesPerPixel == 1 and data.PhotometricInterpretation.startswith("MONO"):
        bits = max(original.BitsStored, data.BitsStored)
        return leveled(frame, bits, original.PixelRepresentation).astype("<u2").tobytes()
    return np.ascontiguousarray(shown(data, frame)).astype("u1").tobytes()


def oracle(tool, path, original, scratch):
    """What a tool reads; None if it refuses the file, or reads what is no film."""
    try:
        data = decoded(tool, path, scratch)
        return data and first_frame(data, original)
    except (AttributeError, KeyError, ValueError, TypeError, NotImplementedError):
        return None


def main(out, folders):
    out.mkdir(parents=True, exist_ok=True)
    index = []
    with tempfile.TemporaryDirectory() as scratch:
        for path in (p for folder in folders for p in sorted(Path(folder).glob("*.dcm"))):
            data = pydicom.dcmread(path, force=True)
            found = {}
            for tool in ("dcmtk", "gdcm"):
                content = oracle(tool, str(path), data, scratch)
                if content:
                    found[tool] = f"{len(index)}.{tool}"
                    (out / found[tool]).write_bytes(content)
            picture = shown_by_dcmtk(str(path), scratch, data)
            pnm = None if picture is None else f"{len(index)}.pnm"
            if pnm:
                (out / pnm).write_bytes(picture.tobytes())
            syntax = data.file_meta.get("TransferSyntaxUID")
            index.append({"file": str(path), "syntax": syntax, "oracles": found, "pnm": pnm})
    (out / "index.json").write_text(json.dumps(index, indent=1))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(Path(sys.argv[1]), sys.argv[2:])
