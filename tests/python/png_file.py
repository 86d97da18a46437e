"""Writes PNG files of every kind, from random samples. SPDX-License-Identifier: MIT"""
import struct
import zlib
from dataclasses import dataclass

GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
DEPTHS = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GRAY_ALPHA: (8, 16),
          RGB_ALPHA: (8, 16)}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
          (0, 1, 1, 2))  # first column and row, steps


@dataclass(frozen=True)
class Kind:
    width: int
    height: int
    color: int
    depth: int
    interlaced: bool = False
    level: int = 6       # of deflate; 0 = stored
    piece: int = 1 << 16  # bytes of an IDAT chunk
    transparent: bool = False  # a tRNS chunk
    colors: int = 0     # of the palette; 0 = as many as the depth allows


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(kind, dice):
    """The bytes of a PNG whose samples and filters are drawn from dice, a random.Random."""
    header = struct.pack(">IIBBBBB", kind.width, kind.height, kind.depth, kind.color, 0, 0,
                         kind.interlaced)
    body = [chunk(b"IHDR", header)]
    colors = kind.colors or 1 << kind.depth
    if kind.color == PALETTE:
        body.append(chunk(b"PLTE", dice.randbytes(3 * colors)))
    if kind.transparent:
        body.append(chunk(b"tRNS", _transparent(kind, colors, dice)))
    data = zlib.compress(_rows(kind, colors, dice), kind.level)
    body += [chunk(b"IDAT", data[i:i + kind.piece]) for i in range(0, len(data), kind.piece)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body) + chunk(b"IEND", b"")


def _transparent(kind, colors, dice):
    if kind.color == PALETTE:
        return dice.randbytes(colors)
    return struct.pack(f">{CHANNELS[kind.color]}H",
                       *(dice.randrange(1 << kind.depth) for _ in range(CHANNELS[kind.color])))


def _rows(kind, colors, dice):
    """Filter byte and filtered bytes of every row. Samples may be anything, so filtered bytes are
    drawn as they are. Only for a palette is the filter mostly 0, and every index inside."""
    out, inside = bytearray(), dice.random() < 0.8
    for columns, rows in _passes(kind):
        for _ in range(rows if columns else 0):
            if kind.color == PALETTE and inside:
                out += b"\0" + _indices(columns, kind.depth, colors, dice)
            else:
                bits = columns * kind.depth * CHANNELS[kind.color]
                out += bytes([dice.randrange(5)]) + _samples((bits + 7) // 8, dice)
    return bytes(out)


def _passes(kind):
    if not kind.interlaced:
        return [(kind.width, kind.height)]
    return [(max(0, -(-(kind.width - x) // dx)), max(0, -(-(kind.height - y) // dy)))
            for x, y, dx, dy in _ADAM7]


def _samples(count, dice):
    """Noise, or a run of one value, so that deflate finds something to copy."""
    return dice.randbytes(count) if dice.random() < 0.5 else bytes([dice.randrange(256)]) * count


def _indices(columns, depth, colors, dice):
    value = 0
    for _ in range(columns):
        value = value << depth | dice.randrange(colors)
    pad = -columns * depth % 8
    return (value << pad).to_bytes((columns * depth + pad) // 8, "big")


def any_kind(dice, largest=40):
    """A kind drawn from all there are."""
    color = dice.choice(list(CHANNELS))
    depth = dice.choice(DEPTHS[color])
    most = 1 << depth
    return Kind(dice.randint(1, largest), dice.randint(1, largest), color, depth,
                dice.random() < 0.5, dice.randint(0, 9), dice.choice((1, 7, 100, 1 << 16)),
                color in (GRAY, RGB, PALETTE) and dice.random() < 0.3,
                dice.randint(1, most) if color == PALETTE else 0)
