"""The user's facts card: a JSON object with what a checkpoint cannot say of itself.

    labels, scoring               in output order; both or neither
    name, licence, attribution, notice
    findings                      label -> threshold, sensitivity, specificity, auc, ...
    guard                         tests of an embedding (model/FORMAT.md, section 6)

Anything else is refused, so that a misspelt member is not lost in silence.
SPDX-License-Identifier: MIT
"""
import base64
import json
import math

from .errors import ConvertError, listing

MAX_BYTES = 1 << 20


def _text(value):
    return isinstance(value, str) and 0 < len(value) <= 2000


def _fraction(value):
    return type(value) in (int, float) and math.isfinite(value) and 0 <= value <= 1


def _count(value):
    return type(value) is int and value >= 0


def _interval(value):
    return (isinstance(value, list) and len(value) == 2 and all(map(_fraction, value))
            and value[0] <= value[1])


_TEXTS = ("name", "licence", "attribution", "notice")
_FACTS = {  # member -> (is it good, what would be)
    "threshold": (_fraction, "a number from 0 to 1"),
    "sensitivity": (_fraction, "a number from 0 to 1"),
    "specificity": (_fraction, "a number from 0 to 1"),
    "auc": (_fraction, "a number from 0 to 1"),
    "auc_ci95": (_interval, "two numbers from 0 to 1, in order"),
    "n": (_count, "a whole number"),
    "positives": (_count, "a whole number"),
    "dataset": (_text, "text"),
    "evidence": (lambda v: v in ("validated", "weak", "none"), '"validated", "weak" or "none"'),
    "note": (_text, "text"),
}


def read(path):
    """The card as a dict with valid members. Raises ConvertError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ValueError("it has more than a million bytes")
        card = json.loads(data.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise ConvertError(f"the card is not valid JSON: {error}") from None
    if not isinstance(card, dict):
        raise ConvertError("the card is not a JSON object")
    _check_members(card)
    return card


def check_findings(card, labels):
    """Raises ConvertError unless every fact belongs to one of the labels and is well formed."""
    for label, facts in card.get("findings", {}).items():
        if label not in labels:
            raise ConvertError(f"the card has facts about '{label}', which is not an output; "
                               f"outputs: {listing(labels, 20)}")
        _check_facts(label, facts)


def check_guard(card, width):
    """Raises ConvertError unless the card's guard, if it has one, fits embeddings of this width."""
    if "guard" not in card:
        return
    try:
        distance, probes = card["guard"]["distance"], card["guard"]["probes"]
        axes = len(base64.b64decode(distance["weights"], validate=True)) // 4
        lists = [(distance["mean"], width), (distance["weights"], axes),
                 (distance["axes"], axes * width), *((probe["weights"], width) for probe in probes)]
        for text, count in lists:
            if len(base64.b64decode(text, validate=True)) != 4 * count:
                raise ValueError(f"a list does not have {count} numbers")
    except (LookupError, TypeError, ValueError) as error:
        raise ConvertError(f"the card's guard does not fit this model: {error}") from None


def _without_duplicates(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a member appears twice")
    return dict(pairs)


def _check_members(card):
    if unknown := card.keys() - {*_TEXTS, "labels", "scoring", "findings", "guard"}:
        raise ConvertError(f"the card has unknown members: {listing(unknown)}")
    for member in _TEXTS:
        if member in card and not _text(card[member]):
            raise ConvertError(f"the card's {member} is not text")
    if ("labels" in card) != ("scoring" in card):
        raise ConvertError("the card needs labels and scoring together")
    if "labels" in card:
        _check_labels(card["labels"], card["scoring"])
    if not isinstance(card.get("findings", {}), dict):
        raise ConvertError("the card's findings are not an object")


def _check_labels(labels, scoring):
    if not isinstance(labels, list) or not all(map(_text, labels)):
        raise ConvertError("the card's labels are not a list of texts")
    if len(set(labels)) != len(labels):
        raise ConvertError("the card has the same label twice")
    if scoring not in ("sigmoid", "softmax"):
        raise ConvertError('the card\'s scoring is neither "sigmoid" nor "softmax"')


def _check_facts(label, facts):
    if not isinstance(facts, dict):
        raise ConvertError(f"the card's facts about {label} are not an object")
    for member, value in facts.items():
        good, wanted = _FACTS.get(member, (lambda _: False, "nothing: there is no such fact"))
        if not good(value):
            raise ConvertError(f"the card's {member} of {label} should be {wanted}")
    if facts.get("positives", 0) > facts.get("n", math.inf):
        raise ConvertError(f"the card's {label} has more positives than images")
