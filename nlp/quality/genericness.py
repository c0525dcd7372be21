"""How much a draft reads as if nobody in particular had written it, 0-100: a linear model of what was measured and found.

It is for advice alone and has no part in the score. It says nothing about who or what wrote a text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nlp.language.meaning import width
from nlp.quality.linear import Finite
from nlp.quality.marks.aspects import FEATURES
from nlp.quality.marks.weights import GROUPS
from nlp.quality.stored import Row, StoredWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.model import Finding, Surface
    from nlp.quality.marks.described import Described

    Floats = NDArray[np.float64]

#: Groups of surfaces, in the order of their features.
SURFACE_GROUPS = tuple(sorted(set(GROUPS.values())))
#: ``exp(5)`` is above the highest genericness.
MAX_LOGARITHM = 5.0


class Inputs(NamedTuple):
    """What the features are computed from, in order: names of measures, ids of rules, and word to rarity."""

    measures: Sequence[str]
    rules: Sequence[str]
    listed: Mapping[str, float]

    @property
    def names(self) -> list[str]:
        """The names of all features, in order."""
        return [
            *(f"measure:{name}" for name in self.measures),
            *(f"shape:{name}" for name in FEATURES),
            *(f"rule:{name}" for name in self.rules),
            *(f"surface:{name}" for name in SURFACE_GROUPS),
            *(f"mean:{i}" for i in range(width())),
            *(f"word:{word}" for word in self.listed),
        ]

    def features(self, described: Described, surface: Surface, found: Iterable[str]) -> Floats:
        """``described``: as the marks see a draft. ``found``: the ids of the rules of all its findings."""
        counts = Counter(found)
        sentences = described.sentences
        pieces = max(1, sum(sentence.meaning.pieces for sentence in sentences))
        mean: Any = sum((sentence.meaning.total for sentence in sentences), np.zeros(width())) / pieces
        present = {word for sentence in sentences for word in sentence.words}
        words = np.array([rarity if word in present else 0.0 for word, rarity in self.listed.items()])
        return np.concatenate(
            [
                [described.measures.get(name, 0.5) for name in self.measures],
                [described.post.get(name, 0.0) for name in FEATURES],
                [math.log1p(counts[rule]) for rule in self.rules],
                [float(GROUPS[surface] == group) for group in SURFACE_GROUPS],
                mean,
                words / (float(np.linalg.norm(words)) or 1.0),
            ]
        )


class GenericnessWeights(StoredWeights):
    """The natural logarithm of one more than the genericness is ``intercept + sum of weight * (feature - centre)``. The
    features are those of ``Inputs``."""

    measures: list[str]
    rules: list[str]
    listed: dict[str, Finite]
    intercept: Finite
    centres: Row
    weights: Row

    @property
    def inputs(self) -> Inputs:
        return Inputs(self.measures, self.rules, self.listed)

    def problem(self) -> str:
        """One line on the first part that has the wrong length; empty if all fit together."""
        count = len(self.inputs.names)
        for field, row in (("centres", self.centres), ("weights", self.weights)):
            if len(row) != count:
                return f"{field}: must have {count} numbers"
        return ""


class GenericnessModel:
    """Made once for each scoring version. Thread-safe."""

    def __init__(self, weights: GenericnessWeights) -> None:
        self._inputs = weights.inputs
        self._slopes = np.array(weights.weights)
        self._intercept = weights.intercept - float(self._slopes @ np.array(weights.centres))

    def predict(self, described: Described, surface: Surface, findings: Iterable[Finding]) -> int:
        """The genericness of a draft, 0-100. ``described``: as the marks see it."""
        features = self._inputs.features(described, surface, (finding.rule for finding in findings))
        logarithm = self._intercept + float(self._slopes @ features)
        return round(min(100.0, max(0.0, math.expm1(min(logarithm, MAX_LOGARITHM)))))
