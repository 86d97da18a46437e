# bench.mk - benchmarks. Not part of make test: they take minutes and want an idle machine. Results:
# tools/bench/*.jsonl. make bench-peers BENCH_MODELS=s_224 takes one model.
.PHONY: bench bench-arm64 bench-bulk bench-peers bench-baseline bench-sizes bench-explain
BENCH_SRC := pool_single attention linear model kernels/variants kernels/simd128 kernels/lanes
BENCH_OWN := kernels peak
CFLAGS_fast := -O3 -march=native
BENCH_NATIVE := $(filter-out -DEVAX_SCALAR -DEVAX_RELAXED,$(call NATIVE,fast))
BENCH_LINK := $(filter-out --no-entry,$(WASM_LINK))
BENCH_MODELS := s_224 ti_224 b_224 s_480
VNNI_MODELS := s_224
BENCH_README = $(NEW_NODE) tools/bench/readme.js $(patsubst %,tools/bench/%.jsonl,results without-vnni baseline threads) README.md tools/bench/README.md
SIZES := 160 320 384

bench: wasm fixtures-all $B/fast/bench $B/simd128/bench.wasm $B/relaxed/bench.wasm ## kernels against their limits, models by part
	@$(NEW_NODE) tools/bench/engine.js $B tools/bench/engine.jsonl

bench-bulk: wasm ## films a second of evax analyze on one core and on all, and memory: DATA=FOLDER, COUNT=FILMS
	@node tools/bench/bulk.js $(DATA) $(COUNT)

bench-threads: wasm fixtures-all $B/relaxed/threads.wasm ## what 2 to 16 threads would bring, and for two what they do bring
	@$(NEW_NODE) tools/bench/threads.js $B tools/bench/threads.jsonl
	@$(BENCH_README)

# Instructions, not times: on an emulated 64-bit Arm, which this machine is not.
ARM64_PACKAGES := qemu-user libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross libatomic1-arm64-cross gcc libc6-dev
ARM64_PARTS := $(foreach model,ti_224-q8 s_224-q8 ti_224-f32 s_224-f32,$(model) peers-$(model))
$B/arm64/node-arm64-count: tools/bench/arm64/set-up.sh tools/bench/arm64/count.c
	@bash tools/build/install-packages.sh $(ARM64_PACKAGES)
	@bash $< $(abspath $B/arm64)
bench-arm64: wasm fixtures $B/arm64/node-arm64-count tools/bench/node_modules/.package-lock.json ## instructions of an inference on an emulated 64-bit Arm, ours and others': tools/bench/arm64/COUNTS.txt
	@bash tools/build/install-packages.sh llvm-19 python3-onnx python3-flatbuffers
	@for model in ti_224 s_224; do for format in onnx tflite; do \
	  $(PYTHON) tools/bench/$${format}_graph.py $$model $B/peers || exit 1; done; done
	@for part in $(ARM64_PARTS); do \
	  $(NEW_NODE) tools/bench/arm64/run.js $(abspath $B) tools/bench/arm64/COUNTS $$part || exit 1; done
	@$(NEW_NODE) tools/bench/arm64/model.js $(abspath $B) tools/bench/arm64/MODEL.txt

bench-explain: wasm fixtures ## what attention maps cost against an inference
	@for node in node $(NEW_NODE); do $$node tools/bench/explain.js model/demo \
	  $(foreach m,ti_224 s_224,$B/fixtures/models/$m-f32 $B/fixtures/models/$m-q8) || exit 1; done

bench-peers: wasm fixtures-all tools/bench/node_modules/.package-lock.json ## this engine and others, in Chromium
	@bash tools/build/install-packages.sh chromium python3-onnx python3-flatbuffers
	@for model in $(sort $(BENCH_MODELS) $(VNNI_MODELS)); do for format in onnx tflite; do \
	  $(PYTHON) tools/bench/$${format}_graph.py $$model $B/peers || exit 1; done; done
	@$(NEW_NODE) tools/bench/peers.js $B tools/bench/results.jsonl $(BENCH_MODELS)
	@$(NEW_NODE) tools/bench/peers.js $B tools/bench/without-vnni.jsonl --without-vnni $(VNNI_MODELS)
	@$(NEW_NODE) tools/bench/plot.js tools/bench/results.jsonl tools/bench/latency.svg
	@$(BENCH_README)

bench-baseline: wasm fixtures-all tools/bench/node_modules/.package-lock.json ## the simd128 module and onnxruntime-web in this Node
	@bash tools/build/install-packages.sh python3-onnx
	@$(PYTHON) tools/bench/onnx_graph.py s_224 $B/peers
	@node tools/bench/baseline.js $B tools/bench/baseline.jsonl s_224
	@$(BENCH_README)

bench-sizes: wasm fixtures-all $(SIZES:%=$B/sizes/s_%-q8/manifest.json) ## what an image costs by input size and by model
	@$(NEW_NODE) tools/bench/sizes.js $B tools/bench/sizes.jsonl
	@$(NEW_NODE) tools/bench/cost.js tools/bench/sizes.jsonl tools/bench/cost.svg

# EVA-X-S with the weights of the tests, for other input sizes.
$B/sizes/s_%-q8/manifest.json: $B/sizes/s_224.safetensors | wasm
	@node tools/cli/evax.js convert $< --out $(@D) --size $* --force
$B/sizes/s_224.safetensors: tests/golden/weights.py | $B/packages/python
	@mkdir -p $(@D)
	@$(PYTHON) $< s_224 $@

$B/fast/bench: $(BENCH_SRC:%=src/%.c) $(BENCH_OWN:%=tools/bench/%.c) | $B/packages/native
	$(MADE)
	$Q$(BENCH_NATIVE) -D_POSIX_C_SOURCE=199309L -MF $@.d -o $@ $(filter %.c,$^) -lm

$B/simd128/bench/%.o: tools/bench/%.c | $B/packages/wasm
	@mkdir -p $(@D)
	$Q$(EMCC) $(WASM_C) -c -o $@ $<
$B/simd128/bench.wasm: $(BENCH_SRC:%=$B/simd128/%.o) $(BENCH_OWN:%=$B/simd128/bench/%.o)
	$Q$(EMCC) $(BENCH_LINK) -o $@ $^

$B/relaxed/bench/%.o: tools/bench/%.c | $B/packages/wasm $B/em-relaxed.py
	@mkdir -p $(@D)
	$Q$(RELAXED_EM) $(EMCC) $(RELAXED_C) -c -o $@ $<
$B/relaxed/bench.wasm: $(BENCH_SRC:%=$B/relaxed/%.o) $(BENCH_OWN:%=$B/relaxed/bench/%.o) $(WASM_RELAXED:%=$B/relaxed/%.o)
	$Q$(RELAXED_EM) $(EMCC) $(BENCH_LINK) -o $@ $^

# The engine with a pool that predicts; its clock is the host's.
$B/relaxed/threads.wasm: $(WASM_SRC:%=$B/relaxed/%.o) $(WASM_RELAXED:%=$B/relaxed/%.o) $B/relaxed/bench/pool_virtual.o
	$(MADE)
	$Q$(RELAXED_EM) $(EMCC) $(subst MEMORY=1MB,MEMORY=8MB,$(WASM_LINK)) -o $@ $^

-include $(wildcard $B/*/bench/*.d)
