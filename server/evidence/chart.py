"""The picture: how much goes with one more item, by the weeks between the item and the outcome, as dots with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.evidence.report import AtLag, Result, percent

WIDTH, HEIGHT = 100.0, 100.0
#: Of the axis: about so many steps.
STEPS = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """Positions in a picture of 100 x 100, the origin at the top left."""

    lag: int
    x: float
    y: float
    top: float
    bottom: float
    is_estimate: bool
    is_placebo: bool
    at: AtLag


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    percent: float


@dataclass(frozen=True, slots=True)
class Chart:
    marks: Sequence[Mark]
    ticks: Sequence[Tick]
    zero: float


def draw(result: Result) -> Chart:
    points = sorted(result.by_lag, key=lambda point: point.lag)
    low = min([0.0, *(percent(point.low) for point in points)])
    high = max([0.0, *(percent(point.high) for point in points)])
    step = _step(max(high - low, 0.1) / STEPS)
    first, last = math.floor(low / step), math.ceil(high / step)
    bottom, top = first * step, last * step

    def y(value: float) -> float:
        return round(HEIGHT * (top - value) / (top - bottom), 2)

    width = WIDTH / max(1, len(points))
    marks = [
        Mark(
            point.lag,
            round(width * (index + 0.5), 2),
            y(percent(point.coefficient)),
            y(percent(point.high)),
            y(percent(point.low)),
            point.lag == result.settings.lag,
            point.lag < 0,
            point,
        )
        for index, point in enumerate(points)
    ]
    ticks = [Tick(y(index * step), round(index * step, 6)) for index in range(first, last + 1)]
    return Chart(marks, ticks, y(0.0))


def _step(size: float) -> float:
    """The next larger of 1, 2 and 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= size * 0.999)
