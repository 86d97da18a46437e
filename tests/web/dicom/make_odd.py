#!/usr/bin/python3
"""Makes DICOM films that are not as the standard wants them, or on which toolkits differ, and what they
must be read as.

    make_odd.py FOLDER     writes *.dcm and index.json

Each follows a film that people reported in public, or is its neighbor. Of a film that is only written
oddly the film as it would be plainly is known: its samples and shades count. Everything is then decoded
by dcmtk, gdcm and pydicom, and shown by dcmtk's dcm2pnm; index.json has, for every film:

    stored    SHA-256 of the samples, as in make.py; null for color
    shown     SHA-256 of the shades, computed as in make.py
    read      the tools that give these samples; at least one must, but for films marked `alone`
    pnm       how far dcm2pnm's picture is from the shades at most; null if it reads none
    reasons   codes of what must be said, in order
    note      words that one of the notes must have; null if none must be said

Needs what make.py needs, and libopenjp2-tools, python3-gdcm.
"""
import copy
import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import warnings
import zlib

import numpy as np
import pydicom
from make import (COLUMNS, ROWS, WINDOW, colors, decoded, lut_item, new, picture, samples, sha, shown,
                  shown_by_dcmtk)
from pydicom.encaps import encapsulate, generate_pixel_data_frame
from pydicom.sequence import Sequence

CHEST = {"BodyPartExamined": "CHEST", "ViewPosition": "PA", "PresentationIntentType": "FOR PRESENTATION"}
WIDE = picture(12)
SIGNED = (WIDE.astype(np.int32) - 2048).astype(np.int16)
RLE, J2K = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.90"
BASELINE, LOSSLESS, JLS = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"


def film(pixels=WIDE, stored=12, **more):
    return new(pixels, stored, **{**WINDOW, **CHEST, **more})


def written(data):
    """As bytes."""
    out = io.BytesIO()
    data.save_as(out, write_like_original=False)
    return out.getvalue()


def parts(content):
    """Preamble and meta information; data set."""
    end = 132 + 12 + struct.unpack_from("<I", content, 140)[0]
    return content[:end], content[end:]


def element(group, number, vr, value, long=False):
    """Explicit, little-endian; implicit if vr is empty."""
    head = struct.pack("<HH", group, number)
    if not vr:
        return head + struct.pack("<I", len(value)) + value
    if long:
        return head + vr.encode() + b"\0\0" + struct.pack("<I", len(value)) + value
    return head + vr.encode() + struct.pack("<H", len(value)) + value


def before(dataset, group, number, what):
    """The data set with bytes put before an element, found by its tag and type."""
    at = next(i for vr in (b"US", b"OW", b"OB", b"CS", b"DS")
              for i in [dataset.find(struct.pack("<HH", group, number) + vr)] if i >= 0)
    return dataset[:at] + what + dataset[at:]


def tool(data, *command):
    """A data set through a command of dcmtk or gdcm."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "a.dcm"), os.path.join(folder, "b.dcm")
        with open(source, "wb") as out:
            out.write(data if isinstance(data, bytes) else written(data))
        done = subprocess.run([*command, source, target], capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stderr}")
        return pydicom.dcmread(target)


def codestream(data):
    return next(generate_pixel_data_frame(data.PixelData, 1))


def compressed(data, stream, syntax, *frames):
    """A data set with these codestreams as its pixels."""
    data = copy.deepcopy(data)
    data.file_meta.TransferSyntaxUID = syntax
    data.PixelData = encapsulate([stream, *frames], has_bot=False)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    return data


def recoded(data, *command):
    """The data set with a tool's codestream, and nothing else of the tool's: it makes up numbers."""
    coded = tool(data, *command)
    made = compressed(data, codestream(coded), coded.file_meta.TransferSyntaxUID)
    made.PhotometricInterpretation = coded.PhotometricInterpretation
    return made


def jpeg2000(pixels, *how, bits=12):
    """A codestream, by OpenJPEG's own program."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "a.pgm"), os.path.join(folder, "a.j2k")
        with open(source, "wb") as out:
            out.write(b"P5\n%d %d\n%d\n" % (COLUMNS, ROWS, 2**bits - 1) + pixels.astype(">u2").tobytes())
        subprocess.run(["opj_compress", "-i", source, "-o", target, "-n", "3", *how], check=True, capture_output=True)
        with open(target, "rb") as file:
            return file.read()


