"""What is known of the published models without being told: labels, scoring, recipe.
SPDX-License-Identifier: MIT"""
from dataclasses import dataclass

from .architecture import PATCH
from .errors import ConvertError

MEAN, STD = 0.49185243, 0.28509309
NOTICE = ("Research tool, not a medical device. Scores are a model's output and must not be used "
          "to decide about anyone's care.")


@dataclass(frozen=True)
class Head:
    dataset: str
    scoring: str
    labels: tuple


HEADS = {  # classes -> the published head with that many outputs
    14: Head("ChestX-ray14", "sigmoid", (
        "Atelectasis", "Cardiomegaly", "Effusion", "Infiltration", "Mass", "Nodule", "Pneumonia",
        "Pneumothorax", "Consolidation", "Edema", "Emphysema", "Fibrosis", "Pleural_Thickening",
        "Hernia")),
    5: Head("CheXpert", "sigmoid", (
        "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion")),
    3: Head("CovidX-3", "softmax", ("normal", "pneumonia", "COVID-19")),
    2: Head("CovidX-4", "softmax", ("negative", "positive")),
}


def head(classes, card):
    """The Head of a model with `classes` outputs; the card's labels win. Raises ConvertError where
    nobody knows the labels."""
    if "labels" in card:
        if len(card["labels"]) != classes:
            raise ConvertError(f"the card has {len(card['labels'])} labels, "
                               f"the head {classes} outputs")
        return Head("labels of the card", card["scoring"], tuple(card["labels"]))
    if classes == 0:
        return Head("features", "none", ())
    if classes not in HEADS:
        untrained = "; 1000 outputs are what an untrained timm model has" if classes == 1000 else ""
        raise ConvertError(f"no published EVA-X has {classes} outputs{untrained}. Supply a --card "
                           "with \"labels\" and \"scoring\" if you know what they mean")
    return HEADS[classes]


def recipe(a, dataset):
    """The official evaluation transform. CovidX, and CheXpert in size Ti, are resized straight to
    the input; the others to 8/7 of it, then cropped."""
    side = PATCH * a.grid
    straight = dataset.startswith("CovidX") or (dataset == "CheXpert" and a.size == "Ti")
    return {"resize": side if straight else side * 8 // 7, "crop": side,
            "interpolation": "pillow-bicubic", "mean": MEAN, "std": STD}
