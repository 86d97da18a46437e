#!/usr/bin/env python3
"""Converts an EVA-X checkpoint (.pth, .pt, .safetensors) into a model folder for eva-x-web.

exit status: 0 converted, 1 refused or failed (nothing is written), 2 usage, 130 interrupted
SPDX-License-Identifier: MIT
"""
import argparse
import signal
import sys
from pathlib import Path

from evax_convert import card, checkpoint, convert
from evax_convert.errors import ConvertError


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR",
                        help="the model folder to write")
    parser.add_argument("--dtype", choices=convert.DTYPES, default="q8",
                        help="of the block matrices; default q8")
    parser.add_argument("--card", type=Path, metavar="FACTS.json",
                        help="name, labels, scoring, licence, attribution, notice, findings")
    parser.add_argument("--size", type=int, metavar="PIXELS",
                        help="another input size; default: the checkpoint's own")
    parser.add_argument("--ema", action="store_true", help="take the weights under model_ema")
    return parser.parse_args()


def run(options):
    facts = card_facts(options.card)
    with checkpoint.opened(options.checkpoint, options.ema) as opened:
        result = convert.convert(opened, options.out.absolute(), options.dtype, facts, options.size,
                                 progress)
    tell(result, options.out)


def card_facts(path):
    try:
        return card.read(path) if path else {}
    except ConvertError as error:
        sys.exit(one_line(f"convert: {path}: {error}"))


def progress(done, of):
    print(f"convert: calibrating block {done + 1} of {of}", file=sys.stderr)


def tell(result, out):
    for line in [*result.notes, *result.report.lines()]:
        print(line)
    for line in result.warnings:
        print("warning:", line, file=sys.stderr)
    made = result.manifest
    print(f"{made['parameters']:,} parameters, {made['stream_bytes']:,} bytes, "
          f"{len(made['chunks'])} chunks in {out}")


def one_line(message):
    """Names in a message come from the file: no control characters, and not without end."""
    return "".join(c if c.isprintable() else "?" for c in message)[:2000]


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that it cleans up as Ctrl-C does
    options = arguments()
    try:
        run(options)
    except (ConvertError, OSError) as error:
        where = f"{options.checkpoint}: " if isinstance(error, ConvertError) else ""
        sys.exit(one_line(f"convert: {where}{error}"))
    except MemoryError:
        sys.exit("convert: out of memory")
    except KeyboardInterrupt:
        print("convert: interrupted, nothing was written", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
