"""Dimension labels of the server and of the extension's card are equal."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.model import DRAFT_DIMENSIONS, PROFILE_DIMENSIONS
from server.core.labels import DIMENSION_LABELS, dimension_label

CARD_MESSAGES = Path(__file__).parents[3] / "extension/src/messages.json"


def test_dimension_labels_equal_those_of_the_card():
    messages = json.loads(CARD_MESSAGES.read_text(encoding="utf-8"))
    card_labels = {key.removeprefix("dimension_"): text for key, text in messages.items() if key.startswith("dimension_")}
    assert card_labels.keys() >= set(DRAFT_DIMENSIONS)
    assert {name: dimension_label(name) for name in card_labels} == card_labels
    assert DIMENSION_LABELS.keys() == card_labels.keys() | set(PROFILE_DIMENSIONS)
