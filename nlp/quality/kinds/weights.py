"""The learned weights of the kinds, as data that is stored with a scoring version."""

from __future__ import annotations

from nlp.language.meaning import width
from nlp.model import KINDS
from nlp.quality.kinds.described import PLACES, number_names
from nlp.quality.linear import Line
from nlp.quality.stored import Row, StoredWeights


class KindWeights(StoredWeights):
    """The log-odds of each kind are ``intercept + sum of weight * feature``, before they are scaled to probabilities that add
    up to 1. ``numbers``: name to weights. ``vectors``: one row for each component of each of ``PLACES``. ``words``: listed
    word, pair or start of a text to its rarity, and then its weights; the rarities of those in a text are scaled to a
    length of 1, separately for words, pairs and starts."""

    kinds: list[Line]
    intercepts: Row
    numbers: dict[str, Row]
    vectors: list[Row]
    words: dict[str, Row]

    def problem(self) -> str:
        """One line on the first part that is unknown, missing or has the wrong length; empty if all fit together."""
        if tuple(self.kinds) != KINDS:
            return "kinds: must be those of this release"
        unknown = sorted(set(self.numbers) - set(number_names()))
        if unknown:
            return f"numbers.{unknown[0]}: is unknown"
        if len(self.vectors) != len(PLACES) * width():
            return f"vectors: must have {len(PLACES) * width()} rows"
        count = len(KINDS)
        lengths = [("intercepts", self.intercepts, count)]
        lengths += [(f"numbers.{name}", row, count) for name, row in self.numbers.items()]
        lengths += [(f"vectors.{i}", row, count) for i, row in enumerate(self.vectors)]
        lengths += [("words", row, count + 1) for row in self.words.values()]
        for name, row, length in lengths:
            if len(row) != length:
                return f"{name}: must have {length} numbers"
        return ""
