"""Tells the kind of a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nlp.model import KINDS, Kind
from nlp.quality.kinds.classifier import Classifier

if TYPE_CHECKING:
    from nlp.quality.kinds.described import Described
    from nlp.quality.kinds.weights import KindWeights

DIGITS = 3


class KindModel(Classifier):
    def __init__(self, weights: KindWeights) -> None:
        super().__init__(KINDS, weights)

    def predict(self, described: Described) -> Kind | None:
        """The likeliest kind; ``None`` for a text without a word."""
        if not described.words:
            return None
        chances = self.probabilities(described)
        best = int(chances.argmax())
        return Kind(KINDS[best], round(float(chances[best]), DIGITS))
