#!/usr/bin/python3
"""Makes the DICOM files of the tests, and what they must be read as.

    make.py FOLDER     writes *.dcm and index.json

Pixels are synthetic. Codings are those of dcmtk and gdcm; every file is then decoded by both, as far
as each knows the syntax, and both must agree: bit for bit, the stored samples. What is shown (0..255)
is computed here after DICOM PS3.3 C.11 and C.7.6.3, and held against pydicom's own transforms, which
may differ by rounding only. index.json has, for every file:

    stored   SHA-256 of the samples as 16-bit little endian, the least that can be stored being 0; of samples
             of more than 16 bits the least of the film, in as many equal steps as fit 16 bits
    shown    SHA-256 of the bytes shown: gray, or RGB
    lossless, and facts that the reader must report

Needs python3-pydicom, python3-numpy, dcmtk, libgdcm-tools.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixel_data_handlers.util import apply_voi_lut
from pydicom.sequence import Sequence
from pydicom.uid import (DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian,
                         ImplicitVRLittleEndian)

COLUMNS, ROWS = 46, 37  # no multiple of 8, and even, as 4:2:2 wants
PLANTED = "PLANTED"  # in every element that could name a person: must never come out


def planted(data):
    """Names, dates, numbers and free text, as a hospital fills them in."""
    data.PatientName = f"{PLANTED}^NAME"
    data.PatientID = f"{PLANTED}-ID"
    data.PatientBirthDate = "19470523"
    data.PatientAge = "079Y"
    data.StudyDate = "20260417"
    data.StudyDescription = f"{PLANTED} study"
    data.SeriesDescription = f"{PLANTED} series"
    data.AccessionNumber = f"{PLANTED}-ACC"
    data.InstitutionName = f"{PLANTED} hospital"
    data.ReferringPhysicianName = f"{PLANTED}^DOCTOR"
    data.OperatorsName = f"{PLANTED}^OPERATOR"
    data.StationName = PLANTED
    data.ImageComments = f"{PLANTED} comment"
    data.DeviceSerialNumber = f"{PLANTED}-SERIAL"


def new(pixels, stored, modality="DX", photometric="MONOCHROME2", signed=False, **more):
    """A data set of one film. pixels: [rows, columns], [rows, columns, 3] or [frames, ...]."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    data.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.2.1125.1"
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.is_little_endian, data.is_implicit_VR = True, False
    data.preamble = b"\0" * 128
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID
    planted(data)
    data.Modality, data.PhotometricInterpretation = modality, photometric
    color = pixels.ndim >= 3 and pixels.shape[-1] == 3
    data.SamplesPerPixel = 3 if color else 1
    if color:
        data.PlanarConfiguration = 0
    frames = pixels.ndim - (1 if color else 0) - 2
    if frames:
        data.NumberOfFrames = len(pixels)
    data.Rows, data.Columns = ROWS, COLUMNS
    data.BitsAllocated = 8 * pixels.dtype.itemsize
    data.BitsStored, data.HighBit = stored, stored - 1
    data.PixelRepresentation = int(signed)
    for name, value in more.items():
        setattr(data, name, value)
    raw = pixels.tobytes()
    data.PixelData = raw + b"\0" * (len(raw) % 2)
    data["PixelData"].VR = "OB" if data.BitsAllocated == 8 else "OW"
    return data


def of_one_bit(pixels):
    """A film of frames of one bit a sample, packed without gaps between them."""
    data = new(pixels, 8, "OT")
    data.BitsAllocated, data.BitsStored, data.HighBit = 1, 1, 0
    packed = np.packbits(pixels.reshape(-1), bitorder="little").tobytes()
    data.PixelData = packed + b"\0" * (len(packed) % 2)
    return data


