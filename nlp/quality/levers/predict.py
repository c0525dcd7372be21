"""Tells how likely each lever is the one that a good coach would name first, and what it is worth."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from nlp.model import LEVERS
from nlp.quality.kinds.classifier import Classifier
from nlp.quality.levers.described import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nlp.quality.kinds.described import Described
    from nlp.quality.levers.weights import LeverWeights


class Lever(NamedTuple):
    """``probability``: that judges would name it first. ``worth``: points of the score, at least 0, before rounding."""

    code: str
    probability: float
    worth: float


class LeverModel(Classifier):
    def __init__(self, weights: LeverWeights) -> None:
        super().__init__(LEVERS, weights)
        self._weights = weights

    def rank(
        self, described: Described, marks: Mapping[str, float], goodness: Mapping[str, float], score: int
    ) -> tuple[Lever, ...]:
        """All levers, the one that is worth most first. ``described``: the draft as its kind is told from; ``marks`` and
        ``goodness``: see ``levers.described.describe``; ``score``: the draft's own.

        The worth is ``share * sqrt(probability) * (target - score)``: what a rewrite by the lever gained, less where it is
        doubtful that the lever is what the draft needs."""
        own = self._weights
        chances = self.probabilities(describe(described, marks, goodness, own.measures))
        distance = max(0, own.target - score)
        # Near the target the order stays the same, though nothing is worth anything.
        ranked = sorted(
            ((own.shares[code] * math.sqrt(chance), code, float(chance)) for code, chance in zip(LEVERS, chances, strict=True)),
            key=lambda row: (-row[0], row[1]),
        )
        return tuple(Lever(code, chance, part * distance) for part, code, chance in ranked)
