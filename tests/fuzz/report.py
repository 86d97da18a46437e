"""report.py BUILD TARGETS...: what fuzzing has done so far, as text.

Executions come from the logs in BUILD/fuzz/log, of libFuzzer and of the property tests in JavaScript; coverage
from a replay of the committed corpora and of those in BUILD/fuzz/corpus by the programs in BUILD/cover (llvm-cov).
SPDX-License-Identifier: MIT
"""
import json
import re
import subprocess
import sys
from pathlib import Path

PROFDATA, COV = "llvm-profdata-19", "llvm-cov-19"
HERE = Path(__file__).parent
# Property tests in JavaScript (make fuzz-dicom), and what is broken in them.
PROPERTIES = {"dicom-file": "DICOM data sets", "values": "DICOM values", "fuzz": "DICOM films, whole"}


def executions(build, target):
    """Of all runs of a target or property test."""
    logs = (build / "fuzz/log").glob(f"{target}-[0-9]*.log")
    counts = [re.search(r"(?:number_of_executed_units|# executions): (\d+)", log.read_text(errors="replace"))
              for log in logs]
    return sum(int(count[1]) for count in counts if count)


def replay(build, target):
    """Runs both corpora; returns how many inputs, and the profile that this gave."""
    inputs, profiles = 0, []
    for corpus in (HERE / "corpus" / target, build / "fuzz/corpus" / target):
        if not corpus.is_dir():
            continue
        profile = build / "cover" / f"{target}-{len(profiles)}.profraw"
        done = subprocess.run([build / "cover" / f"cover-{target}", corpus], capture_output=True,
                              env={"LLVM_PROFILE_FILE": str(profile)}, text=True)
        if done.returncode:
            sys.exit(f"{target}: {done.stderr[-500:]}")
        inputs += int(done.stdout.split()[0])
        profiles.append(profile)
    merged = build / "cover" / f"{target}.profdata"
    subprocess.run([PROFDATA, "merge", "-o", merged, *profiles], check=True)
    return inputs, merged


def coverage(build, target, profile):
    """{source file: (lines covered, lines)} of src and stb_image."""
    out = subprocess.run([COV, "export", "-summary-only", f"-instr-profile={profile}",
                          build / "cover" / f"cover-{target}"], check=True, capture_output=True)
    files = json.loads(out.stdout)["data"][0]["files"]
    lines = {f["filename"]: f["summary"]["lines"] for f in files}
    return {Path(name).name: (counts["covered"], counts["count"]) for name, counts in lines.items()
            if "src" in Path(name).parts or name.endswith("stb_image.h")}


def main(build, targets):
    seen = {}
    print("# make fuzz-report: executions in this build folder; lines that the corpora reach\n")
    print("target     executions  inputs in the corpora")
    for target in targets:
        inputs, profile = replay(build, target)
        print(f"{target:<10} {executions(build, target):>10,} {inputs:>8,}")
        for name, lines in coverage(build, target, profile).items():
            seen.setdefault(name, {})[target] = lines
    for suite, what in PROPERTIES.items():
        print(f"{suite:<10} {executions(build, suite):>10,}           {what}")
    print("\nlines reached, %  " + "".join(f"{target:>11}" for target in targets))
    for name in sorted(seen):
        cells = (seen[name].get(target, (0, 0)) for target in targets)
        print(f"{name:<18}" + "".join(f"{100 * hit / of:>11.0f}" if hit else f"{'-':>11}"
                                      for hit, of in cells))


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
