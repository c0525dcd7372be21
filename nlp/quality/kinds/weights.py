"""The learned weights of the kinds, as data that is stored with a scoring version."""

from __future__ import annotations

from collections.abc import Collection

from nlp.language.meaning import width
from nlp.model import KINDS
from nlp.quality.kinds.described import PLACES, number_names
from nlp.quality.linear import Line
from nlp.quality.stored import Row, StoredWeights


class ClassWeights(StoredWeights):
    """The log-odds of each class are ``intercept + sum of weight * feature``, before they are scaled to probabilities that add
    up to 1. ``numbers``: name to weights. ``vectors``: one row for each component of each of ``PLACES``. ``words``: listed
    word, pair or start of a text to its rarity, and then its weights; the rarities of those in a text are scaled to a
    length of 1, separately for words, pairs and starts."""

    intercepts: Row
    numbers: dict[str, Row]
    vectors: list[Row]
    words: dict[str, Row]

    def problem_with(self, classes: int, known: Collection[str]) -> str:
        """``problem`` for so many classes, where ``known`` are the names of numbers that this release has."""
        unknown = sorted(set(self.numbers) - set(known))
        if unknown:
            return f"numbers.{unknown[0]}: is unknown"
        if len(self.vectors) != len(PLACES) * width():
            return f"vectors: must have {len(PLACES) * width()} rows"
        lengths = [("intercepts", self.intercepts, classes)]
        lengths += [(f"numbers.{name}", row, classes) for name, row in self.numbers.items()]
        lengths += [(f"vectors.{i}", row, classes) for i, row in enumerate(self.vectors)]
        lengths += [("words", row, classes + 1) for row in self.words.values()]
        for name, row, length in lengths:
            if len(row) != length:
                return f"{name}: must have {length} numbers"
        return ""


class KindWeights(ClassWeights):
    kinds: list[Line]

    def problem(self) -> str:
        if tuple(self.kinds) != KINDS:
            return "kinds: must be those of this release"
        return self.problem_with(len(KINDS), number_names())
