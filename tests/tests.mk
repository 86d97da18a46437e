# tests.mk - the suites of tests. Each leaves its tally in build/results; they run side by side, the
# longest first, one more than there are processors: the browsers' wait a good deal.
.PHONY: test test-quick test-c test-js test-python test-browser lint fixtures fixtures-small fixtures-all fidelity

JOBS := $(shell expr $$(nproc) + 1)
RESULTS := $B/results
SUITE = @bash tests/suite.sh $@

# run SUITES: their tests, and the sum of them. What cannot be built is a failure of its suite.
run = rm -rf $(RESULTS); $(MAKE) --no-print-directory -k -j$(JOBS) QUIET=1 $(1:%=$(RESULTS)/%) || true; \
      bash tests/suite.sh --sum $(1:%=$(RESULTS)/%)

C_SUITES := $(CHECKED:%=check/%) $(FUZZED:%=fuzzed/%) race/test_threads
# One suite a folder of tests, in the oldest Node. What computes, decodes or starts threads runs in the
# newer Node as well, which has relaxed SIMD.
JS_FOLDERS := $(patsubst tests/%,%,$(sort $(patsubst %/,%,$(dir $(wildcard tests/*/*.test.js tests/*/*/*.test.js)))))
JS_FOLDERS := $(filter-out browser,$(JS_FOLDERS))
NEW_NODE_FOLDERS := $(addprefix web/,engine convert dicom heads worker) package
JS_SUITES := $(addprefix node/,goldens $(JS_FOLDERS)) \
             $(if $(filter-out node,$(NEW_NODE)),$(addprefix new-node/,goldens $(NEW_NODE_FOLDERS)))
# Thousands of damaged or enormous inputs, and what no Node decides: in the oldest Node only, and not in test-quick.
LONG_FILES := $(addprefix tests/web/,dicom/bombs.test.js model/tampering.test.js engine/out-of-memory.test.js) \
              $(addprefix tests/package/,api-reference.test.js checkout.test.js facts.test.js imports.test.js \
                names.test.js notices.test.js staged.test.js)
PYTHON_SUITES := python/python python/tools/train
# One suite a file of tests, each in a browser of its own.
BROWSER_FILES := $(patsubst tests/browser/%.test.js,%,$(wildcard tests/browser/*.test.js))
CHROMIUM_ONLY := handling page quota
BROWSER_SUITES := $(BROWSER_FILES:%=browser/chromium/%) $(patsubst %,browser/firefox/%,$(filter-out $(CHROMIUM_ONLY),$(BROWSER_FILES)))
LINT_SUITES := lint/types lint/types-tests lint/js lint/c

test: setup                 ## every test: C, JavaScript, Python, browsers, types and style
	@$(call run,c-goldens/all $(BROWSER_SUITES) $(JS_SUITES) $(PYTHON_SUITES) $(C_SUITES) $(LINT_SUITES))

test-c: ## the tests of C, under sanitizers, and the official code's results
	@$(call run,c-goldens/all $(C_SUITES))
test-js: ## the tests of JavaScript, in two versions of Node
	@$(call run,$(JS_SUITES))
test-python: ## models, pictures and maps against numpy and Pillow; the tests of training
	@$(call run,$(PYTHON_SUITES))
test-browser: ## the page and the package in Chromium and Firefox
	@$(call run,$(BROWSER_SUITES))
lint: ## types, JavaScript and the style of C
	@$(call run,$(LINT_SUITES))

# What a minute can run of a tree that is built: no browser, no large model, one version of Node.
QUICK_JS := $(filter-out tools/cli package,$(JS_FOLDERS))
test-quick: ## the quick ones: C, nano goldens, JavaScript, types and style; a minute once all is built
	@$(call run,c-goldens/nano $(QUICK_JS:%=quick/%) node/goldens-nano $(C_SUITES) $(LINT_SUITES))

# ---- the suites -----------------------------------------------------------------------------------
$(RESULTS)/check/%: $B/check/% always
	$(SUITE) c "C, sanitizers: $(*:test_%=%)" $<
$(RESULTS)/fuzzed/%: $B/check/fuzz/% always
	$(SUITE) c "C, sanitizers: fuzzed $*" $< tests/fuzz/corpus/$*
$(RESULTS)/race/%: $B/race/% always
	$(SUITE) c "C, thread sanitizer: $(*:test_%=%)" $<

# The goldens of C leave their bits in build/native, with which those of JavaScript are compared.
$(RESULTS)/c-goldens/all: $B/plain/golden fixtures
	@rm -rf $B/native && mkdir -p $B/native
	$(SUITE) c "C, goldens of the official code" $< $B/fixtures $B/native $$(ls $B/fixtures/cases)
$(RESULTS)/c-goldens/nano: $B/plain/golden fixtures-small
	@mkdir -p $B/native
	$(SUITE) c "C, goldens of nano models" $< $B/fixtures $B/native $$(ls $B/fixtures/cases | grep nano)

# js NAME PROGRAM LEFT_OUT: the suites in one Node, without some files
define js
$(RESULTS)/$1/goldens: $(RESULTS)/c-goldens/all wasm
	$$(SUITE) node "JavaScript: goldens, Node $$$$($2 --version)" $2 $(TAP) tests/web/engine/golden.test.js
$(RESULTS)/$1/goldens-nano: $(RESULTS)/c-goldens/nano wasm
	$$(SUITE) node "JavaScript: goldens of nano models" $2 $(TAP) --test-name-pattern='^nano' tests/web/engine/golden.test.js
$(RESULTS)/$1/%: wasm fixtures-small $B/plain/convert_tool
	$$(SUITE) node "JavaScript: $$*, Node $$$$($2 --version)" $2 $(TAP) $$(filter-out %/golden.test.js $3,$$(wildcard tests/$$*/*.test.js))
endef
# What is packed is tested, too.
$(RESULTS)/node/package $(RESULTS)/new-node/package: package-parts
# A file that hangs is a failure, not a suite that never ends; the browsers' take minutes.
TAP := --test --test-reporter=tap --test-timeout=900000
$(eval $(call js,node,node))
$(eval $(call js,quick,node,$(LONG_FILES)))
$(eval $(call js,new-node,$(NEW_NODE),$(LONG_FILES)))

$(RESULTS)/python/%: $B/plain/image_tool $B/plain/explain_tool fixtures
	$(SUITE) python "Python: $*" $(PYTHON) -m unittest discover -s tests/$*

$(RESULTS)/browser/%: wasm $(NODE_MODULES) | $B/packages/browsers
	$(SUITE) node "Browser: $*" env BROWSER=$(*D) node $(TAP) tests/browser/$(*F).test.js

TSC := node node_modules/typescript/bin/tsc --noEmit --incremental
$(RESULTS)/lint/types: wasm $(NODE_MODULES)
	$(SUITE) exit "Lint: types" $(TSC) --tsBuildInfoFile $B/types.tsbuildinfo
$(RESULTS)/lint/types-tests: wasm $(NODE_MODULES)
	$(SUITE) exit "Lint: types of tests and tools" $(TSC) --project tests --tsBuildInfoFile $B/types-tests.tsbuildinfo
$(RESULTS)/lint/js: $(NODE_MODULES) always
	$(SUITE) exit "Lint: JavaScript" node node_modules/@biomejs/biome/bin/biome lint --error-on-warnings
# Debian 12's clang-format is the one that .clang-format is for.
$(RESULTS)/lint/c: always | $B/packages/lint
	$(SUITE) exit "Lint: style of C" clang-format --dry-run -Werror $(C_FILES)
C_FILES = $(wildcard src/*.[ch] src/*/*.[ch] tests/src/*.[ch] tests/fuzz/*.[ch] tools/bench/*.[ch])

# ---- fixtures -------------------------------------------------------------------------------------
fixtures-small: wasm | $B/packages/python ## the nano models and their expected values, from tests/golden
	@$(PYTHON) tests/fixtures.py $B/fixtures small
fixtures: fixtures-small    ## the models and expected values of tests, from tests/golden
	@$(PYTHON) tests/fixtures.py $B/fixtures tests
fixtures-all: fixtures      ## these, and B and S of 480 pixels in q8
	@$(PYTHON) tests/fixtures.py $B/fixtures all

fidelity: $B/plain/golden fixtures-all ## errors against the official code, model by model
	@mkdir -p $B/native
	@{ echo "# make fidelity: largest errors over each model's cases, against the official code (see tests/golden/README.md)"; \
	  $B/plain/golden $B/fixtures $B/native $$(ls $B/fixtures/cases); } | tee model/FIDELITY.txt

# ---- longer ones, apart from make test ------------------------------------------------------------
.PHONY: test-webkit test-matrix test-consumers test-engines test-seal soak measure-page measure-convert
test-seal: setup dist       ## every way out of the sealed frame, with controls, in a network of its own: tests/seal/RESULTS.txt
	@bash tools/build/install-packages.sh iproute2 openssl webkit2gtk-driver xvfb
	@bash tests/seal/netns.sh $B/seal node tests/seal/run.js $B/seal tests/seal/RESULTS.txt

test-webkit: setup wasm     ## the browser tests in WebKitGTK, one file at a time; its rows of tests/BROWSERS.txt
	@bash tools/build/install-packages.sh webkit2gtk-driver xvfb
	@node tests/browser/matrix.js webkit

test-matrix: setup wasm     ## the browser tests in Chromium, Firefox and WebKitGTK, one file at a time: tests/BROWSERS.txt
	@bash tools/build/install-packages.sh webkit2gtk-driver xvfb
	@node tests/browser/matrix.js

test-consumers: setup wasm  ## the package in bundlers, servers and runtimes: tests/consumers/RESULTS.txt
	@node tests/consumers/run.js

test-engines: setup wasm native fixtures $B/arm64/node-arm64-count ## the same logits in Node, Chromium, Firefox, WebKit, natively: tests/ENGINES.txt
	@bash tools/build/install-packages.sh webkit2gtk-driver xvfb
	@node tests/engines/run.js $(NEW_NODE)

soak: wasm setup           ## 1,000 films of all encodings in Node and Chromium: tests/SOAK.txt
	@$(NEW_NODE) --expose-gc tests/soak.js

measure-convert: setup wasm ## a checkpoint on the page: seconds until it reads films, memory, long tasks: tests/CONVERT.txt
	@{ echo "# make measure-convert: drawn checkpoints of 22, 87 and 343 MB, q8"; node tests/browser/measure-convert.js; } \
	  | tee tests/CONVERT.txt

measure-page: setup wasm    ## ready times, long tasks, memory over 1,000 films
	@node tests/browser/measure.js
