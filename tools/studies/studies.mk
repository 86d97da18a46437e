# studies.mk - what attention maps and few-shot heads are worth. Not part of make test: both want films
# with an index.csv, which are not in the repository.

# DATA: a folder of films with an index.csv (tools/studies/sanity/films.js).
.PHONY: explain-sanity
explain-sanity: wasm        ## attention maps against chance, and with shuffled weights, on the films of DATA
	@test -n "$(DATA)" || { echo "explain-sanity needs DATA=FOLDER, films with an index.csv" >&2; exit 1; }
	@node tools/studies/sanity/sanity.js $(DATA) tools/studies/sanity/results.jsonl
	@node tools/studies/sanity/plot.js tools/studies/sanity/results.jsonl tools/studies/sanity/curves.svg

# DATA: a folder with index.csv and films, see tools/studies/few-shot/films.js; it is not in the repository.
.PHONY: few-shot bench-fit
few-shot: wasm              ## AUC against films learned from: make few-shot DATA=DIR
	@node tools/studies/few-shot/measure.js "$(DATA)" tools/studies/few-shot/few-shot.jsonl
	@$(NEW_NODE) tools/studies/few-shot/plot.js tools/studies/few-shot/few-shot.jsonl tools/studies/few-shot/few-shot.svg

bench-fit: setup            ## how long fitting a head takes
	@node tools/studies/few-shot/speed.js tools/studies/few-shot/speed.jsonl

# DATA: as for explain-sanity.
.PHONY: fidelity-q8
fidelity-q8: wasm | $B/packages/python ## what q8 does to scores, on the films of DATA: model/FIDELITY-Q8.txt
	@test -n "$(DATA)" || { echo "fidelity-q8 needs DATA=FOLDER, films with an index.csv" >&2; exit 1; }
	@{ echo "# make fidelity-q8 DATA=FOLDER: q8 against f32, both by simd128, on films of three test splits (FIDELITY.md)"; \
	  node tools/studies/fidelity/q8.js $(DATA) ti_224 s_224 b_224; } | tee $B/fidelity-q8.txt
	@mv $B/fidelity-q8.txt model/FIDELITY-Q8.txt
