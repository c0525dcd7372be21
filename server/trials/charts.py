"""Pictures of trials: the interval of the effect, and what a trial could detect by its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.trials.planning import AtLength
from server.trials.report import Report, percent

#: Of the axis, in percent of change; more is drawn at the edge.
WIDEST = 200.0
STEPS = (1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True, slots=True)
class Tick:
    """``at``: from 0 to 100. ``percent``: the change there."""

    at: float
    percent: int


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """Positions from 0 to 100 along the axis. ``detectable``: an effect of that size, if it is on the axis."""

    low: float
    high: float
    effect: float
    zero: float
    detectable: float | None
    ticks: Sequence[Tick]


def interval_chart(report: Report) -> IntervalChart | None:
    if report.effect is None:
        return None
    low = -WIDEST if report.low is None else max(percent(report.low), -WIDEST)
    high = WIDEST if report.high is None else min(percent(report.high), WIDEST)
    seen = 100 * report.detectable if report.detectable is not None else None
    ends = _ends(min(low, 0.0), max(high, 0.0, seen if seen is not None and seen <= WIDEST else 0.0))

    def at(value: float) -> float:
        return round(100 * (min(max(value, ends[0]), ends[1]) - ends[0]) / (ends[1] - ends[0]), 2)

    step = ends[2]
    ticks = [Tick(at(index * step), index * step) for index in range(round(ends[0] / step), round(ends[1] / step) + 1)]
    return IntervalChart(
        at(low), at(high), at(percent(report.effect)), at(0), at(seen) if seen is not None and seen <= ends[1] else None, ticks
    )


def _ends(low: float, high: float) -> tuple[float, float, int]:
    """Whole steps around both, and the step: about six of them."""
    step = next((one for one in STEPS if (high - low) / one <= 6), STEPS[-1])
    return math.floor(low / step) * step, max(math.ceil(high / step), 1) * step, step


@dataclass(frozen=True, slots=True)
class Bar:
    """``height``: from 0 to 100. ``is_off``: more than the axis shows."""

    length: AtLength
    height: float
    is_off: bool
    is_chosen: bool


def power_bars(lengths: Sequence[AtLength], *, chosen: int) -> list[Bar]:
    """``chosen``: weeks from a start to the next."""
    known = [one.effect for one in lengths if one.effect is not None and 100 * one.effect <= WIDEST]
    top = max(known, default=1.0)
    return [
        Bar(
            one,
            100.0 if one.effect is None else round(100 * min(one.effect / top, 1.0), 1),
            one.effect is None or one.effect > top,
            one.between == chosen,
        )
        for one in lengths
    ]
