"""A multinomial logistic regression over the features of a draft (``kinds/described.py``), and what speaks for each class."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlp.quality.kinds.described import START

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.quality.kinds.described import Described
    from nlp.quality.kinds.weights import ClassWeights

    Floats = NDArray[np.float64]

#: The name of what the words are about, which is one part in an explanation.
ABOUT = "about"


class Part(NamedTuple):
    """What a feature adds to the log-odds of a class."""

    feature: str
    part: float


class Classifier:
    """Made once for each scoring version. Thread-safe."""

    def __init__(self, classes: Sequence[str], weights: ClassWeights) -> None:
        self.classes = tuple(classes)
        self._intercepts = np.array(weights.intercepts)
        self._vectors = np.array(weights.vectors)
        rows = {**{word: row[1:] for word, row in weights.words.items()}, **weights.numbers}
        self._row_of = {name: i for i, name in enumerate(rows)}
        self._rows = np.array(list(rows.values()))
        self._numbers = frozenset(weights.numbers)
        self._rarity = {word: row[0] for word, row in weights.words.items()}

    def probabilities(self, described: Described) -> Floats:
        """The probability of each class."""
        scores = self._intercepts + described.vectors @ self._vectors
        if pairs := [*self._values(described)]:
            rows = self._rows[[self._row_of[name] for name, _ in pairs]]
            # Added one after the other, so that the last digit does not depend on how numpy groups them.
            scores = np.add.reduce([scores, *(rows * np.array([[value] for _, value in pairs]))], axis=0)
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum())

    def explain(self, described: Described, of: str, *, most: int = 5) -> list[Part]:
        """The features that speak most for the class ``of``, compared with the mean of all classes; largest first."""
        column = self.classes.index(of)
        about = described.vectors @ self._vectors
        rows: list[tuple[str, Any]] = [(ABOUT, about)]
        rows += [(name, value * self._row(name)) for name, value in self._values(described)]
        parts = [Part(name, float(row[column] - row.mean())) for name, row in rows]
        return sorted((part for part in parts if part.part > 0), key=lambda part: (-part.part, part.feature))[:most]

    def _row(self, name: str) -> Floats:
        row: Floats = self._rows[self._row_of[name]]
        return row

    def _values(self, described: Described) -> Iterator[tuple[str, float]]:
        """The features that count and their values."""
        yield from ((name, value) for name, value in described.numbers.items() if name in self._numbers)
        yield from scaled(described.words, self._rarity)


def scaled(words: Iterable[str], rarity: dict[str, float]) -> Iterator[tuple[str, float]]:
    """The listed among ``words`` and their rarities, scaled to a length of 1 for each sort."""
    by_sort: dict[str, list[str]] = {}
    # Sorted, so that the last digit does not depend on the order of a set.
    for word in sorted(word for word in words if word in rarity):
        by_sort.setdefault(sort_of(word), []).append(word)
    for own in by_sort.values():
        length = math.sqrt(math.fsum(rarity[word] ** 2 for word in own)) or 1.0
        yield from ((word, rarity[word] / length) for word in own)


def sort_of(word: str) -> str:
    """Whether a listed entry is a word, a pair of words or the start of a text."""
    if word.startswith(f"{START} "):
        return "start"
    return "pair" if " " in word else "word"
