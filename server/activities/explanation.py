"""How a score adds up, in steps that people can follow: from the average draft to this one, one step per dimension."""

from __future__ import annotations

from dataclasses import dataclass

from nlp import Assessment
from nlp.model import Contribution
from server.core.labels import dimension_label


@dataclass(frozen=True, slots=True)
class Step:
    """``start`` and ``end`` are sums of points before and after the step; ``parts`` add up to ``points`` exactly."""

    label: str
    start: float
    end: float
    points: float
    parts: tuple[Contribution, ...]


def steps(assessment: Assessment) -> tuple[Step, ...]:
    """Empty without a score. The last step ends at the score."""
    groups: dict[str, list[Contribution]] = {}
    for part in assessment.contributions:
        groups.setdefault(dimension_label(part.dimension) or part.label, []).append(part)
    result, reached = [], 0
    for label, parts in groups.items():
        tenths = sum(part.tenths for part in parts)
        shown = tuple(sorted((part for part in parts if part.tenths), key=lambda part: -abs(part.tenths)))
        result.append(Step(label, reached / 10, (reached + tenths) / 10, tenths / 10, shown))
        reached += tenths
    return tuple(result)
