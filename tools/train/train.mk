# train.mk - training the demo model anew, and measuring it.
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
