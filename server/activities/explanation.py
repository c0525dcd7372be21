"""Explains a score as a sum of steps: it starts at the average draft, and each dimension adds or takes points."""

from __future__ import annotations

from dataclasses import dataclass

from nlp import Assessment
from nlp.model import Contribution
from server.core.labels import dimension_label


@dataclass(frozen=True, slots=True)
class Step:
    """``start`` and ``end`` are the totals before and after the step, in points; ``parts`` add up to ``points`` exactly."""

    label: str
    start: float
    end: float
    points: float
    parts: tuple[Contribution, ...]


def steps(assessment: Assessment) -> tuple[Step, ...]:
    """One step per dimension; the last one ends at the score. Empty if there is no score."""
    groups: dict[str, list[Contribution]] = {}
    for part in assessment.contributions:
        groups.setdefault(dimension_label(part.dimension) or part.label, []).append(part)
    result, total_tenths = [], 0
    for label, parts in groups.items():
        tenths = sum(part.tenths for part in parts)
        largest_first = tuple(sorted((part for part in parts if part.tenths), key=lambda part: -abs(part.tenths)))
        result.append(Step(label, total_tenths / 10, (total_tenths + tenths) / 10, tenths / 10, largest_first))
        total_tenths += tenths
    return tuple(result)
