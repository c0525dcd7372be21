"""Attainment: the sum of each metric's weight times the share of its target that was reached, in percent, 0 or more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.rounding import round_half_up
from server.people.models import Metric, WeightSet
from server.people.weights import WHOLE


@dataclass(frozen=True, slots=True)
class Reached:
    """A number and the target of the days that it is about; no target if there is none for them. ``takes_part``: False for
    social credit of people who never shared anything. ``value`` is None if it is hidden."""

    value: int | None
    target: int | None
    takes_part: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One metric's part. ``weight`` in percent, to one decimal, after metrics without a target were left out. ``percent``: how
    much of the target was reached, as it counts. ``points``: weight times percent, to one decimal."""

    metric: Metric
    reached: Reached
    weight: float
    percent: float
    points: float


@dataclass(frozen=True, slots=True)
class Attainment:
    """``percent`` is the sum of the lines' points. ``left_out``: weighted metrics that are not in it, with their weights."""

    percent: float
    lines: tuple[Line, ...]
    left_out: tuple[tuple[Metric, Reached, int], ...]
    is_capped: bool


def find_attainment(weights: WeightSet | None, metrics: Sequence[Metric], numbers: Mapping[str, Reached]) -> Attainment | None:
    """None without weights, or if no weighted number that is shown has a target."""
    if weights is None:
        return None
    weighted = [metric for metric in metrics if metric.key in weights.weights and metric.key in numbers]
    counted = [metric for metric in weighted if _counts(numbers[metric.key])]
    whole = sum(weights.weights[metric.key] for metric in counted)
    if not whole:
        return None
    lines = tuple(
        _line(metric, numbers[metric.key], weights.weights[metric.key] / whole, is_capped=weights.is_capped)
        for metric in counted
    )
    # Rounded before they are added up, so that the parts that are shown give the sum that is shown.
    return Attainment(
        percent=round_half_up(sum(line.points for line in lines), places=1),
        lines=lines,
        left_out=tuple(
            (metric, numbers[metric.key], weights.weights[metric.key]) for metric in weighted if metric not in counted
        ),
        is_capped=weights.is_capped,
    )


def _counts(reached: Reached) -> bool:
    return reached.value is not None and bool(reached.target) and reached.takes_part


def _line(metric: Metric, reached: Reached, share: float, *, is_capped: bool) -> Line:
    percent = WHOLE * max(reached.value or 0, 0) / (reached.target or 1)
    if is_capped:
        percent = min(percent, WHOLE)
    return Line(
        metric=metric,
        reached=reached,
        weight=round_half_up(share * WHOLE, places=1),
        percent=round_half_up(percent, places=1),
        points=round_half_up(share * percent, places=1),
    )
