"""What of a draft a correction can change, as numbers without words: enough to say what any correction makes of its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from nlp.language.meaning import width
from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, Surface
from nlp.quality.correction.weights import dense_names
from nlp.quality.marks import described as descriptions
from nlp.quality.rubric import Ceiling, Rubric, rates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nlp.model import Finding
    from nlp.quality.marks.predict import Marks
    from nlp.quality.marks.weights import MarkWeights

    Floats = NDArray[np.float64]

#: Numbers beside the features: the score before its bounds, the average draft's, the highest score, the share kept of a lead.
_SCALARS = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """A draft without its words. ``values``: how far each of ``names`` lies above its centre. ``marks``: the shipped marks as
    shown, less what findings cost, before clamping. ``raw``: the score before its bounds. ``average``: that of the average
    draft. ``top``, ``kept``: its ceiling (``rubric.Ceiling``)."""

    surface: Surface
    values: Floats
    marks: Floats
    raw: float
    average: float
    top: float
    kept: float

    def score(self, added: float = 0.0) -> float:
        """The score, 0-100, not rounded, if ``added`` points are added before its bounds."""
        raw = self.raw + added
        lead = raw - self.average
        return min(max(0.0, self.average + lead * self.kept if lead > 0 else raw), self.top)

    @property
    def rate(self) -> float:
        """What an added point is worth to this draft, 0-1."""
        score = self.score()
        if score >= self.top or score <= 0:
            return 0.0
        return self.kept if self.raw > self.average else 1.0

    def pack(self) -> bytes:
        """All but the surface, as bytes: 4 for each number."""
        scalars = np.array([self.raw, self.average, self.top, self.kept])
        return np.concatenate([self.values, self.marks, scalars]).astype("<f4").tobytes()


def unpack(surface: str, packed: bytes) -> Measured:
    """The inverse of ``Measured.pack``."""
    numbers = np.frombuffer(packed, dtype="<f4").astype(float)
    count = len(numbers) - len(DRAFT_DIMENSIONS) - _SCALARS
    values, marks, scalars = np.split(numbers, [count, count + len(DRAFT_DIMENSIONS)])
    raw, average, top, kept = (float(number) for number in scalars)
    return Measured(cast("Surface", surface), values, marks, raw, average, top, kept)


def names(measures: Sequence[str]) -> list[str]:
    """The names of the features, in the order of ``Measured.values``: the shipped marks, what was measured, what the text is
    about, and where it appears."""
    return [
        *(f"mark:{dimension}" for dimension in DRAFT_DIMENSIONS),
        *dense_names(measures),
        *(f"mean:{i}" for i in range(width())),
        *(f"surface:{surface}" for surface in DRAFT_SURFACES),
    ]


def measured(
    surface: Surface,
    marks: Marks,
    findings: Sequence[Finding],
    *,
    weights: MarkWeights,
    rubric: Rubric,
    ceiling: Ceiling | None,
) -> Measured | None:
    """``marks``: by the shipped ``weights``. ``findings``: with their points. ``None`` without a sentence."""
    if marks.described is None or not marks.described.sentences:
        return None
    worth = rates(rubric, marks.gain)
    leads = np.array([sum(part.points[dimension] for part in marks.parts) for dimension in DRAFT_DIMENSIONS])
    costs = dict.fromkeys(DRAFT_DIMENSIONS, 0.0)
    for finding in findings:
        if finding.dimension in costs:
            costs[finding.dimension] += finding.points / 10
    meanings = [sentence.meaning for sentence in marks.described.sentences]
    pieces = max(1, sum(meaning.pieces for meaning in meanings))
    mean = np.sum([meaning.total for meaning in meanings], axis=0) / pieces - np.array(weights.vector_centres[: width()])
    dense = descriptions.dense(marks.described, weights.measures) - np.array(weights.centres)
    values = np.concatenate([leads, dense, mean, [float(surface == one) for one in DRAFT_SURFACES]])
    worths = np.array([worth[dimension] for dimension in DRAFT_DIMENSIONS])
    cost = np.array([costs[dimension] for dimension in DRAFT_DIMENSIONS])
    shown = np.array([marks.dimensions[dimension] for dimension in DRAFT_DIMENSIONS])
    shown = shown + np.divide(cost, worths, out=np.zeros_like(cost), where=worths > 0)
    average = marks.baseline / 10
    raw = average + float(worths @ leads) + sum(finding.points for finding in findings) / 10
    top, kept = (float(ceiling.score), ceiling.kept) if ceiling else (100.0, 1.0)
    return Measured(surface, values, shown, raw, average, top, kept)
