#!/usr/bin/env bash
# recipe.sh DATA WORK [full|smoke]: from the data folder to a converted, measured model in WORK/model.
#
# pretrain ── finetune, three seeds, at 112 px and then at 224 px ── the mean of their weights ── the best on validation
# goes on ── convert ── calibrate ── convert ── detector ── evaluate ── card ── convert with the card; and beside them what
# pre-training is worth with few labels. Each step that has left its result is skipped, so the same command goes on
# after a stop. smoke: a few steps each, to see that everything runs.
set -euo pipefail
here=$(dirname "$0") data=$1 work=$2 scale=${3:-full}
python=${PYTHON:-/usr/bin/python3}
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-ACTIVE}  # a third faster than PASSIVE on cores that nothing else uses

if [ "$scale" = full ]; then
    seeds="1 2 3" split=test strangers=200
    pretrain=() coarse=(--steps 600 --batch 64 --warmup 60 --rate 6e-4 --every 300) fine=()
    few=(--steps 100 --batch 32 --warmup 20 --rate 6e-4 --every 100) shares="0.01 0.1 1.0"
else
    seeds="1 2" split=val strangers=6
    pretrain=(--steps 6 --pixel-steps 3 --batch 8 --warmup 1)
    fine=(--steps 4 --batch 8 --warmup 1 --every 2) coarse=("${fine[@]}") few=("${fine[@]}") shares="1.0"
fi

# step NAME RESULT COMMAND...: runs a command of this folder unless its result is there, or goes on with it.
step() {
    local name=$1 result=$2
    shift 2
    [ -e "$result" ] && [ ! -e "${result%.pth}.state" ] && return
    echo "== $name"
    "$python" "$here/$1" "${@:2}"
}
common() { echo "--data $data --work $work --name $1 --seed $2"; }
evax_convert() { node "$here/../cli/evax.js" convert "$@"; }
convert() { evax_convert "$1" --out "$work/models/$2" --dtype "${2##*-}"; }

mkdir -p "$work/models"
step "pre-training" "$work/mim.pth" pretrain.py $(common mim 1) "${pretrain[@]}"
for seed in $seeds; do
    step "fine-tuning at 112 px, seed $seed" "$work/coarse-$seed.pth" finetune.py $(common coarse-$seed $seed) \
        --init "$work/mim.pth" --side 112 "${coarse[@]}"
    step "fine-tuning at 224 px, seed $seed" "$work/fine-$seed.pth" finetune.py $(common fine-$seed 1$seed) \
        --init "$work/coarse-$seed.pth" "${fine[@]}"
done
step "mean of the seeds" "$work/fine-mean.pth" average.py $(common fine-mean 1) "$work"/fine-[0-9].pth
for seed in $seeds; do
    for share in $shares; do
        for start in "random --layer-decay 1.0" "pre-trained --init $work/mim.pth"; do
            name=few-${start%% *}-$share-$seed
            step "$name" "$work/$name.pth" finetune.py $(common $name $seed) --share $share --report $split \
                --side 112 --visible 0.5 "${few[@]}" ${start#* }
        done
    done
done
"$python" "$here/few_labels.py" "$work/few" "$work"/few-*-[0-9].jsonl
best=$("$python" - "$work"/fine-*.jsonl <<'END'
import json, sys
scores = {file: json.loads(open(file).readlines()[-1])["score"] for file in sys.argv[1:]}
print(max(scores, key=scores.get).removesuffix(".jsonl"))
END
)
echo "== best on validation: $best"
[ -e "$work/models/raw-q8" ] || convert "$best.pth" raw-q8
step "calibration" "$work/model.pth" calibrate.py --data "$data" --work "$work" --model "$work/models/raw-q8" \
    --checkpoint "$best.pth" --out "$work/model.pth"
for dtype in q8 f16 f32; do
    [ -e "$work/models/$dtype" ] || convert "$work/model.pth" $dtype
done
step "detector" "$work/guard.json" ood_detector.py --data "$data" --work "$work" --model "$work/models/q8" \
    --out "$work/guard.json"
step "evaluation" "$work/metrics.jsonl" evaluate.py --data "$data" --work "$work" --model "$work/models/q8" \
    --against "$work/models/f16" --against "$work/models/f32" --split $split --strangers $strangers \
    --guard "$work/guard.json" ${PICTURES:+--pictures "$PICTURES"} --out "$work/metrics.jsonl"
[ -e "$work/card.json" ] || cp "$here/../../model/demo.card.json" "$work/card.json"
"$python" "$here/card.py" --metrics "$work/metrics.jsonl" --guard "$work/guard.json" --card "$work/card.json" \
    --tables "$work/figures.md"
evax_convert "$work/model.pth" --out "$work/model" --card "$work/card.json" --force
echo "$work/model; figures in $work/figures.md"
