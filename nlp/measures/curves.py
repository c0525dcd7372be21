"""Converts counts to rates, and values to goodness."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.language import Reading


def per_100_words(count: float, reading: Reading) -> float:
    """``count`` per 100 words of prose; 0 where there are none."""
    return 100 * count / len(reading.words) if reading.words else 0.0


def goodness(value: float, *points: tuple[float, float]) -> float:
    """The goodness of ``value``, 0-1: linear interpolation between ``points`` (value, goodness), constant beyond both ends. 0.5
    is an average draft. The points are set by judgement in each measure, and no scoring version changes them."""
    if value <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if value <= right:
            between = low + (high - low) * (value - left) / (right - left)
            # Rounding may overshoot the ends of the line slightly, and callers rely on 0 to 1.
            return min(max(between, min(low, high)), max(low, high))
    return points[-1][1]
