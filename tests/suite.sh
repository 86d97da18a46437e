#!/usr/bin/env bash
# suite.sh RESULT READER NAME COMMAND...: runs a suite of tests, prints a line about it, with the processor time of all
# that it started, and its log if anything failed. RESULT gets "PASSED FAILED"; READER says how the log counts them: c, node, python, or
# exit for a command that is one test. A suite that stops before it has counted itself is one failure.
#
# suite.sh --sum RESULT...: the tally of these suites; ends with one line, N passed, N failed, and with
# status 1 if a suite failed or has left no result.
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

run() {
    local result=$1 reader=$2 name=$3 status=0 good bad log cpu
    shift 3
    mkdir -p "$(dirname "$result")"
    log=$result.log
    cpu=$("${PYTHON:-python3}" tests/processor_time.py "$@" 3>&1 >"$log" 2>&1 </dev/null) || status=$?
    read -r good bad < <("count_$reader")
    good=${good:-0} bad=${bad:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then good=0 bad=1; fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    [ "$bad" -eq 0 ] || cat "$log"
    echo "$good $bad" >"$result"
    printf '%-44s %4d passed %3d failed %4d s, CPU %3.0f s\n' "$name" "$good" "$bad" "$SECONDS" "$cpu"
}

sum() {
    local passed=0 failed=0 result good bad
    for result in "$@"; do
        good=0 bad=1
        if [ -e "$result" ]; then read -r good bad <"$result"; else echo "$result: the suite did not run" >&2; fi
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
