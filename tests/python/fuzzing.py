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
