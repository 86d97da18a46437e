"""Makes the converter and the golden data importable. SPDX-License-Identifier: MIT"""
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
GOLDEN = REPOSITORY / "tests" / "golden"
CONVERT = REPOSITORY / "tools" / "convert" / "convert.py"
FIXTURES = REPOSITORY / "build" / "fixtures"
EVAX = REPOSITORY / "tools" / "cli" / "evax.js"
sys.path[:0] = [str(REPOSITORY / "tools" / "convert"), str(REPOSITORY / "tests")]