def picture(bits, seed=0):
    """Something like a film: smooth, with edges and noise, from 0 to all that the bits hold."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS] / [[[ROWS]], [[COLUMNS]]]
    smooth = 0.5 + 0.3 * np.sin(6 * x) * np.cos(5 * y) + 0.15 * ((x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.06)
    noisy = np.clip(smooth + 0.01 * random.randn(ROWS, COLUMNS), 0, 1)
    noisy[0, 0], noisy[-1, -1] = 0, 1
    return np.round(noisy * (2**bits - 1)).astype(np.uint8 if bits <= 8 else np.uint16)


def colors():
    return np.stack([picture(8, seed) for seed in (1, 2, 3)], -1)


def lut_item(first, entries, bits, signed=False):
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [len(entries), first, bits])
    item.add_new(0x00283006, "OW", np.asarray(entries, "<u2").tobytes())
    return item


WINDOW = {"WindowCenter": "2100", "WindowWidth": "3000"}


def originals():
    """name -> data set, all uncompressed."""
    wide, narrow = picture(12), picture(8)
    chest = {"BodyPartExamined": "CHEST", "ViewPosition": "PA", "PresentationIntentType": "FOR PRESENTATION"}
    signed = (picture(16).astype(np.int32) - 32768).astype(np.int16)
    small = (picture(12).astype(np.int32) - 2048).astype(np.int16)
    files = {
        "cr12": new(wide, 12, "CR", "MONOCHROME1", **WINDOW, **chest),
        "dx12": new(wide, 12, **WINDOW, **chest),
        "dx16": new(picture(16), 16, WindowCenter="30000", WindowWidth="40000.5", **chest),
        "dx8": new(narrow, 8, **chest),
        "signed16": new(signed, 16, signed=True, WindowCenter="0", WindowWidth="50000", **chest),
        "signed12": new(small, 12, signed=True, RescaleSlope="0.5", RescaleIntercept="-100",
                        WindowCenter="-90.5", WindowWidth="1500", VOILUTFunction="SIGMOID", **chest),
        "linear-exact": new(wide, 12, **WINDOW, VOILUTFunction="LINEAR_EXACT", **chest),
        "sigmoid": new(wide, 12, "CR", "MONOCHROME1", **WINDOW, VOILUTFunction="SIGMOID", **chest),
        "width-one": new(wide, 12, WindowCenter="2000", WindowWidth="1", **chest),
        "two-windows": new(wide, 12, WindowCenter=["1500", "3000"], WindowWidth=["900", "100"], **chest),
        "no-window12": new(wide // 2 + 300, 12, **chest),
        "bad-window": new(wide, 12, WindowCenter="2100", WindowWidth="0", **chest),
        "rescaled": new(wide, 12, RescaleSlope="2", RescaleIntercept="-1024",
                        WindowCenter="3000", WindowWidth="5000", **chest),
        "voi-lut": new(wide, 12, **WINDOW, **chest),
        "modality-lut": new(wide, 12, "CR", WindowCenter="500", WindowWidth="900", **chest),
        "padded": new(np.where(wide < 1200, 77, wide), 12, "CR", "MONOCHROME1", **chest),
        "padded-range": new(wide, 12, **chest),
        "high-bit": new(wide << 4, 12, HighBit=15, **WINDOW, **chest),
        "high-bit-noise": new((wide << 2) | 0xC003, 12, HighBit=13, **WINDOW, **chest),
        "bits10": new(picture(10), 10, WindowCenter="512", WindowWidth="700", **chest),
        "bits7": new(picture(7), 7, **chest),
        "sc-rgb": new(colors(), 8, "OT", "RGB"),
        "sc-planar": new(np.ascontiguousarray(colors()), 8, "OT", "RGB"),
        "sc-ybr": new(colors(), 8, "OT", "YBR_FULL"),
        "sc-ybr422": new(colors(), 8, "OT", "YBR_FULL_422"),
        "sc-palette": new(narrow, 8, "OT", "PALETTE COLOR"),
        "frames": new(np.stack([wide, wide[::-1], wide // 2]), 12, **WINDOW, **chest),
        "lateral": new(narrow, 8, ViewPosition="LL", BodyPartExamined="CHEST"),
        "raw-knee": new(narrow, 8, "DX", BodyPartExamined="KNEE", BurnedInAnnotation="YES",
                        PresentationIntentType="FOR PROCESSING", Laterality="R"),
        "words": new(narrow, 8, PLANTED, BodyPartExamined=f"{PLANTED} KNEE", ViewPosition=PLANTED,
                     Laterality=PLANTED[0]),
    }
    many = wide.astype(np.uint32)
    files.update({
        "bits32": new(many * 1000003 + 7, 32, WindowCenter="2.1e9", WindowWidth="3e9", **chest),
        "bits32-narrow": new(many + 4000000000, 32, WindowCenter="4000002000", WindowWidth="900", **chest),
        "bits32-narrow-in-steps": new(many * 1000003 + 7, 32, WindowCenter="2000000000", WindowWidth="70001", **chest),
        "bits32-signed": new((many.astype(np.int64) * 900007 - 2 * 10**9).astype(np.int32), 32, signed=True,
                             RescaleSlope="0.5", RescaleIntercept="1000", **chest),
        "bits20": new(many * 256 + 5, 20, "CR", "MONOCHROME1", **chest),
        "bits12-of-32": new((many << 10) | 0xF0000003, 12, HighBit=21, **WINDOW, **chest),
        "sc-rgb32": new(colors().astype(np.uint32) * 16843009, 32, "OT", "RGB"),
        "bit1": of_one_bit(np.stack([wide > 2000, wide > 1000, wide[::-1] > 2500]).astype(np.uint8)),
    })
    files["voi-lut"].VOILUTSequence = Sequence([lut_item(100, np.arange(4000) ** 2 // 245, 16)])
    files["modality-lut"].ModalityLUTSequence = Sequence([lut_item(0, np.arange(4096) // 4, 10)])
    files["padded"].add_new(0x00280120, "US", 77)
    files["padded-range"].add_new(0x00280120, "US", 0)
    files["padded-range"].add_new(0x00280121, "US", 1500)
    planes = np.ascontiguousarray(colors().transpose(2, 0, 1))
    files["sc-planar"].PlanarConfiguration = 1
    files["sc-planar"].PixelData = planes.tobytes()
    files["sc-ybr422"].PixelData = halved(colors())
    for name, seed in (("Red", 5), ("Green", 6), ("Blue", 7)):
        table = np.random.RandomState(seed).randint(0, 65536, 256).astype("<u2")
        setattr(files["sc-palette"], f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(files["sc-palette"], f"{name}PaletteColorLookupTableData", table.tobytes())
    return files


def halved(ybr):
    """Y1 Y2 Cb Cr for every two pixels."""
    pairs = ybr.reshape(-1, 2, 3)
    return np.stack([pairs[:, 0, 0], pairs[:, 1, 0], pairs[:, 0, 1], pairs[:, 0, 2]], -1).tobytes()


# name of original -> codings to make of it: tool and its arguments
LOSSLESS = {f"sv{n}": ["dcmcjpeg", "+el", "+sv", str(n)] for n in range(1, 8)}
J2K = ["gdcmconv", "--j2k"]
JLS = ["dcmcjpls"]
RLE = ["dcmcrle"]
SV1 = ["dcmcjpeg", "+e1"]
CODINGS = {
    "cr12": {"implicit": ["dcmconv", "+ti"], "big": ["dcmconv", "+tb"], "deflated": ["dcmconv", "+td"],
             "rle": RLE, "sv1-70": SV1, "jls": JLS, "j2k": J2K, **LOSSLESS,
             "jls-near": ["dcmcjpls", "+en", "+md", "3"],
             "j2k-lossy": ["gdcmconv", "--j2k", "--lossy", "-r", "20"],
             "extended12": ["dcmcjpeg", "+ee", "+bt"]},
    "dx12": {"extended12-q50": ["dcmcjpeg", "+ee", "+bt", "+q", "50"]},
    "dx8": {"baseline": ["dcmcjpeg", "+eb"], "extended8": ["dcmcjpeg", "+ee", "+be"], "rle": RLE,
            "sv1": SV1, "jls": JLS, "j2k": J2K, "big": ["dcmconv", "+tb"]},
    "dx16": {"rle": RLE, "sv1": SV1, "jls": JLS, "j2k": J2K, "big": ["dcmconv", "+tb"]},
    "signed16": {"rle": RLE, "jls": JLS, "j2k": J2K, "sv1": ["gdcmconv", "--jpeg"]},
    "signed12": {"big": ["dcmconv", "+tb"], "implicit": ["dcmconv", "+ti"], "rle": RLE},
    "modality-lut": {"implicit": ["dcmconv", "+ti"], "big": ["dcmconv", "+tb"]},
    "voi-lut": {"implicit": ["dcmconv", "+ti"], "big": ["dcmconv", "+tb"]},
    "padded": {"big": ["dcmconv", "+tb"]},
    "sc-rgb": {"rle": RLE, "sv1": SV1, "jls": JLS, "j2k": J2K,
               "baseline": ["dcmcjpeg", "+eb", "+s2"], "baseline-444": ["dcmcjpeg", "+eb", "+s4"],
               "baseline-rgb": ["dcmcjpeg", "+eb", "+cr"],
               "baseline-unmarked": ["gdcmconv", "--jpeg", "--lossy"]},
    "frames": {"rle": RLE, "sv1": SV1, "jls": JLS, "j2k": J2K},
    "bits32": {"rle": RLE, "implicit": ["dcmconv", "+ti"], "big": ["dcmconv", "+tb"]},
    "bits32-signed": {"rle": RLE, "big": ["dcmconv", "+tb"], "deflated": ["dcmconv", "+td"]},
    "bits20": {"rle": RLE},
    "sc-rgb32": {"rle": RLE},
}
LOSSY = {"jls-near", "j2k-lossy", "extended12", "extended12-q50", "baseline", "extended8",
         "baseline-444", "baseline-rgb", "baseline-unmarked"}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr or done.stdout}")


def encode(coding, source, target):
    run(*coding, source, target)


def decoded(tool, path, folder):
    """The file, uncompressed by a tool; None if the tool does not know the syntax."""
    out = os.path.join(folder, "plain.dcm")
    if os.path.exists(out):
        os.remove(out)
    commands = {"gdcm": [["gdcmconv", "--raw"]],
                "dcmtk": [["dcmdjpeg"], ["dcmdjpls"], ["dcmdrle"], ["dcmconv", "+te"]]}[tool]
    for command in commands:
        done = subprocess.run([*command, path, out], capture_output=True, text=True)
        if done.returncode == 0 and os.path.exists(out):
            data = pydicom.dcmread(out)
            if not data.file_meta.TransferSyntaxUID.is_compressed:
                return data
    return None


def shown_by_dcmtk(path, folder, data):
    """The first frame as dcmtk shows it, by the table or window of `data`, else from its least to its
    greatest value, of up to 8 bits from all that they hold: gray or RGB bytes; None if dcmtk does not."""
    out = os.path.join(folder, "shown.pnm")
    how = ["+Wm"] if data.get("BitsStored", 8) > 8 else []
    how = ["+Wl", "1"] if "VOILUTSequence" in data else ["+Wi", "1"] if "WindowCenter" in data else how
    for command in ("dcm2pnm", "dcmj2pnm", "dcml2pnm"):
        if os.path.exists(out):
            os.remove(out)
        subprocess.run([command, "-q", *how, path, out], capture_output=True)
        if os.path.exists(out) and os.path.getsize(out):
            with open(out, "rb") as file:
                head = re.match(rb"P[56]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s+\d+\s", content := file.read())
            return np.frombuffer(content[head.end():], np.uint8)
    return None


def samples(data):
    """Samples of all frames as stored, sign applied: [frames, rows, columns(, 3)]."""
    order = "<" if data.is_little_endian else ">"
    if data.BitsAllocated == 1:
        raw = np.unpackbits(np.frombuffer(data.PixelData, "u1"), bitorder="little").astype(np.int64)
    else:
        raw = np.frombuffer(data.PixelData, f"{order}u{data.BitsAllocated // 8}").astype(np.int64)
    frames, rows, columns = int(data.get("NumberOfFrames", 1)), data.Rows, data.Columns
    if data.SamplesPerPixel == 3:
        if data.PhotometricInterpretation == "YBR_FULL_422" and len(raw) < frames * rows * columns * 3:
            four = raw.reshape(-1, 4)
            raw = np.stack([four[:, [0, 2, 3]], four[:, [1, 2, 3]]], 1).reshape(-1)
        count = frames * rows * columns * 3
        shape = (3, rows, columns) if data.PlanarConfiguration else (rows, columns, 3)
        whole = raw[:count].reshape(frames, *shape)
        return whole.transpose(0, 2, 3, 1) if data.PlanarConfiguration else whole
    stored, high = data.BitsStored, data.HighBit
    value = (raw[:frames * rows * columns] >> (high + 1 - stored)) & (2**stored - 1)
    if data.PixelRepresentation:
        value = np.where(value >= 2 ** (stored - 1), value - 2**stored, value)
    return value.reshape(frames, rows, columns)


def table(item):
    count, first, bits = item.LUTDescriptor
    raw = item.LUTData
    if isinstance(raw, bytes):
        raw = np.frombuffer(raw, "<u2")
    return np.asarray(raw, float)[: count or 65536], first, bits


def rounded(y):
    return np.clip(np.floor(y + 0.5), 0, 255).astype(np.uint8)


def windowed(x, c, w, shape):
    if shape == "SIGMOID":
        return 255 / (1 + np.exp(-4 * (x - c) / w))
    if shape == "LINEAR_EXACT":
        return np.where(x <= c - w / 2, 0, np.where(x > c + w / 2, 255, ((x - c) / w + 0.5) * 255))
    low, high = c - 0.5 - (w - 1) / 2, c - 0.5 + (w - 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        line = ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
    return np.where(x <= low, 0, np.where(x > high, 255, line))


def first_of(value):
    return float(value[0] if isinstance(value, (list, pydicom.multival.MultiValue)) else value)


def modality(data, stored):
    if "ModalityLUTSequence" in data:
        entries, first, _ = table(data.ModalityLUTSequence[0])
        return entries[np.clip(stored - first, 0, len(entries) - 1)]
    return stored * float(data.get("RescaleSlope", 1)) + float(data.get("RescaleIntercept", 0))


def shown_gray(data, stored):
    x = modality(data, stored)
    padding = np.zeros(stored.shape, bool)
    if "PixelPaddingValue" in data:
        low = data.PixelPaddingValue
        padding = (stored >= low) & (stored <= data.get("PixelPaddingRangeLimit", low))
    width = first_of(data.get("WindowWidth", 0))
    shape = data.get("VOILUTFunction", "LINEAR")
    if "VOILUTSequence" in data:
        entries, first, bits = table(data.VOILUTSequence[0])
        y = entries[np.clip(np.round(x).astype(int) - first, 0, len(entries) - 1)] * 255 / (2**bits - 1)
    elif width >= 1:
        y = windowed(x, first_of(data.WindowCenter), width, shape)
        if width > 1 and "ModalityLUTSequence" not in data and float(data.get("RescaleSlope", 1)) > 0:
            check_against_pydicom(data, stored, x, y)
    else:
        least = -(2 ** (data.BitsStored - 1)) if data.PixelRepresentation else 0
        within = (np.arange(least, least + 2**data.BitsStored) if data.BitsStored <= 8 else stored[~padding])
        ends = modality(data, within.astype(np.int64))
        low, high = ends.min(), ends.max()
        y = (x - low) / (high - low) * 255
    shade = rounded(y)
    if data.PhotometricInterpretation == "MONOCHROME1":
        shade = 255 - shade
    return np.where(padding, 0, shade).astype(np.uint8)


def check_against_pydicom(data, stored, x, y):
    copy = pydicom.dataset.Dataset(data)
    least = -(2 ** (data.BitsStored - 1)) if data.PixelRepresentation else 0
    theirs = (apply_voi_lut(x, copy, index=0) - modality_ends(copy, least)[0]) / np.ptp(
        modality_ends(copy, least)) * 255
    if np.abs(theirs - np.clip(y, 0, 255)).max() > 1e-6:
        raise SystemExit(f"pydicom windows differently: {np.abs(theirs - y).max()}")


def modality_ends(data, least):
    """pydicom windows onto what the stored bits hold, rescaled."""
    ends = np.array([least, least + 2**data.BitsStored - 1], float)
    slope, intercept = float(data.get("RescaleSlope", 1)), float(data.get("RescaleIntercept", 0))
    return ends * slope + intercept


def shown(data, stored):
    """What people see, 0..255, of one frame."""
    photometric = data.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        names = ("Red", "Green", "Blue")
        luts = [np.frombuffer(data[f"{n}PaletteColorLookupTableData"].value, "<u2") for n in names]
        return np.stack([lut[stored] >> 8 for lut in luts], -1).astype(np.uint8)
    if data.SamplesPerPixel == 1:
        return shown_gray(data, stored)
    if not photometric.startswith("YBR_FULL"):
        return (stored >> (data.BitsStored - 8)).astype(np.uint8)
    y, cb, cr = (stored[..., i].astype(float) for i in range(3))
    return np.stack([rounded(y + 1.402 * (cr - 128)),
                     rounded(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128)),
                     rounded(y + 1.772 * (cb - 128))], -1)


def leveled(frame, bits, signed):
    """Samples as they are read: from 0, in 16 bits."""
    if bits <= 16:
        return frame + 2 ** (bits - 1) if signed else frame
    span = int(frame.max() - frame.min())
    return (frame - frame.min()) // -(-(span + 1) // 65536)


def sha(array, kind):
    return hashlib.sha256(np.ascontiguousarray(array).astype(kind).tobytes()).hexdigest()


def entry(path, folder, lossless):
    """What index.json says of a file; both tools must agree on its samples."""
    data = pydicom.dcmread(path)
    # gdcm 3.0.21 rewrites HighBit without moving the bits, mixes the bytes of colors of more than 8 bits in run
    # lengths, and knows no bits: of such files dcmtk alone is the oracle.
    alone = data.HighBit + 1 != data.BitsStored or data.SamplesPerPixel == 3 and data.BitsAllocated > 8 \
        or data.BitsAllocated == 1
    tools = ("dcmtk",) if alone else ("dcmtk", "gdcm")
    found = {tool: decoded(tool, path, folder) for tool in tools}
    found = {tool: plain for tool, plain in found.items() if plain is not None}
    if not found:
        raise SystemExit(f"{path}: neither dcmtk nor gdcm reads it")
    stored = {tool: samples(plain) for tool, plain in found.items()}
    if len(stored) == 2 and (lossless or data.SamplesPerPixel == 1):
        if not np.array_equal(stored["dcmtk"], stored["gdcm"]):
            raise SystemExit(f"{path}: dcmtk and gdcm differ")
    tool = next(iter(found))
    plain = found[tool]
    frames = [shown(plain, frame) for frame in stored[tool]]
    levels = lambda frame: leveled(frame, plain.BitsStored, plain.PixelRepresentation)
    gray = plain.SamplesPerPixel == 1 and plain.PhotometricInterpretation.startswith("MONO")
    return {
        "syntax": data.file_meta.TransferSyntaxUID, "oracles": sorted(found), "lossless": lossless,
        "photometric": data.PhotometricInterpretation,
        "stored": [sha(levels(frame), "<u2") for frame in stored[tool]] if gray else None,
        "shown": [sha(frame, "u1") for frame in frames],
    }


def main(folder):
    os.makedirs(folder, exist_ok=True)
    index = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, data in originals().items():
            plain = os.path.join(folder, f"{name}.dcm")
            data.save_as(plain, write_like_original=False)
            index[f"{name}.dcm"] = entry(plain, scratch, True)
            for coding, command in CODINGS.get(name, {}).items():
                path = os.path.join(folder, f"{name}.{coding}.dcm")
                encode(command, plain, path)
                made = entry(path, scratch, coding not in LOSSY)
                if made["lossless"] and made["stored"] != index[f"{name}.dcm"]["stored"]:
                    raise SystemExit(f"{path}: the coding is not lossless")
                index[f"{name}.{coding}.dcm"] = made
    with open(os.path.join(folder, "index.json"), "w") as out:
        json.dump(index, out, indent=1)
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