# ---- how films are written ------------------------------------------------------------------------

def structures():
    """name -> (bytes, film that it is, note, ...)."""
    plain = film()
    meta, body = parts(written(plain))
    rle = recoded(plain, "dcmcrle")
    rle_meta, rle_body = parts(written(rle))
    stream = codestream(rle)
    implicit = parts(written(tool(plain, "dcmconv", "+ti")))[1]
    big = parts(written(tool(plain, "dcmconv", "+tb")))[1]
    names = ("Explicit VR Little Endian", "Implicit VR Little Endian")
    item = struct.pack("<HHI", 0xfffe, 0xe000, 0xffffffff)
    item_end, end = struct.pack("<HHI", 0xfffe, 0xe00d, 0), struct.pack("<HHI", 0xfffe, 0xe0dd, 0)
    undefined = b"\0\0\xff\xff\xff\xff"
    inside = element(8, 0x104, "LO", b"some text ")
    private = struct.pack("<HH", 0x29, 0x1020)
    deflated = deflate(body)
    odd = deflate(before(body, 0x18, 0x15, element(8, 0x70, "LO", b"xx"))) if len(deflated) % 2 == 0 else deflated
    deflated_meta = meta.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    deflated_meta = deflated_meta.replace(b"UI\x14\x001.2.840.10008.1.2.1.99", b"UI\x16\x001.2.840.10008.1.2.1.99")
    unnamed = written(plain).replace(element(2, 0x10, "UI", b"1.2.840.10008.1.2.1\0"), b"")
    offsets = element(0x7fe0, 1, "OV", struct.pack("<Q", 0), True) \
        + element(0x7fe0, 2, "OV", struct.pack("<Q", len(stream)), True)
    return {
        "vr-ov-offset-table": (rle_meta + before(rle_body, 0x7fe0, 0x10, offsets), plain, None),
        "vr-private-ov-sv-uv": (meta + before(body, 0x28, 2, b"".join(
            element(0x21, 0x1000 + i, vr, b"\1" * 16, True) for i, vr in enumerate(("OV", "SV", "UV", "OL", "UC")))),
            plain, None),
        "vr-of-the-future": (meta + before(body, 0x28, 2, element(0x21, 0x1001, "ZZ", b"abcdefgh", True)), plain, None),
        "vr-missing": (meta + before(body, 0x28, 2, element(0x21, 0x1011, "", b"abcdef")), plain, "VR"),
        "un-of-undefined-length": (meta + before(body, 0x28, 2, private + b"UN" + undefined + item
                                   + element(8, 0x104, "", b"some text ") + item_end + end), plain, None),
        "sequences-of-undefined-length": (meta + before(body, 0x28, 2, private + b"SQ" + undefined + (item + inside
                                          + struct.pack("<HH", 0x29, 0x1030) + b"SQ" + undefined + item + item_end
                                          + end + item_end) * 3 + end), plain, None),
        "item-delimiter-with-length": (meta + before(body, 0x28, 2, private + b"SQ" + undefined + item + inside
                                       + item_end[:4] + b"\2\0\0\0" + end), plain, None),
        "icon-before-pixels": (meta + before(body, 0x7fe0, 0x10, struct.pack("<HH", 0x88, 0x200) + b"SQ" + undefined
                               + item + element(0x28, 0x10, "US", b"\2\0") + element(0x28, 0x11, "US", b"\2\0")
                               + element(0x7fe0, 0x10, "OW", b"\1\2\3\4", True) + item_end + end), plain, None),
        "odd-length": (meta + before(body, 0x28, 2, element(0x21, 0x1001, "LO", b"odd")), plain, None),
        "delimiter-of-undefined-length": (rle_meta + rle_body[:-4] + b"\xff\xff\xff\xff", plain, None),
        "no-delimiter": (rle_meta + rle_body[:-8], plain, None),
        "bytes-behind-delimiter": (rle_meta + rle_body + b"\x12\x34" * 150, plain, None),
        **{f"zeros-behind-{n}": (meta + body + b"\0" * n, plain, None) for n in (1, 2, 7, 8, 10, 500)},
        "pixels-behind": (meta + body + bytes(range(200, 250)) * 20, plain, None),
        "padding-behind": (meta + body + element(0xfffc, 0xfffc, "OB", b"\0" * 40, True), plain, None),
        "says-explicit-is-implicit": (meta + implicit, plain, f"says {names[0]}, but is written in {names[1]}"),
        "says-implicit-is-explicit": (parts(written(tool(plain, "dcmconv", "+ti")))[0] + body, plain,
                                      f"says {names[1]}, but is written in {names[0]}"),
        "says-little-is-big": (meta + big, plain, "but is written in Explicit VR Big Endian"),
        "says-deflated-is-not": (deflated_meta + body, plain, "deflated, which it is not"),
        "says-nothing-is-explicit": (unnamed, plain, "names no transfer syntax"),
        "says-nothing-is-implicit": (unnamed[:-len(body)] + implicit, plain, "names no transfer syntax"),
        "says-nothing-is-big": (unnamed[:-len(body)] + big, plain, "names no transfer syntax"),
        "meta-length-wrong": (meta[:140] + struct.pack("<I", 10) + meta[144:] + body, plain, None),
        "meta-length-missing": (meta[:132] + meta[144:] + body, plain, None),
        "meta-implicit": (meta[:132] + element(2, 0x10, "", b"1.2.840.10008.1.2.1\0") + body, plain, None),
        "no-preamble": (meta[132:] + body, plain, None),
        "bare-explicit": (body, plain, None),
        "bare-implicit": (implicit, plain, None),
        "bare-big": (big, plain, None),
        "bare-explicit-from-0010": (body[body.index(b"\x10\0\x10\0PN"):], without_modality(plain), None),
        "bare-implicit-from-0010": (implicit[implicit.index(b"\x10\0\x10\0"):], without_modality(plain), None),
        "deflated-odd": (deflated_meta + odd, plain, None),
        "deflated-odd-padded": (deflated_meta + odd + b"\0", plain, None),
        "deflated-garbage-behind": (deflated_meta + deflated + bytes(range(256)) * 3, plain, None),
        "deflated-stored-blocks": (deflated_meta + deflate(body, 0), plain, None),
    }


