"""Scores many texts again under other weights, bands and costs: arithmetic on what was measured, without reading a text.

The scores are those of ``rubric.judge`` with marks, computed for all texts at once.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.model import DRAFT_DIMENSIONS, DRAFT_SURFACES, PROFILE_DIMENSIONS, PROFILE_SURFACES, Surface
from nlp.quality.document import digest
from nlp.quality.rubric import GRID, Rubric, rates
from nlp.quality.rubric_settings import RubricSettings
from nlp.quality.scoring import Scoring

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nlp.model import Finding
    from nlp.quality.marks.predict import Marks
    from nlp.quality.rubric import Ceiling

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

_DIMENSIONS = (*DRAFT_DIMENSIONS, *PROFILE_DIMENSIONS)
#: Of ``points``. A score is rounded to whole points, so the rest cannot be seen.
DECIMALS = 6

#: Whether a rule is on for a surface.
IsOn = Callable[[str, Surface], bool]


@dataclass(frozen=True, slots=True)
class ScoreInputs:
    """What the score of one text is computed from, besides the rubric. ``baseline``: the score of the average text, in tenths
    of a point. ``gain``: in percent. ``points``: dimension to how far its mark is from that of the average text, before
    findings. ``findings``: rule to the dimension and the number of its findings. ``highest`` and ``kept``: see ``Ceiling``."""

    surface: Surface
    baseline: int
    gain: int
    points: Mapping[str, float]
    findings: Mapping[str, tuple[str, int]]
    highest: int = 100
    kept: float = 1.0

    def as_json(self) -> dict[str, Any]:
        return {
            "surface": self.surface,
            "baseline": self.baseline,
            "gain": self.gain,
            "points": {dimension: round(value, DECIMALS) for dimension, value in self.points.items()},
            "findings": {rule: list(found) for rule, found in sorted(self.findings.items())},
            "highest": self.highest,
            "kept": round(self.kept, DECIMALS),
        }


def from_json(data: Mapping[str, Any]) -> ScoreInputs:
    """The inputs that ``as_json`` wrote."""
    findings = {rule: (dimension, count) for rule, (dimension, count) in data["findings"].items()}
    return ScoreInputs(data["surface"], data["baseline"], data["gain"], data["points"], findings, data["highest"], data["kept"])


def inputs(surface: Surface, marks: Marks, findings: Iterable[Finding], ceiling: Ceiling | None) -> ScoreInputs:
    """Those of a text that was measured."""
    dimensions = PROFILE_DIMENSIONS if surface.endswith("-profile") else DRAFT_DIMENSIONS
    points = {dimension: float(np.sum([part.points[dimension] for part in marks.parts])) for dimension in dimensions}
    counts = Counter((finding.rule, finding.dimension) for finding in findings)
    found = {rule: (dimension, count) for (rule, dimension), count in counts.items()}
    highest, kept = (ceiling.score, ceiling.kept) if ceiling else (100, 1.0)
    return ScoreInputs(surface, marks.baseline, marks.gain, points, found, highest, kept)


class ScoreTable:
    """Texts to score again and again. Immutable."""

    def __init__(self, texts: Sequence[ScoreInputs]) -> None:
        self.surfaces = np.array([text.surface for text in texts], dtype=object)
        self._points = np.array([[text.points.get(d, 0.0) for d in _DIMENSIONS] for text in texts]).reshape(
            -1, len(_DIMENSIONS)
        )
        self._baseline = np.array([text.baseline for text in texts], dtype=np.int64)
        self._gain = np.array([text.gain for text in texts], dtype=np.int64)
        self._highest = np.array([text.highest for text in texts], dtype=np.int64)
        self._kept = np.array([text.kept for text in texts], dtype=np.float64)
        found = [
            (row, rule, dimension, count)
            for row, text in enumerate(texts)
            for rule, (dimension, count) in text.findings.items()
        ]
        self._rows = np.array([row for row, *_ in found], dtype=np.int64)
        self._counts = np.array([count for *_, count in found], dtype=np.int64)
        #: Each rule with its dimension and surface once, and where it is in ``found``.
        self._kinds = sorted({(rule, dimension, texts[row].surface) for row, rule, dimension, _ in found})
        position = {kind: index for index, kind in enumerate(self._kinds)}
        self._kind_of = np.array([position[rule, d, texts[row].surface] for row, rule, d, _ in found], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.surfaces)

    def scores(self, rubrics: Mapping[Surface, Rubric], is_on: IsOn) -> Integers:
        """The score of each text, 0-100. Findings of rules that are off cost nothing."""
        worth = np.zeros((len(self), len(_DIMENSIONS)))
        for surface, gain in sorted({*zip(self.surfaces, self._gain.tolist(), strict=True)}):
            own = rates(rubrics[surface], gain)
            rows = (self.surfaces == surface) & (self._gain == gain)
            worth[rows] = [own.get(dimension, 0.0) for dimension in _DIMENSIONS]
        marks = np.rint(10 * GRID * (worth * self._points).sum(axis=1)).astype(np.int64)
        raw = (self._baseline - self._costs(rubrics, is_on)) * GRID + marks
        average = self._baseline * GRID
        lead = np.where((raw > average) & (self._kept < 1), average + np.rint((raw - average) * self._kept), raw)
        highest = np.minimum(10 * self._highest * GRID, np.maximum(lead.astype(np.int64), 0))
        return np.asarray((np.minimum(np.maximum(raw, 0), highest) + 5 * GRID) // (10 * GRID))

    def bands(self, scores: Integers, rubrics: Mapping[Surface, Rubric]) -> Integers:
        """The number of the band of each text, by its score: 0 is the lowest of ``nlp.model.BANDS``."""
        numbers = np.zeros(len(self), dtype=np.int64)
        for surface in set(self.surfaces):
            rows = self.surfaces == surface
            numbers[rows] = np.searchsorted(rubrics[surface].bands, scores[rows], side="right")
        return numbers

    def _costs(self, rubrics: Mapping[Surface, Rubric], is_on: IsOn) -> Integers:
        """Of all findings of each text, in tenths of a point."""
        costs, limits = [], []
        for rule, dimension, surface in self._kinds:
            rubric = rubrics[surface]
            counts = rubric.weights.get(dimension, 0) > 0 and is_on(rule, surface)
            costs.append(rubric.costs.get(rule, 0) if counts else 0)
            limits.append(rubric.counted_per_rule)
        if not costs:
            return np.zeros(len(self), dtype=np.int64)
        counted = np.minimum(self._counts, np.array(limits, dtype=np.int64)[self._kind_of])
        amounts = counted * np.array(costs, dtype=np.int64)[self._kind_of]
        return np.bincount(self._rows, weights=amounts, minlength=len(self)).astype(np.int64)


def rubrics(
    scoring: Scoring, settings: RubricSettings | None = None, points: Mapping[str, float] | None = None
) -> dict[Surface, Rubric]:
    """The rubric of every surface, with other ``settings`` and other ``points`` of rules."""
    changed = settings or RubricSettings()
    costs = {rule: round(10 * cost) for rule, cost in (points or {}).items()}
    weights, emphasis = scoring.weights, scoring.emphasis
    found = {}
    for surface in (*DRAFT_SURFACES, *PROFILE_SURFACES):
        rubric = changed.rubric(surface, scoring.rubric(surface), weights=weights, emphasis=emphasis)
        found[surface] = replace(rubric, costs={**rubric.costs, **costs}) if costs else rubric
    return found


@functools.lru_cache(maxsize=16)
def measured_by(scoring: Scoring) -> str:
    """A hash that two versions share if they measure and find the same in every text, so that inputs measured under one of them
    can be scored under the other: everything but weights, bands and costs."""
    document = scoring.document
    rules = {rule: [part["on"], part.get("surfaces_off", [])] for rule, part in document["rules"].items()}
    engine, shipped, learned, own, minimum_words = _measuring(scoring)
    return digest([engine, shipped, learned, own, rules, minimum_words])


@functools.lru_cache(maxsize=64)
def is_covered(version: Scoring, by: Scoring) -> bool:
    """Whether inputs that were measured under ``by`` can be scored under ``version``: both measure the same, and no rule is on
    where it is off under ``by``. Nothing else is found then, except in place of what a rule that is off would find."""
    return _measuring(version) == _measuring(by) and _places(version) <= _places(by)


def _places(scoring: Scoring) -> set[tuple[str, Surface]]:
    surfaces: tuple[Surface, ...] = (*DRAFT_SURFACES, *PROFILE_SURFACES)
    return {(rule["id"], surface) for rule in scoring.rules for surface in surfaces if scoring.is_on(rule["id"], surface)}


def _measuring(scoring: Scoring) -> list[Any]:
    """Everything but the rubric and where rules are on."""
    document = scoring.document
    shipped = {name: part["sha256"] for name, part in document.items() if isinstance(part, dict) and "sha256" in part}
    learned = {name: part["sha256"] for name, part in document["learned"].items()}
    return [document["engine"], shipped, learned, document.get("organisation"), document["rubric"]["minimum_words"]]
