"""How long property tests search: a fixed number of seeds in make test, time in make fuzz.
SPDX-License-Identifier: MIT"""
import os
import random
import time

SECONDS = float(os.environ.get("FUZZ_SECONDS", 0))


def dice(count):
    """random.Random for each case; its attribute `seed_` is for messages. count cases from seed 1, or
    new ones for FUZZ_SECONDS."""
    start = time.time_ns() if SECONDS else 1
    end = time.monotonic() + SECONDS
    done = 0
    while time.monotonic() < end if SECONDS else done < count:
        die = random.Random(start + done)
        die.seed_ = start + done
        done += 1
        yield die
    if SECONDS:
        print(f"executions: {done}")


def mutated(data, die, splices=()):
    """data after a few random changes: bits, bytes, pieces cut, doubled, or spliced in."""
    out = bytearray(data)
    for _ in range(die.choice((1, 1, 2, 4, 16))):
        at = die.randrange(len(out) + 1)
        what = die.randrange(6)
        if what == 0 and at < len(out):
            out[at] ^= 1 << die.randrange(8)
        elif what == 1 and at < len(out):
            out[at] = die.choice((0, 1, 127, 128, 255, die.randrange(256)))
        elif what == 2:
            del out[at:at + die.randrange(1, 64)]
        elif what == 3:
            out[at:at] = out[at:at + die.randrange(1, 64)]
        elif what == 4 and splices:
            out[at:at] = die.choice(splices)
        else:
            out[at:at + 4] = die.choice((0, 1, 0x7fffffff, 0xffffffff)).to_bytes(4, "little")
    return bytes(out)
