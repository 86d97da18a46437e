# fuzz.mk - searching for inputs that break something.
# make test replays the corpora in the check flavor; make fuzz searches on under libFuzzer
# (libclang-rt-19-dev), in build/fuzz, and commits nothing.
.PHONY: fuzz fuzz-report
FUZZ_TARGETS := $(FUZZED)
FUZZ_SECONDS := 60
# Of its inputs none would have the right checksum of a PNG's pixels: decode_png.c does not ask for it.
FUZZ_CC := clang-19 $(CSTD) -Wall -Wextra -Werror -g -DEVAX_SCALAR -DEVAX_SIMD128 -DEVAX_RELAXED \
           -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
FUZZ_FLAGS := -O2 -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZ_COVERAGE := -fsanitize-coverage=inline-8bit-counters,pc-table
COVER_FLAGS := -O1 -fprofile-instr-generate -fcoverage-mapping

fuzz: $B/packages/fuzz fixtures ## search for inputs that break something: FUZZ_SECONDS=60 each of FUZZ_TARGETS
	@$(MAKE) --no-print-directory $(FUZZ_TARGETS:%=$B/fuzz/fuzz-%)
	@bash tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-report: $B/packages/fuzz ## tests/fuzz/RESULTS.txt: executions so far, and what the corpora cover
	@$(MAKE) --no-print-directory $(FUZZ_TARGETS:%=$B/cover/cover-%)
	@$(PYTHON) tests/fuzz/report.py $B $(FUZZ_TARGETS) | tee tests/fuzz/RESULTS.txt

$B/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$Q$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_COVERAGE) $(CFLAGS_$(*F)) -c -o $@ $<
$B/fuzz/fuzz-png $B/fuzz/fuzz-jpeg: $B/fuzz/fuzz-%: $B/fuzz/tests/fuzz/%_mutate.o
$B/fuzz/fuzz-convert: $(CONVERT:%=$B/fuzz/src/%.o)
$B/fuzz/fuzz-%: $B/fuzz/tests/fuzz/%.o $(SRC:%=$B/fuzz/src/%.o)
	$(MADE)
	$Q$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ -lm

$B/cover/%.o: %.c
	@mkdir -p $(@D)
	$Q$(FUZZ_CC) $(COVER_FLAGS) -mllvm -system-headers-coverage $(CFLAGS_$(*F)) -c -o $@ $<
$B/cover/cover-convert: $(CONVERT:%=$B/cover/src/%.o)
$B/cover/cover-%: $B/cover/tests/fuzz/%.o $B/cover/tests/fuzz/replay.o $(SRC:%=$B/cover/src/%.o)
	$(MADE)
	$Q$(FUZZ_CC) $(COVER_FLAGS) -o $@ $^ -lm

-include $(wildcard $B/*/tests/fuzz/*.d)
