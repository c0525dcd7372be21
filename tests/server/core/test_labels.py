"""Labels of dimensions, compared with those of the extension's card."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.model import DRAFT_DIMENSIONS, PROFILE_DIMENSIONS
from server.core.labels import DIMENSION_LABELS, dimension_label

CARD_WORDS = Path(__file__).parents[3] / "extension/src/messages.json"


def test_dimension_labels_equal_those_of_the_card():
    words = json.loads(CARD_WORDS.read_text(encoding="utf-8"))
    card = {key.removeprefix("dimension_"): word for key, word in words.items() if key.startswith("dimension_")}
    assert card.keys() >= set(DRAFT_DIMENSIONS)
    assert {name: dimension_label(name) for name in card} == card
    assert DIMENSION_LABELS.keys() == card.keys() | set(PROFILE_DIMENSIONS)
