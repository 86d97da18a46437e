#!/usr/bin/env bash
# run.sh SECONDS TARGETS...: each target under libFuzzer, starting from the committed corpus and
# what earlier runs found (build/fuzz/corpus). A finding ends it with status 1 and lies in
# build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=$1
shift
export ASAN_OPTIONS=quarantine_size_mb=4
mkdir -p build/fuzz/log build/fuzz/found
for target in "$@"; do
    corpus=build/fuzz/corpus/$target log=build/fuzz/log/$target-$(date +%s).log
    mkdir -p "$corpus"
    max=1500
    [ "$target" = container ] && max=256
    [ "$target" = api ] && max=300
    echo "fuzzing $target for $seconds s"
    "build/fuzz/fuzz-$target" -max_len=$max -max_total_time="$seconds" -print_final_stats=1 \
        -detect_leaks=0 -reload=0 -artifact_prefix="build/fuzz/found/$target-" \
        "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1 || {
        tail -n 40 "$log"
        exit 1
    }
    sed -n 's/^stat::number_of_executed_units: */  executions: /p' "$log"
done

# The property tests in Python and JavaScript, with new seeds.
export FUZZ_SECONDS=$seconds
echo "fuzzing test_fuzz_png"
log=build/fuzz/log/test_fuzz_png-$(date +%s).log
(cd tests/python && "${PYTHON:-/usr/bin/python3}" -m unittest -q test_fuzz_png) >"$log" 2>&1 || {
    tail -n 40 "$log"
    exit 1
}
sed -n 's/^exec/  &/p' "$log"
for suite in model/manifest-fuzz convert/fuzz; do
    echo "fuzzing $suite"
    log=build/fuzz/log/$(basename $suite)-$(date +%s).log
    node --test --test-reporter=tap "tests/web/$suite.test.js" >"$log" || {
        grep -A 20 '^not ok' "$log"
        exit 1
    }
    sed -n 's/^# exec/  exec/p' "$log"
done