def without_modality(data):
    data = copy.deepcopy(data)
    del data.Modality
    return data


def deflate(content, level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


# ---- how frames are coded -------------------------------------------------------------------------

def codings():
    """name -> (data set, film that it is, note)."""
    plain, narrow = film(), film(picture(8), 8)
    for name in ("WindowCenter", "WindowWidth"):
        delattr(narrow, name)
    lossless, jls = codestream(tool(plain, "dcmcjpeg", "+e1")), codestream(tool(plain, "dcmcjpls"))
    lossless8 = codestream(tool(narrow, "dcmcjpeg", "+e1"))
    eoi = lossless.rindex(b"\xff\xd9")
    sof = lossless.index(b"\xff\xc3")
    sampled = lossless[:sof + 11] + b"\x22" + lossless[sof + 12:]
    j2k = jpeg2000(WIDE)
    gray = new(np.repeat(picture(8)[:, :, None], 3, -1), 8, "OT", "RGB")
    color = new(colors(), 8, "OT", "RGB")
    two = film(np.stack([WIDE, WIDE[::-1]]))
    halves = lambda stream: (stream[:len(stream) // 4 * 2], stream[len(stream) // 4 * 2:])
    frames = lambda coding, syntax: compressed(two, *halves(coding(WIDE))[:1], syntax, *halves(coding(WIDE))[1:],
                                               *halves(coding(WIDE[::-1])))
    as_rle = lambda pixels: codestream(tool(film(np.ascontiguousarray(pixels)), "dcmcrle"))
    as_jls = lambda pixels: codestream(tool(film(np.ascontiguousarray(pixels)), "dcmcjpls"))
    made = {
        "j2k-tiles": (compressed(plain, jpeg2000(WIDE, "-t", "16,16"), J2K), plain, None),
        "j2k-offset": (compressed(plain, jpeg2000(WIDE, "-d", "5,3"), J2K), plain, None),
        "j2k-tiles-and-offset": (compressed(plain, jpeg2000(WIDE, "-t", "20,20", "-d", "5,3", "-T", "2,1"), J2K), plain, None),
        "j2k-in-jls-syntax": (compressed(plain, j2k, JLS), plain, "its frame is JPEG 2000"),
        "lossless-in-baseline-syntax": (compressed(narrow, lossless8, BASELINE), narrow, "its frame is lossless JPEG"),
        "lossless-in-j2k-syntax": (compressed(plain, lossless, J2K), plain, "its frame is lossless JPEG"),
        "jls-in-lossless-syntax": (compressed(plain, jls, LOSSLESS), plain, "its frame is JPEG-LS"),
        "jls-in-rle-syntax": (compressed(plain, jls, RLE), plain, "its frame is JPEG-LS"),
        "lossless-sampling-22": (compressed(plain, sampled, LOSSLESS), plain, None),
        "lossless-zeros-before-end": (compressed(plain, lossless[:eoi] + b"\0\0\0" + lossless[eoi:], LOSSLESS), plain, None),
        "lossless-without-end": (compressed(plain, lossless[:eoi], LOSSLESS), plain, "no end marker"),
        "jls-zero-before-end": (compressed(plain, jls[:jls.rindex(b"\xff\xd9")] + b"\0\xff\xd9", JLS), plain,
                                "Zeros before the end"),
        "jls-interleave-none": (recoded(color, "dcmcjpls", "+in"), color, None),
        "jls-interleave-line": (recoded(color, "dcmcjpls", "+il"), color, None),
        "jls-interleave-sample": (recoded(color, "dcmcjpls", "+is"), color, None),
        # dcm2pnm reads one fragment a frame, and fills what is missing (21 levels off); dcmdrle joins them.
        "frames-in-pieces-rle": (frames(as_rle, RLE), two, "lie in 2 fragments"),
        "frames-in-pieces-jls": (frames(as_jls, JLS), two, None),
        "frames-in-pieces-j2k": (frames(jpeg2000, J2K), two, None),
    }
    for name, how in {"422": ["+s2"], "444": ["+s4"], "rgb": ["+cr"]}.items():
        made[f"gray-as-color-{name}"] = (recoded(gray, "dcmcjpeg", "+eb", *how), None, None)
    return made


# ---- bits and sign of codestreams -----------------------------------------------------------------

def depths():
    """name -> (data set, depth of its samples as the tools read it, reasons)."""
    made = {}

    def add(name, pixels, stored, command, reasons, **header):
        data = recoded(film(pixels, stored, signed=pixels.dtype == np.int16), *command)
        for key, value in header.items():
            setattr(data, key, value)
        made[name] = (data, reasons)

    j2k, jls, jpeg = ["gdcmconv", "--j2k"], ["gdcmconv", "--jpegls"], ["gdcmconv", "--jpeg"]
    above = (WIDE | ((np.arange(WIDE.size).reshape(WIDE.shape) % 16) << 12)).astype(np.uint16)
    cut = (SIGNED.astype(np.int32) & 0xFFF).astype(np.uint16)
    twelve = {"BitsStored": 12, "HighBit": 11}
    sixteen = {"BitsStored": 16, "HighBit": 15}
    for name, command in {"j2k": j2k, "jls": jls, "jpeg": jpeg}.items():
        add(f"{name}-16-stored-12-fits", WIDE, 16, command, [], **twelve)
        add(f"{name}-16-stored-12-above", above, 16, command, ["DEPTH"], **twelve)
        add(f"{name}-16-stored-12-signed", SIGNED, 16, command, [], **twelve)
        add(f"{name}-16-stored-12-sign-cut-off", cut, 16, command, ["DEPTH"], PixelRepresentation=1, **twelve)
    for name, command in {"j2k": j2k, "jls": jls}.items():
        add(f"{name}-12-stored-16-signed", WIDE, 12, command, [], PixelRepresentation=1, **sixteen)
        add(f"{name}-12-signed-unsaid", SIGNED, 12, command, ["DEPTH"], PixelRepresentation=0)
        add(f"{name}-12-unsigned-said-signed", WIDE, 12, command, ["DEPTH"], PixelRepresentation=1)
    # dcmcjpeg writes 16 bits; its differences from a first prediction of 2^15 are those of 12 bits from 2^11.
    jpeg12 = bytearray(codestream(tool(film(((cut + 2**15 - 2**11) % 65536).astype(np.uint16), 16), "dcmcjpeg", "+e1")))
    jpeg12[jpeg12.index(b"\xff\xc3") + 4] = 12
    made["jpeg-12-stored-16-signed"] = (
        compressed(film(SIGNED, 16, signed=True), bytes(jpeg12), LOSSLESS), ["DEPTH"])
    return made


# ---- values ---------------------------------------------------------------------------------------

def voi(pixels, first, entries, bits=16, kind="US", **more):
    data = film(pixels, 12, signed=pixels.dtype == np.int16, **more)
    for name in ("WindowCenter", "WindowWidth"):
        delattr(data, name)
    item = lut_item(0, entries, bits)
    item.add_new(0x00283002, kind, [len(entries), first, bits])
    data.VOILUTSequence = Sequence([item])
    return data


def said(data, *words):
    """Decimal strings that pydicom would not write."""
    content = written(data)
    for right, wrong in words:
        assert len(right) == len(wrong) and content.count(right) == 1, right
        content = content.replace(right, wrong)
    return content


def values():
    """name -> (data set or bytes, film that it is, reasons)."""
    ramp = lambda count, most=65535: np.arange(count) * most // (count - 1)
    curved = np.arange(4096) ** 2 // 4096
    shift = {"RescaleSlope": "1", "RescaleIntercept": "32768"}
    made = {}

    def add(name, data, reasons=(), like=None):
        made[name] = (data, like or data, list(reasons))

    to_unsigned = lambda data: setattr(data, "ModalityLUTSequence", Sequence([
        signed_lut(-2048, np.arange(4096) * 8 + 30000)])) or data
    add("voi-first-40000-modality-table", to_unsigned(voi(SIGNED, 40000, ramp(20000))))
    add("voi-first-34000-rescaled", voi(SIGNED, 34000, ramp(2000), **shift))
    add("voi-first-34000-as-ss", voi(SIGNED, 34000 - 65536, ramp(2000), kind="SS", **shift),
        like=voi(SIGNED, 34000, ramp(2000), **shift))
    add("voi-first-minus-1000", voi(SIGNED, -1000, ramp(2000), kind="SS"))
    add("voi-first-minus-1000-as-us", voi(SIGNED, 64536, ramp(2000)), like=voi(SIGNED, -1000, ramp(2000), kind="SS"))
    add("voi-first-minus-1000-rescaled", voi(WIDE, -1000, ramp(2000), kind="SS", RescaleSlope="1", RescaleIntercept="-2048"))
    for said_bits, held in ((16, 12), (8, 12), (9, 12), (16, 14), (16, 8), (12, 10)):
        add(f"voi-says-{said_bits}-holds-{held}", voi(WIDE, 0, ramp(4096, 2**held - 1), said_bits), ["VOI"],
            like=voi(WIDE, 0, ramp(4096, 2**held - 1), held))
    add("voi-says-16-holds-15", voi(WIDE, 0, ramp(4096, 32767)))
    add("voi-says-12-holds-12", voi(WIDE, 0, curved, 12))
    unwindowed = film(WIDE)
    for name in ("WindowCenter", "WindowWidth"):
        delattr(unwindowed, name)
    for bits in (0, 7, 17):
        add(f"voi-says-{bits}", voi(WIDE, 0, curved, bits), ["VOI", "DEFAULT_WINDOW"], like=unwindowed)
    short = voi(WIDE, 0, curved[:4000], 12)
    short.VOILUTSequence[0].LUTDescriptor = [4096, 0, 12]
    add("voi-shorter-than-said", short, ["VOI", "DEFAULT_WINDOW"], like=unwindowed)
    windowed = copy.deepcopy(short)
    windowed.WindowCenter, windowed.WindowWidth = WINDOW["WindowCenter"], WINDOW["WindowWidth"]
    add("voi-shorter-than-said-and-window", windowed, ["VOI"], like=film(WIDE))
    bent = film(picture(8), 8)
    for name in ("WindowCenter", "WindowWidth"):
        delattr(bent, name)
    bent.ModalityLUTSequence = Sequence([lut_item(0, np.abs(np.arange(256) - 128) * 200, 16)])
    add("modality-table-v-shaped", bent, ["DEFAULT_WINDOW"])
    broken = film(WIDE)
    broken.ModalityLUTSequence = Sequence([lut_item(0, curved, 0)])
    add("modality-table-broken", broken, ["RESCALE"], like=film(WIDE))
    add("slope-zero", film(WIDE, RescaleSlope="0", RescaleIntercept="0"), ["RESCALE"], like=film(WIDE))
    add("slope-zero-with-intercept", film(WIDE, RescaleSlope="0", RescaleIntercept="-1024"), ["RESCALE"], like=film(WIDE))
    add("slope-negative", film(WIDE, RescaleSlope="-1", RescaleIntercept="4095"))
    comma = film(WIDE, WindowCenter="2000.5", WindowWidth="3000.5")
    add("comma-in-window", said(comma, (b"2000.5", b"2000,5"), (b"3000.5", b"3000,5")), ["VOI"],
        like=film(WIDE, WindowCenter="2000", WindowWidth="3000"))
    comma = film(WIDE, RescaleIntercept="-1000.25", RescaleSlope="1.75")
    add("comma-in-rescale", said(comma, (b"-1000.25", b"-1000,25"), (b"1.75", b"1,75")), ["RESCALE"],
        like=film(WIDE, RescaleIntercept="-1000", RescaleSlope="1"))
    add("text-in-window", said(film(WIDE, WindowCenter="2000", WindowWidth="3000"), (b"2000", b"auto")),
        ["VOI", "DEFAULT_WINDOW"], like=unwindowed)
    add("text-in-rescale", said(film(WIDE, RescaleIntercept="-512"), (b"-512", b"none")), ["RESCALE"], like=film(WIDE))
    add("window-width-zero", film(WIDE, WindowCenter="2000", WindowWidth="0"), ["VOI", "DEFAULT_WINDOW"], like=unwindowed)
    add("window-width-negative", film(WIDE, WindowCenter="2000", WindowWidth="-9"), ["VOI", "DEFAULT_WINDOW"], like=unwindowed)
    add("window-function-unknown", film(WIDE, VOILUTFunction="WHATEVER"), like=film(WIDE))
    for photometric in ("MONOCHROME1", "MONOCHROME2"):
        for shape in ("IDENTITY", "INVERSE", "LIN OD"):
            odd = shape != "LIN OD" and (shape == "INVERSE") != (photometric == "MONOCHROME1")
            inverted = odd or photometric == "MONOCHROME1"
            add(f"{photometric.lower()}-{shape.lower().replace(' ', '-')}",
                film(WIDE, photometric=photometric, PresentationLUTShape=shape), ["SHAPE"] if odd else [],
                like=film(WIDE, photometric="MONOCHROME1" if inverted else "MONOCHROME2"))
    return made


def signed_lut(first, entries):
    item = lut_item(0, entries, 16)
    item.add_new(0x00283002, "SS", [len(entries), first, 16])
    return item


def palettes():
    """name -> data set, film that it is."""
    tables = [np.repeat(np.arange(256), 1) * 257, np.linspace(65535, 0, 256).round().astype(int), np.full(256, 30000)]
    tables[2][:16] = np.arange(16) * 2000
    plain = new(picture(8), 8, "OT", "PALETTE COLOR")
    segmented = copy.deepcopy(plain)
    segments = [[0, 1, 0, 1, 255, 65535], [0, 1, 65535, 1, 255, 0],
                [0, 16, *tables[2][:16], 0, 2, 30000, 30000, 1, 200, 30000, 2, 1, 18, 0, 1, 36, 30000]]
    for name, table, segment in zip(("Red", "Green", "Blue"), tables, segments):
        for data in (plain, segmented):
            setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(plain, f"{name}PaletteColorLookupTableData", np.asarray(table, "<u2").tobytes())
        setattr(segmented, f"Segmented{name}PaletteColorLookupTableData", np.asarray(segment, "<u2").tobytes())
    return {"palette-segmented": (segmented, plain)}


# ---- all of them ----------------------------------------------------------------------------------

def by_pydicom(path):
    """Samples of all frames, as pydicom reads them; None if it does not."""
    try:
        data = pydicom.dcmread(path, force=True)
        return data.pixel_array.astype(np.int32).reshape(-1, ROWS, COLUMNS)
    except Exception:  # whatever it says of an odd film
        return None


def readers(path, folder, expected):
    """The tools that give these samples."""
    found = []
    for name in ("dcmtk", "gdcm"):
        try:
            plain = decoded(name, path, folder)
            if plain is not None and np.array_equal(samples(plain), expected):
                found.append(name)
        except (AttributeError, ValueError, KeyError):
            pass
    pixels = by_pydicom(path) if expected.ndim == 3 else None
    return found + (["pydicom"] if pixels is not None and np.array_equal(pixels, expected) else [])


def majority(path, folder):
    """The samples that most tools give, and a data set to show them by."""
    plain = {name: decoded(name, path, folder) for name in ("gdcm", "dcmtk")}
    found = [(name, data, samples(data)) for name, data in plain.items() if data is not None]
    theirs = by_pydicom(path)
    votes = [sum(np.array_equal(mine, other) for other in [each[2] for each in found] + [theirs])
             for _, _, mine in found]
    _, data, pixels = found[votes.index(max(votes))]
    return data, pixels


def entry(path, folder, like, reasons, note, alone):
    """What index.json says of a film that is `like` another; of None: like what most tools read."""
    data, pixels = (like, samples(like)) if like is not None else majority(path, folder)
    frames = [shown(data, frame) for frame in pixels]
    # A tool may say fewer bits than the file: the least is that of the more.
    bits = max(data.BitsStored, pydicom.dcmread(path).BitsStored) if like is None else data.BitsStored
    least = -(2 ** (bits - 1)) if data.PixelRepresentation else 0
    gray = data.SamplesPerPixel == 1 and data.PhotometricInterpretation.startswith("MONO")
    read = readers(path, folder, pixels)
    if bool(read) == alone:
        print(f"{path}: read so by {read or 'no tool'}", file=sys.stderr)
    theirs = shown_by_dcmtk(path, folder, data)
    pnm = None if theirs is None or theirs.size != frames[0].size else int(
        np.abs(theirs.astype(int) - frames[0].reshape(-1)).max())
    return {
        "stored": [sha(frame - least, "<u2") for frame in pixels] if gray else None,
        "shown": [sha(frame, "u1") for frame in frames],
        "read": read, "pnm": pnm, "reasons": reasons, "note": note,
    }


# Films that no tool reads as they are meant: what must come out follows from how they were made.
ALONE = {
    "says-deflated-is-not", "says-little-is-big", "says-nothing-is-implicit", "says-nothing-is-big",
    "j2k-in-jls-syntax", "lossless-in-j2k-syntax", "jls-in-lossless-syntax", "jls-in-rle-syntax",
    "lossless-without-end", "frames-in-pieces-j2k",
}


def main(folder):
    os.makedirs(folder, exist_ok=True)
    index = {}
    color = ["MODALITY", "COLOR"]
    films = {
        **{name: (content, like, [] if "Modality" in like else ["MODALITY"], note)
           for name, (content, like, note) in structures().items()},
        **{name: (data, like, coding_reasons(name, data, like), note)
           for name, (data, like, note) in codings().items()},
        **{name: (data, None, reasons, None) for name, (data, reasons) in depths().items()},
        **{name: (data, like, reasons, None) for name, (data, like, reasons) in values().items()},
        **{name: (data, like, color, None) for name, (data, like) in palettes().items()},
    }
    with tempfile.TemporaryDirectory() as scratch:
        for name, (data, like, reasons, note) in films.items():
            path = os.path.join(folder, f"{name}.dcm")
            with open(path, "wb") as out:
                out.write(data if isinstance(data, bytes) else written(data))
            index[f"{name}.dcm"] = entry(path, scratch, like, reasons, note, name in ALONE)
    with open(os.path.join(folder, "index.json"), "w") as out:
        json.dump(index, out, indent=1)
        out.write("\n")


def coding_reasons(name, data, like):
    if data.SamplesPerPixel == 3:
        return ["MODALITY", *(["LOSSY"] if name.startswith("gray-as-color") else []), "COLOR"]
    return [] if "WindowCenter" in like else ["DEFAULT_WINDOW"]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(sys.argv[1])
