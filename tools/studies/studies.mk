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
