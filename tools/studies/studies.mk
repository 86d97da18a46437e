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

# DATA: as for explain-sanity. The figures of a small model on a small subset; web/evaluate/README.md says how to do it with all of it.
.PHONY: evaluate-nih
evaluate-nih: wasm          ## evax evaluate on NIH films in the official form: make evaluate-nih DATA=FOLDER
	@test -n "$(DATA)" || { echo "evaluate-nih needs DATA=FOLDER, films with an index.csv" >&2; exit 1; }
	@node tools/studies/validation/official.js $(DATA) $B/validation
	@node tools/cli/evax.js evaluate $(DATA)/nih $(DATA)/nih64 --labels $B/validation/Data_Entry_2017_v2020.csv \
	  --only $B/validation/test_list.txt --name "ChestX-ray14, first patients" \
	  --rule sensitivity=0.8 --recalibrate platt --prevalence 0.1 --out $B/validation/nih

.PHONY: screenshot-evaluate
screenshot-evaluate: setup  ## the picture of evaluate-nih's report, for the documentation: web/evaluate/screenshot.webp
	@node tools/studies/validation/screenshot.js $B/validation/nih/report.html web/evaluate/screenshot.webp

.PHONY: bench-evaluate
bench-evaluate:             ## how long the statistics of 2,000 films of 14 findings take, or of COUNT=FILMS
	@node tools/studies/validation/speed.js $(COUNT)
