#!/usr/bin/env bash
# suite.sh RESULT READER NAME COMMAND...: runs a suite of tests, and prints a line about it, with the processor time of all
# that it started. RESULT gets "PASSED FAILED", RESULT.log what it printed, RESULT.failed the part of it that says what failed;
# READER says how the log counts and tells: c, node, python, or exit for a command that is one test. A suite that stops before
# it has counted itself is one failure.
#
# suite.sh --sum RESULT...: what failed in these suites, and their tally: last, because who runs the tests may keep only the
# end of what is printed. It ends with one line, N passed, N failed, and with status 1 if a suite failed or has left no result.
set -u
cd "$(dirname "$0")/.."

# last EXPRESSION: what the group of a sed expression matched in the last line of the log that has it.
last() { sed -nE "s/$1/\1/p" "$log" | tail -n 1; }

# One reader of "passed failed" for each test runner.
count_c() { echo "$(last '^([0-9]+) passed, [0-9]+ failed$') $(last '^[0-9]+ passed, ([0-9]+) failed$')"; }
count_node() { echo "$(last '^# pass ([0-9]+)$') $(last '^# fail ([0-9]+)$')"; }
count_exit() { echo "1 0"; }
count_python() {
    local ran wrong=0 n
    ran=$(last '^Ran ([0-9]+) tests?.*')
    for n in $(sed -nE 's/^FAILED \((.*)\)$/\1/p' "$log" | grep -oE '(failures|errors)=[0-9]+' | cut -d= -f2); do
        wrong=$((wrong + n))
    done
    echo "$((${ran:-0} - wrong)) $wrong"
}

# One teller of what failed for each: of a test at most so many lines, so wide.
LINES_EACH=20
LINES_ALL=200
WIDTH=500
tell_c() { grep -vE '^(ok |[0-9]+ passed, )' "$log" | tail -n "$LINES_EACH"; }
tell_exit() { tail -n "$LINES_EACH" "$log"; }
tell_python() { grep -E -A"$((LINES_EACH - 1))" '^(FAIL|ERROR): ' "$log"; }
# A test that failed, in TAP, is a line and a block from --- to ...; that of a group only says so of its tests.
tell_node() {
    awk -v most="$LINES_EACH" '
        /^ *not ok / { test = $0; lines = 1; inside = 1; group = 0; next }
        inside && /^ *\.\.\.$/ { if (!group) print test; inside = 0 }
        inside && /failureType: .subtestsFailed/ { group = 1 }
        inside && !/^ *(---|duration_ms: .*|type: .*|location: .*|failureType: .*|code: .*|name: .*|stack: .*)$/ && !/node:(internal|async_hooks)/ && lines++ < most { test = test "\n" $0 }
        END { if (inside) print test }' "$log"
}

# tell READER: what failed, or the end of the log where nothing says so.
tell() {
    local told
    told=$("tell_$1" | cut -c "1-$WIDTH" | head -n "$LINES_ALL")
    if [ -n "$told" ]; then echo "$told"; else tail -n "$LINES_EACH" "$log" | cut -c "1-$WIDTH"; fi
}

run() {
    local result=$1 reader=$2 name=$3 status=0 good bad log cpu
    shift 3
    mkdir -p "$(dirname "$result")"
    rm -f "$result.failed"
    log=$result.log
    cpu=$("${PYTHON:-python3}" tests/processor_time.py "$@" 3>&1 >"$log" 2>&1 </dev/null) || status=$?
    read -r good bad < <("count_$reader")
    good=${good:-0} bad=${bad:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then good=0 bad=1; fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    [ "$bad" -eq 0 ] || { echo "--- $name ($log)"; tell "$reader"; } >"$result.failed"
    echo "$good $bad" >"$result"
    printf '%-44s %4d passed %3d failed %4d s, CPU %3.0f s\n' "$name" "$good" "$bad" "$SECONDS" "$cpu"
}

sum() {
    local passed=0 failed=0 result good bad
    for result in "$@"; do
        good=0 bad=1
        if [ -e "$result" ]; then read -r good bad <"$result"; else echo "--- $result: the suite did not run"; fi
        [ ! -e "$result.failed" ] || cat "$result.failed"
        passed=$((passed + good)) failed=$((failed + bad))
    done
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

if [ "$1" = --sum ]; then
    shift
    sum "$@"
else
    run "$@"
fi
