"""Where things are; makes the golden data importable. SPDX-License-Identifier: MIT"""
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
GOLDEN = REPOSITORY / "tests" / "golden"
FIXTURES = REPOSITORY / "build" / "fixtures"
EVAX = REPOSITORY / "tools" / "cli" / "evax.js"
sys.path.insert(0, str(REPOSITORY / "tests"))
