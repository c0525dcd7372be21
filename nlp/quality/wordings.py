"""What the letters and the meaning of two wordings add to the comparison by their counted features.

Their weights have no names that would mean anything to a reader, so they are never given as a reason.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
from pydantic import Field

from nlp.language.meaning import meaning, width
from nlp.quality.counts import WORD
from nlp.quality.features import anonymous
from nlp.quality.letters import BUCKETS, buckets
from nlp.quality.linear import Finite
from nlp.quality.stored import Row, StoredPart, StoredWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: The models of pairs that have such a part.
STUDIES = ("wording", "opening")
#: Where a vector is taken from: all sentences, the first, the last.
PLACES = 3
_BREAK = re.compile(r"(?<=[.!?])\s+")


class StudyWeights(StoredPart):
    """``score = step * (sum of letters) + sum of meaning * vector``, to be added to the score by counted features; ``temper``
    multiplies both. ``letters``: one int8 for each bucket, in base64. ``measured``: figures from folds that the model was not
    fitted to."""

    letters: Annotated[str, Field(max_length=100_000)]
    step: Finite
    meaning: Row
    temper: Annotated[float, Field(gt=0, le=10)]
    measured: dict[str, Finite]

    def rows(self) -> NDArray[np.int8]:
        """The weight of each bucket, in steps. Raises ``ValueError`` if it is not base64."""
        return np.frombuffer(base64.b64decode(self.letters, validate=True), dtype=np.int8)


class WordingWeights(StoredWeights):
    """The weights of each of ``STUDIES``."""

    studies: dict[str, StudyWeights]

    def problem(self) -> str:
        """One line on the first part that is missing or has the wrong length; empty if all fit together."""
        for name in STUDIES:
            study = self.studies.get(name)
            if study is None:
                return f"studies.{name}: is missing"
            try:
                count = len(study.rows())
            except (ValueError, binascii.Error):
                return f"studies.{name}.letters: must be base64"
            if count != BUCKETS:
                return f"studies.{name}.letters: must have {BUCKETS} bytes"
            if len(study.meaning) != PLACES * width():
                return f"studies.{name}.meaning: must have {PLACES * width()} numbers"
            if not {"accuracy", "rows"} <= set(study.measured):
                return f"studies.{name}.measured: must have accuracy and rows"
        unknown = sorted(set(self.studies) - set(STUDIES))
        return f"studies.{unknown[0]}: is unknown" if unknown else ""


class Wording(NamedTuple):
    """A text as the model sees it. ``vector``: the meaning of all sentences, the first and the last."""

    buckets: frozenset[int]
    vector: Floats


def describe(text: str) -> Wording:
    prose = anonymous(text)
    sentences = [words for part in _BREAK.split(prose) if (words := WORD.findall(part.lower()))] or [[]]
    meant = [meaning(words) for words in sentences]
    total = np.sum([one.total for one in meant], axis=0) / max(1, sum(one.pieces for one in meant))
    return Wording(buckets(prose), np.concatenate([total, meant[0].mean, meant[-1].mean]).astype(np.float64))


class StudyModel:
    """Made once for each scoring version. Thread-safe."""

    def __init__(self, weights: StudyWeights) -> None:
        self.temper, self.measured = weights.temper, weights.measured
        self._letters, self._step = weights.rows().astype(np.int64), weights.step
        self._meaning = np.array(weights.meaning)

    def score(self, a: str, b: str) -> float:
        """The log-odds, before ``temper``, that ``a`` does better than ``b``; swapping the two changes its sign alone."""
        first, second = describe(a), describe(b)
        letters = self._sum(first.buckets - second.buckets) - self._sum(second.buckets - first.buckets)
        return math.fsum([self._step * letters, *(self._meaning * (first.vector - second.vector)).tolist()])

    def _sum(self, chosen: frozenset[int]) -> int:
        return int(self._letters[list(chosen)].sum()) if chosen else 0


def models(weights: WordingWeights) -> Mapping[str, StudyModel]:
    """The models by the name of their study."""
    return {name: StudyModel(study) for name, study in weights.studies.items()}
